#include "config.h"

#include <string.h>

#include "common/hour.h"
#include "report/archive_private.h"
#include "report/fields.h"
#include "report/text.h"

enum {
	NEW_MAX = 50,  /* new findings that are told */
	GAPS_MAX = 31, /* days that are named */
};

typedef struct {
	guint64 findings, fresh, gone, packets, dropped;
	guint64 verdicts[VERDICT_COUNT];
	guint hours, missing, cut_short, unread, one_sided;
} Totals;

static Totals
add_up(const GPtrArray *days)
{
	Totals totals = {.dropped = FACTS_NEVER};

	for (guint i = 0; i < days->len; i++) {
		const Summary *day = days->pdata[i];
		totals.unread += day->problem != NULL;
		if (day->problem)
			continue;
		totals.findings += day->findings;
		totals.fresh += day->fresh;
		totals.gone += day->gone;
		totals.packets += day->packets;
		facts_add_known(&totals.dropped, day->dropped);
		totals.hours += day->closed;
		totals.missing += day->missing;
		totals.cut_short += day->cut_short;
		totals.one_sided += day->one_sided;
		for (guint k = 0; k < VERDICT_COUNT; k++)
			totals.verdicts[k] += day->verdicts[k];
	}
	return totals;
}

/* "2017-09-12, 2017-09-13": days of the period without a report, though there are some before and
 * after. Returns how many. */
static guint
list_absent(GString *text, const Archive *archive, const Period *period)
{
	guint from = MAX(period->first, archive_day(archive, 0)->day),
	      to = MIN(period->last, archive_day(archive, archive->days->len - 1)->day), n = 0;
	char date[CALENDAR_TEXT_SIZE];
	gint64 start;

	for (guint day = from; day <= to; day++) {
		if (archive_has(archive, day) ||
			!zone_parse_day(
				archive->site->zone, calendar_format(day, date), &start, NULL))
			continue;
		if (n++ < GAPS_MAX)
			text_item(text, "%s", date);
	}
	return n;
}

static void
put_banner(GString *page, const Archive *archive, const Period *period, const GPtrArray *days,
	const Totals *totals)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GString) absent = g_string_new(NULL);
	char date[CALENDAR_TEXT_SIZE], number[TEXT_NUMBER_SIZE];
	guint n = list_absent(absent, archive, period);

	if (n > 0)
		g_ptr_array_add(lines, g_strdup_printf("%u day%s without a report: %s", n,
					       text_plural(n), absent->str));
	for (guint i = 0; i < days->len; i++) {
		const Summary *day = days->pdata[i];
		if (day->problem)
			g_ptr_array_add(
				lines, g_strdup_printf("%s cannot be read: %s",
					       calendar_format(day->day, date), day->problem));
	}
	if (totals->missing > 0)
		g_ptr_array_add(lines, g_strdup_printf("%u of %u hours have no tally",
					       totals->missing, totals->hours));
	if (totals->cut_short > 0)
		g_ptr_array_add(
			lines, g_strdup_printf("%u h are cut short", totals->cut_short));
	if (totals->dropped != FACTS_NEVER && totals->dropped > 0)
		g_ptr_array_add(lines, g_strdup_printf("%s packet%s not captured",
					       text_number(totals->dropped, number),
					       totals->dropped == 1 ? " was" : "s were"));
	if (totals->one_sided > 0)
		g_ptr_array_add(
			lines, g_strdup_printf("Of %u day%s one side only was captured",
				       totals->one_sided, text_plural(totals->one_sided)));
	if (lines->len == 0)
		return;
	g_string_append(page, "<section class=\"banner\" aria-label=\"What is missing\">\n"
			      "<p><strong>Something is missing: what is not found below may "
			      "still have been.</strong></p>\n<ul>\n");
	for (guint i = 0; i < lines->len; i++) {
		html_element(page, "li", NULL, lines->pdata[i]);
		g_string_append_c(page, '\n');
	}
	g_string_append(page, "</ul>\n</section>\n");
}

static void
put_number(GString *page, guint64 number)
{
	char text[TEXT_NUMBER_SIZE];

	html_element(page, "td", "n", text_number(number, text));
}

static void
put_day(GString *page, const Summary *day, const char *prefix)
{
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE];

	g_string_append_printf(page,
		"<tr><th scope=\"row\" class=\"date\"><a href=\"%s%s/index.html\">%s</a></th>",
		prefix, calendar_folder(day->day, folder), calendar_format(day->day, date));
	if (day->problem) {
		g_string_append(page, "<td></td><td></td><td></td><td></td>");
		html_element(page, "td", "gap", "cannot be read");
		html_element(page, "td", NULL, day->problem);
		g_string_append(page, "</tr>\n");
		return;
	}
	g_autofree char *gaps = summary_gaps(day);
	put_number(page, day->findings);
	put_number(page, day->fresh);
	put_number(page, day->gone);
	put_number(page, day->packets);
	html_element(page, "td", *gaps ? "gap" : NULL, gaps);
	html_element(page, "td", NULL, day->headline);
	g_string_append(page, "</tr>\n");
}

static void
put_days(GString *page, const GPtrArray *days, const char *prefix)
{
	g_string_append(page,
		"<h2>Days</h2>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sort\">\n"
		"<caption>Each day with a report: its findings, those that are new, those that "
		"were gone since the day before</caption>\n"
		"<thead><tr><th scope=\"col\">Day</th><th scope=\"col\" "
		"class=\"n\">Findings</th>"
		"<th scope=\"col\" class=\"n\">New</th><th scope=\"col\" class=\"n\">Gone</th>"
		"<th scope=\"col\" class=\"n\">Packets</th><th scope=\"col\">Missing</th>"
		"<th scope=\"col\">In short</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < days->len; i++)
		put_day(page, days->pdata[i], prefix);
	g_string_append(page, "</tbody></table></div>\n");
}

static void
put_new(GString *page, const Summary *day, const SummaryFinding *finding, const char *prefix)
{
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE];

	g_string_append_printf(page,
		"<tr><td class=\"date\"><a href=\"%s%s/index.html%s%s\">%s</a></td>", prefix,
		calendar_folder(day->day, folder), finding->has_card ? "#f-" : "",
		finding->has_card ? finding->id : "", calendar_format(day->day, date));
	html_element(page, "td", "verdict", finding_verdict_name(finding->verdict));
	g_string_append(page, "<th scope=\"row\">");
	html_text(page, finding->about);
	g_string_append(page, "</th>");
	html_element(page, "td", NULL, finding->reason);
	g_string_append(page, "</tr>\n");
}

/* The new ones among the first findings of each day, the newest day's first. */
static void
put_news(GString *page, const GPtrArray *days, const char *prefix)
{
	g_autoptr(GString) rows = g_string_new(NULL);
	guint64 n = 0, fresh = 0;
	char number[TEXT_NUMBER_SIZE];

	for (guint i = days->len; i > 0; i--) {
		const Summary *day = days->pdata[i - 1];
		fresh += day->problem ? 0 : day->fresh;
		for (guint k = 0; k < day->top->len; k++) {
			const SummaryFinding *finding = day->top->pdata[k];
			if (finding->state == STATE_NEW && n < NEW_MAX) {
				put_new(rows, day, finding, prefix);
				n++;
			}
		}
	}
	if (n == 0)
		return;
	g_string_append(page,
		"<h2>New</h2>\n<div class=\"wide\" tabindex=\"0\"><table class=\"sort\">\n");
	g_autofree char *caption =
		fresh > n ? g_strdup_printf("%" G_GUINT64_FORMAT " of %s new findings: those "
					    "of highest rank of each day",
				    n, text_number(fresh, number))
			  : g_strdup("Findings that were new on their day");
	html_element(page, "caption", NULL, caption);
	g_string_append(page, "<thead><tr><th scope=\"col\">Day</th><th scope=\"col\">Verdict"
			      "</th><th scope=\"col\">Who</th><th scope=\"col\">Why</th></tr>"
			      "</thead>\n<tbody>\n");
	g_string_append_len(page, rows->str, (gssize)rows->len);
	g_string_append(page, "</tbody></table></div>\n");
}

static void
put_totals(GString *page, const GPtrArray *days, const Totals *totals)
{
	g_autoptr(GArray) fields = fields_new();
	g_autofree char *verdicts = summary_verdicts(totals->verdicts);
	char number[TEXT_NUMBER_SIZE], fresh[TEXT_NUMBER_SIZE], gone[TEXT_NUMBER_SIZE];

	fields_format(fields, "Days", "%u with a report", days->len);
	fields_format(fields, "Hours", "%u with a tally of %u that are closed",
		totals->hours - MIN(totals->missing, totals->hours), totals->hours);
	fields_format(fields, "Packets", "%s", text_number(totals->packets, number));
	fields_format(fields, "Findings",
		"%s, day by day: what is found on two days counts twice; %s new, %s gone",
		text_number(totals->findings, number), text_number(totals->fresh, fresh),
		text_number(totals->gone, gone));
	fields_add(fields, "Verdicts", verdicts);
	g_string_append(page, "<h2>In all</h2>\n<div class=\"card\">\n");
	fields_html(page, fields);
	g_string_append(page, "</div>\n");
}

static void
put_headline(GString *page, const GPtrArray *days, const Totals *totals)
{
	char findings[TEXT_NUMBER_SIZE], fresh[TEXT_NUMBER_SIZE];
	guint quiet = 0;

	for (guint i = 0; i < days->len; i++) {
		const Summary *day = days->pdata[i];
		quiet += !day->problem && day->findings == 0;
	}
	g_autofree char *text = g_strdup_printf("%s new of %s finding%s on %u day%s",
		text_number(totals->fresh, fresh), text_number(totals->findings, findings),
		text_plural(totals->findings), days->len, text_plural(days->len));
	g_autofree char *rest =
		quiet > 0 ? g_strdup_printf("; nothing found on %u", quiet) : g_strdup("");
	g_string_append(page, "<p class=\"headline\">");
	html_format(page, "%s%s", text, rest);
	g_string_append(page, "</p>\n");
}

/* The store's roll-ups of the UTC days that the period's days lie in. */
static Past *
open_past(const Archive *archive, const Period *period, const char *const *sensors,
	GPtrArray *shortfalls, GError **error)
{
	char date[CALENDAR_TEXT_SIZE];
	gint64 from = 0, to = 0;

	/* A date that the zone skipped begins with the one after. */
	for (guint day = period->first; day <= period->last; day++)
		if (zone_parse_day(
			    archive->site->zone, calendar_format(day, date), &from, NULL))
			break;
	for (guint day = period->last + 1; day <= period->last + 2; day++)
		if (zone_parse_day(archive->site->zone, calendar_format(day, date), &to, NULL))
			break;
	return past_open(archive->site->store, sensors, from - from % DAY_SECONDS, to,
		shortfalls, error);
}

/* The months that hold days of the period. */
static void
put_calendar(GString *page, const Archive *archive, const Period *period, const char *prefix)
{
	Period month = period_of(PERIOD_MONTH, period->first);

	if (period->kind != PERIOD_MONTH)
		return;
	g_string_append(page, "<div class=\"months\">\n");
	archive_calendar_month(page, archive, &month, prefix);
	g_string_append(page, "</div>\n");
	archive_calendar_legend(page);
}

static gboolean
put_body(GString *page, const Archive *archive, const Period *period, const GPtrArray *days,
	Past *past, GError **error)
{
	const char *prefix = period->kind == PERIOD_MONTH ? "../../" : "../";
	g_autofree char *title = period_title(period);
	g_autofree char *heading = g_strdup_printf("%s, %s", archive->site->name, title);
	char first[CALENDAR_TEXT_SIZE], last[CALENDAR_TEXT_SIZE];
	g_autofree char *where =
		g_strdup_printf("%s to %s, each day from one local midnight to the next (%s)",
			calendar_format(period->first, first),
			calendar_format(period->last, last), zone_name(archive->site->zone));
	const Totals totals = add_up(days);

	html_element(page, "h1", NULL, heading);
	html_element(page, "p", "where", where);
	g_string_append_c(page, '\n');
	put_headline(page, days, &totals);
	put_banner(page, archive, period, days, &totals);
	put_calendar(page, archive, period, prefix);
	if (!archive_rollup_sources(page, days, prefix, past, error))
		return FALSE;
	put_news(page, days, prefix);
	put_days(page, days, prefix);
	if (!archive_rollup_ports(page, past, error))
		return FALSE;
	put_totals(page, days, &totals);
	return TRUE;
}

gboolean
archive_period_keep(const Archive *archive, const Period *period, const GPtrArray *days,
	const char *const *sensors, GPtrArray *shortfalls, GError **error)
{
	g_autofree char *name = period_title(period), *path = period_path(period);
	g_autofree char *title = g_strdup_printf("%s, %s - Gnomon", archive->site->name, name);
	g_auto(ArchiveLinks) links = archive_links_of_period(archive, period);
	const HtmlPage frame = {.title = title,
		.feed = period->kind == PERIOD_MONTH ? "../../feed.atom" : "../feed.atom",
		.links = links.links,
		.n_links = links.n};
	g_autoptr(GString) page = g_string_new(NULL);
	g_autoptr(Past) past = open_past(archive, period, sensors, shortfalls, error);

	if (!past)
		return FALSE;
	html_begin(page, &frame);
	if (!put_body(page, archive, period, days, past, error))
		return FALSE;
	html_end(page, &frame);
	return archive_keep(archive, path, page, error);
}
