/*
 * A chunk of a capture, decoded: its observations sorted into hours and, within an hour, into
 * shards by source.
 */
#ifndef TALLY_LANES_H
#define TALLY_LANES_H

#include "common/hash.h"
#include "tally/capture.h"
#include "tally/decode.h"

typedef struct {
	ObservationList list;
	guint32 room, room_v6;
} LaneList;

typedef struct {
	gint64 hour;
	guint64 start_ns;
	CaptureTotals totals;
	guint64 first, last; /* packet times, ns since 1970 */
	LaneList *lists;     /* owned; one a shard */
} Lane;

/* A packet that the hijack check wants to see (live.h): outbound TCP with ACK and without R,
 * or inbound with R. */
typedef struct {
	guint32 lane, list, index;
} LaneEvent;

typedef struct {
	const Home *home; /* borrowed */
	HashKey key;
	guint grid_minutes;
	guint n_shards;
	/* set by whom it concerns: frames of other hours are not looked into, their lanes have
	 * times only */
	gboolean one_hour;
	gint64 hour;
	GArray *lanes; /* of Lane, the first n_lanes in use */
	guint n_lanes;
	LaneEvent *events; /* in the order of the packets; owned */
	guint32 n_events, room_events;
	guint64 packets;
} Lanes;

void lanes_init(
	Lanes *lanes, const Home *home, const HashKey *key, guint grid_minutes, guint n_shards);
void lanes_clear(Lanes *lanes);

/* Forgets what was there and decodes all records of the chunk. */
void lanes_decode(Lanes *lanes, const CaptureChunk *chunk);

#endif
