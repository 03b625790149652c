#include "config.h"

#include "report/hour_links.h"

#include "common/hour.h"
#include "common/spool.h"

enum { DAY_HOURS = 24 };

char *
hour_links_name(gint64 from, gint64 hour)
{
	char stem[SPOOL_STEM_SIZE];

	spool_format_stem(hour, -1, stem);
	return g_strdup_printf(
		"hour-%s%s.html", stem, hour - from >= DAY_HOURS * HOUR_SECONDS ? "-2" : "");
}

char *
hour_links_path(const Site *site, gint64 hour)
{
	gint64 from = zone_day(site->zone, hour);
	g_autofree char *name = hour_links_name(from, hour);
	char date[HOUR_TEXT_SIZE];

	g_strdelimit(zone_format_day(site->zone, from, date), "-", '/');
	return g_strdup_printf("%s/%s", date, name);
}

/* The way from an hour's page to another's; NULL: it has none. */
static char *
find_page(const Site *site, gint64 hour, gint64 other, gint64 until)
{
	gint64 from = zone_day(site->zone, hour);
	gboolean same_day = zone_day(site->zone, other) == from;
	g_autofree char *path = hour_links_path(site, other);
	g_autofree char *file = g_build_filename(site->reports, site->name, path, NULL);

	if (!(same_day && other < until) && !g_file_test(file, G_FILE_TEST_IS_REGULAR))
		return NULL;
	return same_day ? hour_links_name(from, other) : g_strconcat("../../../", path, NULL);
}

ArchiveLinks
hour_links(const Site *site, gint64 hour, gint64 until)
{
	return (ArchiveLinks){
		.links = {{find_page(site, hour, hour - HOUR_SECONDS, until),
				  g_strdup("Hour before"), "prev"},
			{g_strdup("index.html"), g_strdup("The day"), "up"},
			{find_page(site, hour, hour + HOUR_SECONDS, until),
				g_strdup("Hour after"), "next"}},
		.n = 3,
	};
}
