/*
 * Days at rest: REPORTS/SITE/YYYY/MM/DD with its page as HTML and text, its findings as lines, the
 * pages of its hours, its summary; and the mail, where there is news.
 */
#ifndef REPORT_DAY_KEEP_H
#define REPORT_DAY_KEEP_H

#include "report/day.h"

/*
 * Writes days (dates: local, NULL-terminated), one after the other, and what of the archive they
 * touch: what differs from what is there. now: what is taken for now, seconds since 1970.
 * shortfalls (of char *): what is left out, a line each. Without any tally that bears on a day
 * nothing is known of it: what was found before, when there were some, stays. FALSE and error: a
 * file cannot be written, and nothing comes after it; or, when all is written, a mail could not be
 * put into its queue.
 */
gboolean day_keep(const Site *site, const char **sensors, char **dates, gint64 now,
	GPtrArray *shortfalls, GError **error);

#endif
