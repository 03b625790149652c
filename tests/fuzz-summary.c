/*
 * Fuzz target of a day's summary, and of the list of all days: what is read as one must be
 * written, and what is written read again as the same.
 */
#include "config.h"

#include "tests/fuzz.h"

#include <string.h>

#include "report/calendar.h"
#include "report/summary_parse.h"

/* As the list holds it: with a problem, or without its lists. */
static void
try_list(const char *data, gsize size)
{
	g_autoptr(GPtrArray) days = summary_parse_list(data, size);

	for (guint i = 0; days && i < days->len; i++) {
		g_autoptr(GString) text = g_string_new("[");
		g_autoptr(GString) day = g_string_new(NULL);
		summary_json(day, days->pdata[i]);
		g_string_append_printf(text, "%s]", day->str);
		g_autoptr(GPtrArray) copy = summary_parse_list(text->str, text->len);
		if (!copy || copy->len != 1)
			g_error("written and not read: %s", text->str);
	}
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	g_autofree char *problem = NULL, *again_problem = NULL;
	g_autoptr(GString) text = g_string_new(NULL), again = g_string_new(NULL);
	guint day = 0;

	try_list((const char *)data, size);
	g_assert_true(calendar_parse("2017-09-10", &day));
	g_autoptr(Summary) summary = summary_parse((const char *)data, size, day, &problem);
	g_assert_true(!summary == !!problem);
	if (!summary)
		return 0;
	summary_json(text, summary);
	g_autoptr(Summary) copy = summary_parse(text->str, text->len, day, &again_problem);
	if (!copy)
		g_error("written and not read: %s: %s", again_problem, text->str);
	summary_json(again, copy);
	if (strcmp(text->str, again->str) != 0)
		g_error("read again as another: %s%s", text->str, again->str);
	g_autofree char *gaps = summary_gaps(summary);
	g_autofree char *verdicts = summary_verdicts(summary->verdicts);
	g_assert_true(gaps && verdicts);
	return 0;
}
