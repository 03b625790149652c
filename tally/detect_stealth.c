/*
 * Scans that begin no handshake, or end none: FIN, null, xmas and ACK packets, half-open and connect
 * scans; and bare ACKs that feel for a filter before SYNs come. What counts for each is told in
 * bare.h and handshakes.h.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/bare.h"
#include "tally/handshakes.h"
#include "tally/judge.h"
#include "tally/learnt.h"
#include "tally/slide.h"

enum {
	TARGETS,
	PACKETS,
	HOSTS,
	PORTS,
	STEP_MAX = 16, /* of source ports that are told as rising */
};

static const DetectorParameter parameters[] = {
	{"targets", "targets",
		"targets that must get FIN, null or xmas packets, or bare ACKs before SYNs; "
		"packets suffice as well",
		2, 1, 1000},
	{"packets", "packets",
		"FIN, null or xmas packets, or bare ACKs before SYNs; targets suffice as well",
		3, 1, 1000},
	{"hosts", "hosts", "targets asked by bare ACKs, half-open or by connect", 7, 1,
		1000000},
	{"ports", "ports", "ports of one target asked by bare ACKs", 20, 2, 65536},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, HOSTS},
	{24 * HOUR_SECONDS, HOUR_SECONDS, HOSTS},
};

/* The packets of a row that count for a sort of scan. */
typedef guint64 (*CountRow)(const SubjectRow *row);

static void
append(const Detector *detector, GArray *fired, gint64 start, gint64 length, guint count,
	guint threshold)
{
	FindingWindow window = {detector, start, length, count, threshold, {0}};

	g_array_append_val(fired, window);
}

/* Where packets alone are enough, each target is one too many already: the threshold is 1. */
static guint
met(const guint *values, guint targets)
{
	return targets >= values[TARGETS] ? values[TARGETS] : 1;
}

/* "So many targets or so many packets" over the rows that count. */
static void
run_few(const Detector *detector, const DetectorCase *at, const GArray *rows, CountRow count,
	GArray *fired)
{
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
	const SubjectRow *row = (const SubjectRow *)(gpointer)rows->data;
	guint32 target = 0;

	for (guint i = 0; i < rows->len; i++) {
		target += i > 0 &&
			  address_compare(&row[i - 1].pair->target, &row[i].pair->target) != 0;
		SlideEvent event = {row[i].pair->hour, target, count(&row[i])};
		if (event.packets > 0)
			g_array_append_val(events, event);
	}
	for (gsize w = 0; w < G_N_ELEMENTS(windows) && events->len > 0; w++) {
		SlidePlan plan = {windows[w].length, windows[w].step, at->subject->grid_minutes,
			at->values[TARGETS], at->values[PACKETS]};
		g_array_set_size(found, 0);
		slide_find(events, target + 1, &plan, found);
		for (guint i = 0; i < found->len; i++) {
			const SlideWindow *item = &g_array_index(found, SlideWindow, i);
			append(detector, fired, item->start, plan.length, item->targets,
				met(at->values, item->targets));
		}
	}
}

/* Index of the first row of another target after `first`. */
static guint
target_end(const GArray *rows, guint first)
{
	const SubjectRow *row = (const SubjectRow *)(gpointer)rows->data;
	guint next = first + 1;

	while (next < rows->len &&
		address_compare(&row[next].pair->target, &row[first].pair->target) == 0)
		next++;
	return next;
}

static int
compare_starts(gconstpointer a, gconstpointer b)
{
	const gint64 *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* ACKs to many ports of one target; a window counts such targets. */
static void
run_vertical(
	const Detector *detector, const DetectorCase *at, const GArray *array, GArray *fired)
{
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	g_autoptr(BarePorts) counter = bare_ports_new();
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		g_array_set_size(list, 0);
		for (guint first = 0, next; first < array->len; first = next) {
			next = target_end(array, first);
			bare_ports_find(counter, rows + first, next - first, windows[w].length,
				at->values[PORTS], list);
		}
		g_array_sort(list, compare_starts);
		const gint64 *starts = (const gint64 *)(gpointer)list->data;
		for (guint i = 0, next; i < list->len; i = next) {
			for (next = i + 1; next < list->len && starts[next] == starts[i];)
				next++;
			append(detector, fired, starts[i], windows[w].length, next - i, 1);
		}
	}
}

/* In a one-sided capture ACKs may be answers, unless nothing but a sweep looks like them. */
static gboolean
is_sweep(const DetectorCase *at, gint64 start, gint64 length)
{
	if (!at->scene->one_sided)
		return TRUE;
	g_autoptr(Profile) profile = profile_new(at->subject, start, length);
	return judge_is_ack_sweep(profile);
}

static void
run_acks(const Detector *detector, const DetectorCase *at, const GArray *rows, GArray *fired)
{
	guint n = at->values[HOSTS], bare = 0;

	for (guint i = 0; i < rows->len && bare < n; i++)
		bare += bare_has_acks(&g_array_index(rows, SubjectRow, i));
	for (gsize w = 0; w < G_N_ELEMENTS(windows) && bare >= n; w++) {
		g_autoptr(GArray) lines = subject_tally_kinds(
			at->subject, windows[w].length, windows[w].step, n, 1u << KIND_ACK);
		for (guint i = 0; i < lines->len; i++) {
			const WindowHit *line = &g_array_index(lines, WindowHit, i);
			if (is_sweep(at, line->start, windows[w].length))
				append(detector, fired, line->start, windows[w].length,
					line->hosts, n);
		}
	}
}

static void
run_handshakes(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Handshakes));
	guint n = at->values[HOSTS];

	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		g_array_set_size(found, 0);
		handshakes_find(at->subject, windows[w].length, n, found);
		for (guint i = 0; i < found->len; i++) {
			const Handshakes *item = &g_array_index(found, Handshakes, i);
			append(detector, fired, item->start, windows[w].length, item->targets,
				n);
		}
	}
}

/* Whether any of the subject's rows may hold bare ACKs that count: spares nearly all clients and
 * servers the rest. */
static gboolean
may_ack(const DetectorCase *at)
{
	const Subject *subject = at->subject;

	if (!(subject->kinds >> KIND_ACK & 1))
		return FALSE;
	for (guint32 i = 0; i < subject->n_members; i++)
		for (guint32 k = 0; k < subject->members[i].n_pairs; k++)
			if ((subject->members[i].pairs[k].facts &
				    (FACT_IN_RESPONSE | FACT_OUT_TCP)) == FACT_IN_RESPONSE)
				return TRUE;
	return FALSE;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	gboolean quiet = (at->subject->kinds & BARE_QUIET) != 0, acks = may_ack(at);

	if (quiet || acks) {
		g_autoptr(GArray) rows = subject_rows(at->subject);
		if (quiet)
			run_few(detector, at, rows, bare_quiet, fired);
		if (acks && !at->scene->one_sided) {
			run_few(detector, at, rows, bare_staged, fired);
			run_vertical(detector, at, rows, fired);
		}
		if (acks)
			run_acks(detector, at, rows, fired);
	}
	if (at->subject->kinds >> KIND_SYN & 1 && at->subject->n_targets >= at->values[HOSTS])
		run_handshakes(detector, at, fired);
}

/* What a window holds of a sort. */
typedef struct {
	guint targets;
	guint64 packets;
} Sum;

static Sum
sum_up(const GArray *rows, const FindingWindow *told, CountRow count)
{
	Sum sum = {0};

	for (guint first = 0, next; first < rows->len; first = next) {
		guint64 packets = 0;
		next = target_end(rows, first);
		for (guint i = first; i < next; i++) {
			const SubjectRow *row = &g_array_index(rows, SubjectRow, i);
			if (row->pair->hour >= told->start &&
				row->pair->hour < told->start + told->length)
				packets += count(row);
		}
		sum.targets += packets > 0;
		sum.packets += packets;
	}
	return sum;
}

static gboolean
is_met(const Sum *sum, const guint *values)
{
	return sum->packets > 0 &&
	       (sum->targets >= values[TARGETS] || sum->packets >= values[PACKETS]);
}

/* "in 1 h from 2000-05-14T21:00:00Z" */
static char *
format_when(const FindingWindow *told)
{
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];

	return g_strdup_printf("in %s from %s", finding_format_length(told->length, length),
		hour_format_s(told->start, start));
}

static guint32
say_quiet(const DetectorCase *at, const FindingWindow *told, const GArray *rows,
	const char *when, Finding *finding)
{
	static const struct {
		Kind kind;
		const char *name;
	} names[] = {{KIND_FIN, "FIN"}, {KIND_NULL, "null"}, {KIND_XMAS, "xmas"}};
	Sum sum = sum_up(rows, told, bare_quiet);
	g_autoptr(GString) text = g_string_new(NULL);
	guint32 kinds = 0;

	if (!is_met(&sum, at->values))
		return 0;
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		if (!profile_trait(finding->profile, names[i].kind))
			continue;
		kinds |= 1u << names[i].kind;
		g_string_append_printf(
			text, "%s%s", text->len > 0 ? " and " : "", names[i].name);
	}
	finding_for(finding, VERDICT_SCAN,
		"%s scan: %" G_GUINT64_FORMAT
		" such packets to %u target%s %s (threshold %u targets or %u packets); no "
		"stack sends them unasked",
		text->str, sum.packets, sum.targets, sum.targets == 1 ? "" : "s", when,
		at->values[TARGETS], at->values[PACKETS]);
	return kinds;
}

/* The constants that tell a stage apart from a stack's packets. */
static void
say_stage(const Trait *ack, const Trait *syn, Finding *finding)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if ((ack->seen & TRAIT_PORTS_EQUAL) && !(ack->seen & TRAIT_PORTS_DIFFER))
		g_string_append(text, ", source port = destination port");
	if ((ack->seen & TRAIT_ID) && ack->id_min == ack->id_max)
		g_string_append_printf(text, ", IP ID always %u", ack->id_min);
	if (ack->window_min == ack->window_max)
		g_string_append_printf(text, ", window %u", ack->window_min);
	if (ack->ttl_min == ack->ttl_max)
		g_string_append_printf(text, ", TTL %u", ack->ttl_min);
	if (text->len > 0)
		finding_for(finding, VERDICT_SCAN, "first stage, ACKs: %s", text->str + 2);
	g_string_truncate(text, 0);
	if (syn->window_min == syn->window_max)
		g_string_append_printf(text, ", window %u", syn->window_min);
	if (syn->ttl_min == syn->ttl_max)
		g_string_append_printf(text, ", TTL %u", syn->ttl_min);
	if (syn->sport_step_min > 0 && syn->sport_step_min <= syn->sport_step_max &&
		syn->sport_step_max <= STEP_MAX)
		g_string_append_printf(text, ", source ports rising from %u to %u",
			syn->sport_min, syn->sport_max);
	if (text->len > 0)
		finding_for(finding, VERDICT_SCAN, "second stage, SYNs: %s", text->str + 2);
}

static void
say_staged(const DetectorCase *at, const FindingWindow *told, const GArray *rows,
	const char *when, Finding *finding)
{
	const Trait *ack = profile_trait(finding->profile, KIND_ACK);
	const Trait *syn = profile_trait(finding->profile, KIND_SYN);
	Sum sum = sum_up(rows, told, bare_staged);

	if (!is_met(&sum, at->values))
		return;
	finding_for(finding, VERDICT_SCAN,
		"two stages: %" G_GUINT64_FORMAT
		" bare ACKs to %u target%s, then SYNs, %s (threshold %u targets or %u "
		"packets): ACKs show what a packet filter lets through before SYNs ask",
		sum.packets, sum.targets, sum.targets == 1 ? "" : "s", when,
		at->values[TARGETS], at->values[PACKETS]);
	if (ack && syn)
		say_stage(ack, syn, finding);
	if (finding->profile->answered_by[PROFILE_BY_RST] > 0)
		finding_for(finding, VERDICT_SCAN,
			"resets came from %u of the targets: where they answer the ACKs, ACKs "
			"pass the filter and the host lives, which says nothing of the port "
			"(RFC 793)",
			finding->profile->answered_by[PROFILE_BY_RST]);
}

static guint32
say_acks(const DetectorCase *at, const FindingWindow *told, const GArray *array,
	const char *when, Finding *finding)
{
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	guint hosts = finding->profile->rests[REST_ACK];
	char target[ADDRESS_TEXT_SIZE];
	g_autoptr(BarePorts) counter = bare_ports_new();
	guint32 kinds = 0;

	if (hosts >= at->values[HOSTS] && is_sweep(at, told->start, told->length)) {
		kinds |= 1u << KIND_ACK;
		finding_for(finding, VERDICT_SCAN,
			"ACK scan: %u targets got bare ACKs without a conversation %s "
			"(threshold %u); no stack sends them unasked",
			hosts, when, at->values[HOSTS]);
	}
	for (guint first = 0, next; first < array->len && !at->scene->one_sided; first = next) {
		next = target_end(array, first);
		guint ports = bare_ports_in(
			counter, rows + first, next - first, told->start, told->length);
		if (ports < at->values[PORTS])
			continue;
		kinds |= 1u << KIND_ACK;
		finding_for(finding, VERDICT_SCAN,
			"ACK scan: bare ACKs to %u ports of %s without a conversation %s "
			"(threshold %u)",
			ports, address_format(&rows[first].pair->target, target), when,
			at->values[PORTS]);
		break;
	}
	return kinds;
}

static guint32
say_handshakes(
	const DetectorCase *at, const FindingWindow *told, const char *when, Finding *finding)
{
	Handshakes found = handshakes_in(at->subject, told->start, told->length);
	guint n = at->values[HOSTS];

	if (handshakes_is_halfopen(&found, n))
		finding_for(finding, VERDICT_SCAN,
			"half-open scan: SYNs to %u targets %s (threshold %u), of which %u "
			"answered with a SYN-ACK and were sent a reset instead of the "
			"handshake's end",
			found.targets, when, n, found.halfopen);
	else if (handshakes_is_connect(&found, n))
		finding_for(finding, VERDICT_SCAN,
			"connect scan: SYNs to %u targets %s (threshold %u); the handshake was "
			"completed with %u, without an octet sent after it, while "
			"%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
			" ports asked were closed or silent",
			found.targets, when, n, found.completed, found.shut, found.asks);
	else
		return 0;
	return 1u << KIND_SYN;
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	g_autoptr(GArray) rows = subject_rows(at->subject);
	g_autofree char *when = format_when(told);
	guint32 kinds = 0;

	finding->verdict = VERDICT_SCAN;
	kinds |= say_quiet(at, told, rows, when, finding);
	say_staged(at, told, rows, when, finding);
	kinds |= say_acks(at, told, rows, when, finding);
	kinds |= say_handshakes(at, told, when, finding);
	if (!at->scene->one_sided)
		learnt_say(at->subject, told->start, told->length, kinds, finding);
	judge_manner(at, finding);
}

const Detector detect_stealth = {
	.name = "stealth",
	.title = "FIN, null, xmas and ACK scans, half-open and connect scans",
	.topic = TOPIC_ODD,
	.origin = "second seed (its FIN, ACK, SYN and connect scans, and the ACKs before SYNs)",
	.misses =
		"a connect scan that sends data or finds everything open; ACKs into "
		"conversations; under 20 ports of a single target by ACKs; a client that sends "
		"data and resets under 7 targets",
	.mistakes = "broken stacks that close with a lone FIN, answers to half of a "
		    "conversation that went past the sensor, monitoring of services that are "
		    "down",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
