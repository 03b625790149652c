/*
 * One IPv4 or IPv6 address as numbers, so that order is plain comparison.
 */
#ifndef COMMON_ADDRESS_H
#define COMMON_ADDRESS_H

#include <glib.h>

/* Bytes that any address or CIDR needs as text, NUL included. */
enum { ADDRESS_TEXT_SIZE = 48 };

typedef struct {
	guint64 high;  /* host byte order; 0 for IPv4 */
	guint64 low;   /* host byte order; an IPv4 address lies in the low 32 bits */
	guint8 family; /* 4 or 6 */
} Address;

/* number: host byte order */
static inline Address
address_from_v4(guint32 number)
{
	return (Address){.low = number, .family = 4};
}

Address address_from_v6(const guint8 octets[16]); /* octets: network byte order */
void address_to_v6(const Address *address, guint8 octets[16]);

/* Reads "192.0.2.1" or "2001:db8::1". FALSE, *address untouched, when text is neither. */
gboolean address_parse(const char *text, Address *address);

/* Canonical text (RFC 5952) into buffer of ADDRESS_TEXT_SIZE; returns buffer. */
char *address_format(const Address *address, char *buffer);

/* IPv4 before IPv6, then as numbers: <0, 0, >0. */
static inline int
address_compare(const Address *a, const Address *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	if (a->high != b->high)
		return a->high < b->high ? -1 : 1;
	return (a->low > b->low) - (a->low < b->low);
}

/* The address with all but its first bits cleared (bits: 0..32 or 0..128). */
Address address_mask(const Address *address, guint bits);

#endif
