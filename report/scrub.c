#include "config.h"

#include "report/scrub.h"

#include <string.h>

#include "report/checksum.h"

enum {
	IPV4_SIZE = 20,
	IPV4_OFFSET = 0x1fff,
	IPV6_SIZE = 40,
	IPV6_OFFSET = 0xfff8,
	ICMP_SIZE = 8,
	UDP_SIZE = 8,
	TCP_SIZE = 20,
};

enum {
	EXTENSION_HOP = 0,
	EXTENSION_ROUTING = 43,
	EXTENSION_FRAGMENT = 44,
	EXTENSION_DESTINATION = 60
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };

/* A number that is so little above an internal address counts on from it: a sequence number in
 * the course of a conversation that began with the address. */
enum { COUNTS_ON = 65536 };

enum { REPLACED_MAX = 24 }; /* two in each of two headers, and nine in the options of each */

typedef struct {
	const Sanitize *sanitize;
	ScrubPacket *packet;
	Address replaced[REPLACED_MAX]; /* as they were */
	guint n_replaced;
} Work;

/* What lies behind an IP header. */
typedef struct {
	const guint8 *data;
	guint32 there, length; /* octets captured; by the IP header's account */
	guint8 protocol, family;
	/* What its checksum covers of the IP header: both addresses, without protocol and length,
	 * as they were and as they are. */
	guint64 before, after;
	gboolean quoted; /* within an ICMP error */
} Part;

const char *
scrub_outcome_name(ScrubOutcome outcome)
{
	static const char *const names[SCRUB_COUNT] = {
		[SCRUB_KEPT] = "kept",
		[SCRUB_NOT_IP] = "not IP",
		[SCRUB_CUT] = "headers cut short, too long or malformed",
		[SCRUB_ROUTED] = "an IPv6 routing header",
		[SCRUB_NEIGHBOUR] = "neighbour discovery",
		[SCRUB_PLACE] = "an address that is never a source nor a target",
		[SCRUB_ELSEWHERE] = "an internal address outside of address fields",
	};

	g_return_val_if_fail((guint)outcome < SCRUB_COUNT, NULL);
	return names[outcome];
}

/* Of a transport header that is cut short: whole fields, so that no part of an address is left. */
static guint32
whole_fields(guint32 there, guint32 size)
{
	return there < size ? there & ~3u : size;
}

/* Appends octets to the packet; NULL: there is no room. */
static guint8 *
copy(ScrubPacket *packet, const guint8 *octets, guint32 n)
{
	if (n > SCRUB_SIZE - packet->length)
		return NULL;
	guint8 *at = packet->octets + packet->length;
	memcpy(at, octets, n);
	packet->length += n;
	return at;
}

static void
put_be16(guint8 *octets, guint16 number)
{
	number = GUINT16_TO_BE(number);
	memcpy(octets, &number, sizeof number);
}

static void
put_be32(guint8 *octets, guint32 number)
{
	number = GUINT32_TO_BE(number);
	memcpy(octets, &number, sizeof number);
}

static Address
read_address(const guint8 *octets, guint8 family)
{
	return family == 4 ? address_from_v4(octets_be32(octets)) : address_from_v6(octets);
}

static void
write_address(guint8 *octets, const Address *address)
{
	if (address->family == 4)
		put_be32(octets, (guint32)address->low);
	else
		address_to_v6(address, octets);
}

/* The one that stands for it at its place. */
static void
replace_address(Work *work, guint8 *octets, const Address *address)
{
	Address result = sanitize_address(work->sanitize, address);

	if (address_compare(address, &result) == 0)
		return;
	write_address(octets, &result);
	if (work->n_replaced < REPLACED_MAX)
		work->replaced[work->n_replaced++] = *address;
}

/* An IP header's: FALSE when it is none to be shown. */
static gboolean
take_address(Work *work, guint8 *octets, guint8 family)
{
	Address address = read_address(octets, family);

	if (sanitize_place(work->sanitize, &address) == PLACE_NEVER ||
		sanitize_is_range(&address))
		return FALSE;
	replace_address(work, octets, &address);
	return TRUE;
}

/* One of a route: an address that is not to be shown is cleared. */
static void
take_hop(Work *work, guint8 *octets)
{
	if (!take_address(work, octets, 4))
		memset(octets, 0, 4);
}

/* Four octets that an internal address of the packet was put into, as it is or turned round, or
 * that count on from it. */
static void
take_number(Work *work, guint8 *octets)
{
	guint32 number = octets_be32(octets);

	for (guint i = 0; i < work->n_replaced; i++) {
		if (work->replaced[i].family != 4)
			continue;
		guint32 address = (guint32)work->replaced[i].low;
		Address result = sanitize_address(work->sanitize, &work->replaced[i]);
		guint32 on = number - address;
		guint32 turned_on = GUINT32_SWAP_LE_BE(number) - address;
		if (on < COUNTS_ON)
			put_be32(octets, (guint32)result.low + on);
		else if (turned_on < COUNTS_ON)
			put_be32(octets, GUINT32_SWAP_LE_BE((guint32)result.low + turned_on));
		else
			continue;
		return;
	}
}

/*
 * IPv4 and TCP options have one form: a kind; but for kinds 0 (the end) and 1 (nothing) its length
 * in octets; data. Gives each one's data to `take`; what is no option any more becomes the end.
 */
static void
take_options(Work *work, guint8 *options, guint32 length,
	void (*take)(Work *work, guint8 kind, guint8 *data, guint32 length))
{
	guint32 at = 0;

	while (at < length && options[at] != 0) {
		if (options[at] == 1) {
			at++;
			continue;
		}
		guint32 size = at + 1 < length ? options[at + 1] : 0;
		if (size < 2 || size > length - at)
			break;
		take(work, options[at], options + at + 2, size - 2);
		at += size;
	}
	memset(options + at, 0, length - at);
}

/* RFC 791: record route, loose and strict source route hold a pointer, then addresses. */
static void
take_ipv4_option(Work *work, guint8 kind, guint8 *data, guint32 length)
{
	enum { RECORD_ROUTE = 7, LOOSE_ROUTE = 131, STRICT_ROUTE = 137 };
	guint32 at = 0;

	if (kind == RECORD_ROUTE || kind == LOOSE_ROUTE || kind == STRICT_ROUTE)
		for (at = MIN(length, 1); length - at >= 4; at += 4)
			take_hop(work, data + at);
	memset(data + at, 0, length - at);
}

static void
take_tcp_option(Work *work, guint8 kind, guint8 *data, guint32 length)
{
	enum { MSS = 2, WINDOW_SCALE = 3, SACK_PERMITTED = 4, SACK = 5, TIMESTAMPS = 8 };

	switch (kind) {
	case SACK:
	case TIMESTAMPS:
		for (guint32 at = 0; at + 4 <= length; at += 4)
			take_number(work, data + at);
		break;
	case MSS:
	case WINDOW_SCALE:
	case SACK_PERMITTED:
		break;
	default:
		memset(data, 0, length);
	}
}

/* Whether a checksum over `length` octets is right; where not all of them are there, only what
 * network cards are left to finish is known to be wrong: the sum of addresses, protocol and length.
 */
static gboolean
is_right(const Part *part, guint16 checksum, guint64 pseudo)
{
	if (part->there >= part->length)
		return checksum_fold(pseudo + checksum_sum(part->data, part->length)) == 0xffff;
	return checksum != checksum_fold(pseudo) &&
	       checksum != checksum_fold(part->before + part->protocol);
}

/* Of a header of which `kept` octets are at `header`; the checksum's place is `at`. */
static void
mend_checksum(const Part *part, guint8 *header, guint32 kept, guint32 at)
{
	gboolean has_pseudo = part->protocol != PROTOCOL_ICMP;
	guint64 pseudo = has_pseudo ? part->before + part->protocol + part->length : 0;

	if (kept < at + 2)
		return;
	guint16 checksum = octets_be16(header + at);
	if (checksum == 0 || !is_right(part, checksum, pseudo)) {
		put_be16(header + at, 0);
		return;
	}
	guint64 before = checksum_sum(part->data, kept), after = checksum_sum(header, kept);
	if (has_pseudo) {
		before += part->before;
		after += part->after;
	}
	checksum = checksum_change(checksum, before, after);
	/* RFC 768: 0 says that there is none. */
	put_be16(header + at,
		checksum == 0 && part->protocol == PROTOCOL_UDP ? 0xffff : checksum);
}

static ScrubOutcome
take_tcp(Work *work, const Part *part)
{
	enum { SEQUENCE = 4, ACKNOWLEDGMENT = 8, OFFSET = 12, CHECKSUM = 16 };
	guint32 size = part->there > OFFSET ? (part->data[OFFSET] >> 4) * 4u : 0;
	guint32 kept = whole_fields(part->there, MAX(size, TCP_SIZE));
	guint8 *header = copy(work->packet, part->data, kept);

	if (!header)
		return SCRUB_CUT;
	if (kept >= SEQUENCE + 4)
		take_number(work, header + SEQUENCE);
	if (kept >= ACKNOWLEDGMENT + 4)
		take_number(work, header + ACKNOWLEDGMENT);
	if (kept > TCP_SIZE)
		take_options(work, header + TCP_SIZE, kept - TCP_SIZE, take_tcp_option);
	mend_checksum(part, header, kept, CHECKSUM);
	return SCRUB_KEPT;
}

static ScrubOutcome
take_udp(Work *work, const Part *part)
{
	enum { CHECKSUM = 6 };
	guint32 kept = whole_fields(part->there, UDP_SIZE);
	guint8 *header = copy(work->packet, part->data, kept);

	if (!header)
		return SCRUB_CUT;
	mend_checksum(part, header, kept, CHECKSUM);
	return SCRUB_KEPT;
}

static gboolean
is_error(const Part *part)
{
	static const guint8 errors[] = {3, 4, 5, 11, 12};

	return part->protocol == PROTOCOL_ICMP
		       ? memchr(errors, part->data[0], sizeof errors) != NULL
		       : part->data[0] >= 1 && part->data[0] <= 4;
}

/* Identifier and sequence number follow: echo, timestamp, information, address mask. */
static gboolean
is_query(const Part *part)
{
	guint8 type = part->data[0];

	return part->protocol == PROTOCOL_ICMP
		       ? type == 0 || type == 8 || (type >= 13 && type <= 18)
		       : type == 128 || type == 129;
}

/* Neighbour discovery, its inverse, its secured form. */
static gboolean
is_neighbour(const Part *part)
{
	guint8 type = part->data[0];

	return part->protocol == PROTOCOL_ICMPV6 &&
	       ((type >= 133 && type <= 137) || type == 141 || type == 142 || type == 148 ||
		       type == 149);
}

static ScrubOutcome take_ip(Work *work, const guint8 *ip, guint32 available, guint32 wire,
	guint8 family, gboolean quoted);

/* What cannot be shown of the quoted packet is cut: the error is of use without it. */
static void
take_quoted(Work *work, const Part *part)
{
	ScrubPacket *packet = work->packet;
	guint32 before = packet->length, there = part->there - ICMP_SIZE;

	if (take_ip(work, part->data + ICMP_SIZE, there, part->length - ICMP_SIZE, part->family,
		    TRUE) != SCRUB_KEPT)
		packet->length = before;
}

static ScrubOutcome
take_icmp(Work *work, const Part *part)
{
	enum { CHECKSUM = 2, REST = 4, REDIRECT = 5 };
	gboolean error, whole = part->there >= ICMP_SIZE;

	if (part->there == 0)
		return SCRUB_KEPT;
	if (is_neighbour(part))
		return SCRUB_NEIGHBOUR;
	error = is_error(part);
	guint32 start = work->packet->length;
	guint32 kept = whole_fields(part->there, error || is_query(part) ? ICMP_SIZE : REST);
	guint8 *header = copy(work->packet, part->data, kept);
	if (!header)
		return SCRUB_CUT;
	if (whole && part->protocol == PROTOCOL_ICMP && part->data[0] == REDIRECT)
		take_hop(work, header + REST);
	else if (whole && is_query(part))
		take_number(work, header + REST);
	if (whole && error && !part->quoted)
		take_quoted(work, part);
	mend_checksum(part, header, work->packet->length - start, CHECKSUM);
	return SCRUB_KEPT;
}

/* Behind the IP header: TCP, UDP and ICMP of the right family; of all else nothing. */
static ScrubOutcome
take_part(Work *work, const Part *part)
{
	switch (part->protocol) {
	case PROTOCOL_TCP:
		return take_tcp(work, part);
	case PROTOCOL_UDP:
		return take_udp(work, part);
	case PROTOCOL_ICMP:
		return part->family == 4 ? take_icmp(work, part) : SCRUB_KEPT;
	case PROTOCOL_ICMPV6:
		return part->family == 6 ? take_icmp(work, part) : SCRUB_KEPT;
	default:
		return SCRUB_KEPT;
	}
}

static ScrubOutcome
take_ipv4(Work *work, const guint8 *ip, guint32 available, guint32 wire, gboolean quoted)
{
	enum {
		LENGTH = 2,
		FRAGMENT = 6,
		PROTOCOL = 9,
		CHECKSUM = 10,
		SOURCE = 12,
		TARGET = 16
	};
	guint32 size = (ip[0] & 15u) * 4, length = octets_be16(ip + LENGTH);

	length = length ? length : wire;
	available = MIN(available, length);
	guint8 *header =
		size >= IPV4_SIZE && size <= available ? copy(work->packet, ip, size) : NULL;
	if (!header)
		return SCRUB_CUT;
	if (!take_address(work, header + SOURCE, 4) || !take_address(work, header + TARGET, 4))
		return SCRUB_PLACE;
	take_options(work, header + IPV4_SIZE, size - IPV4_SIZE, take_ipv4_option);
	gboolean right = checksum_fold(checksum_sum(ip, size)) == 0xffff;
	guint16 checksum = octets_be16(ip + CHECKSUM);
	put_be16(header + CHECKSUM, right ? checksum_change(checksum, checksum_sum(ip, size),
						    checksum_sum(header, size))
					  : 0);
	if (octets_be16(ip + FRAGMENT) & IPV4_OFFSET)
		return SCRUB_KEPT;
	Part part = {
		.data = ip + size,
		.there = available - size,
		.length = length - size,
		.protocol = ip[PROTOCOL],
		.family = 4,
		.before = checksum_sum(ip + SOURCE, 8),
		.after = checksum_sum(header + SOURCE, 8),
		.quoted = quoted,
	};
	return take_part(work, &part);
}

static gboolean
is_extension(guint8 next)
{
	return next == EXTENSION_HOP || next == EXTENSION_ROUTING ||
	       next == EXTENSION_FRAGMENT || next == EXTENSION_DESTINATION;
}

/* Copies an extension header that is all there; of options nothing is left but padding, the zeros
 * of RFC 8200, 4.2. */
static ScrubOutcome
take_extension(Work *work, const guint8 *extension, guint32 size, guint8 kind)
{
	guint8 *header = kind == EXTENSION_ROUTING ? NULL : copy(work->packet, extension, size);

	if (!header)
		return kind == EXTENSION_ROUTING ? SCRUB_ROUTED : SCRUB_CUT;
	if (kind != EXTENSION_FRAGMENT)
		memset(header + 2, 0, size - 2);
	return SCRUB_KEPT;
}

static ScrubOutcome
take_ipv6(Work *work, const guint8 *ip, guint32 available, guint32 wire, gboolean quoted)
{
	enum { LENGTH = 4, NEXT = 6, SOURCE = 8, TARGET = 24 };
	guint32 payload = octets_be16(ip + LENGTH);
	guint32 length = payload ? IPV6_SIZE + payload : MAX(wire, IPV6_SIZE), at = IPV6_SIZE;
	guint8 *header = copy(work->packet, ip, IPV6_SIZE), next = ip[NEXT];

	available = MIN(available, length);
	if (!header)
		return SCRUB_CUT;
	if (!take_address(work, header + SOURCE, 6) || !take_address(work, header + TARGET, 6))
		return SCRUB_PLACE;
	while (is_extension(next)) {
		guint32 there = available - at;
		guint32 size = there < 8                    ? 8
			       : next == EXTENSION_FRAGMENT ? 8
							    : (ip[at + 1] + 1u) * 8;
		if (there < size)
			return next == EXTENSION_ROUTING ? SCRUB_ROUTED : SCRUB_KEPT;
		ScrubOutcome outcome = take_extension(work, ip + at, size, next);
		if (outcome != SCRUB_KEPT)
			return outcome;
		if (next == EXTENSION_FRAGMENT && (octets_be16(ip + at + 2) & IPV6_OFFSET))
			return SCRUB_KEPT;
		next = ip[at];
		at += size;
	}
	Part part = {
		.data = ip + at,
		.there = available - at,
		.length = length - at,
		.protocol = next,
		.family = 6,
		.before = checksum_sum(ip + SOURCE, 32),
		.after = checksum_sum(header + SOURCE, 32),
		.quoted = quoted,
	};
	return take_part(work, &part);
}

static ScrubOutcome
take_ip(Work *work, const guint8 *ip, guint32 available, guint32 wire, guint8 family,
	gboolean quoted)
{
	if (available < (family == 4 ? IPV4_SIZE : IPV6_SIZE) || ip[0] >> 4 != family)
		return SCRUB_CUT;
	return family == 4 ? take_ipv4(work, ip, available, wire, quoted)
			   : take_ipv6(work, ip, available, wire, quoted);
}

/* Whether an address that was replaced is still there, wherever. */
static gboolean
is_left(const Work *work)
{
	const ScrubPacket *packet = work->packet;

	for (guint i = 0; i < work->n_replaced; i++) {
		guint8 octets[16];
		write_address(octets, &work->replaced[i]);
		if (memmem(packet->octets, packet->length, octets,
			    work->replaced[i].family == 4 ? 4 : 16))
			return TRUE;
	}
	return FALSE;
}

ScrubOutcome
scrub_packet(const Sanitize *sanitize, LinkFunction link, const guint8 *frame, guint32 captured,
	guint32 wire, ScrubPacket *packet)
{
	LinkPayload at = {.version = -OUTCOME_LINK_UNKNOWN};
	Work work = {.sanitize = sanitize, .packet = packet};

	packet->length = 0;
	if (link)
		at = link(frame, captured, MAX(wire, captured));
	if (at.version < 0)
		return SCRUB_NOT_IP;
	if (at.captured == 0)
		return SCRUB_CUT;
	guint8 family = at.version ? (guint8)at.version : at.payload[0] >> 4;
	ScrubOutcome outcome =
		family == 4 || family == 6
			? take_ip(&work, at.payload, at.captured, at.wire, family, FALSE)
			: SCRUB_NOT_IP;
	if (outcome != SCRUB_KEPT)
		return outcome;
	guint32 length = family == 4 ? octets_be16(at.payload + 2)
				     : (octets_be16(at.payload + 4)
						       ? octets_be16(at.payload + 4) + IPV6_SIZE
						       : 0);
	packet->wire = MAX(length ? length : at.wire, packet->length);
	return is_left(&work) ? SCRUB_ELSEWHERE : SCRUB_KEPT;
}
