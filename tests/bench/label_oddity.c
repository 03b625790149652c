/*
 * The reasoning of each label stands at its function.
 */
#include "config.h"

#include "tests/bench/label_oddity.h"
#include "tests/bench/label_talk.h"
#include "tests/bench/label_targets.h"

/* One of our clients visits a web server elsewhere, whose name our name server asked for. */
static guint64
stimulate(Stage *stage, Actor *actor, guint64 at, Peer *server, guint32 client)
{
	Random *random = stage_random(stage);
	const Session session = {client, 80, TRUE, (guint)between(random, 2, 5), END_CLOSE};

	talk_question(stage, actor, at, server, home_any(stage_home(stage), random, ROLE_DNS),
		53, TRUE);
	return talk_session(stage, actor, at + 100 * MILLISECOND, server, &session);
}

/*
 * Machines of one service in three networks time the way to our name servers, seconds after a visit
 * to a site of theirs: SYNs with 64 octets to port 53, or syn-acks whose ack is seq - 1.
 */
static void
play_balancer(Stage *stage, Actor *actor)
{
	static const Stack stack_syn = {2048, 0, 255, OPTIONS_NONE, IDS_RANDOM, TRUE};
	static const Stack stack_synack = {4128, 556, 255, OPTIONS_MSS, IDS_ZERO, TRUE};
	Random *random = stage_random(stage);
	const GArray *servers = home_hosts(stage_home(stage), ROLE_DNS);
	const gboolean by_syn = actor_number(actor) % 2 == 0, pings = chance(random, 40);
	const guint64 begin = targets_begin(stage, HOUR);
	Actor *site = stage_bystander(stage);
	Peer web = talk_peer(stage, site, talk_stack(random));

	stimulate(stage, site, begin, &web, home_any(stage_home(stage), random, ROLE_CLIENT));
	for (guint i = 0; i < 3; i++) {
		Peer peer = talk_peer(stage, actor, by_syn ? &stack_syn : &stack_synack);
		guint64 at = begin + between(random, 200, 4000) * MILLISECOND;
		const guint n_servers = by_syn ? 1 : MIN(servers->len, 2);
		guint32 seq = (guint32)random_next(random);

		for (guint round = 0, rounds = (guint)between(random, 2, 4); round < rounds;
			round++) {
			const guint32 server = targets_at(servers, round % n_servers);
			const Packet echo = talk_echo(&peer, server, (guint16)round);

			if (pings)
				talk_probe(stage, actor, at - 100 * MILLISECOND, &echo, NULL);
			for (guint j = 0; j < (by_syn ? 3 : 2); j++) {
				Packet packet = talk_tcp(&peer, random, server,
					(guint16)(by_syn ? 2100 + j : 44132 + round), 53,
					by_syn ? SYN : SYN | ACK);

				packet.payload = by_syn ? 64 : 0;
				if (!by_syn) {
					packet.seq = seq + round;
					packet.ack = packet.seq - 1;
				}
				stage_send(stage, actor,
					at + j * (by_syn ? MILLISECOND : 2 * SECOND), &packet);
			}
			at += between(random, 2, by_syn ? 90 : 6) * SECOND;
		}
	}
}

/* Hop by hop to one of ours: UDP to rising ports, the TTL used up when it arrives. */
static void
trace(Stage *stage, Actor *actor, guint64 at, guint32 target)
{
	static const Stack stack = {0, 0, 64, OPTIONS_NONE, IDS_RISING, TRUE};
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, &stack);
	const guint16 sport = (guint16)between(random, 32769, 65000);
	const guint16 port = (guint16)(33434 + between(random, 8, 25) * 3);

	for (guint i = 0, n_i = (guint)between(random, 3, 9); i < n_i; i++) {
		Packet packet = talk_udp(&peer, target, sport, (guint16)(port + i), 12);

		packet.ttl = (guint8)(1 + i / 3);
		/* what is used up before the target says nothing of the target */
		if (i < 3)
			stage_send(stage, actor, at, &packet);
		else
			talk_probe(stage, actor, at, &packet, NULL);
		at += between(random, 20, 150) * MILLISECOND;
	}
}

static void
play_trace(Stage *stage, Actor *actor)
{
	const guint32 target = home_any(stage_home(stage), stage_random(stage), ROLE_LIVES);

	trace(stage, actor, targets_begin(stage, MINUTE), target);
}

/* Figure 1: several backbones, one target, within seconds or two minutes. */
static void
play_traces(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint64 spread = chance(random, 50) ? 2 * SECOND : 120 * SECOND;
	const guint64 begin = targets_begin(stage, HOUR);
	const guint32 target =
		home_any(stage_home(stage), random, chance(random, 70) ? ROLE_DNS : ROLE_WEB);

	for (guint i = 0, n_i = (guint)between(random, 3, 8); i < n_i; i++)
		trace(stage, actor, begin + between(random, 0, spread), target);
}

/* The same with a visit of ours before it: the commercial use that section 2 of the first seed tells of. */
static void
play_traces_back(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
	const guint64 begin = targets_begin(stage, HOUR);
	Actor *site = stage_bystander(stage);
	Peer web = talk_peer(stage, site, talk_stack(random));

	stimulate(stage, site, begin, &web, client);
	for (guint i = 0, n_i = (guint)between(random, 3, 6); i < n_i; i++)
		trace(stage, actor, begin + between(random, 1, 3) * SECOND, client);
}

/* Hundreds of SYNs in seconds to one service, none of which comes to anything (second seed). */
static void
flood(Stage *stage, Actor *actor, gboolean spoofed)
{
	static const Stack stack = {8192, 536, 128, OPTIONS_SACK, IDS_RANDOM, FALSE};
	Random *random = stage_random(stage);
	const guint n = (guint)between(random, 400, 2500);
	const guint64 span = n * between(random, 2, 20) * MILLISECOND;
	const guint64 begin = targets_begin(stage, span);
	const guint32 target = home_any(stage_home(stage), random, ROLE_WEB);
	const guint32 seq = (guint32)random_next(random);
	Peer peer = talk_peer(stage, actor, &stack);

	for (guint i = 0; i < n; i++) {
		if (spoofed && i > 0)
			peer = talk_peer(stage, actor, &stack);

		Packet packet = talk_tcp(&peer, random, target, (guint16)(1053 + i), 80, SYN),
		       back;
		const guint64 at = targets_when(random, begin, span, i, n, 50);

		packet.seq = seq;
		stage_send(stage, actor, at, &packet);
		/* the backlog is full before long */
		if (i < 128 || i % 50 == 0) {
			back = talk_back(stage_home(stage), &packet, SYN | ACK);
			stage_send(stage, actor, at + MILLISECOND, &back);
		}
	}
}

static void
play_flood(Stage *stage, Actor *actor)
{
	flood(stage, actor, FALSE);
}

static void
play_spoofed_flood(Stage *stage, Actor *actor)
{
	flood(stage, actor, TRUE);
}

static const guint8 odd_flags[] = {
	SYN | FIN, SYN | FIN | RST, SYN | FIN | PSH, SYN | FIN | RST | PSH, SYN | RST | PSH};

/* Web servers that send what no stack sends to those who visit them: SFRP after the visit (figures 10, 11). */
static void
play_odd_reply(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer server = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0, n_i = (guint)between(random, 1, 4); i < n_i; i++) {
		const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
		const guint64 at = stimulate(stage, actor,
			between(random, 0, stage_end(stage) - HOUR), &server, client);

		for (guint j = 0, n_j = (guint)between(random, 1, 4); j < n_j; j++) {
			const guint8 flags =
				odd_flags[random_below(random, G_N_ELEMENTS(odd_flags))];
			const guint16 sport = (guint16)between(random, 1, 65000);
			Packet packet = talk_tcp(&server, random, client, sport,
				(guint16)between(random, 500, 50000), flags);

			packet.payload = (guint16)between(random, 36, 556);
			packet.options = OPTIONS_NONE;
			packet.window = (guint16)random_next(random);
			stage_send(stage, actor, at + j * SECOND, &packet);
		}
	}
}

/* The same to name and mail servers, and nobody had been there: "considered hostile". */
static void
play_odd(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint64 begin = targets_begin(stage, 3 * HOUR);

	for (guint i = 0, n_i = (guint)between(random, 2, 5); i < n_i; i++) {
		const gboolean names = chance(random, 50);
		const guint32 server =
			home_any(stage_home(stage), random, names ? ROLE_DNS : ROLE_MAIL);
		const guint8 flags = odd_flags[random_below(random, G_N_ELEMENTS(odd_flags))];
		const Packet packet = talk_tcp(&peer, random, server,
			(guint16)between(random, 1024, 65000), names ? 53 : 25, flags);

		stage_send(stage, actor, begin + between(random, 0, 3 * HOUR), &packet);
	}
}

/* The right sequence number of a live conversation, from an address that has no part in it (4.4). */
static void
play_hijack(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint64 begin = targets_begin(stage, HOUR);
	const guint32 client = home_any(stage_home(stage), random, ROLE_CLIENT);
	Actor *site = stage_bystander(stage);
	Peer server = talk_peer(stage, site, talk_stack(random));
	Peer attacker = talk_peer(stage, actor, talk_tool(random));
	const guint16 port = (guint16)between(random, 32768, 60999);
	Packet opening = talk_tcp(&server, random, client, 23, port, SYN | ACK);
	Packet out = talk_back(stage_home(stage), &opening, ACK), in = opening, reset;

	out.flags = SYN;
	out.seq = opening.ack - 1;
	out.ack = 0;
	stage_send(stage, site, begin, &out);
	stage_send(stage, site, begin + 50 * MILLISECOND, &opening);
	out.flags = ACK;
	out.seq = opening.ack;
	in.options = OPTIONS_NONE;
	in.seq = opening.seq + 1;
	for (guint i = 0; i < 12; i++) {
		const guint64 at = begin + 60 * MILLISECOND + i * 2 * SECOND;

		out.ack = in.seq;
		stage_send(stage, site, at, &out);
		in.flags = PSH | ACK;
		in.ack = out.seq;
		in.payload = (guint16)between(random, 10, 200);
		stage_send(stage, site, at + 60 * MILLISECOND, &in);
		in.seq += in.payload;
	}
	out.ack = in.seq;
	stage_send(stage, site, begin + 30 * SECOND, &out);
	reset = in;
	reset.source = attacker.host;
	reset.ttl = attacker.ttl;
	reset.id = attacker.id;
	reset.flags = RST;
	reset.payload = 0;
	reset.window = 0;
	reset.ack = 0;
	stage_send(stage, actor, begin + 31 * SECOND, &reset);
}

#define SCANS "scan,coordinated-scan,decoy"
#define NOT_SCAN SCANS ",second-order-effect,inverse-mapping,flood,hijack"

const Kind label_oddity_kinds[] = {
	{"load-balancer", "other", 12, "load-balancer,benign", NOT_SCAN, play_balancer},
	{"traceroute", "other", 8, "traceroute,benign", NOT_SCAN, play_trace},
	{"traceroutes", "other", 8, "traceroute,benign", NOT_SCAN, play_traces},
	{"traceroutes-back", "other", 5, "traceroute,load-balancer,benign", NOT_SCAN,
		play_traces_back},
	{"flood", "target", 4, "flood", SCANS ",benign,load-balancer", play_flood},
	{"flood-spoofed", "target", 4, "flood", SCANS ",benign,load-balancer",
		play_spoofed_flood},
	{"odd-after-visit", "other", 6, "odd,benign", NOT_SCAN, play_odd_reply},
	{"odd-unasked", "other", 6, "odd,scan", "benign,second-order-effect,flood,hijack",
		play_odd},
	{"hijack", "other", 4, "hijack", SCANS ",benign,flood", play_hijack},
	{.name = NULL},
};
