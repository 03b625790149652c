/*
 * Crowds: many addresses that do the same, and have no plan. The reasoning of each label stands at
 * its function.
 */
#include "config.h"

#include "tests/bench/label_guest.h"
#include "tests/bench/label_talk.h"

/* Nodes of a distributed hash table ask a client of ours that takes part in it: a packet or three from each. */
static void
play_table(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
	const guint16 port = (guint16)between(random, 20000, 60000);
	const guint64 begin = between(random, 0, stage_end(stage) - DAY);

	for (guint i = 0, n_i = (guint)between(random, 60, 250); i < n_i; i++) {
		Peer peer = talk_peer(stage, actor, talk_stack(random));
		const gboolean ours_first = chance(random, 40);

		for (guint j = 0, n_j = (guint)between(random, 1, 3); j < n_j; j++) {
			const guint16 theirs = (guint16)(ours_first ? 6881 : port);

			talk_question(stage, actor, begin + between(random, 0, DAY), &peer,
				client, theirs, ours_first);
		}
	}
}

/* Sessions with a few of the servers of a role, each from its own start. */
static void
call(Stage *stage, Actor *actor, Peer *peer, Role role, guint16 port, guint sessions)
{
	Random *random = stage_random(stage);

	for (guint i = 0; i < sessions; i++) {
		const Session session = {
			.inside = home_any(stage_home(stage), random, role),
			.port = port,
			.rounds = (guint)between(random, 1, 5),
			.ending = END_CLOSE,
		};

		talk_session(
			stage, actor, between(random, 0, stage_end(stage)), peer, &session);
	}
}

/* A provider's mail hosts: one prefix, one system, all of them deliver to the same few hosts of ours. */
static void
play_mail_farm(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer first = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 8, 30); i < n_i; i++) {
		Peer peer = i == 0 ? first : talk_neighbour(stage, actor, &first);

		call(stage, actor, &peer, ROLE_MAIL, 25, (guint)between(random, 2, 8));
	}
}

/* A content network that fetches from our web servers what it serves: many of a prefix, every one some servers. */
static void
play_origin(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer first = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 10, 40); i < n_i; i++) {
		Peer peer = i == 0 ? first : talk_neighbour(stage, actor, &first);

		call(stage, actor, &peer, ROLE_WEB, 443, (guint)between(random, 1, 5));
	}
}

/* Volunteers' probes all over the world, one system, that ping the same few servers of ours every so often. */
static void
play_ping_mesh(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Stack *stack = talk_stack(random);
	const guint64 step = between(random, 30, 240) * MINUTE;
	guint32 servers[3];

	for (guint i = 0; i < G_N_ELEMENTS(servers); i++)
		servers[i] = home_any(stage_home(stage), random, i == 0 ? ROLE_DNS : ROLE_WEB);
	for (guint i = 0, n_i = (guint)between(random, 8, 25); i < n_i; i++) {
		Peer peer = talk_peer(stage, actor, stack);
		const guint64 begin = between(random, 0, step);
		const guint n_servers = (guint)between(random, 1, G_N_ELEMENTS(servers));

		for (guint j = 0; begin + j * step < stage_end(stage); j++) {
			const Packet echo =
				talk_echo(&peer, servers[j % n_servers], (guint16)j);

			talk_probe(stage, actor, begin + j * step, &echo, NULL);
		}
	}
}

/*
 * A service that many clients of ours stay connected with is restarted: it resets all of them within
 * seconds, some hours after they last spoke. Each once, one port, and all of them had gone there.
 */
static void
play_push(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const GArray *clients = home_hosts(stage_home(stage), ROLE_CLIENT);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint64 begin = between(random, 0, stage_end(stage) - 12 * HOUR);
	const guint64 restart = begin + between(random, 4, 10) * HOUR;
	const guint skip = (guint)between(random, 7, 30);

	for (guint i = 0; i < clients->len; i += skip) {
		const Session session = {g_array_index(clients, guint32, i), 5228, TRUE,
			(guint)between(random, 2, 6), END_NONE};
		const Packet reset = talk_tcp(&peer, random, session.inside, 5228,
			(guint16)between(random, 32768, 60999), RST);

		talk_session(
			stage, actor, begin + between(random, 0, 2 * HOUR), &peer, &session);
		stage_send(stage, actor, restart + between(random, 0, 8 * SECOND), &reset);
	}
}

/* A page of ours is talked about: hundreds of readers within an hour or two, some turned away by a full server. */
static void
play_rush(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint32 server = home_any(stage_home(stage), random, ROLE_WEB);
	const guint64 begin = between(random, 0, stage_end(stage) - 3 * HOUR);

	for (guint i = 0, n_i = (guint)between(random, 150, 500); i < n_i; i++) {
		Peer peer = talk_peer(stage, actor, talk_stack(random));
		guint64 at = begin + between(random, 0, 2 * HOUR);

		for (guint j = 0, n_j = (guint)between(random, 1, 3); j < n_j; j++) {
			const Session session = {server, 80, FALSE,
				(guint)between(random, 1, 6),
				chance(random, 10) ? END_RESET_SERVER : END_CLOSE};

			at = talk_session(stage, actor, at, &peer, &session) + SECOND;
		}
	}
}

const Kind label_crowd_kinds[] = {
	{"hash-table", "ordinary", 4, "", LABEL_GUEST_NEVER, play_table},
	{"mail-farm", "ordinary", 5, "", LABEL_GUEST_NEVER, play_mail_farm},
	{"origin-pull", "ordinary", 5, "", LABEL_GUEST_NEVER, play_origin},
	{"ping-mesh", "ordinary", 5, "", LABEL_GUEST_NEVER, play_ping_mesh},
	{"push-service", "ordinary", 8, "", LABEL_GUEST_NEVER, play_push},
	{"rush", "ordinary", 3, "", LABEL_GUEST_NEVER, play_rush},
	{.name = NULL},
};
