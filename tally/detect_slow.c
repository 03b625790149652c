/*
 * Low and slow: a source that hits at least n targets in a day or a week, and in none of that
 * window's hours as many.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge.h"

static const DetectorParameter parameters[] = {
	{"hosts-24h", "hosts",
		"targets that a source must hit in 24 hours, and in none of them by itself", 7,
		1, 1000000},
	{"hosts-7d", "hosts",
		"targets that a source must hit in 7 days, and in no hour of them by itself", 7,
		1, 1000000},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, 1},
};

/* The first of the hours (lines by start), taken as 1 h windows, from index `from` on that has
 * at least n hosts and does not start before `start`. */
static guint
next_full_hour(const GArray *hours, guint from, gint64 start, guint n)
{
	while (from < hours->len && (g_array_index(hours, WindowHit, from).start < start ||
					    g_array_index(hours, WindowHit, from).hosts < n))
		from++;
	return from;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	guint least = MIN(at->values[0], at->values[1]);

	if (at->subject->n_targets < least)
		return;
	g_autoptr(GArray) hours = subject_tally(at->subject, HOUR_SECONDS, HOUR_SECONDS, least);

	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		gint64 length = windows[w].length;
		guint n = at->values[windows[w].parameter];
		g_autoptr(GArray) lines =
			subject_tally(at->subject, length, windows[w].step, n);
		guint full = 0;
		/* Both ascend by start. */
		for (guint i = 0; i < lines->len; i++) {
			const WindowHit *line = &g_array_index(lines, WindowHit, i);
			FindingWindow window = {
				detector, line->start, length, line->hosts, n, {0}};
			full = next_full_hour(hours, full, line->start, n);
			if (full == hours->len || g_array_index(hours, WindowHit, full).start >=
							  line->start + length)
				g_array_append_val(fired, window);
		}
	}
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];
	guint most = 0;

	for (guint i = 0; i < finding->profile->hours->len; i++) {
		const ProfileHour *hour =
			&g_array_index(finding->profile->hours, ProfileHour, i);
		if (hour->hour >= told->start && hour->hour < told->start + told->length)
			most = MAX(most, hour->hosts);
	}
	finding_for(finding, judge_suspicion(at, told->threshold, finding),
		"%u targets in %s from %s (threshold %u), at most %u in an hour", told->count,
		finding_format_length(told->length, length), hour_format_s(told->start, start),
		told->threshold, most);
	judge_sweep(at, told->threshold, finding);
}

const Detector detect_slow = {
	.name = "low-and-slow",
	.title = "Many targets in a day or a week, few in any hour",
	.topic = TOPIC_SLOW,
	.origin = "first seed, 4.3 and figure 9 (SHADOW 1.5's 24 hour scan detection)",
	.misses = "a source under n in a week; one that any hour of the window shows by itself",
	.mistakes = "regular visitors of many public servers, mail exchangers, answers to "
		    "spoofed packets over days",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
