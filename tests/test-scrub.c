#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "report/checksum.h"
#include "report/scrub.h"
#include "tests/frames.h"

static Home *home;
static Sanitize *sanitize;

static void
set_up(void)
{
	static const guint8 key[CRYPTOPAN_KEY_SIZE] = "0123456789abcdefghijklmnopqrstuv";

	home = home_new(FRAMES_HOME, NULL);
	sanitize = sanitize_new(home, key, NULL);
}

static void
tear_down(void)
{
	sanitize_free(sanitize);
	home_free(home);
}

/* The octets of what stands for the internal address, as hexadecimal text. */
static char *
replacement(const char *hex)
{
	gsize length;
	g_autofree guint8 *octets = frame_octets(hex, &length);
	Address address =
		length == 4 ? address_from_v4(octets_be32(octets)) : address_from_v6(octets);
	Address result = sanitize_address(sanitize, &address);
	GString *text = g_string_new(NULL);

	if (length == 4) {
		g_string_printf(text, "%08x ", (guint32)result.low);
	} else {
		g_string_printf(text, "%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x ",
			result.high, result.low);
	}
	return g_string_free(text, FALSE);
}

/* Expected octets: as text, with these in place of what is internal. */
static guint8 *
expected_octets(const char *text, gsize *length)
{
	static const char *const inside[] = {INSIDE, INSIDE_TOO, INSIDE6};
	g_autoptr(GString) replaced = g_string_new(text);

	for (gsize i = 0; i < G_N_ELEMENTS(inside); i++) {
		g_autofree char *other = replacement(inside[i]);
		g_string_replace(replaced, inside[i], other, 0);
	}
	return frame_octets(replaced->str, length);
}

static ScrubOutcome
scrub(guint32 link, const guint8 *frame, gsize captured, gsize wire, ScrubPacket *packet)
{
	const LinkType *type = link_find(link);
	g_autofree guint8 *copy = g_malloc(MAX(captured, 1));

	memcpy(copy, frame, captured);
	return scrub_packet(sanitize, type ? type->function : NULL, copy, (guint32)captured,
		(guint32)wire, packet);
}

/* Outside as well: 203.0.113.5. */
#define TRANSLATED "cb007105 "
#define SYN TCP("50 ", "02 ")
#define HEAD(total, protocol) IPV4(total, "0000 ", protocol, OUTSIDE, INSIDE)
#define OUTBOUND(total, protocol) IPV4(total, "0000 ", protocol, INSIDE, OUTSIDE)
#define IHL7(total, protocol) "4700 " total "1234 0000 40 " protocol "0000 " OUTSIDE INSIDE

enum { ETHERNET = 1, RAW = 101 };

static const struct {
	const char *name;
	guint32 link;
	const char *frame;
	ScrubOutcome outcome;
	const char *expected; /* internal addresses as they were: they are replaced here */
	guint32 wire;
} packets[] = {
	{"a SYN without its link layer", ETHERNET, ETHER4 HEAD("0028 ", "06 ") SYN, SCRUB_KEPT,
		HEAD("0028 ", "06 ") SYN, 40},
	{"trailing octets of the frame", ETHERNET,
		ETHER4 HEAD("0028 ", "06 ") SYN "000000000000", SCRUB_KEPT,
		HEAD("0028 ", "06 ") SYN, 40},
	{"a VLAN tag", ETHERNET, MACS "8100 0064 0800 " HEAD("0028 ", "06 ") SYN, SCRUB_KEPT,
		HEAD("0028 ", "06 ") SYN, 40},
	{"payload of TCP", RAW, HEAD("002c ", "06 ") SYN "deadbeef", SCRUB_KEPT,
		HEAD("002c ", "06 ") SYN, 44},
	{"payload of UDP", RAW, HEAD("0020 ", "11 ") "d431 0035 000c 0000 deadbeef", SCRUB_KEPT,
		HEAD("0020 ", "11 ") "d431 0035 000c 0000", 32},
	{"payload of an echo", RAW, HEAD("0020 ", "01 ") "0800 0000 00070001 c0000205",
		SCRUB_KEPT, HEAD("0020 ", "01 ") "0800 0000 00070001", 32},
	{"an ICMP type nobody knows", RAW, HEAD("0020 ", "01 ") "2a00 0000 c0000206 c0000206",
		SCRUB_KEPT, HEAD("0020 ", "01 ") "2a00 0000", 32},
	{"both addresses internal", RAW, IPV4("0028 ", "0000 ", "06 ", INSIDE, INSIDE_TOO) SYN,
		SCRUB_KEPT, IPV4("0028 ", "0000 ", "06 ", INSIDE, INSIDE_TOO) SYN, 40},
	{"both addresses external", RAW, IPV4("0028 ", "0000 ", "06 ", OUTSIDE, OUTSIDE) SYN,
		SCRUB_KEPT, IPV4("0028 ", "0000 ", "06 ", OUTSIDE, OUTSIDE) SYN, 40},
	{"a tunnel", RAW, HEAD("003c ", "04 ") OUTBOUND("0028 ", "06 ") SYN, SCRUB_KEPT,
		HEAD("003c ", "04 "), 60},
	{"a later fragment", RAW, IPV4("0028 ", "2005 ", "06 ", OUTSIDE, INSIDE) SYN,
		SCRUB_KEPT, IPV4("0028 ", "2005 ", "06 ", OUTSIDE, INSIDE), 40},
	{"a first fragment", RAW, IPV4("002c ", "2000 ", "06 ", OUTSIDE, INSIDE) SYN "deadbeef",
		SCRUB_KEPT, IPV4("002c ", "2000 ", "06 ", OUTSIDE, INSIDE) SYN, 44},
	{"a first fragment cut in TCP", RAW, HEAD("0028 ", "06 ") "d431 0050 0000", SCRUB_KEPT,
		HEAD("0028 ", "06 ") "d431 0050", 40},
	{"TCP options but for what could tell more", RAW,
		HEAD("0044 ", "06 ") TCP("b0 ", "02 ") "020405b4 01 030307 0402 01 "
						       "22 06 deadbeef 1e04beef 00dead",
		SCRUB_KEPT,
		HEAD("0044 ", "06 ") TCP("b0 ", "02 ") "020405b4 01 030307 0402 01 "
						       "22 06 00000000 1e040000 000000",
		68},
	{"TCP options with a length beyond", RAW,
		HEAD("002c ", "06 ") TCP("60 ", "02 ") "0209c000", SCRUB_KEPT,
		HEAD("002c ", "06 ") TCP("60 ", "02 ") "00000000", 44},
	{"a TCP header that claims too little", RAW, HEAD("0028 ", "06 ") TCP("10 ", "02 "),
		SCRUB_KEPT, HEAD("0028 ", "06 ") TCP("10 ", "02 "), 40},
	{"the target as sequence number", RAW,
		HEAD("0028 ", "06 ") "d431 0017 " INSIDE "00000000 50 02 0400 0000 0000",
		SCRUB_KEPT,
		HEAD("0028 ", "06 ") "d431 0017 " INSIDE "00000000 50 02 0400 0000 0000", 40},
	{"a record of the route", RAW, IHL7("0030 ", "06 ") "0707 08 " INSIDE_TOO "00" SYN,
		SCRUB_KEPT, IHL7("0030 ", "06 ") "0707 08 " INSIDE_TOO "00" SYN, 48},
	{"a source route to multicast", RAW, IHL7("0030 ", "06 ") "8307 04 e0000001 01" SYN,
		SCRUB_KEPT, IHL7("0030 ", "06 ") "8307 04 00000000 01" SYN, 48},
	{"a timestamp option with addresses", RAW,
		IHL7("0030 ", "06 ") "4408 0501 c0000206" SYN, SCRUB_KEPT,
		IHL7("0030 ", "06 ") "4408 0000 00000000" SYN, 48},
	{"an error with the packet it quotes", RAW,
		OUTBOUND("003c ", "01 ") ICMP("03 ", "01 ") HEAD("0030 ", "06 ") "d431 0050 "
										 "00000101 "
										 "deadbeef",
		SCRUB_KEPT,
		OUTBOUND("003c ", "01 ") ICMP("03 ", "01 ") HEAD("0030 ", "06 ") "d431 0050 "
										 "00000101 "
										 "deadbeef",
		60},
	{"an error of ours that quotes our address behind translation", RAW,
		OUTBOUND("0038 ", "01 ") ICMP("03 ", "0a ")
			IPV4("0028 ", "0000 ", "06 ", OUTSIDE, TRANSLATED) "d431 0050 00000101",
		SCRUB_KEPT, OUTBOUND("0038 ", "01 ") ICMP("03 ", "0a "), 56},
	{"an error for us that quotes our address behind translation", RAW,
		HEAD("0038 ", "01 ") ICMP("0b ", "00 ")
			IPV4("0028 ", "0000 ", "06 ", TRANSLATED, OUTSIDE) "d431 0050 00000101",
		SCRUB_KEPT, HEAD("0038 ", "01 ") ICMP("0b ", "00 "), 56},
	{"an error for us from a router on the way", RAW,
		IPV4("0038 ", "0000 ", "01 ", TRANSLATED, INSIDE) ICMP("0b ", "00 ")
			OUTBOUND("0028 ", "06 ") "d431 0050 00000101",
		SCRUB_KEPT,
		IPV4("0038 ", "0000 ", "01 ", TRANSLATED, INSIDE) ICMP("0b ", "00 ")
			OUTBOUND("0028 ", "06 ") "d431 0050 00000101",
		56},
	{"an error that quotes payload", RAW,
		OUTBOUND("0044 ", "01 ") ICMP("03 ", "03 ") HEAD("0028 ", "11 ") UDP
		"c0000205 deadbeef c0000206",
		SCRUB_KEPT,
		OUTBOUND("0044 ", "01 ") ICMP("03 ", "03 ") HEAD("0028 ", "11 ") UDP, 68},
	{"an error that quotes an error", RAW,
		OUTBOUND("0054 ", "01 ") ICMP("03 ", "01 ") HEAD("0038 ", "01 ")
			ICMP("0b ", "00 ") IPV4("0028 ", "0000 ", "06 ", INSIDE, INSIDE_TOO),
		SCRUB_KEPT,
		OUTBOUND("0054 ", "01 ") ICMP("03 ", "01 ") HEAD("0038 ", "01 ")
			ICMP("0b ", "00 "),
		84},
	{"an error that quotes no IP", RAW,
		OUTBOUND("0030 ", "01 ") ICMP("03 ", "01 ") "c0000205 c0000205 c0000205 "
							    "c0000205 c0000205",
		SCRUB_KEPT, OUTBOUND("0030 ", "01 ") ICMP("03 ", "01 "), 48},
	{"a redirect's gateway", RAW, OUTBOUND("001c ", "01 ") "0501 0000 " INSIDE_TOO,
		SCRUB_KEPT, OUTBOUND("001c ", "01 ") "0501 0000 " INSIDE_TOO, 28},
	{"IPv6", ETHERNET, ETHER6 IPV6("0018 ", "06 ", OUTSIDE6, INSIDE6) SYN "deadbeef",
		SCRUB_KEPT, IPV6("0018 ", "06 ", OUTSIDE6, INSIDE6) SYN, 64},
	{"IPv6 options", RAW,
		IPV6("0024 ", "3c ", OUTSIDE6,
			INSIDE6) "0601 c904 c0000205 deadbeef c0000205" SYN,
		SCRUB_KEPT,
		IPV6("0024 ", "3c ", OUTSIDE6,
			INSIDE6) "0601 0000 00000000 00000000 00000000" SYN,
		76},
	{"an IPv6 fragment", RAW,
		IPV6("0010 ", "2c ", OUTSIDE6, INSIDE6) "0600 0008 deadbeef c0000205 c0000205",
		SCRUB_KEPT, IPV6("0010 ", "2c ", OUTSIDE6, INSIDE6) "0600 0008 deadbeef", 56},
	{"an IPv6 routing header", RAW,
		IPV6("001c ", "2b ", OUTSIDE6, INSIDE6) "0600 0000 00000000" SYN, SCRUB_ROUTED},
	{"an ICMPv6 error", RAW,
		IPV6("0034 ", "3a ", INSIDE6, OUTSIDE6) ICMP("01 ", "04 ")
			IPV6("0014 ", "11 ", OUTSIDE6, INSIDE6) "d431 0035",
		SCRUB_KEPT,
		IPV6("0034 ", "3a ", INSIDE6, OUTSIDE6) ICMP("01 ", "04 ")
			IPV6("0014 ", "11 ", OUTSIDE6, INSIDE6) "d431 0035",
		92},
	{"neighbour discovery", RAW,
		IPV6("0018 ", "3a ", OUTSIDE6, INSIDE6) ICMP("87 ", "00 ") INSIDE6,
		SCRUB_NEIGHBOUR},
	{"multicast", RAW, IPV4("0028 ", "0000 ", "06 ", INSIDE, "e0000001 ") SYN, SCRUB_PLACE},
	{"link-local", RAW,
		IPV6("0014 ", "06 ", "fe800000000000000200c0fffe000205 ", INSIDE6) SYN,
		SCRUB_PLACE},
	{"from where replacements come", RAW,
		IPV6("0014 ", "06 ", "e0010db8000900000000000000000007 ", INSIDE6) SYN,
		SCRUB_PLACE},
	{"the target as window and checksum", RAW,
		HEAD("0028 ", "06 ") "d431 0050 00000101 00000202 50 02 0400 c000 0205",
		SCRUB_KEPT,
		HEAD("0028 ", "06 ") "d431 0050 00000101 00000202 50 02 0400 0000 0205", 40},
	{"the target as ports", RAW,
		HEAD("0028 ", "06 ") "c000 0205 00000101 00000202 50 02 0400 0000 0000",
		SCRUB_ELSEWHERE},
	{"ARP", ETHERNET, MACS "0806 0001 0800 06 04 0001 " MACS, SCRUB_NOT_IP},
	{"an unknown link type", 9999, HEAD("0028 ", "06 ") SYN, SCRUB_NOT_IP},
	{"a header cut short", RAW, "4500 0028 1234 0000 40 06 0000 " OUTSIDE, SCRUB_CUT},
	{"options cut short", RAW, IHL7("0030 ", "06 ") "0707", SCRUB_CUT},
	{"a header that claims too little", RAW,
		"4400 0028 1234 0000 4006 0000 " OUTSIDE INSIDE, SCRUB_CUT},
	{"nothing", RAW, "", SCRUB_CUT},
};

START_TEST(packets_keep_their_headers_and_nothing_more)
{
	gsize length, expected_length;
	g_autofree guint8 *frame = frame_octets(packets[_i].frame, &length);
	ScrubPacket packet;
	ScrubOutcome outcome = scrub(packets[_i].link, frame, length, length, &packet);

	ck_assert_msg(outcome == packets[_i].outcome, "%s: %s", packets[_i].name,
		scrub_outcome_name(outcome));
	if (outcome != SCRUB_KEPT)
		return;
	g_autofree guint8 *expected = expected_octets(packets[_i].expected, &expected_length);
	ck_assert_msg(packet.length == expected_length, "%s: %u octets", packets[_i].name,
		packet.length);
	for (gsize i = 0; i < expected_length; i++)
		ck_assert_msg(packet.octets[i] == expected[i],
			"%s: octet %zu is %02x, expected %02x", packets[_i].name, i,
			packet.octets[i], expected[i]);
	ck_assert_uint_eq(packet.wire, packets[_i].wire);
}
END_TEST

START_TEST(a_packet_cut_anywhere_shows_no_internal_address)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(packets[_i].frame, &length);
	static const guint8 inside[] = {192, 0, 2};

	for (gsize captured = 0; captured <= length; captured++) {
		ScrubPacket packet;
		if (scrub(packets[_i].link, frame, captured, length, &packet) != SCRUB_KEPT)
			continue;
		ck_assert_ptr_null(memmem(packet.octets, packet.length, inside, 3));
		ck_assert_uint_le(packet.length, captured);
		ck_assert_uint_le(packet.length, packet.wire);
	}
}
END_TEST

/* ---- checksums; the oracle adds up 16 bits at a time, with the carry put back each time ---- */

static guint16
add_up(guint32 sum, const guint8 *octets, gsize length)
{
	for (gsize i = 0; i < length; i++) {
		sum += i % 2 ? octets[i] : (guint32)octets[i] << 8;
		sum = (sum & 0xffff) + (sum >> 16);
	}
	return (guint16)sum;
}

/* Over the addresses and what is behind a header of `size` octets, of so many in all. */
static guint16
add_up_packet(const guint8 *ip, gsize size, gsize length, gboolean pseudo)
{
	gboolean v4 = ip[0] >> 4 == 4;
	guint32 sum = 0;

	if (pseudo)
		sum = add_up((guint32)(length - size) + ip[v4 ? 9 : 6], ip + (v4 ? 12 : 8),
			v4 ? 8 : 32);
	return add_up(sum, ip + size, length - size);
}

/* Puts the right ones into a packet. */
static void
sign(guint8 *ip, gsize size, gsize length, gsize at, gboolean pseudo)
{
	guint16 sum;

	if (ip[0] >> 4 == 4) {
		sum = GUINT16_TO_BE((guint16)~add_up(0, ip, size));
		memcpy(ip + 10, &sum, 2);
	}
	sum = GUINT16_TO_BE((guint16)~add_up_packet(ip, size, length, pseudo));
	memcpy(ip + size + at, &sum, 2);
}

static const struct {
	const char *frame; /* without payload: so it can be added up after, too */
	gsize size, at;
	gboolean pseudo;
} signed_packets[] = {
	{HEAD("0028 ", "06 ") SYN, 20, 16, TRUE},
	{HEAD("0028 ", "06 ") "d431 0017 " INSIDE "00000000 50 02 0400 0000 0000", 20, 16,
		TRUE},
	{OUTBOUND("001c ", "11 ") UDP, 20, 6, TRUE},
	{HEAD("001c ", "01 ") ICMP("08 ", "00 "), 20, 2, FALSE},
	{IHL7("0030 ", "06 ") "0707 08 " INSIDE_TOO "00" SYN, 28, 16, TRUE},
	{OUTBOUND("0038 ", "01 ") ICMP("03 ", "01 ") HEAD("0028 ", "06 ") "d431005000000101",
		20, 2, FALSE},
	{IPV6("0014 ", "06 ", OUTSIDE6, INSIDE6) SYN, 40, 16, TRUE},
	{IPV6("0008 ", "3a ", OUTSIDE6, INSIDE6) ICMP("80 ", "00 "), 40, 2, TRUE},
};

START_TEST(right_checksums_are_right_again)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(signed_packets[_i].frame, &length);
	gsize size = signed_packets[_i].size;
	ScrubPacket packet;

	sign(frame, size, length, signed_packets[_i].at, signed_packets[_i].pseudo);
	ck_assert_int_eq(scrub(RAW, frame, length, length, &packet), SCRUB_KEPT);
	ck_assert_uint_eq(packet.length, length);
	ck_assert_mem_ne(packet.octets, frame, length);
	if (packet.octets[0] >> 4 == 4)
		ck_assert_uint_eq(add_up(0, packet.octets, size), 0xffff);
	ck_assert_uint_eq(
		add_up_packet(packet.octets, size, length, signed_packets[_i].pseudo), 0xffff);
}
END_TEST

START_TEST(a_checksum_counts_the_payload_that_was_cut)
{
	const char *payload = "deadbeef 01";
	g_autofree char *text = g_strconcat(HEAD("002d ", "06 ") SYN, payload, NULL);
	gsize length, cut;
	g_autofree guint8 *frame = frame_octets(text, &length);
	g_autofree guint8 *rest = frame_octets(payload, &cut);
	ScrubPacket packet;

	sign(frame, 20, length, 16, TRUE);
	ck_assert_int_eq(scrub(RAW, frame, length, length, &packet), SCRUB_KEPT);
	ck_assert_uint_eq(packet.length, length - cut);
	memcpy(packet.octets + packet.length, rest, cut);
	ck_assert_uint_eq(add_up_packet(packet.octets, 20, length, TRUE), 0xffff);
}
END_TEST

START_TEST(wrong_checksums_and_those_left_to_the_network_card_become_0)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(HEAD("0028 ", "06 ") SYN, &length);
	ScrubPacket packet;
	guint16 partial;

	sign(frame, 20, length, 16, TRUE);
	frame[10] ^= 1, frame[36] ^= 1;
	ck_assert_int_eq(scrub(RAW, frame, length, length, &packet), SCRUB_KEPT);
	ck_assert_uint_eq(octets_be16(packet.octets + 10), 0);
	ck_assert_uint_eq(octets_be16(packet.octets + 36), 0);
	/* Not all of it captured: it cannot be added up. */
	for (guint with_length = 0; with_length < 2; with_length++) {
		partial = add_up(6 + (with_length ? 980 : 0), frame + 12, 8);
		partial = GUINT16_TO_BE(partial);
		frame[2] = 1000 >> 8, frame[3] = 1000 & 0xff;
		memcpy(frame + 36, &partial, 2);
		ck_assert_int_eq(scrub(RAW, frame, length, 1000, &packet), SCRUB_KEPT);
		ck_assert_uint_eq(packet.wire, 1000);
		ck_assert_uint_eq(octets_be16(packet.octets + 36), 0);
	}
}
END_TEST

static const struct {
	const char *sequence;
	gint64 beyond;   /* the replacement */
	gboolean turned; /* its octets the other way round */
} numbers[] = {
	{"c0000205 ", 0, FALSE},
	{"c0000206 ", 1, FALSE},
	{"c0010204 ", 65535, FALSE},
	{"050200c0 ", 0, TRUE},
	{"060200c0 ", 1, TRUE},
};

START_TEST(sequence_numbers_that_count_on_from_the_target_go_with_it)
{
	g_autofree char *text = g_strconcat(HEAD("0028 ", "06 ") "d431 0017 ",
		numbers[_i].sequence, numbers[_i].sequence, "50 12 0400 0000 0000", NULL);
	gsize length;
	g_autofree guint8 *frame = frame_octets(text, &length);
	ScrubPacket packet;

	ck_assert_int_eq(scrub(RAW, frame, length, length, &packet), SCRUB_KEPT);
	guint32 expected = octets_be32(packet.octets + 16) + (guint32)numbers[_i].beyond;
	if (numbers[_i].turned)
		expected = GUINT32_SWAP_LE_BE(expected);
	ck_assert_uint_eq(octets_be32(packet.octets + 24), expected);
	ck_assert_uint_eq(octets_be32(packet.octets + 28), expected);
}
END_TEST

START_TEST(an_ip_id_that_masscan_makes_of_the_target_is_made_of_what_stands_for_it)
{
	/* 0205 ^ 0050 ^ 0101 */
	const char *const frames[] = {"4500 0028 0354 0000 40 06 0000 " OUTSIDE INSIDE SYN,
		"4500 0028 0355 0000 40 06 0000 " OUTSIDE INSIDE SYN};

	for (guint i = 0; i < G_N_ELEMENTS(frames); i++) {
		gsize length;
		g_autofree guint8 *frame = frame_octets(frames[i], &length);
		ScrubPacket packet;

		ck_assert_int_eq(scrub(RAW, frame, length, length, &packet), SCRUB_KEPT);
		guint16 expected =
			i == 0 ? octets_be16(packet.octets + 18) ^ 0x0050 ^ 0x0101 : 0x0355;
		ck_assert_uint_eq(octets_be16(packet.octets + 4), expected);
		ck_assert_uint_ne(octets_be16(packet.octets + 18), 0x0205);
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(
		tests, packets_keep_their_headers_and_nothing_more, 0, G_N_ELEMENTS(packets));
	tcase_add_loop_test(tests, a_packet_cut_anywhere_shows_no_internal_address, 0,
		G_N_ELEMENTS(packets));
	tcase_add_loop_test(
		tests, right_checksums_are_right_again, 0, G_N_ELEMENTS(signed_packets));
	tcase_add_test(tests, a_checksum_counts_the_payload_that_was_cut);
	tcase_add_test(tests, wrong_checksums_and_those_left_to_the_network_card_become_0);
	tcase_add_loop_test(tests, sequence_numbers_that_count_on_from_the_target_go_with_it, 0,
		G_N_ELEMENTS(numbers));
	tcase_add_test(
		tests, an_ip_id_that_masscan_makes_of_the_target_is_made_of_what_stands_for_it);
}

int
main(void)
{
	return suite_run("scrub", add_tests);
}
