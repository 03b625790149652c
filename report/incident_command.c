/*
 * gnomon-report incident: a finding as a report to others, with true addresses or with the site's
 * own replaced.
 */
#include "config.h"

#include "report/command.h"

#include <errno.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/lock.h"
#include "common/output.h"
#include "report/incident_card.h"
#include "report/incident_key.h"
#include "report/incident_number.h"
#include "report/incident_report.h"
#include "tally/site_groups.h"

typedef struct {
	char **ids;
	char *site, *now, *pcap;
	int number;
	gboolean sanitize;
} IncidentOptions;

static void
incident_options_clear(IncidentOptions *options)
{
	g_strfreev(options->ids);
	g_free(options->site);
	g_free(options->now);
	g_free(options->pcap);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(IncidentOptions, incident_options_clear)

static gboolean
check_options(const IncidentOptions *options, GError **error)
{
	if (!options->site || !options->ids || options->ids[1]) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "incident: expected %s",
			!options->site ? "--site FILE" : "the id of one finding");
		return FALSE;
	}
	if (options->number < 0 || options->number > INCIDENT_NUMBER_MAX) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "--number %d: expected 1 to %d",
			options->number, INCIDENT_NUMBER_MAX);
		return FALSE;
	}
	return incident_check_id(options->ids[0], error);
}

/* now: seconds since 1970, by the clock; that of --now where it is given. */
static gboolean
parse_options(char **arguments, IncidentOptions *options, gint64 *now, GError **error)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site, "the site's settings",
			"FILE"},
		{"sanitize", 0, 0, G_OPTION_ARG_NONE, &options->sanitize,
			"replace the site's own addresses, the same by the same", NULL},
		{"pcap", 0, 0, G_OPTION_ARG_FILENAME, &options->pcap,
			"write all of its packets, too", "FILE"},
		{"number", 0, 0, G_OPTION_ARG_INT, &options->number,
			"the report's number of the day (default: its last, or the next)", "N"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &options->now,
			"the report's date (default: the clock)", "TIME"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->ids, NULL,
			"ID"},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- a finding as a report to others");

	g_option_context_set_description(context,
		"ID: as the day's pages show it. A copy is kept in REPORTS/SITE/incidents/.\n\n"
		"Example:\n  gnomon-report incident --site /etc/gnomon/site.conf --sanitize "
		"--pcap\n      scan.pcap 0123456789abcdef\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, &arguments, error) ||
		!check_options(options, error))
		return FALSE;
	return !options->now || hour_parse_time(options->now, now, error);
}

static Sanitize *
load_sanitize(const Site *site, GError **error)
{
	const char *given = settings_text(site->settings, "incident", "key");
	g_autofree char *path =
		given ? g_strdup(given) : g_build_filename(site->store, ".incident-key", NULL);
	guint8 key[CRYPTOPAN_KEY_SIZE];

	return incident_key_load(path, key, error) ? sanitize_new(site->home, key, error)
						   : NULL;
}

/* Everything about it, as text; owned by the caller. */
static GString *
make_report(const IncidentOptions *options, IncidentReport *report, GPtrArray *shortfalls,
	GError **error)
{
	const Site *site = report->site;
	g_autoptr(GArray) card = NULL;
	g_autoptr(GString) page = g_string_new(NULL);

	if (!incident_card_find(site, report->incident, report->now, shortfalls, &card, error))
		return NULL;
	g_autoptr(IncidentPackets) packets = incident_packets_find(site, report->incident,
		report->sanitize, options->pcap, report->now, shortfalls, error);
	if (!packets)
		return NULL;
	report->card = card;
	report->packets = packets;
	return incident_report_write(page, report, error) ? g_steal_pointer(&page) : NULL;
}

/* Under its number, which nobody else takes meanwhile. */
static gboolean
keep_report(const IncidentOptions *options, IncidentReport *report, FILE *out,
	GPtrArray *shortfalls, GError **error)
{
	const Site *site = report->site;
	g_autofree char *folder = incident_number_folder(site);
	char day[HOUR_TEXT_SIZE];

	zone_format_day(site->zone, report->now, day);
	g_autofree char *number = incident_number_choose(
		site, report->incident->id, day, (guint)options->number, error);
	if (!number)
		return FALSE;
	report->number = number;
	g_autoptr(GString) page = make_report(options, report, shortfalls, error);
	if (!page)
		return FALSE;
	g_autofree char *name =
		g_strconcat(number, options->sanitize ? ".sanitized.txt" : ".txt", NULL);
	g_autofree char *path = g_build_filename(folder, name, NULL);
	if (!output_save(path, page->str, page->len, error))
		return FALSE;
	fwrite(page->str, 1, page->len, out);
	return TRUE;
}

static gboolean
report_incident(const IncidentOptions *options, IncidentReport *report, FILE *out,
	GPtrArray *shortfalls, GError **error)
{
	g_autofree char *folder = incident_number_folder(report->site);
	g_autofree char *lock_path = g_build_filename(folder, ".lock", NULL);

	if (g_mkdir_with_parents(folder, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
			g_strerror(errno));
		return FALSE;
	}
	int lock = lock_take(lock_path, error);
	if (lock < 0)
		return FALSE;
	gboolean kept = keep_report(options, report, out, shortfalls, error);
	close(lock);
	return kept;
}

static gboolean
run(char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error)
{
	g_auto(IncidentOptions) options = {0};

	if (!parse_options(arguments, &options, &now, error))
		return FALSE;

	g_autoptr(Site) site = site_groups_load(options.site, error);
	g_autoptr(Incident) incident =
		site && site_check_owner(site, error)
			? incident_find(site, options.ids[0], lines->shortfalls, error)
			: NULL;
	if (!incident)
		return FALSE;
	g_autoptr(Sanitize) sanitize = options.sanitize ? load_sanitize(site, error) : NULL;
	if (options.sanitize && !sanitize)
		return FALSE;
	IncidentReport report = {
		.site = site,
		.incident = incident,
		.sanitize = sanitize,
		.now = now,
	};
	return report_incident(&options, &report, out, lines->shortfalls, error);
}

const Command command_incident = {
	.name = "incident",
	.summary = "writes a finding as a report to others, addresses true or replaced",
	.run = run,
};
