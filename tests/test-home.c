#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/failure.h"
#include "common/home.h"

static const struct {
	const char *networks, *text;
	guint64 size_v4;
} lists[] = {
	{"10.0.0.0/8", "10.0.0.0/8", 1 << 24},
	{"192.0.2.1", "192.0.2.1/32", 1},
	{"2001:DB8::1", "2001:db8::1/128", 0},
	{"  10.0.0.0/8;, 9.0.0.0/8 ", "9.0.0.0/8,10.0.0.0/8",
		2 << 24}, /* touch, but are no single CIDR */
	{"8.0.0.0/8,9.0.0.0/8", "8.0.0.0/7", 2 << 24},
	{"10.1.0.0/16,10.0.0.0/8,10.0.0.0/8", "10.0.0.0/8", 1 << 24},
	{"192.0.2.4/30,192.0.2.8/29,192.0.2.3", "192.0.2.3/32,192.0.2.4/30,192.0.2.8/29", 13},
	{"2001:db8::/32,10.0.0.0/8", "10.0.0.0/8,2001:db8::/32", 1 << 24},
	{"0.0.0.0/0", "0.0.0.0/0", G_GUINT64_CONSTANT(1) << 32},
	{"128.0.0.0/1,0.0.0.0/1", "0.0.0.0/0", G_GUINT64_CONSTANT(1) << 32},
	{"255.255.255.255,0.0.0.0", "0.0.0.0/32,255.255.255.255/32", 2},
	{"::/0", "::/0", 0},
	{"8000::/1,::/1", "::/0", 0},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,::",
		"::/128,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128", 0},
	{"2001:db8:0:0:ffff:ffff:ffff:ffff,2001:db8:0:1::",
		"2001:db8::ffff:ffff:ffff:ffff/128,2001:db8:0:1::/128", 0},
};

static const struct {
	const char *networks, *named, *expected;
} mistakes[] = {
	{"", "\"\"", "list"},
	{" ,; ", "\" ,; \"", "list"},
	{"10.0.0.0/8,example.org", "\"example.org\"", "address"},
	{"10.0.0/8", "\"10.0.0/8\"", "address"},
	{"10.0.0.0/", "\"10.0.0.0/\"", "from 0 to 32"},
	{"10.0.0.0/33", "\"10.0.0.0/33\"", "from 0 to 32"},
	{"10.0.0.0/-1", "\"10.0.0.0/-1\"", "from 0 to 32"},
	{"10.0.0.0/8/8", "\"10.0.0.0/8/8\"", "from 0 to 32"},
	{"2001:db8::/129", "\"2001:db8::/129\"", "from 0 to 128"},
	{"10.1.2.3/8", "\"10.1.2.3/8\"", "10.0.0.0/8"},
	{"2001:db8::1/64,1.2", "\"2001:db8::1/64\"", "2001:db8::/64"},
};

static const struct {
	const char *networks, *address;
	Place place;
} places[] = {
	{"10.0.0.0/8", "9.255.255.255", PLACE_EXTERNAL},
	{"10.0.0.0/8", "10.0.0.0", PLACE_INTERNAL},
	{"10.0.0.0/8", "10.255.255.255", PLACE_INTERNAL},
	{"10.0.0.0/8", "11.0.0.0", PLACE_EXTERNAL},
	{"10.0.0.0/8", "::a00:0", PLACE_EXTERNAL},
	{"0.0.0.0/0", "0.255.255.255", PLACE_NEVER},
	{"0.0.0.0/0", "1.0.0.0", PLACE_INTERNAL},
	{"0.0.0.0/0", "127.0.0.1", PLACE_NEVER},
	{"169.254.7.0/24", "169.254.7.1", PLACE_NEVER},
	{"10.0.0.0/8", "169.253.255.255", PLACE_EXTERNAL},
	{"10.0.0.0/8", "169.255.0.0", PLACE_EXTERNAL},
	{"10.0.0.0/8", "223.255.255.255", PLACE_EXTERNAL},
	{"10.0.0.0/8", "224.0.0.0", PLACE_NEVER},
	{"10.0.0.0/8", "255.255.255.255", PLACE_NEVER},
	{"::/0", "::", PLACE_NEVER},
	{"::/0", "::1", PLACE_NEVER},
	{"::/0", "::2", PLACE_INTERNAL},
	{"::/0", "0:0:0:1::1", PLACE_INTERNAL},
	{"::/0", "fe7f::1", PLACE_INTERNAL},
	{"::/0", "fe80::1", PLACE_NEVER},
	{"::/0", "febf:ffff::1", PLACE_NEVER},
	{"::/0", "fec0::1", PLACE_INTERNAL},
	{"::/0", "feff::1", PLACE_INTERNAL},
	{"::/0", "ff00::1", PLACE_NEVER},
	{"::/0", "10.0.0.1", PLACE_EXTERNAL},
};

static Home *
home_of(const char *networks)
{
	GError *error = NULL;
	Home *home = home_new(networks, &error);

	ck_assert_msg(
		home != NULL, "%s: %s", networks, error != NULL ? error->message : "no error");
	return home;
}

START_TEST(networks_print_merged_and_sorted)
{
	g_autoptr(Home) home = home_of(lists[_i].networks);

	ck_assert_str_eq(home_text(home), lists[_i].text);
	ck_assert_uint_eq(home_size_v4(home), lists[_i].size_v4);
}
END_TEST

START_TEST(a_mistake_is_named_with_what_was_expected)
{
	g_autoptr(GError) error = NULL;
	Home *home = home_new(mistakes[_i].networks, &error);

	ck_assert_ptr_null(home);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_ptr_nonnull(strstr(error->message, mistakes[_i].named));
	ck_assert_ptr_nonnull(strstr(error->message, mistakes[_i].expected));
}
END_TEST

START_TEST(an_address_lies_where_home_says)
{
	g_autoptr(Home) home = home_of(places[_i].networks);
	Address address;

	ck_assert(address_parse(places[_i].address, &address));
	ck_assert_int_eq(home_place(home, &address), places[_i].place);
}
END_TEST

START_TEST(without_a_list_home_is_the_private_ranges)
{
	g_autoptr(Home) home = home_new_private();

	ck_assert_str_eq(home_text(home), "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7");
}
END_TEST

/* A network as the property tests draw it, and what they compare home with: bit by bit, one
 * network after the other, nothing merged. */
typedef struct {
	guint8 octets[16];
	guint offset; /* octets before it that are not compared: 12 for IPv4 */
	guint bits;
} Network;

static gboolean
network_has(const Network *network, const guint8 octets[16])
{
	for (guint i = 0; i < network->bits; i++) {
		guint at = network->offset + i / 8, shift = 7 - i % 8;
		if ((network->octets[at] >> shift & 1) != (octets[at] >> shift & 1))
			return FALSE;
	}
	return TRUE;
}

static Place
place_by_bits(const Network *networks, guint n, const guint8 octets[16])
{
	for (guint i = 0; i < n; i++)
		if (network_has(&networks[i], octets))
			return PLACE_INTERNAL;
	return PLACE_EXTERNAL;
}

static Address
address_of(const guint8 octets[16], guint offset)
{
	Address address = address_from_v6(octets);

	return offset == 0 ? address : address_from_v4((guint32)address.low);
}

/* Draws n networks of 8,192 addresses at most within the /16 (/112) of base; returns their
 * list. */
static char *
draw_networks(GRand *dice, Network *networks, guint n, const guint8 base[16], guint offset)
{
	GString *list = g_string_new(NULL);
	char buffer[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < n; i++) {
		Network *network = &networks[i];
		memcpy(network->octets, base, 16);
		network->octets[14] = (guint8)g_rand_int_range(dice, 0, 256);
		network->octets[15] = (guint8)g_rand_int_range(dice, 0, 256);
		network->offset = offset;
		network->bits = (16 - offset) * 8 - (guint)g_rand_int_range(dice, 0, 14);
		Address address = address_of(network->octets, offset);
		address = address_mask(&address, network->bits);
		g_string_append_printf(
			list, "%s/%u ", address_format(&address, buffer), network->bits);
	}
	return g_string_free(list, FALSE);
}

enum { NETWORKS_MAX = 12, ROUNDS = 30 };

static void
compare_with_bits(const guint8 base[16], guint offset)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(31 + offset);

	for (guint round = 0; round < ROUNDS; round++) {
		Network networks[NETWORKS_MAX];
		guint n = (guint)g_rand_int_range(dice, 1, NETWORKS_MAX + 1), inside = 0;
		g_autofree char *list = draw_networks(dice, networks, n, base, offset);
		g_autoptr(Home) home = home_of(list);
		const guint8 *table = home_table_v4(home);
		guint8 octets[16];
		memcpy(octets, base, 16);
		for (guint low = 0; low <= 0xffff; low++) {
			octets[14] = (guint8)(low >> 8);
			octets[15] = (guint8)low;
			Address address = address_of(octets, offset);
			Place expected = place_by_bits(networks, n, octets);
			inside += expected == PLACE_INTERNAL;
			ck_assert_int_eq(home_place(home, &address), expected);
			if (offset == 0)
				ck_assert_int_eq(home_place_v6(home, octets), expected);
			else
				ck_assert_int_eq(
					home_place_v4(home, table, (guint32)address.low),
					expected);
		}
		ck_assert_uint_eq(home_size_v4(home), offset == 0 ? 0 : inside);
	}
}

/* Oracle: the networks as drawn, compared bit by bit, for every address of a /16. */
START_TEST(every_ipv4_address_of_a_16_is_placed_as_bits_say)
{
	compare_with_bits((const guint8[16]){[12] = 198, [13] = 51}, 12);
}
END_TEST

START_TEST(every_ipv6_address_of_a_112_is_placed_as_bits_say)
{
	compare_with_bits((const guint8[16]){0x20, 0x01, 0x0d, 0xb8, [13] = 7}, 0);
}
END_TEST

/* Oracle: a set of networks is the least for its addresses when it is sorted, apart, and no two
 * are halves of one. */
START_TEST(the_text_names_the_fewest_networks)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(7);
	const guint8 base[16] = {[12] = 198, [13] = 51};

	for (guint round = 0; round < ROUNDS * 10; round++) {
		Network networks[NETWORKS_MAX];
		g_autofree char *list = draw_networks(dice, networks, NETWORKS_MAX, base, 12);
		g_autoptr(Home) home = home_of(list);
		g_autoptr(Home) again = home_of(home_text(home));
		g_auto(GStrv) items = g_strsplit(home_text(home), ",", -1);
		guint64 before_first = 0, before_end = 0;
		ck_assert_str_eq(home_text(again), home_text(home));
		ck_assert_uint_eq(home_size_v4(again), home_size_v4(home));
		for (char **item = items; *item != NULL; item++) {
			g_auto(GStrv) halves = g_strsplit(*item, "/", 2);
			Address first;
			ck_assert(address_parse(halves[0], &first));
			guint64 size = G_GUINT64_CONSTANT(1) << (32 - atoi(halves[1]));
			ck_assert_uint_le(before_end, first.low);
			ck_assert(before_end != first.low ||
				  before_end - before_first != size ||
				  before_first % (2 * size) != 0);
			before_first = first.low;
			before_end = first.low + size;
		}
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, networks_print_merged_and_sorted, 0, G_N_ELEMENTS(lists));
	tcase_add_loop_test(
		tests, a_mistake_is_named_with_what_was_expected, 0, G_N_ELEMENTS(mistakes));
	tcase_add_loop_test(tests, an_address_lies_where_home_says, 0, G_N_ELEMENTS(places));
	tcase_add_test(tests, without_a_list_home_is_the_private_ranges);
	tcase_add_test(tests, every_ipv4_address_of_a_16_is_placed_as_bits_say);
	tcase_add_test(tests, every_ipv6_address_of_a_112_is_placed_as_bits_say);
	tcase_add_test(tests, the_text_names_the_fewest_networks);
}

int
main(void)
{
	return suite_run("home", add_tests);
}
