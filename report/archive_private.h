/*
 * What the parts of the archive share: archive.c knows the days that are there, the parts below
 * each make a kind of page of them, archive_update.c has made what changed.
 */
#ifndef REPORT_ARCHIVE_PRIVATE_H
#define REPORT_ARCHIVE_PRIVATE_H

#include "report/archive.h"
#include "report/calendar.h"
#include "report/summary.h"
#include "tally/past.h"

struct Archive {
	const Site *site; /* borrowed */
	char *folder;     /* owned; REPORTS/SITE */
	/* of Summary *, owned, ascending: a day each that has a page; stripped of their lists
	 * once they are known, before that with a problem */
	GPtrArray *days;
};

static inline Summary *
archive_day(const Archive *archive, guint i)
{
	return archive->days->pdata[i];
}

/* Looks for the days that have a page, anew. */
gboolean archive_scan(Archive *archive, GError **error);

/* The first place of a day that is not before; days->len: none. */
guint archive_find(const Archive *archive, guint day);
gboolean archive_has(const Archive *archive, guint day);
gboolean archive_has_period(const Archive *archive, const Period *period);

/* Gives a page of the archive its octets, in its folder; path: within the site's. */
gboolean archive_keep(
	const Archive *archive, const char *path, const GString *text, GError **error);
/* "PATH: WHAT: " and what errno means; FALSE. */
gboolean archive_fail(GError **error, const char *path, const char *what);
/* Reads the summary of one of the days, whole. */
Summary *archive_load(const Archive *archive, guint day);

/* --- archive_links.c: every link leads within the site's folder; prefix: from the page to it,
 * "../../" or the like. */

/* path: handed over; NULL: there is no such page. text: handed over. */
void archive_links_add(
	ArchiveLinks *links, const char *prefix, char *path, char *text, const char *rel);
ArchiveLinks archive_links_of_day(const Archive *archive, guint day);
ArchiveLinks archive_links_of_period(const Archive *archive, const Period *period);
ArchiveLinks archive_links_of_year(const Archive *archive, guint year);
/* Gives a page that was made before, if it is there, these links. */
gboolean archive_links_renew(
	const Archive *archive, const char *path, const ArchiveLinks *links, GError **error);

/* --- archive_calendar.c */

/* Appends a month as a table; prefix: from the page to the site's folder. */
void archive_calendar_month(
	GString *page, const Archive *archive, const Period *month, const char *prefix);
/* What the tables' signs mean. */
void archive_calendar_legend(GString *page);
/* Writes index.html, and a page for each year that has a day. */
gboolean archive_calendar_keep(const Archive *archive, GError **error);

/* --- archive_period.c */

/* Writes the page of a month or week. days: of Summary *, whole, of those of its days that
 * have a page; sensors, shortfalls: as archive_update. */
gboolean archive_period_keep(const Archive *archive, const Period *period,
	const GPtrArray *days, const char *const *sensors, GPtrArray *shortfalls,
	GError **error);

/* --- archive_rollup.c: what comes again in a period. past: the store's roll-ups of it. FALSE:
 * one cannot be read. */

/* The sources that were found on most days. */
gboolean archive_rollup_sources(
	GString *page, const GPtrArray *days, const char *prefix, Past *past, GError **error);
/* The service ports that most sources asked for. */
gboolean archive_rollup_ports(GString *page, Past *past, GError **error);

/* --- archive_feed.c */

/* Writes feed.atom, where there is a day. */
gboolean archive_feed_keep(const Archive *archive, GError **error);

#endif
