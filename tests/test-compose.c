#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "tests/compose_script.h"

enum { FILE_HEADER = 24, RECORD_HEADER = 16 };

/* TRUE when got, hexadecimal digits, is what is wanted: there a dot fits any digit, and blanks
 * are for the eye. */
static gboolean
fits(const char *got, const char *wanted)
{
	for (; *wanted != '\0'; wanted++) {
		if (*wanted == ' ')
			continue;
		if (*got == '\0' || (*wanted != '.' && *wanted != *got))
			return FALSE;
		got++;
	}
	return *got == '\0';
}

/* octets as lower-case hexadecimal digits; free with g_free. */
static char *
hex(const guint8 *octets, guint n)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < n; i++)
		g_string_append_printf(text, "%02x", octets[i]);
	return g_string_free(text, FALSE);
}

static GByteArray *
compose(const char *text)
{
	g_autoptr(GError) error = NULL;
	GByteArray *file = compose_script_read("t.txt", text, &error);

	ck_assert_msg(
		file != NULL, "%s: %s", text, error == NULL ? "no error" : error->message);
	return file;
}

#define FROM_TO "00:00:00 198.51.100.1.1024 > 192.0.2.1.80: "
#define FROM_TO6 "00:00:00 2001:db8::1.1024 > 2001:db8::2.80: "
#define NO_PORTS "00:00:00 198.51.100.1 > 192.0.2.1: "

/* The IP packet on a raw link. */
static const struct {
	const char *line;
	const char *wanted;
} packets[] = {
	{FROM_TO "S 1:1(0) win 512", "4500002800000000 4006.... c6336401 c0000201 04000050 "
				     "00000001 00000000 5002 0200 ....0000"},
	{FROM_TO "S 1:1(0) win 512 (DF) (ttl 50, id 1034) [tos 0x10]",
		"45100028040a4000 3206.... c6336401 c0000201 04000050 00000001 00000000 5002 "
		"0200 ....0000"},
	{FROM_TO "Flags [S], seq 1, win 512, length 0",
		"4500002800000000 4006.... c6336401 c0000201 04000050 00000001 00000000 5002 "
		"0200 ....0000"},
	{FROM_TO "R 0:0(0) ack 674719802 win 0",
		"4500002800000000 4006.... c6336401 c0000201 04000050 00000000 2837683a 5014 "
		"0000 ....0000"},
	{FROM_TO ". ack 5 win 7", "4500002800000000 4006.... c6336401 c0000201 04000050 "
				  "00000000 00000005 5010 0007 ....0000"},
	{FROM_TO ". win 7", "4500002800000000 4006.... c6336401 c0000201 04000050 00000000 "
			    "00000000 5000 0007 ....0000"},
	{FROM_TO "SFRPEW 1:1(0) ack 2 win 7 urg 3",
		"4500002800000000 4006.... c6336401 c0000201 04000050 00000001 00000002 50ff "
		"0007 ....0003"},
	{FROM_TO "Flags [none], win 7", "4500002800000000 4006.... c6336401 c0000201 04000050 "
					"00000000 00000000 5000 0007 ....0000"},
	{FROM_TO "P 4294967295:1(2) win 1",
		"4500002a00000000 4006.... c6336401 c0000201 04000050 ffffffff 00000000 5008 "
		"0001 ....0000 0000"},
	{FROM_TO "S 1:1(0) win 512 <mss 1460,nop,wscale 7,sackOK>",
		"4500003400000000 4006.... c6336401 c0000201 04000050 00000001 00000000 8002 "
		"0200 ....0000 020405b4 01030307 04020000"},
	{FROM_TO "S 1:1(0) win 512 <timestamp 50637 0,[bad opt]>",
		"4500003400000000 4006.... c6336401 c0000201 04000050 00000001 00000000 8002 "
		"0200 ....0000 080a0000 c5cd0000 00000501"},
	{FROM_TO "S 1:1(0) win 512 doff 4 totlen 33 ihl 6 version 5",
		"5600002100000000 4006.... c6336401 c0000201 04000050 00000001 00000000 4002 "
		"0200 ....0000"},
	{FROM_TO "S 1:1(0) win 512 ipopts 4",
		"4600002c00000000 4006.... c6336401 c0000201 01010101 04000050 00000001 "
		"00000000 5002 0200 ....0000"},
	{FROM_TO "S 1:1(0) win 512 cut 34",
		"4500002800000000 4006.... c6336401 c0000201 04000050 00000001 00000000 5002"},
	{FROM_TO "udp 2 [ttl 1]",
		"4500001e00000000 0111.... c6336401 c0000201 04000050 000a .... 0000"},
	{FROM_TO "UDP, length 0",
		"4500001c00000000 4011.... c6336401 c0000201 04000050 0008 ...."},
	{FROM_TO "udp 100 (frag 7:16@0+)", "4500002400072000 4011.... c6336401 c0000201 "
					   "04000050 006c .... 0000000000000000"},
	{NO_PORTS "proto 6 (frag 7:8@24)",
		"4500001c00070003 4006.... c6336401 c0000201 0000000000000000"},
	{NO_PORTS "proto 47 2", "4500001600000000 402f.... c6336401 c0000201 0000"},
	{NO_PORTS "icmp: echo request",
		"4500001c00000000 4001.... c6336401 c0000201 0800f7ff 00000000"},
	{NO_PORTS "icmp: echo reply",
		"4500001c00000000 4001.... c6336401 c0000201 0000ffff 00000000"},
	{NO_PORTS "icmp: type 13 code 2",
		"4500001c00000000 4001.... c6336401 c0000201 0d02f2fd 00000000"},
	{NO_PORTS
		"icmp: host 198.51.100.7 unreachable quoting 192.0.2.1.53 > 198.51.100.7.9 udp",
		"4500003800000000 4001.... c6336401 c0000201 0301.... 00000000 "
		"4500001c00000000 4011.... c0000201 c6336407 00350009 0008...."},
	{NO_PORTS "icmp: time exceeded in-transit",
		"4500001c00000000 4001.... c6336401 c0000201 0b00f4ff 00000000"},
	{FROM_TO6 "S 1:1(0) win 512", "60000000 00140640 20010db8000000000000000000000001 "
				      "20010db8000000000000000000000002 04000050 00000001 "
				      "00000000 5002 0200 ....0000"},
	{FROM_TO6 "hbh (frag 7:20@0+) S 1:1(0) win 512 (ttl 9)",
		"60000000 00240009 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 2c00010400000000 0600000100000007 04000050 "
		"00000001 00000000 5002 0200 ....0000"},
	{FROM_TO6 "route dst udp 0", "60000000 00182b40 20010db8000000000000000000000001 "
				     "20010db8000000000000000000000002 3c00000000000000 "
				     "1100010400000000 04000050 0008 ...."},
	{"00:00:00 2001:db8::1 > 2001:db8::2: icmp: echo request",
		"60000000 00083a40 20010db8000000000000000000000001 "
		"20010db8000000000000000000000002 8000.... 00000000"},
};

START_TEST(a_line_becomes_the_octets_it_describes)
{
	g_autofree char *text = g_strdup_printf("link raw\n%s\n", packets[_i].line);
	g_autoptr(GByteArray) file = compose(text);
	g_autofree char *got = hex(file->data + FILE_HEADER + RECORD_HEADER,
		file->len - FILE_HEADER - RECORD_HEADER);

	ck_assert_msg(fits(got, packets[_i].wanted), "%s: %s, wanted %s", packets[_i].line, got,
		packets[_i].wanted);
}
END_TEST

static const struct {
	const char *directive;
	guint8 type; /* the file's; below 256 but for SLL2, whose low octet it is */
	const char *v4,
		*v6; /* what comes before the IP packet of 40 octets, or of 60; NULL: none */
} links[] = {
	{"", 1, "020000000001020000000002 0800", "020000000001020000000002 86dd"},
	{"link vlan 5", 1, "020000000001020000000002 81000005 0800",
		"020000000001020000000002 81000005 86dd"},
	{"link qinq 5 6", 1, "020000000001020000000002 88a80005 81000006 0800",
		"020000000001020000000002 88a80005 81000006 86dd"},
	{"link qinq9100 5 6 7", 1, "020000000001020000000002 91000005 91000006 81000007 0800",
		NULL},
	{"link mpls 16", 1, "020000000001020000000002 8847 00010140",
		"020000000001020000000002 8847 00010140"},
	{"link mpls 16 17", 1, "020000000001020000000002 8847 00010040 00011140", NULL},
	{"link pppoe", 1, "020000000001020000000002 8864 11000001 002a 0021",
		"020000000001020000000002 8864 11000001 003e 0057"},
	{"link snap", 1, "020000000001020000000002 0030 aaaa03 000000 0800",
		"020000000001020000000002 0044 aaaa03 000000 86dd"},
	{"link ppp", 9, "ff030021", "ff030057"},
	{"link raw", 101, "", ""},
	{"link null", 0, "02000000", "1e000000"},
	{"bigendian\nlink null", 0, "00000002", "0000001e"},
	{"link loop", 108, "00000002", "0000001e"},
	{"link sll", 113, "00000001000602000000000200000800",
		"000000010006020000000002000086dd"},
	{"link sll2", 276 & 255, "0800000000000001000100060200000000020000",
		"86dd000000000001000100060200000000020000"},
};

START_TEST(a_link_layer_lies_around_the_packet)
{
	const char *lines[] = {FROM_TO "S 1:1(0) win 512\n", FROM_TO6 "S 1:1(0) win 512\n"};
	const char *wanted[] = {links[_i].v4, links[_i].v6};
	const guint sizes[] = {40, 60};
	gboolean big = g_str_has_prefix(links[_i].directive, "bigendian");

	for (guint i = 0; i < 2 && wanted[i] != NULL; i++) {
		g_autofree char *text =
			g_strdup_printf("%s\n%s", links[_i].directive, lines[i]);
		g_autoptr(GByteArray) file = compose(text);
		guint header = file->len - FILE_HEADER - RECORD_HEADER - sizes[i];
		g_autofree char *got = hex(file->data + FILE_HEADER + RECORD_HEADER, header);

		ck_assert_msg(fits(got, wanted[i]), "%s: %s", links[_i].directive, got);
		ck_assert_uint_eq(file->data[big ? 23 : 20], links[_i].type);
	}
}
END_TEST

START_TEST(a_file_header_says_precision_byte_order_and_snap_length)
{
	static const struct {
		const char *text;
		const char *wanted;
	} files[] = {
		{"", "d4c3b2a1 02000400 00000000 00000000 ffff0000 01000000"},
		{"bigendian\n", "a1b2c3d4 00020004 00000000 00000000 0000ffff 00000001"},
		{"precision nano\nsnaplen 68\n",
			"4d3cb2a1 02000400 00000000 00000000 44000000 01000000"},
		{"link raw\nsnaplen 20\n2001-09-09 01:46:40.5 1.2.3.4 > 5.6.7.8: proto 99\n",
			"d4c3b2a1 02000400 00000000 00000000 14000000 65000000 00ca9a3b "
			"20a10700 14000000 14000000 4500001400000000 4063.... "
			"0102030405060708"},
		{"precision nano\nbigendian\nlink raw\nsnaplen 4\ndate "
		 "2001-09-09\n01:46:40.000000001 1.2.3.4 > 5.6.7.8: proto 99\n",
			"a1b23c4d 00020004 00000000 00000000 00000004 00000065 3b9aca00 "
			"00000001 00000004 00000014 45000014"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
		g_autoptr(GByteArray) file = compose(files[i].text);
		g_autofree char *got = hex(file->data, file->len);

		ck_assert_msg(fits(got, files[i].wanted), "%s: %s", files[i].text, got);
	}
}
END_TEST

/* Two texts that stand for the same file: what is written short, and the same in full. */
static const struct {
	const char *brief, *full;
} same[] = {
	{"host a 192.0.2.1\nhost b.c 192.0.2.2\n00:00:01 a.domain > b.c.imap: S 1:1(0) win 5\n",
		"00:00:01 192.0.2.1.53 > 192.0.2.2.143: S 1:1(0) win 5\n"},
	{"# a comment\n\n  00:00:01 IP 192.0.2.1.1 > 192.0.2.2.2: udp 5 # another\n",
		"00:00:01 192.0.2.1.1 > 192.0.2.2.2: udp 5"},
	{"repeat 3 every 1h2m3s {\n\t10:00:00 192.0.2.{1}.{10+5} > 192.0.2.{9-2}.{20+3%4}: S "
	 "{7}:{7}(0) win {1|2}\n}\n",
		"10:00:00 192.0.2.1.10 > 192.0.2.9.20: S 7:7(0) win 1\n"
		"11:02:03 192.0.2.2.15 > 192.0.2.7.23: S 8:8(0) win 2\n"
		"12:04:06 192.0.2.3.20 > 192.0.2.5.22: S 9:9(0) win 1\n"},
	{"date 2000-02-29\nrepeat 2 every 1d {\n23:59:59 1.2.3.4.1 > 5.6.7.8.2: udp "
	 "0\n00:00:00 1.2.3.4.2 > 5.6.7.8.2: udp 0\n}\n",
		"2000-02-29 23:59:59 1.2.3.4.1 > 5.6.7.8.2: udp 0\n2000-02-29 00:00:00 "
		"1.2.3.4.2 > 5.6.7.8.2: udp 0\n"
		"2000-03-01 23:59:59 1.2.3.4.1 > 5.6.7.8.2: udp 0\n2000-03-01 00:00:00 "
		"1.2.3.4.2 > 5.6.7.8.2: udp 0\n"},
	{"repeat 0 every 1s {\n00:00:00 1.2.3.4.1 > 5.6.7.8.2: udp 0\n}\n", ""},
	{"sorted\n00:00:02 1.2.3.4.1 > 5.6.7.8.2: udp 0\n00:00:01 1.2.3.4.3 > 5.6.7.8.2: udp "
	 "0\n00:00:02 1.2.3.4.2 > 5.6.7.8.2: udp 0\n",
		"00:00:01 1.2.3.4.3 > 5.6.7.8.2: udp 0\n00:00:02 1.2.3.4.1 > 5.6.7.8.2: udp "
		"0\n00:00:02 1.2.3.4.2 > 5.6.7.8.2: udp 0\n"},
	{"00:00:00 snap 0:0:0:8:0 1.2.3.4.1 > 5.6.7.8.2: udp 0\n00:00:00 1.2.3.4.1 > "
	 "5.6.7.8.2: udp 0\n",
		"link snap\n00:00:00 1.2.3.4.1 > 5.6.7.8.2: udp 0\nlink ethernet\n00:00:00 "
		"1.2.3.4.1 > 5.6.7.8.2: udp 0\n"},
	{"00:00:00 arp\n", "00:00:00 ethertype 0x0806 28\n"},
	{"00:00:00 ethertype 0x88cc 2\n", "00:00:00 frame 02000000000102000000000288cc0000\n"},
};

START_TEST(a_short_form_means_the_long_one)
{
	g_autoptr(GByteArray) brief = compose(same[_i].brief);
	g_autoptr(GByteArray) full = compose(same[_i].full);

	ck_assert_msg(
		brief->len == full->len && memcmp(brief->data, full->data, full->len) == 0,
		"%s", same[_i].brief);
}
END_TEST

static const struct {
	const char *text;
	const char *message;
} mistakes[] = {
	{"nonsense\n", "t.txt:1: found \"nonsense\", expected a number up to 23"},
	{"\n\n00:00:00 nobody.1 > 1.2.3.4.5: udp 1\n",
		"t.txt:3: found \"nobody.1 > 1.2.3.4.5: udp 1\", expected HOST or HOST.PORT, "
		"host named by a \"host\" line or an address"},
	{FROM_TO "S 1:2(0) win 5\n", "t.txt:1: found \") win 5\", expected 1 before it, the "
				     "difference of the sequence numbers"},
	{FROM_TO "S 1:1(0) win\n", "t.txt:1: the line ends, expected a number up to 65535"},
	{FROM_TO "S 1:1(0) win 65536\n",
		"t.txt:1: found \"65536\", expected a number up to 65535"},
	{FROM_TO "X 1:1(0)\n", "t.txt:1: found \"X 1:1(0)\", expected TCP flags, \"udp\", "
			       "\"icmp:\", \"proto\" or a note"},
	{FROM_TO "S 1:1(0) win 5 (frag 7:8@4)\n",
		"t.txt:1: found \")\", expected an offset that is a multiple of 8"},
	{FROM_TO "S 1:1(0) win 5 hbh\n",
		"t.txt:1: the line ends, expected extension headers with IPv6 only"},
	{FROM_TO "udp 5 surely\n",
		"t.txt:1: found \"surely\", expected a note or the end of the line"},
	{FROM_TO "\n", "t.txt:1: the line ends, expected what the packet is"},
	{NO_PORTS "udp 5\n", "t.txt:1: found \"198.51.100.1 > 192.0.2.1: udp 5\", expected "
			     "HOST.PORT on both sides"},
	{"00:00:00 1.2.3.4.5 > ::1.5: udp 1\n", "t.txt:1: found \"1.2.3.4.5 > ::1.5: udp 1\", "
						"expected addresses of one family"},
	{"00:00:00.1234567 1.2.3.4.5 > 1.2.3.4.5: udp 1\n",
		"t.txt:1: found \"7 1.2.3.4.5 > 1.2.3.4.5: udp 1\", expected no more decimals "
		"at this precision"},
	{"date 2001-02-29\n",
		"t.txt:1: found \"2001-02-29\", expected a date from 1970-01-01 to 2105-12-31"},
	{"host a 1.2.3.4\nhost a 1.2.3.5\n", "t.txt:2: found \"1.2.3.5\", expected a name that "
					     "is not taken: a has an address already"},
	{"link token-ring\n", "t.txt:1: found \"token-ring\", expected a link layer: ethernet, "
			      "vlan, qinq, qinq9100, mpls, pppoe, snap, ppp, raw, "
			      "null, loop, sll or sll2"},
	{"link qinq 5\n", "t.txt:1: the line ends, expected 2 number(s) for qinq"},
	{"link raw\n00:00:00 arp\n",
		"t.txt:2: the line ends, expected a link layer that can carry type 0x0806"},
	{"00:00:00 arp\nlink raw\n00:00:00 1.2.3.4 > 5.6.7.8: proto 9\n",
		"t.txt:3: the line ends, expected one link type in a file: this is 101, the "
		"first packet's 1"},
	{"repeat 2 every 1s {\n", "t.txt:1: the line ends, expected a line \"}\" after this"},
	{"repeat 2 every 1y {\n}\n",
		"t.txt:1: found \"y {\", expected a unit: ns, us, ms, s, m, h or d"},
	{"repeat 1 every 1s {\n\n00:00:00 1.2.3.{x}.5 > 1.2.3.4.5: udp 1\n}\n",
		"t.txt:3: found \"x}.5 > 1.2.3.4.5: udp 1\", expected a number up to "
		"4294967295"},
	{"repeat 300 every 1s {\n00:00:00 1.2.3.{1}.5 > 1.2.3.4.5: udp 1\n}\n",
		"t.txt:2: found \"1.2.3.256.5 > 1.2.3.4.5: udp 1\", expected HOST or "
		"HOST.PORT, host named by a \"host\" line or an address"},
	{"repeat 2 every 1s {\nrepeat 2 every 1s {\n}\n}\n",
		"t.txt:2: found \"repeat 2 every 1s {\", expected no repeat within a repeat"},
	{"2105-12-31 00:00:00 arp\nrepeat 50 every 1d {\n2105-12-31 00:00:00 arp\n}\n",
		"t.txt:3: found \"arp\", expected a time before 2106-02-07T06:28:16Z"},
	{"00:00:00 frame 0a0\n", "t.txt:1: found \"0\", expected pairs of hexadecimal digits"},
	{FROM_TO "S 1:1(0) win 5 <mss 1460,timestamp 1 2,timestamp 1 2,timestamp 1 2,timestamp "
		 "1 2>\n",
		"t.txt:1: found \"1 2>\", expected at most 40 octets of options"},
};

START_TEST(a_mistake_is_told_with_file_line_and_what_was_expected)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(compose_script_read("t.txt", mistakes[_i].text, &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_str_eq(error->message, mistakes[_i].message);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_line_becomes_the_octets_it_describes, 0, G_N_ELEMENTS(packets));
	tcase_add_loop_test(tests, a_link_layer_lies_around_the_packet, 0, G_N_ELEMENTS(links));
	tcase_add_test(tests, a_file_header_says_precision_byte_order_and_snap_length);
	tcase_add_loop_test(tests, a_short_form_means_the_long_one, 0, G_N_ELEMENTS(same));
	tcase_add_loop_test(tests, a_mistake_is_told_with_file_line_and_what_was_expected, 0,
		G_N_ELEMENTS(mistakes));
}

int
main(void)
{
	return suite_run("compose", add_tests);
}
