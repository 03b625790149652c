/*
 * Windows over a source's events: in which of them are there enough targets, or enough packets.
 */
#ifndef TALLY_SLIDE_H
#define TALLY_SLIDE_H

#include <glib.h>

typedef struct {
	gint64 hour;    /* start, seconds since 1970 */
	guint32 target; /* a number of the caller's, less than n_targets */
	guint64 packets;
} SlideEvent;

typedef struct {
	gint64 start;    /* seconds since 1970 */
	guint32 targets; /* distinct */
	guint64 packets;
} SlideWindow;

/* What a window must hold: so many targets, or so many packets; 0: that does not matter. */
typedef struct {
	gint64 length, step; /* seconds, whole hours */
	guint grid_minutes;
	guint targets;
	guint64 packets;
} SlidePlan;

/*
 * events: array of SlideEvent, in any order; sorted by hour here. Appends a SlideWindow to windows
 * for each window that holds enough, by start, but only the first one to end at or after an hour
 * with an event: what any other window holds, one of these holds as well. Cost: linear in events,
 * their sorting aside.
 */
void slide_find(GArray *events, guint32 n_targets, const SlidePlan *plan, GArray *windows);

/*
 * Of the windows that slide_find found for the plan, leaves those whose last hour lies in [from,
 * to) and that hold an event of [from, to), and of each run of windows that overlap the one with
 * most targets, the earliest of equals. events: as slide_find left them.
 */
void slide_tell(
	const GArray *events, const SlidePlan *plan, gint64 from, gint64 to, GArray *windows);

#endif
