/*
 * The page of `gnomon scan`: what was read and what is missing, figure 8's counter for each
 * hour, the longer windows' counters, then a block for each finding. Written at the end,
 * because counters come before blocks; of the findings those that rank highest are kept.
 */
#include "config.h"

#include <stdlib.h>

#include "common/hour.h"
#include "report/counters.h"
#include "report/known_sources.h"
#include "report/scan.h"
#include "report/scan_block.h"
#include "report/scan_head.h"
#include "report/text.h"

enum {
	LABEL = SCAN_HEAD_LABEL,
	BLOCKS_MAX = 100,   /* blocks printed of a detector's findings */
	COUNTERS_MAX = 200, /* hours with a counter */
	LINES_MAX = 50,     /* lines of a counter */
	COUNT_WIDTH = 3,    /* figure 8's */
};

typedef struct {
	const Detector *detector;
	GPtrArray *findings; /* of Finding *, owned: those it tells; trimmed now and then */
	guint64 total;
} TextSection;

typedef struct {
	const ScanHead *head;  /* borrowed */
	FILE *out;             /* borrowed */
	TextSection *sections; /* one for each detector */
	TextSection labelled;  /* those that the site has a label for */
	gsize n_sections;
	guint64 verdicts[VERDICT_COUNT];
} TextState;

static GPtrArray *
findings_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
}

static gpointer
begin(const ScanHead *head, FILE *out)
{
	TextState *state = g_new0(TextState, 1);
	const Detector *const *detectors = detector_table(&state->n_sections);

	state->head = head;
	state->out = out;
	state->sections = g_new0(TextSection, state->n_sections);
	for (gsize i = 0; i < state->n_sections; i++) {
		state->sections[i].detector = detectors[i];
		state->sections[i].findings = findings_new();
	}
	state->labelled.findings = findings_new();
	return state;
}

static int
compare_findings(gconstpointer a, gconstpointer b)
{
	return finding_compare(*(const Finding *const *)a, *(const Finding *const *)b);
}

static void
trim(TextSection *section)
{
	g_ptr_array_sort(section->findings, compare_findings);
	if (section->findings->len > BLOCKS_MAX)
		g_ptr_array_set_size(section->findings, BLOCKS_MAX);
}

static void
take(gpointer data, Finding *finding)
{
	TextState *state = data;
	TextSection *section = state->sections;

	while (section->detector != finding_window(finding, 0)->detector)
		section++;
	if (finding->ranks & RANK_KNOWN)
		section = &state->labelled;
	state->verdicts[finding->verdict]++;
	section->total++;
	g_ptr_array_add(section->findings, finding);
	if (section->findings->len >= 2 * BLOCKS_MAX)
		trim(section);
}

static guint64
count_findings(const TextState *state)
{
	guint64 total = 0;

	for (int i = 0; i < VERDICT_COUNT; i++)
		total += state->verdicts[i];
	return total;
}

static void
put_summary(GString *page, const TextState *state)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (int i = VERDICT_COUNT - 1; i >= 0; i--)
		if (state->verdicts[i] > 0)
			text_item(text, "%s %s", text_number(state->verdicts[i], number),
				finding_verdict_name((Verdict)i));
	if (count_findings(state) == 0)
		g_string_append(text, "none: no source reached a threshold");
	text_field(page, 0, LABEL, "Findings", text->str);
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	const WindowHit *x = a, *y = b;

	if (x->hosts != y->hosts)
		return x->hosts > y->hosts ? -1 : 1;
	return address_compare(&x->source, &y->source);
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const WindowHit *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : compare_lines(a, b);
}

/* n lines of a counter, the greatest first; with_start: each has its own window. */
static void
put_lines(GString *page, const WindowHit *lines, guint n, gboolean with_start)
{
	char source[ADDRESS_TEXT_SIZE], start[HOUR_TEXT_SIZE];
	int width = MAX(g_snprintf(NULL, 0, "%u", lines[0].hosts), COUNT_WIDTH);

	for (guint i = 0; i < MIN(n, LINES_MAX); i++) {
		subject_format(&lines[i].source, lines[i].bits, source);
		if (with_start)
			g_string_append_printf(page, "%*u %-24s from %s\n", width,
				lines[i].hosts, source, hour_format_s(lines[i].start, start));
		else
			g_string_append_printf(page, "%*u %s\n", width, lines[i].hosts, source);
	}
	if (n > LINES_MAX)
		g_string_append_printf(page, "    and %u more\n", n - LINES_MAX);
}

static void
put_hourly_counters(GString *page, GArray *lines)
{
	const WindowHit *line = (const WindowHit *)(gpointer)lines->data;
	char start[HOUR_TEXT_SIZE];
	guint counters = 0;

	g_array_sort(lines, compare_hours);
	for (guint first = 0, next; first < lines->len; first = next) {
		for (next = first; next < lines->len && line[next].start == line[first].start;)
			next++;
		if (counters++ >= COUNTERS_MAX)
			continue;
		g_string_append_printf(page, "\n%s\nHourly Tally Counter\n\n",
			hour_format_s(line[first].start, start));
		put_lines(page, line + first, next - first, FALSE);
	}
	if (counters > COUNTERS_MAX)
		g_string_append_printf(page, "\nand %u more hours\n", counters - COUNTERS_MAX);
}

static void
put_counters(GString *page, const Counters *counters)
{
	char length[HOUR_TEXT_SIZE];

	put_hourly_counters(page, counters->lines[PROFILE_HOUR]);
	for (guint span = PROFILE_DAY; span < PROFILE_SPANS; span++) {
		GArray *lines = counters->lines[span];
		if (lines->len == 0)
			continue;
		g_array_sort(lines, compare_lines);
		g_string_append_printf(page, "\n%s Tally Counter%s\n\n",
			finding_format_length(profile_spans[span].length, length),
			span == PROFILE_WEEK ? ", where it says more than 24 h" : "");
		put_lines(page, (const WindowHit *)(gpointer)lines->data, lines->len, TRUE);
	}
}

static void
put_section(GString *page, TextSection *section, guint grid_minutes)
{
	char rest[TEXT_NUMBER_SIZE];

	if (section->total == 0)
		return;
	g_string_append_printf(
		page, "\n%s (%s)\n", section->detector->title, section->detector->name);
	for (guint i = 0; i < section->findings->len; i++) {
		g_string_append_c(page, '\n');
		scan_block(page, section->findings->pdata[i], grid_minutes);
	}
	if (section->total > section->findings->len)
		g_string_append_printf(page,
			"\nand %s more of lower rank: --format json tells all\n",
			text_number(section->total - section->findings->len, rest));
}

/* The section whose best finding ranks highest stands first, whatever its detector. */
static int
compare_sections(gconstpointer a, gconstpointer b)
{
	const TextSection *x = a, *y = b;

	if (x->total == 0 || y->total == 0)
		return (x->total == 0) - (y->total == 0);
	return finding_compare(x->findings->pdata[0], y->findings->pdata[0]);
}

static void
put_sections(GString *page, TextState *state)
{
	for (gsize i = 0; i < state->n_sections; i++)
		trim(&state->sections[i]);
	qsort(state->sections, state->n_sections, sizeof *state->sections, compare_sections);
	for (gsize i = 0; i < state->n_sections; i++)
		put_section(page, &state->sections[i], state->head->coverage->grid_minutes);
}

/* What the day before told and this one does not. */
static void
put_gone(GString *page, const ScanHead *head)
{
	char number[TEXT_NUMBER_SIZE];

	if (!head->memory)
		return;
	g_autoptr(GPtrArray) gone = yesterday_gone(head->memory->yesterday);
	if (gone->len == 0)
		return;
	g_string_append_printf(
		page, "\nGone since the day before: %s\n\n", text_number(gone->len, number));
	for (guint i = 0; i < MIN(gone->len, LINES_MAX); i++) {
		const YesterdayFinding *finding = gone->pdata[i];
		g_string_append_printf(page, "  %s  %s  (%s)  id %s\n", finding->about,
			finding->verdict, finding->detector, finding->id);
	}
	if (gone->len > LINES_MAX)
		g_string_append_printf(
			page, "  and %s more\n", text_number(gone->len - LINES_MAX, number));
}

static void
put_page(GString *page, TextState *state)
{
	scan_head(page, state->head);
	put_summary(page, state);
	put_counters(page, state->head->counters);
	put_sections(page, state);
	put_gone(page, state->head);
	trim(&state->labelled);
	known_sources_page(
		page, state->head->known, state->labelled.findings, state->labelled.total);
	if (count_findings(state) > 0)
		g_string_append(page, "\nHours UTC: a cell an hour, from 00; targets hit: . "
				      "none, 1 to 9, + 10 or more, # 100 or more.\n");
}

static void
end(gpointer data, gboolean complete)
{
	TextState *state = data;
	g_autoptr(GString) page = g_string_new(NULL);

	if (complete) {
		put_page(page, state);
		fwrite(page->str, 1, page->len, state->out);
	}
	for (gsize i = 0; i < state->n_sections; i++)
		g_ptr_array_unref(state->sections[i].findings);
	g_ptr_array_unref(state->labelled.findings);
	g_free(state->sections);
	g_free(state);
}

const ScanFormat scan_text = {"text", begin, take, end};
