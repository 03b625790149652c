#include "config.h"

#include "tally/decode.h"
#include "tally/kind.h"
#include "tally/octets.h"
#include "tally/transport.h"

enum {
	IPV4_MIN = 20,
	IPV4_DF = 0x4000,
	IPV4_OFFSET = 0x1fff,
	IPV6_SIZE = 40,
	IPV6_OFFSET = 0xfff8,
};

enum {
	EXTENSION_HOP = 0,
	EXTENSION_ROUTING = 43,
	EXTENSION_FRAGMENT = 44,
	EXTENSION_DESTINATION = 60
};

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
		[PLACE_EXTERNAL] = {OUTCOME_EXTERNAL, OUTCOME_IN, OUTCOME_NO_DIRECTION},
		[PLACE_INTERNAL] = {OUTCOME_OUT, OUTCOME_INTERNAL, OUTCOME_NO_DIRECTION},
		[PLACE_NEVER] = {OUTCOME_NO_DIRECTION, OUTCOME_NO_DIRECTION,
			OUTCOME_NO_DIRECTION},
	};

	return outcomes[from][to];
}

static inline guint32
less(guint32 a, guint32 b)
{
	return a > b ? a - b : 0;
}

/* Behind the IPv4 header at ip, of which 20 octets are there; available: octets captured and
 * within its length. */
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

/* The same behind an IPv6 header and its extensions. Each of these takes eight octets at least,
 * so this ends. */
static Transport
transport_v6(const guint8 *ip, guint32 available, guint32 length)
{
	guint32 at = IPV6_SIZE;
	guint8 next = ip[6];
	gboolean whole = TRUE, fragment = FALSE;

	while (whole && (next == EXTENSION_HOP || next == EXTENSION_ROUTING ||
				next == EXTENSION_FRAGMENT || next == EXTENSION_DESTINATION)) {
		guint32 there = available - at;
		guint32 size =
			next == EXTENSION_FRAGMENT || there < 2 ? 8 : (ip[at + 1] + 1u) * 8;

		if (there < size) {
			whole = FALSE;
		} else if (next == EXTENSION_FRAGMENT &&
			   (octets_be16(ip + at + 2) & IPV6_OFFSET)) {
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
	transport_ports(t, &o->sport, &o->dport);
}

/* The packet that an outbound ICMP error quotes; what is wrong with it makes it no evidence,
 * never an error. */
static void
read_quoted(ObservationList *list, const Home *home, guint64 time, const Transport *error,
	gboolean v6)
{
	const guint8 *ip = error->data + TRANSPORT_ICMP_SIZE;
	guint32 there = less(error->there, TRANSPORT_ICMP_SIZE);

	if (v6) {
		if (there < IPV6_SIZE || ip[0] >> 4 != 6 ||
			home_place_v6(home, ip + 8) != PLACE_EXTERNAL ||
			home_place_v6(home, ip + 24) != PLACE_INTERNAL)
			return;
		guint32 slot = store_v6(list, ip + 8, ip + 24);
		Transport quoted = transport_v6(ip, there, there);
		note_quoted(list, time,
			(Observation){.external = slot,
				.internal = slot + 1,
				.observed = OBSERVED_V6},
			&quoted);
		return;
	}
	if (there < IPV4_MIN || ip[0] >> 4 != 4 || (ip[0] & 15) < 5)
		return;
	guint32 from = octets_be32(ip + 12), to = octets_be32(ip + 16);
	if (home_place_v4_slow(home, from) != PLACE_EXTERNAL ||
		home_place_v4_slow(home, to) != PLACE_INTERNAL)
		return;
	Transport quoted = transport_v4(ip, there, there);
	note_quoted(list, time, (Observation){.external = from, .internal = to}, &quoted);
}

/* Finishes an observation that has its pair and IP fields, and appends what belongs to it. */
static inline void
append(ObservationList *list, const Home *home, Observation *o, const Transport *t)
{
	transport_read(o, t);
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
decode_v4(const Home *home, guint64 time, LinkPayload at, ObservationList *list,
	CaptureTotals *totals)
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
	Outcome outcome = outcome_of_places(
		home_place_v4(home, places, from), home_place_v4(home, places, to));
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
decode_v6(const Home *home, guint64 time, LinkPayload at, ObservationList *list,
	CaptureTotals *totals)
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
	guint32 slot =
		outcome == OUTCOME_IN ? store_v6(list, from, to) : store_v6(list, to, from);
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
decode_frame(LinkFunction link, const Home *home, guint64 time, const guint8 *frame,
	guint32 captured, guint32 wire, ObservationList *list, CaptureTotals *totals)
{
	enum { ETHERNET_SIZE = 14, ETHERTYPE_AT = 12, ETHERTYPE_IPV4 = 0x0800 };
	LinkPayload at;

	wire = MAX(wire, captured); /* a header that claims less than is there is wrong */
	if (G_LIKELY(link == link_ethernet && captured > ETHERNET_SIZE &&
		     octets_be16(frame + ETHERTYPE_AT) == ETHERTYPE_IPV4))
		return decode_v4(home, time,
			(LinkPayload){frame + ETHERNET_SIZE, captured - ETHERNET_SIZE,
				wire - ETHERNET_SIZE, 4},
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
