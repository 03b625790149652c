/*
 * Reset scans, and what looks like one: answers that nobody asked for.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge_reset.h"

enum { TARGETS_DAY, PACKETS_DAY, TARGETS_WEEK, PACKETS_WEEK };

static const DetectorParameter parameters[] = {
	{"targets-24h", "targets",
		"targets that must get answers unasked in 24 hours; packets-24h suffice as "
		"well",
		2, 1, 1000},
	{"packets-24h", "packets", "answers unasked in 24 hours; targets-24h suffice as well",
		3, 1, 1000},
	{"targets-7d", "targets",
		"targets that must get answers unasked in 7 days; packets-7d suffice as well",
		2, 1, 1000},
	{"packets-7d", "packets", "answers unasked in 7 days; targets-7d suffice as well", 3, 1,
		1000},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, TARGETS_DAY},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, TARGETS_WEEK},
};

/* The window counts targets. Where packets alone were enough, each of its targets is one too
 * many already: its threshold is 1. */
static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	if (!(at->subject->facts & FACT_IN_RESPONSE))
		return;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(UnaskedWindow));

	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		guint targets = at->values[windows[w].parameter];
		guint packets = at->values[windows[w].parameter + 1];
		g_array_set_size(found, 0);
		unasked_find(at->subject, windows[w].length, windows[w].step, targets, packets,
			found);
		for (guint i = 0; i < found->len; i++) {
			const UnaskedWindow *item = &g_array_index(found, UnaskedWindow, i);
			FindingWindow window = {detector, item->start, windows[w].length,
				item->targets, item->targets >= targets ? targets : 1, {0}};
			g_array_append_val(fired, window);
		}
	}
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	static const char *const names[UNASKED_KINDS] = {
		"SYN-ACKs", "resets", "FIN-ACKs", "bare ACKs"};
	g_autoptr(Unasked) unasked =
		unasked_new(at->subject, at->scene, told->start, told->length);
	guint signs = reset_signs(at, unasked);
	guint parameter = told->length == windows[0].length ? TARGETS_DAY : TARGETS_WEEK;
	g_autoptr(GString) kinds = g_string_new(NULL);
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];

	for (guint i = 0; i < UNASKED_KINDS; i++)
		if (unasked->by_kind[i] > 0)
			g_string_append_printf(kinds, "%s%s %" G_GUINT64_FORMAT,
				kinds->len > 0 ? ", " : "", names[i], unasked->by_kind[i]);
	finding_for(finding, reset_signs_verdict(signs),
		"%" G_GUINT64_FORMAT
		" answers that nobody asked for (%s) to %u target%s in %s from %s (threshold "
		"%u targets or %u packets)",
		unasked->packets, kinds->str, unasked->targets,
		unasked->targets == 1 ? "" : "s", finding_format_length(told->length, length),
		hour_format_s(told->start, start), at->values[parameter],
		at->values[parameter + 1]);
	judge_reset(at, unasked, signs, finding);
}

const Detector detect_reset = {
	.name = "reset-scan",
	.title = "Answers that nobody asked for",
	.topic = TOPIC_RESETS,
	.origin = "first seed, section 4 (reset scans); second seed (third parties of floods)",
	.misses = "a single packet; one from a source that also asks the same target something",
	.mistakes = "answers that come hours after a conversation, a load balancer's probes, "
		    "packets that went out past the sensor",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
