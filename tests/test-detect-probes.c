/*
 * What is found of single sources and few that probe: stealth scans, gap-counting, traceroutes, load
 * balancers. Oracle: DESIGN section 3 and the seeds, written down by hand beside each case.
 */
#include "config.h"

#include "tests/maker.h"
#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"
#include "tally/detection.h"

/* Contacts of targets from number `first` on in an hour; ends with 0 targets. */
typedef struct {
	guint first, targets;
	int hour;
	Kind kind;
	guint ports;
	guint packets; /* of each contact; 0: one */
	guint8 answered;
	guint16 facts; /* besides those of the kind */
} Row;

static void
add_rows(Maker *maker, const Row *rows, gsize n)
{
	for (gsize i = 0; i < n && rows[i].targets > 0; i++)
		for (guint t = 0; t < rows[i].targets; t++) {
			PairHour *pair = maker_add(maker, rows[i].first + t, rows[i].hour,
				rows[i].kind, rows[i].ports);
			pair->facts |= rows[i].facts;
			pair->answered |= rows[i].answered;
			for (guint k = 0; k < rows[i].ports; k++) {
				Contact *contact = &maker_contacts(maker, pair)[k];
				contact->answered = rows[i].answered;
				contact->packets = MAX(1, rows[i].packets);
			}
		}
}

/* The kinds of the rows have traits, without payload. */
static void
add_traits(Maker *maker, const Row *rows, gsize n, guint16 payload)
{
	for (gsize i = 0; i < n && rows[i].targets > 0; i++) {
		gboolean is_known = FALSE;
		for (guint k = 0; k < maker->n_traits; k++)
			is_known |= maker->traits[k].trait.kind == rows[i].kind &&
				    maker->traits[k].hour ==
					    MAKER_MIDNIGHT + rows[i].hour * HOUR_SECONDS;
		if (is_known)
			continue;
		Trait *trait = maker_trait(maker, rows[i].hour, rows[i].kind);
		trait->payload_min = 0;
		trait->payload_max = rows[i].kind == KIND_ACK ? payload : 0;
		trait->sport_min = 2000;
		trait->sport_max = 2001;
		trait->ttl_min = trait->ttl_max = 50;
	}
}

static gboolean
is_told(const GPtrArray *findings, const char *detector)
{
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		for (guint k = 0; k < finding->windows->len; k++)
			if (strcmp(finding_window(finding, k)->detector->name, detector) == 0)
				return TRUE;
	}
	return FALSE;
}

#define OPEN (ANSWER_SYNACK | ANSWER_COMPLETED)
#define HALF (ANSWER_SYNACK | ANSWER_HALFOPEN)

static const struct {
	const char *what;
	Row rows[4];
	guint16 payload; /* of ACKs */
	gboolean is_found;
} stealthy[] = {
	{"one FIN", {{1, 1, 5, KIND_FIN, 1}}, 0, FALSE},
	{"two FINs to one target", {{1, 1, 5, KIND_FIN, 1, 2}}, 0, FALSE},
	{"three FINs to one target", {{1, 1, 5, KIND_FIN, 1, 3}}, 0, TRUE},
	{"a FIN to each of two targets", {{1, 2, 5, KIND_FIN, 1}}, 0, TRUE},
	{"null to one and xmas to another", {{1, 1, 5, KIND_NULL, 1}, {2, 1, 5, KIND_XMAS, 1}},
		0, TRUE},
	{"three null packets over 24 hours",
		{{1, 1, 0, KIND_NULL, 1, 2}, {1, 1, 23, KIND_NULL, 1}}, 0, TRUE},
	{"and over 25", {{1, 1, 0, KIND_NULL, 1, 2}, {1, 1, 24, KIND_NULL, 1}}, 0, FALSE},
	{"FINs that end conversations",
		{{1, 3, 5, KIND_FIN, 1, 1, ANSWER_COMPLETED, FACT_OUT_TCP}}, 0, FALSE},
	{"FINs of servers that we had opened to", {{1, 3, 5, KIND_FIN, 1, 1, 0, FACT_OUT_SYN}},
		0, FALSE},
	{"bare ACKs to six targets", {{1, 6, 5, KIND_ACK, 1}}, 0, FALSE},
	{"bare ACKs to seven", {{1, 7, 5, KIND_ACK, 1}}, 0, TRUE},
	{"ACKs of conversations", {{1, 7, 5, KIND_ACK, 1, 1, 0, FACT_OUT_TCP}}, 0, FALSE},
	{"ACKs of conversations of the hour before",
		{{1, 7, 4, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP}, {1, 7, 5, KIND_ACK, 1}}, 9,
		FALSE},
	{"nineteen ports of one target by ACKs", {{1, 1, 5, KIND_ACK, 19}}, 0, FALSE},
	{"twenty", {{1, 1, 5, KIND_ACK, 20}}, 0, TRUE},
	{"seven targets, one half-open",
		{{1, 6, 5, KIND_SYN, 1}, {7, 1, 5, KIND_SYN, 1, 1, HALF}}, 0, TRUE},
	{"six", {{1, 5, 5, KIND_SYN, 1}, {7, 1, 5, KIND_SYN, 1, 1, HALF}}, 0, FALSE},
	{"seven, none of them open", {{1, 7, 5, KIND_SYN, 1}}, 0, FALSE},
	{"more visited than given up",
		{{1, 7, 5, KIND_SYN, 1}, {8, 1, 5, KIND_SYN, 1, 1, HALF},
			{9, 2, 5, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP},
			{20, 1, 5, KIND_ACK, 1, 1, 0, FACT_OUT_TCP}},
		400, FALSE},
	{"connect: six completed, two closed",
		{{1, 6, 5, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP},
			{7, 2, 5, KIND_SYN, 1, 1, ANSWER_RST}},
		0, TRUE},
	{"connect to six targets in all",
		{{1, 4, 5, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP},
			{7, 2, 5, KIND_SYN, 1, 1, ANSWER_RST}},
		0, FALSE},
	{"under a quarter of it shut",
		{{1, 7, 5, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP},
			{8, 2, 5, KIND_SYN, 1, 1, ANSWER_RST}},
		0, FALSE},
	{"visitors that say something",
		{{1, 6, 5, KIND_SYN, 1, 1, OPEN, FACT_OUT_TCP},
			{7, 2, 5, KIND_SYN, 1, 1, ANSWER_RST},
			{20, 1, 5, KIND_ACK, 1, 1, 0, FACT_OUT_TCP}},
		1, FALSE},
	{"visitors that listen for long",
		{{1, 6, 5, KIND_SYN, 1, 12, OPEN, FACT_OUT_TCP},
			{7, 2, 5, KIND_SYN, 1, 1, ANSWER_RST}},
		0, FALSE},
};

START_TEST(a_stealthy_scan_is_found_from_its_threshold)
{
	g_autoptr(Maker) maker = maker_new();

	add_rows(maker, stealthy[_i].rows, G_N_ELEMENTS(stealthy[_i].rows));
	add_traits(maker, stealthy[_i].rows, G_N_ELEMENTS(stealthy[_i].rows),
		stealthy[_i].payload);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_msg(
		is_told(findings, "stealth") == stealthy[_i].is_found, "%s", stealthy[_i].what);
}
END_TEST

/* Bare ACKs at one second to `acks` targets, SYNs at another, all in one pair each. */
static const struct {
	const char *what;
	guint targets, acks;
	guint64 ack_first, syn_first;
	guint16 payload, facts;
	gboolean is_found;
} stages[] = {
	{"ACKs before SYNs to two targets", 2, 1, 10, 15, 0, 0, TRUE},
	{"three ACKs before SYNs to one", 1, 3, 10, 15, 0, 0, TRUE},
	{"two", 1, 2, 10, 15, 0, 0, FALSE},
	{"SYNs first", 2, 1, 15, 10, 0, 0, FALSE},
	{"both at once", 2, 1, 10, 10, 0, 0, FALSE},
	{"with payload", 2, 1, 10, 15, 1, 0, FALSE},
	{"a conversation", 2, 1, 10, 15, 0, FACT_OUT_TCP, FALSE},
};

START_TEST(acks_before_syns_are_two_stages)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint t = 0; t < stages[_i].targets; t++) {
		PairHour *pair = maker_add(maker, t, 5, KIND_SYN, 1);
		Contact *syn = maker_contacts(maker, pair);
		pair->facts |= FACT_IN_RESPONSE | stages[_i].facts;
		syn->first = syn->last = stages[_i].syn_first * SECOND_NS;
		Contact *ack = maker_add_contact(maker, KIND_ACK, 0);
		ack->first = ack->last = stages[_i].ack_first * SECOND_NS;
		ack->packets = stages[_i].acks;
	}
	maker_trait(maker, 5, KIND_SYN)->payload_min = 0;
	Trait *trait = maker_trait(maker, 5, KIND_ACK);
	trait->payload_min = 0;
	trait->payload_max = stages[_i].payload;
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_msg(
		is_told(findings, "stealth") == stages[_i].is_found, "%s", stages[_i].what);
}
END_TEST

/* In a one-sided capture only a sweep is no half of conversations. */
static const struct {
	guint targets, packets;
	guint16 payload;
	gboolean is_found;
} sweeps[] = {{7, 1, 0, TRUE}, {7, 1, 1, FALSE}, {7, 2, 0, FALSE}, {6, 1, 0, FALSE}};

START_TEST(one_sided_acks_are_a_scan_when_nothing_else_looks_like_them)
{
	g_autoptr(Maker) maker = maker_new();
	Row row = {1, sweeps[_i].targets, 5, KIND_ACK, 1, sweeps[_i].packets, 0, 0};

	add_rows(maker, &row, 1);
	add_traits(maker, &row, 1, sweeps[_i].payload);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	g_autoptr(GPtrArray) findings = maker_find_subject(&subject, TRUE);
	ck_assert_int_eq(is_told(findings, "stealth"), sweeps[_i].is_found);
}
END_TEST

/* SYNs to so many ports of one target, whose source ports run from 1000 to `last`. */
static const struct {
	const char *what;
	guint packets;
	guint16 last, step_min, step_max;
	guint8 answered;
	gboolean is_found;
} gaps[] = {
	{"five packets, one number missing", 5, 1005, 1, 2, 0, TRUE},
	{"none missing", 5, 1004, 1, 1, 0, FALSE},
	{"four packets", 4, 1004, 1, 2, 0, FALSE},
	{"a packet sent again", 5, 1005, 0, 3, 0, FALSE},
	{"steps of sixteen", 5, 1030, 1, 16, 0, TRUE},
	{"of seventeen", 5, 1031, 1, 17, 0, FALSE},
	{"a step down", 5, 1005, 1, 65530, 0, FALSE},
	{"a client that talks", 5, 1005, 1, 2, ANSWER_COMPLETED, FALSE},
};

START_TEST(gaps_are_counted_among_probes_alone)
{
	g_autoptr(Maker) maker = maker_new();
	PairHour *pair = maker_add(maker, 1, 5, KIND_SYN, gaps[_i].packets);
	Trait *trait = maker_trait(maker, 5, KIND_SYN);

	pair->answered = gaps[_i].answered;
	trait->sport_min = 1000;
	trait->sport_max = gaps[_i].last;
	trait->sport_step_min = gaps[_i].step_min;
	trait->sport_step_max = gaps[_i].step_max;
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_msg(is_told(findings, "gap") == gaps[_i].is_found, "%s", gaps[_i].what);
}
END_TEST

/* Work by the square of the addresses would not end within the test's time. */
START_TEST(many_addresses_of_one_prefix_that_send_acks_cost_what_they_are)
{
	enum { MEMBERS = 30000 };
	g_autoptr(Maker) maker = maker_new();
	g_autofree SourceFacts *members = g_new(SourceFacts, MEMBERS);
	g_autoptr(GPtrArray) findings = NULL;

	maker_add(maker, 1, 5, KIND_ACK, 20)->facts = FACT_IN_RESPONSE;
	maker_trait(maker, 5, KIND_ACK);
	for (guint i = 0; i < MEMBERS; i++) {
		members[i] = *maker_facts(maker);
		members[i].source =
			(Address){.family = 6, .high = 0x20010db800010000u, .low = i};
	}
	Subject subject = subject_of(members, MEMBERS, 64, 0);
	findings = maker_find_subject(&subject, FALSE);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "stealth,reset-scan scan 1 +5h 1h");
}
END_TEST

/* So many UDP packets, one a port from `port` on, one a second. */
static const struct {
	const char *what;
	guint packets;
	guint16 port, ttl_min, ttl_max;
	gboolean is_found;
} traces[] = {
	{"three packets about to die", 3, 33434, 1, 1, TRUE},
	{"two", 2, 33434, 1, 1, FALSE},
	{"TTL 2", 3, 33434, 2, 2, TRUE},
	{"TTL 3", 3, 33434, 3, 3, FALSE},
	{"TTLs from 3 to 6", 3, 33434, 3, 6, TRUE},
	{"TTLs from 3 to 5", 3, 33434, 3, 5, FALSE},
	{"TTLs from 11 on", 3, 33434, 11, 30, FALSE},
	{"other ports, rising", 3, 500, 1, 1, TRUE},
	{"beyond what traceroute counts up", 3, 33626, 1, 1, TRUE},
};

static Maker *
make_trace(guint source, guint packets, guint16 port, guint16 ttl_min, guint16 ttl_max,
	guint second)
{
	Maker *maker = maker_new();
	PairHour *pair = maker_add(maker, 1, 5, KIND_UDP, packets);
	Trait *trait = maker_trait(maker, 5, KIND_UDP);

	maker->facts.source.low += (guint64)source << 16;
	maker_move_ports(maker, pair, port);
	for (guint i = 0; i < packets; i++) {
		Contact *contact = &maker_contacts(maker, pair)[i];
		contact->first = contact->last = (second + i) * SECOND_NS;
	}
	trait->ttl_min = ttl_min;
	trait->ttl_max = ttl_max;
	trait->sport_min = 40000;
	trait->sport_max = 40000;
	return maker;
}

START_TEST(a_traceroute_is_told_by_its_ttls)
{
	g_autoptr(Maker) maker = make_trace(0, traces[_i].packets, traces[_i].port,
		traces[_i].ttl_min, traces[_i].ttl_max, 0);
	g_autoptr(GPtrArray) findings = maker_find(maker);

	ck_assert_msg(
		is_told(findings, "traceroute") == traces[_i].is_found, "%s", traces[_i].what);
}
END_TEST

/* What a detector of groups makes of sources in the windows of the span; of Group, owned by the
 * caller. limits: what it had no room for is appended. */
static GPtrArray *
find_groups_in(
	const Detector *detector, Maker **makers, guint n, SubjectSpan span, GPtrArray *limits)
{
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	Scene scene = {.span = span};
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	gpointer state = detector->groups->begin(
		detector, detector_settings_values(settings, detector), &scene);

	for (guint i = 0; i < n; i++) {
		Subject subject = subject_of(maker_facts(makers[i]), 1, 32, 0);
		Likeness likeness;
		detector->groups->see(
			state, &subject, likeness_of(&subject, &likeness) ? &likeness : NULL);
	}
	detector->groups->end(state, groups, limits);
	return groups;
}

static GPtrArray *
find_groups(const Detector *detector, Maker **makers, guint n)
{
	g_autoptr(GPtrArray) limits = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *groups = find_groups_in(detector, makers, n, subject_always, limits);

	ck_assert_uint_eq(limits->len, 0);
	return groups;
}

/* Seconds at which sources begin to trace one target. */
static const struct {
	const char *what;
	guint n, begins[4];
	guint sources; /* of the group; 0: none */
} together[] = {
	{"two sources", 2, {0, 1}, 0},
	{"three within 150 s", 3, {0, 100, 150}, 3},
	{"three within 151 s", 3, {0, 100, 151}, 0},
	{"of four the three that are together", 4, {0, 200, 210, 220}, 3},
	{"all four", 4, {0, 1, 2, 3}, 4},
};

START_TEST(traceroutes_together_are_one_group)
{
	Maker *makers[4];

	for (guint i = 0; i < together[_i].n; i++)
		makers[i] = make_trace(i, 3, 33434, 1, 1, together[_i].begins[i]);
	g_autoptr(GPtrArray) groups = find_groups(&detect_traceroute, makers, together[_i].n);
	ck_assert_msg(groups->len == (together[_i].sources > 0), "%s", together[_i].what);
	if (groups->len > 0)
		ck_assert_uint_eq(
			((Group *)groups->pdata[0])->window.count, together[_i].sources);
	for (guint i = 0; i < together[_i].n; i++)
		maker_free(makers[i]);
}
END_TEST

/* Three sources that trace each of 205 targets from `first` on, at noon. */
static void
add_tracers(Maker **makers, guint first)
{
	for (guint i = 0; i < 3; i++) {
		makers[i] = maker_new();
		makers[i]->facts.source.low += (guint64)i << 16;
		for (guint t = 0; t < 205; t++) {
			PairHour *pair = maker_add(makers[i], first + t, 12, KIND_ECHO, 3);
			for (guint k = 0; k < 3; k++)
				maker_contacts(makers[i], pair)[k].first = t * SECOND_NS;
		}
		Trait *trait = maker_trait(makers[i], 12, KIND_ECHO);
		trait->ttl_min = trait->ttl_max = 1;
	}
}

enum { TRACERS = 5 * 3 + 3 };

/* 1,025 targets at noon, and one at five in the morning behind them in order. */
static const struct {
	const char *what;
	int from, to; /* hours asked for */
	guint groups;
	const char *limit;
} many[] = {
	{"all", 0, 24, 1024, "traceroute: findings for which there was no room: 2"},
	{"those at noon", 12, 13, 1024, "traceroute: findings for which there was no room: 1"},
	{"the one at five", 5, 6, 1, NULL},
};

START_TEST(traceroutes_of_other_hours_take_no_room)
{
	const SubjectSpan span = {MAKER_MIDNIGHT + many[_i].from * HOUR_SECONDS,
		MAKER_MIDNIGHT + many[_i].to * HOUR_SECONDS};
	g_autoptr(GPtrArray) limits = g_ptr_array_new_with_free_func(g_free);
	Maker *makers[TRACERS];

	for (guint i = 0; i < 5; i++)
		add_tracers(makers + 3 * i, 205 * i);
	for (guint i = 0; i < 3; i++) {
		Maker *maker = make_trace(i, 3, 33434, 1, 1, i);
		maker->pairs[0].target.low += 5000;
		makers[TRACERS - 3 + i] = maker;
	}
	g_autoptr(GPtrArray) groups =
		find_groups_in(&detect_traceroute, makers, TRACERS, span, limits);
	ck_assert_msg(groups->len == many[_i].groups, "%s: %u", many[_i].what, groups->len);
	ck_assert_uint_eq(limits->len, many[_i].limit ? 1 : 0);
	if (many[_i].limit)
		ck_assert_str_eq(limits->pdata[0], many[_i].limit);
	for (guint i = 0; i < TRACERS; i++)
		maker_free(makers[i]);
}
END_TEST

/* SYNs with payload to port 53, or SYN-ACKs, of two sources. */
static const struct {
	const char *what;
	Kind kind;
	guint targets, packets, later; /* seconds */
	guint16 payload_min, payload_max, seen;
	guint8 answered;
	guint groups;
} probes[] = {
	{"two packets with payload", KIND_SYN, 1, 2, 10, 64, 64, 0, 0, 1},
	{"one packet", KIND_SYN, 1, 1, 10, 64, 64, 0, 0, 0},
	{"payload that varies", KIND_SYN, 1, 2, 10, 63, 64, 0, 0, 0},
	{"no payload", KIND_SYN, 1, 2, 10, 0, 0, 0, 0, 0},
	{"four targets", KIND_SYN, 4, 2, 10, 64, 64, 0, 0, 1},
	{"five targets", KIND_SYN, 5, 2, 10, 64, 64, 0, 0, 0},
	{"150 s later", KIND_SYN, 1, 2, 150, 64, 64, 0, 0, 1},
	{"151 s later: each by itself", KIND_SYN, 1, 2, 151, 64, 64, 0, 0, 2},
	{"a handshake", KIND_SYN, 1, 2, 10, 64, 64, 0, OPEN, 0},
	{"SYN-ACKs with ack = seq - 1", KIND_SYNACK, 1, 2, 10, 0, 0, TRAIT_ACK_SEQ1, 0, 1},
	{"and others beside them", KIND_SYNACK, 1, 2, 10, 0, 0,
		TRAIT_ACK_SEQ1 | TRAIT_ACK_OTHER, 0, 0},
	{"pings that follow upon nothing", KIND_ECHO, 1, 2, 1, 0, 0, 0, 0, 0},
};

START_TEST(latency_probes_are_a_load_balancers)
{
	Maker *makers[2];

	for (guint i = 0; i < 2; i++) {
		makers[i] = maker_new();
		makers[i]->facts.source.low += (guint64)i << 16;
		for (guint t = 0; t < probes[_i].targets; t++) {
			PairHour *pair = maker_add(makers[i], t, 5, probes[_i].kind, 1);
			Contact *contact = maker_contacts(makers[i], pair);
			contact->port = 53;
			contact->packets = probes[_i].packets;
			contact->answered = probes[_i].answered;
			contact->first = contact->last = i * probes[_i].later * SECOND_NS;
		}
		Trait *trait = maker_trait(makers[i], 5, probes[_i].kind);
		trait->payload_min = probes[_i].payload_min;
		trait->payload_max = probes[_i].payload_max;
		trait->seen = probes[_i].seen;
		trait->window_min = trait->window_max = 2048;
	}
	g_autoptr(GPtrArray) groups = find_groups(&detect_balancer, makers, 2);
	ck_assert_msg(groups->len == probes[_i].groups, "%s: %u", probes[_i].what, groups->len);
	maker_free(makers[0]);
	maker_free(makers[1]);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_stealthy_scan_is_found_from_its_threshold, 0, G_N_ELEMENTS(stealthy));
	tcase_add_test(tests, many_addresses_of_one_prefix_that_send_acks_cost_what_they_are);
	tcase_add_loop_test(tests, acks_before_syns_are_two_stages, 0, G_N_ELEMENTS(stages));
	tcase_add_loop_test(tests, one_sided_acks_are_a_scan_when_nothing_else_looks_like_them,
		0, G_N_ELEMENTS(sweeps));
	tcase_add_loop_test(tests, gaps_are_counted_among_probes_alone, 0, G_N_ELEMENTS(gaps));
	tcase_add_loop_test(tests, a_traceroute_is_told_by_its_ttls, 0, G_N_ELEMENTS(traces));
	tcase_add_loop_test(
		tests, traceroutes_together_are_one_group, 0, G_N_ELEMENTS(together));
	tcase_add_loop_test(
		tests, traceroutes_of_other_hours_take_no_room, 0, G_N_ELEMENTS(many));
	tcase_add_loop_test(
		tests, latency_probes_are_a_load_balancers, 0, G_N_ELEMENTS(probes));
}

int
main(void)
{
	return suite_run("detect-probes", add_tests);
}
