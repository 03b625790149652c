/*
 * Who spoke, and who never did.
 */
#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "tally/dark.h"

enum { MIDNIGHT = 1505001600 };

/* The addresses 192.0.2.x of an hour, sorted; ends with 0. */
static void
add_hour(Dark *dark, int hour, const guint8 *speakers)
{
	g_autoptr(HourFacts) facts =
		hour_facts_new(MIDNIGHT + hour * HOUR_SECONDS, 0, "", "192.0.2.0/24", 0);

	for (; *speakers != 0; speakers++) {
		Address address = address_from_v4(0xc0000200u + *speakers);
		g_array_append_val(facts->spoke, address);
	}
	dark_add(dark, facts);
}

static const struct {
	guint8 address;
	gboolean dark;
	int first, last; /* hours, where it is not dark */
} addresses[] = {
	{1, FALSE, 3, 3},
	{2, FALSE, 0, 5},
	{3, TRUE, 0, 0},
	{9, FALSE, 5, 5},
	{200, FALSE, 0, 3},
	{255, TRUE, 0, 0},
};

START_TEST(an_address_that_no_hour_heard_is_dark)
{
	g_autoptr(Dark) dark = dark_new();
	Address address = address_from_v4(0xc0000200u + addresses[_i].address);

	add_hour(dark, 3, (const guint8[]){1, 2, 200, 0});
	add_hour(dark, 0, (const guint8[]){2, 200, 0});
	add_hour(dark, 5, (const guint8[]){2, 9, 0});
	ck_assert_int_eq(dark_has(dark, &address), addresses[_i].dark);
	const DarkSpoke *spoke = dark_find(dark, &address);
	ck_assert_int_eq(spoke == NULL, addresses[_i].dark);
	if (!spoke)
		return;
	ck_assert_int_eq(spoke->first, MIDNIGHT + addresses[_i].first * HOUR_SECONDS);
	ck_assert_int_eq(spoke->last, MIDNIGHT + addresses[_i].last * HOUR_SECONDS);
}
END_TEST

START_TEST(where_nobody_spoke_nothing_is_known_to_be_dark)
{
	g_autoptr(Dark) dark = dark_new();
	Address address = address_from_v4(0xc0000201u);
	gint64 from, to;

	ck_assert(!dark_span(dark, &from, &to));
	add_hour(dark, 0, (const guint8[]){0});
	ck_assert(!dark_is_known(dark));
	ck_assert(!dark_has(dark, &address));
	ck_assert(dark_span(dark, &from, &to));
	ck_assert_int_eq(to - from, HOUR_SECONDS);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, an_address_that_no_hour_heard_is_dark, 0, (int)G_N_ELEMENTS(addresses));
	tcase_add_test(tests, where_nobody_spoke_nothing_is_known_to_be_dark);
}

int
main(void)
{
	return suite_run("dark", add_tests);
}
