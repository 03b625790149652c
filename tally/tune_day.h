/*
 * What other thresholds would have listed on one local day: of each window how many sources there
 * were, by the most targets that one of its windows ending in that day held. A source counts once
 * a day and window; so it is listed at n when its most is n or more.
 *
 * A day is small whatever was captured, and has a line of text, so that many can be compared
 * without reading a tally again (tune_table.h).
 */
#ifndef TALLY_TUNE_DAY_H
#define TALLY_TUNE_DAY_H

#include "tally/profile.h"

enum { TUNE_LEAST = 2, TUNE_MOST = 50 }; /* the n that are compared */

/* What a source is, by its window with most targets: the first that holds. */
typedef enum {
	TUNE_KNOWN,  /* a list of the site's covers it */
	TUNE_SECOND, /* second-order: it hit by nothing but responses and echo replies */
	TUNE_NEW,    /* no roll-up of a day before has it */
	TUNE_REST,
	TUNE_CLASSES,
} TuneClass;

/* "known", "second-order", "new", "rest"; as JSON and CSV have it: "second_order". */
extern const char *const tune_class_names[TUNE_CLASSES];
extern const char *const tune_class_keys[TUNE_CLASSES];
/* "1h", "24h", "7d" */
extern const char *const tune_span_names[PROFILE_SPANS];

typedef struct {
	gint64 from, to; /* the local day, seconds since 1970 */
	/* its hours with a tally, of any sensor (of a day without any nothing is known); those
	 * that are closed, from the first on: windows end in these */
	guint hours, due;
	gboolean remembered; /* a day before is rolled up; else nobody can be told to be new */
	/* by most targets; [TUNE_MOST]: or more; below TUNE_LEAST always 0 */
	guint32 sources[PROFILE_SPANS][TUNE_CLASSES][TUNE_MOST + 1];
} TuneDay;

/* A source of which the windows of that length, ending in the day, hold at most `hosts`. */
void tune_day_add(TuneDay *day, guint span, TuneClass class, guint hosts);

/* How many sources of a class a day lists at n, TUNE_LEAST..TUNE_MOST. */
guint64 tune_day_listed(const TuneDay *day, guint span, TuneClass class, guint n);

/*
 * The day as one line without its end: "tune 1 FROM TO HOURS DUE REMEMBERED", numbers, then for
 * each window and class with a source " 24h:second-order:2=5,3=1", most targets = sources,
 * ascending, windows and classes in the order of the enumerations. Free with g_free.
 */
char *tune_day_text(const TuneDay *day);
/* Reads such a line, and nothing else: what is read has the same line again. FALSE and
 * FAILURE_FAILED, day untouched: what was expected. */
gboolean tune_day_parse(const char *text, TuneDay *day, GError **error);

#endif
