#include "config.h"

#include "report/tuning.h"

#include "common/hour.h"
#include "report/calendar.h"
#include "report/figure_fanout.h"
#include "report/html.h"
#include "report/summary.h"
#include "report/text.h"
#include "tally/tune_table.h"

enum {
	DAYS_MAX = 14, /* that are compared, the day at hand among them */
	INDENT = 2,
};

/* The days before that have a histogram, and the day at hand last: array of TuneDay, owned by the
 * caller. */
static GArray *
list_days(const Model *model)
{
	GArray *days = g_array_new(FALSE, FALSE, sizeof(TuneDay));
	const Day *day = model->day;
	guint today;

	if (day && calendar_parse(day->date, &today))
		for (guint back = DAYS_MAX - 1; back > 0; back--) {
			char date[CALENDAR_TEXT_SIZE];
			TuneDay before;
			g_autofree char *folder = g_build_filename(day->site->reports,
				day->site->name, calendar_folder(today - back, date), NULL);
			g_autoptr(Summary) summary = summary_load(folder, today - back);
			if (!summary->problem && summary->tune &&
				tune_day_parse(summary->tune, &before, NULL))
				g_array_append_val(days, before);
		}
	g_array_append_val(days, *model->head->tune_day);
	return days;
}

static void
put_figure(GString *page, const TuneFigure *figure)
{
	char median[TUNE_MEDIAN_SIZE];

	g_string_append_printf(page,
		"<td class=\"n\">%s</td><td class=\"n\">%" G_GUINT64_FORMAT "</td>",
		tune_table_median(figure, median), figure->most);
}

static const struct {
	TuneClass class;
	const char *title;
} columns[] = {
	{TUNE_NEW, "new"},
	{TUNE_REST, "seen before"},
	{TUNE_SECOND, "second-order"},
	{TUNE_KNOWN, "known"},
};

/* A row for each n up to the greatest that lists anybody. */
static void
put_table(GString *page, const TuneTable *table, guint span, guint in_force)
{
	guint last = TUNE_MOST;

	while (last > TUNE_LEAST && table->rows[span][last].listed.most == 0)
		last--;
	g_string_append_printf(page,
		"<details><summary>n from %d to %u</summary>\n<div class=\"wide\" "
		"tabindex=\"0\"><table>\n<caption>Sources a day would list in windows of %s: "
		"median and most of %u day%s</caption>\n<thead><tr><th scope=\"col\" "
		"class=\"n\">n</th><th scope=\"col\" class=\"n\">Median</th><th scope=\"col\" "
		"class=\"n\">Most</th>",
		TUNE_LEAST, last, tune_span_names[span], table->n_days,
		text_plural(table->n_days));
	for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
		g_string_append_printf(page,
			"<th scope=\"col\" class=\"n\">%s, median</th><th scope=\"col\" "
			"class=\"n\">%s, most</th>",
			columns[i].title, columns[i].title);
	g_string_append(page, "</tr></thead>\n<tbody>\n");
	for (guint n = TUNE_LEAST; n <= last; n++) {
		const TuneRow *row = &table->rows[span][n];
		g_string_append_printf(page, "<tr><th scope=\"row\" class=\"n\">%u%s</th>", n,
			n == in_force ? " (in force)" : "");
		put_figure(page, &row->listed);
		for (gsize i = 0; i < G_N_ELEMENTS(columns); i++)
			put_figure(page, &row->classes[columns[i].class]);
		g_string_append(page, "</tr>\n");
	}
	g_string_append(page, "</tbody></table></div>\n</details>\n");
}

static void
put_fanout(GString *page, const TuneDay *day, guint span, guint in_force)
{
	guint64 counts[FIGURE_FANOUT_MOST + 1] = {0};
	g_autofree char *id = g_strdup_printf("fanout-%s", tune_span_names[span]);
	gboolean any = FALSE;

	for (guint hosts = TUNE_LEAST; hosts <= TUNE_MOST; hosts++)
		for (guint class = 0; class < TUNE_CLASSES; class ++)
			counts[hosts] += day->sources[span][class][hosts];
	for (guint hosts = 0; hosts <= TUNE_MOST; hosts++)
		any |= counts[hosts] > 0;
	if (any)
		figure_fanout(page, id, tune_span_names[span], counts, TUNE_LEAST, in_force);
}

/* "At 6 in 24h these would be listed too: 198.51.100.9 (6), ... and 3 more"; NULL: nobody. Free
 * with g_free. */
static char *
marginals_text(const Tune *tune, guint span, TuneSide side, guint in_force)
{
	const TuneMarginals *marginals = tune_marginals(tune, span, side);
	g_autoptr(GString) list = g_string_new(NULL);
	char source[ADDRESS_TEXT_SIZE];
	guint64 told = MIN(marginals->n, TUNE_MARGINALS);

	if (marginals->n == 0)
		return NULL;
	for (guint i = 0; i < told; i++)
		text_item(list, "%s (%s)",
			subject_format(&marginals->sources[i].source,
				marginals->sources[i].bits, source),
			tune_class_names[marginals->sources[i].class]);
	text_rest(list, marginals->n, told);
	if (side == TUNE_APPEAR)
		return g_strdup_printf(
			"This day at n = %u in %s these would be listed, too: %s", in_force - 1,
			tune_span_names[span], list->str);
	return g_strdup_printf("This day at n = %u in %s these would be listed no more: %s",
		in_force + 1, tune_span_names[span], list->str);
}

void
tuning_html(GString *page, const Model *model)
{
	const ScanHead *head = model->head;
	guint triggers[PROFILE_SPANS];

	if (!head->tune)
		return;
	g_autoptr(GArray) days = list_days(model);
	g_autoptr(TuneTable) table =
		tune_table_new((const TuneDay *)(gpointer)days->data, days->len);
	tune_triggers(head->settings, triggers);
	g_string_append(page, "<h2>Tuning</h2>\n<p class=\"note\">What other thresholds would "
			      "have listed. Nothing is set by itself.</p>\n");
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		g_autofree char *reason =
			tune_table_reason(table, span, triggers[span], TUNE_AT_MOST);
		html_element(page, "p", NULL, reason);
		g_string_append_c(page, '\n');
		for (guint side = 0; side < TUNE_SIDES; side++) {
			g_autofree char *text = marginals_text(
				head->tune, span, (TuneSide)side, triggers[span]);
			if (text)
				html_element(page, "p", "note", text);
		}
		put_fanout(page, head->tune_day, span, triggers[span]);
		if (table->rows[span][TUNE_LEAST].listed.most > 0)
			put_table(page, table, span, triggers[span]);
	}
}

void
tuning_text(GString *page, const Model *model)
{
	const ScanHead *head = model->head;
	guint triggers[PROFILE_SPANS];

	if (!head->tune || !model->day)
		return;
	g_autoptr(GArray) days = list_days(model);
	g_autoptr(TuneTable) table =
		tune_table_new((const TuneDay *)(gpointer)days->data, days->len);
	tune_triggers(head->settings, triggers);
	g_string_append(page, "\nTuning\n\n");
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		g_autofree char *reason =
			tune_table_reason(table, span, triggers[span], TUNE_AT_MOST);
		text_field(page, INDENT, 0, "", reason);
		for (guint side = 0; side < TUNE_SIDES; side++) {
			g_autofree char *text = marginals_text(
				head->tune, span, (TuneSide)side, triggers[span]);
			if (text)
				text_field(page, INDENT, 0, "", text);
		}
	}
}
