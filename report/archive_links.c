#include "config.h"

#include <string.h>

#include "report/archive_private.h"

#include "common/disk.h"
#include "report/draft.h"

void
archive_links_clear(ArchiveLinks *links)
{
	for (guint i = 0; i < links->n; i++) {
		g_free((char *)links->links[i].href);
		g_free((char *)links->links[i].text);
	}
	links->n = 0;
}

void
archive_links_add(
	ArchiveLinks *links, const char *prefix, char *path, char *text, const char *rel)
{
	g_return_if_fail(links->n < G_N_ELEMENTS(links->links));
	links->links[links->n++] =
		(HtmlLink){path ? g_strconcat(prefix, path, NULL) : NULL, text, rel};
	g_free(path);
}

static void
add_calendar(ArchiveLinks *links, const char *prefix)
{
	archive_links_add(links, prefix, g_strdup("index.html"), g_strdup("Calendar"), "up");
}

static void
add_period(ArchiveLinks *links, const char *prefix, PeriodKind kind, guint day)
{
	Period period = period_of(kind, day);

	archive_links_add(links, prefix, period_path(&period), period_title(&period), NULL);
}

/* The day `other`, seen from `day`; where none lies between them it is the next one, else that
 * is said. */
static void
add_day(ArchiveLinks *links, guint day, guint other, const char *side, const char *rel)
{
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE];
	guint apart = other > day ? other - day : day - other;
	char *path = g_strdup_printf("%s/index.html", calendar_folder(other, folder));
	g_autofree char *gap = apart > 1 ? g_strdup_printf(" (%u day%s without a report)",
						   apart - 1, apart == 2 ? "" : "s")
					 : g_strdup("");

	archive_links_add(links, "../../../", path,
		g_strdup_printf("%s: %s%s", side, calendar_format(other, date), gap), rel);
}

ArchiveLinks
archive_links_of_day(const Archive *archive, guint day)
{
	ArchiveLinks links = {.n = 0};
	guint at = archive_find(archive, day);
	guint after =
		at < archive->days->len && archive_day(archive, at)->day == day ? at + 1 : at;

	if (at > 0)
		add_day(&links, day, archive_day(archive, at - 1)->day, "Before", "prev");
	else
		archive_links_add(&links, "", NULL, g_strdup("No report before"), NULL);
	add_calendar(&links, "../../../");
	add_period(&links, "../../../", PERIOD_MONTH, day);
	add_period(&links, "../../../", PERIOD_WEEK, day);
	if (after < archive->days->len)
		add_day(&links, day, archive_day(archive, after)->day, "After", "next");
	else
		archive_links_add(&links, "", NULL, g_strdup("No report after"), NULL);
	return links;
}

ArchiveLinks
archive_day_links(const Archive *archive, const char *date)
{
	guint day;

	return calendar_parse(date, &day) ? archive_links_of_day(archive, day)
					  : (ArchiveLinks){.n = 0};
}

ArchiveLinks
archive_links_of_period(const Archive *archive, const Period *period)
{
	const char *prefix = period->kind == PERIOD_MONTH ? "../../" : "../";
	guint before = archive_find(archive, period->first);
	guint after = archive_find(archive, period->last + 1);
	ArchiveLinks links = {.n = 0};

	if (before > 0) {
		Period other = period_of(period->kind, archive_day(archive, before - 1)->day);
		archive_links_add(
			&links, prefix, period_path(&other), period_title(&other), "prev");
	}
	add_calendar(&links, prefix);
	if (period->kind == PERIOD_MONTH)
		archive_links_add(&links, prefix,
			g_strdup_printf("%04u/index.html", period->year),
			g_strdup_printf("%u", period->year), NULL);
	if (after < archive->days->len) {
		Period other = period_of(period->kind, archive_day(archive, after)->day);
		archive_links_add(
			&links, prefix, period_path(&other), period_title(&other), "next");
	}
	return links;
}

/* The year of the day at a place. */
static void
add_year(ArchiveLinks *links, const Archive *archive, guint at, const char *rel)
{
	guint year = calendar_year(archive_day(archive, at)->day);

	archive_links_add(links, "../", g_strdup_printf("%04u/index.html", year),
		g_strdup_printf("%u", year), rel);
}

ArchiveLinks
archive_links_of_year(const Archive *archive, guint year)
{
	ArchiveLinks links = {.n = 0};
	guint first = 0;

	while (first < archive->days->len &&
		calendar_year(archive_day(archive, first)->day) < year)
		first++;
	guint after = first;
	while (after < archive->days->len &&
		calendar_year(archive_day(archive, after)->day) == year)
		after++;
	if (first > 0)
		add_year(&links, archive, first - 1, "prev");
	add_calendar(&links, "../");
	if (after < archive->days->len)
		add_year(&links, archive, after, "next");
	return links;
}

gboolean
archive_links_renew(
	const Archive *archive, const char *path, const ArchiveLinks *links, GError **error)
{
	g_autofree char *file = g_build_filename(archive->folder, path, NULL);
	gsize length;
	g_autofree char *text = disk_load(file, DISK_TEXT_MAX, &length);
	const HtmlPage page = {.links = links->links, .n_links = links->n};

	if (!text)
		return TRUE;
	g_autofree char *renewed = html_relink(text, &page);
	return !renewed || draft_save(file, renewed, strlen(renewed), error);
}
