/*
 * The turn of the hour: which open file a packet goes into, when a file is opened and when it
 * is closed. Knows neither clock nor disk: time comes in, files are made by whoever asks.
 *
 * A slot is an open file and its hour. A packet goes into the slot of the hour of its own time,
 * which is opened for it when there is none.
 *
 * Closed is a slot
 *  - when its hour is not the clock's and nothing came for LINGER seconds: it is over, or the
 *    clock was stepped. A writer that is behind by more than that has one file for what it has
 *    still to write, and not one for every look at the clock;
 *  - when its hour ended LINGER seconds before the time of a packet for which another slot has
 *    to be opened;
 *  - the one used longest ago, when all are taken and another is needed.
 * So a packet that is later than that has its hour opened anew. None is ever refused.
 *
 * hour_seconds other than 3,600 is for tests that want many turns: hours then begin at the
 * multiples of so many seconds since the grid's first hour of 1970, and stems are HHMMSS
 * (stem.h).
 */
#ifndef COLLECT_TURN_H
#define COLLECT_TURN_H

#include <glib.h>

enum { TURN_SLOTS = 4, TURN_LINGER = 10 };

typedef struct {
	guint grid_minutes; /* 0..59 */
	guint hour_seconds; /* 3600; 1..3600 */
	/* Opens a file of the hour that begins at `hour`, `second` (of the hour) into it. NULL:
	 * it cannot be opened now. */
	gpointer (*open)(gpointer data, gint64 hour, int second);
	void (*close)(gpointer data, gpointer file);
	gpointer data; /* of both */
} TurnSettings;

typedef struct Turn Turn;

Turn *turn_new(const TurnSettings *settings); /* copies settings */
/* Closes nothing: turn_close_all does. */
void turn_free(Turn *turn);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Turn, turn_free)

/* The file of a packet of time_ns (since 1970), and the span of times from *begin up to but
 * not with *end (ns) that go into it as well, until the next call of anything here. NULL: it
 * could not be opened. */
gpointer turn_file(Turn *turn, guint64 time_ns, guint64 *begin, guint64 *end);

/* What the clock does: opens the file of its hour, so that an hour without a packet is an empty
 * file and no gap, and closes what is due. now_ns: since 1970, may be stepped; tick_ns: of a
 * clock that is not. Several times a second. FALSE: the file of the clock's hour could not be
 * opened. */
gboolean turn_advance(Turn *turn, guint64 now_ns, guint64 tick_ns);

/* The file of the clock's hour, as turn_advance last had it; NULL: none is open. */
gpointer turn_current(Turn *turn);

void turn_close_all(Turn *turn);
guint turn_n_open(const Turn *turn);

#endif
