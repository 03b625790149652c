/*
 * The reasoning of each label stands at its function.
 */
#include "config.h"

#include "tests/bench/label_echoes.h"
#include "tests/bench/label_talk.h"
#include "tests/bench/label_targets.h"

/* The first numbers of two flood tools, plus one (second seed; the first reads them as a mapper's). */
enum { ACK_SHAFT = 674711610, ACK_SYNK4 = 674719802 };

/* How a victim was attacked. */
typedef struct {
	gboolean open;
	guint n_ports;
	guint16 ports[4];
	guint32 ack;   /* 0: the flood's numbers vary */
	guint32 names; /* whom the flood names: 0 anybody, else only this one of ours */
	guint16 dport; /* the port it names then, counted up */
} Attack;

static Attack
any_attack(Random *random)
{
	static const guint16 ports[] = {80, 443, 6667, 22, 23, 53, 25, 25565, 510, 113};
	Attack attack = {
		.open = chance(random, 50),
		.n_ports = chance(random, 70) ? 1 : (guint)between(random, 2, 4),
	};

	for (guint i = 0; i < attack.n_ports; i++)
		attack.ports[i] =
			ports[(random_below(random, 5) + 2 * i) % G_N_ELEMENTS(ports)];
	if (chance(random, 20))
		attack.ack = chance(random, 50) ? ACK_SHAFT : ACK_SYNK4;
	return attack;
}

/* What a victim says to one SYN that one of our addresses did not send. */
static void
reflect(Stage *stage, Actor *actor, guint64 at, Peer *peer, Attack *attack, guint16 port)
{
	Random *random = stage_random(stage);
	const guint32 named = attack->names != 0 ? attack->names : home_address(random);
	guint16 dport = (guint16)between(random, 1024, 65535);
	Packet packet;
	guint64 wait = 3 * SECOND;

	if (attack->names != 0)
		dport = attack->dport++;
	else if (attack->ack != 0)
		dport = (guint16)between(random, 1001, 2300);
	packet = talk_tcp(
		peer, random, named, port, dport, attack->open ? SYN | ACK : RST | ACK);

	if (attack->ack != 0)
		packet.ack = attack->ack;
	if (!attack->open) {
		packet.seq = 0;
		talk_probe(stage, actor, at, &packet, NULL);
		return;
	}
	/* a live stack says it again, with the same numbers, until it is told off or tires */
	for (guint i = 0, n_i = (guint)between(random, 1, 4); i < n_i; i++) {
		if (talk_probe(stage, actor, at, &packet, NULL) == ANSWER_CLOSED)
			return;
		packet.id = (guint16)(packet.id + between(random, 1, 40));
		at += wait;
		wait *= 2;
	}
	if (chance(random, 40)) {
		packet.flags = RST | ACK;
		packet.options = OPTIONS_NONE;
		packet.seq++;
		stage_send(stage, actor, at, &packet);
	}
}

static void
suffer(Stage *stage, Actor *actor, guint n, guint64 begin, guint64 span, Attack *attack)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));

	for (guint i = 0; i < n; i++) {
		const guint64 at = attack->names != 0
					   ? targets_when(random, begin, span, i, n, 50)
					   : begin + between(random, 0, span);
		const guint16 port = attack->ports[random_below(random, attack->n_ports)];

		reflect(stage, actor, at, &peer, attack, port);
	}
}

/*
 * A SYN flood elsewhere, from spoofed addresses of which ours are a share: one or a few services,
 * scattered ports of ours, any address, at random times.
 */
static void
play_victim(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Attack attack = any_attack(random);
	const guint64 span = between(random, 10, 2000) * MINUTE;
	const guint n = (guint)between(random, 5, chance(random, 30) ? 800 : 60);

	suffer(stage, actor, n, targets_begin(stage, span), span, &attack);
}

/*
 * The second seed's first flood: one address of ours is named throughout, its ports counted up, and
 * the open port answers to each.
 */
static void
play_single_victim(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Attack attack = any_attack(random);
	const guint64 span = between(random, 1, 30) * MINUTE;
	const guint n = (guint)between(random, 20, 200);

	attack.n_ports = 1;
	attack.names = home_address(random);
	attack.dport = (guint16)between(random, 1024, 5000);
	suffer(stage, actor, n, targets_begin(stage, span), span, &attack);
}

/* The same seen through a keyhole: two packets a day, one service. */
static void
play_slow_victim(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Attack attack = any_attack(random);

	attack.n_ports = 1;
	suffer(stage, actor, (guint)(stage_end(stage) / DAY * 2), 0, stage_end(stage), &attack);
}

/*
 * Somebody scans a host elsewhere and uses our addresses among others: one victim, many service
 * ports, each told closed (figure 4: "inactive ports").
 */
static void
play_scanned(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_stack(random));
	Attack attack = {.open = FALSE};
	const guint n = (guint)between(random, 20, 120);
	const guint64 span = between(random, 2, 60) * MINUTE,
		      begin = targets_begin(stage, span);
	const gboolean in_order = chance(random, 50);

	for (guint i = 0; i < n; i++) {
		const guint64 after = between(random, 0, span);
		const guint16 port = (guint16)(in_order ? 1 + after / (span / 10000)
							: between(random, 1, 10000));

		reflect(stage, actor, begin + after, &peer, &attack, port);
	}
}

/*
 * Looks for addresses that are not there: each gets one packet of a conversation that never was, in
 * order or at an even step, and our routers tell of the dark ones. No victim is so tidy.
 */
static void
play_mapper(Stage *stage, Actor *actor)
{
	static const guint8 flags[] = {RST | ACK, SYN | ACK, FIN | ACK, RST};
	Random *random = stage_random(stage);
	Peer peer = talk_peer(stage, actor, talk_tool(random));
	const gboolean slow = actor_number(actor) % 4 == 3;
	const guint n = (guint)between(random, 10, slow ? 24 : 80);
	const guint64 span =
		slow ? between(random, 80, 150) * HOUR : between(random, 10, 1300) * MINUTE;
	const guint64 begin = targets_begin(stage, span);
	const gboolean in_order = chance(random, 60);
	const guint jitter = in_order && chance(random, 50) ? 80 : 2;
	const guint8 sent = flags[actor_number(actor) % G_N_ELEMENTS(flags)];
	const guint32 ack = chance(random, 20) ? chance(random, 50) ? ACK_SHAFT : ACK_SYNK4 : 0;
	g_autoptr(GArray) targets =
		targets_new(random, n, in_order ? TARGETS_RANGE : TARGETS_SHUFFLED);

	for (guint i = 0; i < n; i++) {
		const guint16 sport = (guint16)between(random, 1024, 65000);
		Packet packet = talk_tcp(&peer, random, targets_at(targets, i), sport,
			(guint16)between(random, 1024, 2200), sent);

		if (sent == (RST | ACK))
			packet.seq = 0;
		if (ack != 0 && (sent & ACK) != 0)
			packet.ack = ack;
		talk_probe(stage, actor, targets_when(random, begin, span, i, n, jitter),
			&packet, NULL);
	}
}

/*
 * Several of them with one plan: a range shared out, no address twice, each at an even step (first
 * seed, 4.3: fourteen cooperating addresses within a day).
 */
static void
play_mappers(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Stack *tool = talk_tool(random);
	const guint members = (guint)between(random, 3, 14),
		    each = (guint)between(random, 8, 15);
	const guint64 span = between(random, 6, 20) * HOUR, begin = targets_begin(stage, span);
	g_autoptr(GArray) targets = targets_new(random, members * each, TARGETS_RANGE);

	for (guint i = 0; i < members; i++) {
		Peer peer = talk_peer(stage, actor, tool);

		for (guint j = 0; j < each; j++) {
			const guint16 sport = (guint16)between(random, 1024, 65000);
			Packet packet =
				talk_tcp(&peer, random, targets_at(targets, j * members + i),
					sport, (guint16)between(random, 1024, 2200), RST | ACK);

			packet.seq = 0;
			talk_probe(stage, actor,
				targets_when(
					random, begin, span, j * members + i, targets->len, 2),
				&packet, NULL);
		}
	}
}

#define NOT_VICTIM "scan,coordinated-scan,decoy,inverse-mapping,flood,hijack,traceroute"
#define NOT_MAPPER                                                                             \
	"scan,coordinated-scan,decoy,second-order-effect,flood,hijack,traceroute,benign"
#define NOT_MAPPERS "scan,decoy,second-order-effect,flood,hijack,traceroute,benign"

const Kind label_echoes_kinds[] = {
	{"flood-victim", "victim", 50, "second-order-effect", NOT_VICTIM, play_victim},
	{"slow-victim", "victim", 12, "second-order-effect", NOT_VICTIM, play_slow_victim},
	{"single-victim", "victim", 8, "second-order-effect", NOT_VICTIM, play_single_victim},
	{"scanned-victim", "other", 8, "second-order-effect", NOT_VICTIM, play_scanned},
	{"inverse-mapper", "mapper", 32, "inverse-mapping", NOT_MAPPER, play_mapper},
	{"inverse-mappers", "mapper", 4, "inverse-mapping,coordinated-scan", NOT_MAPPERS,
		play_mappers},
	{.name = NULL},
};
