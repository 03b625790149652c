#include "config.h"

#include "report/archive_private.h"
#include "report/text.h"

enum { MONTHS = 24 /* of index.html; older ones are on the pages of their years */ };

static const char *const weekdays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

/* For those who hear the page: what a sign means. */
static void
put_hidden(GString *page, const char *text)
{
	g_string_append_printf(page, "<span class=\"hide\">%s</span>", text);
}

static void
put_gap(GString *page, const Summary *summary)
{
	guint gap = summary->missing + summary->cut_short;

	if (summary->problem) {
		g_string_append(page, "<span class=\"gap\">? unread</span>");
	} else if (gap > 0) {
		g_string_append_printf(page, "<span class=\"gap\">! %u h</span>", gap);
		put_hidden(page, " missing or cut short");
	} else if (summary->one_sided) {
		g_string_append(page, "<span class=\"gap\">! one side</span>");
	} else if (summary->dropped != FACTS_NEVER && summary->dropped > 0) {
		g_string_append(page, "<span class=\"gap\">! lost</span>");
	}
}

static void
put_report(GString *page, const Summary *summary, const char *prefix)
{
	char folder[CALENDAR_TEXT_SIZE], number[TEXT_NUMBER_SIZE];

	g_string_append_printf(page, "<td%s><a href=\"%s%s/index.html\">%u</a>",
		summary->fresh > 0 ? " class=\"fresh\"" : "", prefix,
		calendar_folder(summary->day, folder), calendar_day_of_month(summary->day));
	if (!summary->problem) {
		g_string_append_printf(page, "<span class=\"count\">%s</span>",
			text_number(summary->findings, number));
		put_hidden(page, " findings");
	}
	if (summary->fresh > 0)
		g_string_append_printf(page, "<span class=\"new\">%s new</span>",
			text_number(summary->fresh, number));
	put_gap(page, summary);
	g_string_append(page, "</td>");
}

/* Whether a report of the day should be there: it lies between the first and the last that are,
 * and the zone did not skip it. */
static gboolean
is_gap(const Archive *archive, guint day)
{
	char date[CALENDAR_TEXT_SIZE];
	gint64 start;

	return day > archive_day(archive, 0)->day &&
	       day < archive_day(archive, archive->days->len - 1)->day &&
	       zone_parse_day(archive->site->zone, calendar_format(day, date), &start, NULL);
}

static void
put_day(GString *page, const Archive *archive, guint day, const char *prefix)
{
	guint at = archive_find(archive, day);

	if (archive_has(archive, day))
		put_report(page, archive_day(archive, at), prefix);
	else if (is_gap(archive, day))
		g_string_append_printf(page,
			"<td class=\"absent\">%u<span class=\"gap\">no report</span></td>",
			calendar_day_of_month(day));
	else
		g_string_append_printf(
			page, "<td class=\"none\">%u</td>", calendar_day_of_month(day));
}

static void
put_week(GString *page, const Archive *archive, const Period *month, const Period *week,
	const char *prefix)
{
	g_autofree char *path = period_path(week);

	g_string_append(page, "<tr><th scope=\"row\">");
	if (archive_has_period(archive, week))
		g_string_append_printf(page,
			"<a href=\"%s%s\"><span class=\"hide\">Week </span>%u</a>", prefix,
			path, week->number);
	else
		g_string_append_printf(page, "%u", week->number);
	g_string_append(page, "</th>");
	for (guint day = week->first; day <= week->last; day++)
		if (day < month->first || day > month->last)
			g_string_append(page, "<td></td>");
		else
			put_day(page, archive, day, prefix);
	g_string_append(page, "</tr>\n");
}

void
archive_calendar_month(
	GString *page, const Archive *archive, const Period *month, const char *prefix)
{
	g_autofree char *title = period_title(month), *path = period_path(month);

	g_string_append_printf(page,
		"<table class=\"month\"><caption><a href=\"%s%s\">%s</a></caption>\n"
		"<thead><tr><th scope=\"col\">Week</th>",
		prefix, path, title);
	for (guint i = 0; i < G_N_ELEMENTS(weekdays); i++)
		g_string_append_printf(page, "<th scope=\"col\">%s</th>", weekdays[i]);
	g_string_append(page, "</tr></thead>\n<tbody>\n");
	for (guint day = month->first; day <= month->last;) {
		Period week = period_of(PERIOD_WEEK, day);
		put_week(page, archive, month, &week, prefix);
		day = week.last + 1;
	}
	g_string_append(page, "</tbody></table>\n");
}

void
archive_calendar_legend(GString *page)
{
	g_string_append(page,
		"<p class=\"note\">A day's number leads to its report. Beside it: how many "
		"findings; how many of them are <span class=\"new\">new</span> since the day "
		"before; <span class=\"gap\">! 2 h</span>: hours missing or cut short, so that "
		"what is not found may still have been; <span class=\"gap\">! lost</span>: "
		"packets were not captured; <span class=\"gap\">? unread</span>: its summary "
		"cannot be read; <span class=\"gap\">no report</span>: nothing was written "
		"of that day. Weeks are those of ISO 8601.</p>\n");
}

/* Months without any report, between two that are shown. */
static void
put_empty(GString *page, const Period *newer, const Period *older)
{
	if (older->last + 1 >= newer->first)
		return;
	Period last = period_of(PERIOD_MONTH, newer->first - 1);
	Period first = period_of(PERIOD_MONTH, older->last + 1);
	g_autofree char *from = period_title(&first), *to = period_title(&last);
	g_string_append_printf(page, "<p class=\"gap\">No report %s %s%s%s.</p>\n",
		first.first == last.first ? "in" : "from", from,
		first.first == last.first ? "" : " to ", first.first == last.first ? "" : to);
}

/* The months of the days at [from, to), newest first, `most` of them. Returns how many there
 * are more. */
static guint
put_months(GString *page, const Archive *archive, guint from, guint to, guint most,
	const char *prefix)
{
	Period newer = {.first = 0};
	guint shown = 0, rest = 0;

	g_string_append(page, "<div class=\"months\">\n");
	while (to > from) {
		Period month = period_of(PERIOD_MONTH, archive_day(archive, to - 1)->day);
		if (shown < most && newer.first > 0)
			put_empty(page, &newer, &month);
		if (shown < most)
			archive_calendar_month(page, archive, &month, prefix);
		rest += shown++ >= most;
		newer = month;
		to = archive_find(archive, month.first);
	}
	g_string_append(page, "</div>\n");
	return rest;
}

/* The newest day in a sentence, with the way to it. */
static void
put_newest(GString *page, const Archive *archive)
{
	const Summary *newest = archive_day(archive, archive->days->len - 1);
	char date[CALENDAR_TEXT_SIZE], folder[CALENDAR_TEXT_SIZE];

	g_string_append_printf(page, "<p class=\"headline\"><a href=\"%s/index.html\">%s</a>: ",
		calendar_folder(newest->day, folder), calendar_format(newest->day, date));
	html_text(page, newest->problem ? newest->problem : newest->headline);
	g_string_append(page, "</p>\n");
	if (newest->problem)
		return;
	g_autofree char *gaps = summary_gaps(newest);
	if (!*gaps)
		return;
	g_string_append(page, "<p class=\"banner\">Of that day: ");
	html_text(page, gaps);
	g_string_append(page, "</p>\n");
}

static void
put_years(GString *page, const Archive *archive, guint older)
{
	g_string_append(page, "<h2>Years</h2>\n<p>");
	if (older > 0)
		g_string_append_printf(page, "%u older month%s: ", older, text_plural(older));
	for (guint at = archive->days->len; at > 0;) {
		guint year = calendar_year(archive_day(archive, at - 1)->day);
		g_string_append_printf(page, "<a href=\"%04u/index.html\">%u</a> ", year, year);
		while (at > 0 && calendar_year(archive_day(archive, at - 1)->day) == year)
			at--;
	}
	g_string_append(page, "</p>\n");
}

static void
put_head(GString *page, const Archive *archive, const char *heading)
{
	html_element(page, "h1", NULL, heading);
	g_autofree char *where =
		g_strdup_printf("Each day from one local midnight to the next (%s)",
			zone_name(archive->site->zone));
	html_element(page, "p", "where", where);
	g_string_append_c(page, '\n');
}

static gboolean
keep_index(const Archive *archive, GError **error)
{
	g_autofree char *title = g_strdup_printf("%s, calendar - Gnomon", archive->site->name);
	g_autofree char *heading = g_strdup_printf("%s, day by day", archive->site->name);
	const HtmlPage frame = {
		.title = title, .feed = archive->days->len > 0 ? "feed.atom" : NULL};
	g_autoptr(GString) page = g_string_new(NULL);

	html_begin(page, &frame);
	put_head(page, archive, heading);
	if (archive->days->len > 0) {
		put_newest(page, archive);
		guint older = put_months(page, archive, 0, archive->days->len, MONTHS, "");
		archive_calendar_legend(page);
		put_years(page, archive, older);
		g_string_append(page,
			"<p class=\"note\">News as a feed: <a "
			"href=\"feed.atom\">feed.atom</a>. The newest day is always "
			"at <a href=\"latest/index.html\">latest</a>.</p>\n");
	} else {
		g_string_append(page, "<p>No report yet.</p>\n");
	}
	html_end(page, &frame);
	return archive_keep(archive, "index.html", page, error);
}

static gboolean
keep_year(const Archive *archive, guint year, guint from, guint to, GError **error)
{
	g_autofree char *title = g_strdup_printf("%s %u - Gnomon", archive->site->name, year);
	g_autofree char *heading = g_strdup_printf("%s, %u", archive->site->name, year);
	g_autofree char *path = g_strdup_printf("%04u/index.html", year);
	g_auto(ArchiveLinks) links = archive_links_of_year(archive, year);
	const HtmlPage frame = {.title = title,
		.feed = "../feed.atom",
		.links = links.links,
		.n_links = links.n};
	g_autoptr(GString) page = g_string_new(NULL);

	html_begin(page, &frame);
	put_head(page, archive, heading);
	put_months(page, archive, from, to, G_MAXUINT, "../");
	archive_calendar_legend(page);
	html_end(page, &frame);
	return archive_keep(archive, path, page, error);
}

gboolean
archive_calendar_keep(const Archive *archive, GError **error)
{
	for (guint from = 0, to; from < archive->days->len; from = to) {
		guint year = calendar_year(archive_day(archive, from)->day);
		for (to = from + 1; to < archive->days->len &&
				    calendar_year(archive_day(archive, to)->day) == year;)
			to++;
		if (!keep_year(archive, year, from, to, error))
			return FALSE;
	}
	return keep_index(archive, error);
}
