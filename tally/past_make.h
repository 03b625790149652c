/*
 * Rolls a sensor's day up: reads the tallies of its folder once, and writes day.past beside them.
 */
#ifndef TALLY_PAST_MAKE_H
#define TALLY_PAST_MAKE_H

#include <glib.h>

typedef enum {
	PAST_SETTLED, /* it counts every tally that is there, as it is */
	PAST_EMPTY,   /* there is no tally */
	PAST_MISSING, /* due from here on: there is no roll-up */
	PAST_DAMAGED, /* or none that can be read */
	PAST_STALE,   /* a tally came, or is another */
} PastState;

static inline gboolean
past_make_is_due(PastState state)
{
	return state >= PAST_MISSING;
}

const char *past_make_state_text(PastState state); /* for people: "no roll-up yet" */

/*
 * How the day (name of its folder) stands; reads the roll-up's end, and that of each tally. A
 * tally that was counted and is gone (retention takes them one by one) makes nothing stale: what
 * it said stays true. FALSE: a folder or file cannot be read.
 */
gboolean past_make_look(const char *store, const char *sensor, const char *day,
	PastState *state, GError **error);

typedef struct {
	gboolean made; /* FALSE without error: stopped, or there is no tally that can be read */
	guint tallies, unread; /* that were read; that are damaged, and left out */
	guint64 sources;
} PastMade;

/*
 * Makes the day's roll-up: at once a whole file, or what was there stays. stop: nonzero once it
 * shall end soon. FALSE: something cannot be read or written; damaged tallies are none of it,
 * they are left out and noted, until they are others.
 */
gboolean past_make(const char *store, const char *sensor, const char *day, const gint *stop,
	PastMade *made, GError **error);

#endif
