#include "config.h"

#include "report/scrub_private.h"

#include <string.h>

#include "report/checksum.h"

enum {
	IPV4_SIZE = 20,
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

enum { PROTOCOL_TCP = 6 };

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

/* RFC 791: record route, loose and strict source route hold a pointer, then addresses. */
static void
take_ipv4_option(ScrubWork *work, guint8 kind, guint8 *data, guint32 length)
{
	enum { RECORD_ROUTE = 7, LOOSE_ROUTE = 131, STRICT_ROUTE = 137 };
	guint32 at = 0;

	if (kind == RECORD_ROUTE || kind == LOOSE_ROUTE || kind == STRICT_ROUTE)
		for (at = MIN(length, 1); length - at >= 4; at += 4)
			scrub_work_hop(work, data + at);
	memset(data + at, 0, length - at);
}

/* masscan's IP ID: the last 16 bits of target, sequence number and port, added without carry. */
static guint16
mixed_identification(const guint8 *ip, guint32 size)
{
	enum { TARGET_END = 18, PORT = 2, SEQUENCE_END = 6 };

	return octets_be16(ip + TARGET_END) ^ octets_be16(ip + size + PORT) ^
	       octets_be16(ip + size + SEQUENCE_END);
}

/* One that tells the target is made anew, of what stands for it. TCP's first octets are there, in
 * the packet as in what is left of it. */
static void
take_identification(const guint8 *ip, guint32 size, guint8 *header)
{
	enum { IDENTIFICATION = 4 };

	if (octets_be16(ip + IDENTIFICATION) == mixed_identification(ip, size))
		scrub_work_put_be16(
			header + IDENTIFICATION, mixed_identification(header, size));
}

static ScrubOutcome
take_ipv4(ScrubWork *work, const guint8 *ip, guint32 available, guint32 wire, gboolean quoted)
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
		size >= IPV4_SIZE && size <= available ? scrub_work_copy(work, ip, size) : NULL;
	if (!header)
		return SCRUB_CUT;
	if (!scrub_work_address(work, header + SOURCE, 4) ||
		!scrub_work_address(work, header + TARGET, 4))
		return SCRUB_PLACE;
	scrub_work_options(work, header + IPV4_SIZE, size - IPV4_SIZE, take_ipv4_option);
	ScrubPart part = {
		.data = ip + size,
		.there = available - size,
		.length = length - size,
		.protocol = ip[PROTOCOL],
		.family = 4,
		.addresses = ip + SOURCE,
		.before = checksum_sum(ip + SOURCE, 8),
		.after = checksum_sum(header + SOURCE, 8),
		.quoted = quoted,
	};
	gboolean fragment = octets_be16(ip + FRAGMENT) & IPV4_OFFSET;
	ScrubOutcome outcome = fragment ? SCRUB_KEPT : scrub_transport_take(work, &part);
	if (outcome == SCRUB_KEPT && !fragment && part.protocol == PROTOCOL_TCP &&
		part.there >= 8)
		take_identification(ip, size, header);
	gboolean right = checksum_fold(checksum_sum(ip, size)) == 0xffff;
	guint16 checksum = octets_be16(ip + CHECKSUM);
	scrub_work_put_be16(
		header + CHECKSUM, right ? checksum_change(checksum, checksum_sum(ip, size),
						   checksum_sum(header, size))
					 : 0);
	return outcome;
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
take_extension(ScrubWork *work, const guint8 *extension, guint32 size, guint8 kind)
{
	guint8 *header =
		kind == EXTENSION_ROUTING ? NULL : scrub_work_copy(work, extension, size);

	if (!header)
		return kind == EXTENSION_ROUTING ? SCRUB_ROUTED : SCRUB_CUT;
	if (kind != EXTENSION_FRAGMENT)
		memset(header + 2, 0, size - 2);
	return SCRUB_KEPT;
}

static ScrubOutcome
take_ipv6(ScrubWork *work, const guint8 *ip, guint32 available, guint32 wire, gboolean quoted)
{
	enum { LENGTH = 4, NEXT = 6, SOURCE = 8, TARGET = 24 };
	guint32 payload = octets_be16(ip + LENGTH);
	guint32 length = payload ? IPV6_SIZE + payload : MAX(wire, IPV6_SIZE), at = IPV6_SIZE;
	guint8 *header = scrub_work_copy(work, ip, IPV6_SIZE), next = ip[NEXT];

	available = MIN(available, length);
	if (!header)
		return SCRUB_CUT;
	if (!scrub_work_address(work, header + SOURCE, 6) ||
		!scrub_work_address(work, header + TARGET, 6))
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
	ScrubPart part = {
		.data = ip + at,
		.there = available - at,
		.length = length - at,
		.protocol = next,
		.family = 6,
		.addresses = ip + SOURCE,
		.before = checksum_sum(ip + SOURCE, 32),
		.after = checksum_sum(header + SOURCE, 32),
		.quoted = quoted,
	};
	return scrub_transport_take(work, &part);
}

ScrubOutcome
scrub_ip(ScrubWork *work, const guint8 *ip, guint32 available, guint32 wire, guint8 family,
	gboolean quoted)
{
	if (available < (family == 4 ? IPV4_SIZE : IPV6_SIZE) || ip[0] >> 4 != family)
		return SCRUB_CUT;
	return family == 4 ? take_ipv4(work, ip, available, wire, quoted)
			   : take_ipv6(work, ip, available, wire, quoted);
}

ScrubOutcome
scrub_packet(const Sanitize *sanitize, LinkFunction link, const guint8 *frame, guint32 captured,
	guint32 wire, ScrubPacket *packet)
{
	LinkPayload at = {.version = -OUTCOME_LINK_UNKNOWN};
	ScrubWork work = {.sanitize = sanitize, .packet = packet};

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
			? scrub_ip(&work, at.payload, at.captured, at.wire, family, FALSE)
			: SCRUB_NOT_IP;
	if (outcome != SCRUB_KEPT)
		return outcome;
	guint32 length = family == 4 ? octets_be16(at.payload + 2)
				     : (octets_be16(at.payload + 4)
						       ? octets_be16(at.payload + 4) + IPV6_SIZE
						       : 0);
	packet->wire = MAX(length ? length : at.wire, packet->length);
	return scrub_work_is_left(&work) ? SCRUB_ELSEWHERE : SCRUB_KEPT;
}
