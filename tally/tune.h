/*
 * What other thresholds would list: sees each source of some local days once, as the store is
 * read, and leaves a histogram of each day (tune_day.h) and the marginal sources, those that one
 * step of n would add or take away.
 *
 * "Listed on a day by a window of length W at n": a window of that length, at its step
 * (profile_spans), whose last hour starts in the day, holds n targets or more; what `gnomon-tally
 * count --window W --step S --hosts n --prefix-v6 64` prints of windows that end in the day.
 *
 * Memory: of each source a number a day and window waits to be looked up in the past, as a look-up
 * reads every remembered day; some 260,000 at most, all at a time. 20 MB, whatever there is.
 */
#ifndef TALLY_TUNE_H
#define TALLY_TUNE_H

#include "tally/detector.h"
#include "tally/known.h"
#include "tally/past.h"
#include "tally/tune_day.h"

enum { TUNE_MARGINALS = 20 }; /* marginal sources that are kept of each kind */

typedef struct {
	guint triggers[PROFILE_SPANS]; /* n in force, by window */
	/* borrowed: roll-ups up to the last day's start at least; NULL: nothing is remembered */
	Past *past;
	/* borrowed: what the site knows as of each day; NULL: nobody is known */
	const Known *const *known;
} TuneSetup;

/* A source whose most targets, on all days, are n - 1 (it would appear), or n (it would
 * vanish). */
typedef struct {
	Address source; /* of a prefix: its first address */
	guint8 bits;
	TuneClass class;
	guint hosts;
	guint day; /* number of the last day on which it had so many */
} TuneMarginal;

typedef struct {
	guint64 n; /* how many there are; the first TUNE_MARGINALS at most are kept: */
	/* new ones, the rest, second-order, known; by address */
	TuneMarginal sources[TUNE_MARGINALS];
} TuneMarginals;

typedef enum {
	TUNE_APPEAR, /* at n - 1; never told of an n in force below 3 */
	TUNE_VANISH, /* at n + 1; never told of an n in force below 2 */
	TUNE_SIDES,
} TuneSide;

typedef struct Tune Tune;

/* The thresholds in force of hourly and low-and-slow, by window. */
void tune_triggers(const DetectorSettings *settings, guint triggers[PROFILE_SPANS]);

/* days: ascending, their from, to, hours and due set, all else 0; borrowed, as all in setup. */
Tune *tune_new(TuneDay *days, guint n_days, const TuneSetup *setup);
void tune_free(Tune *tune);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tune, tune_free)

/*
 * Adds a subject, read with READER_CONTACTS of all hours that bear on the days; each once. One
 * with fewer than two targets costs nothing. FALSE: a roll-up cannot be read, though it is not
 * damaged.
 */
gboolean tune_see(Tune *tune, const Subject *subject, GError **error);

/* After the last subject: only then the days are whole. Errors likewise. */
gboolean tune_finish(Tune *tune, GError **error);

/* Owned by tune. */
const TuneMarginals *tune_marginals(const Tune *tune, guint span, TuneSide side);

#endif
