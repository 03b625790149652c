#include "config.h"

#include "report/card_html.h"

#include <string.h>

#include "common/hour.h"
#include "report/card.h"
#include "report/card_context.h"
#include "report/card_fields.h"
#include "report/card_packets.h"
#include "report/fields.h"
#include "report/figure_finding.h"
#include "report/figure_group.h"
#include "report/figure_hours.h"
#include "report/figure_ports.h"
#include "report/html.h"
#include "report/text.h"

void
card_row_head(GString *page)
{
	g_string_append(page,
		"<thead><tr><th scope=\"col\">Verdict</th><th scope=\"col\">Who</th>"
		"<th scope=\"col\">Ports</th><th scope=\"col\">Why</th>"
		"<th scope=\"col\" class=\"n\">Targets</th>"
		"<th scope=\"col\" class=\"n\">Answered</th><th scope=\"col\">Hours</th>"
		"<th scope=\"col\" class=\"t\">First seen</th>"
		"</tr></thead>\n<tbody>\n");
}

static void
put_state(GString *page, const Finding *finding)
{
	if (finding->state == STATE_NEW)
		g_string_append(page, " <span class=\"tag new\">new</span>");
	else if (finding->state == STATE_STILL)
		g_string_append(page, " <span class=\"tag\">still there</span>");
}

/* Items between which ", " stands, a line each. */
static void
put_lines(GString *page, const char *items)
{
	g_auto(GStrv) lines = g_strsplit(items, ", ", -1);

	for (guint i = 0; lines[i]; i++)
		g_string_append_printf(page, "%s%s", i > 0 ? ", <br>" : "", lines[i]);
	g_string_append(page, "</td>");
}

static void
put_targets(GString *page, const Finding *finding)
{
	g_autofree char *targets = card_targets(finding, FALSE);

	g_string_append_printf(
		page, "<td class=\"n\" data-value=\"%u\">", finding->profile->hosts);
	put_lines(page, targets);
}

/* Sorted by the worthiest answers. */
static void
put_answered(GString *page, const Finding *finding)
{
	g_autofree char *answered = card_answered(finding);
	const guint *worth = finding->profile->worth;

	g_string_append_printf(page, "<td class=\"n\" data-value=\"%u.%u.%u.%u\">",
		worth[WORTH_OPEN], worth[WORTH_REPLIED], worth[WORTH_RESET],
		worth[WORTH_ERROR]);
	put_lines(page, *answered ? answered : "none");
}

/* Targets from which on an hour is a finding. */
static guint
hour_trigger(const Model *model)
{
	return model->head->counters->triggers[PROFILE_HOUR];
}

/* The hours of the report's day; of captures without a day, those of the UTC day in which the
 * finding's window ends. */
static void
put_hours(GString *page, const Finding *finding, const Model *model)
{
	const Profile *profile = finding->profile;
	gint64 from = figure_hours_midnight(profile->start + profile->length - HOUR_SECONDS,
		model->head->coverage->grid_minutes);
	gint64 to = from + DAY_SECONDS;

	if (model->day) {
		from = model->day->from;
		to = model->day->to;
	}
	g_string_append(page, "<td>");
	if (profile->hours->len > 0)
		figure_hours_row(page, profile, from, (guint)((to - from) / HOUR_SECONDS),
			hour_trigger(model));
	g_string_append(page, "</td>");
}

/* "2017-09-10 08:45"; on the page of that day "08:45". */
static void
put_first(GString *page, const Profile *profile, const Model *model)
{
	char first[HOUR_TEXT_SIZE] = "";
	const gsize date = strlen("2017-09-10");
	gsize from = 0;

	if (profile->packets > 0 && profile->first != FACTS_NEVER) {
		hour_format_s((gint64)(profile->first / SECOND_NS), first);
		first[date] = ' ';
		first[strlen("2017-09-10 08:45")] = '\0';
		if (model->day && strncmp(first, model->day->date, date) == 0)
			from = date + 1;
	}
	g_string_append_printf(
		page, "<td class=\"t\" data-value=\"%s\">%s</td>", first, first + from);
}

void
card_row(GString *page, const Finding *finding, CardRow row, const Model *model)
{
	const Profile *profile = finding->profile;
	g_autofree char *about = card_about(finding);
	g_autofree char *id = finding_id(finding);
	g_autofree char *ports = card_ports(finding);

	g_string_append_printf(page, row == CARD_ROW_PLACE ? "<tr id=\"f-%s\">" : "<tr>", id);
	g_string_append(page, "<td><span class=\"verdict\">");
	html_text(page, finding_verdict_name(finding->verdict));
	g_string_append(page, "</span>");
	put_state(page, finding);
	g_string_append(page, "</td><th scope=\"row\">");
	if (row == CARD_ROW_LINK)
		g_string_append_printf(page, "<a href=\"#f-%s\">", id);
	html_text(page, about);
	g_string_append(page, row == CARD_ROW_LINK ? "</a></th>" : "</th>");
	html_element(page, "td", "ports", ports);
	html_element(page, "td", "why", card_reason(finding));
	put_targets(page, finding);
	put_answered(page, finding);
	put_hours(page, finding, model);
	put_first(page, profile, model);
	g_string_append(page, "</tr>\n");
}

static void
put_evidence(GString *page, const Finding *finding)
{
	g_string_append(page, "<p><strong>Bottom line: ");
	html_text(page, finding_verdict_name(finding->verdict));
	g_string_append(page, "</strong></p>\n<ul>\n");
	for (guint i = 0; i < finding->evidence->len; i++) {
		g_autofree char *text =
			card_evidence(&g_array_index(finding->evidence, Evidence, i));
		html_element(page, "li", NULL, text);
		g_string_append_c(page, '\n');
	}
	g_string_append(page, "</ul>\n");
}

/* id: the finding's. */
static void
put_pictures(GString *page, const Finding *finding, const char *id, const Model *model)
{
	guint grid_minutes = model->head->coverage->grid_minutes;
	const Detail *detail =
		model->details ? g_hash_table_lookup(model->details, finding) : NULL;

	figure_hours_days(page, finding->profile, grid_minutes, hour_trigger(model));
	if (!detail)
		return;
	g_autofree char *contacts = g_strdup_printf("c-%s", id);
	g_autofree char *ports = g_strdup_printf("p-%s", id);
	g_autofree char *group = g_strdup_printf("g-%s", id);
	g_string_append(page, "<div class=\"figures\">\n");
	figure_finding(page, contacts, finding, detail, grid_minutes);
	figure_ports(page, ports, finding, detail);
	figure_group(page, group, finding, detail);
	g_string_append(page, "</div>\n");
}

void
card_html(GString *page, const Finding *finding, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();
	g_autofree char *about = card_about(finding);
	g_autofree char *detectors = card_detectors(finding);
	g_autofree char *id = finding_id(finding);
	g_autofree char *ranks = card_ranks(finding);

	g_string_append_printf(page, "<article class=\"card\" id=\"f-%s\">\n<h3>", id);
	html_text(page, about);
	g_string_append(page, ": ");
	html_text(page, finding_verdict_name(finding->verdict));
	put_state(page, finding);
	g_string_append(page, "</h3>\n<p class=\"note\">");
	html_format(page, "%s; %s%sidentifier %s", detectors, ranks, *ranks ? "; " : "", id);
	g_string_append(page, "</p>\n");
	put_evidence(page, finding);
	card_fields(fields, finding, FALSE, model->head->coverage->grid_minutes);
	card_context(fields, model, finding);
	fields_html(page, fields);
	put_pictures(page, finding, id, model);
	card_packets_html(page, model, finding);
	g_string_append(page, "</article>\n");
}
