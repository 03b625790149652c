#include "config.h"

#include "tests/suite.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/failure.h"
#include "report/incident_key.h"
#include "report/sanitize.h"

/* The key and addresses of the sample that came with the authors' program. */
static const guint8 sample_key[CRYPTOPAN_KEY_SIZE] = {21, 34, 23, 141, 51, 164, 207, 128, 19,
	10, 91, 22, 73, 144, 125, 16, 216, 152, 143, 131, 121, 121, 101, 39, 98, 87, 76, 45, 42,
	132, 34, 2};

static const struct {
	const char *address, *mapped;
} samples[] = {
	{"128.11.68.132", "135.242.180.132"},
	{"129.118.74.4", "134.136.186.123"},
	{"130.132.252.244", "133.68.164.234"},
	{"141.223.7.43", "141.167.8.160"},
	{"152.163.225.39", "151.140.114.167"},
	{"156.29.3.236", "147.225.12.42"},
	{"192.102.249.13", "252.138.62.131"},
	{"198.51.77.238", "249.18.186.254"},
	{"205.188.248.25", "242.96.88.27"},
	{"216.32.132.250", "235.192.139.38"},
	{"24.0.250.221", "100.15.198.226"},
	{"4.3.88.225", "124.60.155.63"},
	{"64.14.118.196", "0.255.183.58"},
	{"10.185.25.118", "117.161.29.118"},
	/* of other programs that do the same to 128 bits */
	{"::1", "78ff:f001:9fc0:20df:8380:b1f1:704:ed"},
	{"::2", "78ff:f001:9fc0:20df:8380:b1f1:704:ef"},
	{"::ffff", "78ff:f001:9fc0:20df:8380:b1f1:704:f838"},
	{"2001:db8::1", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1e"},
	{"2001:db8::2", "4401:2bc:603f:d91d:27f:ff8e:e6f1:dc1c"},
};

static Address
address_of(const char *text)
{
	Address address = {0};

	ck_assert_msg(address_parse(text, &address), "%s", text);
	return address;
}

START_TEST(addresses_map_as_the_published_samples_do)
{
	g_autoptr(CryptoPan) pan = cryptopan_new(sample_key);
	Address address = address_of(samples[_i].address);
	Address mapped = cryptopan_map(pan, &address);
	char text[ADDRESS_TEXT_SIZE];

	ck_assert_str_eq(address_format(&mapped, text), samples[_i].mapped);
}
END_TEST

/* How many first bits two addresses have in common: bit by bit, the oracle of the tests below. */
static guint
common_bits(const Address *a, const Address *b)
{
	guint most = a->family == 4 ? 32 : 128, n = 0;

	while (n < most) {
		Address x = address_mask(a, n + 1), y = address_mask(b, n + 1);
		if (address_compare(&x, &y) != 0)
			break;
		n++;
	}
	return n;
}

static const char *const homes[] = {
	"192.0.2.0/24,2001:db8:1::/48",
	"10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,fc00::/7",
	"192.0.2.1",
	"20.0.0.0/7,130.1.0.0/16,130.2.0.0/16,131.0.0.0/16,198.51.100.0/22",
	"1.0.0.0/8,2.0.0.0/8,3.0.0.0/8,17.0.0.0/8,33.0.0.0/8,49.0.0.0/8,65.0.0.0/8",
};

/* An address of the home, anywhere: near another one often, so that many bits are shared. */
static Address
any_internal(const Home *home, const Address *near, GRand *dice)
{
	for (;;) {
		Address first, last, address;
		guint n = 0;
		while (home_range(home, n, &first, &last))
			n++;
		home_range(home, (guint)g_rand_int_range(dice, 0, (gint)n), &first, &last);
		address = g_rand_boolean(dice) && near->family ? *near : first;
		guint bits = (guint)g_rand_int_range(dice, 0, address.family == 4 ? 33 : 129);
		guint64 random = (guint64)g_rand_int(dice) << 32 | g_rand_int(dice);
		if (address.family == 4)
			address.low ^= bits == 0 ? 0 : random & (G_MAXUINT32 >> (32 - bits));
		else if (bits > 64)
			address.high ^= random & (G_MAXUINT64 >> (128 - bits)),
				address.low = ~random;
		else if (bits > 0)
			address.low ^= random & (G_MAXUINT64 >> (64 - bits));
		if (home_place(home, &address) == PLACE_INTERNAL)
			return address;
	}
}

/* The network of home (text) that has it. */
static guint
network_of(const Home *home, const Address *address)
{
	g_auto(GStrv) texts = g_strsplit(home_text(home), ",", -1);

	for (guint i = 0; texts[i]; i++) {
		Network network;
		ck_assert(network_parse(texts[i], &network, NULL));
		if (network_has(&network, address))
			return i;
	}
	ck_abort();
}

START_TEST(two_addresses_of_a_network_share_as_many_bits_as_before)
{
	g_autoptr(Home) home = home_new(homes[_i], NULL);
	g_autoptr(Sanitize) sanitize = sanitize_new(home, sample_key, NULL);
	g_autoptr(GRand) dice = g_rand_new_with_seed(2002);
	Address last = {0};
	guint shared = 0;

	ck_assert_ptr_nonnull(sanitize);
	for (guint i = 0; i < 3000; i++) {
		Address a = any_internal(home, &last, dice), b = any_internal(home, &a, dice);
		Address x = sanitize_address(sanitize, &a), y = sanitize_address(sanitize, &b);
		last = a;
		ck_assert(x.family == a.family && sanitize_is_range(&x));
		ck_assert_int_ne(home_place(home, &x), PLACE_INTERNAL);
		ck_assert(a.family == 6 || x.low != G_MAXUINT32);
		if (a.family != b.family)
			continue;
		guint before = common_bits(&a, &b), after = common_bits(&x, &y);
		ck_assert((before == (a.family == 4 ? 32 : 128)) ==
			  (address_compare(&x, &y) == 0));
		if (network_of(home, &a) == network_of(home, &b) && before >= 8) {
			ck_assert_uint_eq(before, after);
			shared++;
		}
	}
	ck_assert_uint_gt(shared, 500);
}
END_TEST

START_TEST(networks_of_home_that_share_bits_still_share_them)
{
	g_autoptr(Home) home = home_new(homes[3], NULL);
	g_autoptr(Sanitize) sanitize = sanitize_new(home, sample_key, NULL);
	const struct {
		const char *a, *b;
		guint bits;
	} pairs[] = {
		{"130.1.2.3", "130.2.2.3", 14},
		{"130.1.2.3", "131.0.2.3", 7},
		{"20.1.1.1", "21.1.1.1", 7},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		Address a = address_of(pairs[i].a), b = address_of(pairs[i].b);
		Address x = sanitize_address(sanitize, &a), y = sanitize_address(sanitize, &b);
		ck_assert_uint_eq(common_bits(&a, &b), pairs[i].bits);
		ck_assert_uint_eq(common_bits(&x, &y), pairs[i].bits);
	}
}
END_TEST

static const struct {
	const char *address;
	gboolean stays;
} others[] = {
	{"198.51.100.9", TRUE},
	{"192.0.3.1", TRUE},
	{"127.0.0.1", TRUE},
	{"255.255.255.255", TRUE},
	{"2001:db8:9::7", TRUE},
	{"fe80::1", TRUE},
	{"2002:c633:6409::1", TRUE},
	{"192.0.2.0", FALSE},
	{"192.0.2.255", FALSE},
	{"2001:db8:1::5", FALSE},
	/* 192.0.2.1 within */
	{"2002:c000:201::1", FALSE},
	{"64:ff9b::c000:201", FALSE},
	{"::ffff:192.0.2.1", FALSE},
	{"2001:db8:9::5efe:c000:201", FALSE},
	{"2001:0:c000:201::", FALSE},
	{"2001:0:c633:6409:0:0:3fff:fdfe", FALSE},
};

START_TEST(only_internal_addresses_are_replaced_also_within_others)
{
	g_autoptr(Home) home = home_new(homes[0], NULL);
	g_autoptr(Sanitize) sanitize = sanitize_new(home, sample_key, NULL);
	Address address = address_of(others[_i].address);
	Address result = sanitize_address(sanitize, &address);

	ck_assert_int_eq(address_compare(&address, &result) == 0, others[_i].stays);
}
END_TEST

START_TEST(an_address_within_another_becomes_the_one_it_becomes_alone)
{
	g_autoptr(Home) home = home_new(homes[0], NULL);
	g_autoptr(Sanitize) sanitize = sanitize_new(home, sample_key, NULL);
	Address alone = address_of("192.0.2.1"), tunnel = address_of("2002:c000:201::1"),
		client = address_of("2001:0:c633:6409:0:0:3fff:fdfe");

	alone = sanitize_address(sanitize, &alone);
	tunnel = sanitize_address(sanitize, &tunnel);
	client = sanitize_address(sanitize, &client);
	ck_assert_uint_eq((guint32)(tunnel.high >> 16), alone.low);
	ck_assert_uint_eq(tunnel.high >> 48, 0x2002);
	ck_assert_uint_eq((guint32)~client.low, alone.low);
}
END_TEST

START_TEST(networks_go_with_their_addresses)
{
	g_autoptr(Home) home = home_new(homes[0], NULL);
	g_autoptr(Sanitize) sanitize = sanitize_new(home, sample_key, NULL);
	const char *const inside[] = {"192.0.2.0/24", "192.0.2.128/25", "192.0.2.7",
		"192.0.2.0/23", "192.0.0.0/16", "2001:db8:1:2::/64", "2001:db8::/32"};
	const char *const outside[] = {"198.51.100.0/24", "0.0.0.0/0", "2001:db8:9::/48"};

	for (gsize i = 0; i < G_N_ELEMENTS(inside); i++) {
		Network network;
		network_parse(inside[i], &network, NULL);
		Network result = sanitize_network(sanitize, &network);
		Address member = network.bits >= 24 ? network.first : address_of("192.0.2.1");
		if (network.first.family == 6)
			member = address_of("2001:db8:1:2::9");
		member = sanitize_address(sanitize, &member);
		ck_assert_uint_eq(result.bits, network.bits);
		ck_assert_msg(network_has(&result, &member), "%s", inside[i]);
		ck_assert_msg(sanitize_is_range(&result.first), "%s", inside[i]);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(outside); i++) {
		Network network;
		network_parse(outside[i], &network, NULL);
		Network result = sanitize_network(sanitize, &network);
		ck_assert_int_eq(address_compare(&result.first, &network.first), 0);
	}
}
END_TEST

START_TEST(another_key_replaces_by_others)
{
	g_autoptr(Home) home = home_new(homes[0], NULL);
	guint8 other_key[CRYPTOPAN_KEY_SIZE];
	memcpy(other_key, sample_key, sizeof other_key);
	other_key[0] ^= 1;
	g_autoptr(Sanitize) one = sanitize_new(home, sample_key, NULL);
	g_autoptr(Sanitize) other = sanitize_new(home, other_key, NULL);
	Address address = address_of("192.0.2.77");
	Address x = sanitize_address(one, &address), y = sanitize_address(other, &address);

	ck_assert_int_ne(address_compare(&x, &y), 0);
}
END_TEST

START_TEST(a_home_that_has_no_room_is_refused)
{
	const struct {
		const char *home, *said;
	} cases[] = {
		{"0.0.0.0/0", "too large"},
		{"16.0.0.0/4", "too large"},
		{"e001:db8::/32", "e000::/4"},
		{"::/0", "too large"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Home) home = home_new(cases[i].home, NULL);
		ck_assert_ptr_null(sanitize_new(home, sample_key, &error));
		ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
		ck_assert_msg(
			strstr(error->message, cases[i].said) != NULL, "%s", error->message);
	}
}
END_TEST

START_TEST(a_key_is_made_once_for_its_owner_alone)
{
	g_autofree char *folder = g_dir_make_tmp("sanitize.XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "key", NULL);
	guint8 key[CRYPTOPAN_KEY_SIZE], again[CRYPTOPAN_KEY_SIZE];
	struct stat status;

	ck_assert(incident_key_load(path, key, NULL) && incident_key_load(path, again, NULL));
	ck_assert_mem_eq(key, again, sizeof key);
	ck_assert(stat(path, &status) == 0);
	ck_assert_uint_eq(status.st_mode & 07777, 0600);
	ck_assert_uint_eq(status.st_nlink, 1);
	g_unlink(path);
	ck_assert(incident_key_load(path, again, NULL));
	ck_assert_mem_ne(key, again, sizeof key);
	g_unlink(path);
	ck_assert_int_eq(g_rmdir(folder), 0); /* nothing else was left there */
}
END_TEST

START_TEST(a_damaged_key_is_an_error_that_says_so)
{
	const struct {
		const char *contents;
		gsize length;
		int mode;
		const char *said;
	} cases[] = {
		{"short", 5, 0600, "32 octets, found 5"},
		{"", 0, 0600, "32 octets, found 0"},
		{"0123456789abcdef0123456789abcdef\n", 33, 0600, "32 octets, found 33"},
		{"0123456789abcdef0123456789abcdef", 32, 0640, "only its owner"},
		{"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 32, 0600,
			"all zero"},
	};
	g_autofree char *folder = g_dir_make_tmp("sanitize.XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "key", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		guint8 key[CRYPTOPAN_KEY_SIZE];
		ck_assert(g_file_set_contents(
			path, cases[i].contents, (gssize)cases[i].length, NULL));
		ck_assert_int_eq(g_chmod(path, cases[i].mode), 0);
		ck_assert(!incident_key_load(path, key, &error));
		ck_assert(g_str_has_prefix(error->message, path));
		ck_assert_msg(
			strstr(error->message, cases[i].said) != NULL, "%s", error->message);
	}
	g_autoptr(GError) error = NULL;
	guint8 key[CRYPTOPAN_KEY_SIZE];
	ck_assert(!incident_key_load(folder, key, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "expected a plain file"));
	g_unlink(path);
	g_rmdir(folder);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, addresses_map_as_the_published_samples_do, 0, G_N_ELEMENTS(samples));
	tcase_add_loop_test(tests, two_addresses_of_a_network_share_as_many_bits_as_before, 0,
		G_N_ELEMENTS(homes));
	tcase_add_test(tests, networks_of_home_that_share_bits_still_share_them);
	tcase_add_loop_test(tests, only_internal_addresses_are_replaced_also_within_others, 0,
		G_N_ELEMENTS(others));
	tcase_add_test(tests, an_address_within_another_becomes_the_one_it_becomes_alone);
	tcase_add_test(tests, networks_go_with_their_addresses);
	tcase_add_test(tests, another_key_replaces_by_others);
	tcase_add_test(tests, a_home_that_has_no_room_is_refused);
	tcase_add_test(tests, a_key_is_made_once_for_its_owner_alone);
	tcase_add_test(tests, a_damaged_key_is_an_error_that_says_so);
}

int
main(void)
{
	return suite_run("sanitize", add_tests);
}
