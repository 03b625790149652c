#include "config.h"

#include "common/hour.h"
#include "common/spool.h"
#include "report/brief.h"
#include "report/card_html.h"
#include "report/day_head.h"
#include "report/fields.h"
#include "report/figure_coverage.h"
#include "report/figure_overview.h"
#include "report/hour_links.h"
#include "report/html.h"
#include "report/known_sources.h"
#include "report/page.h"
#include "report/scan_head.h"
#include "report/text.h"
#include "report/tuning.h"

enum { GONE_MAX = 50 };

static void
put_note(GString *page, const char *format, const char *number)
{
	g_autofree char *text = g_strdup_printf(format, number);

	html_element(page, "p", "note", text);
	g_string_append_c(page, '\n');
}

static void
put_where(GString *page, const Model *model)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (model->day) {
		g_string_printf(text, "%s, %s", model->day->site->name, model->day->date);
		html_element(page, "h1", NULL, text->str);
		g_string_printf(text, "Day and hours of %s; times in UTC",
			zone_name(model->day->site->zone));
	} else {
		html_element(page, "h1", NULL, "Who maps this network");
		g_string_append(text, "Captures as given; times in UTC");
	}
	html_element(page, "p", "where", text->str);
	g_string_append_c(page, '\n');
}

static void
put_brief(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();

	brief_fields(fields, model);
	g_string_append(page, "<div class=\"brief\">\n");
	fields_html(page, fields);
	g_string_append(page, "</div>\n");
}

static void
put_banner(GString *page, const Model *model)
{
	g_autoptr(GPtrArray) lines = model_missing(model);

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
put_gone(GString *page, const GPtrArray *gone)
{
	char number[TEXT_NUMBER_SIZE];

	if (gone->len == 0)
		return;
	g_string_append(page, "<h2>Gone since the day before</h2>\n<div class=\"wide\" "
			      "tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">About</th>"
			      "<th scope=\"col\">Verdict</th><th scope=\"col\">Detector</th>"
			      "<th scope=\"col\">Identifier</th></tr></thead>\n<tbody>\n");
	for (guint i = 0; i < MIN(gone->len, GONE_MAX); i++) {
		const YesterdayFinding *finding = gone->pdata[i];
		const char *cells[] = {
			finding->about, finding->verdict, finding->detector, finding->id};
		g_string_append(page, "<tr>");
		for (gsize k = 0; k < G_N_ELEMENTS(cells); k++)
			html_element(page, "td", NULL, cells[k]);
		g_string_append(page, "</tr>\n");
	}
	g_string_append(page, "</tbody></table></div>\n");
	if (gone->len > GONE_MAX)
		put_note(page, "and %s more", text_number(gone->len - GONE_MAX, number));
}

/* n findings from the first on, a row each. */
static void
put_rows(GString *page, const char *caption, gpointer *findings, guint n, CardRow row,
	const Model *model)
{
	g_string_append(
		page, "<div class=\"wide\" tabindex=\"0\"><table class=\"sort findings\">\n");
	html_element(page, "caption", NULL, caption);
	card_row_head(page);
	for (guint i = 0; i < n; i++)
		card_row(page, findings[i], row, model);
	g_string_append(page, "</tbody></table></div>\n");
}

static void
put_glance(GString *page, const Model *model, FindingState state)
{
	const GPtrArray *glance = model->glance[state];
	char number[TEXT_NUMBER_SIZE], shown[TEXT_NUMBER_SIZE];
	guint64 told = model->states[state];

	if (told == 0)
		return;
	html_element(page, "h2", NULL, model_state_title(state));
	/* What is new may take all the room. */
	if (glance->len == 0) {
		put_note(page, "%s, all of lower rank: in findings.ndjson and findings.csv",
			text_number(told, number));
		return;
	}
	g_autofree char *caption =
		g_strdup_printf(told > glance->len ? "The first %s of %s, by what they mean"
						   : "All %s, by what they mean",
			text_number(glance->len, shown), text_number(told, number));
	put_rows(page, caption, glance->pdata, glance->len, CARD_ROW_LINK, model);
}

static void
put_meanings(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();

	model_meanings(fields, model);
	if (fields->len == 0)
		return;
	g_string_append(page, "<details><summary>What the verdicts mean</summary>\n"
			      "<div class=\"card\">\n");
	fields_html(page, fields);
	g_string_append(page, "</div>\n</details>\n");
}

static void
put_pictures(GString *page, const Model *model)
{
	const ScanHead *head = model->head;
	g_autoptr(GString) pictures = g_string_new(NULL);

	if (model->day)
		figure_coverage(pictures, model->day);
	if (head->overview)
		figure_overview(pictures, head->overview, head->coverage->grid_minutes);
	if (pictures->len > 0)
		g_string_append_printf(page, "<h2>In pictures</h2>\n%s", pictures->str);
}

static void
put_topic(GString *page, const Model *model, DetectorTopic topic)
{
	const ModelList *list = &model->topics[topic];
	guint n = list->findings->len;
	char rest[TEXT_NUMBER_SIZE];

	if (list->total == 0)
		return;
	html_element(page, "h2", NULL, detector_topic_title(topic));
	g_string_append_c(page, '\n');
	for (guint i = 0; i < list->n_cards; i++)
		card_html(page, list->findings->pdata[i], model);
	if (n > list->n_cards)
		put_rows(page, "Of lower rank, in short", list->findings->pdata + list->n_cards,
			n - list->n_cards, CARD_ROW_PLACE, model);
	if (list->total > n)
		put_note(page, "and %s more of lower rank, in findings.ndjson and findings.csv",
			text_number(list->total - n, rest));
}

/* The way to the pages of a day's hours, each with the number of sources in its counter. */
static void
put_hours(GString *page, const Model *model)
{
	const Day *day = model->day;

	if (!day)
		return;
	g_string_append(page, "<h2>Hours</h2>\n<nav aria-label=\"Hours of the day\"><ul>\n");
	for (gint64 hour = day->from; hour < day->span.to; hour += HOUR_SECONDS) {
		g_autofree char *name = hour_links_name(day->from, hour);
		guint sources = counters_hour(model->head->counters, hour);
		char stem[SPOOL_STEM_SIZE];
		spool_format_stem(hour, -1, stem);
		g_string_append_printf(page, "<li><a href=\"%s\">%s</a>%s", name, stem,
			day_has_hour(day, hour) ? "" : " (no tally)");
		if (sources > 0)
			g_string_append_printf(
				page, " (%u source%s)", sources, text_plural(sources));
		g_string_append(page, "</li>\n");
	}
	g_string_append(page, "</ul></nav>\n");
}

static void
put_counters(GString *page, const Model *model)
{
	const CounterLinks links = {"", model->places};
	g_autoptr(GString) text = g_string_new(NULL);

	counters_text(text, model->head->counters, &links);
	if (text->len == 0)
		return;
	g_string_append(page, "<h2>Hourly Tally Counter</h2>\n<pre tabindex=\"0\">");
	g_string_append(page, text->str); /* addresses, numbers and times of our own making */
	g_string_append(page, "</pre>\n");
}

static void
put_known(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();

	known_sources_fields(
		fields, model->head->known, model->labelled.findings, model->labelled.total);
	if (fields->len == 0)
		return;
	g_string_append(page, "<h2>Known sources</h2>\n<details><summary>What the site's lists "
			      "say, and how often each entry applied</summary>\n");
	fields_html(page, fields);
	g_string_append(page, "</details>\n");
}

static void
put_read(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();
	g_autoptr(GArray) thresholds = fields_new();
	g_autofree char *verdicts = model_verdicts(model);

	if (model->day)
		day_head(fields, model->day);
	scan_head(fields, model->head);
	fields_add(fields, "Findings", verdicts);
	scan_head_thresholds(thresholds, model->head->settings);
	g_string_append(page, "<h2>What was read</h2>\n<div class=\"card\">\n");
	fields_html(page, fields);
	g_string_append(page,
		"</div>\n<h2>Settings in force</h2>\n<details><summary>Thresholds of each "
		"detector</summary>\n<div class=\"card\">\n");
	fields_html(page, thresholds);
	g_string_append(page, "</div>\n</details>\n");
}

static void
put_body(GString *page, const Model *model)
{
	g_autofree char *headline = model_headline(model);

	put_where(page, model);
	html_element(page, "p", "headline", headline);
	g_string_append_c(page, '\n');
	put_brief(page, model);
	put_banner(page, model);
	put_meanings(page, model);
	put_glance(page, model, STATE_UNKNOWN);
	put_glance(page, model, STATE_NEW);
	put_glance(page, model, STATE_STILL);
	put_gone(page, model->gone);
	put_pictures(page, model);
	for (guint topic = 0; topic < TOPICS; topic++)
		put_topic(page, model, (DetectorTopic)topic);
	put_hours(page, model);
	put_counters(page, model);
	put_known(page, model);
	tuning_html(page, model);
	put_read(page, model);
}

void
page_html(GString *page, const Model *model)
{
	g_autofree char *title = model->day ? g_strdup_printf("%s %s - Gnomon",
						      model->day->site->name, model->day->date)
					    : g_strdup("Gnomon");
	const HtmlPage frame = {.title = title,
		.feed = model->feed,
		.links = model->links,
		.n_links = model->n_links};

	html_begin(page, &frame);
	put_body(page, model);
	html_end(page, &frame);
}
