/*
 * Fuzz target of a day's histogram as a line: any text is refused, or is the line of the day that
 * was read; and a table can be made of that day.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>

#include "tally/tune_table.h"

/* A day among others like it: each n lists no more than the one before. */
static void
check_table(const TuneDay *day)
{
	const TuneDay days[] = {*day, *day, *day};
	g_autoptr(TuneTable) table = tune_table_new(days, G_N_ELEMENTS(days));

	for (guint span = 0; span < PROFILE_SPANS; span++) {
		g_autofree char *reason = tune_table_reason(table, span, 7, TUNE_AT_MOST);
		for (guint n = TUNE_LEAST; n <= TUNE_MOST; n++) {
			const TuneFigure *listed = &table->rows[span][n].listed;
			if (listed->median_twice != 2 * listed->most)
				g_error("of days alike, %u: the median is not the most", n);
			if (n > TUNE_LEAST &&
				listed->most > table->rows[span][n - 1].listed.most)
				g_error("%u lists more than the n before", n);
		}
		if (!g_str_has_prefix(reason, tune_span_names[span]))
			g_error("reason: %s", reason);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autoptr(GError) error = NULL;
	TuneDay day;

	if (!tune_day_parse(text, &day, &error)) {
		g_assert_nonnull(error);
		return 0;
	}
	g_autofree char *again = tune_day_text(&day);
	if (strcmp(text, again) != 0)
		g_error("\"%s\" was read as \"%s\"", text, again);
	check_table(&day);
	return 0;
}
