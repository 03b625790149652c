/*
 * A set of IPv4 addresses and their places, against a sorted list; and counts by key, which are
 * bounded.
 */
#include "config.h"

#include "tests/suite.h"

#include "tally/key_counts.h"
#include "tally/v4_set.h"

/* At the ends of words, of pages, and of all. */
static const guint32 ascending[] = {0, 1, 63, 64, 65535, 65536, 65536 + 127, 0x0a000000,
	0x0a00003f, 0x0a000040, 0x0a00ffff, 0x7fffffff, 0x80000000, 0xffffff00, 0xffffffff};

START_TEST(each_address_has_its_place_in_whatever_order_they_come)
{
	guint n = G_N_ELEMENTS(ascending);
	g_autoptr(V4Set) set = v4_set_new();

	/* 7 and n have no common factor: each comes, some twice. */
	for (guint i = 0; i < n + 4; i++)
		v4_set_add(set, ascending[i * 7 % n]);
	ck_assert_uint_eq(v4_set_number(set), n);
	g_autoptr(GArray) list = v4_set_list(set);
	ck_assert_uint_eq(list->len, n);
	for (guint i = 0; i < n; i++) {
		guint32 place = G_MAXUINT32;
		ck_assert_uint_eq(g_array_index(list, guint32, i), ascending[i]);
		ck_assert(v4_set_find(set, ascending[i], &place));
		ck_assert_uint_eq(place, i);
	}
}
END_TEST

START_TEST(neighbours_that_were_not_added_are_not_in_the_set)
{
	g_autoptr(V4Set) set = v4_set_new();
	guint32 place;

	v4_set_add(set, 0x0a000040);
	v4_set_number(set);
	ck_assert(v4_set_find(set, 0x0a000040, &place));
	ck_assert(!v4_set_find(set, 0x0a00003f, &place));
	ck_assert(!v4_set_find(set, 0x0a000041, &place));
	ck_assert(!v4_set_find(set, 0x0a010040, &place));
}
END_TEST

START_TEST(places_follow_what_is_added_after_they_were_given)
{
	g_autoptr(V4Set) set = v4_set_new();
	guint32 place;

	v4_set_add(set, 0x0a000041);
	v4_set_number(set);
	v4_set_add(set, 0x0a000040);
	v4_set_add(set, 7);
	ck_assert_uint_eq(v4_set_number(set), 3);
	ck_assert(v4_set_find(set, 0x0a000041, &place));
	ck_assert_uint_eq(place, 2);
}
END_TEST

START_TEST(no_more_keys_are_counted_than_allowed)
{
	g_autoptr(KeyCounts) counts = key_counts_new(2);

	key_counts_add(counts, 1);
	key_counts_add(counts, G_MAXUINT64);
	key_counts_add(counts, 3);
	key_counts_add(counts, 1);
	ck_assert_uint_eq(key_counts_of(counts, 1), 2);
	ck_assert_uint_eq(key_counts_of(counts, G_MAXUINT64), 1);
	ck_assert_uint_eq(key_counts_of(counts, 3), 0);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, each_address_has_its_place_in_whatever_order_they_come);
	tcase_add_test(tests, neighbours_that_were_not_added_are_not_in_the_set);
	tcase_add_test(tests, places_follow_what_is_added_after_they_were_given);
	tcase_add_test(tests, no_more_keys_are_counted_than_allowed);
}

int
main(void)
{
	return suite_run("v4-set", add_tests);
}
