/*
 * What each n would list, over several days: sources on the median day and on the day with most,
 * of all and of each class; and which n may be worth setting.
 */
#ifndef TALLY_TUNE_TABLE_H
#define TALLY_TUNE_TABLE_H

#include "tally/tune_day.h"

enum {
	TUNE_AT_MOST = 20,   /* sources to look into that an analyst can read of a day */
	TUNE_DAYS_LEAST = 3, /* days from which on an n is suggested */
};

typedef struct {
	guint64 median_twice; /* the median of an even number of days may end in a half */
	guint64 most;
} TuneFigure;

typedef struct {
	TuneFigure listed; /* whatever they are */
	TuneFigure open;   /* new ones and the rest: nothing explains them beforehand */
	TuneFigure classes[TUNE_CLASSES];
} TuneRow;

typedef struct {
	guint n_days;                               /* with tallies: those that count */
	TuneRow rows[PROFILE_SPANS][TUNE_MOST + 1]; /* by n; from TUNE_LEAST on */
} TuneTable;

/* days: in any order; those without a tally are left out. */
TuneTable *tune_table_new(const TuneDay *days, guint n);
void tune_table_free(TuneTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TuneTable, tune_table_free)

/* "3" or "3.5" into buffer of TUNE_MEDIAN_SIZE; returns it. */
enum { TUNE_MEDIAN_SIZE = 24 };
char *tune_table_median(const TuneFigure *figure, char *buffer);

/*
 * The n to suggest for a window: the least one at which the median day lists `at_most` open
 * sources or fewer; and the next one, where that list is longer than half of at_most and more
 * than twice as long as the next one's. 0: none, for want of days, or because every n lists more.
 */
guint tune_table_suggest(const TuneTable *table, guint span, guint at_most);

/* What is suggested for a window, why, and what other n would cost, in a few sentences; in_force:
 * today's n. Free with g_free. */
char *tune_table_reason(const TuneTable *table, guint span, guint in_force, guint at_most);

#endif
