/*
 * gnomon-report day: the findings of local days at rest, a file a day, or one day's page.
 */
#include "config.h"

#include "report/command.h"

#include <errno.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "report/archive.h"
#include "report/card_packets.h"
#include "report/day.h"
#include "report/day_head.h"
#include "report/draft.h"
#include "report/find.h"
#include "report/hour_page.h"
#include "report/page.h"
#include "report/summary_model.h"
#include "tally/signatures.h"
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
			"of --print: text (default), or a line for each finding: json, csv, "
			"eve, zeek",
			"FORMAT"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->dates, NULL,
			"DAY..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- findings of local days from a site's store");

	g_option_context_set_description(context,
		"DAY: a local date. Written to REPORTS/SITE/YYYY/MM/DD/findings.ndjson.\n\n"
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

/* Neighbouring days read the same tallies and lists: what is wrong with one is told once. */
static void
tell_lines(const GPtrArray *lines, GPtrArray *shortfalls)
{
	for (guint i = 0; i < lines->len; i++) {
		const char *line = lines->pdata[i];
		if (!g_ptr_array_find_with_equal_func(shortfalls, line, g_str_equal, NULL))
			g_ptr_array_add(shortfalls, g_strdup(line));
	}
}

/* The site's lists as of that day, with nothing counted; NULL: it has none. */
static Known *
load_known(const Day *day)
{
	const Settings *settings = day->site->settings;

	if (!*settings_names(settings, "known"))
		return NULL;
	Known *known = known_new(day->date);
	known_load_site(known, settings);
	known_settle(known);
	return known;
}

/* What is made of a day's findings: lines, and pages. */
typedef struct {
	const FindLines *lines;
	/* Takes the day's model, while what it borrows from is there. */
	gboolean (*pages)(gpointer data, Model *model, GError **error);
	gpointer data;
} DayOutput;

/* Findings of the tallies that are open. */
static gboolean
write_findings(const Day *day, const DetectorSettings *settings, const DayOutput *output,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(Coverage) coverage = day_coverage(day, error);
	g_autoptr(Known) known = load_known(day);
	g_autoptr(Infrastructure) infrastructure = infrastructure_new(day->site->settings);
	g_autoptr(Counters) counters = counters_new(settings, day->span);
	gsize n_signatures;
	g_autofree Signature *signatures = signatures_new(day->site->settings, &n_signatures);

	g_autoptr(Memory) memory =
		coverage ? memory_new(day->site, day->sensors, day->from, shortfalls, error)
			 : NULL;
	if (!memory)
		return FALSE;

	ScanHead head = {
		.coverage = coverage,
		.unread = day->unread,
		.settings = settings,
		.span = day->span,
		.one_sided = day_is_one_sided(day),
		.signatures = signatures,
		.n_signatures = n_signatures,
		.infrastructure = infrastructure,
		.known = known,
		.memory = memory,
		.counters = counters,
	};
	g_autoptr(Model) model = model_new(&head, day);
	if (known)
		tell_lines(known_problems(known), shortfalls);
	return find_all(day->readers, &head, output->lines, model, error) &&
	       output->pages(output->data, model, error);
}

/* The same of all tallies that are sound to their ends: until it is done, and nothing that was
 * written counts before. */
static gboolean
write_sound(Day *day, const DetectorSettings *settings, const DayOutput *output,
	GPtrArray *shortfalls, GError **error)
{
	for (;;) {
		g_autoptr(GError) problem = NULL;
		for (const FindLines *lines = output->lines; lines->format; lines++) {
			rewind(lines->out);
			if (ftruncate(fileno(lines->out), 0) != 0) {
				g_set_error(error, FAILURE, FAILURE_FAILED,
					"an unnamed file: %s", g_strerror(errno));
				return FALSE;
			}
		}
		if (!day_open(day, error))
			return FALSE;
		if (write_findings(day, settings, output, shortfalls, &problem))
			return TRUE;
		if (!day_find_damaged(day)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
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

	if (!draft || !write_sound(day, settings, &output, shortfalls, error) ||
		!draft_copy(draft, out, error))
		return FALSE;
	day_tell_gaps(day, shortfalls);
	return TRUE;
}

/* REPORTS/SITE/YYYY/MM/DD */
static char *
day_folder(const Day *day)
{
	g_auto(GStrv) date = g_strsplit(day->date, "-", 3);

	return g_build_filename(
		day->site->reports, day->site->name, date[0], date[1], date[2], NULL);
}

static gboolean
make_folder(const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
		g_strerror(errno));
	return FALSE;
}

/* The day's pages and findings, in its folder. */
typedef struct {
	Day *day;                  /* borrowed */
	const char *folder;        /* borrowed */
	GPtrArray *shortfalls;     /* borrowed */
	const ArchiveLinks *links; /* borrowed */
} KeepPages;

static gboolean
keep_pages(gpointer data, Model *model, GError **error)
{
	const KeepPages *keep = data;
	const struct {
		const char *name;
		void (*write)(GString *page, const Model *model);
	} pages[] = {
		{"index.txt", page_text},
		{"index.html", page_html},
	};

	if (keep->day->readers->len == 0)
		return TRUE;
	model->links = keep->links->links;
	model->n_links = keep->links->n;
	model->feed = ARCHIVE_DAY_FEED;
	g_autofree char *packets = g_build_filename(keep->folder, "packets", NULL);
	if (!make_folder(keep->folder, error) ||
		!card_packets_find(model, packets, keep->shortfalls, error))
		return FALSE;
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *path = g_build_filename(keep->folder, pages[i].name, NULL);
		g_autoptr(GString) page = g_string_new(NULL);
		pages[i].write(page, model);
		if (!draft_save(path, page->str, page->len, error))
			return FALSE;
	}
	g_autoptr(Summary) summary = summary_model_new(model);
	return hour_page_keep(model, keep->folder, keep->shortfalls, error) &&
	       summary_save(summary, keep->folder, error);
}

/* Without any tally that bears on the day nothing is known of it: what was found before, when
 * there were some, stays. */
static gboolean
keep_day(Day *day, const DetectorSettings *settings, const Archive *archive,
	GPtrArray *shortfalls, GError **error)
{
	const char *reports = day->site->reports;
	g_autofree char *folder = day_folder(day);
	g_autofree char *path = g_build_filename(folder, "findings.ndjson", NULL);
	g_autofree char *table_path = g_build_filename(folder, "findings.csv", NULL);

	if (!make_folder(reports, error))
		return FALSE;
	g_autoptr(FILE) draft = draft_new(reports, error);
	if (!draft)
		return FALSE;
	g_autoptr(FILE) table = draft_new(reports, error);
	if (!table)
		return FALSE;
	g_auto(ArchiveLinks) links = archive_day_links(archive, day->date);
	KeepPages pages = {day, folder, shortfalls, &links};
	const FindLines lines[] = {{&line_json, draft}, {&line_csv, table}, {NULL, NULL}};
	const DayOutput output = {lines, keep_pages, &pages};
	if (!write_sound(day, settings, &output, shortfalls, error))
		return FALSE;
	if (day->readers->len > 0)
		return make_folder(folder, error) && draft_keep(table, table_path, error) &&
		       draft_keep(draft, path, error);
	g_ptr_array_add(
		shortfalls, g_strdup_printf("%s: no tally of it, nor of the hours before that "
					    "its windows hold: nothing written",
				    day->date));
	return TRUE;
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

	g_autoptr(DetectorSettings) settings = site_groups_thresholds(site->settings);
	g_autoptr(Archive) archive = options.print ? NULL : archive_new(site, error);
	if (!options.print && !archive)
		return FALSE;
	for (char **date = options.dates; *date; date++) {
		g_autoptr(Day) day = day_new(site, (const char **)sensors, *date, now, error);
		gboolean done = day && (options.print ? print_day(day, settings, format, out,
								shortfalls, error)
						      : keep_day(day, settings, archive,
								shortfalls, error));
		if (day)
			tell_lines(day->unread, shortfalls);
		if (!done)
			return FALSE;
	}
	return options.print || archive_update(archive, (const char *const *)options.dates,
					(const char *const *)sensors, shortfalls, error);
}

const Command command_day = {
	.name = "day",
	.summary = "writes the findings of a site's local days, or prints a day's page",
	.run = run,
};
