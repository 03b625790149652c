#include "config.h"

#include "tally/tune_table.h"

#include <stdlib.h>

static int
compare_numbers(const void *a, const void *b)
{
	guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;

	return (x > y) - (x < y);
}

/* Sorts the numbers; n >= 1. */
static TuneFigure
figure_of(guint64 *numbers, guint n)
{
	qsort(numbers, n, sizeof *numbers, compare_numbers);
	return (TuneFigure){numbers[(n - 1) / 2] + numbers[n / 2], numbers[n - 1]};
}

/* classes: a set of 1 << TUNE_*. scratch: room for a number a day. */
static TuneFigure
count(const GPtrArray *days, guint span, guint n, guint classes, guint64 *scratch)
{
	for (guint i = 0; i < days->len; i++) {
		scratch[i] = 0;
		for (guint class = 0; class < TUNE_CLASSES; class ++)
			if (classes >> class & 1)
				scratch[i] += tune_day_listed(days->pdata[i], span, class, n);
	}
	return figure_of(scratch, days->len);
}

static void
fill_row(TuneRow *row, const GPtrArray *days, guint span, guint n, guint64 *scratch)
{
	row->listed = count(days, span, n, (1 << TUNE_CLASSES) - 1, scratch);
	row->open = count(days, span, n, 1 << TUNE_NEW | 1 << TUNE_REST, scratch);
	for (guint class = 0; class < TUNE_CLASSES; class ++)
		row->classes[class] = count(days, span, n, 1u << class, scratch);
}

TuneTable *
tune_table_new(const TuneDay *days, guint n)
{
	TuneTable *table = g_new0(TuneTable, 1);
	g_autoptr(GPtrArray) counting = g_ptr_array_new();
	g_autofree guint64 *scratch = g_new(guint64, MAX(n, 1));

	for (guint i = 0; i < n; i++)
		if (days[i].hours > 0)
			g_ptr_array_add(counting, (gpointer)&days[i]);
	table->n_days = counting->len;
	for (guint span = 0; counting->len > 0 && span < PROFILE_SPANS; span++)
		for (guint hosts = TUNE_LEAST; hosts <= TUNE_MOST; hosts++)
			fill_row(&table->rows[span][hosts], counting, span, hosts, scratch);
	return table;
}

void
tune_table_free(TuneTable *table)
{
	g_free(table);
}

char *
tune_table_median(const TuneFigure *figure, char *buffer)
{
	g_snprintf(buffer, TUNE_MEDIAN_SIZE, "%" G_GUINT64_FORMAT "%s",
		figure->median_twice / 2, figure->median_twice % 2 ? ".5" : "");
	return buffer;
}

/* The least n at which the median day can be read; TUNE_MOST + 1: none. */
static guint
least_readable(const TuneTable *table, guint span, guint at_most)
{
	guint n = TUNE_LEAST;

	while (n <= TUNE_MOST && table->rows[span][n].open.median_twice > 2 * (guint64)at_most)
		n++;
	return n;
}

/* Whether the list, a long one, would halve at the next n, and more: below it the noise begins. */
static gboolean
is_knee(const TuneTable *table, guint span, guint n, guint at_most)
{
	guint64 own = table->rows[span][n].open.median_twice;

	return n < TUNE_MOST && own > at_most &&
	       own > 2 * table->rows[span][n + 1].open.median_twice;
}

guint
tune_table_suggest(const TuneTable *table, guint span, guint at_most)
{
	guint n = least_readable(table, span, at_most);

	if (table->n_days < TUNE_DAYS_LEAST || n > TUNE_MOST)
		return 0;
	return is_knee(table, span, n, at_most) ? n + 1 : n;
}

/* "12 on the median day, 31 at most" */
static void
append_figure(GString *text, const TuneTable *table, guint span, guint n)
{
	const TuneFigure *open = &table->rows[span][n].open;
	char median[TUNE_MEDIAN_SIZE];

	g_string_append_printf(text, "%s on the median day, %" G_GUINT64_FORMAT " at most",
		tune_table_median(open, median), open->most);
}

static void
append_other(GString *text, const TuneTable *table, guint span, const char *before, guint n)
{
	if (n < TUNE_LEAST || n > TUNE_MOST)
		return;
	g_string_append_printf(text, "%s%u: ", before, n);
	append_figure(text, table, span, n);
}

static void
append_suggestion(GString *text, const TuneTable *table, guint span, guint n, guint in_force,
	guint at_most)
{
	char lower[TUNE_MEDIAN_SIZE], own[TUNE_MEDIAN_SIZE];
	guint least = least_readable(table, span, at_most);

	g_string_append_printf(text,
		"%s windows: n = %u is suggested (in force: %u). It is the least n at which "
		"the median day lists at most %u new or unexplained sources",
		tune_span_names[span], n, in_force, at_most);
	if (least < n)
		g_string_append_printf(text,
			", and one more, since %u lists more than twice as many as %u (%s, %s)",
			least, n, tune_table_median(&table->rows[span][least].open, lower),
			tune_table_median(&table->rows[span][n].open, own));
	g_string_append(text, ": ");
	append_figure(text, table, span, n);
	append_other(text, table, span, ". At ", n - 1);
	append_other(text, table, span, n > TUNE_LEAST ? "; at " : ". At ", n + 1);
	if (in_force != n)
		append_other(text, table, span, "; in force, ", in_force);
	g_string_append_c(text, '.');
}

char *
tune_table_reason(const TuneTable *table, guint span, guint in_force, guint at_most)
{
	GString *text = g_string_new(NULL);
	guint n = tune_table_suggest(table, span, at_most);

	if (n > 0) {
		append_suggestion(text, table, span, n, in_force, at_most);
	} else if (table->n_days < TUNE_DAYS_LEAST) {
		g_string_printf(text,
			"%s windows: no suggestion (in force: %u): %u day%s with tallies, "
			"expected %d at least.",
			tune_span_names[span], in_force, table->n_days,
			table->n_days == 1 ? "" : "s", TUNE_DAYS_LEAST);
	} else {
		g_string_printf(text,
			"%s windows: no suggestion (in force: %u): every n lists more than %u "
			"new or unexplained sources on the median day. At %d: ",
			tune_span_names[span], in_force, at_most, TUNE_MOST);
		append_figure(text, table, span, TUNE_MOST);
		g_string_append_c(text, '.');
	}
	return g_string_free(text, FALSE);
}
