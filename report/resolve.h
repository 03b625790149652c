/*
 * What an address is called, asked of the machine's name servers (resolv.conf(5)) by DNS alone:
 * PTR records, RFC 1035 3.3.12 and RFC 3596 2.5. The one place that talks to them.
 */
#ifndef REPORT_RESOLVE_H
#define REPORT_RESOLVE_H

#include "common/address.h"

typedef enum {
	RESOLVE_FAILED, /* no answer, or none that can be read */
	RESOLVE_NONE,   /* it has no name */
	RESOLVE_NAME,
} ResolveResult;

/* Octets of a name as text, each of its 255 as \DDD, and NUL. */
enum { RESOLVE_NAME_SIZE = 1025 };

typedef struct {
	Address address;
	ResolveResult result;
	char *name; /* owned; NULL unless RESOLVE_NAME: printable ASCII without a space, \DDD for
		       what is neither */
} ResolveItem;

/*
 * Asks for all items, a few at a time, in their order; those that it does not come to within so
 * many seconds are RESOLVE_FAILED. A server has a few seconds for an address, so the last end a
 * few seconds later. Returns how many were asked for.
 */
gsize resolve_all(ResolveItem *items, gsize n_items, guint seconds);

/* Whether any name server answers at all, where none of resolve_all did: a source's zone may be
 * out of order, or its owner's will. */
gboolean resolve_works(void);

/* The name that an answer gives, of several the first by strcmp; name: of RESOLVE_NAME_SIZE. */
ResolveResult resolve_read(const guint8 *answer, gsize length, char *name);

/* "9.100.51.198.in-addr.arpa"; free with g_free. */
char *resolve_question(const Address *address);

#endif
