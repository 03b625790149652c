#include "config.h"

#include "tally/tune_lines.h"

#include <string.h>

#include "common/json.h"

static const char *const side_keys[TUNE_SIDES] = {"appear", "vanish"};

/* --- text */

/* Whether two n list the same on every day, as far as the table tells. */
static gboolean
is_same(const TuneTable *table, guint span, guint n, guint other)
{
	return memcmp(&table->rows[span][n], &table->rows[span][other], sizeof(TuneRow)) == 0;
}

static void
text_figure(GString *out, const TuneFigure *figure)
{
	char median[TUNE_MEDIAN_SIZE];

	g_string_append_printf(out, "  %8s %6" G_GUINT64_FORMAT,
		tune_table_median(figure, median), figure->most);
}

static void
text_row(GString *out, const TuneRow *row, guint from, guint to, const char *mark)
{
	char name[16];

	if (from == to)
		g_snprintf(name, sizeof name, "%u", from);
	else
		g_snprintf(name, sizeof name, "%u-%u", from, to);
	g_string_append_printf(out, "%2s%6s", mark, name);
	text_figure(out, &row->listed);
	for (guint class = 0; class < TUNE_CLASSES; class ++)
		text_figure(out, &row->classes[class]);
	g_string_append_c(out, '\n');
}

static void
text_heading(GString *out, guint span, guint in_force)
{
	g_string_append_printf(
		out, "\n%s windows, n in force: %u (>)\n\n", tune_span_names[span], in_force);
	g_string_append_printf(out, "%8s  %15s", "", "listed");
	for (guint class = 0; class < TUNE_CLASSES; class ++)
		g_string_append_printf(out, "  %15s", tune_class_names[class]);
	g_string_append_printf(out, "\n%8s", "n");
	for (guint column = 0; column <= TUNE_CLASSES; column++)
		g_string_append_printf(out, "  %8s %6s", "median", "most");
	g_string_append_c(out, '\n');
}

/* Neighbouring n that list the same are one row; those that are marked stand alone. */
static void
text_rows(GString *out, const TuneLines *lines, guint span)
{
	guint in_force = lines->triggers[span];
	guint suggested = tune_table_suggest(lines->table, span, lines->at_most);

	for (guint n = TUNE_LEAST, to; n <= TUNE_MOST; n = to + 1) {
		const char *mark = n == in_force && n == suggested ? ">*"
				   : n == in_force                 ? ">"
				   : n == suggested                ? "*"
								   : "";
		to = n;
		while (*mark == '\0' && to < TUNE_MOST && to + 1 != in_force &&
			to + 1 != suggested && is_same(lines->table, span, n, to + 1))
			to++;
		text_row(out, &lines->table->rows[span][n], n, to, mark);
	}
}

static void
text_marginals(GString *out, const TuneMarginals *marginals, const char *what, guint n)
{
	guint kept = (guint)MIN(marginals->n, (guint64)TUNE_MARGINALS);
	char source[ADDRESS_TEXT_SIZE];

	if (kept == 0)
		return;
	g_string_append_printf(
		out, "\n%" G_GUINT64_FORMAT " would %s at %u:\n", marginals->n, what, n);
	for (guint i = 0; i < kept; i++) {
		const TuneMarginal *marginal = &marginals->sources[i];
		g_string_append_printf(out, "%5u  %s, %s\n", marginal->hosts,
			subject_format(&marginal->source, marginal->bits, source),
			tune_class_names[marginal->class]);
	}
	if (marginals->n > kept)
		g_string_append_printf(
			out, "       and %" G_GUINT64_FORMAT " more\n", marginals->n - kept);
}

static void
text_span(GString *out, const TuneLines *lines, guint span)
{
	guint n = lines->triggers[span];
	g_autofree char *reason = tune_table_reason(lines->table, span, n, lines->at_most);

	text_heading(out, span, n);
	text_rows(out, lines, span);
	text_marginals(out, tune_marginals(lines->tune, span, TUNE_APPEAR), "appear", n - 1);
	text_marginals(out, tune_marginals(lines->tune, span, TUNE_VANISH), "vanish", n + 1);
	g_string_append_printf(out, "\n%s\n", reason);
}

static void
text_all(GString *out, const TuneLines *lines)
{
	g_string_append_printf(
		out, "Sources that a day would list at n targets: %s\n", lines->title);
	g_string_append_printf(
		out, "%u of %u days have tallies", lines->table->n_days, lines->n_days);
	if (lines->n_gappy > 0)
		g_string_append_printf(out, ", %u of them not of every hour", lines->n_gappy);
	g_string_append(out, ".\n");
	if (lines->n_unremembered > 0)
		g_string_append_printf(out,
			"Before %u of the days no day is rolled up: nobody is called new "
			"then.\n",
			lines->n_unremembered);
	for (guint span = 0; span < PROFILE_SPANS; span++)
		text_span(out, lines, span);
	g_string_append(out, "\nNothing was changed: [hourly] hosts, [low-and-slow] hosts-24h "
			     "and hosts-7d of the site's settings set n (>).\n");
}

/* --- JSON */

static void
json_median(GString *out, const TuneFigure *figure)
{
	json_key(out, "median");
	json_real(out, (double)figure->median_twice / 2);
}

static void
json_figure(GString *out, const char *key, const TuneFigure *figure)
{
	json_key(out, key);
	json_begin(out, '{');
	json_median(out, figure);
	json_key(out, "most");
	json_number(out, figure->most);
	json_end(out, '}');
}

static void
json_row(GString *out, const TuneLines *lines, guint span, guint n)
{
	const TuneRow *row = &lines->table->rows[span][n];

	json_begin(out, '{');
	json_key(out, "window");
	json_string(out, tune_span_names[span]);
	json_key(out, "n");
	json_number(out, n);
	json_key(out, "days");
	json_number(out, lines->table->n_days);
	json_figure(out, "listed", &row->listed);
	json_figure(out, "open", &row->open);
	for (guint class = 0; class < TUNE_CLASSES; class ++)
		json_figure(out, tune_class_keys[class], &row->classes[class]);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
json_marginals(GString *out, const TuneMarginals *marginals, TuneSide side)
{
	guint kept = (guint)MIN(marginals->n, (guint64)TUNE_MARGINALS);
	char source[ADDRESS_TEXT_SIZE];

	json_key(out, side_keys[side]);
	json_begin(out, '[');
	for (guint i = 0; i < kept; i++) {
		const TuneMarginal *marginal = &marginals->sources[i];
		json_begin(out, '{');
		json_key(out, "source");
		json_string(out, subject_format(&marginal->source, marginal->bits, source));
		json_key(out, "hosts");
		json_number(out, marginal->hosts);
		json_key(out, "class");
		json_string(out, tune_class_keys[marginal->class]);
		json_end(out, '}');
	}
	json_end(out, ']');
	g_autofree char *more = g_strconcat(side_keys[side], "_more", NULL);
	json_key(out, more);
	json_number(out, marginals->n - kept);
}

/* A line about the window itself. */
static void
json_span(GString *out, const TuneLines *lines, guint span)
{
	guint suggested = tune_table_suggest(lines->table, span, lines->at_most);
	g_autofree char *reason =
		tune_table_reason(lines->table, span, lines->triggers[span], lines->at_most);

	json_begin(out, '{');
	json_key(out, "window");
	json_string(out, tune_span_names[span]);
	json_key(out, "in_force");
	json_number(out, lines->triggers[span]);
	json_key(out, "suggested");
	if (suggested > 0)
		json_number(out, suggested);
	else
		json_string(out, NULL);
	json_key(out, "reason");
	json_string(out, reason);
	for (guint side = 0; side < TUNE_SIDES; side++)
		json_marginals(
			out, tune_marginals(lines->tune, span, (TuneSide)side), (TuneSide)side);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
json_all(GString *out, const TuneLines *lines)
{
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		for (guint n = TUNE_LEAST; n <= TUNE_MOST; n++)
			json_row(out, lines, span, n);
		json_span(out, lines, span);
	}
}

/* --- CSV */

static void
csv_figure(GString *out, const TuneFigure *figure)
{
	char median[TUNE_MEDIAN_SIZE];

	g_string_append_printf(
		out, ",%s,%" G_GUINT64_FORMAT, tune_table_median(figure, median), figure->most);
}

static void
csv_all(GString *out, const TuneLines *lines)
{
	g_string_append(out, "window,n,days,listed_median,listed_most,open_median,open_most");
	for (guint class = 0; class < TUNE_CLASSES; class ++)
		g_string_append_printf(out, ",%s_median,%s_most", tune_class_keys[class],
			tune_class_keys[class]);
	g_string_append_c(out, '\n');
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		for (guint n = TUNE_LEAST; n <= TUNE_MOST; n++) {
			const TuneRow *row = &lines->table->rows[span][n];
			g_string_append_printf(out, "%s,%u,%u", tune_span_names[span], n,
				lines->table->n_days);
			csv_figure(out, &row->listed);
			csv_figure(out, &row->open);
			for (guint class = 0; class < TUNE_CLASSES; class ++)
				csv_figure(out, &row->classes[class]);
			g_string_append_c(out, '\n');
		}
	}
}

const char *const tune_lines_formats[] = {"text", "json", "csv", NULL};
/* By the names' order. */
static void (*const formats[])(GString *out, const TuneLines *lines) = {
	text_all, json_all, csv_all};

void
tune_lines_append(GString *out, const TuneLines *lines, guint format)
{
	formats[format](out, lines);
}
