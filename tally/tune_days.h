/*
 * Which local days of a site's store are compared.
 */
#ifndef TALLY_TUNE_DAYS_H
#define TALLY_TUNE_DAYS_H

#include "common/site.h"
#include "tally/tune_day.h"

enum {
	TUNE_DAYS_USUAL = 14, /* where the user does not say */
	TUNE_DAYS_MAX = 62,   /* all their tallies are open at a time */
};

/* First and last day asked for, "2026-03-29"; NULL: the last days of the store that are over. */
typedef struct {
	const char *from, *to;
} TuneDates;

/*
 * The days that are asked for: array of TuneDay (from, to and due set), ascending, owned by the
 * caller. now: seconds since 1970: hours that end later are not due. sensors: NULL-terminated.
 * NULL and FAILURE_USAGE: a date is none, or has not begun, or they are too many; FAILURE_FAILED:
 * the store has nothing, or cannot be listed.
 */
GArray *tune_days(const Site *site, const char *const *sensors, const TuneDates *dates,
	gint64 now, GError **error);

#endif
