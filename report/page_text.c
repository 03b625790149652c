/*
 * The page as text: the headline, what was read and what is missing, figure 8's counter for each
 * hour, the longer windows' counters, then a block for each finding.
 */
#include "config.h"

#include <string.h>

#include "report/brief.h"
#include "report/card.h"
#include "report/card_context.h"
#include "report/card_fields.h"
#include "report/day_head.h"
#include "report/fields.h"
#include "report/known_sources.h"
#include "report/page.h"
#include "report/scan_head.h"
#include "report/text.h"
#include "report/tuning.h"

enum {
	INDENT = 2,
	LABEL = 12,
	NAMES = 15,     /* columns of detectors' names */
	VERDICTS = 20,  /* columns of verdicts' names */
	LINES_MAX = 50, /* of what is gone */
};

/* A finding in a line. */
static void
put_line(GString *page, const Finding *finding)
{
	g_autofree char *id = finding_id(finding);
	g_autofree char *about = card_about(finding);
	g_autofree char *ranks = card_ranks(finding);
	g_autofree char *ports = card_ports(finding);
	g_autofree char *targets = card_targets(finding, TRUE);
	g_autofree char *text = g_strdup_printf("%s: %s; %s%s%s%s%s", about, targets, ports,
		*ports ? "; " : "", ranks, *ranks ? "; " : "", id);
	text_field(page, INDENT, VERDICTS, finding_verdict_name(finding->verdict), text);
}

static void
put_card(GString *page, const Finding *finding, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();
	g_autofree char *id = finding_id(finding);
	g_autofree char *about = card_about(finding);
	g_autofree char *ranks = card_ranks(finding);
	g_autofree char *detectors = card_detectors(finding);

	g_string_append_printf(page, "%s  %s  (%s)  id %s\n", about,
		finding_verdict_name(finding->verdict), detectors, id);
	fields_add(fields, "Rank", ranks);
	card_fields(fields, finding, TRUE, model->head->coverage->grid_minutes);
	card_context(fields, model, finding);
	fields_add(fields, "Bottom line", finding_verdict_name(finding->verdict));
	fields_text(page, fields, INDENT, LABEL);
	for (guint i = 0; i < finding->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(finding->evidence, Evidence, i);
		g_autofree char *label =
			g_strdup_printf("%*s%s ", LABEL - 2, "", evidence->against ? "-" : "+");
		g_autofree char *text = card_evidence(evidence);
		text_field(page, INDENT, LABEL, label, text);
	}
}

static void
put_list(GString *page, const Model *model, DetectorTopic topic)
{
	const ModelList *list = &model->topics[topic];
	char rest[TEXT_NUMBER_SIZE];
	guint n = list->findings->len;

	if (list->total == 0)
		return;
	g_string_append_printf(page, "\n%s\n", detector_topic_title(topic));
	for (guint i = 0; i < list->n_cards; i++) {
		g_string_append_c(page, '\n');
		put_card(page, list->findings->pdata[i], model);
	}
	if (n > list->n_cards)
		g_string_append_c(page, '\n');
	for (guint i = list->n_cards; i < n; i++)
		put_line(page, list->findings->pdata[i]);
	if (list->total > n)
		g_string_append_printf(page,
			"\nand %s more of lower rank: --format json tells all\n",
			text_number(list->total - n, rest));
}

static void
put_glance(GString *page, const Model *model, FindingState state)
{
	const GPtrArray *glance = model->glance[state];
	char number[TEXT_NUMBER_SIZE];
	guint64 told = model->states[state];

	if (told == 0 || (state == STATE_UNKNOWN && told < 2))
		return;
	g_string_append_printf(
		page, "\n%s: %s\n\n", model_state_title(state), text_number(told, number));
	for (guint i = 0; i < glance->len; i++)
		put_line(page, glance->pdata[i]);
	if (told > glance->len)
		g_string_append_printf(
			page, "  and %s more\n", text_number(told - glance->len, number));
}

/* What the day before told and this one does not. */
static void
put_gone(GString *page, const GPtrArray *gone)
{
	char number[TEXT_NUMBER_SIZE];

	if (gone->len == 0)
		return;
	g_string_append_printf(
		page, "\nGone since the day before: %s\n\n", text_number(gone->len, number));
	for (guint i = 0; i < MIN(gone->len, LINES_MAX); i++) {
		const YesterdayFinding *finding = gone->pdata[i];
		g_autofree char *about = text_plain(finding->about);
		g_autofree char *verdict = text_plain(finding->verdict);
		g_autofree char *detector = text_plain(finding->detector);
		g_autofree char *id = text_plain(finding->id);
		g_string_append_printf(
			page, "  %s  %s  (%s)  id %s\n", about, verdict, detector, id);
	}
	if (gone->len > LINES_MAX)
		g_string_append_printf(
			page, "  and %s more\n", text_number(gone->len - LINES_MAX, number));
}

static void
put_known(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();

	known_sources_fields(
		fields, model->head->known, model->labelled.findings, model->labelled.total);
	if (fields->len == 0)
		return;
	g_string_append(page, "\nKnown sources\n\n");
	fields_text(page, fields, INDENT, LABEL);
}

static void
put_meanings(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();

	model_meanings(fields, model);
	if (fields->len == 0)
		return;
	g_string_append(page, "\nWhat the verdicts mean\n\n");
	fields_text(page, fields, INDENT, VERDICTS);
}

static void
put_thresholds(GString *page, const DetectorSettings *settings)
{
	g_autoptr(GArray) fields = fields_new();

	scan_head_thresholds(fields, settings);
	g_string_append(page, "\nThresholds in force\n\n");
	fields_text(page, fields, INDENT, NAMES);
}

static void
put_head(GString *page, const Model *model)
{
	g_autoptr(GArray) fields = fields_new();
	g_autofree char *verdicts = model_verdicts(model);
	g_autofree char *headline = model_headline(model);

	text_field(page, 0, 0, "", headline);
	g_string_append_c(page, '\n');
	brief_fields(fields, model);
	if (model->day)
		day_head(fields, model->day);
	scan_head(fields, model->head);
	fields_add(fields, "Findings", verdicts);
	fields_text(page, fields, 0, LABEL);
}

void
page_text(GString *page, const Model *model)
{
	put_head(page, model);
	put_glance(page, model, STATE_UNKNOWN);
	put_glance(page, model, STATE_NEW);
	put_glance(page, model, STATE_STILL);
	put_gone(page, model->gone);
	counters_text(page, model->head->counters, NULL);
	for (guint topic = 0; topic < TOPICS; topic++)
		put_list(page, model, (DetectorTopic)topic);
	put_known(page, model);
	put_meanings(page, model);
	tuning_text(page, model);
	put_thresholds(page, model->head->settings);
	guint minute = model->head->coverage->grid_minutes;
	g_autofree char *first =
		minute > 0 ? g_strdup_printf("00:%02u", minute) : g_strdup("00");
	if (model->total > 0)
		g_string_append_printf(page,
			"\nHours UTC: a cell an hour, from %s; targets hit: . none, 1 to 9, "
			"+ 10 or more, # 100 or more.\n",
			first);
}
