#include "config.h"

#include "report/scan.h"

#include <string.h>

#include "common/failure.h"
#include "common/home.h"
#include "common/hour.h"
#include "common/output.h"
#include "report/command.h"
#include "report/find.h"
#include "report/page.h"
#include "report/tallies.h"

typedef struct {
	char **paths;
	char *format, *html;
	char **set;
	char **known[KNOWN_ACTIONS]; /* files */
	gint64 hosts;
	gboolean list;
} ScanOptions;

static void
scan_options_clear(ScanOptions *options)
{
	g_strfreev(options->paths);
	g_free(options->format);
	g_free(options->html);
	g_strfreev(options->set);
	for (int action = 0; action < KNOWN_ACTIONS; action++)
		g_strfreev(options->known[action]);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ScanOptions, scan_options_clear)

static gboolean
parse_options(char **arguments, ScanOptions *options, GError **error)
{
	const GOptionEntry entries[] = {
		{"hosts", 0, 0, G_OPTION_ARG_INT64, &options->hosts,
			"every threshold told in hosts: so many a source must hit (7)", "N"},
		{"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->set,
			"one threshold, as --list names it: port-scan.ports=30", "NAME=N"},
		{"ignore", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->known[KNOWN_IGNORE],
			"sources whose findings are only counted: a list of networks, or a "
			"MISP warning list",
			"FILE"},
		{"label", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->known[KNOWN_LABEL],
			"likewise, whose findings come behind all others", "FILE"},
		{"watch", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->known[KNOWN_WATCH],
			"likewise, whose findings come first", "FILE"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &options->format,
			"text (default), a line for each finding: json, csv, eve, zeek, or "
			"for each contact of those who scan: dshield",
			"FORMAT"},
		{"html", 0, 0, G_OPTION_ARG_FILENAME, &options->html,
			"write the page as HTML, too", "FILE"},
		{"list", 0, 0, G_OPTION_ARG_NONE, &options->list,
			"print the detectors and their thresholds", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->paths, NULL,
			"TALLY..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- which outside hosts map us, fast or slowly");

	g_option_context_set_description(context,
		"TALLY: hourly tallies, or folders of them.\n\n"
		"Example:\n  gnomon-tally store --output /tmp/day FILE.pcap && gnomon-report "
		"scan --hosts 5 /tmp/day\n");
	g_option_context_add_main_entries(context, entries, NULL);
	return g_option_context_parse_strv(context, &arguments, error);
}

static gboolean
set_threshold(DetectorSettings *settings, const char *text, GError **error)
{
	g_auto(GStrv) sides = g_strsplit(text, "=", 2);
	char *dot = sides[0] ? strrchr(sides[0], '.') : NULL;
	guint64 value;

	if (!dot || !sides[1]) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--set %s: expected DETECTOR.PARAMETER=NUMBER", text);
		return FALSE;
	}
	*dot = '\0';
	if (!g_ascii_string_to_unsigned(sides[1], 10, 0, G_MAXUINT32, &value, NULL)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--set %s: expected a number after =", text);
		return FALSE;
	}
	return detector_settings_set(settings, sides[0], dot + 1, value, error);
}

static DetectorSettings *
make_settings(const ScanOptions *options, GError **error)
{
	g_autoptr(DetectorSettings) settings = detector_settings_new();

	if (options->hosts != G_MININT64) {
		g_autoptr(GError) problem = NULL;
		/* A negative number is no less out of bounds than zero. */
		if (!detector_settings_set(settings, NULL, "hosts",
			    (guint64)MAX(options->hosts, 0), &problem)) {
			g_set_error(error, FAILURE, FAILURE_USAGE,
				"--hosts %" G_GINT64_FORMAT ": %s", options->hosts,
				problem->message);
			return NULL;
		}
	}
	for (char **set = options->set; set && *set; set++)
		if (!set_threshold(settings, *set, error))
			return NULL;
	return g_steal_pointer(&settings);
}

static void
print_windows(const Detector *detector, guint parameter, FILE *out)
{
	char length[HOUR_TEXT_SIZE], step[HOUR_TEXT_SIZE];
	const char *before = "      windows: ", *after = "";

	for (gsize i = 0; i < detector->n_windows; i++) {
		const DetectorWindow *window = &detector->windows[i];
		if (window->parameter != parameter)
			continue;
		fprintf(out, "%s%s at %s steps", before,
			finding_format_length(window->length, length),
			finding_format_length(window->step, step));
		before = ", ";
		after = "\n";
	}
	fputs(after, out);
}

static void
print_detectors(const DetectorSettings *settings, FILE *out)
{
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		const Detector *detector = detectors[i];
		const guint *values = detector_settings_values(settings, detector);
		fprintf(out, "%s%s: %s\n  origin: %s\n  misses %s\n  set off wrongly by %s\n",
			i > 0 ? "\n" : "", detector->name, detector->title, detector->origin,
			detector->misses, detector->mistakes);
		for (guint k = 0; k < detector->n_parameters; k++) {
			const DetectorParameter *parameter = &detector->parameters[k];
			fprintf(out,
				"  %s.%s = %u %s (initially %u, from %u to %u)\n      %s\n",
				detector->name, parameter->name, values[k], parameter->unit,
				parameter->initial, parameter->min, parameter->max,
				parameter->help);
			print_windows(detector, k, out);
		}
	}
}

static gboolean
is_default_home(const Coverage *coverage)
{
	g_autoptr(Home) private = home_new_private();

	return coverage->homes->len == 1 &&
	       strcmp(coverage->homes->pdata[0], home_text(private)) == 0;
}

/* A tally says what its captures lacked, and the page tells it all; whoever reads only the
 * findings shall hear of it too. */
static void
tell_shortfalls(const Coverage *coverage, GPtrArray *shortfalls)
{
	guint n = coverage->shortfalls->len;

	if (n > 0)
		g_ptr_array_add(
			shortfalls, g_strdup_printf(n > 1 ? "%s (and %u more)" : "%s",
					    (char *)coverage->shortfalls->pdata[0], n - 1));
	else if (coverage->cut_short)
		g_ptr_array_add(shortfalls, g_strdup("a capture was not read to its end"));
}

/* The lists named, as of the last day of the captures. *known: NULL without one. */
static gboolean
load_known(const ScanOptions *options, const Coverage *coverage, Known **known, GError **error)
{
	const KnownDefaults defaults = {NULL};
	char date[HOUR_TEXT_SIZE];
	g_autoptr(Known) lists = NULL;

	hour_format_s(coverage->last_hour, date)[strlen("2017-09-10")] = '\0';
	for (int action = 0; action < KNOWN_ACTIONS; action++)
		for (char **path = options->known[action]; path && *path; path++) {
			g_autofree char *name = g_path_get_basename(*path);
			if (!lists)
				lists = known_new(date);
			if (!known_load_file(
				    lists, name, (KnownAction)action, *path, &defaults, error))
				return FALSE;
		}
	if (lists)
		known_settle(lists);
	*known = g_steal_pointer(&lists);
	return TRUE;
}

static void
tell_known(const Known *known, GPtrArray *shortfalls)
{
	const GPtrArray *lines = known ? known_problems(known) : NULL;

	for (guint i = 0; lines && i < lines->len; i++)
		g_ptr_array_add(shortfalls, g_strdup(lines->pdata[i]));
}

/* As text on out, unless findings are told there as lines, and as HTML where it is asked for. */
static gboolean
write_pages(const ScanOptions *options, const LineFormat *format, const Model *model, FILE *out,
	GError **error)
{
	g_autoptr(GString) page = g_string_new(NULL);

	if (!format) {
		page_text(page, model);
		fwrite(page->str, 1, page->len, out);
	}
	if (!options->html)
		return TRUE;
	g_string_truncate(page, 0);
	page_html(page, model);
	return output_save(options->html, page->str, page->len, error);
}

/* lines: its shortfalls hold the tallies that could not be opened. */
static gboolean
scan_tallies(GPtrArray *readers, const ScanOptions *options, const DetectorSettings *settings,
	const LineFormat *format, FILE *out, CommandLines *lines, GError **error)
{
	g_autoptr(Coverage) coverage =
		coverage_new((Reader **)readers->pdata, readers->len, error);
	g_autoptr(Known) known = NULL;
	gsize n_signatures;
	const Signature *signatures = trait_default_signatures(&n_signatures);

	if (!coverage || !load_known(options, coverage, &known, error))
		return FALSE;

	g_autoptr(GPtrArray) limits = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Counters) counters = counters_new(settings, subject_always);
	g_autoptr(Overview) overview =
		options->html
			? overview_new(coverage->first_hour, coverage->last_hour + HOUR_SECONDS)
			: NULL;
	ScanHead head = {
		.coverage = coverage,
		.unread = lines->shortfalls,
		.settings = settings,
		.span = subject_always,
		.home_is_default = is_default_home(coverage),
		.one_sided = coverage_is_one_sided(coverage),
		.signatures = signatures,
		.n_signatures = n_signatures,
		.known = known,
		.limits = limits,
		.counters = counters,
		.overview = overview,
	};
	const FindLines outputs[] = {{format, out}, {NULL, NULL}};
	g_autoptr(Model) model = !format || options->html ? model_new(&head, NULL) : NULL;
	if (!find_all(readers, &head, outputs, model, error) ||
		(model && !write_pages(options, format, model, out, error)))
		return FALSE;
	tell_shortfalls(coverage, lines->shortfalls);
	tell_known(known, lines->shortfalls);
	/* The page says so itself; whoever reads only the findings shall hear of it. */
	for (guint i = 0; format && i < limits->len; i++)
		g_ptr_array_add(lines->notices,
			g_strdup_printf("notice: %s", (char *)limits->pdata[i]));
	if (head.one_sided && format)
		g_ptr_array_add(lines->notices,
			g_strdup("notice: one-sided: hardly an outbound packet was captured; "
				 "verdicts that rest on responses are held back"));
	return TRUE;
}

static gboolean
run(char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error)
{
	g_auto(ScanOptions) options = {.hosts = G_MININT64};

	(void)now;
	if (!parse_options(arguments, &options, error))
		return FALSE;

	g_autoptr(DetectorSettings) settings = make_settings(&options, error);
	const LineFormat *format;
	if (!settings || !line_format_find(options.format, &format, error))
		return FALSE;
	if (options.list) {
		print_detectors(settings, out);
		return TRUE;
	}
	if (!options.paths) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"scan: expected tallies, or folders of them");
		return FALSE;
	}

	g_autoptr(GPtrArray) readers =
		tallies_open(options.paths, FIND_PARTS, lines->shortfalls, error);
	return readers && scan_tallies(readers, &options, settings, format, out, lines, error);
}

const Command command_scan = {
	.name = "scan",
	.summary = "finds who maps the network, in an hour or low and slow",
	.run = run,
};
