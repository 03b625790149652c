#include "config.h"

#include "report/scan_head.h"

#include <string.h>

#include "common/hour.h"
#include "report/fields.h"
#include "report/text.h"

static void
put_captures(GArray *fields, const Coverage *coverage)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE], gaps[TEXT_NUMBER_SIZE];

	if (coverage->n_hours == 0) {
		fields_add(fields, "Captures", "no packets: no hour has a tally");
		return;
	}
	g_string_printf(text, "%s to %s, %u hour%s with packets",
		hour_format_ns(coverage->first, first), hour_format_ns(coverage->last, last),
		coverage->n_hours, text_plural(coverage->n_hours));
	if (coverage_n_gaps(coverage) > 0)
		g_string_append_printf(text, ", %s between them without",
			text_number(coverage_n_gaps(coverage), gaps));
	fields_add(fields, "Captures", text->str);
}

static void
put_homes(GArray *fields, const ScanHead *head)
{
	const GPtrArray *homes = head->coverage->homes;

	for (guint i = 0; i < homes->len; i++) {
		g_autofree char *text = g_strdup_printf("%s%s", (char *)homes->pdata[i],
			head->home_is_default
				? " (the default: private ranges; --home names yours)"
				: "");
		fields_add(fields, i == 0 ? "Home" : "", text);
	}
	if (homes->len > 1)
		fields_add(fields, "",
			"The tallies were made with different homes: their counts do not fit "
			"together.");
}

static void
put_packets(GArray *fields, const Coverage *coverage)
{
	static const struct {
		Outcome outcome;
		const char *name;
	} names[] = {
		{OUTCOME_IN, "in"},
		{OUTCOME_OUT, "out"},
		{OUTCOME_INTERNAL, "internal"},
		{OUTCOME_EXTERNAL, "external"},
		{OUTCOME_NO_DIRECTION, "without direction"},
		{OUTCOME_NOT_IP, "not IP"},
	};
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		guint64 packets = coverage->totals.packets[names[i].outcome];
		if (packets > 0 || names[i].outcome <= OUTCOME_OUT)
			text_item(text, "%s %s", text_number(packets, number), names[i].name);
	}
	fields_add(fields, "Packets", text->str);
}

/* Packets that the sensors saw, or should have seen, and did not write. */
static void
put_drops(GString *text, const Coverage *coverage)
{
	const struct {
		guint64 packets;
		const char *how;
	} drops[] = {
		{coverage->dropped_kernel, "dropped by the kernel"},
		{coverage->dropped_interface, "dropped by the interface"},
		{coverage->discarded, "seen while the disk was full"},
	};
	g_autoptr(GString) line = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (gsize i = 0; i < G_N_ELEMENTS(drops); i++)
		if (drops[i].packets > 0 && drops[i].packets != FACTS_NEVER)
			text_item(line, "%s %s", text_number(drops[i].packets, number),
				drops[i].how);
	if (line->len > 0)
		g_string_append_printf(text, "%spackets not captured: %s",
			text->len > 0 ? "\n" : "", line->str);
}

/* The line from behind the folder on, if it begins with a file of that folder. */
static const char *
leave_out(const char *line, const char *folder)
{
	gsize length = folder ? strlen(folder) : 0;

	if (length == 0 || strncmp(line, folder, length) != 0)
		return line;
	while (length > 0 && folder[length - 1] == '/')
		length--;
	return line[length] == '/' ? line + length + strspn(line + length, "/") : line;
}

/* Lines that begin with a path. */
static void
append_lines(GString *text, const GPtrArray *lines, const ScanHead *head)
{
	for (guint i = 0; i < lines->len; i++)
		g_string_append_printf(text, "%s%s", text->len > 0 ? "\n" : "",
			leave_out(leave_out(lines->pdata[i], head->spool), head->store));
}

static void
put_missing(GArray *fields, const ScanHead *head)
{
	const Coverage *coverage = head->coverage;
	g_autoptr(GString) text = g_string_new(NULL);
	char number[TEXT_NUMBER_SIZE];

	for (int i = OUTCOME_UNDECODABLE; i < OUTCOME_COUNT; i++)
		if (coverage->totals.packets[i] > 0)
			text_item(text, "%s %s",
				text_number(coverage->totals.packets[i], number),
				decode_outcome_name((Outcome)i));
	if (text->len > 0)
		g_string_prepend(text, "packets that could not be decoded: ");
	put_drops(text, coverage);
	append_lines(text, head->unread, head);
	append_lines(text, coverage->shortfalls, head);
	if (coverage->cut_short && coverage->shortfalls->len == 0)
		g_string_append_printf(
			text, "%sa capture was not read to its end", text->len > 0 ? "\n" : "");
	fields_add(fields, "Missing", text->str);
}

static void
put_other_rules(GArray *fields, const ScanHead *head)
{
	char number[TEXT_NUMBER_SIZE];

	if (head->other_rules == 0)
		return;
	g_autofree char *text = g_strdup_printf(
		"%s tall%s made by other signature rules: what hit those is not told",
		text_number(head->other_rules, number),
		head->other_rules == 1 ? "y was" : "ies were");
	fields_add(fields, "Signatures", text);
}

static void
put_notes(GArray *fields, const ScanHead *head)
{
	const guint64 *packets = head->coverage->totals.packets;

	if (packets[OUTCOME_IN] + packets[OUTCOME_OUT] <
		packets[OUTCOME_INTERNAL] + packets[OUTCOME_EXTERNAL])
		fields_add(fields, "Misfit",
			"Hardly any packet crosses this home: is it the site's?");
	if (head->one_sided)
		fields_add(fields, "One-sided",
			"Hardly an outbound packet was captured. Every answer looks "
			"unsolicited then: verdicts that "
			"rest on responses are held back.");
	else if (packets[OUTCOME_OUT] > 0 && packets[OUTCOME_IN] == 0)
		fields_add(fields, "One-sided",
			"No inbound packet was captured: nobody can be found.");
}

/* Parameters that no window names: "packets-24h 3". */
static void
put_further_thresholds(GString *text, const Detector *detector, const guint *values)
{
	for (gsize i = 0; i < detector->n_parameters; i++) {
		gboolean told = FALSE;
		for (gsize w = 0; w < detector->n_windows; w++)
			told |= detector->windows[w].parameter == i;
		if (!told)
			g_string_append_printf(
				text, ", %s %u", detector->parameters[i].name, values[i]);
	}
}

void
scan_head_thresholds(GArray *fields, const DetectorSettings *settings)
{
	char length[HOUR_TEXT_SIZE];
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		const guint *values = detector_settings_values(settings, detectors[i]);
		g_autoptr(GString) text = g_string_new(NULL);
		for (gsize w = 0; w < detectors[i]->n_windows; w++) {
			const DetectorWindow *window = &detectors[i]->windows[w];
			const char *unit = detectors[i]->parameters[window->parameter].unit;
			guint value = values[window->parameter];
			text_item(text, "%u %.*s in %s", value,
				(int)strlen(unit) - (value == 1), unit,
				finding_format_length(window->length, length));
		}
		put_further_thresholds(text, detectors[i], values);
		fields_add(fields, detectors[i]->name, text->str);
	}
}

static void
put_limits(GArray *fields, const ScanHead *head)
{
	g_autoptr(GString) text = g_string_new(NULL);

	append_lines(text, head->limits, head);
	if (text->len > 0)
		fields_add(fields, "Left out", text->str);
}

void
scan_head_missing(GArray *fields, const ScanHead *head)
{
	put_missing(fields, head);
	if (head->coverage->n_hours > 0)
		put_notes(fields, head);
	put_other_rules(fields, head);
}

void
scan_head(GArray *fields, const ScanHead *head)
{
	put_captures(fields, head->coverage);
	put_homes(fields, head);
	if (head->coverage->n_hours > 0)
		put_packets(fields, head->coverage);
	scan_head_missing(fields, head);
	put_limits(fields, head);
}
