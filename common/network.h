/*
 * A network: an address and how many of its first bits all its addresses have in common.
 */
#ifndef COMMON_NETWORK_H
#define COMMON_NETWORK_H

#include "common/address.h"

typedef struct {
	Address first; /* bits beyond the prefix are clear */
	guint8 bits;   /* 0..32 or 0..128 */
} Network;

/* Bits of a whole address: 32 or 128. */
static inline guint
network_most_bits(guint8 family)
{
	return family == 4 ? 32 : 128;
}

/* Reads "192.0.2.0/24", or "192.0.2.1" as its /32 (an IPv6 address as its /128). FALSE and
 * FAILURE_USAGE, *network untouched, when text is neither, or bits are set beyond the prefix:
 * "\"192.0.2.1/24\": bits are set beyond the prefix: expected 192.0.2.0/24". */
gboolean network_parse(const char *text, Network *network, GError **error);

/* The same back, an address alone without its bits, into buffer of ADDRESS_TEXT_SIZE; returns
 * it. */
char *network_format(const Network *network, char *buffer);

gboolean network_has(const Network *network, const Address *address);

#endif
