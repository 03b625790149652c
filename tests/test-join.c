/*
 * One finding for one thing: which groups become one, and what a group absorbs. Oracle: the rules of
 * tally/join.h, a case for each side of every one.
 */
#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/join.h"

enum { DAY = 24 * HOUR_SECONDS };

static const Detector first_detector = {.name = "first"};
static const Detector second_detector = {.name = "second"};
static const Detector own_detector = {.name = "own"};

static Address
source_of(guint number)
{
	return address_from_v4(0xc6336400 + number); /* 198.51.100.x */
}

/* What a case says of a group: sources [from, to), day of its window. */
typedef struct {
	guint from, to;
	int day;
	FindingScope scope;
	Verdict verdict;
	guint target; /* of the window; 0: none */
} Side;

static Finding *
make_finding(const FindingWindow *window, guint source, guint hosts)
{
	Address address = source_of(source);
	Finding *finding = finding_new(
		window, profile_new_empty(&address, 32, window->start, window->length));

	finding->profile->hosts = hosts;
	if (hosts > 0) {
		ProfileTarget target = {.target = address_from_v4(0xc0000200 + hosts)};
		g_array_append_val(finding->profile->targets, target);
	}
	return finding;
}

static void
add_side(const Side *side, const Detector *detector, GPtrArray *joint, GPtrArray *groups)
{
	FindingWindow window = {.detector = detector, .start = side->day * DAY, .length = DAY};

	if (side->target)
		window.target = address_from_v4(0xc0000200 + side->target);
	Group *group = group_new(&window, side->scope, side->verdict);
	Finding *finding = make_finding(&window, side->from, 0);
	finding->scope = side->scope;
	finding->verdict = side->verdict;
	g_array_set_size(finding->sources, 0);
	for (guint i = side->from; i < side->to; i++) {
		Address address = source_of(i);
		FindingSource item = {.source = address, .bits = 32};
		group_add(group, &address, 32);
		g_array_append_val(finding->sources, item);
	}
	finding->n_sources = finding->sources->len;
	finding_for(finding, side->verdict, "reason of %s", detector->name);
	group_settle(group);
	g_ptr_array_add(joint, finding);
	g_ptr_array_add(groups, group);
}

/* "first,second scan 4; own undetermined 1": detectors, verdict, sources. */
static char *
tell(const GPtrArray *findings)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		g_string_append(text, i > 0 ? "; " : "");
		for (guint k = 0; k < finding->windows->len; k++)
			g_string_append_printf(text, "%s%s", k > 0 ? "," : "",
				finding_window(finding, k)->detector->name);
		g_string_append_printf(text, " %s %u", finding_verdict_name(finding->verdict),
			(guint)finding->n_sources);
	}
	return g_string_free(text, FALSE);
}

#define SOURCES SCOPE_SOURCES, VERDICT_SCAN
#define DOUBT SCOPE_SOURCES, VERDICT_UNDETERMINED

static const struct {
	const char *what;
	Side a, b;
	const char *expected;
} pairs[] = {
	{"all sources shared", {0, 4, 0, SOURCES, 0}, {0, 4, 0, SOURCES, 0},
		"first,second scan 4"},
	{"half of the smaller's", {0, 4, 0, SOURCES, 0}, {3, 5, 0, SOURCES, 0},
		"first,second scan 5"},
	{"less than half", {0, 4, 0, SOURCES, 0}, {3, 6, 0, SOURCES, 0},
		"first scan 4; second scan 3"},
	{"none", {0, 4, 0, SOURCES, 0}, {4, 8, 0, SOURCES, 0}, "first scan 4; second scan 4"},
	{"windows that only touch", {0, 4, 0, SOURCES, 0}, {0, 4, 1, SOURCES, 0},
		"first scan 4; second scan 4"},
	{"the verdict of one that knows", {0, 4, 0, DOUBT, 0}, {0, 4, 0, SOURCES, 0},
		"first,second scan 4"},
	{"the first's verdict", {0, 4, 0, SOURCES, 0},
		{0, 4, 0, SCOPE_SOURCES, VERDICT_DECOY, 0}, "first,second scan 4"},
	{"a port is another thing", {0, 4, 0, SOURCES, 0},
		{0, 4, 0, SCOPE_PORT, VERDICT_SCAN, 0}, "first scan 4; second scan 4"},
};

START_TEST(groups_of_the_same_sources_are_one)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);

	add_side(&pairs[_i].a, &first_detector, joint, groups);
	add_side(&pairs[_i].b, &second_detector, joint, groups);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_msg(strcmp(told, pairs[_i].expected) == 0, "%s: %s", pairs[_i].what, told);
}
END_TEST

/* A source's own finding, beside a group of the sources 0 to 3. */
static const struct {
	const char *what;
	Side group;
	guint source;
	int day;
	guint hosts; /* 192.0.2.`hosts` is the one target it tells */
	const char *expected;
} owns[] = {
	{"a member's", {0, 4, 0, SOURCES, 0}, 2, 0, 7, "first,own scan 4"},
	{"a member's of another day", {0, 4, 0, SOURCES, 0}, 2, 1, 7,
		"own undetermined 1; first scan 4"},
	{"a stranger's", {0, 4, 0, SOURCES, 0}, 5, 0, 7, "own undetermined 1; first scan 4"},
	{"of a flood's source, about its target alone",
		{0, 4, 0, SCOPE_TARGET, VERDICT_FLOOD, 1}, 2, 0, 1, "first,own flood 4"},
	{"of a flood's source, about others too", {0, 4, 0, SCOPE_TARGET, VERDICT_FLOOD, 1}, 2,
		0, 7, "own undetermined 1; first flood 4"},
	{"of a campaign's source", {0, 4, 0, SCOPE_PORT, VERDICT_SCAN, 0}, 2, 0, 7,
		"own undetermined 1; first scan 4"},
};

START_TEST(a_group_tells_what_its_members_did)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	FindingWindow window = {
		.detector = &own_detector, .start = owns[_i].day * DAY, .length = HOUR_SECONDS};
	Finding *own = make_finding(&window, owns[_i].source, owns[_i].hosts);

	finding_for(own, VERDICT_SCAN, "its own reason");
	g_ptr_array_add(findings, own);
	add_side(&owns[_i].group, &first_detector, joint, groups);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_msg(strcmp(told, owns[_i].expected) == 0, "%s: %s", owns[_i].what, told);
}
END_TEST

/* A source's own verdict beside that of the group of the sources 0 to 3. */
static const struct {
	const char *what;
	const Detector *detector; /* of the group */
	Verdict group, own;
	const char *expected;
} deeds[] = {
	{"a scan among traces", &detect_traceroute, VERDICT_LOAD_BALANCER, VERDICT_SCAN,
		"own,traceroute scan 1; traceroute load-balancer 3"},
	{"a trace among traces", &detect_traceroute, VERDICT_LOAD_BALANCER, VERDICT_TRACEROUTE,
		"traceroute,own load-balancer 4"},
	{"a scan among scans", &first_detector, VERDICT_COORDINATED_SCAN, VERDICT_SCAN,
		"first,own coordinated-scan 4"},
	{"a balancer's last step, which looks like a scan", &first_detector,
		VERDICT_LOAD_BALANCER, VERDICT_SCAN, "first,own load-balancer 4"},
	{"one who is flooded, among scans", &first_detector, VERDICT_COORDINATED_SCAN,
		VERDICT_SECOND_ORDER_EFFECT,
		"own,first second-order-effect 1; first coordinated-scan 3"},
	{"one who is flooded, in a group not understood", &first_detector, VERDICT_UNDETERMINED,
		VERDICT_SECOND_ORDER_EFFECT,
		"own,first second-order-effect 1; first undetermined 3"},
	{"a group that is flooded", &first_detector, VERDICT_SECOND_ORDER_EFFECT,
		VERDICT_SECOND_ORDER_EFFECT, "first,own second-order-effect 4"},
};

START_TEST(a_group_covers_up_no_other_deed)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	FindingWindow window = {.detector = &own_detector, .length = HOUR_SECONDS};
	Side group = {0, 4, 0, SCOPE_SOURCES, deeds[_i].group, 0};
	Finding *own = make_finding(&window, 2, 7);

	own->verdict = deeds[_i].own;
	finding_for(own, own->verdict, "its own reason");
	g_ptr_array_add(findings, own);
	add_side(&group, deeds[_i].detector, joint, groups);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_msg(strcmp(told, deeds[_i].expected) == 0, "%s: %s", deeds[_i].what, told);
}
END_TEST

START_TEST(a_chain_of_groups_that_share_sources_ends_as_one)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	const Side chain[] = {
		{0, 4, 0, SOURCES, 0}, {2, 6, 0, SOURCES, 0}, {4, 8, 0, SOURCES, 0}};

	add_side(&chain[0], &first_detector, joint, groups);
	add_side(&chain[1], &second_detector, joint, groups);
	add_side(&chain[2], &own_detector, joint, groups);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_str_eq(told, "first,second,own scan 8");
	ck_assert_uint_eq(((Finding *)findings->pdata[0])->sources->len, 8);
}
END_TEST

START_TEST(a_joint_group_tells_of_the_days_of_both)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	const Side sides[] = {{0, 4, 0, SOURCES, 0}, {2, 6, 0, SOURCES, 0}};
	FindingWindow window = {
		.detector = &own_detector, .start = DAY, .length = HOUR_SECONDS};

	add_side(&sides[0], &first_detector, joint, groups);
	add_side(&sides[1], &second_detector, joint, groups);
	((Group *)groups->pdata[1])->window.length += HOUR_SECONDS;
	g_ptr_array_add(findings, make_finding(&window, 5, 7));
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_str_eq(told, "first,second,own scan 6");
}
END_TEST

START_TEST(groups_are_one_when_a_third_has_both)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	const Side sides[] = {
		{0, 4, 0, SOURCES, 0}, {4, 7, 0, SOURCES, 0}, {0, 7, 0, SOURCES, 0}};

	add_side(&sides[0], &first_detector, joint, groups);
	add_side(&sides[1], &second_detector, joint, groups);
	add_side(&sides[2], &own_detector, joint, groups);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_str_eq(told, "first,own,second scan 7");
}
END_TEST

/* A group of sources that hit 192.0.2.1 alone, beside a flood of the sources 0 to 3 there. */
static const struct {
	const char *what;
	Side part;
	guint hosts;
	const char *expected;
} parts[] = {
	{"some of the flood's", {1, 3, 0, SOURCES, 0}, 1, "first,second flood 4"},
	{"another target", {1, 3, 0, SOURCES, 0}, 2, "first flood 4; second scan 2"},
	{"strangers among them", {1, 5, 0, SOURCES, 0}, 1, "first flood 4; second scan 4"},
	{"another day", {1, 3, 1, SOURCES, 0}, 1, "first flood 4; second scan 2"},
};

START_TEST(a_flood_tells_of_its_sources)
{
	g_autoptr(GPtrArray) findings =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) joint =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	const Side flood = {0, 4, 0, SCOPE_TARGET, VERDICT_FLOOD, 1};
	ProfileTarget target = {.target = address_from_v4(0xc0000200 + parts[_i].hosts)};

	add_side(&flood, &first_detector, joint, groups);
	add_side(&parts[_i].part, &second_detector, joint, groups);
	Profile *profile = ((Finding *)joint->pdata[1])->profile;
	profile->hosts = 1;
	g_array_append_val(profile->targets, target);
	join_findings(findings, joint, groups);
	g_autofree char *told = tell(findings);
	ck_assert_msg(strcmp(told, parts[_i].expected) == 0, "%s: %s", parts[_i].what, told);
}
END_TEST

static void
add_tests(TCase *cases)
{
	tcase_add_loop_test(cases, groups_of_the_same_sources_are_one, 0, G_N_ELEMENTS(pairs));
	tcase_add_loop_test(cases, a_group_tells_what_its_members_did, 0, G_N_ELEMENTS(owns));
	tcase_add_loop_test(cases, a_group_covers_up_no_other_deed, 0, G_N_ELEMENTS(deeds));
	tcase_add_test(cases, a_joint_group_tells_of_the_days_of_both);
	tcase_add_test(cases, groups_are_one_when_a_third_has_both);
	tcase_add_loop_test(cases, a_flood_tells_of_its_sources, 0, G_N_ELEMENTS(parts));
	tcase_add_test(cases, a_chain_of_groups_that_share_sources_ends_as_one);
}

int
main(void)
{
	return suite_run("join", add_tests);
}
