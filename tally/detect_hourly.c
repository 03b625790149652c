/*
 * SHADOW's tally: a source that hits at least n targets in one hour.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge.h"

static const DetectorParameter parameters[] = {
	{"hosts", "hosts", "targets that a source must hit in one hour", 7, 1, 1000000},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, 0},
};

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	if (at->subject->n_targets < at->values[0])
		return;
	g_autoptr(GArray) lines =
		subject_tally(at->subject, windows[0].length, windows[0].step, at->values[0]);

	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		FindingWindow window = {detector, line->start, windows[0].length, line->hosts,
			at->values[0], {0}};
		g_array_append_val(fired, window);
	}
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE];

	finding_for(finding, judge_suspicion(at, told->threshold, finding),
		"%u targets in the hour from %s (threshold %u)", told->count,
		hour_format_s(told->start, start), told->threshold);
	judge_sweep(at, told->threshold, finding);
}

const Detector detect_hourly = {
	.name = "hourly",
	.title = "Many targets in one hour",
	.topic = TOPIC_HOURLY,
	.origin = "first seed, 4.3 and figure 8 (SHADOW's hourly tally counter)",
	.misses = "a source that spreads its targets over hours (low-and-slow) or over "
		  "addresses (coordinated)",
	.mistakes = "a service that many of our hosts use and that answers late, crawlers and "
		    "monitoring of public servers, a victim of a flood that used our addresses",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
