#include "config.h"

#include "tests/suite.h"

#include "common/network.h"
#include "common/prefix_table.h"

static Network
network(const char *text)
{
	Network read;
	g_autoptr(GError) error = NULL;

	ck_assert_msg(network_parse(text, &read, &error), "%s", error ? error->message : "");
	return read;
}

static Address
address(const char *text)
{
	Address read;

	ck_assert(address_parse(text, &read));
	return read;
}

static const struct {
	const char *text, *again; /* NULL: no network */
} networks[] = {
	{"192.0.2.0/24", "192.0.2.0/24"},
	{"192.0.2.1", "192.0.2.1"},
	{"192.0.2.1/32", "192.0.2.1"},
	{"0.0.0.0/0", "0.0.0.0/0"},
	{"2001:DB8::/32", "2001:db8::/32"},
	{"::/0", "::/0"},
	{"2001:db8::1/128", "2001:db8::1"},
	{"192.0.2.1/24", NULL},
	{"192.0.2.0/33", NULL},
	{"192.0.2.0/", NULL},
	{"192.0.2.0/-1", NULL},
	{"192.0.2.0/24/24", NULL},
	{"::/129", NULL},
	{"/24", NULL},
	{"", NULL},
	{"192.0.2/24", NULL},
};

START_TEST(a_network_is_read_and_written)
{
	Network read = {.bits = 77};
	char text[ADDRESS_TEXT_SIZE];

	ck_assert_int_eq(
		network_parse(networks[_i].text, &read, NULL), networks[_i].again != NULL);
	if (networks[_i].again)
		ck_assert_str_eq(network_format(&read, text), networks[_i].again);
	else
		ck_assert_uint_eq(read.bits, 77);
}
END_TEST

START_TEST(the_most_specific_comes_first_then_those_around_it)
{
	static const char *const texts[] = {"0.0.0.0/0", "198.51.100.0/24", "198.51.100.64/26",
		"198.51.100.64/26", "198.51.100.65", "198.51.100.0/25", "::/0"};
	static const guint32 expected[] = {4, 2, 3, 5, 1, 0};
	g_autoptr(PrefixTable) table = prefix_table_new();
	const Address asked = address("198.51.100.65");
	gsize n = 0;

	for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
		Network added = network(texts[i]);
		prefix_table_add(table, &added, i);
	}
	prefix_table_settle(table);
	for (gint at = prefix_table_find(table, &asked, 32); at != PREFIX_TABLE_NONE;
		at = prefix_table_next(table, at)) {
		ck_assert_uint_lt(n, G_N_ELEMENTS(expected));
		ck_assert_uint_eq(prefix_table_value(table, at), expected[n++]);
	}
	ck_assert_uint_eq(n, G_N_ELEMENTS(expected));
}
END_TEST

START_TEST(an_empty_table_has_nothing)
{
	g_autoptr(PrefixTable) table = prefix_table_new();
	const Address asked = address("::");

	prefix_table_settle(table);
	ck_assert_int_eq(prefix_table_find(table, &asked, 128), PREFIX_TABLE_NONE);
}
END_TEST

enum { NETWORKS = 300, LOOKUPS = 2000 };

/* Few addresses, so that many networks enclose each other; high and low bits of IPv6 both. */
static Address
draw(GRand *dice)
{
	guint32 bits = (guint32)g_rand_int_range(dice, 0, 256);

	if (g_rand_boolean(dice))
		return address_from_v4(0xc6336400 | bits);
	return (Address){.high = 0x20010db800000000 | bits >> 4,
		.low = (guint64)(bits & 15) << 60 | (bits & 3),
		.family = 6};
}

/* Oracle: all networks tried one by one. */
START_TEST(any_table_finds_what_trying_each_finds)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed((guint32)_i);
	g_autoptr(PrefixTable) table = prefix_table_new();
	Network all[NETWORKS];

	for (guint i = 0; i < NETWORKS; i++) {
		Address at = draw(dice);
		guint most = network_most_bits(at.family);
		guint bits = at.family == 4 ? (guint)g_rand_int_range(dice, 20, 33)
					    : (guint)g_rand_int_range(dice, 50, 129);
		all[i] = (Network){address_mask(&at, MIN(bits, most)), (guint8)MIN(bits, most)};
		prefix_table_add(table, &all[i], i);
	}
	prefix_table_settle(table);
	for (guint k = 0; k < LOOKUPS; k++) {
		Address asked = draw(dice);
		guint bits = (guint)g_rand_int_range(
			dice, 16, (gint)network_most_bits(asked.family) + 1);
		gint best = -1;
		asked = address_mask(&asked, bits);
		for (gint i = 0; i < NETWORKS; i++)
			if (all[i].bits <= bits && network_has(&all[i], &asked) &&
				(best < 0 || all[i].bits > all[best].bits))
				best = i;
		gint at = prefix_table_find(table, &asked, bits);
		ck_assert_int_eq(
			at == PREFIX_TABLE_NONE ? -1 : (gint)prefix_table_value(table, at),
			best);
	}
}
END_TEST

enum { MILLION = 1000000, LOOKS = 100000, STEPS_MAX = 20 + 33 };

START_TEST(a_look_into_a_million_networks_takes_a_few_steps)
{
	g_autoptr(GRand) dice = g_rand_new_with_seed(7);
	g_autoptr(PrefixTable) table = prefix_table_new();
	guint64 steps = 0;

	for (guint i = 0; i < MILLION; i++) {
		Address at = address_from_v4(g_rand_int(dice));
		guint bits = (guint)g_rand_int_range(dice, 1, 33);
		Network added = {address_mask(&at, bits), (guint8)bits};
		prefix_table_add(table, &added, i);
	}
	prefix_table_settle(table);
	for (guint i = 0; i < LOOKS; i++) {
		Address asked = address_from_v4(g_rand_int(dice));
		guint one = prefix_table_steps(table, &asked, 32);
		ck_assert_uint_le(one, STEPS_MAX);
		steps += one;
	}
	ck_assert_uint_lt(steps / LOOKS, 30);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, a_network_is_read_and_written, 0, G_N_ELEMENTS(networks));
	tcase_add_test(tests, the_most_specific_comes_first_then_those_around_it);
	tcase_add_test(tests, an_empty_table_has_nothing);
	tcase_add_loop_test(tests, any_table_finds_what_trying_each_finds, 0, 10);
	tcase_add_test(tests, a_look_into_a_million_networks_takes_a_few_steps);
}

int
main(void)
{
	return suite_run("prefix table", add_tests);
}
