#include "config.h"

#include "report/summary_model.h"

#include <string.h>

#include "common/hour.h"
#include "report/calendar.h"
#include "report/card.h"
#include "report/day_head.h"

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

/* All findings that the model holds, by rank; labelled ones come last. */
static GPtrArray *
list_findings(const Model *model)
{
	GPtrArray *findings = g_ptr_array_new();

	for (guint topic = 0; topic < TOPICS; topic++)
		g_ptr_array_extend(findings, model->topics[topic].findings, NULL, NULL);
	g_ptr_array_extend(findings, model->labelled.findings, NULL, NULL);
	g_ptr_array_sort(findings, compare_findings);
	return findings;
}

static void
add_top(Summary *summary, const Finding *finding, const Model *model)
{
	SummaryFinding *top = g_new0(SummaryFinding, 1);

	top->id = finding_id(finding);
	top->about = card_about(finding);
	top->reason = g_strdup(card_reason(finding));
	top->verdict = finding->verdict;
	top->state = finding->state;
	top->has_card = model_has_card(model, finding);
	g_ptr_array_add(summary->top, top);
}

/* known: of the sources that are listed, as texts, borrowed. */
static void
add_sources(Summary *summary, const Finding *finding, const Model *model, GHashTable *known)
{
	char text[ADDRESS_TEXT_SIZE];

	if (finding->scope != SCOPE_SOURCES)
		return;
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *of = &g_array_index(finding->sources, FindingSource, i);
		subject_format(&of->source, of->bits, text);
		if (g_hash_table_contains(known, text))
			continue;
		if (summary->sources->len >= SUMMARY_SOURCES) {
			summary->more_sources = TRUE;
			return;
		}
		SummarySource *source = g_new0(SummarySource, 1);
		source->source = g_strdup(text);
		source->id = finding_id(finding);
		source->verdict = finding->verdict;
		source->has_card = model_has_card(model, finding);
		g_ptr_array_add(summary->sources, source);
		g_hash_table_add(known, source->source);
	}
}

static void
take_findings(Summary *summary, const Model *model)
{
	g_autoptr(GPtrArray) findings = list_findings(model);
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < findings->len; i++) {
		if (i < SUMMARY_TOP)
			add_top(summary, findings->pdata[i], model);
		add_sources(summary, findings->pdata[i], model, known);
	}
	summary->findings = model->total;
	summary->fresh = model->states[STATE_NEW];
	summary->still = model->states[STATE_STILL];
	summary->unknown = model->states[STATE_UNKNOWN];
	summary->labelled = model->labelled.total;
	summary->gone = model->gone->len;
	summary->more_sources |= model->total > findings->len;
	memcpy(summary->verdicts, model->verdicts, sizeof summary->verdicts);
}

static void
take_coverage(Summary *summary, const Model *model)
{
	const Day *day = model->day;
	const Coverage *coverage = model->head->coverage;

	summary->hours = (guint)((day->to - day->from) / HOUR_SECONDS);
	summary->closed = (guint)((day->span.to - day->from) / HOUR_SECONDS);
	day_head_count_gaps(day, &summary->missing, &summary->cut_short);
	summary->until = coverage->n_hours > 0 ? coverage->last_hour + HOUR_SECONDS : day->from;
	for (guint i = 0; i < OUTCOME_COUNT; i++)
		summary->packets += coverage->totals.packets[i];
	facts_add_known(&summary->dropped, coverage->dropped_kernel);
	facts_add_known(&summary->dropped, coverage->dropped_interface);
	facts_add_known(&summary->dropped, coverage->discarded);
	summary->one_sided = model->head->one_sided;
}

Summary *
summary_model_new(const Model *model)
{
	guint day = 0;

	calendar_parse(model->day->date, &day);
	Summary *summary = summary_new(day);
	take_coverage(summary, model);
	take_findings(summary, model);
	summary->headline = model_headline(model);
	summary->tune = model->head->tune ? tune_day_text(model->head->tune_day) : NULL;
	return summary;
}
