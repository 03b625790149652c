/*
 * The Internet checksum (RFC 1071), and what becomes of one when some of what it covers changes
 * (RFC 1624). Octets in network byte order, numbers in host byte order.
 */
#ifndef REPORT_CHECKSUM_H
#define REPORT_CHECKSUM_H

#include "tally/octets.h"

/* The sum of 16-bit numbers; an odd octet at the end is the upper half of one. */
static inline guint64
checksum_sum(const guint8 *octets, guint32 length)
{
	guint64 sum = 0;

	for (guint32 i = 0; i + 1 < length; i += 2)
		sum += octets_be16(octets + i);
	return length % 2 ? sum + ((guint64)octets[length - 1] << 8) : sum;
}

/* In one's complement, 16 bits of it. */
static inline guint16
checksum_fold(guint64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (guint16)sum;
}

/* What takes the place of a checksum when what it covers summed to `before` and now sums to
 * `after`, all else alike. */
static inline guint16
checksum_change(guint16 checksum, guint64 before, guint64 after)
{
	guint64 sum = (guint16)~checksum + (guint64)(guint16)~checksum_fold(before);

	return (guint16)~checksum_fold(sum + checksum_fold(after));
}

#endif
