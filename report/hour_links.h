/*
 * The names of hours' pages, and the ways between them: from hour to hour, also over midnight to
 * the day beside.
 */
#ifndef REPORT_HOUR_LINKS_H
#define REPORT_HOUR_LINKS_H

#include "report/archive.h"

/* Hours and times: seconds since 1970; from: the first hour of their day. */

/* "hour-0300.html", by the UTC start; of the two hours of a 25-hour day that begin at the same
 * time by UTC's clock the second is "hour-2200-2.html". Owned by the caller. */
char *hour_links_name(gint64 from, gint64 hour);

/* The page of an hour within the site's folder: "2017/09/10/hour-0300.html". Owned by the
 * caller. */
char *hour_links_path(const Site *site, gint64 hour);

/* The links of an hour's page, none of them dead: pages of its own day are there before `until`,
 * those of other days, and from then on, where they are at rest. */
ArchiveLinks hour_links(const Site *site, gint64 hour, gint64 until);

#endif
