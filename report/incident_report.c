#include "config.h"

#include "report/incident_report.h"

#include <string.h>

#include "common/hour.h"
#include "report/fields.h"
#include "report/incident_number.h"
#include "report/sanitize_text.h"
#include "report/text.h"

enum { INDENT = 2, LABEL = 12, HEADING = 20 };

/* "a, b and 3 more" */
static char *
listed(const GPtrArray *texts, guint64 total)
{
	g_autoptr(GString) list = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		text_item(list, "%s", (const char *)texts->pdata[i]);
	text_rest(list, total, texts->len);
	return g_string_free(g_steal_pointer(&list), FALSE);
}

static void
put_dates(GArray *fields, const IncidentReport *report)
{
	const Incident *incident = report->incident;
	const Zone *zone = report->site->zone;
	char at[HOUR_TEXT_SIZE], from[HOUR_TEXT_SIZE], to[HOUR_TEXT_SIZE];

	fields_format(fields, "1 Report date", "%s", zone_format(zone, report->now, at));
	fields_format(fields, "2 Incident date", "%s to %s",
		zone_format(zone, incident->from, from), zone_format(zone, incident->to, to));
	if (incident->first && incident->last)
		fields_format(fields, "", "first packet %s, last %s", incident->first,
			incident->last);
}

static void
put_parties(GArray *fields, const Incident *incident)
{
	g_autofree char *detectors = listed(incident->detectors, incident->detectors->len);
	g_autofree char *sources = listed(incident->sources, incident->n_sources);
	g_autofree char *targets = listed(incident->targets, incident->hosts);
	g_autofree char *ports = listed(incident->ports, incident->ports->len);
	char number[TEXT_NUMBER_SIZE];

	fields_format(fields, "3 Type", "%s (%s)", incident->verdict, detectors);
	fields_format(fields, "4 Source, targets", "%s%s",
		incident->n_sources > 1 ? "several: " : "", sources);
	fields_format(fields, "", "%s target%s: %s", text_number(incident->hosts, number),
		text_plural(incident->hosts), targets);
	if (*ports)
		fields_format(fields, "", "by %s", ports);
}

static gboolean
put_place(GArray *fields, const Site *site, GError **error)
{
	g_auto(GStrv) sensors = site_sensors(site, error);

	if (!sensors)
		return FALSE;
	g_autofree char *names = g_strjoinv(", ", sensors);
	fields_format(fields, "5 Detector", "site %s, sensor%s %s", site->name,
		text_plural(g_strv_length(sensors)), *names ? names : "not known any more");
	return TRUE;
}

/* In the fields the addresses are replaced before lines are broken. */
static void
append_fields(GString *page, const IncidentReport *report, const GArray *fields, guint width)
{
	g_autoptr(GArray) shown = fields_new();

	for (guint i = 0; i < fields->len; i++) {
		const Field *field = &g_array_index(fields, Field, i);
		g_autofree char *text = report->sanitize
						? sanitize_text(report->sanitize, field->text)
						: g_strdup(field->text);
		fields_add(shown, field->label, text);
	}
	fields_text(page, shown, width == LABEL ? INDENT : 0, width);
}

static void
append_head(GString *page, const IncidentReport *report)
{
	g_autofree char *line = incident_number_line(report->number, report->incident->id);

	g_string_append_printf(page, "%s\n\n", line);
	if (report->sanitize)
		text_field(page, 0, 0, "",
			"Addresses of the site are replaced: each by the same one throughout, "
			"of 240.0.0.0/4 or e000::/4, and two that share a prefix share one "
			"as long. Those of others are true.");
	else
		text_field(page, 0, 0, "", "Addresses are true: not for everybody.");
	g_string_append_c(page, '\n');
}

static void
append_summary(GString *page, const IncidentReport *report)
{
	g_autoptr(GArray) fields = fields_new();
	const Incident *incident = report->incident;

	g_string_append(page, "7 Summary\n\n");
	for (guint i = 0; i < incident->evidence->len; i++)
		fields_add(fields, i == 0 ? "Evidence" : "", incident->evidence->pdata[i]);
	for (guint i = 0; report->card && i < report->card->len; i++) {
		const Field *field = &g_array_index(report->card, Field, i);
		fields_add(fields, field->label, field->text);
	}
	if (!report->card)
		fields_format(fields, "Tallies",
			"the hourly tallies that it was found in are gone, or tell it no more: "
			"this is what the report of %s kept of it",
			incident->date);
	append_fields(page, report, fields, LABEL);
}

/* Scrubbed packets hold nothing that would have to be replaced in their lines. */
static void
append_packets(GString *page, const IncidentReport *report)
{
	const IncidentPackets *packets = report->packets;
	g_autoptr(GArray) fields = fields_new();
	char n[TEXT_NUMBER_SIZE], left_out[TEXT_NUMBER_SIZE];

	g_string_append(page, "\nTrace (times UTC)\n\n");
	if (packets->n == 0)
		fields_add(fields, "Packets", "none in the spool");
	else
		fields_format(fields, "Packets", "%s in the spool, of which the first %u",
			text_number(packets->n, n), packets->texts->len);
	if (packets->problem)
		fields_format(fields, "", "not shown: %s", packets->problem);
	if (packets->reasons)
		fields_format(fields, "", "%s left out: %s",
			text_number(packets->left_out, left_out), packets->reasons);
	append_fields(page, report, fields, LABEL);
	if (packets->texts->len > 0)
		g_string_append_c(page, '\n');
	for (guint i = 0; i < packets->texts->len; i++) {
		g_auto(GStrv) lines = g_strsplit(packets->texts->pdata[i], "\n", -1);
		for (char **line = lines; *line; line++) {
			g_autofree char *plain = text_plain(g_strdelimit(*line, "\t", ' '));
			g_string_append_printf(
				page, "  %s%s\n", line == lines ? "" : "    ", plain);
		}
	}
}

gboolean
incident_report_write(GString *page, const IncidentReport *report, GError **error)
{
	g_autoptr(GArray) fields = fields_new();

	append_head(page, report);
	put_dates(fields, report);
	put_parties(fields, report->incident);
	if (!put_place(fields, report->site, error))
		return FALSE;
	fields_add(fields, "6 Cost", "to be filled in");
	append_fields(page, report, fields, HEADING);
	append_summary(page, report);
	append_packets(page, report);
	return TRUE;
}
