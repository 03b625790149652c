#include "config.h"

#include "tally/commands.h"

#include <time.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/site_groups.h"
#include "tally/tune_lines.h"
#include "tally/tune_store.h"

/* As given; owned, all. */
typedef struct {
	char *site, *from, *to, *now, *at_most, *format;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->site);
	g_free(words->from);
	g_free(words->to);
	g_free(words->now);
	g_free(words->at_most);
	g_free(words->format);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

/* "example, 2026-03-16 to 2026-03-29 (Europe/Berlin)" */
static char *
make_title(const TuneStore *store)
{
	const Zone *zone = store->site->zone;
	const TuneDay *days = (const TuneDay *)(gpointer)store->days->data;
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE];

	return g_strdup_printf("%s, %s to %s (%s)", store->site->name,
		zone_format_day(zone, days[0].from, first),
		zone_format_day(zone, days[store->days->len - 1].from, last), zone_name(zone));
}

static gboolean
print(const TuneStore *store, guint at_most, guint format, GError **error)
{
	const TuneDay *days = (const TuneDay *)(gpointer)store->days->data;
	g_autoptr(TuneTable) table = tune_table_new(days, store->days->len);
	g_autoptr(DetectorSettings) settings = site_groups_thresholds(store->site->settings);
	g_autofree char *title = make_title(store);
	g_autoptr(GString) out = g_string_new(NULL);
	TuneLines lines = {
		.title = title,
		.table = table,
		.tune = store->tune,
		.at_most = at_most,
		.n_days = store->days->len,
	};

	tune_triggers(settings, lines.triggers);
	for (guint i = 0; i < store->days->len; i++) {
		lines.n_gappy += days[i].hours > 0 && days[i].hours < days[i].due;
		lines.n_unremembered += days[i].hours > 0 && !days[i].remembered;
	}
	tune_lines_append(out, &lines, format);
	return command_print(out, error);
}

static int
run(const Words *words)
{
	TuneDates dates = {words->from, words->to};
	gint64 now = (gint64)time(NULL);
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	guint64 at_most;
	guint format;

	if ((words->now && !hour_parse_time(words->now, &now, &error)) ||
		!options_number("--at-most", words->at_most, 1, 1000000, TUNE_AT_MOST, &at_most,
			&error) ||
		!options_choice("--format", words->format, tune_lines_formats, &format, &error))
		return command_fail(error);
	g_autoptr(Site) site = site_groups_load(words->site, &error);
	if (!site)
		return command_fail_settings(error);
	g_autoptr(TuneStore) store = tune_store_new(site, &dates, now, &error);
	if (!store)
		return command_fail(error);
	if (!tune_store_read(store, shortfalls, &error))
		return command_fail_reading(shortfalls, error);
	if (!print(store, (guint)at_most, format, &error))
		return command_fail(error);
	return command_tell_shortfalls(shortfalls);
}

int
tune_command_main(int argc, char **argv)
{
	g_auto(Words) words = {0};
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &words.site, "the site's settings",
			"FILE"},
		{"from", 0, 0, G_OPTION_ARG_STRING, &words.from,
			"first local day (default: 14 days, by --to)", "DATE"},
		{"to", 0, 0, G_OPTION_ARG_STRING, &words.to,
			"last local day (default: the store's last that is over)", "DATE"},
		{"at-most", 0, 0, G_OPTION_ARG_STRING, &words.at_most,
			"new or unexplained sources that can be read of a day (default: 20)",
			"N"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &words.format,
			"text, json or csv (default: text)", "FORMAT"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &words.now,
			"an hour that ends later is not closed (default: the clock)", "TIME"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Tells how many sources a day would be listed at each n, over past days of a "
		"site's store,\nwho is marginal to the n in force, and which n may fit. It "
		"sets nothing.");
	g_option_context_set_description(context,
		"Example: gnomon-tally tune --site /etc/gnomon/site.conf --from 2026-03-16 "
		"--to 2026-03-29");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (words.site && argc == 1)
		return run(&words);
	command_say("expected %s (%s --help)", words.site ? "no other words" : "--site FILE",
		g_get_prgname());
	return FAILURE_USAGE;
}
