/*
 * The archive of a site's days: REPORTS/SITE/index.html (a calendar), YYYY/index.html,
 * YYYY/MM/index.html, YYYY/week-WW.html, feed.atom and latest.
 *
 * It is made of what is at rest: the days' folders, their summaries (summary.h), and the store's
 * roll-ups. What the calendar needs of every day lies in REPORTS/SITE/days.json, so that a run
 * reads the summaries of the months and weeks only that it touches; days.json is derived, and
 * made anew when it is gone or damaged. Times come from the days, none from a clock: the same
 * days, the same octets.
 */
#ifndef REPORT_ARCHIVE_H
#define REPORT_ARCHIVE_H

#include "common/site.h"
#include "report/html.h"

typedef struct Archive Archive;

/* The days that have a page now. site: borrowed. NULL and error: a folder cannot be listed. */
Archive *archive_new(const Site *site, GError **error);
void archive_free(Archive *archive);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Archive, archive_free)

/* The links of a page, from the one before to the one after; none leads nowhere. */
typedef struct {
	HtmlLink links[8]; /* their texts and href are owned */
	guint n;
} ArchiveLinks;

/* Those of the page of a local date ("2017-09-10"), whether it is there yet or not. */
ArchiveLinks archive_day_links(const Archive *archive, const char *date);
void archive_links_clear(ArchiveLinks *links);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ArchiveLinks, archive_links_clear)

/* The feed as a day's page names it. */
#define ARCHIVE_DAY_FEED "../../../feed.atom"

/*
 * Once the pages of some dates (NULL-terminated; NULL: of all) are written: makes everything of
 * the archive that they touch, and gives the pages beside them their links; days that are gone
 * without a word are noticed. sensors: those of the site. shortfalls (of char *): roll-ups that
 * are damaged. FALSE and error: something cannot be written; what was there before stays.
 */
gboolean archive_update(Archive *archive, const char *const *dates, const char *const *sensors,
	GPtrArray *shortfalls, GError **error);

#endif
