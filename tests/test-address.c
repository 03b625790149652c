#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/address.h"

/* Written form and the canonical text of RFC 5952; section numbers are its. */
static const struct {
	const char *text, *canonical;
} spellings[] = {
	{"0.0.0.0", "0.0.0.0"},
	{"192.0.2.1", "192.0.2.1"},
	{"255.255.255.255", "255.255.255.255"},
	{"2001:0DB8:0000:0001:0001:0001:0001:0001",
		"2001:db8:0:1:1:1:1:1"},               /* 4.1, 4.2.2, 4.3 */
	{"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},     /* 4.2.1 */
	{"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},       /* 4.2.3: the longest */
	{"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"}, /* 4.2.3: the first of equals */
	{"::", "::"},
	{"::1", "::1"},
	{"1::", "1::"},
	{"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},
	{"0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},
	{"::192.0.2.1", "::c000:201"},
	{"::ffff:c000:201", "::ffff:192.0.2.1"}, /* 5 */
	{"::fffe:c000:201", "::fffe:c000:201"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
};

static const char *const no_addresses[] = {"", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256",
	"01.2.3.4", "1.2.3.4 ", "0x1.2.3.4", "1.2.3.4/8", ":", ":::", "1::2::3",
	"1:2:3:4:5:6:7", "12345::", "g::", "fe80::1%eth0", "localhost"};

/* Ascending. */
static const char *const ladder[] = {"0.0.0.0", "9.255.255.255", "10.0.0.0", "128.0.0.0",
	"255.255.255.255", "::", "::1", "::8000:0:0:0",
	"0:0:0:1::", "8000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"};

static const struct {
	const char *text;
	guint bits;
	const char *masked;
} masks[] = {
	{"255.255.255.255", 0, "0.0.0.0"},
	{"255.255.255.255", 1, "128.0.0.0"},
	{"192.0.2.255", 25, "192.0.2.128"},
	{"192.0.2.255", 32, "192.0.2.255"},
	{"ffff::ffff", 0, "::"},
	{"ffff::ffff", 1, "8000::"},
	{"2001:db8:1:2:3:4:5:6", 63, "2001:db8:1:2::"},
	{"2001:db8:1:3:3:4:5:6", 63, "2001:db8:1:2::"},
	{"2001:db8:1:3:3:4:5:6", 64, "2001:db8:1:3::"},
	{"2001:db8:1:3:ffff:4:5:6", 65, "2001:db8:1:3:8000::"},
	{"2001:db8::ffff", 127, "2001:db8::fffe"},
	{"2001:db8::ffff", 128, "2001:db8::ffff"},
};

static Address
parsed(const char *text)
{
	Address address = {0};

	ck_assert_msg(address_parse(text, &address), "%s is not taken for an address", text);
	return address;
}

START_TEST(an_address_prints_in_canonical_text)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address address = parsed(spellings[_i].text);

	ck_assert_str_eq(address_format(&address, buffer), spellings[_i].canonical);
	Address again = parsed(buffer);
	ck_assert_int_eq(address_compare(&address, &again), 0);
}
END_TEST

START_TEST(what_is_no_address_leaves_the_result_alone)
{
	Address address = address_from_v4(42);

	ck_assert(!address_parse(no_addresses[_i], &address));
	ck_assert_uint_eq(address.low, 42);
	ck_assert_uint_eq(address.family, 4);
}
END_TEST

START_TEST(order_is_ipv4_first_then_as_numbers)
{
	Address address = parsed(ladder[_i]);

	for (int j = 0; j < (int)G_N_ELEMENTS(ladder); j++) {
		Address other = parsed(ladder[j]);
		int order = address_compare(&address, &other);
		ck_assert_int_eq((order > 0) - (order < 0), (_i > j) - (_i < j));
	}
}
END_TEST

START_TEST(a_mask_keeps_the_first_bits)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address address = parsed(masks[_i].text);
	Address masked = address_mask(&address, masks[_i].bits);

	ck_assert_str_eq(address_format(&masked, buffer), masks[_i].masked);
}
END_TEST

START_TEST(numbers_are_in_host_order_and_octets_in_network_order)
{
	Address v4 = parsed("1.2.3.4"), v6 = parsed("102:304:506:708:90a:b0c:d0e:f10");
	guint8 octets[16];

	ck_assert_uint_eq(v4.low, 0x01020304);
	ck_assert_uint_eq(v4.high, 0);
	ck_assert_uint_eq(v6.high, G_GUINT64_CONSTANT(0x0102030405060708));
	address_to_v6(&v6, octets);
	for (guint i = 0; i < 16; i++)
		ck_assert_uint_eq(octets[i], i + 1);
	Address again = address_from_v6(octets);
	ck_assert_int_eq(address_compare(&v6, &again), 0);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, an_address_prints_in_canonical_text, 0, G_N_ELEMENTS(spellings));
	tcase_add_loop_test(tests, what_is_no_address_leaves_the_result_alone, 0,
		G_N_ELEMENTS(no_addresses));
	tcase_add_loop_test(
		tests, order_is_ipv4_first_then_as_numbers, 0, G_N_ELEMENTS(ladder));
	tcase_add_loop_test(tests, a_mask_keeps_the_first_bits, 0, G_N_ELEMENTS(masks));
	tcase_add_test(tests, numbers_are_in_host_order_and_octets_in_network_order);
}

int
main(void)
{
	return suite_run("address", add_tests);
}
