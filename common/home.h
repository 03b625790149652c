/*
 * The site's own networks: which addresses are internal, which external, and which are never
 * a source nor a target (0/8, 127/8, 169.254/16, 224/4, 240/4; ::, ::1, fe80::/10, ff00::/8,
 * whether inside home or not).
 */
#ifndef COMMON_HOME_H
#define COMMON_HOME_H

#include "common/address.h"

typedef enum { PLACE_EXTERNAL = 0, PLACE_INTERNAL = 1, PLACE_NEVER = 2, PLACE_MIXED = 3 } Place;

typedef struct Home Home;

/* Parses CIDRs separated by comma, semicolon or space ("10.0.0.0/8,2001:db8::/32"; an address
 * alone is its /32 or /128; bits beyond the prefix are an error). NULL and error on the first
 * that is none: it is named, with what was expected. */
Home *home_new(const char *networks, GError **error);
/* The private ranges: 10/8, 172.16/12, 192.168/16, fc00::/7. */
Home *home_new_private(void);
void home_free(Home *home);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Home, home_free)

/* The networks in canonical text, sorted, merged where they overlap or touch, comma-separated;
 * owned by home. */
const char *home_text(const Home *home);
/* Range i of the networks, from 0 on, in order: first and last address. FALSE: there are no
 * more. */
gboolean home_range(const Home *home, guint i, Address *first, Address *last);
/* How many IPv4 addresses the networks hold. */
guint64 home_size_v4(const Home *home);

/* Where an address lies. number: host byte order; octets: 16, network byte order, any
 * alignment. */
Place home_place_v4_slow(const Home *home, guint32 number);
Place home_place_v6(const Home *home, const guint8 *octets);
Place home_place(const Home *home, const Address *address);

/* One byte (a Place) for each /16; PLACE_MIXED where the /16 holds several. Owned by home. */
const guint8 *home_table_v4(const Home *home);

static inline Place
home_place_v4(const Home *home, const guint8 *table, guint32 number)
{
	Place place = (Place)table[number >> 16];

	return G_LIKELY(place != PLACE_MIXED) ? place : home_place_v4_slow(home, number);
}

#endif
