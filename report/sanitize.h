/*
 * A site's addresses replaced for those who shall not know them: the same address by the same one
 * in every text and packet made with the same key, and their structure kept. Addresses of others
 * stay as they are.
 *
 * Where replacements come from: Crypto-PAn alone (cryptopan.h) maps all addresses onto all, so
 * what comes out could be an internal address again, or that of an innocent third party. Hence
 * each network of home gets a network of the same length in a range that is nobody's:
 *
 *	IPv4	240.0.0.0/4, reserved (RFC 1112): never internal, never a source nor a target (home.h)
 *	IPv6	e000::/4, never given out (RFC 4291): refused when home lies there
 *
 * and within it the address's own bits as Crypto-PAn maps them. The network is the one that
 * Crypto-PAn maps home's onto, its first four bits set to the range's, or the next free one where
 * another has it already: longer networks make way for shorter ones, and all for 255.0.0.0/8, where
 * the broadcast address is. So two addresses of one
 * network of home that have exactly k bits in common still have exactly k; so have two of
 * different ones that share four bits at least, unless one had to make way; and no two
 * addresses become one.
 */
#ifndef REPORT_SANITIZE_H
#define REPORT_SANITIZE_H

#include "common/home.h"
#include "common/network.h"
#include "report/cryptopan.h"

typedef struct Sanitize Sanitize;

/* home: borrowed. NULL and FAILURE_USAGE: it is too large for the range (more than 15 networks /8),
 * or lies in it. */
Sanitize *sanitize_new(const Home *home, const guint8 key[CRYPTOPAN_KEY_SIZE], GError **error);
void sanitize_free(Sanitize *sanitize);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sanitize, sanitize_free)

/* As home_place: only internal addresses are replaced. */
Place sanitize_place(const Sanitize *sanitize, const Address *address);

/* Whether the address lies where replacements come from: then, as it came, it is nobody's that
 * could be told apart from one. */
gboolean sanitize_is_range(const Address *address);

/* The address that stands for it; any other than an internal one is itself, but for an IPv6
 * address that has an internal IPv4 address within (RFC 3056, 4214, 4291, 4380, 6052). */
Address sanitize_address(const Sanitize *sanitize, const Address *address);

/* The same of a network: one within home, and one that has networks of home in it, where that says
 * something of them (from /8 on). */
Network sanitize_network(const Sanitize *sanitize, const Network *network);

#endif
