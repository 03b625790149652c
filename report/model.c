#include "config.h"

#include "report/model.h"

#include "report/card.h"
#include "report/day_head.h"
#include "report/fields.h"
#include "report/scan_head.h"
#include "report/text.h"

static ModelList
list_new(void)
{
	return (ModelList){
		.findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free)};
}

Model *
model_new(const ScanHead *head, const Day *day)
{
	Model *model = g_new0(Model, 1);

	model->head = head;
	model->day = day;
	for (guint topic = 0; topic < TOPICS; topic++)
		model->topics[topic] = list_new();
	model->labelled = list_new();
	for (guint state = 0; state < G_N_ELEMENTS(model->glance); state++)
		model->glance[state] = g_ptr_array_new();
	return model;
}

void
model_free(Model *model)
{
	for (guint topic = 0; topic < TOPICS; topic++)
		g_ptr_array_unref(model->topics[topic].findings);
	g_ptr_array_unref(model->labelled.findings);
	for (guint state = 0; state < G_N_ELEMENTS(model->glance); state++) {
		g_ptr_array_unref(model->glance[state]);
		g_free(model->largest[state]);
	}
	g_clear_pointer(&model->places, g_hash_table_unref);
	g_clear_pointer(&model->details, g_hash_table_unref);
	g_clear_pointer(&model->packets, g_hash_table_unref);
	g_clear_pointer(&model->gone, g_ptr_array_unref);
	g_free(model);
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

static void
trim(ModelList *list)
{
	g_ptr_array_sort(list->findings, compare_findings);
	if (list->findings->len > MODEL_ROWS)
		g_ptr_array_set_size(list->findings, MODEL_ROWS);
}

/* Of equals the first that came. Not left to those that are kept: what has most targets may be of
 * low rank. */
static void
note_largest(Model *model, const Finding *finding)
{
	guint hosts = finding->profile->hosts;

	if (hosts <= model->most_targets[finding->state])
		return;
	g_autofree char *about = card_about(finding);
	g_autofree char *targets = card_targets(finding, FALSE);
	g_free(model->largest[finding->state]);
	model->most_targets[finding->state] = hosts;
	model->largest[finding->state] = g_strdup_printf(
		"%s, %s, %s", about, finding_verdict_name(finding->verdict), targets);
}

void
model_take(Model *model, Finding *finding)
{
	ModelList *list = &model->topics[finding_window(finding, 0)->detector->topic];

	if (finding->ranks & RANK_KNOWN) {
		list = &model->labelled;
	} else {
		model->states[finding->state]++;
		model->judged[finding->verdict]++;
		for (guint bit = 0; bit < RANKS; bit++)
			model->ranked[bit] += (finding->ranks >> bit) & 1;
		note_largest(model, finding);
	}
	model->total++;
	model->verdicts[finding->verdict]++;
	list->total++;
	g_ptr_array_add(list->findings, finding);
	if (list->findings->len >= 2 * MODEL_ROWS)
		trim(list);
}

/* groups: those of several sources, else those of one. */
static void
place_sources(Model *model, const GPtrArray *all, gboolean groups)
{
	char source[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < all->len; i++) {
		const Finding *finding = all->pdata[i];
		if (finding->scope != SCOPE_SOURCES || (finding->n_sources > 1) != groups)
			continue;
		g_autofree char *id = finding_id(finding);
		for (guint k = 0; k < finding->sources->len; k++) {
			const FindingSource *item =
				&g_array_index(finding->sources, FindingSource, k);
			subject_format(&item->source, item->bits, source);
			if (!g_hash_table_contains(model->places, source))
				g_hash_table_insert(
					model->places, g_strdup(source), g_strdup(id));
		}
	}
}

/* What stands where. The cards of each topic: those of its findings among the first of all, and its own first. */
static void
choose(Model *model)
{
	g_autoptr(GPtrArray) all = g_ptr_array_new();

	for (guint topic = 0; topic < TOPICS; topic++)
		g_ptr_array_extend(all, model->topics[topic].findings, NULL, NULL);
	g_ptr_array_sort(all, compare_findings);
	for (guint i = 0; i < all->len; i++) {
		const Finding *finding = all->pdata[i];
		ModelList *list = &model->topics[finding_window(finding, 0)->detector->topic];
		if (model->glance[finding->state]->len < MODEL_GLANCE)
			g_ptr_array_add(model->glance[finding->state], all->pdata[i]);
		if (i < MODEL_CARDS || list->n_cards < MODEL_CARDS_MIN)
			list->n_cards++;
	}
	model->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	place_sources(model, all, FALSE);
	place_sources(model, all, TRUE);
}

void
model_settle(Model *model)
{
	for (guint topic = 0; topic < TOPICS; topic++)
		trim(&model->topics[topic]);
	trim(&model->labelled);
	choose(model);
	model->gone = model->head->memory && model->head->memory->yesterday
			      ? yesterday_gone(model->head->memory->yesterday)
			      : g_ptr_array_new();
}

guint64
model_ranked(const Model *model, FindingRank rank)
{
	return model->ranked[g_bit_nth_lsf(rank, -1)];
}

gboolean
model_has_card(const Model *model, const Finding *finding)
{
	const ModelList *list = &model->topics[finding_window(finding, 0)->detector->topic];
	guint at;

	return g_ptr_array_find(list->findings, finding, &at) && at < list->n_cards;
}

GPtrArray *
model_missing(const Model *model)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GArray) fields = fields_new();

	if (model->day)
		day_tell_gaps(model->day, lines);
	scan_head_missing(fields, model->head);
	for (guint i = 0; i < fields->len; i++)
		g_ptr_array_add(lines, g_strdup(g_array_index(fields, Field, i).text));
	return lines;
}

/* "198.51.100.9, scan: 9 targets in 24 h from ... (threshold 7)" */
static void
append_first(GString *out, const Finding *finding)
{
	g_autofree char *about = card_about(finding);

	g_string_append_printf(out, "%s, %s", about, finding_verdict_name(finding->verdict));
	if (finding->evidence->len > 0)
		g_string_append_printf(
			out, ": %s", g_array_index(finding->evidence, Evidence, 0).text);
}

static void
append_largest(GString *out, const Model *model, const Finding *first)
{
	if (model->most_targets[first->state] / MODEL_LARGER >= MAX(first->profile->hosts, 1))
		g_string_append_printf(out, "; most targets: %s", model->largest[first->state]);
}

/* What is new comes before all else. */
static const Finding *
find_first(const Model *model)
{
	static const FindingState order[] = {STATE_NEW, STATE_UNKNOWN, STATE_STILL};

	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		if (model->glance[order[i]]->len > 0)
			return model->glance[order[i]]->pdata[0];
	return NULL;
}

const char *
model_state_title(FindingState state)
{
	static const char *const titles[] = {
		[STATE_UNKNOWN] = "Findings at a glance",
		[STATE_NEW] = "New since the day before",
		[STATE_STILL] = "Still there",
	};

	return titles[state];
}

/* "3 new of 5", "Nothing new; 5 still there", "5 findings". */
static void
append_counts(GString *out, const Model *model)
{
	guint64 fresh = model->states[STATE_NEW], still = model->states[STATE_STILL],
		all = model->total - model->labelled.total;
	char number[TEXT_NUMBER_SIZE], of[TEXT_NUMBER_SIZE];

	if (fresh > 0)
		g_string_append_printf(
			out, "%s new of %s", text_number(fresh, number), text_number(all, of));
	else if (still > 0)
		g_string_append_printf(
			out, "Nothing new; %s still there", text_number(still, number));
	else
		g_string_append_printf(
			out, "%s finding%s", text_number(all, number), text_plural(all));
}

char *
model_headline(const Model *model)
{
	g_autoptr(GString) out = g_string_new(NULL);
	g_autofree char *verdicts = model_verdicts(model);
	const Finding *first = find_first(model);
	char number[TEXT_NUMBER_SIZE];

	if (first) {
		append_counts(out, model);
		g_string_append_printf(out, " (%s). First: ", verdicts);
		append_first(out, first);
		append_largest(out, model, first);
	} else if (model->total == 0) {
		g_string_append(out, "Nothing found: no source reached a threshold");
	} else {
		g_string_append(out, "Nothing found but known sources");
	}
	if (model->gone->len > 0)
		g_string_append_printf(out, "; %s gone since the day before",
			text_number(model->gone->len, number));
	return g_string_free(g_steal_pointer(&out), FALSE);
}

char *
model_verdicts(const Model *model)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (int i = VERDICT_COUNT - 1; i >= 0; i--)
		if (model->verdicts[i] > 0)
			text_item(text, "%s %s", text_number(model->verdicts[i], number),
				finding_verdict_name((Verdict)i));
	if (model->total == 0)
		g_string_append(text, "none: no source reached a threshold");
	return g_string_free(g_steal_pointer(&text), FALSE);
}

void
model_meanings(GArray *fields, const Model *model)
{
	for (int i = VERDICT_COUNT - 1; i >= 0; i--)
		if (model->verdicts[i] > 0)
			fields_add(fields, finding_verdict_name((Verdict)i),
				card_verdict_meaning((Verdict)i));
}
