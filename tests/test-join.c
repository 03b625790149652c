/*
 * What findings of single sources and of groups become, by the rules of join.h: each of them
 * written down beside its case.
 */
#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/join.h"

enum { MIDNIGHT = 1505001600, ITEMS_MAX = 6, SOURCES_MAX = 8 };

/* What was found, in hours after midnight: of a single source in `findings`, else of a group. No
 * detector: the end of a list. */
typedef struct {
	const Detector *detector;
	int start, length;
	guint8 sources[SOURCES_MAX]; /* 198.51.100.x, ascending; 0: the end */
	Verdict verdict;
	FindingScope scope;
	guint8 target; /* 192.0.2.x: what it is about; 0: several */
} Item;

static const struct {
	const char *what;
	Item groups[ITEMS_MAX], findings[ITEMS_MAX];
	const char *expected;
} cases[] = {
	{"a finding by itself", {{0}}, {{&detect_reset, 0, 24, {1}}}, "reset-scan of 1"},
	{"a group by itself", {{&detect_coordinated, 0, 24, {1, 2, 3}}}, {{0}},
		"coordinated of 1 2 3"},
	{"a group tells what its sources did, and nobody else's",
		{{&detect_coordinated, 0, 24, {1, 2, 3}}},
		{{&detect_reset, 0, 24, {1}}, {&detect_odd, 3, 24, {3}},
			{&detect_odd, 0, 24, {4}}},
		"odd-flags of 4; coordinated,reset-scan,odd-flags of 1 2 3"},
	{"windows that only touch do not overlap", {{&detect_coordinated, 24, 24, {1, 2, 3}}},
		{{&detect_reset, 0, 24, {1}}, {&detect_reset, 48, 24, {2}},
			{&detect_reset, 47, 24, {3}}},
		"reset-scan of 1; reset-scan of 2; coordinated,reset-scan of 1 2 3"},
	{"groups that share half of their sources",
		{{&detect_targetset, 0, 24, {1, 2, 3, 4}},
			{&detect_coordinated, 12, 24, {3, 4, 5, 6}}},
		{{0}}, "target-set,coordinated of 1 2 3 4 5 6"},
	{"groups that share less",
		{{&detect_targetset, 0, 24, {1, 2, 3, 4}},
			{&detect_coordinated, 12, 24, {4, 5, 6, 7}}},
		{{0}}, "target-set of 1 2 3 4; coordinated of 4 5 6 7"},
	{"half of the smaller is enough",
		{{&detect_targetset, 0, 24, {1, 2, 3, 4}},
			{&detect_coordinated, 0, 24, {4, 9}}},
		{{0}}, "target-set,coordinated of 1 2 3 4 9"},
	{"groups at other times",
		{{&detect_targetset, 0, 24, {1, 2}}, {&detect_coordinated, 24, 24, {1, 2}}},
		{{0}}, "target-set of 1 2; coordinated of 1 2"},
	{"what joined a group counts as its own",
		{{&detect_targetset, 0, 24, {1, 2}}, {&detect_targetset, 0, 24, {2, 3}},
			{&detect_coordinated, 0, 24, {3, 4}}},
		{{&detect_odd, 0, 24, {4}}}, "target-set,coordinated,odd-flags of 1 2 3 4"},
	{"a group without verdict takes that of what joins it",
		{{&detect_targetset, 0, 24, {1, 2}},
			{&detect_coordinated, 0, 24, {1, 2}, VERDICT_COORDINATED_SCAN}},
		{{0}}, "target-set,coordinated coordinated-scan of 1 2"},
	{"or of a source", {{&detect_coordinated, 0, 24, {1, 2}}},
		{{&detect_reset, 0, 24, {1}, VERDICT_INVERSE_MAPPING}},
		"coordinated,reset-scan inverse-mapping of 1 2"},
	{"one that has a verdict keeps it",
		{{&detect_coordinated, 0, 24, {1, 2}, VERDICT_COORDINATED_SCAN}},
		{{&detect_reset, 0, 24, {1}, VERDICT_INVERSE_MAPPING}},
		"coordinated,reset-scan coordinated-scan of 1 2"},
	{"who meets a trigger keeps its finding", {{&detect_coordinated, 0, 24, {1, 2, 3}}},
		{{&detect_hourly, 3, 1, {2}}}, "hourly,coordinated of 2; coordinated of 1 3"},
	{"a group of which all meet one goes", {{&detect_coordinated, 0, 24, {1, 2}}},
		{{&detect_hourly, 3, 1, {1}}, {&detect_slow, 0, 24, {2}}},
		"hourly,coordinated of 1; low-and-slow,coordinated of 2"},
	{"but not one of decoys", {{&detect_coordinated, 0, 24, {1, 2}, VERDICT_DECOY}},
		{{&detect_hourly, 3, 1, {1}}, {&detect_slow, 0, 24, {2}}},
		"coordinated,hourly,low-and-slow decoy of 1 2"},
	{"a target's group tells what is about that target alone",
		{{&detect_flood, 3, 1, {1, 2, 3}, VERDICT_FLOOD, SCOPE_TARGET, 7}},
		{{&detect_odd, 0, 24, {1}, .target = 7}, {&detect_odd, 0, 24, {2}, .target = 8},
			{&detect_odd, 0, 24, {3}}, {&detect_odd, 0, 24, {4}, .target = 7}},
		"odd-flags of 2; odd-flags of 3; odd-flags of 4; flood,odd-flags flood of 1 2 "
		"3"},
	{"it is no group of sources",
		{{&detect_flood, 3, 1, {1, 2, 3}, VERDICT_FLOOD, SCOPE_TARGET, 7},
			{&detect_coordinated, 0, 24, {1, 2, 3}}},
		{{&detect_odd, 0, 24, {1}}},
		"flood flood of 1 2 3; coordinated,odd-flags of 1 2 3"},
	{"a port's group tells nobody's own",
		{{&detect_campaign, 0, 96, {1, 2, 3}, .scope = SCOPE_PORT}},
		{{&detect_odd, 0, 24, {1}, .target = 7}},
		"odd-flags of 1; port-campaign of 1 2 3"},
};

static Address
source_of(guint8 number)
{
	return address_from_v4(0xc6336400u + number);
}

static Address
target_of(guint8 number)
{
	return address_from_v4(0xc0000200u + number);
}

static FindingWindow
window_of(const Item *item)
{
	FindingWindow window = {.detector = item->detector,
		.start = MIDNIGHT + item->start * HOUR_SECONDS,
		.length = item->length * HOUR_SECONDS};

	if (item->target != 0)
		window.target = target_of(item->target);
	return window;
}

static Finding *
finding_of(const Item *item)
{
	FindingWindow window = window_of(item);
	Address source = source_of(item->sources[0]);
	Profile *profile = profile_new_empty(&source, 32, window.start, window.length);
	Finding *finding;

	profile->hosts = item->target != 0 ? 1 : 2;
	for (guint8 i = 0; i < profile->hosts; i++) {
		ProfileTarget target = {.target = target_of(item->target + i)};
		g_array_append_val(profile->targets, target);
	}
	finding = finding_new(&window, profile);
	finding->verdict = item->verdict;
	finding->scope = item->scope;
	for (guint i = 1; i < SOURCES_MAX && item->sources[i] != 0; i++) {
		FindingSource other = {.source = source_of(item->sources[i]), .bits = 32};
		g_array_append_val(finding->sources, other);
	}
	finding->n_sources = finding->sources->len;
	return finding;
}

static Group *
group_of(const Item *item)
{
	FindingWindow window = window_of(item);
	Group *group = group_new(&window, item->scope, item->verdict);

	for (guint i = 0; i < SOURCES_MAX && item->sources[i] != 0; i++) {
		Address source = source_of(item->sources[i]);
		group_add(group, &source, 32);
	}
	group_settle(group);
	return group;
}

/* "coordinated,reset-scan inverse-mapping of 1 2": no verdict where it is undetermined. */
static void
tell(GString *text, const Finding *finding)
{
	if (text->len > 0)
		g_string_append(text, "; ");
	for (guint i = 0; i < finding->windows->len; i++)
		g_string_append_printf(text, "%s%s", i > 0 ? "," : "",
			finding_window(finding, i)->detector->name);
	if (finding->verdict != VERDICT_UNDETERMINED)
		g_string_append_printf(text, " %s", finding_verdict_name(finding->verdict));
	g_string_append(text, " of");
	for (guint i = 0; i < finding->sources->len; i++)
		g_string_append_printf(text, " %u",
			(guint)g_array_index(finding->sources, FindingSource, i).source.low &
				0xff);
	ck_assert_uint_eq(finding->n_sources, finding->sources->len);
}

static char *
join_items(const Item groups[ITEMS_MAX], const Item findings[ITEMS_MAX])
{
	g_autoptr(GPtrArray) single =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) of_groups =
		g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < ITEMS_MAX && findings[i].detector; i++)
		g_ptr_array_add(single, finding_of(&findings[i]));
	for (guint i = 0; i < ITEMS_MAX && groups[i].detector; i++) {
		g_ptr_array_add(list, group_of(&groups[i]));
		g_ptr_array_add(of_groups, finding_of(&groups[i]));
	}
	join_findings(single, of_groups, list);
	ck_assert_uint_eq(of_groups->len, 0);
	for (guint i = 0; i < single->len; i++)
		tell(text, single->pdata[i]);
	return g_string_free(text, FALSE);
}

START_TEST(findings_and_groups_become_one_by_the_rules)
{
	g_autofree char *told = join_items(cases[_i].groups, cases[_i].findings);

	ck_assert_msg(strcmp(told, cases[_i].expected) == 0, "%s: %s", cases[_i].what, told);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, findings_and_groups_become_one_by_the_rules, 0,
		(int)G_N_ELEMENTS(cases));
}

int
main(void)
{
	return suite_run("join", add_tests);
}
