/*
 * The home of a labelled capture: 192.0.2.0/24, 198.18.0.0/16 and an IPv6 /48 whose hosts are
 * those of the others. Who lives there, what they serve, what is dark, which routers tell of it.
 *
 * A host is a number in host byte order (packet.h).
 */
#ifndef BENCH_LABEL_HOME_H
#define BENCH_LABEL_HOME_H

#include "tests/bench/packet.h"

/* What a host is; bits. Every host that is anything lives, all others are dark. */
typedef enum {
	ROLE_LIVES,
	ROLE_CLIENT,
	ROLE_WEB,
	ROLE_MAIL,
	ROLE_DNS,
	ROLE_NTP,
	ROLE_IRC,
	ROLE_SSH,
	ROLE_SILENT, /* a packet filter of its own: closed ports say nothing */
	ROLE_V6,     /* speaks IPv6 as well */
	ROLE_COUNT
} Role;

typedef struct Home Home;

Home *home_new(Random *random);
void home_free(Home *home);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Home, home_free)

gboolean home_has(const Home *home, guint32 host, Role role);

/* The hosts of a role, ascending; borrowed. */
const GArray *home_hosts(const Home *home, Role role);

/* One of them by chance. */
guint32 home_any(const Home *home, Random *random, Role role);

/* Any address of the IPv4 home, live or dark: each as likely as another. */
guint32 home_address(Random *random);

/* Whether a live host listens on a TCP or UDP port. */
gboolean home_listens(const Home *home, guint32 host, guint8 protocol, guint16 port);

/*
 * The router that answers for a dark address, with the ICMP type and code it answers by; 0:
 * nobody does.
 */
guint32 home_router(guint32 host, guint8 *type, guint8 *code);

#endif
