/*
 * What other thresholds would list: a source's class and place in the histograms, the marginal
 * sources, a day's line of text, and which n is suggested. That the table equals counting anew is
 * test-tune.sh's.
 */
#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"
#include "tally/tune.h"
#include "tally/tune_table.h"
#include "tests/maker.h"

enum { DAYS = 3, CASE_TARGETS = 8 };

/* Three days from midnight on, with all their hours. */
static void
begin_days(TuneDay days[DAYS])
{
	memset(days, 0, DAYS * sizeof *days);
	for (guint i = 0; i < DAYS; i++) {
		days[i].from = MAKER_MIDNIGHT + (gint64)i * MAKER_DAY;
		days[i].to = days[i].from + MAKER_DAY;
		days[i].hours = days[i].due = 24;
	}
}

static const TuneSetup setup = {.triggers = {7, 7, 7}};

/* --- classes and places */

/* A source's targets, each hit by one kind in one hour, and the lines of the three days. */
typedef struct {
	const char *name;
	struct {
		guint target;
		int hour; /* from the first midnight on */
		Kind kind;
	} hits[CASE_TARGETS]; /* target 0: no more */
	const char *texts[DAYS];
} SeeCase;

static const SeeCase see_cases[] = {
	{"one target is none", {{1, 3, KIND_SYN}, {1, 4, KIND_SYN}}, {"", "", ""}},
	{"two targets in one hour, in every window that ends behind it",
		{{1, 3, KIND_SYN}, {2, 3, KIND_SYN}},
		{" 1h:rest:2=1 24h:rest:2=1 7d:rest:2=1", " 24h:rest:2=1 7d:rest:2=1",
			" 7d:rest:2=1"}},
	{"two hours", {{1, 3, KIND_SYN}, {2, 4, KIND_SYN}},
		{" 24h:rest:2=1 7d:rest:2=1", " 24h:rest:2=1 7d:rest:2=1", " 7d:rest:2=1"}},
	{"the last hour of a day", {{1, 23, KIND_SYN}, {2, 23, KIND_SYN}},
		{" 1h:rest:2=1 24h:rest:2=1 7d:rest:2=1", " 24h:rest:2=1 7d:rest:2=1",
			" 7d:rest:2=1"}},
	{"the hour before the first day, in longer windows only",
		{{1, -1, KIND_SYN}, {2, -1, KIND_SYN}},
		{" 24h:rest:2=1 7d:rest:2=1", " 7d:rest:2=1", " 7d:rest:2=1"}},
	{"a source counts once, by its window with most",
		{{1, 3, KIND_SYN}, {2, 3, KIND_SYN}, {1, 5, KIND_SYN}, {2, 5, KIND_SYN},
			{3, 5, KIND_SYN}},
		{" 1h:rest:3=1 24h:rest:3=1 7d:rest:3=1", " 24h:rest:3=1 7d:rest:3=1",
			" 7d:rest:3=1"}},
	{"nothing but answers",
		{{1, 24, KIND_RST}, {2, 24, KIND_SYNACK}, {3, 24, KIND_FINACK},
			{4, 24, KIND_ECHOREPLY}},
		{"", " 1h:second-order:4=1 24h:second-order:4=1 7d:second-order:4=1",
			" 7d:second-order:4=1"}},
	{"a bare ACK is no answer", {{1, 24, KIND_RST}, {2, 24, KIND_ACK}},
		{"", " 1h:rest:2=1 24h:rest:2=1 7d:rest:2=1", " 7d:rest:2=1"}},
	{"nor is what is no TCP", {{1, 24, KIND_RST}, {2, 24, KIND_OTHER}},
		{"", " 1h:rest:2=1 24h:rest:2=1 7d:rest:2=1", " 7d:rest:2=1"}},
	{"an hour of answers, a day with a request",
		{{1, 24, KIND_RST}, {2, 24, KIND_RST}, {3, 30, KIND_SYN}},
		{"", " 1h:second-order:2=1 24h:rest:3=1 7d:rest:3=1", " 7d:rest:3=1"}},
};

static Tune *
see_maker(Maker *maker, TuneDay days[DAYS])
{
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	Tune *tune = tune_new(days, DAYS, &setup);

	ck_assert(tune_see(tune, &subject, NULL));
	ck_assert(tune_finish(tune, NULL));
	return tune;
}

START_TEST(a_source_has_a_class_and_a_place_on_every_day)
{
	const SeeCase *at = &see_cases[_i];
	g_autoptr(Maker) maker = maker_new();
	TuneDay days[DAYS];

	for (guint i = 0; i < CASE_TARGETS && at->hits[i].target; i++)
		maker_add(maker, at->hits[i].target, at->hits[i].hour, at->hits[i].kind, 1);
	begin_days(days);
	tune_free(see_maker(maker, days));
	for (guint i = 0; i < DAYS; i++) {
		g_autofree char *text = tune_day_text(&days[i]);
		g_autofree char *expected = g_strdup_printf("tune 1 %" G_GINT64_FORMAT
							    " %" G_GINT64_FORMAT " 24 24 0%s",
			days[i].from, days[i].to, at->texts[i]);
		ck_assert_msg(strcmp(text, expected) == 0,
			"%s, day %u: \"%s\", expected \"%s\"", at->name, i, text, expected);
	}
}
END_TEST

START_TEST(a_window_behind_the_last_closed_hour_is_not_asked_for)
{
	g_autoptr(Maker) maker = maker_new();
	TuneDay days[DAYS];

	maker_add(maker, 1, 50, KIND_SYN, 1);
	maker_add(maker, 2, 52, KIND_SYN, 1);
	begin_days(days);
	days[2].due = days[2].hours = 4;
	tune_free(see_maker(maker, days));
	ck_assert_uint_eq(tune_day_listed(&days[2], PROFILE_DAY, TUNE_REST, 2), 0);
	begin_days(days);
	days[2].due = days[2].hours = 5;
	tune_free(see_maker(maker, days));
	ck_assert_uint_eq(tune_day_listed(&days[2], PROFILE_DAY, TUNE_REST, 2), 1);
}
END_TEST

/* --- marginal sources */

/* Sources 198.51.100.1 to .N, each with so many targets in one hour of the second day. */
static Tune *
see_crowd(TuneDay days[DAYS], guint n_sources, guint n_targets, Kind kind)
{
	Tune *tune = tune_new(days, DAYS, &setup);

	/* From the last to the first: the order in which they come does not matter. */
	for (guint source = n_sources; source > 0; source--) {
		g_autoptr(Maker) maker = maker_new();
		maker->facts.source = address_from_v4(0xc6336400 + source);
		for (guint target = 1; target <= n_targets; target++)
			maker_add(maker, target, 30, kind, 1);
		Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
		ck_assert(tune_see(tune, &subject, NULL));
	}
	ck_assert(tune_finish(tune, NULL));
	return tune;
}

static const struct {
	guint targets, sources;
	guint64 appear, vanish;
} marginal_cases[] = {
	{5, 3, 0, 0},
	{6, 3, 3, 0},
	{7, 3, 0, 3},
	{8, 3, 0, 0},
	{6, TUNE_MARGINALS, TUNE_MARGINALS, 0},
	{7, TUNE_MARGINALS + 1, 0, TUNE_MARGINALS + 1},
	{6, 100, 100, 0},
};

START_TEST(sources_one_step_from_the_trigger_are_marginal)
{
	TuneDay days[DAYS];
	guint n = marginal_cases[_i].sources;

	begin_days(days);
	g_autoptr(Tune) tune = see_crowd(days, n, marginal_cases[_i].targets, KIND_SYN);
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		const TuneMarginals *appear = tune_marginals(tune, span, TUNE_APPEAR);
		const TuneMarginals *vanish = tune_marginals(tune, span, TUNE_VANISH);
		const TuneMarginals *some = appear->n > 0 ? appear : vanish;
		ck_assert_uint_eq(appear->n, marginal_cases[_i].appear);
		ck_assert_uint_eq(vanish->n, marginal_cases[_i].vanish);
		for (guint i = 0; i < MIN(some->n, (guint64)TUNE_MARGINALS); i++) {
			ck_assert_uint_eq(some->sources[i].source.low, 0xc6336401 + i);
			ck_assert_uint_eq(some->sources[i].hosts, marginal_cases[_i].targets);
			ck_assert_uint_eq(some->sources[i].class, TUNE_REST);
		}
	}
}
END_TEST

START_TEST(a_source_that_met_the_trigger_on_another_day_is_not_marginal)
{
	g_autoptr(Maker) maker = maker_new();
	TuneDay days[DAYS];

	for (guint target = 1; target <= 8; target++)
		maker_add(maker, target, 5, KIND_SYN, 1);
	for (guint target = 1; target <= 6; target++)
		maker_add(maker, target, 55, KIND_SYN, 1);
	begin_days(days);
	g_autoptr(Tune) tune = see_maker(maker, days);
	ck_assert_uint_eq(days[2].sources[PROFILE_HOUR][TUNE_REST][6], 1);
	ck_assert_uint_eq(tune_marginals(tune, PROFILE_HOUR, TUNE_APPEAR)->n, 0);
}
END_TEST

START_TEST(more_sources_than_wait_at_a_time_count_all)
{
	enum { CROWD = 100000 };
	g_autoptr(Maker) maker = maker_new();
	TuneDay days[DAYS];

	for (guint target = 1; target <= 7; target++)
		maker_add(maker, target, 5, KIND_SYN, 1);
	begin_days(days);
	g_autoptr(Tune) tune = tune_new(days, DAYS, &setup);
	for (guint source = 0; source < CROWD; source++) {
		maker->facts.source = address_from_v4(0x64400000 + source);
		Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
		ck_assert(tune_see(tune, &subject, NULL));
	}
	ck_assert(tune_finish(tune, NULL));
	for (guint span = 0; span < PROFILE_SPANS; span++) {
		ck_assert_uint_eq(tune_day_listed(&days[0], span, TUNE_REST, 7), CROWD);
		ck_assert_uint_eq(tune_day_listed(&days[0], span, TUNE_REST, 8), 0);
		ck_assert_uint_eq(tune_marginals(tune, span, TUNE_VANISH)->n, CROWD);
	}
}
END_TEST

/* --- a day's line */

static const char *const sound_lines[] = {
	"tune 1 0 86400 0 24 0",
	"tune 1 1505001600 1505088000 23 24 1 1h:known:2=5,3=1,50=4294967295",
	"tune 1 -3600 82800 25 25 1 1h:rest:2=1 24h:second-order:7=2,9=1 7d:new:49=3",
};

START_TEST(a_day_has_a_line_and_the_line_a_day)
{
	TuneDay day = {.from = 1};

	ck_assert(tune_day_parse(sound_lines[_i], &day, NULL));
	g_autofree char *again = tune_day_text(&day);
	ck_assert_str_eq(again, sound_lines[_i]);
}
END_TEST

static const char *const damaged_lines[] = {
	"",
	"tune",
	"tune 1",
	"tune 1 ",
	"tune 1 0 86400 24 24",
	"tune 2 0 86400 24 24 0",
	"tune 1 0 86400 24 24 2",
	"tune 1 0 86400 24 24 0 ",
	"tune 1 0 86400 24 24 0\n",
	"tune 1  0 86400 24 24 0",
	"tune 1 00 86400 24 24 0",
	"tune 1 0 86400 -1 24 0",
	"tune 1 0 86400 99999999999 24 0",
	"tune 1 0 86400 24 24 0 1h",
	"tune 1 0 86400 24 24 0 1h:rest",
	"tune 1 0 86400 24 24 0 1h:rest:",
	"tune 1 0 86400 24 24 0 1h:rest:2",
	"tune 1 0 86400 24 24 0 1h:rest:2=",
	"tune 1 0 86400 24 24 0 1h:rest:2=0",
	"tune 1 0 86400 24 24 0 1h:rest:2=4294967296",
	"tune 1 0 86400 24 24 0 1h:rest:1=1",
	"tune 1 0 86400 24 24 0 1h:rest:51=1",
	"tune 1 0 86400 24 24 0 1h:rest:3=1,2=1",
	"tune 1 0 86400 24 24 0 1h:rest:2=1,2=1",
	"tune 1 0 86400 24 24 0 1h:rest:2=1,",
	"tune 1 0 86400 24 24 0 2h:rest:2=1",
	"tune 1 0 86400 24 24 0 1h:best:2=1",
	"tune 1 0 86400 24 24 0 24h:rest:2=1 1h:rest:2=1",
	"tune 1 0 86400 24 24 0 1h:rest:2=1 1h:rest:2=1",
	"tune 1 0 86400 24 24 0 1h:rest:2=1:3",
};

START_TEST(a_line_that_no_day_has_is_refused)
{
	g_autoptr(GError) error = NULL;
	TuneDay day = {.from = 1};

	ck_assert_msg(!tune_day_parse(damaged_lines[_i], &day, &error), "\"%s\" was taken",
		damaged_lines[_i]);
	ck_assert_ptr_nonnull(error);
	ck_assert_int_eq(day.from, 1);
}
END_TEST

/* --- median, most, suggestion */

/* A day that lists so many open sources at 2, 3, ... of 1 h windows. */
static TuneDay
make_day(const guint *listed, guint n)
{
	TuneDay day = {.hours = 24, .due = 24};

	for (guint i = 0; i < n; i++)
		day.sources[PROFILE_HOUR][i % 2 ? TUNE_NEW : TUNE_REST][TUNE_LEAST + i] =
			listed[i] - (i + 1 < n ? listed[i + 1] : 0);
	/* What is explained beforehand does not matter. */
	day.sources[PROFILE_HOUR][TUNE_KNOWN][40] = 1000;
	day.sources[PROFILE_HOUR][TUNE_SECOND][40] = 1000;
	return day;
}

static const struct {
	const char *name;
	guint listed[8]; /* at 2, 3, ... 9 */
	guint days, at_most, expected;
} suggest_cases[] = {
	{"too few days", {5}, 2, 20, 0},
	{"days enough", {5}, 3, 20, 2},
	{"nobody at all", {0}, 3, 20, 2},
	{"exactly as many as can be read", {100, 20, 19, 18, 17, 16, 15, 15}, 3, 20, 3},
	{"one more than can be read", {100, 21, 19, 18, 17, 16, 15, 15}, 3, 20, 4},
	{"a list more than twice as long as the next one's", {100, 20, 9, 8, 7, 6, 5, 5}, 3, 20,
		4},
	{"a list twice as long as the next one's", {100, 20, 10, 8, 7, 6, 5, 5}, 3, 20, 3},
	{"a short list, whatever the next one's", {100, 10, 4, 1, 1, 1, 1, 1}, 3, 20, 3},
	{"a list just long enough", {100, 11, 5, 1, 1, 1, 1, 1}, 3, 20, 4},
	{"too little left", {100, 11, 4, 1, 1, 1, 1, 1}, 3, 20, 3},
	{"one step only", {100, 20, 9, 4, 1, 0, 0, 0}, 3, 20, 4},
	{"a step behind lists as long", {100, 20, 20, 19, 11, 5, 5, 5}, 3, 20, 7},
	{"a step behind a list that is short", {100, 20, 20, 19, 10, 4, 4, 4}, 3, 20, 3},
	{"a stricter reader", {100, 20, 10, 8, 7, 6, 5, 5}, 3, 5, 8},
};

START_TEST(an_n_is_suggested_that_can_be_read)
{
	TuneDay days[DAYS];
	guint n = suggest_cases[_i].days, at_most = suggest_cases[_i].at_most;

	for (guint i = 0; i < n; i++)
		days[i] = make_day(suggest_cases[_i].listed, 8);
	g_autoptr(TuneTable) table = tune_table_new(days, n);
	guint suggested = tune_table_suggest(table, PROFILE_HOUR, at_most);
	ck_assert_msg(suggested == suggest_cases[_i].expected, "%s: %u", suggest_cases[_i].name,
		suggested);
	g_autofree char *reason = tune_table_reason(table, PROFILE_HOUR, 7, at_most);
	ck_assert(g_str_has_prefix(reason, suggested ? "1h windows: n = " : "1h windows: no "));
}
END_TEST

START_TEST(nothing_is_suggested_where_every_n_lists_too_many)
{
	TuneDay days[DAYS] = {{.hours = 1}, {.hours = 1}, {.hours = 1}};

	for (guint i = 0; i < DAYS; i++)
		days[i].sources[PROFILE_DAY][TUNE_NEW][TUNE_MOST] = 21;
	g_autoptr(TuneTable) table = tune_table_new(days, DAYS);
	ck_assert_uint_eq(tune_table_suggest(table, PROFILE_DAY, 20), 0);
	ck_assert_uint_eq(tune_table_suggest(table, PROFILE_DAY, 21), TUNE_LEAST);
	g_autofree char *reason = tune_table_reason(table, PROFILE_DAY, 7, 20);
	ck_assert_str_eq(reason,
		"24h windows: no suggestion (in force: 7): every n lists more than 20 new or "
		"unexplained sources on the median day. At 50: 21 on the median day, 21 at "
		"most.");
}
END_TEST

static const struct {
	guint listed[5]; /* of each day; 1000: a day without a tally */
	guint n;
	const char *median;
	guint64 most;
} median_cases[] = {
	{{4}, 1, "4", 4},
	{{4, 1}, 2, "2.5", 4},
	{{9, 1, 3}, 3, "3", 9},
	{{0, 5, 1, 1}, 4, "1", 5},
	{{0, 5, 2, 1}, 4, "1.5", 5},
	{{7, 1000, 1000, 3, 0}, 5, "3", 7},
	{{1000}, 1, "0", 0},
};

START_TEST(the_median_is_of_days_with_tallies)
{
	TuneDay days[5] = {{0}};
	char median[TUNE_MEDIAN_SIZE];

	for (guint i = 0; i < median_cases[_i].n; i++) {
		guint listed = median_cases[_i].listed[i];
		days[i].hours = listed == 1000 ? 0 : 24;
		days[i].sources[PROFILE_WEEK][TUNE_NEW][12] = listed;
	}
	g_autoptr(TuneTable) table = tune_table_new(days, median_cases[_i].n);
	const TuneFigure *figure = &table->rows[PROFILE_WEEK][12].listed;
	ck_assert_str_eq(tune_table_median(figure, median), median_cases[_i].median);
	ck_assert_uint_eq(figure->most, median_cases[_i].most);
	ck_assert_uint_eq(table->rows[PROFILE_WEEK][13].listed.most, 0);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, a_source_has_a_class_and_a_place_on_every_day, 0,
		(int)G_N_ELEMENTS(see_cases));
	tcase_add_test(tests, a_window_behind_the_last_closed_hour_is_not_asked_for);
	tcase_add_loop_test(tests, sources_one_step_from_the_trigger_are_marginal, 0,
		(int)G_N_ELEMENTS(marginal_cases));
	tcase_add_test(tests, more_sources_than_wait_at_a_time_count_all);
	tcase_add_test(tests, a_source_that_met_the_trigger_on_another_day_is_not_marginal);
	tcase_add_loop_test(
		tests, a_day_has_a_line_and_the_line_a_day, 0, (int)G_N_ELEMENTS(sound_lines));
	tcase_add_loop_test(
		tests, a_line_that_no_day_has_is_refused, 0, (int)G_N_ELEMENTS(damaged_lines));
	tcase_add_loop_test(
		tests, an_n_is_suggested_that_can_be_read, 0, (int)G_N_ELEMENTS(suggest_cases));
	tcase_add_test(tests, nothing_is_suggested_where_every_n_lists_too_many);
	tcase_add_loop_test(
		tests, the_median_is_of_days_with_tallies, 0, (int)G_N_ELEMENTS(median_cases));
}

int
main(void)
{
	return suite_run("tune", add_tests);
}
