/*
 * A reset with the sequence number that a live conversation expected, from somebody who is no
 * part of it.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/slide.h"

enum { RESETS_NAMED = 4, PREFIX_V4 = 24, PREFIX_V6 = 64 };

static const DetectorParameter parameters[] = {
	{"packets", "packets",
		"resets in 24 hours with the right number for somebody else's conversation", 1,
		1, 1000},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0},
};

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	SlidePlan plan = {windows[0].length, windows[0].step, at->subject->grid_minutes, 0,
		at->values[0]};
	guint first, n = scene_hijacks(at->scene, at->subject, &first);

	if (n == 0)
		return;

	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
	for (guint i = first; i < first + n; i++) {
		SlideEvent event = {
			g_array_index(at->scene->hijacks, SceneHijack, i).hour, 0, 1};
		g_array_append_val(events, event);
	}
	slide_find(events, 1, &plan, found);
	for (guint i = 0; i < found->len; i++) {
		const SlideWindow *item = &g_array_index(found, SlideWindow, i);
		FindingWindow window = {detector, item->start, plan.length,
			(guint)item->packets, at->values[0], {0}};
		g_array_append_val(fired, window);
	}
}

/* Both in one network of usual size: two addresses of one site, or of one host. */
static gboolean
is_neighbour(const Address *a, const Address *b)
{
	guint bits = a->family == 4 ? PREFIX_V4 : PREFIX_V6;
	Address x = address_mask(a, bits), y = address_mask(b, bits);

	return address_compare(&x, &y) == 0;
}

static void
say_reset(const SceneHijack *item, Finding *finding)
{
	char source[ADDRESS_TEXT_SIZE], target[ADDRESS_TEXT_SIZE], peer[ADDRESS_TEXT_SIZE];
	char time[HOUR_TEXT_SIZE];

	finding_for(finding, VERDICT_HIJACK,
		"at %s a reset from %s, port %u, to %s, port %u, with sequence number %u, that "
		"the conversation of %s with %s expected next: the right number, the wrong "
		"address",
		hour_format_ns((guint64)item->hour * SECOND_NS + item->hijack.time, time),
		address_format(&item->hijack.source, source), item->hijack.sport,
		address_format(&item->hijack.target, target), item->hijack.dport,
		item->hijack.seq, target, address_format(&item->hijack.peer, peer));
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	guint first, n = scene_hijacks(at->scene, at->subject, &first), named = 0;
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];
	gboolean neighbour = FALSE;

	finding->verdict = VERDICT_HIJACK;
	finding_for(finding, VERDICT_HIJACK,
		"%u reset%s in %s from %s (threshold %u) with the sequence number that a "
		"conversation of somebody else expected (first seed, 4.4)",
		told->count, told->count == 1 ? "" : "s",
		finding_format_length(told->length, length), hour_format_s(told->start, start),
		told->threshold);
	for (guint i = first; i < first + n; i++) {
		const SceneHijack *item = &g_array_index(at->scene->hijacks, SceneHijack, i);
		if (item->hour < told->start || item->hour >= told->start + told->length)
			continue;
		neighbour |= is_neighbour(&item->hijack.source, &item->hijack.peer);
		if (named++ < RESETS_NAMED)
			say_reset(item, finding);
	}
	if (named > RESETS_NAMED)
		finding_for(finding, VERDICT_HIJACK, "and %u such resets more",
			named - RESETS_NAMED);
	if (neighbour)
		finding_against(finding, VERDICT_HIJACK,
			"source and peer are neighbours: more likely two addresses of one host "
			"or of one translator");
	finding_against(finding, VERDICT_HIJACK,
		"address translation, or answers that come over two routes, give one peer two "
		"addresses");
	finding_against(finding, VERDICT_HIJACK,
		"an intrusion detector that ends conversations does the same (ISS RealSecure, "
		"first seed, 4.5: its engine's number in the packet; a signature rule finds "
		"it)");
}

const Detector detect_hijack = {
	.name = "hijack",
	.title = "The right sequence number from the wrong address",
	.topic = TOPIC_RESETS,
	.origin = "first seed, 4.4 (resets as an indicator of session hijacking)",
	.misses = "a forged source address; a conversation that the check had no room for",
	.mistakes = "address translation, asymmetric routes, intrusion detectors that end "
		    "conversations",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
	.also_without_hits = TRUE,
};
