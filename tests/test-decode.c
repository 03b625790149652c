#include "config.h"

#include "tally/decode.h"
#include "tally/kind.h"
#include "tests/frames.h"
#include "tests/suite.h"

static Home *home;

static void
set_up(void)
{
	home = home_new(FRAMES_HOME, NULL);
}

static void
tear_down(void)
{
	home_free(home);
}

typedef struct {
	Outcome outcome;
	ObservationList list;
	Observation items[4];
	guint8 v6[8 * 16];
	CaptureTotals totals;
} Decoded;

/* Decodes the first `captured` octets, which lie alone in memory so that a sanitizer sees any
 * step beyond them. */
static void
decode(Decoded *decoded, guint32 link, const guint8 *frame, gsize captured, gsize wire)
{
	const LinkType *type = link_find(link);
	g_autofree guint8 *copy = g_malloc(MAX(captured, 1));

	memcpy(copy, frame, captured);
	memset(decoded, 0, sizeof *decoded);
	decoded->list = (ObservationList){.items = decoded->items, .v6 = decoded->v6};
	decoded->outcome = decode_frame(type ? type->function : NULL, home, 7, copy,
		(guint32)captured, (guint32)wire, &decoded->list, &decoded->totals);
}

static void
decode_text(Decoded *decoded, guint32 link, const char *text)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(text, &length);

	decode(decoded, link, frame, length, length);
}

/* ---- link layers: what is in front of the same SYN ---- */

#define SYN4 IPV4("0028 ", "0000 ", "06 ", OUTSIDE, INSIDE) TCP("50 ", "02 ")
#define SYN6 IPV6("0014 ", "06 ", OUTSIDE6, INSIDE6) TCP("50 ", "02 ")

typedef struct {
	const char *name;
	guint32 link;
	const char *frame;
	Outcome outcome;
} LinkCase;

static const LinkCase link_cases[] = {
	{"Ethernet, IPv4", 1, ETHER4 SYN4, OUTCOME_IN},
	{"Ethernet, IPv6", 1, ETHER6 SYN6, OUTCOME_IN},
	{"VLAN", 1, MACS "8100 0064 0800 " SYN4, OUTCOME_IN},
	{"QinQ, 802.1ad", 1, MACS "88a8 0064 8100 0065 0800 " SYN4, OUTCOME_IN},
	{"QinQ, older", 1, MACS "9100 0064 8100 0065 86dd " SYN6, OUTCOME_IN},
	{"five tags", 1, MACS "8100 0001 8100 0002 8100 0003 8100 0004 8100 0005 0800 " SYN4,
		OUTCOME_IN},
	{"MPLS, one label", 1, MACS "8847 0001 01 40 " SYN4, OUTCOME_IN},
	{"MPLS, three labels, IPv6", 1, MACS "8848 00010040 00020040 00030140 " SYN6,
		OUTCOME_IN},
	{"MPLS in VLAN", 1, MACS "8100 0064 8847 00010140 " SYN4, OUTCOME_IN},
	{"MPLS, a pseudowire", 1, MACS "8847 00010140 00000000 " SYN4, OUTCOME_NOT_IP},
	{"MPLS, no bottom of stack", 1, MACS "8847 00010040 00010040 ", OUTCOME_LINK_CUT},
	{"PPPoE session", 1, MACS "8864 1100 0001 002a 0021 " SYN4, OUTCOME_IN},
	{"PPPoE session, IPv6", 1, MACS "8864 1100 0001 002a 0057 " SYN6, OUTCOME_IN},
	{"PPPoE session, one octet of protocol", 1, MACS "8864 1100 0001 002a 21 " SYN4,
		OUTCOME_IN},
	{"PPPoE session, MPLS", 1, MACS "8864 1100 0001 002a 0281 00010140 " SYN4, OUTCOME_IN},
	{"PPPoE session, LCP", 1, MACS "8864 1100 0001 002a c021 " SYN4, OUTCOME_NOT_IP},
	{"PPPoE discovery", 1, MACS "8863 1109 0001 002a 0021 " SYN4, OUTCOME_NOT_IP},
	{"LLC/SNAP", 1, MACS "0030 aaaa03 000000 0800 " SYN4, OUTCOME_IN},
	{"LLC/SNAP in VLAN", 1, MACS "8100 0064 0030 aaaa03 000000 86dd " SYN6, OUTCOME_IN},
	{"VLAN in LLC/SNAP", 1, MACS "0030 aaaa03 000000 8100 0064 0800 " SYN4, OUTCOME_IN},
	{"SNAP of another OUI", 1, MACS "0030 aaaa03 00000c 0800 " SYN4, OUTCOME_NOT_IP},
	{"SNAP with a length where the type belongs", 1, MACS "0030 aaaa03 000000 0030 " SYN4,
		OUTCOME_NOT_IP},
	{"LLC without SNAP", 1, MACS "0030 424203 0000 ", OUTCOME_NOT_IP},
	{"LLC cut", 1, MACS "0030 aaaa03 ", OUTCOME_LINK_CUT},
	{"ARP", 1, MACS "0806 0001 0800 0604 0001 ", OUTCOME_NOT_IP},
	{"neither length nor type", 1, MACS "05dd " SYN4, OUTCOME_NOT_IP},
	{"Ethernet cut", 1, "020000000001 020000000002 08", OUTCOME_LINK_CUT},
	{"an empty frame", 1, "", OUTCOME_LINK_CUT},
	{"VLAN cut", 1, MACS "8100 0064 08", OUTCOME_LINK_CUT},
	{"null, little-endian", 0, "02000000 " SYN4, OUTCOME_IN},
	{"null, big-endian", 0, "00000002 " SYN4, OUTCOME_IN},
	{"null, NetBSD's IPv6", 0, "18000000 " SYN6, OUTCOME_IN},
	{"null, FreeBSD's IPv6", 0, "1c000000 " SYN6, OUTCOME_IN},
	{"null, macOS's IPv6", 0, "1e000000 " SYN6, OUTCOME_IN},
	{"null, Linux's IPv6", 0, "0000000a " SYN6, OUTCOME_IN},
	{"null, Windows' IPv6", 0, "17000000 " SYN6, OUTCOME_IN},
	{"null, AppleTalk", 0, "10000000 " SYN4, OUTCOME_NOT_IP},
	{"null, cut", 0, "020000", OUTCOME_LINK_CUT},
	{"loop", 108, "00000002 " SYN4, OUTCOME_IN},
	{"loop, IPv6", 108, "00000018 " SYN6, OUTCOME_IN},
	{"loop, wrong order", 108, "02000000 " SYN4, OUTCOME_NOT_IP},
	{"PPP", 9, "0021 " SYN4, OUTCOME_IN},
	{"PPP, HDLC framing", 9, "ff03 0057 " SYN6, OUTCOME_IN},
	{"PPP, serial", 50, "ff03 0021 " SYN4, OUTCOME_IN},
	{"PPP, serial, Cisco's HDLC", 50, "0f00 0800 " SYN4, OUTCOME_IN},
	{"PPP cut", 9, "ff", OUTCOME_LINK_CUT},
	{"Cisco HDLC", 104, "8f00 86dd " SYN6, OUTCOME_IN},
	{"PPPoE alone", 51, "1100 0001 002a 0021 " SYN4, OUTCOME_IN},
	{"PPPoE alone, discovery", 51, "1109 0001 0000 ", OUTCOME_NOT_IP},
	{"Linux cooked", 113, "0000 0001 0006 0200000000010000 0800 " SYN4, OUTCOME_IN},
	{"Linux cooked, VLAN", 113, "0000 0001 0006 0200000000010000 8100 0064 86dd " SYN6,
		OUTCOME_IN},
	{"Linux cooked, LLC", 113,
		"0000 0001 0006 0200000000010000 0004 aaaa03 000000 0800 " SYN4, OUTCOME_IN},
	{"Linux cooked, 802.3 without LLC", 113, "0000 0001 0006 0200000000010000 0001 " SYN4,
		OUTCOME_NOT_IP},
	{"Linux cooked, netlink", 113, "0000 0338 0000 0000000000000000 0004 " SYN4,
		OUTCOME_NOT_IP},
	{"Linux cooked, cut", 113, "0000 0001 0006 0200000000010000 08", OUTCOME_LINK_CUT},
	{"Linux cooked 2", 276, "0800 0000 00000002 0001 00 06 0200000000010000 " SYN4,
		OUTCOME_IN},
	{"Linux cooked 2, IPv6", 276, "86dd 0000 00000002 0001 00 06 0200000000010000 " SYN6,
		OUTCOME_IN},
	{"raw IPv4", 101, SYN4, OUTCOME_IN},
	{"raw IPv6", 101, SYN6, OUTCOME_IN},
	{"raw, libpcap's number", 12, SYN4, OUTCOME_IN},
	{"raw, OpenBSD's number", 14, SYN6, OUTCOME_IN},
	{"raw, neither version", 101, "50000000", OUTCOME_IP_VERSION},
	{"raw, nothing", 101, "", OUTCOME_IP_CUT},
	{"IPv4 by link type", 228, SYN4, OUTCOME_IN},
	{"IPv6 by link type", 229, SYN6, OUTCOME_IN},
	{"IPv6 where IPv4 was said", 228, SYN6, OUTCOME_IP_VERSION},
	{"an unknown link type", 105, ETHER4 SYN4, OUTCOME_LINK_UNKNOWN},
};

START_TEST(link_layers_are_looked_through)
{
	const LinkCase *c = &link_cases[_i];
	Decoded decoded;

	decode_text(&decoded, c->link, c->frame);
	ck_assert_msg(decoded.outcome == c->outcome, "%s: %s", c->name,
		decode_outcome_name(decoded.outcome));
	ck_assert_msg(decoded.totals.packets[c->outcome] == 1, "%s: not counted", c->name);
	ck_assert_msg(decoded.list.n == (c->outcome == OUTCOME_IN ? 1u : 0u),
		"%s: %u observations", c->name, decoded.list.n);
	if (decoded.list.n)
		ck_assert_msg(decoded.items[0].kind == KIND_SYN && decoded.items[0].dport == 80,
			"%s: no SYN", c->name);
}
END_TEST

/* ---- IP and transport ---- */

typedef struct {
	const char *name;
	const char *packet; /* raw IP */
	Outcome outcome;
	Kind kind; /* KIND_NONE: no observation */
	guint16 sport, dport;
	guint32 bytes;
	guint16 payload;
	guint8 observed;
} PacketCase;

#define V4 OBSERVED_ID
#define V4_TCP (OBSERVED_ID | OBSERVED_TCP)
#define V6 OBSERVED_V6
#define V6_TCP (OBSERVED_V6 | OBSERVED_TCP)
#define OUT OBSERVED_OUT
#define IN4(total, protocol) IPV4(total, "0000 ", protocol, OUTSIDE, INSIDE)
#define OUT4(total, protocol) IPV4(total, "0000 ", protocol, INSIDE, OUTSIDE)
#define IN6(payload, next) IPV6(payload, next, OUTSIDE6, INSIDE6)
#define OUT6(payload, next) IPV6(payload, next, INSIDE6, OUTSIDE6)
#define PADDING "000000000000 "

static const PacketCase packet_cases[] = {
	{"SYN in", IN4("0028 ", "06 ") TCP("50 ", "02 "), OUTCOME_IN, KIND_SYN, 54321, 80, 40,
		0, V4_TCP},
	{"SYN-ACK out", OUT4("0028 ", "06 ") TCP("50 ", "12 "), OUTCOME_OUT, KIND_SYNACK, 54321,
		80, 40, 0, V4_TCP | OUT},
	{"flags with ECE and CWR", IN4("0028 ", "06 ") TCP("50 ", "c2 "), OUTCOME_IN, KIND_SYN,
		54321, 80, 40, 0, V4_TCP},
	{"payload by the packet's own length",
		IN4("002a ", "06 ") TCP("50 ", "10 ") "abcd" PADDING, OUTCOME_IN, KIND_ACK,
		54321, 80, 42, 2, V4_TCP},
	{"total length 0: to the frame's end", IN4("0000 ", "06 ") TCP("50 ", "10 ") "abcdef",
		OUTCOME_IN, KIND_ACK, 54321, 80, 43, 3, V4_TCP},
	{"total length past the frame", IN4("0100 ", "06 ") TCP("50 ", "10 "), OUTCOME_IN,
		KIND_ACK, 54321, 80, 256, 216, V4_TCP},
	{"TCP of 14 octets", IN4("0022 ", "06 ") "d431 0050 00000101 00000202 50 02",
		OUTCOME_IN, KIND_SYN, 54321, 80, 34, 0, V4_TCP},
	{"TCP of 13 octets", IN4("0021 ", "06 ") "d431 0050 00000101 00000202 50", OUTCOME_IN,
		KIND_OTHER, 0, 0, 33, 13, V4},
	{"TCP cut by its own length", IN4("0021 ", "06 ") TCP("50 ", "02 "), OUTCOME_IN,
		KIND_OTHER, 0, 0, 33, 13, V4},
	{"TCP with data offset 4", IN4("0028 ", "06 ") TCP("40 ", "02 "), OUTCOME_IN,
		KIND_OTHER, 0, 0, 40, 20, V4},
	{"TCP with data offset past the end", IN4("0028 ", "06 ") TCP("f0 ", "02 "), OUTCOME_IN,
		KIND_SYN, 54321, 80, 40, 0, V4_TCP},
	{"UDP", IN4("001e ", "11 ") UDP "abcd", OUTCOME_IN, KIND_UDP, 54321, 53, 30, 2, V4},
	{"UDP with its ports only", IN4("0018 ", "11 ") "d431 0035", OUTCOME_IN, KIND_UDP,
		54321, 53, 24, 0, V4},
	{"UDP of 3 octets", IN4("0017 ", "11 ") "d431 00", OUTCOME_IN, KIND_OTHER, 0, 0, 23, 3,
		V4},
	{"echo", IN4("001c ", "01 ") ICMP("08 ", "00 "), OUTCOME_IN, KIND_ECHO, 8, 8, 28, 0,
		V4},
	{"echo reply", IN4("001c ", "01 ") ICMP("00 ", "00 "), OUTCOME_IN, KIND_ECHOREPLY, 0, 0,
		28, 0, V4},
	{"ICMP with its type only", IN4("0015 ", "01 ") "08", OUTCOME_IN, KIND_ECHO, 8, 8, 21,
		0, V4},
	{"ICMP without", IN4("0014 ", "01 "), OUTCOME_IN, KIND_OTHER, 0, 0, 20, 0, V4},
	{"timestamp request", IN4("001c ", "01 ") ICMP("0d ", "00 "), OUTCOME_IN, KIND_ICMP, 13,
		13, 28, 0, V4},
	{"unreachable in", IN4("001c ", "01 ") ICMP("03 ", "0a "), OUTCOME_IN, KIND_UNREACH, 3,
		0x030a, 28, 0, V4},
	{"time exceeded out", OUT4("001c ", "01 ") ICMP("0b ", "00 "), OUTCOME_OUT,
		KIND_ERROR_OUT, 11, 0x0b00, 28, 0, V4 | OUT},
	{"ICMPv6 in IPv4", IN4("001c ", "3a ") ICMP("80 ", "00 "), OUTCOME_IN, KIND_OTHER, 0, 0,
		28, 8, V4},
	{"GRE", IN4("0018 ", "2f ") "0000 0800", OUTCOME_IN, KIND_OTHER, 0, 0, 24, 4, V4},
	{"first fragment", IPV4("0028 ", "2000 ", "06 ", OUTSIDE, INSIDE) TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 40, 0, V4_TCP},
	{"later fragment", IPV4("0028 ", "2001 ", "06 ", OUTSIDE, INSIDE) TCP("50 ", "02 "),
		OUTCOME_IN, KIND_OTHER, 0, 0, 40, 20, V4 | OBSERVED_FRAGMENT},
	{"do not fragment", IPV4("0028 ", "4000 ", "06 ", OUTSIDE, INSIDE) TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 40, 0, V4_TCP | OBSERVED_DF},
	{"IPv4 options",
		"4600 002c 1234 0000 40 06 0000 " OUTSIDE INSIDE "01010100 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 44, 0, V4_TCP},
	{"IPv4 options cut", "4f00 0050 1234 0000 40 06 0000 " OUTSIDE INSIDE "01010100 ",
		OUTCOME_IN, KIND_OTHER, 0, 0, 80, 20, V4},
	{"version 5", "5500 0028 1234 0000 40 06 0000 " OUTSIDE INSIDE, OUTCOME_IP_VERSION,
		KIND_NONE},
	{"header length 16", "4400 0028 1234 0000 40 06 0000 " OUTSIDE INSIDE,
		OUTCOME_IP_HEADER, KIND_NONE},
	{"total length 19", IN4("0013 ", "06 "), OUTCOME_IP_LENGTH, KIND_NONE},
	{"total length under the options",
		"4600 0017 1234 0000 40 06 0000 " OUTSIDE INSIDE "01010100 ", OUTCOME_IP_LENGTH,
		KIND_NONE},
	{"addresses cut", "4500 0028 1234 0000 40 06 0000 c6336407 c00002", OUTCOME_IP_CUT,
		KIND_NONE},
	{"internal to internal",
		IPV4("0028 ", "0000 ", "06 ", INSIDE_TOO, INSIDE) TCP("50 ", "02 "),
		OUTCOME_INTERNAL, KIND_OTHER, 0, 0, 40, 0, OBSERVED_SPOKE},
	{"external to external",
		IPV4("0028 ", "0000 ", "06 ", OUTSIDE, "08080808 ") TCP("50 ", "02 "),
		OUTCOME_EXTERNAL, KIND_NONE},
	{"to multicast", IPV4("0028 ", "0000 ", "06 ", OUTSIDE, "e0000001 ") TCP("50 ", "02 "),
		OUTCOME_NO_DIRECTION, KIND_NONE},

	{"IPv6 SYN", IN6("0014 ", "06 ") TCP("50 ", "02 "), OUTCOME_IN, KIND_SYN, 54321, 80, 60,
		0, V6_TCP},
	{"IPv6 UDP out", OUT6("0008 ", "11 ") UDP, OUTCOME_OUT, KIND_UDP, 54321, 53, 48, 0,
		V6 | OUT},
	{"IPv6 payload length 0: to the frame's end",
		IN6("0000 ", "06 ") TCP("50 ", "10 ") "ab", OUTCOME_IN, KIND_ACK, 54321, 80, 61,
		1, V6_TCP},
	{"IPv6 cut by its own length", IN6("000d ", "06 ") TCP("50 ", "02 "), OUTCOME_IN,
		KIND_OTHER, 0, 0, 53, 13, V6},
	{"hop-by-hop, routing, destination",
		IN6("0034 ", "00 ") "2b00 010400000000 "
				    "3c01 0000000000000000000000000000 "
				    "0600 010400000000 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 92, 0, V6_TCP},
	{"destination twice, hop-by-hop last",
		IN6("002c ", "3c ") "3c00 010400000000 "
				    "0000 010400000000 "
				    "0600 010400000000 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 84, 0, V6_TCP},
	{"extension header cut", IN6("0034 ", "00 ") "0601 010400000000 0000", OUTCOME_IN,
		KIND_OTHER, 0, 0, 92, 52, V6},
	{"extension header cut by the packet's length",
		IN6("0008 ", "00 ") "0601 010400000000 0000000000000000 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_OTHER, 0, 0, 48, 8, V6},
	{"one octet of an extension header", IN6("0001 ", "2b ") "06", OUTCOME_IN, KIND_OTHER,
		0, 0, 41, 1, V6},
	{"first fragment, IPv6", IN6("001c ", "2c ") "0600 0001 00000007 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_SYN, 54321, 80, 68, 0, V6_TCP},
	{"later fragment, IPv6", IN6("001c ", "2c ") "0600 0008 00000007 " TCP("50 ", "02 "),
		OUTCOME_IN, KIND_OTHER, 0, 0, 68, 20, V6 | OBSERVED_FRAGMENT},
	{"no next header", IN6("0000 ", "3b "), OUTCOME_IN, KIND_OTHER, 0, 0, 40, 0, V6},
	{"ESP", IN6("0008 ", "32 ") UDP, OUTCOME_IN, KIND_OTHER, 0, 0, 48, 8, V6},
	{"ICMPv6 echo", IN6("0008 ", "3a ") ICMP("80 ", "00 "), OUTCOME_IN, KIND_ECHO, 128, 128,
		48, 0, V6},
	{"ICMPv6 echo reply", IN6("0008 ", "3a ") ICMP("81 ", "00 "), OUTCOME_IN,
		KIND_ECHOREPLY, 129, 129, 48, 0, V6},
	{"ICMPv6 unreachable", IN6("0008 ", "3a ") ICMP("01 ", "04 "), OUTCOME_IN, KIND_UNREACH,
		1, 0x0104, 48, 0, V6},
	{"ICMPv6 type 8 is no echo", IN6("0008 ", "3a ") ICMP("08 ", "00 "), OUTCOME_IN,
		KIND_ICMP, 8, 8, 48, 0, V6},
	{"ICMP in IPv6", IN6("0008 ", "01 ") ICMP("08 ", "00 "), OUTCOME_IN, KIND_OTHER, 0, 0,
		48, 8, V6},
	{"neighbour solicitation in", IN6("0008 ", "3a ") ICMP("87 ", "00 "), OUTCOME_IN,
		KIND_NONE},
	{"redirect out", OUT6("0008 ", "3a ") ICMP("89 ", "00 "), OUTCOME_OUT, KIND_NONE},
	{"ICMPv6 138 is no neighbour discovery", IN6("0008 ", "3a ") ICMP("8a ", "00 "),
		OUTCOME_IN, KIND_ICMP, 138, 138, 48, 0, V6},
	{"IPv6 addresses cut", "60000000 0014 06 40 " OUTSIDE6 "20010db80001", OUTCOME_IP_CUT,
		KIND_NONE},
	{"from link-local",
		IPV6("0008 ", "11 ", "fe800000000000000000000000000001 ", INSIDE6) UDP,
		OUTCOME_NO_DIRECTION, KIND_NONE},
};

START_TEST(packets_become_what_their_headers_say)
{
	const PacketCase *c = &packet_cases[_i];
	const Observation *o;
	Decoded decoded;

	decode_text(&decoded, 101, c->packet);
	o = &decoded.items[0];
	ck_assert_msg(decoded.outcome == c->outcome, "%s: %s", c->name,
		decode_outcome_name(decoded.outcome));
	ck_assert_msg(decoded.totals.packets[c->outcome] == 1, "%s: not counted", c->name);
	ck_assert_msg(decoded.list.n == (c->kind == KIND_NONE ? 0u : 1u), "%s: %u observations",
		c->name, decoded.list.n);
	if (c->kind == KIND_NONE) {
		ck_assert_msg(decoded.list.n_v6 == 0, "%s: addresses left over", c->name);
		return;
	}
	ck_assert_msg(decoded.totals.bytes[c->outcome] == c->bytes, "%s: bytes", c->name);
	ck_assert_msg(o->kind == c->kind, "%s: kind %u", c->name, o->kind);
	ck_assert_msg(o->sport == c->sport && o->dport == c->dport, "%s: ports %u, %u", c->name,
		o->sport, o->dport);
	ck_assert_msg(o->bytes == c->bytes, "%s: bytes %u", c->name, o->bytes);
	ck_assert_msg(o->payload == c->payload, "%s: payload %u", c->name, o->payload);
	ck_assert_msg(o->observed == c->observed, "%s: observed %x", c->name, o->observed);
	ck_assert_uint_eq(o->time, 7);
}
END_TEST

/*
 * Property; oracle: the whole frame. However far a frame is cut, its outcome is that of the
 * whole frame or says that it is cut, and its kind that of the whole or `other`; what more
 * octets have told, still more do not take back.
 */
static void
check_prefixes(const char *name, guint32 link, const char *text)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(text, &length);
	gboolean had_outcome = FALSE, had_kind = FALSE;
	Decoded whole;

	decode(&whole, link, frame, length, length);
	for (gsize captured = 0; captured <= length; captured++) {
		Decoded part;

		decode(&part, link, frame, captured, length);
		gboolean same = part.outcome == whole.outcome;
		ck_assert_msg(same || part.outcome == OUTCOME_LINK_CUT ||
				      part.outcome == OUTCOME_IP_CUT,
			"%s, %zu octets: %s", name, captured,
			decode_outcome_name(part.outcome));
		ck_assert_msg(
			same || !had_outcome, "%s, %zu octets: outcome lost", name, captured);
		had_outcome |= same;
		if (!same || whole.list.n == 0)
			continue;
		gboolean known = part.list.n && part.items[0].kind == whole.items[0].kind;
		ck_assert_msg(known || (part.list.n && part.items[0].kind == KIND_OTHER),
			"%s, %zu octets: kind", name, captured);
		ck_assert_msg(known || !had_kind, "%s, %zu octets: kind lost", name, captured);
		had_kind |= known;
		ck_assert_msg(part.items[0].bytes == whole.items[0].bytes,
			"%s, %zu octets: bytes", name, captured);
	}
}

START_TEST(a_cut_link_header_is_cut_and_nothing_else)
{
	const LinkCase *c = &link_cases[_i];

	/* Where the end decides between two layouts, a prefix may rightly be the other. */
	if (c->outcome == OUTCOME_IN || c->outcome == OUTCOME_LINK_CUT)
		check_prefixes(c->name, c->link, c->frame);
}
END_TEST

START_TEST(a_cut_packet_is_cut_or_other)
{
	const PacketCase *c = &packet_cases[_i];

	if (c->outcome <= OUTCOME_NO_DIRECTION)
		check_prefixes(c->name, 101, c->packet);
}
END_TEST

/* ---- fields ---- */

START_TEST(fields_are_as_on_the_wire)
{
	Decoded decoded;

	decode_text(&decoded, 101,
		"4500 0030 beef 4000 39 06 0000 " OUTSIDE INSIDE
		"d431 0050 28376839 28376a3a 70 02 16d0 0000 0000 020405b4 01010402 ");
	const Observation *o = &decoded.items[0];
	ck_assert_uint_eq(o->external, 0xc6336407);
	ck_assert_uint_eq(o->internal, 0xc0000205);
	ck_assert_uint_eq(o->id, 0xbeef);
	ck_assert_uint_eq(o->ttl, 0x39);
	ck_assert_uint_eq(o->seq, 0x28376839);
	ck_assert_uint_eq(o->ack, 0x28376a3a);
	ck_assert_uint_eq(o->window, 0x16d0);
	ck_assert_uint_eq(o->flags, 2);
	ck_assert_uint_eq(o->mss, 1460);
	ck_assert_uint_eq(o->options, 0x4112);

	decode_text(&decoded, 101, OUT6("0014 ", "06 ") TCP("50 ", "12 "));
	o = &decoded.items[0];
	gsize length;
	g_autofree guint8 *pair = frame_octets(OUTSIDE6 INSIDE6, &length);
	ck_assert_uint_eq(decoded.list.n_v6, 2);
	ck_assert_mem_eq(decoded.v6 + 16 * o->external, pair, 16);
	ck_assert_mem_eq(decoded.v6 + 16 * o->internal, pair + 16, 16);
	ck_assert_uint_eq(o->ttl, 0x40);
}
END_TEST

static const struct {
	const char *name;
	const char *offset, *options;
	guint32 layout;
	guint16 mss;
} option_cases[] = {
	{"none", "50 ", "", 0, 0},
	{"MSS", "60 ", "02040218 ", 0x2, 536},
	{"Linux's SYN", "a0 ", "020405b4 0402 080a 0000000100000000 01 030307 ", 0x31842, 1460},
	{"Windows' SYN", "80 ", "020405b4 01 030308 01 01 0402 ", 0x411312, 1460},
	{"a live conversation", "80 ", "0101 080a 0000000100000002 ", 0x811, 0},
	{"a selective acknowledgement", "80 ", "0101 050a 0000000100000002 ", 0x511, 0},
	{"an end", "70 ", "01 00 ffff 02040218 ", 0x91, 0},
	{"another kind", "60 ", "22 04 abcd ", 0xe, 0},
	{"a kind of 255", "60 ", "ff 04 abcd ", 0xe, 0},
	{"seven", "70 ", "01010101 010101 00 ", 0xd1111111, 0},
	{"nine", "80 ", "01010101 01010101 01 00 0000 ", 0xd1111111, 0},
	{"length 0", "60 ", "02000218 ", 0xf, 0},
	{"length 1", "60 ", "01 02010218 ", 0xf1, 0},
	{"length past the header", "60 ", "01 02 04 02 ", 0xf1, 0},
	{"no room for a length", "60 ", "010101 02 ", 0xf111, 0},
	{"an MSS of another length", "60 ", "02030201 ", 0x12, 0},
	{"options not captured", "80 ", "020405b4 ", 0xf2, 1460},
	{"an MSS half captured", "60 ", "0204", 0x2, 0},
};

START_TEST(tcp_options_are_told_by_their_layout)
{
	g_autofree char *text = g_strconcat("4500 0000 1234 0000 40 06 0000 " OUTSIDE INSIDE
					    "d431 0050 00000101 00000202 ",
		option_cases[_i].offset, "02 0400 0000 0000 ", option_cases[_i].options, NULL);
	gsize length;
	g_autofree guint8 *frame = frame_octets(text, &length);
	Decoded decoded;

	decode(&decoded, 101, frame, length, length + 40);
	ck_assert_msg(decoded.items[0].options == option_cases[_i].layout, "%s: %x",
		option_cases[_i].name, decoded.items[0].options);
	ck_assert_msg(decoded.items[0].mss == option_cases[_i].mss, "%s: MSS %u",
		option_cases[_i].name, decoded.items[0].mss);
}
END_TEST

/* ---- quoted packets ---- */

#define QUOTE4(total) OUT4(total, "01 ") ICMP("03 ", "0a ")
#define QUOTE6(payload) OUT6(payload, "3a ") ICMP("01 ", "01 ")

static const struct {
	const char *name;
	const char *packet;
	gboolean noted;
	guint16 sport, dport;
} quote_cases[] = {
	{"a SYN of the source", QUOTE4("0038 ") IN4("0028 ", "06 ") "d431 0050 00000101", TRUE,
		54321, 80},
	{"UDP", QUOTE4("0038 ") IN4("001c ", "11 ") UDP, TRUE, 54321, 53},
	{"ports cut", QUOTE4("0033 ") IN4("0028 ", "06 ") "d431 00", TRUE, 0, 0},
	{"ports cut by the error's length",
		QUOTE4("0033 ") IN4("0028 ", "06 ") "d431 0050 00000101", TRUE, 0, 0},
	{"an echo", QUOTE4("0038 ") IN4("001c ", "01 ") ICMP("08 ", "00 "), TRUE, 0, 0},
	{"a later fragment",
		QUOTE4("0038 ")
			IPV4("0028 ", "0001 ", "06 ", OUTSIDE, INSIDE) "d431 0050 00000101",
		TRUE, 0, 0},
	{"a packet of our own", QUOTE4("0038 ") OUT4("0028 ", "06 ") "d431 0050 00000101",
		FALSE, 0, 0},
	{"addresses cut", QUOTE4("002f ") "4500 0028 1234 0000 40 06 0000 c6336407 c00002",
		FALSE, 0, 0},
	{"no packet", QUOTE4("001c "), FALSE, 0, 0},
	{"another version", QUOTE4("0044 ") IN6("0008 ", "11 ") UDP, FALSE, 0, 0},
	{"a header length of 16",
		QUOTE4("0038 ") "4400 0028 1234 0000 40 06 0000 " OUTSIDE INSIDE UDP, FALSE, 0,
		0},
	{"no error, whatever follows",
		OUT4("0038 ", "01 ") ICMP("00 ", "00 ")
			IN4("0028 ", "06 ") "d431 0050 00000101",
		FALSE, 0, 0},
	{"an inbound error",
		IN4("0038 ", "01 ") ICMP("03 ", "0a ") IN4("0028 ", "06 ") "d431 0050 00000101",
		FALSE, 0, 0},
	{"IPv6", QUOTE6("0044 ") IN6("0014 ", "06 ") TCP("50 ", "02 "), TRUE, 54321, 80},
	{"IPv6 with an extension header",
		QUOTE6("0040 ") IN6("0010 ", "3c ") "1100 010400000000 " UDP, TRUE, 54321, 53},
	{"IPv6 of our own", QUOTE6("0044 ") OUT6("0014 ", "06 ") TCP("50 ", "02 "), FALSE, 0,
		0},
};

START_TEST(an_outbound_error_notes_the_packet_it_quotes)
{
	const char *name = quote_cases[_i].name;
	Decoded decoded;

	decode_text(&decoded, 101, quote_cases[_i].packet);
	ck_assert_msg(decoded.list.n == (quote_cases[_i].noted ? 2u : 1u),
		"%s: %u observations", name, decoded.list.n);
	if (!quote_cases[_i].noted)
		return;
	const Observation *error = &decoded.items[0], *noted = &decoded.items[1];
	guint8 family = error->observed & OBSERVED_V6;

	ck_assert_msg(error->kind == KIND_ERROR_OUT, "%s: kind %u", name, error->kind);
	ck_assert_msg(noted->kind == KIND_ANSWER_UNREACH, "%s: kind %u", name, noted->kind);
	ck_assert_msg(noted->observed == (OBSERVED_OUT | OBSERVED_NOTED | family),
		"%s: observed %x", name, noted->observed);
	ck_assert_msg(
		noted->sport == quote_cases[_i].sport && noted->dport == quote_cases[_i].dport,
		"%s: ports %u, %u", name, noted->sport, noted->dport);
	ck_assert_uint_eq(noted->time, 7);
	ck_assert_uint_eq(noted->bytes, 0);
	if (family) {
		ck_assert_mem_eq(decoded.v6 + 16 * noted->external,
			decoded.v6 + 16 * error->external, 16);
		ck_assert_mem_eq(decoded.v6 + 16 * noted->internal,
			decoded.v6 + 16 * error->internal, 16);
	} else {
		ck_assert_uint_eq(noted->external, error->external);
		ck_assert_uint_eq(noted->internal, error->internal);
	}
}
END_TEST

START_TEST(every_outcome_has_a_name_of_its_own)
{
	for (guint i = 0; i < OUTCOME_COUNT; i++) {
		ck_assert_ptr_nonnull(decode_outcome_name((Outcome)i));
		for (guint j = 0; j < i; j++)
			ck_assert_str_ne(decode_outcome_name((Outcome)i),
				decode_outcome_name((Outcome)j));
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, link_layers_are_looked_through, 0, G_N_ELEMENTS(link_cases));
	tcase_add_loop_test(
		tests, packets_become_what_their_headers_say, 0, G_N_ELEMENTS(packet_cases));
	tcase_add_loop_test(
		tests, a_cut_link_header_is_cut_and_nothing_else, 0, G_N_ELEMENTS(link_cases));
	tcase_add_loop_test(tests, a_cut_packet_is_cut_or_other, 0, G_N_ELEMENTS(packet_cases));
	tcase_add_test(tests, fields_are_as_on_the_wire);
	tcase_add_loop_test(
		tests, tcp_options_are_told_by_their_layout, 0, G_N_ELEMENTS(option_cases));
	tcase_add_loop_test(tests, an_outbound_error_notes_the_packet_it_quotes, 0,
		G_N_ELEMENTS(quote_cases));
	tcase_add_test(tests, every_outcome_has_a_name_of_its_own);
}

int
main(void)
{
	return suite_run("decode", add_tests);
}
