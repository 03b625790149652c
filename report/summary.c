#include "config.h"

#include "report/summary.h"

#include <string.h>

#include "common/hour.h"
#include "common/json.h"
#include "report/calendar.h"
#include "report/draft.h"
#include "report/summary_parse.h"
#include "report/text.h"

static void
finding_clear(gpointer data)
{
	SummaryFinding *finding = data;

	g_free(finding->id);
	g_free(finding->about);
	g_free(finding->reason);
	g_free(finding);
}

static void
source_clear(gpointer data)
{
	SummarySource *source = data;

	g_free(source->source);
	g_free(source->id);
	g_free(source);
}

Summary *
summary_new(guint day)
{
	Summary *summary = g_new0(Summary, 1);

	summary->day = day;
	summary->dropped = FACTS_NEVER;
	summary->top = g_ptr_array_new_with_free_func(finding_clear);
	summary->sources = g_ptr_array_new_with_free_func(source_clear);
	return summary;
}

void
summary_strip(Summary *summary)
{
	g_ptr_array_set_size(summary->top, 0);
	g_clear_pointer(&summary->sources, g_ptr_array_unref);
	g_clear_pointer(&summary->tune, g_free);
}

void
summary_free(Summary *summary)
{
	if (!summary)
		return;
	summary_strip(summary);
	g_ptr_array_unref(summary->top);
	g_free(summary->problem);
	g_free(summary->headline);
	g_free(summary);
}

static void
put_number(GString *out, const char *key, guint64 number)
{
	json_key(out, key);
	json_number(out, number);
}

static void
put_text(GString *out, const char *key, const char *text)
{
	json_key(out, key);
	json_string(out, text);
}

static void
put_coverage(GString *out, const Summary *summary)
{
	char until[HOUR_TEXT_SIZE];

	put_text(out, "until", hour_format_s(summary->until, until));
	put_number(out, "hours", summary->hours);
	put_number(out, "closed", summary->closed);
	put_number(out, "missing", summary->missing);
	put_number(out, "cut_short", summary->cut_short);
	put_number(out, "packets", summary->packets);
	if (summary->dropped != FACTS_NEVER)
		put_number(out, "dropped", summary->dropped);
	json_key(out, "one_sided");
	json_bool(out, summary->one_sided);
}

static void
put_counts(GString *out, const Summary *summary)
{
	put_number(out, "findings", summary->findings);
	put_number(out, "new", summary->fresh);
	put_number(out, "still", summary->still);
	put_number(out, "unknown", summary->unknown);
	put_number(out, "labelled", summary->labelled);
	put_number(out, "gone", summary->gone);
	json_key(out, "verdicts");
	json_begin(out, '{');
	for (guint i = 0; i < VERDICT_COUNT; i++)
		if (summary->verdicts[i] > 0)
			put_number(out, finding_verdict_name((Verdict)i), summary->verdicts[i]);
	json_end(out, '}');
}

static void
put_card(GString *out, Verdict verdict, const char *id, gboolean has_card)
{
	put_text(out, "verdict", finding_verdict_name(verdict));
	put_text(out, "id", id);
	json_key(out, "card");
	json_bool(out, has_card);
}

static void
put_top(GString *out, const Summary *summary)
{
	json_key(out, "top");
	json_begin(out, '[');
	for (guint i = 0; i < summary->top->len; i++) {
		const SummaryFinding *finding = summary->top->pdata[i];
		json_begin(out, '{');
		put_text(out, "about", finding->about);
		put_card(out, finding->verdict, finding->id, finding->has_card);
		if (finding->state != STATE_UNKNOWN)
			put_text(out, "state", finding->state == STATE_NEW ? "new" : "still");
		put_text(out, "reason", finding->reason);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_sources(GString *out, const Summary *summary)
{
	json_key(out, "sources");
	json_begin(out, '[');
	for (guint i = 0; i < summary->sources->len; i++) {
		const SummarySource *source = summary->sources->pdata[i];
		json_begin(out, '{');
		put_text(out, "source", source->source);
		put_card(out, source->verdict, source->id, source->has_card);
		json_end(out, '}');
	}
	json_end(out, ']');
	json_key(out, "more_sources");
	json_bool(out, summary->more_sources);
}

void
summary_json(GString *out, const Summary *summary)
{
	char date[CALENDAR_TEXT_SIZE];

	json_begin(out, '{');
	put_number(out, "schema", SUMMARY_SCHEMA);
	put_text(out, "date", calendar_format(summary->day, date));
	if (summary->problem) {
		put_text(out, "problem", summary->problem);
	} else {
		put_coverage(out, summary);
		put_counts(out, summary);
		put_text(out, "headline", summary->headline ? summary->headline : "");
		if (summary->tune)
			put_text(out, "tune", summary->tune);
		if (summary->sources) {
			put_top(out, summary);
			put_sources(out, summary);
		}
	}
	json_end(out, '}');
}

gboolean
summary_save(const Summary *summary, const char *folder, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *path = g_build_filename(folder, SUMMARY_NAME, NULL);

	summary_json(text, summary);
	g_string_append_c(text, '\n');
	return draft_save(path, text->str, text->len, error);
}

Summary *
summary_load(const char *folder, guint day)
{
	g_autofree char *path = g_build_filename(folder, SUMMARY_NAME, NULL);
	g_autofree char *problem = NULL;
	gsize length;
	g_autofree char *text = summary_read_file(path, SUMMARY_OCTETS_MAX, &length, &problem);
	Summary *summary = text ? summary_parse(text, length, day, &problem) : NULL;

	if (summary)
		return summary;
	summary = summary_new(day);
	summary->problem = g_steal_pointer(&problem);
	return summary;
}

char *
summary_gaps(const Summary *summary)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	if (summary->missing > 0)
		text_item(text, "%u h missing", summary->missing);
	if (summary->cut_short > 0)
		text_item(text, "%u h cut short", summary->cut_short);
	if (summary->dropped != FACTS_NEVER && summary->dropped > 0)
		text_item(
			text, "%s packets not captured", text_number(summary->dropped, number));
	if (summary->one_sided)
		text_item(text, "one side only");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
summary_verdicts(const guint64 verdicts[VERDICT_COUNT])
{
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (int i = VERDICT_COUNT - 1; i >= 0; i--)
		if (verdicts[i] > 0)
			text_item(text, "%s %s", text_number(verdicts[i], number),
				finding_verdict_name((Verdict)i));
	return g_string_free(g_steal_pointer(&text), FALSE);
}
