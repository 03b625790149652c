#include "config.h"

#include "tally/decode.h"
#include "tally/kind.h"
#include "tally/octets.h"

enum {
	IPV4_MIN = 20,
	IPV4_DF = 0x4000,
	IPV4_OFFSET = 0x1fff,
	IPV6_SIZE = 40,
	IPV6_OFFSET = 0xfff8,
	TCP_MIN = 20,
	TCP_READ = 14, /* through the flags: what a packet must have to be TCP */
	UDP_SIZE = 8,
	UDP_READ = 4,
	ICMP_SIZE = 8,
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };
enum { EXTENSION_HOP = 0, EXTENSION_ROUTING = 43, EXTENSION_FRAGMENT = 44, EXTENSION_DESTINATION = 60 };

/* What the IP header says of what follows it. */
typedef struct {
	const guint8 *data;
	guint32 there;  /* octets both captured and the packet's own */
	guint32 length; /* octets by the packet's own length */
	guint8 protocol;
	gboolean whole; /* data is the beginning of the protocol's header: FALSE for later fragments, and where headers are cut */
	gboolean fragment; /* a later one */
} Transport;

const char *
decode_outcome_name(Outcome outcome)
{
	static const char *const names[OUTCOME_COUNT] = {
		[OUTCOME_IN] = "in",
		[OUTCOME_OUT] = "out",
		[OUTCOME_INTERNAL] = "internal",
		[OUTCOME_EXTERNAL] = "external",
		[OUTCOME_NO_DIRECTION] = "no-direction",
		[OUTCOME_NOT_IP] = "not-ip",
		[OUTCOME_LINK_UNKNOWN] = "link-unknown",
		[OUTCOME_LINK_CUT] = "link-cut",
		[OUTCOME_IP_CUT] = "ip-cut",
		[OUTCOME_IP_VERSION] = "ip-version",
		[OUTCOME_IP_HEADER] = "ip-header",
		[OUTCOME_IP_LENGTH] = "ip-length",
		[OUTCOME_TIME] = "time",
	};

	g_return_val_if_fail((guint)outcome < OUTCOME_COUNT, NULL);
	return names[outcome];
}

static inline Outcome
outcome_of_places(Place from, Place to)
{
	static const guint8 outcomes[3][3] = {
		[PLACE_EXTERNAL] = { OUTCOME_EXTERNAL, OUTCOME_IN, OUTCOME_NO_DIRECTION },
		[PLACE_INTERNAL] = { OUTCOME_OUT, OUTCOME_INTERNAL, OUTCOME_NO_DIRECTION },
		[PLACE_NEVER] = { OUTCOME_NO_DIRECTION, OUTCOME_NO_DIRECTION, OUTCOME_NO_DIRECTION },
	};

	return outcomes[from][to];
}

static inline guint32
less(guint32 a, guint32 b)
{
	return a > b ? a - b : 0;
}

/* Behind the IPv4 header at ip, of which 20 octets are there; available: octets captured and within its length. */
static inline Transport
transport_v4(const guint8 *ip, guint32 available, guint32 length)
{
	guint32 header = (ip[0] & 15u) * 4;
	gboolean fragment = (octets_be16(ip + 6) & IPV4_OFFSET) != 0;

	return (Transport){
		.data = ip + MIN(header, available),
		.there = less(available, header),
		.length = less(length, header),
		.protocol = ip[9],
		.whole = !fragment,
		.fragment = fragment,
	};
}

/* The same behind an IPv6 header and its extensions. Each of these takes eight octets at least, so this ends. */
static Transport
transport_v6(const guint8 *ip, guint32 available, guint32 length)
{
	guint32 at = IPV6_SIZE;
	guint8 next = ip[6];
	gboolean whole = TRUE, fragment = FALSE;

	while (whole && (next == EXTENSION_HOP || next == EXTENSION_ROUTING || next == EXTENSION_FRAGMENT ||
				next == EXTENSION_DESTINATION)) {
		guint32 there = available - at;
		guint32 size = next == EXTENSION_FRAGMENT || there < 2 ? 8 : (ip[at + 1] + 1u) * 8;

		if (there < size) {
			whole = FALSE;
		} else if (next == EXTENSION_FRAGMENT && (octets_be16(ip + at + 2) & IPV6_OFFSET)) {
			whole = FALSE;
			fragment = TRUE;
			at += size;
		} else {
			next = ip[at];
			at += size;
		}
	}
	return (Transport){
		.data = ip + at,
		.there = available - at,
		.length = length - at,
		.protocol = next,
		.whole = whole,
		.fragment = fragment,
	};
}

/* The TCP options in four bits each, as observation.h says; MSS beside them. */
static void
read_options(Observation *o, const guint8 *options, guint32 length, guint32 there)
{
	static const guint8 names[16] = {
		[1] = LAYOUT_NOP, [2] = LAYOUT_MSS, [3] = LAYOUT_WSCALE, [4] = LAYOUT_SACK_OK, [5] = LAYOUT_SACK,
		[8] = LAYOUT_TIMESTAMP,
	};
	static const guint8 timestamp[4] = { 1, 1, 8, 10 };
	guint shift = 0;
	guint32 at = 0;

	/* What nearly every packet of a live conversation has. */
	if (length == 12 && there >= 12 && memcmp(options, timestamp, sizeof timestamp) == 0) {
		o->options = LAYOUT_NOP | LAYOUT_NOP << 4 | LAYOUT_TIMESTAMP << 8;
		return;
	}
	while (at < length) {
		guint8 kind = at < there ? options[at] : 0;
		guint32 size = kind <= 1 ? 1 : at + 1 < there ? options[at + 1] : 0;
		guint8 name = kind < G_N_ELEMENTS(names) && names[kind] ? names[kind] : LAYOUT_OTHER;

		if (at >= there || size == 0 || (kind > 1 && size < 2) || size > length - at)
			name = LAYOUT_DAMAGED;
		else if (kind == 0)
			name = LAYOUT_END;
		else if (kind == 2 && size == 4 && there - at >= 4)
			o->mss = octets_be16(options + at + 2);
		if (shift == 28) {
			o->options |= (guint32)LAYOUT_MORE << shift;
			return;
		}
		o->options |= (guint32)name << shift;
		if (name == LAYOUT_DAMAGED || name == LAYOUT_END)
			return;
		shift += 4;
		at += size;
	}
}

static inline gboolean
read_tcp(Observation *o, const Transport *t)
{
	const guint8 *tcp = t->data;
	guint32 header = t->there >= TCP_READ ? (tcp[12] >> 4) * 4u : 0;

	if (header < TCP_MIN)
		return FALSE;
	o->kind = kind_of_flags[tcp[13]];
	o->observed |= OBSERVED_TCP;
	o->sport = octets_be16(tcp);
	o->dport = octets_be16(tcp + 2);
	o->seq = octets_be32(tcp + 4);
	o->ack = octets_be32(tcp + 8);
	o->flags = tcp[13];
	if (t->there >= TCP_READ + 2)
		o->window = octets_be16(tcp + TCP_READ);
	if (header > TCP_MIN)
		read_options(o, tcp + TCP_MIN, header - TCP_MIN, less(t->there, TCP_MIN));
	o->payload = (guint16)MIN(less(t->length, header), G_MAXUINT16);
	return TRUE;
}

static gboolean
read_udp(Observation *o, const Transport *t)
{
	if (t->there < UDP_READ)
		return FALSE;
	o->kind = KIND_UDP;
	o->sport = octets_be16(t->data);
	o->dport = octets_be16(t->data + 2);
	o->payload = (guint16)MIN(less(t->length, UDP_SIZE), G_MAXUINT16);
	return TRUE;
}

/* KIND_UNREACH stands for errors both ways here, KIND_NONE for neighbour discovery. */
static Kind
kind_of_icmp(guint8 type, gboolean v6)
{
	if (v6) {
		if (type >= 1 && type <= 4)
			return KIND_UNREACH;
		if (type >= 133 && type <= 137)
			return KIND_NONE;
		return type == 128 ? KIND_ECHO : type == 129 ? KIND_ECHOREPLY : KIND_ICMP;
	}
	switch (type) {
	case 0:
		return KIND_ECHOREPLY;
	case 8:
		return KIND_ECHO;
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
		return KIND_UNREACH;
	default:
		return KIND_ICMP;
	}
}

static gboolean
read_icmp(Observation *o, const Transport *t)
{
	if (t->there < 1)
		return FALSE;
	guint8 type = t->data[0];

	o->kind = (guint8)kind_of_icmp(type, (o->observed & OBSERVED_V6) != 0);
	o->sport = o->dport = type;
	if (o->kind == KIND_UNREACH) {
		o->kind = o->observed & OBSERVED_OUT ? KIND_ERROR_OUT : KIND_UNREACH;
		o->dport = (guint16)(type << 8 | (t->there >= 2 ? t->data[1] : 0));
	}
	o->payload = (guint16)MIN(less(t->length, ICMP_SIZE), G_MAXUINT16);
	return TRUE;
}

/* Kind, ports and the rest; o->observed tells family and direction already, all other members it sets are 0. */
static inline void
read_transport(Observation *o, const Transport *t)
{
	guint8 icmp = o->observed & OBSERVED_V6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
	gboolean known = FALSE;

	if (t->whole) {
		if (G_LIKELY(t->protocol == PROTOCOL_TCP))
			known = read_tcp(o, t);
		else if (t->protocol == PROTOCOL_UDP)
			known = read_udp(o, t);
		else if (t->protocol == icmp)
			known = read_icmp(o, t);
	}
	if (!known) {
		o->kind = KIND_OTHER;
		o->payload = (guint16)MIN(t->length, G_MAXUINT16);
		if (t->fragment)
			o->observed |= OBSERVED_FRAGMENT;
	}
}

/* Puts two IPv6 addresses into the list's store; returns the slot of the first. */
static guint32
store_v6(ObservationList *list, const guint8 *first, const guint8 *second)
{
	guint32 slot = list->n_v6;

	memcpy(list->v6 + (gsize)slot * 16, first, 16);
	memcpy(list->v6 + (gsize)(slot + 1) * 16, second, 16);
	list->n_v6 += 2;
	return slot;
}

static void
note_quoted(ObservationList *list, guint64 time, Observation pair, const Transport *t)
{
	Observation *o = &list->items[list->n++];

	*o = (Observation){
		.time = time,
		.external = pair.external,
		.internal = pair.internal,
		.kind = KIND_ANSWER_UNREACH,
		.observed = pair.observed | OBSERVED_OUT | OBSERVED_NOTED,
	};
	if (t->whole && t->there >= UDP_READ && (t->protocol == PROTOCOL_TCP || t->protocol == PROTOCOL_UDP)) {
		o->sport = octets_be16(t->data);
		o->dport = octets_be16(t->data + 2);
	}
}

/* The packet that an outbound ICMP error quotes; what is wrong with it makes it no evidence, never an error. */
static void
read_quoted(ObservationList *list, const Home *home, guint64 time, const Transport *error, gboolean v6)
{
	const guint8 *ip = error->data + ICMP_SIZE;
	guint32 there = less(error->there, ICMP_SIZE);

	if (v6) {
		if (there < IPV6_SIZE || ip[0] >> 4 != 6 || home_place_v6(home, ip + 8) != PLACE_EXTERNAL ||
			home_place_v6(home, ip + 24) != PLACE_INTERNAL)
			return;
		guint32 slot = store_v6(list, ip + 8, ip + 24);
		Transport quoted = transport_v6(ip, there, there);
		note_quoted(list, time,
			(Observation){ .external = slot, .internal = slot + 1, .observed = OBSERVED_V6 }, &quoted);
		return;
	}
	if (there < IPV4_MIN || ip[0] >> 4 != 4 || (ip[0] & 15) < 5)
		return;
	guint32 from = octets_be32(ip + 12), to = octets_be32(ip + 16);
	if (home_place_v4_slow(home, from) != PLACE_EXTERNAL || home_place_v4_slow(home, to) != PLACE_INTERNAL)
		return;
	Transport quoted = transport_v4(ip, there, there);
	note_quoted(list, time, (Observation){ .external = from, .internal = to }, &quoted);
}

/* Finishes an observation that has its pair and IP fields, and appends what belongs to it. */
static inline void
append(ObservationList *list, const Home *home, Observation *o, const Transport *t)
{
	read_transport(o, t);
	if (G_UNLIKELY(o->kind == KIND_NONE))
		return;
	list->n++;
	if (G_UNLIKELY(o->kind == KIND_ERROR_OUT))
		read_quoted(list, home, o->time, t, (o->observed & OBSERVED_V6) != 0);
}

static inline Outcome
count(CaptureTotals *totals, Outcome outcome, guint64 bytes)
{
	totals->packets[outcome]++;
	totals->bytes[outcome] += bytes;
	return outcome;
}

static inline Outcome
decode_v4(const Home *home, guint64 time, LinkPayload at, ObservationList *list, CaptureTotals *totals)
{
	const guint8 *ip = at.payload;

	if (at.captured && ip[0] >> 4 != 4)
		return count(totals, OUTCOME_IP_VERSION, at.wire);
	if (at.captured < IPV4_MIN)
		return count(totals, OUTCOME_IP_CUT, at.wire);
	guint32 header = (ip[0] & 15u) * 4;
	if (header < IPV4_MIN)
		return count(totals, OUTCOME_IP_HEADER, at.wire);
	guint32 total = octets_be16(ip + 2);
	if (total < header && total != 0)
		return count(totals, OUTCOME_IP_LENGTH, at.wire);

	guint32 length = total ? total : at.wire;
	guint32 from = octets_be32(ip + 12), to = octets_be32(ip + 16);
	const guint8 *places = home_table_v4(home);
	Outcome outcome = outcome_of_places(home_place_v4(home, places, from), home_place_v4(home, places, to));
	if (outcome > OUTCOME_INTERNAL)
		return count(totals, outcome, length);

	Observation *o = &list->items[list->n];
	guint16 fragment = octets_be16(ip + 6);
	*o = (Observation){
		.time = time,
		.external = outcome == OUTCOME_IN ? from : to,
		.internal = outcome == OUTCOME_IN ? to : from,
		.bytes = length,
		.id = octets_be16(ip + 4),
		.ttl = ip[8],
		.observed = OBSERVED_ID | (fragment & IPV4_DF ? OBSERVED_DF : 0) |
			    (outcome == OUTCOME_OUT ? OBSERVED_OUT : 0),
	};
	if (G_UNLIKELY(outcome == OUTCOME_INTERNAL)) {
		o->kind = KIND_OTHER;
		o->observed = OBSERVED_SPOKE;
		list->n++;
	} else {
		Transport t = transport_v4(ip, MIN(at.captured, length), length);
		append(list, home, o, &t);
	}
	return count(totals, outcome, length);
}

static Outcome
decode_v6(const Home *home, guint64 time, LinkPayload at, ObservationList *list, CaptureTotals *totals)
{
	const guint8 *ip = at.payload;

	if (at.captured && ip[0] >> 4 != 6)
		return count(totals, OUTCOME_IP_VERSION, at.wire);
	if (at.captured < IPV6_SIZE)
		return count(totals, OUTCOME_IP_CUT, at.wire);

	guint32 payload = octets_be16(ip + 4);
	guint32 length = payload ? IPV6_SIZE + payload : at.wire;
	const guint8 *from = ip + 8, *to = ip + 24;
	Outcome outcome = outcome_of_places(home_place_v6(home, from), home_place_v6(home, to));
	if (outcome > OUTCOME_INTERNAL)
		return count(totals, outcome, length);

	Observation *o = &list->items[list->n];
	guint32 slot = outcome == OUTCOME_IN ? store_v6(list, from, to) : store_v6(list, to, from);
	*o = (Observation){
		.time = time,
		.external = slot,
		.internal = slot + 1,
		.bytes = length,
		.ttl = ip[7],
		.observed = OBSERVED_V6 | (outcome == OUTCOME_OUT ? OBSERVED_OUT : 0),
	};
	if (outcome == OUTCOME_INTERNAL) {
		o->kind = KIND_OTHER;
		o->observed |= OBSERVED_SPOKE;
		list->n++;
	} else {
		Transport t = transport_v6(ip, MIN(at.captured, length), length);
		append(list, home, o, &t);
		if (G_UNLIKELY(o->kind == KIND_NONE))
			list->n_v6 = slot;
	}
	return count(totals, outcome, length);
}

Outcome
decode_frame(LinkFunction link, const Home *home, guint64 time, const guint8 *frame, guint32 captured,
	guint32 wire, ObservationList *list, CaptureTotals *totals)
{
	enum { ETHERNET_SIZE = 14, ETHERTYPE_AT = 12, ETHERTYPE_IPV4 = 0x0800 };
	LinkPayload at;

	wire = MAX(wire, captured); /* a header that claims less than is there is wrong */
	if (G_LIKELY(link == link_ethernet && captured > ETHERNET_SIZE && octets_be16(frame + ETHERTYPE_AT) == ETHERTYPE_IPV4))
		return decode_v4(home, time,
			(LinkPayload){ frame + ETHERNET_SIZE, captured - ETHERNET_SIZE, wire - ETHERNET_SIZE, 4 },
			list, totals);
	if (!link)
		return count(totals, OUTCOME_LINK_UNKNOWN, wire);
	at = link(frame, captured, wire);
	if (at.version < 0)
		return count(totals, (Outcome)-at.version, wire);
	if (at.version == 0 && at.captured)
		at.version = at.payload[0] >> 4;
	switch (at.version) {
	case 0:
	case 4:
		return decode_v4(home, time, at, list, totals);
	case 6:
		return decode_v6(home, time, at, list, totals);
	default:
		return count(totals, OUTCOME_IP_VERSION, at.wire);
	}
}
