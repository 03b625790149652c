#include "config.h"

#include "report/scrub_private.h"

#include <string.h>

#include "report/checksum.h"

enum { ICMP_SIZE = 8, UDP_SIZE = 8, TCP_SIZE = 20 };

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };

/* Of a transport header that is cut short: whole fields, so that no part of an address is left. */
static guint32
whole_fields(guint32 there, guint32 size)
{
	return there < size ? there & ~3u : size;
}

static void
take_tcp_option(ScrubWork *work, guint8 kind, guint8 *data, guint32 length)
{
	enum { MSS = 2, WINDOW_SCALE = 3, SACK_PERMITTED = 4, SACK = 5, TIMESTAMPS = 8 };

	switch (kind) {
	case SACK:
	case TIMESTAMPS:
		for (guint32 at = 0; at + 4 <= length; at += 4)
			scrub_work_number(work, data + at);
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
is_right(const ScrubPart *part, guint16 checksum, guint64 pseudo)
{
	if (part->there >= part->length)
		return checksum_fold(pseudo + checksum_sum(part->data, part->length)) == 0xffff;
	return checksum != checksum_fold(pseudo) &&
	       checksum != checksum_fold(part->before + part->protocol);
}

/* Of a header of which `kept` octets are at `header`; the checksum's place is `at`. */
static void
mend_checksum(const ScrubPart *part, guint8 *header, guint32 kept, guint32 at)
{
	gboolean has_pseudo = part->protocol != PROTOCOL_ICMP;
	guint64 pseudo = has_pseudo ? part->before + part->protocol + part->length : 0;

	if (kept < at + 2)
		return;
	guint16 checksum = octets_be16(header + at);
	if (checksum == 0 || !is_right(part, checksum, pseudo)) {
		scrub_work_put_be16(header + at, 0);
		return;
	}
	guint64 before = checksum_sum(part->data, kept), after = checksum_sum(header, kept);
	if (has_pseudo) {
		before += part->before;
		after += part->after;
	}
	checksum = checksum_change(checksum, before, after);
	/* RFC 768: 0 says that there is none. */
	scrub_work_put_be16(header + at,
		checksum == 0 && part->protocol == PROTOCOL_UDP ? 0xffff : checksum);
}

static ScrubOutcome
take_tcp(ScrubWork *work, const ScrubPart *part)
{
	enum { SEQUENCE = 4, ACKNOWLEDGMENT = 8, OFFSET = 12, CHECKSUM = 16 };
	guint32 size = part->there > OFFSET ? (part->data[OFFSET] >> 4) * 4u : 0;
	guint32 kept = whole_fields(part->there, MAX(size, TCP_SIZE));
	guint8 *header = scrub_work_copy(work, part->data, kept);

	if (!header)
		return SCRUB_CUT;
	if (kept >= SEQUENCE + 4)
		scrub_work_number(work, header + SEQUENCE);
	if (kept >= ACKNOWLEDGMENT + 4)
		scrub_work_number(work, header + ACKNOWLEDGMENT);
	if (kept > TCP_SIZE)
		scrub_work_options(work, header + TCP_SIZE, kept - TCP_SIZE, take_tcp_option);
	mend_checksum(part, header, kept, CHECKSUM);
	return SCRUB_KEPT;
}

static ScrubOutcome
take_udp(ScrubWork *work, const ScrubPart *part)
{
	enum { CHECKSUM = 6 };
	guint32 kept = whole_fields(part->there, UDP_SIZE);
	guint8 *header = scrub_work_copy(work, part->data, kept);

	if (!header)
		return SCRUB_CUT;
	mend_checksum(part, header, kept, CHECKSUM);
	return SCRUB_KEPT;
}

static gboolean
is_error(const ScrubPart *part)
{
	static const guint8 errors[] = {3, 4, 5, 11, 12};

	return part->protocol == PROTOCOL_ICMP
		       ? memchr(errors, part->data[0], sizeof errors) != NULL
		       : part->data[0] >= 1 && part->data[0] <= 4;
}

/* Identifier and sequence number follow: echo, timestamp, information, address mask. */
static gboolean
is_query(const ScrubPart *part)
{
	guint8 type = part->data[0];

	return part->protocol == PROTOCOL_ICMP
		       ? type == 0 || type == 8 || (type >= 13 && type <= 18)
		       : type == 128 || type == 129;
}

/* Neighbour discovery, its inverse, its secured form. */
static gboolean
is_neighbour(const ScrubPart *part)
{
	guint8 type = part->data[0];

	return part->protocol == PROTOCOL_ICMPV6 &&
	       ((type >= 133 && type <= 137) || type == 141 || type == 142 || type == 148 ||
		       type == 149);
}

/* Whether the quoted packet went to whom the error is from, and came from whom it is for, as far as
 * these are ours. Where it did not, somebody on the way translates addresses, and it tells what
 * one of ours is called on the other side: no home that is known holds it. */
static gboolean
quotes_own(const ScrubWork *work, const ScrubPart *part)
{
	guint32 size = part->family == 4 ? 4 : 16, source = part->family == 4 ? 12 : 8;
	const guint8 *quoted = part->data + ICMP_SIZE + source;

	if (part->there < ICMP_SIZE + source + 2 * size)
		return FALSE;
	return (!scrub_work_is_internal(work, part->addresses, part->family) ||
		       scrub_work_is_internal(work, quoted + size, part->family)) &&
	       (!scrub_work_is_internal(work, part->addresses + size, part->family) ||
		       scrub_work_is_internal(work, quoted, part->family));
}

/* What cannot be shown of the quoted packet is cut: the error is of use without it. */
static void
take_quoted(ScrubWork *work, const ScrubPart *part)
{
	ScrubPacket *packet = work->packet;
	guint32 before = packet->length, there = part->there - ICMP_SIZE;

	if (!quotes_own(work, part) ||
		scrub_ip(work, part->data + ICMP_SIZE, there, part->length - ICMP_SIZE,
			part->family, TRUE) != SCRUB_KEPT)
		packet->length = before;
}

static ScrubOutcome
take_icmp(ScrubWork *work, const ScrubPart *part)
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
	guint8 *header = scrub_work_copy(work, part->data, kept);
	if (!header)
		return SCRUB_CUT;
	if (whole && part->protocol == PROTOCOL_ICMP && part->data[0] == REDIRECT)
		scrub_work_hop(work, header + REST);
	else if (whole && is_query(part))
		scrub_work_number(work, header + REST);
	if (whole && error && !part->quoted)
		take_quoted(work, part);
	mend_checksum(part, header, work->packet->length - start, CHECKSUM);
	return SCRUB_KEPT;
}

ScrubOutcome
scrub_transport_take(ScrubWork *work, const ScrubPart *part)
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
