/*
 * gnomon-report day: the findings of local days at rest, a file a day, or one day's page.
 */
#include "config.h"

#include "report/command.h"

#include "common/failure.h"
#include "common/hour.h"
#include "common/lock.h"
#include "report/day.h"
#include "report/day_find.h"
#include "report/day_head.h"
#include "report/day_keep.h"
#include "report/draft.h"
#include "report/page.h"
#include "report/reports_lock.h"
#include "tally/site_groups.h"

typedef struct {
	char **dates;
	char *site;
	char *now, *format;
	gboolean print;
} DayOptions;

static void
day_options_clear(DayOptions *options)
{
	g_strfreev(options->dates);
	g_free(options->site);
	g_free(options->now);
	g_free(options->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DayOptions, day_options_clear)

/* now: seconds since 1970, by the clock; that of --now where it is given. */
static gboolean
parse_options(char **arguments, DayOptions *options, gint64 *now, GError **error)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site, "the site's settings",
			"FILE"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &options->now,
			"an hour that ends later is not closed (default: the clock)", "TIME"},
		{"print", 0, 0, G_OPTION_ARG_NONE, &options->print,
			"print the page of the day and write nothing", NULL},
		{"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
			"of --print: text (default), a line for each finding: json, csv, eve, "
			"zeek, or for each contact of those who scan: dshield",
			"FORMAT"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->dates, NULL,
			"DAY..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- findings of local days from a site's store");

	g_option_context_set_description(context,
		"DAY: a local date. Page and findings go to REPORTS/SITE/YYYY/MM/DD/.\n\n"
		"Example:\n  gnomon-report day --site /etc/gnomon/site.conf 2026-03-29\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return FALSE;
	if (!options->site || !options->dates || (options->print && options->dates[1])) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "day: expected %s",
			!options->site   ? "--site FILE"
			: options->dates ? "one day to print"
					 : "a day, like 2026-03-29");
		return FALSE;
	}
	return !options->now || hour_parse_time(options->now, now, error);
}

static gboolean
print_page(gpointer out, Model *model, GError **error)
{
	g_autoptr(GString) page = g_string_new(NULL);

	(void)error;
	page_text(page, model);
	fwrite(page->str, 1, page->len, out);
	return TRUE;
}

static gboolean
print_nothing(gpointer data, Model *model, GError **error)
{
	(void)data, (void)model, (void)error;
	return TRUE;
}

/* On out only once all of it is known to be sound. */
static gboolean
print_day(Day *day, const DetectorSettings *settings, const LineFormat *format, FILE *out,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(FILE) draft = draft_new(g_get_tmp_dir(), error);
	const FindLines lines[] = {{format, draft}, {NULL, NULL}};
	const DayOutput output = {lines, format ? print_nothing : print_page, out};

	if (!draft || !day_find(day, settings, &output, shortfalls, error) ||
		!draft_copy(draft, out, error))
		return FALSE;
	day_tell_gaps(day, shortfalls);
	return TRUE;
}

static gboolean
keep_days(const Site *site, char **sensors, char **dates, gint64 now, GPtrArray *shortfalls,
	GError **error)
{
	int lock = reports_lock(site, error);

	if (lock < 0)
		return FALSE;
	gboolean done = day_keep(site, (const char **)sensors, dates, now, shortfalls, error);
	lock_release(lock);
	return done;
}

static gboolean
run(char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error)
{
	GPtrArray *shortfalls = lines->shortfalls;
	g_auto(DayOptions) options = {0};

	if (!parse_options(arguments, &options, &now, error))
		return FALSE;

	g_autoptr(Site) site = site_groups_load(options.site, error);
	g_auto(GStrv) sensors = site ? site_sensors(site, error) : NULL;
	if (!sensors)
		return FALSE;

	const LineFormat *format;
	if (!line_format_find(options.format, &format, error))
		return FALSE;

	if (!options.print)
		return keep_days(site, sensors, options.dates, now, shortfalls, error);
	g_autoptr(DetectorSettings) settings = site_groups_thresholds(site->settings);
	g_autoptr(Day) day = day_new(site, (const char **)sensors, *options.dates, now, error);
	gboolean done = day && print_day(day, settings, format, out, shortfalls, error);
	if (day)
		day_find_tell(day->unread, shortfalls);
	return done;
}

const Command command_day = {
	.name = "day",
	.summary = "writes the findings of a site's local days, or prints a day's page",
	.run = run,
};
