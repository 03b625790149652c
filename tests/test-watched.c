#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "tally/watched.h"

enum { HOUR = 1505005200, SPANS = 3, NONE = -1 };

/* Seconds of the hour from which and to which each file was captured (both NONE: it does not
 * tell), and what is said. */
static const struct {
	const char *sentence;
	int n, spans[SPANS][2];
	const char *said;
} cases[] = {
	{"a whole hour", 1, {{0, 3600}}, NULL},
	{"no file", 0, {{0}}, NULL},
	{"a late start", 1, {{3107, 3600}}, "not captured for 51 min 47 s"},
	{"an early end", 1, {{0, 3595}}, "not captured for 5 s"},
	{"a restart without a gap", 2, {{0, 60}, {60, 3600}}, NULL},
	{"a restart with a gap", 2, {{0, 60}, {70, 3600}}, "not captured for 10 s"},
	{"parts in any order", 3, {{70, 3590}, {3590, 3600}, {0, 60}}, "not captured for 10 s"},
	{"parts that overlap", 2, {{0, 3000}, {1000, 3600}}, NULL},
	{"one within another", 2, {{0, 3600}, {1000, 2000}}, NULL},
	{"a late part, of no time", 2, {{0, 3600}, {3600, 3600}}, NULL},
	{"one that does not tell", 2, {{0, 60}, {NONE, NONE}}, NULL},
	{"one that begins, and was killed", 2, {{70, NONE}, {0, 60}}, NULL},
};

static guint64
time_of(int second)
{
	return second == NONE ? MANIFEST_UNKNOWN : (guint64)(HOUR + second) * SECOND_NS;
}

START_TEST(what_was_not_captured_is_told)
{
	g_autoptr(Watched) watched = watched_new(HOUR);

	for (int i = 0; i < cases[_i].n; i++) {
		g_autoptr(Manifest) manifest = manifest_new("dmz", HOUR);
		manifest->began = time_of(cases[_i].spans[i][0]);
		manifest->ended = time_of(cases[_i].spans[i][1]);
		watched_add(watched, manifest);
	}
	g_autofree char *said = watched_tell(watched);
	if (g_strcmp0(said, cases[_i].said) != 0)
		ck_abort_msg("%s: %s", cases[_i].sentence, said);
}
END_TEST

START_TEST(a_file_without_manifest_does_not_tell)
{
	g_autoptr(Watched) watched = watched_new(HOUR);

	watched_add(watched, NULL);
	ck_assert_ptr_null(watched_tell(watched));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, what_was_not_captured_is_told, 0, G_N_ELEMENTS(cases));
	tcase_add_test(tests, a_file_without_manifest_does_not_tell);
}

int
main(void)
{
	return suite_run("watched", add_tests);
}
