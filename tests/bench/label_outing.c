/*
 * Where our clients go. The reasoning of each label stands at its function.
 */
#include "config.h"

#include "tests/bench/label_guest.h"
#include "tests/bench/label_talk.h"

static void
go_out(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 inside, Ending ending)
{
	Random *random = stage_random(stage);
	const Session session = {
		.inside = inside,
		.port = chance(random, 40) ? 80 : 443,
		.outbound = TRUE,
		.rounds = (guint)between(random, 1, 8),
		.ending = ending,
	};

	talk_session(stage, actor, at, peer, &session);
}

static Ending
any_ending(Random *random)
{
	if (chance(random, 2))
		return chance(random, 50) ? END_LATE_FIN : END_LATE_RESET;
	return chance(random, 85)   ? END_CLOSE
	       : chance(random, 50) ? END_RESET
				    : END_RESET_SERVER;
}

/* At any time, ended in any way. */
static void
serve(Stage *stage, Actor *actor, Peer *peer, guint32 inside)
{
	Random *random = stage_random(stage);
	const guint64 at = between(random, 0, stage_end(stage));

	go_out(stage, actor, at, peer, inside, any_ending(random));
}

/* Some host of ours asks it by UDP, at any time. */
static void
inform(Stage *stage, Actor *actor, Peer *peer, Role role, guint16 port)
{
	Random *random = stage_random(stage);
	const guint32 inside = home_any(stage_home(stage), random, role);

	talk_question(
		stage, actor, between(random, 0, stage_end(stage)), peer, inside, port, TRUE);
}

/*
 * A server that many of our people use. Some connections are left open, and closed by the server
 * hours later: it did not look for anybody, it was talked to.
 */
static void
play_popular(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const GArray *hosts = home_hosts(stage_home(stage), ROLE_LIVES);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	/* among them, all servers come by everybody who lives */
	for (guint i = actor_number(actor); i < hosts->len; i += actor_of(actor))
		go_out(stage, actor, between(random, 0, stage_end(stage) / 8), &peer,
			g_array_index(hosts, guint32, i), END_CLOSE);
	for (guint i = 0, n_i = (guint)between(random, 5, 400); i < n_i; i++)
		serve(stage, actor, &peer, home_any(stage_home(stage), random, ROLE_CLIENT));
	if (chance(random, 20)) {
		/* a dual stack serves the other half of those who speak it */
		for (guint i = 0, n_i = (guint)between(random, 5, 20); i < n_i; i++)
			inform(stage, actor, &peer, ROLE_CLIENT, 443);
	}
}

/* The same by IPv6, so that who lives there is known. */
static void
play_popular_v6(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const GArray *hosts = home_hosts(stage_home(stage), ROLE_V6);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	actor_speaks_v6(actor);
	peer.v6 = TRUE;
	for (guint i = 0; i < hosts->len; i++)
		serve(stage, actor, &peer, g_array_index(hosts, guint32, i));
}

/* A content network: many addresses of a prefix, all alike, each asked by some of our clients. */
static void
play_cdn(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer first = talk_peer(stage, actor, talk_stack(random));
	const guint n = (guint)between(random, 5, 20);

	for (guint i = 0; i < n; i++) {
		Peer peer = i == 0 ? first : talk_neighbour(stage, actor, &first);

		for (guint j = 0, n_j = (guint)between(random, 2, 30); j < n_j; j++)
			serve(stage, actor, &peer,
				home_any(stage_home(stage), random, ROLE_CLIENT));
	}
}

/* A service that is not there: one of our clients tries, one reset answers each try (figure 3). */
static void
play_closed(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint64 at = between(random, 0, stage_end(stage));

	for (guint i = 0, n_i = (guint)between(random, 1, 3); i < n_i; i++) {
		const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
		const guint16 service = (guint16)between(random, 1, 9000);
		Packet reset = talk_tcp(&peer, random, client, service,
			(guint16)between(random, 32768, 60999), RST | ACK);
		Packet asked = talk_back(stage_home(stage), &reset, SYN);

		reset.seq = 0;
		reset.ack = asked.seq + 1;
		asked.ack = 0;
		stage_send(stage, actor, at + i * MINUTE, &asked);
		stage_send(stage, actor, at + i * MINUTE + 60 * MILLISECOND, &reset);
	}
}

/* A single reset out of the blue: what is left of a session before the capture. One is nothing. */
static void
play_leftover(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
	const guint8 flags = chance(random, 50) ? RST | ACK : RST;
	const Packet packet = talk_tcp(&peer, random, client, flags == RST ? 443 : 80,
		(guint16)between(random, 32768, 60999), flags);

	stage_send(stage, actor, between(random, 0, stage_end(stage)), &packet);
}

/* Name servers of the world, asked by ours. */
static void
play_authority(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 2, 50); i < n_i; i++)
		inform(stage, actor, &peer, ROLE_DNS, 53);
}

const Kind label_outing_kinds[] = {
	{"popular-server", "ordinary", 150, "", LABEL_GUEST_NEVER, play_popular},
	{"popular-v6", "ordinary", 10, "", LABEL_GUEST_NEVER, play_popular_v6},
	{"cdn-prefix", "ordinary", 8, "", LABEL_GUEST_NEVER, play_cdn},
	{"closed-service", "ordinary", 40, "", LABEL_GUEST_NEVER, play_closed},
	{"leftover", "ordinary", 60, "", LABEL_GUEST_NEVER, play_leftover},
	{"authority", "ordinary", 100, "", LABEL_GUEST_NEVER, play_authority},
	{.name = NULL},
};
