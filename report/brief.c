#include "config.h"

#include "report/brief.h"

#include <string.h>

#include "common/hour.h"
#include "report/card.h"
#include "report/day_head.h"
#include "report/fields.h"
#include "report/text.h"

/* The first finding of which it is so, what is new before all else; NULL: none of those that are
 * told at the top. */
typedef gboolean (*FindingTest)(const Finding *finding);

static const Finding *
find_first(const Model *model, FindingTest is)
{
	static const FindingState order[] = {STATE_NEW, STATE_UNKNOWN, STATE_STILL};

	for (gsize i = 0; i < G_N_ELEMENTS(order); i++) {
		const GPtrArray *glance = model->glance[order[i]];
		for (guint k = 0; k < glance->len; k++)
			if (is(glance->pdata[k]))
				return glance->pdata[k];
	}
	return NULL;
}

static gboolean
is_open(const Finding *finding)
{
	return (finding->ranks & RANK_OPEN) != 0;
}

static gboolean
is_answered_only(const Finding *finding)
{
	return (finding->ranks & (RANK_OPEN | RANK_ANSWERED)) == RANK_ANSWERED;
}

static gboolean
is_watched(const Finding *finding)
{
	return (finding->ranks & RANK_WATCHED) != 0;
}

static gboolean
is_flood(const Finding *finding)
{
	return finding->verdict == VERDICT_FLOOD;
}

static gboolean
is_hijack(const Finding *finding)
{
	return finding->verdict == VERDICT_HIJACK;
}

/* "198.51.100.9"; of several "3 findings (first 198.51.100.9)". first: NULL: not told at the
 * top. */
static char *
name_of(guint64 n, const Finding *first)
{
	g_autofree char *about = first ? card_about(first) : NULL;
	char number[TEXT_NUMBER_SIZE];

	if (about && n == 1)
		return g_steal_pointer(&about);
	return g_strdup_printf("%s finding%s%s%s%s", text_number(n, number), text_plural(n),
		about ? " (first " : "", about ? about : "", about ? ")" : "");
}

/* Every finding that found an open port was answered, too. */
static void
put_answered(GArray *fields, const Model *model)
{
	guint64 open = model_ranked(model, RANK_OPEN),
		answered = model_ranked(model, RANK_ANSWERED);
	g_autofree char *opened = name_of(open, find_first(model, is_open));
	g_autofree char *replied =
		name_of(answered - open, find_first(model, is_answered_only));

	if (model->total == model->labelled.total)
		return;
	if (answered == 0 && model->head->one_sided)
		fields_add(fields, "Answered",
			"not known: hardly an outbound packet was captured");
	else if (answered == 0)
		fields_add(fields, "Answered", "nobody who asked got a reply");
	else if (open == 0)
		fields_format(
			fields, "Answered", "no open port; replies or resets: %s", replied);
	else if (answered == open)
		fields_format(fields, "Answered", "open ports: %s", opened);
	else
		fields_format(fields, "Answered", "open ports: %s; replies or resets alone: %s",
			opened, replied);
}

/* What is to be done, each with "; " behind it: "see whether 192.0.2.80 should be open at 22 ssh to
 * 198.51.100.9; ". */
static void
append_open(GString *text, const Finding *finding)
{
	const GArray *answers = finding ? finding->profile->answers : NULL;
	g_autofree char *about = finding ? card_about(finding) : NULL;
	char target[ADDRESS_TEXT_SIZE];

	if (!answers || answers->len == 0) {
		g_string_append(text, "see whether the ports that were found open should be; ");
		return;
	}
	const ProfileAnswer *answer = &g_array_index(answers, ProfileAnswer, 0);
	const ProfilePort port = {.kind = answer->kind, .port = answer->port};
	g_string_append_printf(text, "see whether %s should be open at ",
		address_format(&answer->target, target));
	card_port_number(text, &port);
	g_string_append_printf(text, " to %s; ", about);
}

static void
append_findings(GString *text, const char *what, guint64 n, const Finding *first)
{
	g_autofree char *name = name_of(n, first);

	if (n > 0)
		g_string_append_printf(text, "%s: %s; ", what, name);
}

static void
put_to_do(GArray *fields, const Model *model, gboolean missing)
{
	g_autoptr(GString) text = g_string_new(NULL);

	append_findings(text, "read what the watched did", model_ranked(model, RANK_WATCHED),
		find_first(model, is_watched));
	append_findings(text, "look into the hijack", model->judged[VERDICT_HIJACK],
		find_first(model, is_hijack));
	if (model_ranked(model, RANK_OPEN) > 0)
		append_open(text, find_first(model, is_open));
	append_findings(text, "see whether the flooded still serve",
		model->judged[VERDICT_FLOOD], find_first(model, is_flood));
	if (missing)
		g_string_append(text, "find out what is missing, and why; ");
	g_string_truncate(text, text->len - MIN(text->len, strlen("; ")));
	fields_add(fields, "To do", text->len > 0 ? text->str : "nothing that cannot wait");
}

/* "; 12 packets were not captured" */
static void
append_drops(GString *text, const Coverage *coverage)
{
	guint64 dropped = FACTS_NEVER;
	char number[TEXT_NUMBER_SIZE];

	facts_add_known(&dropped, coverage->dropped_kernel);
	facts_add_known(&dropped, coverage->dropped_interface);
	facts_add_known(&dropped, coverage->discarded);
	if (dropped == FACTS_NEVER)
		g_string_append(text, "; whether packets were dropped is not known");
	else if (dropped == 0)
		g_string_append(text, "; no packet was dropped");
	else
		g_string_append_printf(text, "; %s packet%s not captured",
			text_number(dropped, number), text_plural(dropped));
}

/* "all 24 hours are there", "3 of 24 hours missing, 1 cut short" */
static void
append_hours(GString *text, const Day *day)
{
	guint closed = (guint)((day->span.to - day->from) / HOUR_SECONDS);
	guint missing, cut_short;

	day_head_count_gaps(day, &missing, &cut_short);
	if (missing == 0)
		g_string_append_printf(text, "all %u hours%s are there", closed,
			day->span.to < day->to ? " so far" : "");
	else
		g_string_append_printf(text, "%u of %u hours missing", missing, closed);
	if (cut_short > 0)
		g_string_append_printf(text, ", %u cut short", cut_short);
}

/* "24 hours with packets, 3 between them without" */
static void
append_captures(GString *text, const Coverage *coverage)
{
	guint64 gaps = coverage_n_gaps(coverage);
	char number[TEXT_NUMBER_SIZE];

	g_string_append_printf(text, "%u hour%s with packets", coverage->n_hours,
		text_plural(coverage->n_hours));
	if (gaps > 0)
		g_string_append_printf(
			text, ", %s between them without", text_number(gaps, number));
}

static void
put_coverage(GArray *fields, const Model *model)
{
	const Coverage *coverage = model->head->coverage;
	g_autoptr(GString) text = g_string_new(NULL);

	if (model->day)
		append_hours(text, model->day);
	else
		append_captures(text, coverage);
	if (coverage->n_hours > 0)
		append_drops(text, coverage);
	if (model->head->one_sided)
		g_string_append(
			text, "; one direction alone was seen: answers cannot be judged");
	fields_add(fields, "Coverage", text->str);
}

void
brief_fields(GArray *fields, const Model *model)
{
	g_autoptr(GPtrArray) missing = model_missing(model);

	put_answered(fields, model);
	put_to_do(fields, model, missing->len > 0);
	put_coverage(fields, model);
}
