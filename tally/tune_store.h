/*
 * Thresholds over a site's store: the tallies of a span of local days read once, into a histogram
 * of each day and the marginal sources of all.
 */
#ifndef TALLY_TUNE_STORE_H
#define TALLY_TUNE_STORE_H

#include "common/site.h"
#include "tally/tune.h"

enum {
	TUNE_STORE_DAYS = 14,     /* looked at where the user does not say */
	TUNE_STORE_DAYS_MAX = 62, /* all their tallies are open at a time */
};

/* First and last day asked for, "2026-03-29"; NULL: the last days of the store. */
typedef struct {
	const char *from, *to;
} TuneDates;

/* Days of a site's store, and what is known of them. */
typedef struct {
	const Site *site;       /* borrowed */
	char **sensors;         /* owned; NULL-terminated */
	GArray *days;           /* owned; of TuneDay, ascending */
	Tune *tune;             /* owned; NULL before tune_store_read */
	GPtrArray *known;       /* owned; of Known *, each once */
	const Known **known_of; /* owned; of each day; NULL: the site has no list */
	Past *past;             /* owned */
} TuneStore;

/*
 * The days that are asked for. now: seconds since 1970: hours that end later are not due. NULL and
 * FAILURE_USAGE: a date is none, or has not begun, or they are too many; FAILURE_FAILED: the store
 * has nothing, or cannot be read.
 */
TuneStore *tune_store_new(const Site *site, const TuneDates *dates, gint64 now, GError **error);
void tune_store_free(TuneStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TuneStore, tune_store_free)

/*
 * Reads the tallies that bear on the days, with progress. shortfalls (of char *), which outlive
 * the store: damaged tallies, hours without one, and what is wrong with lists and roll-ups. FALSE
 * and error: there is no tally of these days, or one cannot be read though it is not damaged.
 */
gboolean tune_store_read(TuneStore *store, GPtrArray *shortfalls, GError **error);

#endif
