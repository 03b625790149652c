/*
 * Detectors that compare sources, on sources made by hand. Oracle: what DESIGN section 3 and the first
 * seed say of each case, written down beside it.
 */
#include "config.h"

#include "tests/suite.h"

#include <math.h>
#include <string.h>

#include "common/hour.h"
#include "tally/port_history.h"
#include "tally/weigh.h"
#include "tests/maker.h"

/* Sources 198.51.x.9, each with the same packets but for what a case changes. */
typedef struct {
	GPtrArray *makers; /* of Maker */
	Dark *dark;        /* NULL: nothing known */
	GPtrArray *limits; /* of char *: what the last detector had no room for */
	Scene scene;
} Crowd;

static Crowd *
crowd_new(void)
{
	Crowd *crowd = g_new0(Crowd, 1);

	crowd->makers = g_ptr_array_new_with_free_func((GDestroyNotify)maker_free);
	crowd->limits = g_ptr_array_new_with_free_func(g_free);
	crowd->scene.span = subject_always;
	return crowd;
}

static void
crowd_free(Crowd *crowd)
{
	g_ptr_array_unref(crowd->makers);
	g_ptr_array_unref(crowd->limits);
	if (crowd->dark)
		dark_free(crowd->dark);
	g_free(crowd);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Crowd, crowd_free)

/* The source 198.51.`number`.9. */
static Maker *
crowd_source(Crowd *crowd, guint number)
{
	while (crowd->makers->len <= number) {
		Maker *maker = maker_new();
		maker->facts.source = address_from_v4(0xc6330009 + (crowd->makers->len << 8));
		g_ptr_array_add(crowd->makers, maker);
	}
	return crowd->makers->pdata[number];
}

/* A SYN to port 1000 of 192.0.2.`target` at that minute after midnight. */
static Contact *
crowd_ask(Crowd *crowd, guint number, guint target, int minute)
{
	Maker *maker = crowd_source(crowd, number);
	PairHour *pair = maker_add(maker, target, minute / 60, KIND_SYN, 1);
	Contact *contact = maker_contacts(maker, pair);

	contact->first = contact->last = (guint64)(minute % 60) * 60 * SECOND_NS;
	return contact;
}

/* What its SYNs look like in that hour. */
static Trait *
crowd_look(Crowd *crowd, guint number, int hour, guint window, guint ttl, guint sport)
{
	Trait *trait = maker_trait(crowd_source(crowd, number), hour, KIND_SYN);

	trait->family = 4;
	trait->seen = TRAIT_TCP | TRAIT_DF_SET | TRAIT_PORTS | TRAIT_MSS_NONE;
	trait->window_min = trait->window_max = (guint16)window;
	trait->ttl_min = trait->ttl_max = (guint16)ttl;
	trait->sport_min = sport ? (guint16)sport : 1024;
	trait->sport_max = sport ? (guint16)sport : 2048;
	trait->payload_min = trait->payload_max = 0;
	trait->seq_min = 1;
	trait->seq_max = number + 2;
	return trait;
}

/* Addresses 192.0.2.from..to speak in that hour of 2017-09-10. */
static void
crowd_speak(Crowd *crowd, guint from, guint to, int hour)
{
	g_autoptr(HourFacts) facts =
		hour_facts_new(MAKER_MIDNIGHT + hour * HOUR_SECONDS, 0, "", "192.0.2.0/24", 0);

	for (guint i = from; i <= to; i++) {
		Address address = address_from_v4(0xc0000200 + i);
		g_array_append_val(facts->spoke, address);
	}
	if (!crowd->dark)
		crowd->dark = dark_new();
	dark_add(crowd->dark, facts);
	crowd->scene.dark = crowd->dark;
}

static const Detector *
find_detector(const char *name)
{
	gsize n;
	const Detector *const *table = detector_table(&n);

	for (gsize i = 0; i < n; i++)
		if (strcmp(table[i]->name, name) == 0)
			return table[i];
	ck_abort_msg("no detector %s", name);
}

/* "decoy 3: 0 1 2; scan 4: ..." verdict, count and numbers of the sources of each group. */
static char *
crowd_tell(Crowd *crowd, const char *name, const char *word)
{
	const Detector *detector = find_detector(name);
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	GString *text = g_string_new(NULL);
	gpointer state = detector->groups->begin(
		detector, detector_settings_values(settings, detector), &crowd->scene);

	for (guint i = 0; i < crowd->makers->len; i++) {
		Subject subject = subject_of(maker_facts(crowd->makers->pdata[i]), 1, 32, 0);
		subject.span = crowd->scene.span;
		Likeness likeness;
		detector->groups->see(
			state, &subject, likeness_of(&subject, &likeness) ? &likeness : NULL);
	}
	g_ptr_array_set_size(crowd->limits, 0);
	detector->groups->end(state, groups, crowd->limits);
	for (guint i = 0; i < groups->len; i++) {
		Group *group = groups->pdata[i];
		gboolean said = FALSE;
		group_settle(group);
		g_string_append_printf(text, "%s%s %u:", i > 0 ? "; " : "",
			finding_verdict_name(group->verdict), group->window.count);
		for (guint k = 0; k < group->sources->len; k++)
			g_string_append_printf(text, " %u",
				(guint)(g_array_index(group->sources, GroupSource, k)
							.source.low >>
						8 &
					0xff));
		for (guint k = 0; k < group->evidence->len; k++)
			said |= strstr(g_array_index(group->evidence, Evidence, k).text,
					word) != NULL;
		ck_assert_msg(said, "no evidence says \"%s\"", word);
	}
	return g_string_free(text, FALSE);
}

static void
expect(Crowd *crowd, const char *detector, const char *word, const char *expected)
{
	g_autofree char *told = crowd_tell(crowd, detector, word);

	ck_assert_str_eq(told, expected);
}

/* Sources with one dark target each; TTL of the last. */
static const struct {
	guint sources;
	guint last_ttl;
	guint last_target;
	int last_hour;
	gboolean known;
	const char *expected;
} darks[] = {
	{2, 60, 200, 5, TRUE, ""},
	{3, 60, 200, 5, TRUE, "undetermined 3: 0 1 2"},
	{3, 63, 200, 5, TRUE, "undetermined 3: 0 1 2"},  /* three hops */
	{3, 64, 200, 5, TRUE, ""},                       /* four */
	{3, 60, 5, 5, TRUE, ""},                         /* a living one */
	{3, 60, 200, 25, TRUE, "undetermined 3: 0 1 2"}, /* the 24th hour */
	{3, 60, 200, 26, TRUE, ""},
	{3, 60, 200, 5, FALSE, ""}, /* nobody is known to speak */
	{8, 62, 200, 5, TRUE, "decoy 8: 0 1 2 3 4 5 6 7"},
};

START_TEST(sources_alike_that_ask_only_where_nobody_is_are_told_from_three_on)
{
	g_autoptr(Crowd) crowd = crowd_new();

	if (darks[_i].known)
		for (int hour = 0; hour < 30; hour++)
			crowd_speak(crowd, 1, 20, hour);
	for (guint i = 0; i < darks[_i].sources; i++) {
		gboolean last = i + 1 == darks[_i].sources;
		int hour = last ? darks[_i].last_hour : 2;
		crowd_ask(crowd, i, last ? darks[_i].last_target : 100 + i, hour * 60);
		crowd_look(crowd, i, hour, 8192, last ? darks[_i].last_ttl : 60, 0);
	}
	expect(crowd, "dark-space", "never spoke", darks[_i].expected);
}
END_TEST

START_TEST(an_address_that_came_alive_after_a_week_was_dark_before)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (int hour = 0; hour < 10 * 24; hour++)
		crowd_speak(crowd, 1, 20, hour);
	crowd_speak(crowd, 100, 100, 8 * 24 + 5);
	for (guint i = 0; i < 3; i++) {
		crowd_ask(crowd, i, 100 + i, (8 * 24 + 3) * 60);
		crowd_look(crowd, i, 8 * 24 + 3, 8192, 60, 0);
	}
	expect(crowd, "dark-space", "came alive", "undetermined 3: 0 1 2");
	g_autoptr(GArray) woken = dark_list_woken(
		crowd->dark, MAKER_MIDNIGHT, MAKER_MIDNIGHT + 10 * MAKER_DAY, 7 * MAKER_DAY);
	ck_assert_uint_eq(woken->len, 1);
	ck_assert_uint_eq(g_array_index(woken, DarkSpoke, 0).address.low, 0xc0000264);
}
END_TEST

START_TEST(an_address_that_spoke_first_in_the_first_week_was_not_known_to_be_dark)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (int hour = 0; hour < 24; hour++)
		crowd_speak(crowd, 1, 20, hour);
	crowd_speak(crowd, 100, 100, 12);
	for (guint i = 0; i < 3; i++) {
		crowd_ask(crowd, i, 100 + i, 3 * 60);
		crowd_look(crowd, i, 3, 8192, 60, 0);
	}
	expect(crowd, "dark-space", "never spoke", "");
}
END_TEST

/* One source, requests to dark targets, and one living. */
static const struct {
	guint dark, living;
	guint expected; /* windows of dark-space */
} singles[] = {{6, 0, 0}, {7, 0, 1}, {7, 1, 0}};

START_TEST(one_source_needs_seven_dark_targets_and_no_other)
{
	g_autoptr(Crowd) crowd = crowd_new();
	const Detector *detector = find_detector("dark-space");
	g_autoptr(DetectorSettings) settings = detector_settings_new();
	g_autoptr(GArray) fired = g_array_new(FALSE, FALSE, sizeof(FindingWindow));

	crowd_speak(crowd, 1, 20, 3);
	for (guint i = 0; i < singles[_i].dark; i++)
		crowd_ask(crowd, 0, 100 + i, 3 * 60);
	for (guint i = 0; i < singles[_i].living; i++)
		crowd_ask(crowd, 0, 1 + i, 3 * 60);
	crowd_look(crowd, 0, 3, 8192, 60, 0);
	Subject subject = subject_of(maker_facts(crowd->makers->pdata[0]), 1, 32, 0);
	DetectorCase at = {
		&subject, detector_settings_values(settings, detector), &crowd->scene};
	detector->run(detector, &at, fired);
	ck_assert_uint_eq(fired->len > 0, singles[_i].expected);
}
END_TEST

/* Two sources through the same targets, in no plain order. */
static const struct {
	guint targets;
	guint port;     /* of the second; of the first 10053 */
	guint window;   /* of the second; of the first 242 */
	gboolean turns; /* the second goes the other way round */
	int step;       /* of the second, minutes; of the first 20 */
	const char *expected;
} sets[] = {
	{3, 10053, 242, FALSE, 20, ""},
	{4, 10053, 242, FALSE, 20, "coordinated-scan 2: 0 1"},
	{4, 10053, 512, FALSE, 20, "coordinated-scan 2: 0 1"},
	{4, 10054, 242, FALSE, 20, ""}, /* another static port: another actor */
	{4, 0, 242, FALSE, 20, ""},
	{4, 10053, 242, TRUE, 20, "undetermined 2: 0 1"}, /* port and stack alone */
	{4, 10053, 512, TRUE, 20, ""},
};

START_TEST(two_sources_of_one_manner_share_four_targets)
{
	static const guint order[] = {53, 54, 25, 90};
	g_autoptr(Crowd) crowd = crowd_new();

	for (guint i = 0; i < sets[_i].targets; i++) {
		guint turned = sets[_i].turns ? sets[_i].targets - 1 - i : i;
		crowd_ask(crowd, 0, order[i], 6 * 60 + (int)i * 20);
		crowd_ask(crowd, 1, order[turned], 6 * 60 + 2 + (int)i * sets[_i].step);
	}
	for (int hour = 6; hour < 8; hour++) {
		crowd_look(crowd, 0, hour, 242, 50, 10053);
		crowd_look(crowd, 1, hour, sets[_i].window, 50, sets[_i].port);
	}
	expect(crowd, "target-set", "same", sets[_i].expected);
}
END_TEST

START_TEST(sweeps_over_the_same_network_are_no_set)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (guint i = 0; i < 60; i++) {
		crowd_ask(crowd, 0, i, 6 * 60 + (int)i % 50);
		crowd_ask(crowd, 1, i, 8 * 60 + (int)i % 50);
	}
	crowd_look(crowd, 0, 6, 1024, 50, 10053);
	crowd_look(crowd, 1, 8, 1024, 50, 0);
	expect(crowd, "target-set", "", "");
}
END_TEST

/* Sources that take turns through a range, in order; the last two numbers change a case. */
static const struct {
	guint sources, each;
	guint again;  /* targets that the second source shares with the first */
	guint window; /* of the last source */
	const char *expected;
} plans[] = {
	{3, 3, 0, 512, "coordinated-scan 9: 0 1 2"}, {2, 4, 0, 512, ""}, /* two sources */
	{3, 2, 0, 512, ""},                                              /* six targets */
	{4, 3, 0, 1024, "coordinated-scan 9: 0 1 2"}, /* the last is a stranger */
	{3, 7, 0, 512, ""},                           /* each by itself over the trigger */
	{5, 4, 1, 512, "coordinated-scan 19: 0 1 2 3 4"},
	{3, 5, 5, 512, ""}, /* a third of the targets twice */
};

START_TEST(sources_that_share_a_plan_are_told_without_strangers)
{
	g_autoptr(Crowd) crowd = crowd_new();
	guint n = plans[_i].sources;

	for (guint k = 0; k < plans[_i].each; k++)
		for (guint i = 0; i < n; i++) {
			guint own = k * n + i;
			if (i == 1 && k < plans[_i].again)
				own = k * n;
			crowd_ask(crowd, i, 10 + own, 3 * 60 + (int)(k * n + i) * 2);
		}
	for (guint i = 0; i < n; i++)
		crowd_look(crowd, i, 3, i + 1 == n ? plans[_i].window : 512, 40 + 5 * i, 0);
	expect(crowd, "coordinated", "together", plans[_i].expected);
}
END_TEST

START_TEST(clients_that_complete_their_handshakes_are_no_group)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (guint k = 0; k < 12; k++) {
		crowd_ask(crowd, k % 3, 10 + k, 3 * 60 + (int)k);
		Maker *maker = crowd_source(crowd, k % 3);
		maker->pairs[maker->n_pairs - 1].answered = ANSWER_SYNACK | ANSWER_COMPLETED;
	}
	for (guint i = 0; i < 3; i++)
		crowd_look(crowd, i, 3, 512, 50, 0);
	expect(crowd, "coordinated", "", "");
}
END_TEST

START_TEST(strangers_of_one_system_with_few_random_targets_are_no_group)
{
	for (guint32 seed = 1; seed <= 200; seed++) {
		g_autoptr(Crowd) crowd = crowd_new();
		g_autoptr(GRand) random = g_rand_new_with_seed(seed);
		for (guint i = 0; i < 8; i++) {
			int hour = g_rand_int_range(random, 0, 24);
			guint n = (guint)g_rand_int_range(random, 1, 6);
			for (guint k = 0; k < n; k++)
				crowd_ask(crowd, i, (guint)g_rand_int_range(random, 0, 256),
					hour * 60 + g_rand_int_range(random, 0, 60));
			crowd_look(crowd, i, hour, 8192,
				(guint)g_rand_int_range(random, 100, 125), 0);
		}
		g_autofree char *told = crowd_tell(crowd, "coordinated", "");
		ck_assert_msg(told[0] == '\0', "seed %u: %s", seed, told);
	}
}
END_TEST

START_TEST(one_network_that_rotates_is_one_actor)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (guint k = 0; k < 12; k++)
		crowd_ask(crowd, k % 4, 10 + k, 3 * 60 + (int)k * 2);
	for (guint i = 0; i < 4; i++) {
		crowd_look(crowd, i, 3, 512, 50, 0);
		crowd_source(crowd, i)->facts.source = address_from_v4(0xc6330900 + i);
	}
	expect(crowd, "coordinated", "one actor", "scan 12: 9 9 9 9");
}
END_TEST

START_TEST(addresses_that_probe_each_target_at_once_are_decoys)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (guint i = 0; i < 4; i++) {
		for (guint k = 0; k < 8; k++)
			crowd_ask(crowd, i, 10 + k, 3 * 60 + (int)k * 2);
		crowd_look(crowd, i, 3, 512, 50, 0);
	}
	expect(crowd, "coordinated", "at once", "decoy 8: 0 1 2 3");
}
END_TEST

/* Sources that ask for the port on a day, day 0 the first known. */
typedef struct {
	int day;
	guint from, n;
} Wave;

static const struct {
	const char *what;
	Wave waves[24];
	const char *expected;
} campaigns[] = {
	{"two sources after weeks of silence", {{0, 9, 1}, {20, 0, 2}, {21, 0, 2}}, ""},
	{"three", {{0, 9, 1}, {20, 0, 3}, {21, 0, 3}}, "undetermined 3: 0 1 2"},
	{"three on one day alone", {{0, 9, 1}, {20, 0, 3}}, ""},
	{"as many as ever", {{0, 0, 3}, {4, 3, 3}, {8, 6, 3}, {12, 0, 3}, {16, 3, 3}}, ""},
	{"a first day", {{0, 0, 30}}, ""},
	{"a first weekend of three who come back", {{0, 0, 3}, {1, 0, 3}, {3, 0, 3}},
		"undetermined 3: 0 1 2"},
	{"a first weekend of strangers", {{0, 0, 10}, {1, 10, 10}, {2, 20, 10}}, ""},
};

START_TEST(a_port_is_compared_with_its_own_history)
{
	g_autoptr(Crowd) crowd = crowd_new();

	for (const Wave *wave = campaigns[_i].waves; wave->n > 0; wave++)
		for (guint i = wave->from; i < wave->from + wave->n; i++)
			crowd_ask(crowd, i, 10 + i % 5 + (guint)wave->day,
				(wave->day * 24 + 3) * 60);
	for (guint i = 0; i < crowd->makers->len; i++)
		crowd_look(crowd, i, 3, 512, 50, 0);
	g_autofree char *told = crowd_tell(crowd, "port-campaign", "port 1000");
	ck_assert_msg(
		strcmp(told, campaigns[_i].expected) == 0, "%s: %s", campaigns[_i].what, told);
}
END_TEST

/* A memory in which as many sources asked for every port on each day. */
static gboolean
remember(gpointer data, const PortKey *keys, guint n, gint64 before, guint n_days,
	guint32 *sources)
{
	ck_assert_int_eq(before, MAKER_MIDNIGHT);
	ck_assert_uint_eq(keys[0].port, 1000);
	for (guint i = 0; i < n * n_days; i++)
		sources[i] = *(const guint32 *)data;
	return TRUE;
}

START_TEST(the_memory_of_a_port_counts_as_its_history)
{
	for (guint32 daily = 0; daily <= 1; daily++) {
		g_autoptr(Crowd) crowd = crowd_new();
		PortHistory history = {&daily, remember};
		crowd->scene.port_history = &history;
		for (guint i = 0; i < 6; i++) {
			crowd_ask(crowd, i, 10 + i, ((int)i % 3 * 24 + 3) * 60);
			crowd_look(crowd, i, 3, 512, 50, 0);
		}
		expect(crowd, "port-campaign", "median",
			daily == 0 ? "undetermined 6: 0 1 2 3 4 5" : "");
	}
}
END_TEST

/* Whoever is too many is named as such, the last that fit are not. */
static const struct {
	const char *detector;
	guint sources;
	guint dark; /* first of the targets */
	const char *limit;
} crowds[] = {
	{"coordinated", 1024, 10, NULL},
	{"coordinated", 1025, 10,
		"coordinated: sources not compared (over 1,024 are alike, or no room): 1025"},
	{"dark-space", 1024, 200, NULL},
	{"dark-space", 1025, 200,
		"dark-space: sources not compared (over 1,024 are alike, or no room): 1025"},
	{"target-set", 256, 10, NULL},
	{"target-set", 257, 10,
		"target-set: sources not compared (over 256 have the same targets): 257"},
};

START_TEST(sources_that_are_too_many_to_be_compared_are_counted)
{
	g_autoptr(Crowd) crowd = crowd_new();

	crowd_speak(crowd, 1, 20, 0);
	for (guint i = 0; i < crowds[_i].sources; i++) {
		for (guint k = 0; k < 4; k++)
			crowd_ask(crowd, i, crowds[_i].dark + k, 180 + (int)(i + k) % 600);
		crowd_look(crowd, i, 3, 512, 50 + i % 14, 0);
	}
	g_free(crowd_tell(crowd, crowds[_i].detector, ""));
	ck_assert_uint_eq(crowd->limits->len, crowds[_i].limit ? 1 : 0);
	if (crowds[_i].limit)
		ck_assert_str_eq(crowd->limits->pdata[0], crowds[_i].limit);
}
END_TEST

START_TEST(disjoint_targets_weigh_what_chance_says)
{
	WeighTouch touches[8];

	/* Two sources with four targets each of eight: e^-2 is the Poisson chance of none twice. */
	for (guint i = 0; i < 8; i++)
		touches[i] = (WeighTouch){i * SECOND_NS, i, i / 4};
	Weights weights = weigh_touches(touches, 8, 2, 8, SECOND_NS);
	ck_assert_double_eq_tol(weights.expected, 2, 1e-9);
	ck_assert_double_eq_tol(weights.disjoint, 2 / M_LN2, 1e-9);
	weights = weigh_touches(touches, 8, 2, 65536, SECOND_NS);
	ck_assert_double_lt(weights.disjoint, 0.001);
	for (guint i = 0; i < 8; i++)
		touches[i].target = i % 4;
	weights = weigh_touches(touches, 8, 2, 8, SECOND_NS);
	ck_assert_double_eq_tol(weights.disjoint, 0, 1e-9);
}
END_TEST

static void
add_tests(TCase *cases)
{
	tcase_add_loop_test(cases,
		sources_alike_that_ask_only_where_nobody_is_are_told_from_three_on, 0,
		G_N_ELEMENTS(darks));
	tcase_add_test(cases, an_address_that_came_alive_after_a_week_was_dark_before);
	tcase_add_test(
		cases, an_address_that_spoke_first_in_the_first_week_was_not_known_to_be_dark);
	tcase_add_loop_test(cases, one_source_needs_seven_dark_targets_and_no_other, 0,
		G_N_ELEMENTS(singles));
	tcase_add_loop_test(
		cases, two_sources_of_one_manner_share_four_targets, 0, G_N_ELEMENTS(sets));
	tcase_add_test(cases, sweeps_over_the_same_network_are_no_set);
	tcase_add_loop_test(cases, sources_that_share_a_plan_are_told_without_strangers, 0,
		G_N_ELEMENTS(plans));
	tcase_add_test(cases, clients_that_complete_their_handshakes_are_no_group);
	tcase_add_test(cases, strangers_of_one_system_with_few_random_targets_are_no_group);
	tcase_add_test(cases, one_network_that_rotates_is_one_actor);
	tcase_add_test(cases, addresses_that_probe_each_target_at_once_are_decoys);
	tcase_add_loop_test(
		cases, a_port_is_compared_with_its_own_history, 0, G_N_ELEMENTS(campaigns));
	tcase_add_test(cases, the_memory_of_a_port_counts_as_its_history);
	tcase_add_loop_test(cases, sources_that_are_too_many_to_be_compared_are_counted, 0,
		G_N_ELEMENTS(crowds));
	tcase_add_test(cases, disjoint_targets_weigh_what_chance_says);
}

int
main(void)
{
	return suite_run("detect-groups", add_tests);
}
