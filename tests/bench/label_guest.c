/*
 * The reasoning of each label stands at its function.
 */
#include "config.h"

#include "tests/bench/label_guest.h"

#include "tests/bench/label_talk.h"

static Ending
any_ending(Random *random)
{
	static const Ending endings[] = {END_CLOSE, END_CLOSE, END_CLOSE, END_CLOSE, END_CLOSE,
		END_CLOSE, END_RESET, END_RESET_SERVER, END_HALF, END_NONE};

	return endings[random_below(random, G_N_ELEMENTS(endings))];
}

/* So many sessions with one host, from a time on. */
static guint64
visit(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 inside, guint16 port,
	guint sessions)
{
	Random *random = stage_random(stage);

	for (guint i = 0; i < sessions; i++) {
		const Session session = {
			.inside = inside,
			.port = port,
			.rounds = (guint)between(random, 1, 8),
			.ending = any_ending(random),
		};

		at = talk_session(stage, actor, at, peer, &session);
		at += between(random, 0, 90) * SECOND;
	}
	return at;
}

/* The same SYN again and again, to somebody who says nothing. */
static void
knock(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 inside, guint16 port,
	guint tries)
{
	Random *random = stage_random(stage);
	Packet packet = talk_tcp(peer, random, inside, talk_port(peer, random), port, SYN);
	guint64 wait = 3 * SECOND;

	for (guint i = 0; i < tries; i++) {
		stage_send(stage, actor, at, &packet);
		packet.id++;
		at += wait;
		wait = MIN(wait * 2, 48 * SECOND);
	}
}

/* People who read our pages: whole sessions with a server or three, again on some days. */
static void
play_web(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint servers = (guint)between(random, 1, 3), days = (guint)between(random, 1, 4);
	guint32 hosts[3];

	peer.v6 = chance(random, 15);
	if (peer.v6)
		actor_speaks_v6(actor);
	for (guint i = 0; i < servers; i++)
		hosts[i] = home_any(stage_home(stage), random, ROLE_WEB);
	for (guint i = 0; i < days; i++) {
		guint64 at = between(random, 0, stage_end(stage));

		for (guint j = 0; j < servers; j++) {
			const guint16 port = chance(random, 50) ? 80 : 443;

			at = visit(stage, actor, at, &peer, hosts[j], port,
				(guint)between(random, 1, 6));
		}
	}
}

/* A mail or web client in front of a server that does not answer: 12 to 25 SYNs (first seed, 4.1). */
static void
play_patient(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint16 port = chance(random, 70) ? 25 : 80;
	/* a server that was moved away, whose name still tells the old address */
	const guint32 gone = PACKET_SITE_SMALL + 30 + random_below(random, 3);

	for (guint i = 0, n_i = (guint)between(random, 1, 3); i < n_i; i++) {
		const guint tries = (guint)between(random, 12, 25);

		knock(stage, actor, between(random, 0, stage_end(stage)), &peer, gone, port,
			tries);
	}
}

/* A resolver: our name servers by UDP, the long answers by TCP. */
static void
play_resolver(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 3, 60); i < n_i; i++) {
		const guint64 at = between(random, 0, stage_end(stage));
		const guint32 server = home_any(stage_home(stage), random, ROLE_DNS);

		talk_question(stage, actor, at, &peer, server, 53, FALSE);
		if (chance(random, 5))
			visit(stage, actor, at + SECOND, &peer, server, 53, 1);
	}
}

/* Every 17 or 34 minutes, the time of day. */
static void
play_clock(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint32 server = home_any(stage_home(stage), random, ROLE_NTP);
	guint64 at = between(random, 0, stage_end(stage));

	for (guint i = 0, n_i = (guint)between(random, 10, 100); i < n_i; i++) {
		talk_question(stage, actor, at, &peer, server, 123, FALSE);
		at += 1024 * SECOND;
	}
}

/* IRC, whose server asks back at ident: our SYN to a closed port, and the reset that answers it. */
static void
play_irc(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 1, 4); i < n_i; i++) {
		const guint64 at = between(random, 0, stage_end(stage));
		const guint32 server = home_any(stage_home(stage), random, ROLE_IRC);
		Packet reset =
			talk_tcp(&peer, random, server, 113, 40000 + (guint16)i, RST | ACK);
		Packet ident = talk_back(stage_home(stage), &reset, SYN);

		reset.seq = 0;
		reset.ack = ident.seq + 1;
		ident.ack = 0;
		stage_send(stage, actor, at + 300 * MILLISECOND, &ident);
		stage_send(stage, actor, at + 380 * MILLISECOND, &reset);
		visit(stage, actor, at, &peer, server, 6667, 1);
	}
}

/* Somebody tries a service that one or two hosts do not offer, and is refused. */
static void
play_refused(Stage *stage, Actor *actor)
{
	static const guint16 ports[] = {21, 113, 110, 8080, 443};
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint16 port = ports[random_below(random, G_N_ELEMENTS(ports))];
	const guint64 at = between(random, 0, stage_end(stage));

	for (guint i = 0, n_i = (guint)between(random, 1, 2); i < n_i; i++) {
		const guint32 host = home_any(stage_home(stage), random, ROLE_MAIL);
		const Packet packet =
			talk_tcp(&peer, random, host, talk_port(&peer, random), port, SYN);

		for (guint j = 0, n_j = (guint)between(random, 1, 4); j < n_j; j++)
			talk_probe(stage, actor, at + i * MINUTE + j * 500 * MILLISECOND,
				&packet, NULL);
	}
}

/* A peer-to-peer neighbour of a few of our clients: both sides begin, by UDP and TCP, on high ports. */
static void
play_peer(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint hosts = (guint)between(random, 1, 4);

	for (guint i = 0; i < hosts; i++) {
		const guint32 host = home_any(stage_home(stage), random, ROLE_CLIENT);
		const guint16 port = (guint16)between(random, 20000, 60000);

		for (guint j = 0, n_j = (guint)between(random, 2, 10); j < n_j; j++) {
			const guint64 at = between(random, 0, stage_end(stage));
			const Session session = {
				.inside = host,
				.port = port,
				.outbound = chance(random, 50),
				.rounds = (guint)between(random, 2, 12),
				.ending = any_ending(random),
			};

			talk_question(stage, actor, at, &peer, host, port, chance(random, 50));
			talk_session(stage, actor, at + 2 * SECOND, &peer, &session);
		}
	}
}

/* Many clients behind one address: stacks mixed, several servers, whole sessions. No scanner exchanges data. */
static void
play_nat(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Peer gate = talk_peer(stage, actor, talk_stack(random));
	const guint clients = (guint)between(random, 4, 20);
	const gboolean office = chance(random, 50);
	const guint64 begin = between(random, 0, stage_end(stage) - DAY);

	for (guint i = 0; i < clients; i++) {
		Peer peer = gate;

		peer.stack = talk_stack(random);
		peer.ttl = (guint8)(peer.stack->ttl - 64 + gate.ttl % 32 + 20);
		peer.port = (guint16)between(random, 1025, 64000);
		for (guint j = 0, n_j = (guint)between(random, 1, 3); j < n_j; j++) {
			const gboolean reads = chance(random, 85);
			const guint32 server = home_any(
				stage_home(stage), random, reads ? ROLE_WEB : ROLE_MAIL);
			const guint64 at = begin + between(random, 0, office ? 8 * HOUR : DAY);

			visit(stage, actor, at, &peer, server, reads ? 80 : 25,
				(guint)between(random, 1, 4));
		}
	}
}

/* A service that looks whether our servers are up, from several of its machines, at even steps, for days. */
static void
play_monitor(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint n = (guint)between(random, 2, 5), servers = (guint)between(random, 2, 4);
	const Stack *stack = talk_stack(random);
	const guint64 step = between(random, 10, 60) * MINUTE;
	const guint64 begin = between(random, 0, stage_end(stage) / 2);
	const gboolean pings = chance(random, 60);
	guint32 hosts[4];
	Peer first = talk_peer(stage, actor, stack);

	for (guint i = 0; i < servers; i++)
		hosts[i] = home_any(stage_home(stage), random, ROLE_WEB);
	for (guint i = 0; i < n; i++) {
		Peer peer = i == 0 ? first : talk_neighbour(stage, actor, &first);

		for (guint j = 0; j < 60 * servers; j++) {
			const guint64 at = begin + j / servers * step + i * step / n +
					   j % servers * SECOND;
			const Session session = {hosts[j % servers], 80, FALSE, 1, END_CLOSE};
			const Packet echo =
				talk_echo(&peer, hosts[j % servers], (guint16)(j / servers));

			if (pings)
				talk_probe(stage, actor, at, &echo, NULL);
			if (!pings || j % 4 == 0)
				talk_session(
					stage, actor, at + 200 * MILLISECOND, &peer, &session);
		}
	}
}

/* Another site's mail exchanger: delivers to several of our mail hosts, is refused now and then, is delivered to. */
static void
play_mail(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 4, 30); i < n_i; i++) {
		const guint64 at = between(random, 0, stage_end(stage));
		const Session session = {
			.inside = home_any(stage_home(stage), random, ROLE_MAIL),
			.port = 25,
			.outbound = chance(random, 40),
			.rounds = (guint)between(random, 3, 9),
			.ending = chance(random, 15) ? END_RESET_SERVER : END_CLOSE,
		};

		talk_session(stage, actor, at, &peer, &session);
	}
}

/* A search engine reads from all of our web servers: a hit is a hit, the tally may list it. No trick of any kind. */
static void
play_crawler(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const GArray *servers = home_hosts(stage_home(stage), ROLE_WEB);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint64 begin = between(random, 0, stage_end(stage) - DAY);

	for (guint i = 0, n_i = (guint)between(random, 20, 60); i < n_i; i++) {
		const guint64 at = begin + between(random, 0, DAY);
		const guint32 server =
			g_array_index(servers, guint32, random_below(random, servers->len));

		visit(stage, actor, at, &peer, server, 80, (guint)between(random, 1, 3));
	}
}

#define FREE "decoy,flood,inverse-mapping,second-order-effect,hijack"

const Kind label_guest_kinds[] = {
	{"web-visitor", "ordinary", 500, "", LABEL_GUEST_NEVER, play_web},
	{"patient-client", "ordinary", 40, "", LABEL_GUEST_NEVER, play_patient},
	{"resolver", "ordinary", 120, "", LABEL_GUEST_NEVER, play_resolver},
	{"clock", "ordinary", 20, "", LABEL_GUEST_NEVER, play_clock},
	{"irc-visitor", "ordinary", 15, "", LABEL_GUEST_NEVER, play_irc},
	{"refused", "ordinary", 40, "", LABEL_GUEST_NEVER, play_refused},
	{"p2p-peer", "ordinary", 60, "", LABEL_GUEST_NEVER, play_peer},
	{"nat-gateway", "ordinary", 15, "", LABEL_GUEST_NEVER, play_nat},
	{"monitor", "ordinary", 6, "", LABEL_GUEST_NEVER, play_monitor},
	{"mail-exchanger", "ordinary", 40, "", LABEL_GUEST_NEVER, play_mail},
	{"crawler", "ordinary", 8, "", FREE, play_crawler},
	{.name = NULL},
};
