#include "config.h"

#include "tally/commands.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/count_lines.h"
#include "tally/format.h"

enum {
	TRIGGER = 7, /* SHADOW's */
	ONE_SIDED_LEAST = 100,
	ONE_SIDED_PERCENT = 1, /* fewer outbound packets than this many in a hundred inbound */
};

typedef struct {
	WindowPlan plan;
	guint8 *ports; /* owned: the filter's */
	Home *targets; /* owned: the filter's */
	guint format;
	GPtrArray *readers;    /* owned; of Reader */
	GPtrArray *shortfalls; /* owned; of char * */
} Count;

static void
count_clear(Count *count)
{
	g_free(count->ports);
	g_clear_pointer(&count->targets, home_free);
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
	tell_one_sided(count);
	g_autoptr(GArray) lines = window_tally((Reader **)count->readers->pdata,
		count->readers->len, &count->plan, count->shortfalls, &error);
	if (!lines || !count_lines_print(lines, &count->plan, count->format, &error))
		return command_fail(error);
	return command_tell_shortfalls(count->shortfalls);
}

/* The options of count alone, as given. */
typedef struct {
	char *window, *step, *hosts, *kinds, *ports, *targets, *prefix, *format; /* owned */
	char **files;                                                            /* owned */
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
	g_strfreev(words->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Words, words_clear)

static gboolean
settle(Count *count, const Words *words, GError **error)
{
	WindowPlan *plan = &count->plan;
	guint64 hosts, prefix;

	if (!options_hours("--window", words->window, HOUR_SECONDS, &plan->length, error) ||
		!options_hours("--step", words->step, plan->length, &plan->step, error) ||
		!options_number(
			"--hosts", words->hosts, 1, G_MAXUINT32, TRIGGER, &hosts, error) ||
		!options_kinds("--kinds", words->kinds, &plan->filter.kinds, error) ||
		!options_ports("--ports", words->ports, &count->ports, error) ||
		!options_networks("--targets", words->targets, &count->targets, error) ||
		!options_number("--prefix-v6", words->prefix, 1, 128, 128, &prefix, error) ||
		!options_choice(
			"--format", words->format, count_lines_formats, &count->format, error))
		return FALSE;
	plan->hosts = (guint)hosts;
	plan->filter.ports = count->ports;
	plan->filter.targets = count->targets;
	plan->filter.prefix_v6 = (guint)prefix;
	if (plan->step > plan->length) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--step \"%s\": expected no more than the window's %s", words->step,
			words->window ? words->window : "1h");
		return FALSE;
	}
	if (!words->files) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"expected a capture or tally (%s --help)", g_get_prgname());
		return FALSE;
	}
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
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context, "Counts how many hosts each source hit, by "
					      "window, from captures or hourly tallies.");
	g_option_context_set_description(context,
		"Example: gnomon-tally count --home 192.0.2.0/24 --window 24h --step "
		"1h monday.pcap");
	g_option_context_add_main_entries(context, entries, NULL);
	options_add(&options, context);
	if (!options_parse(context, &argc, &argv, &error) || !settle(&count, &words, &error) ||
		!options_settle(&options, &error))
		return command_fail(error);
	return count_files(&count, &options, words.files);
}
