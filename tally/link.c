#include "config.h"

#include "tally/decode.h"
#include "tally/octets.h"

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_UPSTREAM = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	LENGTH_MAX = 1500, /* up to here the field is an 802.3 length, and LLC follows */
};

enum { PPP_IPV4 = 0x0021, PPP_IPV6 = 0x0057, PPP_MPLS = 0x0281, PPP_MPLS_UPSTREAM = 0x0283 };

/* Ahead of the place that was reached by `octets`, which the caller has seen to be captured. */
static LinkPayload
skip(LinkPayload at, guint32 octets)
{
	return (LinkPayload){
		at.payload + octets, at.captured - octets, at.wire - octets, at.version};
}

static LinkPayload
holds_ip(LinkPayload at, guint8 version)
{
	at.version = version;
	return at;
}

static LinkPayload
ends_as(LinkPayload at, Outcome outcome)
{
	at.version = (gint16)-outcome;
	return at;
}

/* Labels of four octets up to the bottom of the stack. It does not say what follows (RFC 3032):
 * the version nibble does. */
static LinkPayload
mpls(LinkPayload at)
{
	gboolean bottom = FALSE;

	while (!bottom) {
		if (at.captured < 4)
			return ends_as(at, OUTCOME_LINK_CUT);
		bottom = at.payload[2] & 1;
		at = skip(at, 4);
	}
	if (at.captured == 0)
		return ends_as(at, OUTCOME_LINK_CUT);
	guint8 version = at.payload[0] >> 4;
	/* Others are pseudowires (RFC 4385), of which the tunnel is what reached us. */
	return version == 4 || version == 6 ? holds_ip(at, version)
					    : ends_as(at, OUTCOME_NOT_IP);
}

/* From the protocol field on, which has one octet when that is odd (RFC 1661, 6.5). */
static LinkPayload
ppp_protocol(LinkPayload at)
{
	guint32 size = at.captured && (at.payload[0] & 1) ? 1 : 2;

	if (at.captured < size)
		return ends_as(at, OUTCOME_LINK_CUT);
	guint16 protocol = size == 1 ? at.payload[0] : octets_be16(at.payload);
	at = skip(at, size);
	switch (protocol) {
	case PPP_IPV4:
		return holds_ip(at, 4);
	case PPP_IPV6:
		return holds_ip(at, 6);
	case PPP_MPLS:
	case PPP_MPLS_UPSTREAM:
		return mpls(at);
	default:
		return ends_as(at, OUTCOME_NOT_IP);
	}
}

/* RFC 2516: six octets, then the PPP protocol. */
static LinkPayload
pppoe_session(LinkPayload at)
{
	return at.captured < 6 ? ends_as(at, OUTCOME_LINK_CUT) : ppp_protocol(skip(at, 6));
}

/*
 * From behind a field that holds an EtherType or an 802.3 length: through tags, and LLC with
 * SNAP of OUI 0 (RFC 1042), in any order and depth; each takes octets of the frame, so this
 * ends.
 */
static LinkPayload
ethertype(LinkPayload at, guint16 type)
{
	static const guint8 snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};

	for (;;) {
		switch (type) {
		case ETHERTYPE_IPV4:
			return holds_ip(at, 4);
		case ETHERTYPE_IPV6:
			return holds_ip(at, 6);
		case ETHERTYPE_MPLS:
		case ETHERTYPE_MPLS_UPSTREAM:
			return mpls(at);
		case ETHERTYPE_PPPOE:
			return pppoe_session(at);
		case ETHERTYPE_VLAN:
		case ETHERTYPE_QINQ:
		case ETHERTYPE_QINQ_OLD:
			if (at.captured < 4)
				return ends_as(at, OUTCOME_LINK_CUT);
			type = octets_be16(at.payload + 2);
			at = skip(at, 4);
			break;
		default:
			if (type > LENGTH_MAX ||
				memcmp(at.payload, snap, MIN(at.captured, sizeof snap)) != 0)
				return ends_as(at, OUTCOME_NOT_IP);
			if (at.captured < 8)
				return ends_as(at, OUTCOME_LINK_CUT);
			type = octets_be16(at.payload + 6);
			if (type <= LENGTH_MAX)
				return ends_as(at, OUTCOME_NOT_IP);
			at = skip(at, 8);
		}
	}
}

static LinkPayload
whole_frame(const guint8 *frame, guint32 captured, guint32 wire)
{
	return (LinkPayload){frame, captured, wire, 0};
}

/* A header of fixed size with an EtherType (or length) somewhere within. */
static LinkPayload
fixed_header(LinkPayload at, guint32 size, guint32 type_at)
{
	if (at.captured < size)
		return ends_as(at, OUTCOME_LINK_CUT);
	return ethertype(skip(at, size), octets_be16(at.payload + type_at));
}

LinkPayload
link_ethernet(const guint8 *frame, guint32 captured, guint32 wire)
{
	return fixed_header(whole_frame(frame, captured, wire), 14, 12);
}

/* Cisco HDLC: address, control, EtherType. */
static LinkPayload
link_chdlc(const guint8 *frame, guint32 captured, guint32 wire)
{
	return fixed_header(whole_frame(frame, captured, wire), 4, 2);
}

/* Linux "cooked" captures. The protocol is an EtherType but for some kinds of interface
 * (ARPHRD_*), and for values that stand for frames without one. */
static LinkPayload
cooked(LinkPayload at, guint32 size, guint32 type_at, guint32 hardware_at)
{
	enum {
		ARPHRD_80211 = 801,
		ARPHRD_80211_PRISM,
		ARPHRD_80211_RADIOTAP,
		ARPHRD_NETLINK = 824,
		PROTOCOL_LLC = 4
	};

	if (at.captured < size)
		return ends_as(at, OUTCOME_LINK_CUT);
	guint16 type = octets_be16(at.payload + type_at);
	guint16 hardware = octets_be16(at.payload + hardware_at);
	if ((hardware >= ARPHRD_80211 && hardware <= ARPHRD_80211_RADIOTAP) ||
		hardware == ARPHRD_NETLINK || (type <= LENGTH_MAX && type != PROTOCOL_LLC))
		return ends_as(at, OUTCOME_NOT_IP);
	return ethertype(skip(at, size), type);
}

static LinkPayload
link_sll(const guint8 *frame, guint32 captured, guint32 wire)
{
	return cooked(whole_frame(frame, captured, wire), 16, 14, 2);
}

static LinkPayload
link_sll2(const guint8 *frame, guint32 captured, guint32 wire)
{
	return cooked(whole_frame(frame, captured, wire), 20, 0, 8);
}

/* With or without HDLC's address and control (RFC 1662); 0x0f or 0x8f there is Cisco's HDLC. */
static LinkPayload
link_ppp(const guint8 *frame, guint32 captured, guint32 wire)
{
	LinkPayload at = whole_frame(frame, captured, wire);

	if (captured && (frame[0] == 0x0f || frame[0] == 0x8f))
		return fixed_header(at, 4, 2);
	if (captured && frame[0] == 0xff) {
		if (captured < 2)
			return ends_as(at, OUTCOME_LINK_CUT);
		if (frame[1] == 0x03)
			at = skip(at, 2);
	}
	return ppp_protocol(at);
}

/* PPPoE without Ethernet; a code other than 0 is discovery. */
static LinkPayload
link_pppoe(const guint8 *frame, guint32 captured, guint32 wire)
{
	LinkPayload at = whole_frame(frame, captured, wire);

	return captured >= 2 && frame[1] != 0 ? ends_as(at, OUTCOME_NOT_IP) : pppoe_session(at);
}

/* The numbers of AF_INET6 differ between systems: 24 NetBSD, OpenBSD; 28 FreeBSD; 30 macOS; 10
 * Linux; 23 Windows. */
static LinkPayload
address_family(LinkPayload at, guint32 family)
{
	at = skip(at, 4);
	switch (family) {
	case 2:
		return holds_ip(at, 4);
	case 10:
	case 23:
	case 24:
	case 28:
	case 30:
		return holds_ip(at, 6);
	default:
		return ends_as(at, OUTCOME_NOT_IP);
	}
}

/* The family in the byte order of the machine that captured: the small number of both readings
 * is meant. */
static LinkPayload
link_null(const guint8 *frame, guint32 captured, guint32 wire)
{
	LinkPayload at = whole_frame(frame, captured, wire);

	if (captured < 4)
		return ends_as(at, OUTCOME_LINK_CUT);
	guint32 family = octets_host32(frame);
	return address_family(at, MIN(family, GUINT32_SWAP_LE_BE(family)));
}

static LinkPayload
link_loop(const guint8 *frame, guint32 captured, guint32 wire)
{
	LinkPayload at = whole_frame(frame, captured, wire);

	return captured < 4 ? ends_as(at, OUTCOME_LINK_CUT)
			    : address_family(at, octets_be32(frame));
}

static LinkPayload
link_raw(const guint8 *frame, guint32 captured, guint32 wire)
{
	return whole_frame(frame, captured, wire);
}

static LinkPayload
link_ipv4(const guint8 *frame, guint32 captured, guint32 wire)
{
	return holds_ip(whole_frame(frame, captured, wire), 4);
}

static LinkPayload
link_ipv6(const guint8 *frame, guint32 captured, guint32 wire)
{
	return holds_ip(whole_frame(frame, captured, wire), 6);
}

/* Numbers of files (LINKTYPE_*); where libpcap's own (DLT_*) differ, those too. */
static const LinkType types[] = {
	{1, "Ethernet", link_ethernet},
	{0, "null", link_null},
	{9, "PPP", link_ppp},
	{12, "raw IP", link_raw},
	{14, "raw IP", link_raw},
	{50, "PPP in HDLC framing", link_ppp},
	{51, "PPPoE", link_pppoe},
	{101, "raw IP", link_raw},
	{104, "Cisco HDLC", link_chdlc},
	{108, "loop", link_loop},
	{113, "Linux cooked", link_sll},
	{228, "raw IPv4", link_ipv4},
	{229, "raw IPv6", link_ipv6},
	{276, "Linux cooked 2", link_sll2},
};

const LinkType *
link_find(guint32 type)
{
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
		if (types[i].type == type)
			return &types[i];
	return NULL;
}

guint32
link_file_type(guint32 type)
{
	const LinkType *known = link_find(type);

	return known && known->function == link_raw ? LINK_RAW : type;
}
