/*
 * Counting the windows of a plan in which a source's targets were hit: what a tally of all sources
 * and one of a source at hand share. A target's rows come as a group, by hour.
 */
#ifndef TALLY_WINDOW_COUNT_H
#define TALLY_WINDOW_COUNT_H

#include "tally/hits.h"
#include "tally/window.h"

/* A target that a source of a prefix hit. */
typedef struct {
	Address target;
	HitSpan windows;
} WindowPrefixHit;

typedef struct {
	const WindowPlan *plan; /* borrowed */
	Axis *axis;             /* owned */
	/* owned; by hour: targets that were hit and have that hour's row only */
	guint32 *lone_hits;
	HitRow *group;  /* owned; one target's, an hour each */
	HitSpan *spans; /* owned; what it comes to */
	gsize group_room;
	/* owned; of WindowPrefixHit, of the prefix at hand; NULL: hits are counted at once */
	GArray *prefix_hits;
} WindowCount;

void window_count_clear(WindowCount *count); /* frees what it holds */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(WindowCount, window_count_clear)

/* Appends a row to the group at hand, of n rows; of two sensors' rows of one hour it makes one.
 * Returns how many there are. */
guint window_count_add(WindowCount *count, guint n, const HitRow *row);
/* Counts the windows in which the target of the group, of n rows, was hit. */
void window_count_group(WindowCount *count, const Address *target, guint n);

/* A target's only row: counted by window_count_lone_hits. */
static inline void
window_count_lone_row(WindowCount *count, const HitRow *row)
{
	count->lone_hits[row->hour] += (guint32)hits_has(row->in, row->facts, row->udp_first);
}

/* After the source's last row, for each hour that it may have one in. */
void window_count_lone_hits(WindowCount *count, guint32 hour);

#endif
