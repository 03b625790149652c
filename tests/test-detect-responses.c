/*
 * What is found of answers that nobody asked for, of signature rules, odd flags and hijacking
 * resets. Oracle: DESIGN section 3 and the seeds, written down by hand beside each case; where
 * another is used it is named.
 */
#include "config.h"

#include "tests/maker.h"
#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include "common/hour.h"
#include "tally/reset_signs.h"

/* Packets to a target in an hour; ends with 0 packets. */
typedef struct {
	guint target;
	int hour;
	Kind kind;
	guint packets;
	guint16 facts; /* besides those of the kind */
} Row;

static const struct {
	const char *what;
	Row rows[8];
	const char *expected;
} thresholds[] = {
	{"one reset", {{1, 5, KIND_RST, 1, 0}}, ""},
	{"two resets to one target", {{1, 5, KIND_RST, 2, 0}}, ""},
	{"three resets to one target", {{1, 5, KIND_RST, 3, 0}},
		"reset-scan undetermined 1 -18h 24h"},
	{"two targets", {{1, 5, KIND_RST, 1, 0}, {2, 5, KIND_RST, 1, 0}},
		"reset-scan undetermined 2 -18h 24h"},
	{"two targets 23 hours apart", {{1, 0, KIND_RST, 1, 0}, {2, 23, KIND_RST, 1, 0}},
		"reset-scan undetermined 2 +0h 24h"},
	{"two targets 24 hours apart, within the week",
		{{1, 0, KIND_RST, 1, 0}, {2, 24, KIND_RST, 1, 0}},
		"reset-scan undetermined 2 -120h 168h"},
	{"two targets eight days apart", {{1, 0, KIND_RST, 1, 0}, {2, 192, KIND_RST, 1, 0}},
		""},
	{"packets of three days",
		{{1, 0, KIND_SYNACK, 1, 0}, {1, 30, KIND_SYNACK, 1, 0},
			{1, 60, KIND_SYNACK, 1, 0}},
		"reset-scan second-order-effect 1 -96h 168h"},
	{"one of each kind",
		{{1, 5, KIND_SYNACK, 1, 0}, {1, 6, KIND_FINACK, 1, 0}, {1, 7, KIND_ACK, 1, 0}},
		"reset-scan undetermined 1 -16h 24h"},
	{"fin-acks", {{1, 5, KIND_FINACK, 3, 0}}, "reset-scan undetermined 1 -18h 24h"},
	{"bare acks", {{1, 5, KIND_ACK, 3, 0}}, "reset-scan undetermined 1 -18h 24h"},
	{"answers to our hosts",
		{{1, 5, KIND_RST, 9, FACT_OUT_TCP}, {2, 5, KIND_SYNACK, 9, FACT_OUT_TCP}}, ""},
	{"a conversation in the hour before is in W+ of every window",
		{{1, 4, KIND_RST, 1, FACT_OUT_TCP}, {1, 5, KIND_RST, 1, 0},
			{2, 5, KIND_RST, 1, 0}},
		""},
	{"one two hours before is not",
		{{1, 3, KIND_RST, 1, FACT_OUT_TCP}, {1, 5, KIND_RST, 1, 0},
			{2, 5, KIND_RST, 1, 0}},
		"reset-scan undetermined 2 +5h 24h"},
	{"the source asked the target something",
		{{1, 5, KIND_RST, 3, FACT_IN_REQUEST}, {2, 5, KIND_RST, 2, FACT_IN_REQUEST}},
		""},
	{"a ping excuses as a conversation does",
		{{1, 3, KIND_ECHO, 1, 0}, {1, 4, KIND_RST, 2, 0}, {2, 5, KIND_RST, 1, 0}}, ""},
	{"two hours before it does not",
		{{1, 3, KIND_ECHO, 1, 0}, {1, 5, KIND_RST, 2, 0}, {2, 5, KIND_RST, 1, 0}},
		"reset-scan undetermined 2 +5h 24h"},
	{"echo replies", {{1, 5, KIND_ECHOREPLY, 3, 0}, {2, 5, KIND_ECHOREPLY, 3, 0}}, ""},
};

static void
add_rows(Maker *maker, const Row *rows, gsize n)
{
	for (gsize i = 0; i < n && rows[i].packets > 0; i++) {
		PairHour *pair =
			maker_add(maker, rows[i].target, rows[i].hour, rows[i].kind, 1);
		pair->facts |= rows[i].facts;
		maker_contacts(maker, pair)->packets = rows[i].packets;
	}
}

START_TEST(answers_unasked_are_found_from_their_threshold)
{
	g_autoptr(Maker) maker = maker_new();

	add_rows(maker, thresholds[_i].rows, G_N_ELEMENTS(thresholds[_i].rows));
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_msg(strcmp(told, thresholds[_i].expected) == 0, "%s: %s", thresholds[_i].what,
		told);
}
END_TEST

/* Windows that hold enough, one by one: what each of them holds is the oracle. */
static void
check_windows(const Subject *subject, gint64 length, gint64 step, guint targets, guint packets)
{
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(UnaskedWindow));
	const Scene scene = {.span = subject_always};
	gint64 start = MAKER_MIDNIGHT - 8 * MAKER_DAY;
	guint next = 0;

	unasked_find(subject, length, step, targets, packets, found);
	for (start -= start % step; start < MAKER_MIDNIGHT + 12 * MAKER_DAY; start += step) {
		g_autoptr(Unasked) unasked = unasked_new(subject, &scene, start, length);
		if (unasked->targets < targets && unasked->packets < packets)
			continue;
		ck_assert_uint_lt(next, found->len);
		const UnaskedWindow *window = &g_array_index(found, UnaskedWindow, next++);
		ck_assert_int_eq(window->start, start);
		ck_assert_uint_eq(window->targets, unasked->targets);
	}
	ck_assert_uint_eq(next, found->len);
}

static void
add_random_row(Maker *maker, GRand *random)
{
	static const guint16 facts[] = {0, 0, 0, 0, FACT_OUT_TCP, FACT_IN_REQUEST};
	static const Kind kinds[] = {
		KIND_RST, KIND_SYNACK, KIND_FINACK, KIND_ACK, KIND_SYN, KIND_ECHO};
	guint target = (guint)g_rand_int_range(random, 0, 4);
	int hour = g_rand_int_range(random, 0, 60) * g_rand_int_range(random, 1, 3);

	for (guint i = 0; i < maker->n_pairs; i++)
		if (maker->pairs[i].target.low == 0xc0000200 + target &&
			maker->pairs[i].hour == MAKER_MIDNIGHT + hour * HOUR_SECONDS)
			return;
	PairHour *pair = maker_add(maker, target, hour,
		kinds[g_rand_int_range(random, 0, G_N_ELEMENTS(kinds))], 1);
	pair->facts |= facts[g_rand_int_range(random, 0, G_N_ELEMENTS(facts))];
	maker_contacts(maker, pair)->packets = (guint64)g_rand_int_range(random, 1, 4);
}

START_TEST(every_window_that_holds_enough_is_found_and_no_other)
{
	GRand *random = g_rand_new_with_seed((guint32)_i);
	g_autoptr(Maker) a = maker_new();
	g_autoptr(Maker) b = maker_new();

	for (int i = 0; i < 4 + _i % 30; i++) {
		add_random_row(a, random);
		add_random_row(b, random);
	}
	SourceFacts members[2] = {*maker_facts(a), *maker_facts(b)};
	Subject one = subject_of(members, 1, 32, 0), two = subject_of(members, 2, 24, 0);
	check_windows(&one, MAKER_DAY, HOUR_SECONDS, 2, 3);
	check_windows(&one, 7 * MAKER_DAY, MAKER_DAY, 3, 9);
	check_windows(&two, MAKER_DAY, HOUR_SECONDS, 3, 4);
	check_windows(&two, 7 * MAKER_DAY, MAKER_DAY, 4, 1000);
	g_rand_free(random);
}
END_TEST

/* DESIGN section 3, "Rules of judgement". */
static const struct {
	const char *what;
	guint signs;
	Verdict expected;
} verdicts[] = {
	{"nothing", 0, VERDICT_UNDETERMINED},
	{"a live stack's retries", RESET_RETRIES, VERDICT_SECOND_ORDER_EFFECT},
	{"a listener that gives up", RESET_ABORTS, VERDICT_SECOND_ORDER_EFFECT},
	{"a fixed port towards scattered ports", RESET_FIXED, VERDICT_SECOND_ORDER_EFFECT},
	{"hit again and again", RESET_AGAIN, VERDICT_SECOND_ORDER_EFFECT},
	{"a scan of somebody else", RESET_SWEPT, VERDICT_SECOND_ORDER_EFFECT},
	{"in order, our ICMP going out", RESET_ORDERED | RESET_ERRORS, VERDICT_INVERSE_MAPPING},
	{"evenly spaced, our ICMP going out", RESET_EVEN | RESET_ERRORS,
		VERDICT_INVERSE_MAPPING},
	{"none twice, our ICMP going out", RESET_NONE_TWICE | RESET_ERRORS,
		VERDICT_INVERSE_MAPPING},
	{"in order, and no ICMP", RESET_ORDERED | RESET_EVEN, VERDICT_UNDETERMINED},
	{"ICMP alone", RESET_ERRORS, VERDICT_UNDETERMINED},
	{"a fixed port, ICMP of ours, no order", RESET_FIXED | RESET_ERRORS,
		VERDICT_SECOND_ORDER_EFFECT},
	{"a fixed port in order, no ICMP", RESET_FIXED | RESET_ORDERED,
		VERDICT_SECOND_ORDER_EFFECT},
	{"both at once", RESET_FIXED | RESET_ORDERED | RESET_ERRORS, VERDICT_UNDETERMINED},
	{"both at once, by retries", RESET_RETRIES | RESET_EVEN | RESET_ERRORS,
		VERDICT_UNDETERMINED},
	{"ack = seq - 1", RESET_BALANCER | RESET_RETRIES, VERDICT_LOAD_BALANCER},
	{"ack = seq - 1 to many", RESET_PROBES, VERDICT_UNDETERMINED},
	{"one number for several connections", RESET_FORGED, VERDICT_UNDETERMINED},
	{"few and late", RESET_LATE | RESET_FIXED, VERDICT_UNDETERMINED},
	{"late, and known", RESET_LATE | RESET_TALKED | RESET_AGAIN, VERDICT_BENIGN},
	{"a map is one, late or not", RESET_LATE | RESET_TALKED | RESET_ORDERED | RESET_ERRORS,
		VERDICT_INVERSE_MAPPING},
	{"one-sided: held back", RESET_ONE_SIDED | RESET_RETRIES, VERDICT_UNDETERMINED},
	{"one-sided: held back, a map as well", RESET_ONE_SIDED | RESET_ORDERED | RESET_ERRORS,
		VERDICT_UNDETERMINED},
	{"one-sided: held back, a balancer as well", RESET_ONE_SIDED | RESET_BALANCER,
		VERDICT_UNDETERMINED},
};

START_TEST(signs_come_to_the_verdict_of_the_rules)
{
	ck_assert_msg(reset_signs_verdict(verdicts[_i].signs) == verdicts[_i].expected,
		"%s: %s", verdicts[_i].what,
		finding_verdict_name(reset_signs_verdict(verdicts[_i].signs)));
}
END_TEST

/* Answers of a source in an hour, one after the other. A target twice stands side by side. */
typedef struct {
	const char *targets; /* a letter each */
	const char *ports;   /* source ports, a letter each */
	const char *dports;  /* destination ports, likewise */
	guint pause;         /* seconds; 0: each is twice the one before */
	guint errors;        /* so many packets drew an ICMP error of ours */
	guint visitors;      /* others of ours that opened connections to the source */
	gboolean talked;     /* a conversation with every target two hours before */
	guint32 seq;         /* of all packets; 0: of resets it is 0, others differ */
	guint16 seen;        /* TRAIT_* */
	Kind kind;
} Plan;

static void
set_trait(Maker *maker, const Plan *plan)
{
	Trait *trait = maker_trait(maker, 5, plan->kind);

	trait->seen = TRAIT_TCP | plan->seen;
	trait->ack_max = trait->ack_min - 1;
	trait->seq_min = plan->seq;
	trait->seq_max = plan->seq == 0 && plan->kind != KIND_RST ? 1000 : plan->seq;
	for (const char *dport = plan->dports; *dport != '\0'; dport++) {
		trait->dport_marks |= 1u << (*dport & 31);
		trait->dport_blocks_low |= 1u << (*dport & 31);
	}
}

static void
add_answers(Maker *maker, const Plan *plan)
{
	guint64 time = 0, pause = plan->pause > 0 ? plan->pause : 1;
	PairHour *pair = NULL;

	for (gsize i = 0; plan->targets[i] != '\0'; i++) {
		guint16 port = (guint16)(plan->ports[i] * 100);
		gboolean again = i > 0 && plan->targets[i] == plan->targets[i - 1];
		if (!again)
			pair = maker_add(maker, (guint)plan->targets[i], 5, plan->kind, 0);
		Contact *contact = again && plan->ports[i] == plan->ports[i - 1]
					   ? maker_contacts(maker, pair) + pair->n_contacts - 1
					   : maker_add_contact(maker, plan->kind, port);
		if (contact->port == port && again && plan->ports[i] == plan->ports[i - 1]) {
			contact->packets++;
			contact->answered |= plan->seen & TRAIT_SEQ_AGAIN ? ANSWER_AGAIN : 0;
		} else {
			contact->first = contact->last = time * SECOND_NS;
		}
		pair->answered |= i < plan->errors ? ANSWER_UNREACH : 0;
		time += pause;
		pause *= plan->pause > 0 ? 1 : 2;
	}
	for (gsize i = 0; plan->talked && plan->targets[i] != '\0'; i++)
		maker_add(maker, (guint)plan->targets[i], 3, KIND_ACK, 1)->facts |=
			FACT_OUT_TCP;
	for (guint i = 0; i < plan->visitors; i++)
		maker_add(maker, 200 + i, 5, KIND_ACK, 1)->facts |= FACT_OUT_TCP | FACT_OUT_SYN;
	set_trait(maker, plan);
}

#define RESET .kind = KIND_RST
#define SYNACK .kind = KIND_SYNACK

static const struct {
	const char *what;
	Plan plan;
	guint signs;
} plans[] = {
	{"one port to three scattered", {"bac", "sss", "xyz", RESET}, RESET_FIXED},
	{"one port to two of three packets", {"bac", "sss", "xyx", RESET}, RESET_FIXED},
	{"one port to one", {"bac", "sss", "xxx", RESET}, 0},
	{"two packets are too few to be scattered", {"ba", "ss", "xy", RESET}, 0},
	{"unless from a service", {"ba", "\x08\x08", "xy", RESET}, RESET_FIXED},
	{"to two ports", {"ba", "\x08\x08", "xx", RESET}, 0},
	{"two services, three packets", {"bac", "\x08\x09\x08", "xyz", RESET}, RESET_FIXED},
	{"two ports, four packets", {"badc", "stst", "xyzw", RESET}, RESET_FIXED},
	{"two ports, three packets", {"bac", "sts", "xyz", RESET}, 0},
	{"three ports, six packets", {"badcfe", "stustu", "xyzwvq", RESET}, RESET_FIXED},
	{"four ports, six packets, fast: a scan", {"badcfe", "stuvst", "xyzwvq", RESET},
		RESET_SWEPT},
	{"the same slowly: patience", {"badcfe", "stuvst", "xyzwvq", RESET, .pause = 100},
		RESET_EVEN},
	{"three targets in order are chance", {"abc", "stu", "xyz", RESET}, 0},
	{"four are not", {"abcd", "stuv", "xyzw", RESET}, RESET_ORDERED},
	{"nor from the last to the first", {"dcba", "stuv", "xyzw", RESET}, RESET_ORDERED},
	{"in order, with our errors", {"abcd", "stuv", "xyzw", RESET, .errors = 1},
		RESET_ORDERED | RESET_ERRORS},
	{"evenly spaced", {"badc", "stuv", "xyzw", RESET, .pause = 60}, RESET_EVEN},
	{"three evenly spaced are chance", {"bac", "stu", "xyz", RESET, .pause = 60}, 0},
	{"a target twice is no plan", {"aabcd", "ssuvw", "xyzww", RESET, .pause = 9},
		RESET_SWEPT},
	{"targets hit again and again", {"aaabbb", "ssuuvv", "xxxxxx", RESET}, RESET_AGAIN},
	{"two each and a third are not", {"aaabb", "ssuuv", "xxxxx", RESET}, 0},
	{"one of eight twice, in no order", {"baadcfehg", "sstuvwxyz", "xxxxxxxxx", RESET},
		RESET_AGAIN},
	{"twelve of sixteen, none twice",
		{"badcfehgjilk", "stuvwxyzabcd", "xxxxxxxxxxxx", RESET}, 0},
	{"thirteen of sixteen, none twice",
		{"badcfehgjilkm", "stuvwxyzabcde", "xxxxxxxxxxxxx", RESET}, RESET_NONE_TWICE},
	{"a syn-ack again", {"aab", "sst", "xxx", .seen = TRAIT_SEQ_AGAIN, SYNACK},
		RESET_RETRIES},
	{"with one number for all targets: forged",
		{"aab", "sst", "xxx", .seen = TRAIT_SEQ_AGAIN, .seq = 7, SYNACK}, RESET_FORGED},
	{"a reset again is nothing", {"aab", "sst", "xxx", .seen = TRAIT_SEQ_AGAIN, RESET}, 0},
	{"ack = seq - 1 to four", {"badc", "stuv", "xxxx", .seen = TRAIT_ACK_SEQ1, SYNACK},
		RESET_BALANCER},
	{"ack = seq - 1 to five", {"badce", "stuvw", "xxxxx", .seen = TRAIT_ACK_SEQ1, SYNACK},
		RESET_PROBES},
	{"ack = seq - 1 at times",
		{"badc", "stuv", "xxxx", .seen = TRAIT_ACK_SEQ1 | TRAIT_ACK_OTHER, SYNACK}, 0},
	{"resets with a sequence number", {"bac", "stu", "xxx", .seq = 9, RESET}, RESET_LATE},
	{"eight of them are not few", {"badcfehg", "stuvwxyz", "xxxxxxxx", .seq = 9, RESET}, 0},
	{"late, and three others are in touch",
		{"bac", "stu", "xxx", .seq = 9, .visitors = 3, RESET},
		RESET_LATE | RESET_TALKED},
	{"late, and two others are", {"bac", "stu", "xxx", .seq = 9, .visitors = 2, RESET},
		RESET_LATE},
	{"after conversations with each", {"bac", "stu", "xxx", .talked = TRUE, RESET},
		RESET_TALKED},
};

START_TEST(a_plan_shows_its_signs)
{
	g_autoptr(Maker) maker = maker_new();
	g_autoptr(Home) home = home_new("192.0.2.96/28", NULL);
	Scene scene = {.span = subject_always, .home = home};

	add_answers(maker, &plans[_i].plan);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	DetectorCase at = {.subject = &subject, .scene = &scene};
	g_autoptr(Unasked) unasked =
		unasked_new(&subject, &scene, MAKER_MIDNIGHT + 5 * HOUR_SECONDS, MAKER_DAY);
	ck_assert_msg(reset_signs(&at, unasked) == plans[_i].signs, "%s: %#x, not %#x",
		plans[_i].what, reset_signs(&at, unasked), plans[_i].signs);
}
END_TEST

static gboolean
has_evidence(const Finding *finding, Verdict verdict, gboolean against, const char *words)
{
	for (guint i = 0; i < finding->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(finding->evidence, Evidence, i);
		if (evidence->verdict == verdict && !evidence->against == !against &&
			strstr(evidence->text, words))
			return TRUE;
	}
	return FALSE;
}

/* What the victim's finding says of it. */
static const struct {
	Plan plan;
	const char *words;
} victims[] = {
	{{"badc", "ssss", "xyzw", RESET}, "second-order effect of a flood: port 11500 of"},
	{{"badc", "ssss", "xyzw", RESET}, "since 2017-09-10T05:00:00Z"},
	{{"badc", "ssss", "xyzw", RESET},
		"4 packets here, times 2^32 / 16 addresses of ours: about 1.1 billion in all"},
	{{"badc", "ssss", "xyzw", RESET}, "153.4 million a second over 7 s"},
	{{"badcfe", "stuvst", "xyzwvq", RESET}, "second-order effect of a scan: 198.51.100.9"},
	{{"aaa", "sss", "xyz", RESET}, "one address of ours alone was spoofed, 3 times"},
};

START_TEST(a_victim_is_told_with_ports_time_and_estimate)
{
	g_autoptr(Maker) maker = maker_new();
	g_autoptr(Home) home = home_new("192.0.2.96/28", NULL);

	add_answers(maker, &victims[_i].plan);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	Scene scene = {.span = subject.span, .home = home};
	g_autoptr(GPtrArray) findings = maker_find_scene(&subject, &scene);
	ck_assert_uint_eq(findings->len, 1);
	ck_assert_msg(has_evidence(findings->pdata[0], VERDICT_SECOND_ORDER_EFFECT, FALSE,
			      victims[_i].words),
		"%s", victims[_i].words);
}
END_TEST

START_TEST(a_one_sided_capture_holds_the_verdict_back_and_says_why)
{
	static const Plan plan = {"badc", "ssss", "xyzw", RESET};
	g_autoptr(Maker) maker = maker_new();

	add_answers(maker, &plan);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	g_autoptr(GPtrArray) findings = maker_find_subject(&subject, TRUE);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "reset-scan undetermined 4 -18h 24h");
	ck_assert(has_evidence(findings->pdata[0], VERDICT_UNDETERMINED, FALSE, "held back"));
}
END_TEST

/* A tool's constant: both readings, no verdict. */
START_TEST(a_signature_is_found_from_one_packet_with_both_readings)
{
	g_autoptr(Maker) maker = maker_new();
	Scene scene = {.span = subject_always};
	Trait *trait;

	scene.signatures = trait_default_signatures(&scene.n_signatures);
	maker_add(maker, 1, 5, KIND_RST, 1);
	trait = maker_trait(maker, 5, KIND_RST);
	trait->seen = TRAIT_TCP;
	trait->signatures = 1u << _i;
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	g_autoptr(GPtrArray) findings = maker_find_scene(&subject, &scene);
	g_autofree char *told = maker_tell(findings);
	const char *tool = _i == 0 ? "shaft" : "synk4",
		   *ack = _i == 0 ? "674711610" : "674719802";

	ck_assert_str_eq(told, "signature undetermined 1 -18h 24h");
	ck_assert(has_evidence(findings->pdata[0], VERDICT_SECOND_ORDER_EFFECT, FALSE, tool));
	ck_assert(has_evidence(findings->pdata[0], VERDICT_INVERSE_MAPPING, FALSE, ack));
	ck_assert(has_evidence(
		findings->pdata[0], VERDICT_UNDETERMINED, FALSE, scene.signatures[_i].name));
}
END_TEST

START_TEST(a_signature_within_a_conversation_is_found_too)
{
	g_autoptr(Maker) maker = maker_new();

	maker_add(maker, 1, 5, KIND_ACK, 1)->facts |= FACT_OUT_TCP;
	maker_trait(maker, 5, KIND_ACK)->signatures = 1u << 31; /* of settings that have gone */
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	ck_assert_str_eq(told, "signature undetermined 0 -18h 24h");
}
END_TEST

static const struct {
	guint16 facts;
	int hour; /* when the pair had them; the packets come at 5 */
	gboolean visited;
} visits[] = {
	{0, 5, FALSE}, {FACT_OUT_SYN | FACT_OUT_TCP, 5, TRUE},
	{FACT_OUT_SYN | FACT_OUT_TCP, -19, TRUE}, /* the hour before the window */
	{FACT_OUT_SYN | FACT_OUT_TCP, -20, FALSE},
	{FACT_OUT_TCP, 5, FALSE}, /* an answer of ours is no visit */
};

START_TEST(odd_flags_are_told_with_the_visit_that_caused_them_or_without)
{
	g_autoptr(Maker) maker = maker_new();
	PairHour *pair = maker_add(maker, 1, 5, KIND_MALFORMED, 1);
	Trait *trait = maker_trait(maker, 5, KIND_MALFORMED);
	const Observation packet = {.kind = KIND_MALFORMED,
		.observed = OBSERVED_TCP,
		.flags = FLAG_SYN | FLAG_FIN | FLAG_RST | FLAG_PSH};

	trait_add(trait, &packet, 0, NULL, 0);
	if (visits[_i].hour == 5)
		pair->facts |= visits[_i].facts;
	else
		maker_add(maker, 1, visits[_i].hour, KIND_ACK, 0)->facts |= visits[_i].facts;
	g_autoptr(GPtrArray) findings = maker_find(maker);
	g_autofree char *told = maker_tell(findings);
	const Finding *finding = findings->pdata[0];

	ck_assert_str_eq(told, "odd-flags odd 1 -18h 24h");
	ck_assert(has_evidence(finding, VERDICT_ODD, FALSE, ": SFRP"));
	ck_assert_int_eq(has_evidence(finding, VERDICT_BENIGN, FALSE, "had just visited"),
		visits[_i].visited);
	ck_assert_int_eq(has_evidence(finding, VERDICT_BENIGN, TRUE, "had not visited"),
		!visits[_i].visited);
}
END_TEST

START_TEST(odd_flags_to_infrastructure_name_it)
{
	static const SettingGroup *const groups[] = {&targets_group, NULL};
	static const char text[] = "[targets]\ninfrastructure = 192.0.2.53 dns\n";
	g_autoptr(Maker) maker = maker_new();
	g_autoptr(Settings) settings = NULL;
	g_autoptr(Infrastructure) infrastructure = NULL;

	ck_assert(g_file_set_contents("responses.conf", text, -1, NULL));
	settings = settings_load("responses.conf", groups, FALSE, NULL);
	unlink("responses.conf");
	ck_assert_ptr_nonnull(settings);
	infrastructure = infrastructure_new(settings);
	maker_add(maker, 53, 5, KIND_MALFORMED, 1);
	maker_add(maker, 80, 5, KIND_MALFORMED, 1);
	maker_trait(maker, 5, KIND_MALFORMED);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	Scene scene = {.span = subject.span, .infrastructure = infrastructure};
	g_autoptr(GPtrArray) findings = maker_find_scene(&subject, &scene);
	ck_assert(has_evidence(findings->pdata[0], VERDICT_SCAN, FALSE,
		"1 of 2 targets are infrastructure: 192.0.2.53 (dns)"));
}
END_TEST

START_TEST(a_reset_with_the_right_number_from_the_wrong_address_is_a_hijack)
{
	g_autoptr(Maker) maker = maker_new();
	g_autoptr(GArray) hijacks = g_array_new(FALSE, FALSE, sizeof(SceneHijack));
	SceneHijack item = {
		.hour = MAKER_MIDNIGHT + 5 * HOUR_SECONDS,
		.hijack = {.time = 61 * SECOND_NS,
			.source = maker->facts.source,
			.target = address_from_v4(0xc0000201),
			/* far off, or beside the source */
			.peer = address_from_v4(_i == 0 ? 0xcb007107 : 0xc633640a),
			.seq = 4711,
			.sport = 80,
			.dport = 1042},
	};

	g_array_append_val(hijacks, item);
	item.hijack.source.low++; /* another's */
	g_array_append_val(hijacks, item);
	maker_add(maker, 1, 5, KIND_RST, 1);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	Scene scene = {.span = subject.span, .hijacks = hijacks};
	g_autoptr(GPtrArray) findings = maker_find_scene(&subject, &scene);
	g_autofree char *told = maker_tell(findings);

	ck_assert_str_eq(told, "hijack hijack 1 -18h 24h");
	const Finding *finding = findings->pdata[0];
	ck_assert(has_evidence(finding, VERDICT_HIJACK, FALSE, "1 reset in 24 h"));
	ck_assert(has_evidence(finding, VERDICT_HIJACK, FALSE,
		"at 2017-09-10T05:01:01Z a reset from 198.51.100.9, port 80, to 192.0.2.1, "
		"port "
		"1042, with sequence number 4711"));
	ck_assert(has_evidence(finding, VERDICT_HIJACK, TRUE, "address translation"));
	ck_assert(has_evidence(finding, VERDICT_HIJACK, TRUE, "RealSecure"));
	ck_assert_int_eq(has_evidence(finding, VERDICT_HIJACK, TRUE, "neighbours"), _i == 1);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, answers_unasked_are_found_from_their_threshold, 0,
		G_N_ELEMENTS(thresholds));
	tcase_add_loop_test(tests, every_window_that_holds_enough_is_found_and_no_other, 0, 60);
	tcase_add_loop_test(
		tests, signs_come_to_the_verdict_of_the_rules, 0, G_N_ELEMENTS(verdicts));
	tcase_add_loop_test(tests, a_plan_shows_its_signs, 0, G_N_ELEMENTS(plans));
	tcase_add_loop_test(
		tests, a_victim_is_told_with_ports_time_and_estimate, 0, G_N_ELEMENTS(victims));
	tcase_add_test(tests, a_one_sided_capture_holds_the_verdict_back_and_says_why);
	tcase_add_loop_test(
		tests, a_signature_is_found_from_one_packet_with_both_readings, 0, 2);
	tcase_add_test(tests, a_signature_within_a_conversation_is_found_too);
	tcase_add_loop_test(tests,
		odd_flags_are_told_with_the_visit_that_caused_them_or_without, 0,
		G_N_ELEMENTS(visits));
	tcase_add_test(tests, odd_flags_to_infrastructure_name_it);
	tcase_add_loop_test(
		tests, a_reset_with_the_right_number_from_the_wrong_address_is_a_hijack, 0, 2);
}

int
main(void)
{
	return suite_run("detect-responses", add_tests);
}
