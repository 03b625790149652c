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

/* IPv4, and IPv6 whose last octets are the same as those. */
static Address
make_address(guint i)
{
	guint8 octets[16] = {0x20, 0x01, 0x0d, 0xb8, [7] = (guint8)(i % 7)};
	guint32 low = 0xc0000200u + i / 2 * 3;

	if (i % 2 == 0)
		return address_from_v4(low);
	for (guint k = 0; k < 4; k++)
		octets[12 + k] = (guint8)(low >> (24 - 8 * k));
	return address_from_v6(octets);
}

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

/* Oracle: the list of those who spoke, gone through. */
START_TEST(who_spoke_is_found_among_both_families)
{
	g_autoptr(Dark) dark = dark_new();
	g_autoptr(HourFacts) facts = hour_facts_new(MIDNIGHT, 0, "", "192.0.2.0/24", 0);

	for (guint i = 0; i < 300; i++) {
		Address address = make_address(i);
		if (i % 5 < 3)
			g_array_append_val(facts->spoke, address);
	}
	g_array_sort(facts->spoke, compare_addresses);
	dark_add(dark, facts);
	for (guint i = 0; i < 320; i++) {
		Address address = make_address(i);
		gboolean spoke = FALSE;
		for (guint k = 0; k < facts->spoke->len; k++)
			spoke = spoke || address_compare(&address,
						 &g_array_index(facts->spoke, Address, k)) == 0;
		ck_assert_int_eq(dark_find(dark, &address) != NULL, spoke);
	}
	ck_assert_uint_eq(dark_spoke_v4(dark), 90);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, an_address_that_no_hour_heard_is_dark, 0, (int)G_N_ELEMENTS(addresses));
	tcase_add_test(tests, who_spoke_is_found_among_both_families);
	tcase_add_test(tests, where_nobody_spoke_nothing_is_known_to_be_dark);
}

int
main(void)
{
	return suite_run("dark", add_tests);
}
