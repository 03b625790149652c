/*
 * What hit which internal addresses when: counts by piece of time, block of target addresses and
 * class of contact, for the picture of a day. Memory: fixed. When there are too many cells, blocks
 * become larger, and no count is lost.
 */
#ifndef REPORT_OVERVIEW_H
#define REPORT_OVERVIEW_H

#include "report/contact_class.h"
#include "tally/subject.h"

enum {
	OVERVIEW_CELLS = 20000, /* at most */
	OVERVIEW_PIECES = 240,  /* of time, at most */
	OVERVIEW_PIECE = 600,   /* seconds: the shortest of them */
};

typedef struct {
	Address block; /* its first address */
	guint32 piece;
	guint8 class; /* ContactClass */
	guint64 contacts;
} OverviewCell;

typedef struct Overview Overview;

/* Of the hours from <= hour < to, seconds since 1970. */
Overview *overview_new(gint64 from, gint64 to);
void overview_free(Overview *overview);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Overview, overview_free)

/*
 * Adds a subject's contacts in these hours that make a hit by themselves, as a window of their
 * hour counts hits (DESIGN section 2): each once, at the time of its first packet. What two
 * sensors saw is two contacts. Cheap where there are none. subject: with contacts.
 */
void overview_see(Overview *overview, const Subject *subject);

/* Adds contacts; time_ns: since 1970, moved into the span when it lies outside. */
void overview_add(Overview *overview, const Address *target, guint64 time_ns,
	ContactClass class, guint64 contacts);

/* Makes blocks larger until there are at most so many cells, or one block a family. */
void overview_coarsen(Overview *overview, guint cells);

/* The cells by block, piece, class: array of OverviewCell, owned by the caller. */
GArray *overview_cells(const Overview *overview);

gint64 overview_from(const Overview *overview);
gint64 overview_to(const Overview *overview);
gint64 overview_piece(const Overview *overview);              /* seconds */
guint overview_bits(const Overview *overview, guint8 family); /* of a block */

#endif
