#include "config.h"

#include "tally/commands.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/count_lines.h"
#include "tally/count_store.h"
#include "tally/format.h"
#include "tally/site_groups.h"

enum {
	TRIGGER = 7, /* SHADOW's */
	ONE_SIDED_LEAST = 100,
	ONE_SIDED_PERCENT = 1, /* fewer outbound packets than this many in a hundred inbound */
};

typedef struct {
	WindowPlan plan;
	guint8 *ports;    /* owned: the filter's, where options give them */
	Home *targets;    /* owned: likewise */
	Site *site;       /* owned; NULL: none */
	SiteTally *tally; /* owned; NULL: none */
	CountSpan span;   /* of the site's store */
	guint format;
	GPtrArray *readers;    /* owned; of Reader */
	GPtrArray *shortfalls; /* owned; of char * */
} Count;

static void
count_clear(Count *count)
{
	g_free(count->ports);
	g_clear_pointer(&count->targets, home_free);
	g_clear_pointer(&count->tally, site_tally_free);
	g_clear_pointer(&count->site, site_free);
	g_clear_pointer(&count->readers, g_ptr_array_unref);
	g_clear_pointer(&count->shortfalls, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Count, count_clear)

static guint
parts_of(const Count *count)
{
	guint contacts =
		count->plan.filter.kinds != 0 || count->plan.filter.ports ? READER_CONTACTS : 0;

	return contacts | READER_NO_LISTS;
}

/* By the first octets; pipes are left alone. */
static gboolean
is_tally(const char *path)
{
	char magic[sizeof FORMAT_MAGIC - 1];
	gboolean found = FALSE;

	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR))
		return FALSE;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		found = read(fd, magic, sizeof magic) == sizeof magic &&
			memcmp(magic, FORMAT_MAGIC, sizeof magic) == 0;
		close(fd);
	}
	return found;
}

/* Tallies are opened; what is none is a capture, or will be refused as one. */
static GPtrArray *
open_tallies(Count *count, char **files, const Options *options)
{
	GPtrArray *captures = g_ptr_array_new();

	for (char **file = files; *file; file++) {
		g_autoptr(GError) problem = NULL;
		if (!is_tally(*file)) {
			g_ptr_array_add(captures, *file);
			continue;
		}
		Reader *reader = reader_new(*file, parts_of(count), &problem);
		if (!reader) {
			g_ptr_array_add(count->shortfalls, g_strdup(problem->message));
			continue;
		}
		g_ptr_array_add(count->readers, reader);
		if (options->home_text &&
			strcmp(reader_hour(reader)->home, home_text(options->home)) != 0)
			command_say("%s: tallied with home %s, not %s", *file,
				reader_hour(reader)->home, home_text(options->home));
	}
	return captures;
}

/* Captures become tallies without a name. Beside tallies, captures that cannot be read are a
 * shortfall. */
static gboolean
add_captures(Count *count, Options *options, const GPtrArray *captures, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (count->readers->len > 0)
		options->grid_minutes = reader_hour(count->readers->pdata[0])->grid_minutes;
	g_autoptr(Engine) engine = command_read(options, (const char *const *)captures->pdata,
		captures->len, count->shortfalls, &problem);
	if (!engine && count->readers->len > 0 && command_is_told(count->shortfalls, problem))
		return TRUE;
	if (!engine) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	for (guint i = 0; i < engine_n_hours(engine); i++) {
		Reader *reader = engine_open(engine, i, parts_of(count), error);
		if (!reader)
			return FALSE;
		g_ptr_array_add(count->readers, reader);
	}
	return TRUE;
}

/* A sensor that sees one direction only makes every answer look unsolicited. */
static void
tell_one_sided(const Count *count)
{
	guint64 in = 0, out = 0;

	for (guint i = 0; i < count->readers->len; i++) {
		const CaptureTotals *totals = &reader_hour(count->readers->pdata[i])->totals;
		in += totals->packets[OUTCOME_IN];
		out += totals->packets[OUTCOME_OUT];
	}
	if (in >= ONE_SIDED_LEAST && out < in / 100 * ONE_SIDED_PERCENT)
		command_say("one-sided: %" G_GUINT64_FORMAT " packets in, %" G_GUINT64_FORMAT
			    " out: answers to what was not captured count as unsolicited",
			in, out);
}

/* All that is open. */
static int
count_readers(Count *count)
{
	g_autoptr(GError) error = NULL;

	tell_one_sided(count);
	g_autoptr(GArray) lines = window_tally((Reader **)count->readers->pdata,
		count->readers->len, &count->plan, count->shortfalls, &error);
	if (lines)
		count_store_trim(lines, &count->span, count->plan.length);
	if (!lines || !count_lines_print(lines, &count->plan, count->format, &error))
		return command_fail(error);
	return command_tell_shortfalls(count->shortfalls);
}

static int
count_store(Count *count)
{
	g_autoptr(GError) error = NULL;

	if (!count_store_open(count->site, &count->span, parts_of(count), count->readers,
		    count->shortfalls, &error)) {
		command_tell_shortfalls(count->shortfalls);
		return command_fail(error);
	}
	return count_readers(count);
}

static int
count_files(Count *count, Options *options, char **files)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) captures = open_tallies(count, files, options);

	if (captures->len > 0) {
		command_tell_home(options);
		if (!add_captures(count, options, captures, &error))
			return command_fail_reading(count->shortfalls, error);
	} else if (count->readers->len == 0) {
		command_tell_shortfalls(count->shortfalls);
		return FAILURE_FAILED;
	}
	return count_readers(count);
}

/* The options of count alone, as given. */
typedef struct {
	/* owned, all */
	char *window, *step, *hosts, *kinds, *ports, *targets, *prefix, *format;
	char *site, *tally, *sensor, *from, *to;
	char **files;
} Words;

static void
words_clear(Words *words)
{
	g_free(words->window);
	g_free(words->step);
	g_free(words->hosts);
	g_free(words->kinds);
	g_free(words->ports);
	g_free(words->targets);
	g_free(words->prefix);
	g_free(words->format);
	g_free(words->site);
	g_free(words->tally);
	g_free(words->sensor);
	g_free(words->from);
	g_free(words->to);
	g_strfreev(words->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static gboolean
refuse(GError **error, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s (%s --help)", what, g_get_prgname());
	return FALSE;
}

/* Which options go together. */
static gboolean
check_words(const Words *words, const Options *options, GError **error)
{
	gboolean of_store = words->sensor || words->from || words->to;

	if (!words->site && (of_store || words->tally))
		return refuse(error, "--tally, --sensor, --from and --to need --site");
	if (words->site && options->home_text)
		return refuse(error, "--home and --site: expected one of them");
	if (words->files && of_store)
		return refuse(error, "--sensor, --from and --to are for the site's store, not "
				     "for files");
	if (!words->files && !words->site)
		return refuse(error, "expected a capture or tally");
	return TRUE;
}

static gboolean
read_time(const char *name, const char *text, gint64 initial, gint64 *time, GError **error)
{
	g_autoptr(GError) problem = NULL;

	*time = initial;
	if (!text || hour_parse_time(text, time, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s", name, problem->message);
	return FALSE;
}

/* The site, and the plan of its tally: what other options give comes in its place. */
static gboolean
settle_site(Count *count, const Words *words, GError **error)
{
	count->plan = (WindowPlan){.length = HOUR_SECONDS, .hosts = TRIGGER};
	count->span.sensor = words->sensor;
	if (!read_time("--from", words->from, G_MININT64, &count->span.from, error) ||
		!read_time("--to", words->to, G_MAXINT64, &count->span.to, error))
		return FALSE;
	if (!words->site)
		return TRUE;
	count->site = site_groups_load(words->site, error);
	if (!count->site || !words->tally)
		return count->site != NULL;
	count->tally = site_groups_tally(count->site->settings, words->tally, error);
	if (count->tally)
		count->plan = count->tally->plan;
	return count->tally != NULL;
}

static gboolean
settle_filter(Count *count, const Words *words, GError **error)
{
	WindowFilter *filter = &count->plan.filter;
	guint64 prefix;

	if ((words->kinds && !options_kinds("--kinds", words->kinds, &filter->kinds, error)) ||
		!options_ports("--ports", words->ports, &count->ports, error) ||
		!options_networks("--targets", words->targets, &count->targets, error) ||
		!options_number("--prefix-v6", words->prefix, 1, 128, 128, &prefix, error))
		return FALSE;
	if (count->ports)
		filter->ports = count->ports;
	if (count->targets)
		filter->targets = count->targets;
	filter->prefix_v6 = (guint)prefix;
	return TRUE;
}

static gboolean
settle(Count *count, const Words *words, GError **error)
{
	WindowPlan *plan = &count->plan;
	guint64 hosts;
	gint64 step;

	if (!settle_site(count, words, error))
		return FALSE;
	step = words->window ? 0 : plan->step;
	if (!options_hours("--window", words->window, plan->length, &plan->length, error) ||
		!options_hours("--step", words->step, step > 0 ? step : plan->length,
			&plan->step, error) ||
		!options_number(
			"--hosts", words->hosts, 1, G_MAXUINT32, plan->hosts, &hosts, error) ||
		!settle_filter(count, words, error) ||
		!options_choice(
			"--format", words->format, count_lines_formats, &count->format, error))
		return FALSE;
	plan->hosts = (guint)hosts;
	if (plan->step > plan->length) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--step \"%s\": expected no more than the window's %" G_GINT64_FORMAT
			"h",
			words->step, plan->length / HOUR_SECONDS);
		return FALSE;
	}
	return TRUE;
}

/* Captures are read by the site's home and grid. */
static gboolean
settle_reading(const Count *count, Options *options, GError **error)
{
	if (count->site)
		options->home_text = g_strdup(home_text(count->site->home));
	if (!options_settle(options, error))
		return FALSE;
	if (count->site)
		options->grid_minutes = count->site->grid_minutes;
	return TRUE;
}

int
count_main(int argc, char **argv)
{
	g_auto(Words) words = {0};
	g_auto(Options) options = {0};
	g_auto(Count) count = {
		.readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free),
		.shortfalls = g_ptr_array_new_with_free_func(g_free),
	};
	const GOptionEntry entries[] = {
		{"window", 0, 0, G_OPTION_ARG_STRING, &words.window,
			"whole hours, like 24h or 7d (default: 1h)", "DUR"},
		{"step", 0, 0, G_OPTION_ARG_STRING, &words.step,
			"from window to window (default: the window)", "DUR"},
		{"hosts", 0, 0, G_OPTION_ARG_STRING, &words.hosts,
			"list sources that hit N hosts or more (default: 7)", "N"},
		{"kinds", 0, 0, G_OPTION_ARG_STRING, &words.kinds,
			"only these kinds make a hit: syn, ack, udp, ...", "KIND,..."},
		{"ports", 0, 0, G_OPTION_ARG_STRING, &words.ports,
			"only these service ports make a hit: 22,80-90", "PORT,..."},
		{"targets", 0, 0, G_OPTION_ARG_STRING, &words.targets,
			"only these targets make a hit", "CIDR,..."},
		{"prefix-v6", 0, 0, G_OPTION_ARG_STRING, &words.prefix,
			"tally IPv6 sources by prefix (default: 128)", "BITS"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &words.format,
			"text, json or csv (default: text)", "FORMAT"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &words.files, NULL,
			"FILE..."},
		{NULL},
	};
	const GOptionEntry site_entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &words.site,
			"a site's home, tallies and (without FILE) store", "FILE"},
		{"tally", 0, 0, G_OPTION_ARG_STRING, &words.tally,
			"count as [tally NAME] of the site says", "NAME"},
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &words.sensor,
			"of the store, only this sensor", "NAME"},
		{"from", 0, 0, G_OPTION_ARG_STRING, &words.from,
			"of the store, only windows that begin then or later", "TIME"},
		{"to", 0, 0, G_OPTION_ARG_STRING, &words.to, "and end by then", "TIME"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	GOptionGroup *site = g_option_group_new(
		"site", "Of a site:", "a site's settings and its store", NULL, NULL);
	g_autoptr(GError) error = NULL;

	g_option_group_add_entries(site, site_entries);
	g_option_context_add_group(context, site);
	g_option_context_set_summary(context, "Counts how many hosts each source hit, by "
					      "window, from captures or hourly tallies.");
	g_option_context_set_description(context,
		"Example: gnomon-tally count --home 192.0.2.0/24 --window 24h --step "
		"1h monday.pcap");
	g_option_context_add_main_entries(context, entries, NULL);
	options_add(&options, context);
	if (!options_parse(context, &argc, &argv, &error) ||
		!check_words(&words, &options, &error))
		return command_fail(error);
	if (!settle(&count, &words, &error) || !settle_reading(&count, &options, &error))
		return command_fail_settings(error);
	return words.files ? count_files(&count, &options, words.files) : count_store(&count);
}
