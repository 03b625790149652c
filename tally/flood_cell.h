/*
 * A target in an hour that may be flooded: its SYNs counted exactly, and told of.
 */
#ifndef TALLY_FLOOD_CELL_H
#define TALLY_FLOOD_CELL_H

#include "tally/detector.h"
#include "tally/flood.h"

enum { FLOOD_CELL_FURTHER = (G_MAXUINT16 + 1) / 8 }; /* octets of a bit for each port */

typedef struct {
	guint16 port;
	guint32 sources;
	guint64 syns;
} FloodPort;

/* A hot target in an hour. */
typedef struct {
	Address target;
	gint64 hour;
	guint64 syns, completed, bytes;
	guint64 first, last;          /* ns since 1970 */
	guint32 pieces[FLOOD_PIECES]; /* SYNs that came to nothing */
	guint32 over;                 /* of the first piece of the next hour */
	guint64 again;   /* SYNs of contacts that sent the same sequence number again */
	GArray *sources; /* owned; of GroupSource */
	GArray *ports;   /* owned; of FloodPort, by port: the first 256 that came */
	/* owned; FLOOD_CELL_FURTHER, the lowest port's bit first: whether it came later; NULL: none
	 * did; bits, as an enemy chooses how many cells have them */
	guint8 *further;
	Trait trait; /* of the sources' SYNs */
	gboolean has_trait;
	guint8 answered;
} FloodCell;

FloodCell *flood_cell_new(const Address *target, gint64 hour);
void flood_cell_free(gpointer cell);
/* For a GHashTable: by target and hour. */
guint flood_cell_hash(gconstpointer cell);
gboolean flood_cell_equal(gconstpointer a, gconstpointer b);

/* Adds what a member of the subject sent to the target in the hour. */
void flood_cell_add(FloodCell *cell, const Subject *subject, const SourceFacts *member,
	const FloodRow *row);

/* SYNs within ten seconds at the most; at: the piece in which they begin. */
guint64 flood_cell_fullest(const FloodCell *cell, guint *at);

/* What is told of one target's cells (const FloodCell *), hour after hour; threshold: of SYNs. */
Group *flood_cell_tell(const GArray *cells, const Detector *detector, guint threshold);

#endif
