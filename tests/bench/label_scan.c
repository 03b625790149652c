/*
 * The reasoning of each label stands at its function: what an analyst who has read both seeds
 * would say of the trace.
 */
#include "config.h"

#include "tests/bench/label_scan.h"

#include "tests/bench/label_talk.h"
#include "tests/bench/label_targets.h"

static const guint16 services[] = {21, 22, 23, 25, 53, 80, 110, 111, 139, 143, 443, 445, 1433,
	3306, 3389, 5900, 8080, 31337};

static guint16
any_service(Random *random)
{
	return services[random_below(random, G_N_ELEMENTS(services))];
}

/* One way of probing, the same for all targets. */
typedef struct {
	guint8 flags;
	guint16 port, sport; /* sport 0: as the stack counts */
	guint tries;         /* of the same packet, each after twice the time */
	gboolean resets;     /* takes back what was accepted */
	gboolean completes;  /* goes on to a handshake, and hangs up */
} Manner;

static void
probe(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 target, const Manner *manner)
{
	Random *random = stage_random(stage);
	const guint16 sport = manner->sport != 0 ? manner->sport : talk_port(peer, random);
	Packet packet = talk_tcp(peer, random, target, sport, manner->port, manner->flags),
	       answer;
	guint64 wait = 3 * SECOND;

	for (guint i = 0; i < manner->tries; i++) {
		const Answer outcome = talk_probe(stage, actor, at, &packet, &answer);
		Packet next = packet;

		if (outcome == ANSWER_OPEN && (manner->resets || manner->completes)) {
			next.options = OPTIONS_NONE;
			next.seq++;
			next.id++;
			if (manner->completes) {
				next.flags = ACK;
				next.ack = answer.seq + 1;
				stage_send(stage, actor, at + 80 * MILLISECOND, &next);
			}
			next.flags = manner->completes ? RST | ACK : RST;
			next.window = 0;
			stage_send(stage, actor, at + 90 * MILLISECOND, &next);
		}
		if (outcome == ANSWER_OPEN || outcome == ANSWER_CLOSED)
			break;
		at += wait;
		wait *= 2;
		packet.id++;
	}
}

/* So many targets in a span, each probed in one manner. */
static void
sweep(Stage *stage, Actor *actor, guint n, guint64 span, const Manner *manner)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));
	const guint64 begin = targets_begin(stage, span);
	const guint jitter = (guint)between(random, 0, 1) * 90;

	for (guint i = 0; i < n; i++)
		probe(stage, actor, targets_when(random, begin, span, i, n, jitter), &peer,
			targets_at(targets, i), manner);
}

static Manner
syn_manner(Random *random)
{
	return (Manner){
		.flags = SYN,
		.port = any_service(random),
		.sport = chance(random, 25) ? (guint16)between(random, 1024, 65000) : 0,
		.tries = chance(random, 30) ? 2 : 1,
		.resets = chance(random, 60),
	};
}

/* One port of a great many addresses within the hour: the noisy sweep. */
static void
play_fast(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Manner manner = syn_manner(random);

	const guint n = (guint)between(random, 30, 1500);

	sweep(stage, actor, n, between(random, 1, 40) * MINUTE, &manner);
}

/* Imap ten minutes apart, UDP echo in 1 h 48 min: seven and more in an hour, but no hurry. */
static void
play_hourly(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Manner manner = syn_manner(random);
	const guint hours = (guint)between(random, 1, 3);

	sweep(stage, actor, hours * (guint)between(random, 8, 40), hours * HOUR, &manner);
}

/* The DNS prober of 21 min 45 s and slower: fewer than seven in any hour, many in a day. */
static void
play_slow_day(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Manner manner = syn_manner(random);
	const guint hours = (guint)between(random, 5, 22);

	sweep(stage, actor, (guint)between(random, 8, 4 * hours), hours * HOUR, &manner);
}

/* Two to six a day: nothing but a window of days shows it. */
static void
play_slow_week(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Manner manner = syn_manner(random);
	const guint hours = (guint)between(random, 80, 140);

	sweep(stage, actor, (guint)between(random, 8, hours / 6), hours * HOUR, &manner);
}

/* Exactly at the trigger: six, seven, eight in an hour, a day, a week, or across the turn of an hour. */
static void
play_edge(Stage *stage, Actor *actor)
{
	static const guint64 spans[] = {
		20 * MINUTE, HOUR, 90 * MINUTE, 20 * HOUR, 26 * HOUR, 140 * HOUR};
	Random *random = stage_random(stage);
	const guint number = actor_number(actor);
	Manner manner = syn_manner(random);

	manner.resets = FALSE;
	sweep(stage, actor, 6 + number % 3, spans[number / 3 % G_N_ELEMENTS(spans)], &manner);
}

/* Many ports of one host; 19 to 21 of them at the edge. */
static void
play_vertical(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint number = actor_number(actor);
	const guint n = number % 2 == 0 ? 19 + number / 2 % 3 : (guint)between(random, 30, 900);
	const guint64 span = number % 5 == 0 ? between(random, 3, 20) * HOUR
					     : between(random, 1, 50) * MINUTE;
	const guint64 begin = targets_begin(stage, span);
	const guint32 target = home_any(
		stage_home(stage), random, chance(random, 50) ? ROLE_WEB : ROLE_CLIENT);
	const guint32 first = (guint32)between(random, 1, 20000);
	const guint32 stride = chance(random, 50) ? 1 : 37;
	Manner manner = syn_manner(random);

	manner.tries = 1;
	for (guint i = 0; i < n; i++) {
		manner.port = (guint16)(first + i * stride);
		probe(stage, actor, targets_when(random, begin, span, i, n, 80), &peer, target,
			&manner);
	}
}

/* No stack sends these by itself (second seed's FIN scan): two targets are enough to say so. */
static void
play_stealth(Stage *stage, Actor *actor)
{
	static const guint8 flags[] = {FIN, 0, FIN | PSH | URG};
	Random *random = stage_random(stage);
	const Manner manner = {
		.flags = flags[actor_number(actor) % G_N_ELEMENTS(flags)],
		.port = any_service(random),
		.sport = chance(random, 40) ? 53 : 0,
		.tries = (guint)between(random, 1, 2),
	};

	const guint n = (guint)between(random, 3, 25);

	sweep(stage, actor, n, between(random, 3, 600) * MINUTE, &manner);
}

/* Bare ACKs to many hosts, source port = destination port, a constant ID: the first stage of the second seed. */
static void
play_ack(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Manner manner = {.flags = ACK, .port = any_service(random), .tries = 1};

	manner.sport = chance(random, 50) ? manner.port : 0;
	const guint n = (guint)between(random, 8, 60);

	sweep(stage, actor, n, between(random, 1, 50) * MINUTE, &manner);
}

/* A port of servers that are there, taken back when accepted (half-open) or accepted and dropped (connect). */
static void
open_scan(Stage *stage, Actor *actor, gboolean completes)
{
	Random *random = stage_random(stage);
	const Home *home = stage_home(stage);
	Peer peer = talk_peer(stage, actor, completes ? talk_stack(random) : talk_tool(random));
	const GArray *hosts = home_hosts(home, ROLE_LIVES);
	const guint n = (guint)between(random, 8, 80);
	const guint64 span = between(random, 1, 120) * MINUTE,
		      begin = targets_begin(stage, span);
	const Manner manner = {
		.flags = SYN,
		.port = chance(random, 60) ? 80 : 22,
		.tries = completes ? 3 : 1,
		.resets = !completes,
		.completes = completes,
	};

	for (guint i = 0; i < n; i++)
		probe(stage, actor, targets_when(random, begin, span, i, n, 70), &peer,
			targets_at(hosts, i % hosts->len), &manner);
}

static void
play_half_open(Stage *stage, Actor *actor)
{
	open_scan(stage, actor, FALSE);
}

static void
play_connect(Stage *stage, Actor *actor)
{
	open_scan(stage, actor, TRUE);
}

/* Asks each what it is: a whole conversation with whoever answers. Half of them never did, which no visitor would find. */
static void
play_banner(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Home *home = stage_home(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	const guint n = (guint)between(random, 12, 60);
	const guint64 span = between(random, 5, 600) * MINUTE,
		      begin = targets_begin(stage, span);
	const guint16 port = chance(random, 50) ? 80 : 22;
	const GArray *known = home_hosts(home, port == 80 ? ROLE_WEB : ROLE_SSH);
	g_autoptr(GArray) targets = targets_new(random, n, TARGETS_RANGE);
	const Manner manner = {.flags = SYN, .port = port, .tries = 2};

	for (guint i = 0; i < n; i++) {
		const guint64 at = targets_when(random, begin, span, i, n, 60);
		const Session session = {
			targets_at(known, i / 2 % known->len), port, FALSE, 1, END_CLOSE};

		if (i % 2 == 0)
			talk_session(stage, actor, at, &peer, &session);
		else
			probe(stage, actor, at, &peer, targets_at(targets, i), &manner);
	}
}

/* So many packets by UDP, all from one port or for one port. */
static void
sweep_udp(Stage *stage, Actor *actor, guint16 sport, guint16 dport)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint n = (guint)between(random, 8, 100);
	const guint64 span = between(random, 5, 700) * MINUTE,
		      begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));

	for (guint i = 0; i < n; i++) {
		const guint16 from = sport != 0 ? sport : talk_port(&peer, random);
		const guint16 to = dport != 0 ? dport : (guint16)between(random, 1024, 40000);
		const Packet packet = talk_udp(&peer, targets_at(targets, i), from, to,
			(guint16)between(random, 12, 60));

		talk_probe(stage, actor, targets_when(random, begin, span, i, n, 60), &packet,
			NULL);
	}
}

/* A service by UDP, sometimes from a port that filters let pass: UDP echo, eighteen hosts in 1 h 48 min. */
static void
play_udp(Stage *stage, Actor *actor)
{
	static const guint16 ports[] = {7, 53, 69, 111, 123, 137, 161, 1900};
	Random *random = stage_random(stage);
	const guint16 port = ports[random_below(random, G_N_ELEMENTS(ports))];

	sweep_udp(stage, actor, chance(random, 20) ? 53 : 0, port);
}

/*
 * Unasked answers from port 53 to high ports, nine targets in 5 h 40 min: a map made with what
 * filters let pass, or a name server that others asked in our name. Nobody can tell.
 */
static void
play_answers(Stage *stage, Actor *actor)
{
	sweep_udp(stage, actor, 53, 0);
}

/* Who is there at all: a ping to each. */
static void
play_echo(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint n = (guint)between(random, 8, 254);
	const guint64 span = between(random, 1, 900) * MINUTE,
		      begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));

	for (guint i = 0; i < n; i++) {
		const Packet packet = talk_echo(&peer, targets_at(targets, i), (guint16)i);

		talk_probe(stage, actor, targets_when(random, begin, span, i, n, 20), &packet,
			NULL);
	}
}

/* A ping first, then several ports by several kinds of packets: one tool, every target. */
static void
play_mixed(Stage *stage, Actor *actor)
{
	static const guint8 flags[] = {SYN, SYN, ACK, FIN};
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint n = (guint)between(random, 8, 40);
	const guint64 span = between(random, 5, 300) * MINUTE,
		      begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));

	for (guint i = 0; i < n; i++) {
		const guint64 at = targets_when(random, begin, span, i, n, 0);
		const Packet packet = talk_echo(&peer, targets_at(targets, i), 0);

		talk_probe(stage, actor, at, &packet, NULL);
		for (guint j = 0; j < G_N_ELEMENTS(flags); j++) {
			const Manner manner = {
				.flags = flags[j], .port = any_service(random), .tries = 1};

			probe(stage, actor, at + (j + 1) * 700 * MILLISECOND, &peer,
				targets_at(targets, i), &manner);
		}
	}
}

/* ACKs with forged fields to see what the filter lets pass, then SYNs of the true stack (second seed). */
static void
play_two_stages(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const guint n = (guint)between(random, 7, 20);
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));
	Peer peer = talk_peer(stage, actor, talk_stack(random)), forger = peer;
	const guint64 span = n * 200 * MILLISECOND, begin = targets_begin(stage, HOUR);
	const guint16 ports[] = {23, 143, 111, 79, 53, 21};
	static const Stack forged = {1028, 0, 64, OPTIONS_NONE, IDS_CONSTANT, TRUE};

	forger.stack = &forged;
	forger.ttl = (guint8)(peer.ttl % 32 + 5);
	for (guint i = 0; i < n; i++)
		for (guint j = 0; j < 2; j++) {
			const Manner manner = {
				.flags = ACK, .port = ports[j], .sport = ports[j], .tries = 1};

			probe(stage, actor, targets_when(random, begin, span, i, n, 50),
				&forger, targets_at(targets, i), &manner);
		}
	for (guint i = 0; i < n; i++)
		for (guint j = 0; j < G_N_ELEMENTS(ports); j++) {
			const Manner manner = {.flags = SYN, .port = ports[j], .tries = 1};

			probe(stage, actor,
				targets_when(random, begin + span + 5 * SECOND, span, i, n, 90),
				&peer, targets_at(targets, i), &manner);
		}
}

/* One machine that takes another address of its /64 for each probe. */
static void
play_rotating(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const guint n = (guint)between(random, 8, 60);
	const guint64 span = between(random, 5, 900) * MINUTE,
		      begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, n, TARGETS_RANGE);
	const GArray *known = home_hosts(stage_home(stage), ROLE_V6);
	const Manner manner = {.flags = SYN, .port = any_service(random), .tries = 1};

	actor_speaks_v6(actor);
	peer.v6 = TRUE;
	for (guint i = 0; i < n; i++) {
		/* an IPv6 network is not swept: names tell most of the targets */
		const guint32 target = i < known->len && i % 3 != 0 ? targets_at(known, i)
								    : targets_at(targets, i);

		peer.interface = (guint32)between(random, 2, 0xffffffff);
		probe(stage, actor, targets_when(random, begin, span, i, n, 60), &peer, target,
			&manner);
	}
}

/* Four SYNs a target are a client's patience; that the targets are many makes it a scan. */
static void
play_patient(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Manner manner = syn_manner(random);

	manner.tries = 4;
	const guint n = (guint)between(random, 8, 40);

	sweep(stage, actor, n, between(random, 10, 600) * MINUTE, &manner);
}

/* Source ports in order with some missing: those went to others than us (second seed's gap-counting). */
static void
play_gaps(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	static const Stack orderly = {16324, 1460, 64, OPTIONS_OPENING, IDS_RISING, FALSE};
	Peer peer = talk_peer(stage, actor, &orderly);
	const guint n = (guint)between(random, 8, 40);
	const guint64 span = n * between(random, 20, 2000) * MILLISECOND;
	const guint64 begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, n, TARGETS_STRIDE);
	Manner manner = {.flags = SYN, .port = any_service(random), .tries = 1};

	for (guint i = 0; i < n; i++) {
		const guint16 skipped =
			chance(random, 25) ? (guint16)between(random, 1, 3) : (guint16)0;

		peer.id = (guint16)(peer.id + skipped);
		peer.port = (guint16)(peer.port + 1 + skipped);
		manner.sport = peer.port;
		probe(stage, actor, targets_when(random, begin, span, i, n, 0), &peer,
			targets_at(targets, i), &manner);
	}
}

#define NAMED "scan,coordinated-scan,decoy"
#define NEVER "second-order-effect,load-balancer,flood,hijack,benign"
#define DOUBTFUL "load-balancer,flood,hijack,benign"

const Kind label_scan_kinds[] = {
	{"syn-fast", "scanner", 14, NAMED, NEVER, play_fast},
	{"syn-hourly", "scanner", 16, NAMED, NEVER, play_hourly},
	{"syn-24h", "scanner", 24, NAMED, NEVER, play_slow_day},
	{"syn-7d", "scanner", 14, NAMED, NEVER, play_slow_week},
	{"edge", "edge", 36, NAMED, NEVER, play_edge},
	{"vertical", "ports", 16, NAMED, NEVER, play_vertical},
	{"fin-null-xmas", "always", 15, NAMED, NEVER, play_stealth},
	{"ack", "scanner", 8, NAMED, NEVER, play_ack},
	{"half-open", "scanner", 10, NAMED, NEVER, play_half_open},
	{"connect", "scanner", 10, NAMED, NEVER, play_connect},
	{"banner", "scanner", 8, NAMED, NEVER, play_banner},
	{"udp", "scanner", 12, NAMED, NEVER, play_udp},
	{"udp-answers", "scanner", 6, NAMED ",inverse-mapping,second-order-effect,undetermined",
		DOUBTFUL, play_answers},
	{"echo", "scanner", 10, NAMED, NEVER, play_echo},
	{"mixed", "scanner", 8, NAMED, NEVER, play_mixed},
	{"ack-then-syn", "scanner", 6, NAMED, NEVER, play_two_stages},
	{"rotating-v6", "scanner", 8, NAMED, NEVER, play_rotating},
	{"four-syns", "scanner", 10, NAMED, NEVER, play_patient},
	{"gaps", "scanner", 8, NAMED, NEVER, play_gaps},
	{.name = NULL},
};
