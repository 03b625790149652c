/*
 * Numbers of incident reports, PREFIX-YYYYMMDD.NNN, and the copies that are kept under them:
 * REPORTS/SITE/incidents/NUMBER.txt, and NUMBER.sanitized.txt with addresses replaced. A copy's
 * first line has the finding's id, so a report that is made again keeps its number.
 */
#ifndef REPORT_INCIDENT_NUMBER_H
#define REPORT_INCIDENT_NUMBER_H

#include "common/site.h"

#define INCIDENT_FOLDER "incidents"

enum { INCIDENT_NUMBER_MAX = 999 }; /* of a day */

/* The first line of a report with this number; free with
 * g_free. */
char *incident_number_line(const char *number, const char *id);

/* REPORTS/SITE/incidents; owned by the caller. */
char *incident_number_folder(const Site *site);

/*
 * The number of the finding's report: that of its last one; else the next of the day (a local date,
 * "2026-03-29"). wanted: this one of the day, 1 .. INCIDENT_NUMBER_MAX; 0: none. FALSE and
 * FAILURE_USAGE: it is another finding's; FAILURE_FAILED: the day has no more, the folder cannot
 * be listed. Whoever saves a copy holds the folder's lock (lock.h) from here on. Owned by the
 * caller.
 */
char *incident_number_choose(
	const Site *site, const char *id, const char *day, guint wanted, GError **error);

#endif
