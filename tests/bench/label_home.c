#include "config.h"

#include "tests/bench/label_home.h"

enum {
	SMALL_SIZE = 256,
	LARGE_SIZE = 65536,
	NEIGHBOURHOODS = 8, /* /24s of the large network in which people live */
};

struct Home {
	guint16 roles[SMALL_SIZE + LARGE_SIZE]; /* bits of Role */
	GArray *hosts[ROLE_COUNT];              /* owned: guint32 */
};

/* Index into roles; PACKET_SITE_* only. */
static guint32
place(guint32 host)
{
	return host >> 16 == PACKET_SITE_LARGE >> 16 ? SMALL_SIZE + (host & 0xffff)
						     : host & 0xff;
}

static guint32
host_of(guint32 at)
{
	return at < SMALL_SIZE ? PACKET_SITE_SMALL + at : PACKET_SITE_LARGE + at - SMALL_SIZE;
}

static void
settle(Home *home, guint32 host, Role role)
{
	home->roles[place(host)] |= (guint16)(1u << role | 1u << ROLE_LIVES);
}

/* So many servers of a role in the small network from its number on, and in the large one. */
static void
settle_servers(Home *home, Random *random, Role role, guint32 small, guint few, guint many)
{
	for (guint i = 0; i < few; i++)
		settle(home, PACKET_SITE_SMALL + small + i, role);
	for (guint i = 0; i < many; i++) {
		const guint32 hood = random_below(random, NEIGHBOURHOODS);

		settle(home, PACKET_SITE_LARGE + hood * 256 + 2 + random_below(random, 18),
			role);
	}
}

static void
settle_clients(Home *home, Random *random)
{
	for (guint32 at = 0; at < SMALL_SIZE + NEIGHBOURHOODS * 256; at++) {
		const guint32 host = host_of(at);

		if ((host & 0xff) < 40 || (host & 0xff) == 255 || random_below(random, 4) != 0)
			continue;
		settle(home, host, ROLE_CLIENT);
		if (random_below(random, 5) < 2)
			settle(home, host, ROLE_SILENT);
	}
}

Home *
home_new(Random *random)
{
	Home *home = g_new0(Home, 1);

	settle_servers(home, random, ROLE_WEB, 10, 6, 8);
	settle_servers(home, random, ROLE_MAIL, 18, 3, 3);
	settle_servers(home, random, ROLE_DNS, 2, 2, 2);
	settle_servers(home, random, ROLE_NTP, 4, 1, 1);
	settle_servers(home, random, ROLE_IRC, 22, 1, 1);
	settle_servers(home, random, ROLE_SSH, 10, 4, 6);
	settle_clients(home, random);
	for (guint role = 0; role < ROLE_COUNT; role++)
		home->hosts[role] = g_array_new(FALSE, FALSE, sizeof(guint32));
	for (guint32 at = 0; at < SMALL_SIZE + LARGE_SIZE; at++) {
		const guint32 host = host_of(at);

		if (home_has(home, host, ROLE_WEB) || home_has(home, host, ROLE_DNS) ||
			(home_has(home, host, ROLE_CLIENT) && at % 5 == 0))
			settle(home, host, ROLE_V6);
		for (guint role = 0; role < ROLE_COUNT; role++)
			if (home_has(home, host, (Role)role))
				g_array_append_val(home->hosts[role], host);
	}
	return home;
}

void
home_free(Home *home)
{
	for (guint role = 0; role < ROLE_COUNT; role++)
		g_array_free(home->hosts[role], TRUE);
	g_free(home);
}

gboolean
home_has(const Home *home, guint32 host, Role role)
{
	return (home->roles[place(host)] >> role & 1) != 0;
}

const GArray *
home_hosts(const Home *home, Role role)
{
	return home->hosts[role];
}

guint32
home_any(const Home *home, Random *random, Role role)
{
	const GArray *hosts = home->hosts[role];

	return g_array_index(hosts, guint32, random_below(random, hosts->len));
}

guint32
home_address(Random *random)
{
	return host_of(random_below(random, SMALL_SIZE + LARGE_SIZE));
}

gboolean
home_listens(const Home *home, guint32 host, guint8 protocol, guint16 port)
{
	static const struct {
		guint8 protocol;
		guint16 port;
		Role role;
	} services[] = {
		{PACKET_TCP, 80, ROLE_WEB},
		{PACKET_TCP, 443, ROLE_WEB},
		{PACKET_TCP, 25, ROLE_MAIL},
		{PACKET_TCP, 53, ROLE_DNS},
		{PACKET_TCP, 6667, ROLE_IRC},
		{PACKET_TCP, 22, ROLE_SSH},
		{PACKET_UDP, 53, ROLE_DNS},
		{PACKET_UDP, 123, ROLE_NTP},
	};

	for (guint i = 0; i < G_N_ELEMENTS(services); i++)
		if (services[i].protocol == protocol && services[i].port == port)
			return home_has(home, host, services[i].role);
	return FALSE;
}

guint32
home_router(guint32 host, guint8 *type, guint8 *code)
{
	*type = 3;
	*code = 1;
	if (host >> 8 == PACKET_SITE_SMALL >> 8)
		return PACKET_SITE_SMALL + 1;
	if ((host & 0xffff) >= 0x8000) {
		/* nobody routes the upper half: it goes in circles until its time is up */
		*type = 11;
		*code = 0;
		return PACKET_SITE_LARGE + 1;
	}
	return (host >> 8) % 2 == 0 ? PACKET_SITE_LARGE + 1 : 0;
}
