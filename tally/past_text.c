/*
 * What is known of the past, in a line.
 */
#include "config.h"

#include "tally/past.h"

#include "common/hour.h"
#include "common/spool.h"
#include "tally/kind.h"

/* "first seen 2026-09-03, on 14 of 60 days, last 2026-11-20" */
static void
append_days(GString *text, guint seen, guint known, gint64 first, gint64 last)
{
	char first_day[SPOOL_DAY_SIZE], last_day[SPOOL_DAY_SIZE];

	if (known == 0)
		g_string_append(text, "nothing is known of the days before");
	else if (seen == 0)
		g_string_append_printf(
			text, "never seen in %u day%s", known, known == 1 ? "" : "s");
	else
		g_string_append_printf(text, "first seen %s, on %u of %u day%s, last %s",
			spool_format_day(first, first_day), seen, known, known == 1 ? "" : "s",
			spool_format_day(last, last_day));
}

static void
append_kinds(GString *text, guint16 kinds)
{
	const char *before = "; ";

	for (guint kind = 0; kind < KIND_CONTACTS; kind++) {
		if (!(kinds >> kind & 1))
			continue;
		g_string_append_printf(text, "%s%s", before, kind_table[kind].name);
		before = ", ";
	}
}

char *
past_source_text(const PastSource *source)
{
	GString *text = g_string_new(NULL);

	append_days(text, source->days_seen, source->days_known, source->first, source->last);
	if (source->days_seen == 0)
		return g_string_free(text, FALSE);
	if (source->sources_max > 1)
		g_string_append_printf(
			text, "; at most %u addresses of it a day", source->sources_max);
	append_kinds(text, source->kinds);
	g_string_append_printf(text, " to at most %u target%s a day", source->targets_max,
		source->targets_max == 1 ? "" : "s");
	if (source->sources_max > 1)
		g_string_append(text, " each");
	if (source->answers & ANSWER_COMPLETED)
		g_string_append(text, "; a handshake was completed");
	else if (source->answers != 0)
		g_string_append(text, "; answered");
	return g_string_free(text, FALSE);
}

char *
past_trait_text(const PastTraitFound *trait)
{
	GString *text = g_string_new(NULL);

	append_days(text, trait->days_seen, trait->days_known, trait->first, trait->last);
	if (trait->days_seen > 0)
		g_string_append_printf(text, "; of at most %u source%s a day",
			trait->sources_max, trait->sources_max == 1 ? "" : "s");
	return g_string_free(text, FALSE);
}

char *
past_port_text(const PastPortDay *days, guint n)
{
	guint64 most = 0, median = past_port_median(days, n);
	guint seen = 0;

	for (guint i = 0; i < n; i++) {
		seen += days[i].sources_most > 0;
		most = MAX(most, days[i].sources_most);
	}
	if (seen == 0) {
		GString *text = g_string_new(NULL);
		append_days(text, 0, n, 0, 0);
		return g_string_free(text, FALSE);
	}
	return g_strdup_printf("on %u of %u day%s, median %" G_GUINT64_FORMAT
			       " source%s a day, at most %" G_GUINT64_FORMAT,
		seen, n, n == 1 ? "" : "s", median, median == 1 ? "" : "s", most);
}
