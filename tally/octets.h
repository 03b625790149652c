/*
 * Numbers out of packet octets: any alignment, network byte order in, host byte order out. The
 * caller has made sure that the octets are there.
 */
#ifndef TALLY_OCTETS_H
#define TALLY_OCTETS_H

#include <string.h>

#include <glib.h>

static inline guint16
octets_be16(const guint8 *octets)
{
	guint16 number;

	memcpy(&number, octets, sizeof number);
	return GUINT16_FROM_BE(number);
}

static inline guint32
octets_be32(const guint8 *octets)
{
	guint32 number;

	memcpy(&number, octets, sizeof number);
	return GUINT32_FROM_BE(number);
}

/* As they lie, in host byte order. */
static inline guint32
octets_host32(const guint8 *octets)
{
	guint32 number;

	memcpy(&number, octets, sizeof number);
	return number;
}

#endif
