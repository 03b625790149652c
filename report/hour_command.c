/*
 * gnomon-report hour: the pages of hours written again, with the days they belong to.
 */
#include "config.h"

#include "common/failure.h"
#include "common/hour.h"
#include "report/command.h"
#include "report/day_keep.h"
#include "tally/site_groups.h"

typedef struct {
	char **hours;
	char *site, *now;
} HourOptions;

static void
hour_options_clear(HourOptions *options)
{
	g_strfreev(options->hours);
	g_free(options->site);
	g_free(options->now);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(HourOptions, hour_options_clear)

static gboolean
parse_options(char **arguments, HourOptions *options, gint64 *now, GError **error)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site, "the site's settings",
			"FILE"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &options->now,
			"an hour that ends later is not closed (default: the clock)", "TIME"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->hours, NULL,
			"HOUR..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- pages of hours, and of the days they belong to");

	g_option_context_set_description(context,
		"HOUR: a time within it, UTC.\n\nExample:\n  gnomon-report hour --site "
		"/etc/gnomon/site.conf 2026-03-29T12:00Z\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return FALSE;
	if (!options->site || !options->hours) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "hour: expected %s",
			options->site ? "a time within an hour, like 2026-03-29T12:00Z"
				      : "--site FILE");
		return FALSE;
	}
	return !options->now || hour_parse_time(options->now, now, error);
}

/* The local dates of the hours, each once; NULL: one of them is no time. Owned by the caller. */
static char **
list_dates(const Site *site, char **hours, GError **error)
{
	g_autoptr(GPtrArray) dates = g_ptr_array_new_with_free_func(g_free);
	char date[HOUR_TEXT_SIZE];
	gint64 time;

	for (char **hour = hours; *hour; hour++) {
		if (!hour_parse_time(*hour, &time, error))
			return NULL;
		zone_format_day(site->zone, time, date);
		if (!g_ptr_array_find_with_equal_func(dates, date, g_str_equal, NULL))
			g_ptr_array_add(dates, g_strdup(date));
	}
	g_ptr_array_add(dates, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&dates), FALSE);
}

static gboolean
run(char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error)
{
	g_auto(HourOptions) options = {0};

	(void)out;
	if (!parse_options(arguments, &options, &now, error))
		return FALSE;
	g_autoptr(Site) site = site_groups_load(options.site, error);
	g_auto(GStrv) sensors = site ? site_sensors(site, error) : NULL;
	g_auto(GStrv) dates = sensors ? list_dates(site, options.hours, error) : NULL;
	return dates && site_check_owner(site, error) &&
	       day_keep(site, (const char **)sensors, dates, now, lines->shortfalls, error);
}

const Command command_hour = {
	.name = "hour",
	.summary = "writes the pages of hours, and of the days they belong to",
	.run = run,
};
