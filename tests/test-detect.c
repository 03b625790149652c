/*
 * Detectors on hand-made sources. Oracle: what DESIGN section 3 says, written down by hand
 * beside each case.
 */
#include "config.h"

#include "tests/maker.h"
#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"

/* New targets in hours of the day: hour, how many; ends with 0 targets. */
typedef struct {
	int hour;
	guint targets;
} Burst;

static const struct {
	const char *what;
	Kind kind;
	Burst bursts[12];
	const char *expected;
} sweeps[] = {
	{"one target too few in an hour", KIND_SYN, {{5, 6}}, ""},
	{"just enough in an hour", KIND_SYN, {{5, 7}}, "hourly scan 7 +5h 1h"},
	{"the fullest hour tells", KIND_SYN, {{5, 7}, {6, 9}, {7, 8}}, "hourly scan 9 +6h 1h"},
	{"the earliest of equal hours tells", KIND_SYN, {{5, 8}, {6, 8}},
		"hourly scan 8 +5h 1h"},
	{"hours a day apart are two findings", KIND_SYN, {{5, 8}, {29, 8}},
		"hourly scan 8 +5h 1h; hourly scan 8 +29h 1h"},
	{"hours 23 apart are one", KIND_SYN, {{5, 8}, {28, 9}}, "hourly scan 9 +28h 1h"},
	{"3/3/2 an hour", KIND_SYN, {{8, 3}, {9, 3}, {10, 2}}, "low-and-slow scan 8 -13h 24h"},
	{"nine at three an hour at most", KIND_SYN, {{8, 3}, {10, 3}, {13, 3}},
		"low-and-slow scan 9 -10h 24h"},
	{"six in a day", KIND_SYN, {{8, 3}, {9, 3}}, ""},
	{"seven in 24 hours", KIND_SYN, {{0, 3}, {23, 4}}, "low-and-slow scan 7 +0h 24h"},
	{"seven in 25 hours, which no week's step divides", KIND_SYN, {{0, 3}, {24, 4}},
		"low-and-slow scan 7 -120h 168h"},
	{"a full hour tells alone", KIND_SYN, {{8, 3}, {9, 7}, {10, 3}},
		"hourly scan 7 +9h 1h"},
	{"resets at two a day over a week", KIND_RST,
		{{1, 2}, {25, 2}, {49, 2}, {73, 2}, {97, 2}, {121, 2}, {145, 2}},
		"low-and-slow,reset-scan undetermined 14 +0h 168h"},
	{"resets at one in two days", KIND_RST, {{1, 1}, {49, 1}, {97, 1}, {145, 1}},
		"reset-scan undetermined 4 +0h 168h"},
	{"resets in an hour", KIND_RST, {{1, 7}}, "hourly,reset-scan undetermined 7 +1h 1h"},
	{"SYN-ACKs in an hour", KIND_SYNACK, {{1, 7}},
		"hourly,reset-scan undetermined 7 +1h 1h"},
	{"FIN-ACKs in an hour", KIND_FINACK, {{1, 7}},
		"hourly,reset-scan undetermined 7 +1h 1h"},
	{"echo replies in an hour", KIND_ECHOREPLY, {{1, 7}}, "hourly undetermined 7 +1h 1h"},
	{"bare ACKs in an hour", KIND_ACK, {{1, 7}}, "hourly,reset-scan scan 7 +1h 1h"},
	{"UDP in an hour", KIND_UDP, {{1, 7}}, "hourly scan 7 +1h 1h"},
	{"echo requests in an hour", KIND_ECHO, {{1, 7}}, "hourly scan 7 +1h 1h"},
	{"malformed packets in an hour", KIND_MALFORMED, {{1, 7}}, "hourly scan 7 +1h 1h"},
};

START_TEST(a_sweep_is_found_by_the_window_that_tells_most)
{
	g_autoptr(Maker) maker = maker_new();
	guint target = 0;

	for (const Burst *burst = sweeps[_i].bursts; burst->targets > 0; burst++)
		for (guint i = 0; i < burst->targets; i++)
			maker_add(maker, target++, burst->hour, sweeps[_i].kind, 1);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_msg(strcmp(told, sweeps[_i].expected) == 0, "%s: %s", sweeps[_i].what, told);
}
END_TEST

/* Hours count from midnight of the day that is asked for. */
static const struct {
	const char *what;
	Burst bursts[8];
	const char *expected;
} days[] = {
	{"an hour of the day", {{0, 7}}, "hourly scan 7 +0h 1h"},
	{"the last hour of the day", {{23, 7}}, "hourly scan 7 +23h 1h"},
	{"an hour of the day before", {{-1, 7}}, ""},
	{"an hour of the day after", {{24, 7}}, ""},
	{"a slow scan over midnight", {{-2, 3}, {-1, 3}, {1, 3}},
		"low-and-slow scan 9 -22h 24h"},
	{"a slow scan that only the day after fills", {{22, 3}, {23, 3}, {25, 3}}, ""},
	{"a week that ends with the day tells more than 24 hours", {{-23, 5}, {-10, 4}, {1, 4}},
		"low-and-slow scan 13 -144h 168h"},
	{"an hour of the day before does not hide what is slow after it",
		{{-5, 8}, {-4, 4}, {22, 4}}, ""},
	{"a full hour of the day before hides no slow scan of windows after it",
		{{-22, 8}, {-4, 4}, {10, 4}}, "low-and-slow scan 8 -13h 24h"},
	{"a slow scan of the day before is not told again", {{-8, 4}, {-4, 4}}, ""},
	{"unless it goes on", {{-8, 4}, {-4, 4}, {3, 1}}, "low-and-slow scan 9 -20h 24h"},
	{"a slow scan that no window of the day before could tell, for an hour in it",
		{{-24, 8}, {-20, 4}, {-10, 4}}, "low-and-slow scan 8 -23h 24h"},
	{"a week of the day before is not told again", {{-140, 4}, {-50, 2}, {-30, 3}}, ""},
	{"a week that ends with the day", {{-140, 4}, {-50, 2}, {5, 3}},
		"low-and-slow scan 9 -144h 168h"},
};

START_TEST(a_day_is_told_by_the_windows_that_end_in_it)
{
	g_autoptr(Maker) maker = maker_new();
	guint target = 0;

	for (const Burst *burst = days[_i].bursts; burst->targets > 0; burst++)
		for (guint i = 0; i < burst->targets; i++)
			maker_add(maker, target++, burst->hour, KIND_SYN, 1);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	subject.span = (SubjectSpan){MAKER_MIDNIGHT, MAKER_MIDNIGHT + MAKER_DAY};
	g_autoptr(GPtrArray) findings = maker_find_subject(&subject, FALSE);
	g_autofree char *told = maker_tell(findings);
	ck_assert_msg(strcmp(told, days[_i].expected) == 0, "%s: %s", days[_i].what, told);
}
END_TEST

/* The first hour of W+ of the window that ended before the first of the span. */
static const struct {
	gint64 from, to;
	gint64 expected;
} reaches[] = {
	{0, 24, -7 * 24 - 1},  /* a week ends with the day */
	{-2, 22, -8 * 24 - 1}, /* and two hours before it, east of Greenwich */
	{0, 23, -25},          /* none does while its last hour is open */
	{5, 29, -7 * 24 - 1}, {-1, 24, -8 * 24 - 1}, /* 25 hours hold the ends of two */
	{1, 23, -24}, {0, 0, 0},                     /* nothing is asked for */
};

START_TEST(the_tallies_of_a_day_reach_back_as_far_as_its_windows)
{
	SubjectSpan span = {MAKER_MIDNIGHT + reaches[_i].from * HOUR_SECONDS,
		MAKER_MIDNIGHT + reaches[_i].to * HOUR_SECONDS};

	for (guint grid = 0; grid < 60; grid += 15) {
		SubjectSpan here = {span.from + grid * 60, span.to + grid * 60};
		ck_assert_int_eq(detector_first_hour(here, grid),
			MAKER_MIDNIGHT + reaches[_i].expected * HOUR_SECONDS + grid * 60);
	}
}
END_TEST

START_TEST(the_same_targets_again_are_no_more_targets)
{
	g_autoptr(Maker) maker = maker_new();

	for (int hour = 0; hour < 20; hour++)
		for (guint target = 0; target < 6; target++)
			maker_add(maker, target, hour, KIND_SYN, 1);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_uint_eq(findings->len, 0);
}
END_TEST

static const struct {
	const char *what;
	Kind kind;
	guint ports[4]; /* of one target in the hours 3, 4, 26, 27 */
	const char *expected;
} verticals[] = {
	{"19 ports in an hour", KIND_SYN, {19}, ""},
	{"20 ports in an hour", KIND_SYN, {20}, "port-scan scan 1 +3h 1h"},
	{"the same 19 ports again", KIND_SYN, {19, 19}, ""},
	{"20 ports by FIN", KIND_FIN, {20}, "port-scan scan 1 +3h 1h"},
	{"20 UDP ports", KIND_UDP, {20}, "port-scan scan 1 +3h 1h"},
	{"20 ports by ACK are no requests", KIND_ACK, {20},
		"reset-scan undetermined 1 -20h 24h"},
	{"20 ports by SYN-ACK are no requests", KIND_SYNACK, {20},
		"reset-scan second-order-effect 1 -20h 24h"},
	{"20 ICMP types are no ports", KIND_ICMP, {20}, ""},
	{"more ports in the next hour", KIND_SYN, {20, 30}, "port-scan scan 1 +4h 1h"},
};

START_TEST(a_vertical_scan_is_found_from_its_threshold)
{
	static const int hours[4] = {3, 4, 26, 27};
	g_autoptr(Maker) maker = maker_new();

	for (guint i = 0; i < 4; i++)
		if (verticals[_i].ports[i] > 0)
			maker_add(
				maker, 1, hours[i], verticals[_i].kind, verticals[_i].ports[i]);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_msg(
		strcmp(told, verticals[_i].expected) == 0, "%s: %s", verticals[_i].what, told);
}
END_TEST

static const struct {
	int second_hour;
	guint second_ports;
	const char *expected;
} slow_verticals[] = {
	{26, 9, ""},
	{26, 10, "port-scan scan 1 +3h 24h"}, /* the 24th hour of the window that begins at 3 */
	{27, 10, ""},                         /* no 24 hours hold both */
};

START_TEST(a_vertical_scan_is_found_over_24_hours)
{
	g_autoptr(Maker) maker = maker_new();

	maker_add(maker, 1, 3, KIND_SYN, 10);
	maker_move_ports(maker,
		maker_add(maker, 1, slow_verticals[_i].second_hour, KIND_SYN,
			slow_verticals[_i].second_ports),
		5000);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, slow_verticals[_i].expected);
}
END_TEST

START_TEST(ports_of_different_targets_are_not_summed)
{
	g_autoptr(Maker) maker = maker_new();

	maker_add(maker, 1, 3, KIND_SYN, 19);
	maker_move_ports(maker, maker_add(maker, 2, 3, KIND_SYN, 19), 5000);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_uint_eq(findings->len, 0);
}
END_TEST

START_TEST(the_ports_of_a_traceroute_are_no_scan)
{
	g_autoptr(Maker) maker = maker_new();

	maker_move_ports(maker, maker_add(maker, 1, 3, KIND_UDP, 60), 33434);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_uint_eq(findings->len, 0);
}
END_TEST

START_TEST(what_several_detectors_say_of_a_source_is_one_finding)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 8; target++)
		maker_add(maker, target, 5, KIND_SYN, target == 3 ? 25 : 1);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "hourly,port-scan scan 8 +5h 1h");
}
END_TEST

START_TEST(a_detector_with_a_verdict_tells_before_one_without)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 8; target++)
		maker_add(maker, target, 5, KIND_RST, 1);
	maker_add(maker, 9, 6, KIND_SYN, 20);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "port-scan,hourly,reset-scan scan 1 +6h 1h");
}
END_TEST

START_TEST(six_requests_and_a_reset_are_no_scan)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 7; target++)
		maker_add(maker, target, 5, target < 6 ? KIND_SYN : KIND_RST, 1);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "hourly undetermined 7 +5h 1h");
}
END_TEST

/* Bare ACKs of one-sided captures: one to each target, or more. */
static const struct {
	Kind kind;
	guint packets;
	gboolean one_sided;
	const char *expected;
} one_sided[] = {
	{KIND_ACK, 1, TRUE, "hourly,stealth,reset-scan scan 7 +5h 1h"},
	{KIND_ACK, 2, TRUE, "hourly,reset-scan undetermined 7 +5h 1h"},
	{KIND_ACK, 2, FALSE, "hourly,stealth,reset-scan scan 7 +5h 1h"},
	{KIND_SYN, 2, TRUE, "hourly scan 7 +5h 1h"},
	{KIND_RST, 1, TRUE, "hourly,reset-scan undetermined 7 +5h 1h"},
};

START_TEST(a_one_sided_capture_holds_back_what_may_be_answers)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 7; target++)
		maker_add(maker, target, 5, one_sided[_i].kind, 1);
	for (guint i = 0; i < maker->contacts->len; i++)
		g_array_index(maker->contacts, Contact, i).packets = one_sided[_i].packets;
	*maker_trait(maker, 5, one_sided[_i].kind) =
		(Trait){.kind = one_sided[_i].kind, .seen = TRAIT_TCP};
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	g_autoptr(GPtrArray) findings = maker_find_subject(&subject, one_sided[_i].one_sided);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, one_sided[_i].expected);
}
END_TEST

START_TEST(udp_from_one_service_port_is_undetermined)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 9; target++)
		maker_add(maker, target, 5, KIND_UDP, 1);
	*maker_trait(maker, 5, KIND_UDP) = (Trait){
		.kind = KIND_UDP, .seen = TRAIT_PORTS, .sport_min = 53, .sport_max = 53};
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "hourly undetermined 9 +5h 1h");
}
END_TEST

/* Answers of a target's pair, and whether an ICMP error of its own came: what counts as a
 * reply, of what worth, and how it ranks. */
static const struct {
	guint8 answered;
	gboolean error;
	guint replied;
	AnswerWorth worth;
	guint ranks;
} answers[] = {
	{0, FALSE, 0, WORTHS, 0},
	{ANSWER_SYNACK, FALSE, 1, WORTH_OPEN, RANK_OPEN | RANK_ANSWERED},
	{ANSWER_RST, FALSE, 1, WORTH_RESET, RANK_ANSWERED},
	{ANSWER_UDP, FALSE, 1, WORTH_REPLIED, RANK_ANSWERED},
	{ANSWER_ECHOREPLY, FALSE, 1, WORTH_REPLIED, RANK_ANSWERED},
	{ANSWER_UNREACH, FALSE, 0, WORTHS, 0}, /* a router's word for it */
	{ANSWER_UNREACH, TRUE, 1, WORTH_ERROR, 0},
	{ANSWER_UNREACH | ANSWER_RST, TRUE, 1, WORTH_RESET, RANK_ANSWERED},
	{ANSWER_AGAIN, FALSE, 0, WORTHS, 0},
};

START_TEST(a_target_replied_when_something_came_from_itself)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 7; target++) {
		PairHour *pair = maker_add(maker, target, 5, KIND_SYN, 1);
		if (target != 4)
			continue;
		pair->answered = answers[_i].answered;
		if (answers[_i].error) {
			Contact error = {.packets = 1, .kind = KIND_ERROR_OUT, .port = 3};
			g_array_append_val(maker->contacts, error);
			pair->n_contacts++;
		}
	}
	g_autoptr(GPtrArray) findings = maker_find(maker);
	ck_assert_uint_eq(findings->len, 1);
	const Finding *finding = findings->pdata[0];
	ck_assert_uint_eq(finding->profile->answered, answers[_i].replied);
	ck_assert_uint_eq(profile_best_worth(finding->profile), answers[_i].worth);
	ck_assert_uint_eq(finding->ranks & (RANK_OPEN | RANK_ANSWERED), answers[_i].ranks);
}
END_TEST

/* What only reset stands behind what replied, however many targets it hit. */
START_TEST(of_equal_rank_what_replied_comes_before_what_reset)
{
	g_autoptr(Maker) replying = maker_new();
	g_autoptr(Maker) resetting = maker_new();

	for (guint target = 0; target < 20; target++) {
		PairHour *pair = maker_add(resetting, target, 5, KIND_SYN, 1);
		pair->answered = ANSWER_RST;
		if (target >= 7)
			continue;
		pair = maker_add(replying, target, 5, KIND_ECHO, 1);
		pair->answered = ANSWER_ECHOREPLY;
	}
	g_autoptr(GPtrArray) replied = maker_find(replying);
	g_autoptr(GPtrArray) reset = maker_find(resetting);
	ck_assert_int_lt(finding_compare(replied->pdata[0], reset->pdata[0]), 0);
	ck_assert_int_gt(finding_compare(reset->pdata[0], replied->pdata[0]), 0);
}
END_TEST

/* Two addresses of one /64, each with some targets of its own and one in common. */
START_TEST(the_addresses_of_a_prefix_are_one_source)
{
	const guint8 octets[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	g_autoptr(Maker) a = maker_new();
	g_autoptr(Maker) b = maker_new();

	for (guint target = 0; target < 4; target++)
		maker_add(a, target, 5, KIND_SYN, 1);
	for (guint target = 3; target < 8; target++)
		maker_add(b, target, 5, KIND_SYN, 1);
	SourceFacts members[2] = {*maker_facts(a), *maker_facts(b)};
	members[0].source = members[1].source = address_from_v6(octets);
	members[1].source.low++;
	Subject subject = subject_of(members, 2, 64, 0);
	g_autoptr(GPtrArray) findings = maker_find_subject(&subject, FALSE);
	g_autofree char *told = maker_tell(findings);
	char text[ADDRESS_TEXT_SIZE];

	ck_assert_str_eq(told, "hourly scan 8 +5h 1h");
	const Profile *profile = ((Finding *)findings->pdata[0])->profile;
	ck_assert_str_eq(
		subject_format(&profile->source, profile->bits, text), "2001:db8::/64");
	ck_assert_uint_eq(profile->n_members, 2);
	ck_assert_uint_eq(profile->packets, 9);
}
END_TEST

/* A reset of one address is no answer to what another of its prefix asked: the facts of
 * members are not joined. */
START_TEST(a_members_conversation_does_not_excuse_another_member)
{
	const guint8 octets[16] = {0x20, 0x01, 0x0d, 0xb8, [15] = 1};
	g_autoptr(Maker) a = maker_new();
	g_autoptr(Maker) b = maker_new();

	for (guint target = 0; target < 7; target++) {
		maker_add(a, target, 5, KIND_RST, 1)->facts |= FACT_OUT_TCP;
		maker_add(b, target, 5, KIND_RST, 1);
	}
	SourceFacts members[2] = {*maker_facts(a), *maker_facts(b)};
	members[0].source = members[1].source = address_from_v6(octets);
	members[1].source.low++;
	Subject alone = subject_of(members, 1, 128, 0), both = subject_of(members, 2, 64, 0);
	g_autoptr(GPtrArray) none = maker_find_subject(&alone, FALSE);
	g_autoptr(GPtrArray) one = maker_find_subject(&both, FALSE);
	g_autofree char *told = maker_tell(one);

	ck_assert_uint_eq(none->len, 0);
	ck_assert_str_eq(told, "hourly,reset-scan undetermined 7 +5h 1h");
}
END_TEST

/* Windows of a prefix, of length and step, against those of its only member alone. */
START_TEST(a_prefix_with_two_alike_members_has_the_windows_of_one)
{
	static const gint64 plans[][2] = {{HOUR_SECONDS, HOUR_SECONDS},
		{MAKER_DAY, HOUR_SECONDS}, {7 * MAKER_DAY, MAKER_DAY},
		{3 * HOUR_SECONDS, 2 * HOUR_SECONDS}};
	static const int hours[] = {0, 1, 5, 30, 31, 200, 5000};
	g_autoptr(Maker) maker = maker_new();

	for (guint i = 0; i < G_N_ELEMENTS(hours); i++)
		for (guint target = 0; target < i + 1; target++)
			maker_add(maker, target * 3 % 7, hours[i], KIND_SYN, 1);
	SourceFacts members[2] = {*maker_facts(maker), *maker_facts(maker)};
	Subject one = subject_of(members, 1, 32, 0), two = subject_of(members, 2, 32, 0);
	g_autoptr(GArray) expected = subject_tally(&one, plans[_i][0], plans[_i][1], 2);
	g_autoptr(GArray) got = subject_tally(&two, plans[_i][0], plans[_i][1], 2);

	ck_assert_uint_gt(expected->len, 0);
	ck_assert_uint_eq(got->len, expected->len);
	for (guint i = 0; i < got->len; i++) {
		ck_assert_int_eq(g_array_index(got, WindowHit, i).start,
			g_array_index(expected, WindowHit, i).start);
		ck_assert_uint_eq(g_array_index(got, WindowHit, i).hosts,
			g_array_index(expected, WindowHit, i).hosts);
	}
}
END_TEST

START_TEST(an_id_depends_on_detectors_source_and_start_alone)
{
	g_autoptr(Maker) a = maker_new();
	g_autoptr(Maker) b = maker_new();
	g_autoptr(Maker) later = maker_new();

	for (guint target = 0; target < 7; target++) {
		maker_add(a, target, 5, KIND_SYN, 1);
		maker_add(b, target + 20, 5, KIND_FIN, 2);
		maker_add(later, target, 6, KIND_SYN, 1);
	}
	g_autoptr(GPtrArray) x = maker_find(a);
	g_autoptr(GPtrArray) y = maker_find(b);
	g_autoptr(GPtrArray) z = maker_find(later);
	g_autofree char *id_x = finding_id(x->pdata[0]), *id_y = finding_id(y->pdata[0]),
			*id_z = finding_id(z->pdata[0]);

	ck_assert_uint_eq(strlen(id_x), 16);
	ck_assert_str_eq(id_x, id_y);
	ck_assert_str_ne(id_x, id_z);
}
END_TEST

START_TEST(every_finding_has_evidence_and_its_reason_first)
{
	g_autoptr(Maker) maker = maker_new();

	for (guint target = 0; target < 7; target++)
		maker_add(maker, target, 5, KIND_RST, 1);
	g_autoptr(GPtrArray) findings = maker_find(maker);
	const Finding *finding = findings->pdata[0];
	gboolean names_resets = FALSE;

	ck_assert_uint_ge(finding->evidence->len, 2);
	ck_assert_str_eq(g_array_index(finding->evidence, Evidence, 0).text,
		"7 targets in the hour from 2017-09-10T05:00:00Z (threshold 7)");
	for (guint i = 0; i < finding->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(finding->evidence, Evidence, i);
		names_resets |= evidence->against && evidence->verdict == VERDICT_SCAN &&
				strstr(evidence->text, "resets");
		ck_assert(evidence->against || evidence->verdict != VERDICT_SCAN);
	}
	ck_assert(names_resets);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_sweep_is_found_by_the_window_that_tells_most, 0, G_N_ELEMENTS(sweeps));
	tcase_add_loop_test(
		tests, a_day_is_told_by_the_windows_that_end_in_it, 0, G_N_ELEMENTS(days));
	tcase_add_loop_test(tests, the_tallies_of_a_day_reach_back_as_far_as_its_windows, 0,
		G_N_ELEMENTS(reaches));
	tcase_add_test(tests, the_same_targets_again_are_no_more_targets);
	tcase_add_loop_test(
		tests, a_vertical_scan_is_found_from_its_threshold, 0, G_N_ELEMENTS(verticals));
	tcase_add_loop_test(
		tests, a_vertical_scan_is_found_over_24_hours, 0, G_N_ELEMENTS(slow_verticals));
	tcase_add_test(tests, ports_of_different_targets_are_not_summed);
	tcase_add_test(tests, the_ports_of_a_traceroute_are_no_scan);
	tcase_add_test(tests, what_several_detectors_say_of_a_source_is_one_finding);
	tcase_add_test(tests, a_detector_with_a_verdict_tells_before_one_without);
	tcase_add_test(tests, six_requests_and_a_reset_are_no_scan);
	tcase_add_loop_test(tests, a_one_sided_capture_holds_back_what_may_be_answers, 0,
		G_N_ELEMENTS(one_sided));
	tcase_add_test(tests, udp_from_one_service_port_is_undetermined);
	tcase_add_loop_test(tests, a_target_replied_when_something_came_from_itself, 0,
		G_N_ELEMENTS(answers));
	tcase_add_test(tests, of_equal_rank_what_replied_comes_before_what_reset);
	tcase_add_test(tests, the_addresses_of_a_prefix_are_one_source);
	tcase_add_test(tests, a_members_conversation_does_not_excuse_another_member);
	tcase_add_loop_test(
		tests, a_prefix_with_two_alike_members_has_the_windows_of_one, 0, 4);
	tcase_add_test(tests, an_id_depends_on_detectors_source_and_start_alone);
	tcase_add_test(tests, every_finding_has_evidence_and_its_reason_first);
}

int
main(void)
{
	return suite_run("detect", add_tests);
}
