#include "config.h"

#include "tests/suite.h"

#include "collect/counter.h"

static const struct {
	const char *name;
	guint32 shown[5];
	guint64 total;
} cases[] = {
	{"nothing", {0, 0, 0, 0, 0}, 0},
	{"it grows", {1, 1, 5, 5, 17}, 17},
	{"it wraps", {0x7fffffff, 0xfffffffe, 3, 3, 4}, G_GUINT64_CONSTANT(0x100000004)},
	{"it begins anew", {1000, 0, 0, 7, 9}, 1009},
	{"it begins anew, and has counted", {1000, 10, 10, 11, 12}, 1002},
};

START_TEST(what_was_counted_in_all_is_known)
{
	Counter counter = {0};
	guint64 total = 0;

	for (guint i = 0; i < G_N_ELEMENTS(cases[_i].shown); i++)
		total = counter_take(&counter, cases[_i].shown[i]);
	ck_assert_msg(total == cases[_i].total, "%s", cases[_i].name);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, what_was_counted_in_all_is_known, 0, G_N_ELEMENTS(cases));
}

int
main(void)
{
	return suite_run("counter", add_tests);
}
