/*
 * The home that homeguess proposes for captures made here: raw IP, headers alone. Oracle: which
 * network was meant, by hand.
 */
#include "config.h"

#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/address.h"
#include "tally/homeguess.h"

enum { LINKTYPE_RAW = 101 };

/* Packets between two networks: from the first host of one, both ways, to so many hosts of
 * the other. */
typedef struct {
	const char *a, *b; /* addresses; the last octet of b counts up, by `step` */
	guint hosts, step;
	gboolean both_ways;
} Traffic;

static const struct {
	const char *what;
	Traffic traffic[4];
	const char *expected; /* the end of the advice; NULL: none */
} cases[] = {
	{"a sweep", {{"198.51.100.9", "203.0.113.0", 100, 1, FALSE}},
		"--home 203.0.113.0/24 would fit 100 % of them"},
	{"a sweep over a /16", {{"198.51.100.9", "131.243.0.0", 4000, 1, FALSE}},
		"--home 131.243.0.0/16 would fit 100 % of them"},
	{"a client that visits the world", {{"128.3.1.2", "1.0.0.1", 200, 1 << 20, TRUE}},
		"--home 128.3.1.0/24 would fit 100 % of them"},
	{"two networks",
		{{"198.51.100.9", "131.243.0.0", 500, 1, FALSE},
			{"8.8.8.8", "128.3.0.0", 300, 1, FALSE}},
		"--home 131.243.0.0/16,128.3.0.0/16 would fit 100 % of them"},
	{"IPv6", {{"2001:db8:9::1", "2001:db8:1::", 50, 1, TRUE}},
		"--home 2001:db8:1::/48 would fit 100 % of them"},
	{"an odd packet beside",
		{{"198.51.100.9", "203.0.113.0", 99, 1, FALSE},
			{"1.2.3.4", "5.6.7.8", 1, 1, FALSE}},
		"--home 203.0.113.0/24 would fit 99 % of them"},
	{"strangers everywhere",
		{{"11.0.0.1", "12.0.0.1", 2, 1, FALSE}, {"21.0.0.1", "22.0.0.1", 1, 1, FALSE},
			{"31.0.0.1", "32.0.0.1", 1, 1, FALSE},
			{"41.0.0.1", "42.0.0.1", 1, 1, FALSE}},
		"--home 12.0.0.0/24,21.0.0.0/24,31.0.0.0/24 would fit 80 % of them"},
	{"half of the packets cross the default",
		{{"8.8.8.8", "10.0.0.1", 5, 1, FALSE}, {"8.8.8.8", "9.9.9.9", 5, 1, FALSE}},
		NULL},
	{"hardly half do",
		{{"8.8.8.8", "10.0.0.1", 5, 1, FALSE}, {"1.1.1.1", "9.9.9.9", 6, 1, FALSE}},
		"--home 9.9.9.0/24,10.0.0.0/24 would fit 100 % of them"},
	{"no packets", {{"9.9.9.9", "100.0.0.0", 0, 1, FALSE}}, NULL},
	{"nothing with a direction", {{"127.0.0.1", "127.0.0.2", 50, 1, FALSE}}, NULL},
};

static void
put_16(GByteArray *out, guint16 number)
{
	guint16 big = GUINT16_TO_BE(number);

	g_byte_array_append(out, (const guint8 *)&big, sizeof big);
}

static void
put_32(GByteArray *out, guint32 number)
{
	g_byte_array_append(out, (const guint8 *)&number, sizeof number);
}

static void
put_header(GByteArray *out)
{
	put_32(out, 0xa1b2c3d4);
	put_32(out, 2 | 4 << 16);
	put_32(out, 0);
	put_32(out, 0);
	put_32(out, 65535);
	put_32(out, LINKTYPE_RAW);
}

static void
put_packet(GByteArray *out, const Address *source, const Address *destination)
{
	static const guint8 v4[12] = {0x45, 0, 0, 20, 0, 0, 0, 0, 64, 6},
			    v6[8] = {0x60, 0, 0, 0, 0, 0, 59, 64};
	guint length = source->family == 4 ? 20 : 40;
	guint8 octets[16];

	put_32(out, 1505001600);
	put_32(out, 0);
	put_32(out, length);
	put_32(out, length);
	if (source->family == 6) {
		g_byte_array_append(out, v6, sizeof v6);
		address_to_v6(source, octets);
		g_byte_array_append(out, octets, sizeof octets);
		address_to_v6(destination, octets);
		g_byte_array_append(out, octets, sizeof octets);
		return;
	}
	g_byte_array_append(out, v4, sizeof v4);
	for (guint i = 0; i < 2; i++) {
		guint32 number = (guint32)(i == 0 ? source : destination)->low;
		put_16(out, (guint16)(number >> 16));
		put_16(out, (guint16)number);
	}
}

static void
put_traffic(GByteArray *out, const Traffic *traffic)
{
	Address a, b;

	ck_assert(address_parse(traffic->a, &a) && address_parse(traffic->b, &b));
	for (guint i = 0; i < traffic->hosts; i++, b.low += traffic->step) {
		put_packet(out, &a, &b);
		if (traffic->both_ways)
			put_packet(out, &b, &a);
	}
}

/* The advice for a file that holds data. */
static char *
advise(const GByteArray *data)
{
	g_autofree char *path = NULL;
	int file = g_file_open_tmp("homeguess-XXXXXX.pcap", &path, NULL);
	const char *files[] = {"-", path, "/nonexistent/file"};

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(write(file, data->data, data->len), data->len);
	close(file);
	char *advice = homeguess_advice(files, G_N_ELEMENTS(files));
	unlink(path);
	return advice;
}

START_TEST(the_network_that_was_meant_is_proposed)
{
	g_autoptr(GByteArray) data = g_byte_array_new();

	put_header(data);
	for (gsize i = 0; i < G_N_ELEMENTS(cases[_i].traffic) && cases[_i].traffic[i].a; i++)
		put_traffic(data, &cases[_i].traffic[i]);
	g_autofree char *advice = advise(data);
	if (cases[_i].expected)
		ck_assert_msg(advice && g_str_has_suffix(advice, cases[_i].expected), "%s: %s",
			cases[_i].what, advice);
	else
		ck_assert_msg(!advice, "%s: %s", cases[_i].what, advice);
}
END_TEST

START_TEST(captures_that_cannot_be_read_bring_no_proposal)
{
	g_autoptr(GByteArray) data = g_byte_array_new();

	g_byte_array_append(data, (const guint8 *)"nonsense", 8);
	g_autofree char *advice = advise(data);
	ck_assert_ptr_null(advice);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, the_network_that_was_meant_is_proposed, 0, G_N_ELEMENTS(cases));
	tcase_add_test(tests, captures_that_cannot_be_read_bring_no_proposal);
}

int
main(void)
{
	return suite_run("homeguess", add_tests);
}
