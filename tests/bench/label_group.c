/*
 * The reasoning of each label stands at its function.
 */
#include "config.h"

#include "tests/bench/label_group.h"
#include "tests/bench/label_talk.h"
#include "tests/bench/label_targets.h"

enum { MEMBERS_MOST = 15 };

static const guint16 services[] = {22, 23, 53, 80, 111, 139, 143, 445, 1433, 3389, 5900, 8080};

static guint16
any_service(Random *random)
{
	return services[random_below(random, G_N_ELEMENTS(services))];
}

/* The same SYN, so often; each after twice the time, as stacks do. */
static void
knock(Stage *stage, Actor *actor, guint64 at, const Packet *packet, guint tries)
{
	Packet again = *packet;
	guint64 wait = 3 * SECOND;

	for (guint i = 0; i < tries; i++) {
		const Answer outcome = talk_probe(stage, actor, at, &again, NULL);

		if (outcome == ANSWER_OPEN || outcome == ANSWER_CLOSED)
			break;
		at += wait;
		wait *= 2;
		again.id++;
	}
}

/* Two plans with one tool, one port and one day could not be told apart: each has a port of its own. */
static guint16
plan_port(const Actor *actor)
{
	static const guint16 ports[] = {21, 22, 23, 25, 53, 79, 80, 109, 110, 111, 113, 119,
		135, 139, 143, 443, 445, 512, 513, 515, 1080, 1433, 3128, 3306, 3389, 5900,
		6000, 8000, 8080, 31337};

	return ports[actor_number(actor) % G_N_ELEMENTS(ports)];
}

/* One probe of a group: all of its members send the same kind. */
static Packet
group_probe(Random *random, Peer *peer, guint kind, guint32 target, guint16 sport, guint16 port)
{
	if (sport == 0)
		sport = talk_port(peer, random);
	switch (kind) {
	case 0:
		return talk_udp(peer, target, sport, port, 24);
	case 1:
		return talk_echo(peer, target, 1);
	case 2:
		return talk_tcp(peer, random, target, sport, port, FIN);
	default:
		return talk_tcp(peer, random, target, sport, port, SYN);
	}
}

/* How a group shares out its targets: block by block, in turn, or by lot. */
static guint
member_of(Random *random, guint sharing, guint i, guint each, guint members)
{
	switch (sharing) {
	case 0:
		return i / each;
	case 1:
		return i % members;
	default:
		return random_below(random, members);
	}
}

/*
 * One plan, several addresses: one port, one tool, no target twice, a range covered by all of them
 * and by none of them alone, each under the trigger (first seed, 4.3 and 6).
 */
static void
play_coordinated(Stage *stage, Actor *actor)
{
	static const guint64 spans[] = {20 * MINUTE, 3 * HOUR, 20 * HOUR, 90 * HOUR};
	Random *random = stage_random(stage);
	const Stack *tool = talk_tool(random);
	const guint members = (guint)between(random, 3, MEMBERS_MOST);
	const guint each = (guint)between(random, members < 4 ? 4 : 2, 6);
	const guint sharing = random_below(random, 3), tries = chance(random, 25) ? 2 : 1;
	const guint64 span = spans[random_below(random, G_N_ELEMENTS(spans))];
	const guint64 begin = targets_begin(stage, span);
	const guint16 port = plan_port(actor);
	const guint kind = random_below(random, 12); /* mostly SYNs */
	const guint16 sport = chance(random, 40) ? (guint16)between(random, 1024, 65000) : 0;
	g_autoptr(GArray) targets = targets_new(
		random, members * each, chance(random, 60) ? TARGETS_RANGE : TARGETS_STRIDE);
	guint had[MEMBERS_MOST] = {0};
	Peer peers[MEMBERS_MOST];

	if (chance(random, 30))
		targets_shuffle(targets, random);
	for (guint i = 0; i < members; i++)
		peers[i] = talk_peer(stage, actor, tool);
	for (guint i = 0; i < targets->len; i++) {
		guint member = member_of(random, sharing, i, each, members);

		while (had[member] == each)
			member = (member + 1) % members;
		had[member]++;

		const Packet packet = group_probe(
			random, &peers[member], kind, targets_at(targets, i), sport, port);

		knock(stage, actor, targets_when(random, begin, span, i, targets->len, 80),
			&packet, tries);
	}
}

/*
 * Spoofed decoys of one machine: each probe goes to the target from all of its addresses within
 * milliseconds, everything but the source the same, TTLs within three hops.
 */
static void
play_decoys(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Stack *tool = talk_tool(random);
	const guint members = (guint)between(random, 3, 10), n = (guint)between(random, 4, 30);
	const guint64 span = between(random, 1, 300) * MINUTE,
		      begin = targets_begin(stage, span);
	const guint16 port = any_service(random);
	g_autoptr(GArray) targets = targets_new(random, n, targets_any(random));
	Peer peers[MEMBERS_MOST];

	for (guint i = 0; i < members; i++) {
		peers[i] = talk_peer(stage, actor, tool);
		peers[i].ttl = peers[0].ttl;
		peers[i].ttl = (guint8)(peers[i].ttl - random_below(random, 3));
	}
	for (guint i = 0; i < n; i++) {
		const guint64 at = targets_when(random, begin, span, i, n, 50);
		Packet packet = talk_tcp(&peers[0], random, targets_at(targets, i),
			talk_port(&peers[0], random), port, SYN);

		for (guint j = 0; j < members; j++) {
			packet.source = peers[j].host;
			packet.ttl = peers[j].ttl;
			packet.id = (guint16)random_next(random);
			talk_probe(stage, actor, at + j * MILLISECOND, &packet, NULL);
		}
	}
}

/*
 * Figure 2: sources of several countries, one dark address each, four SYNs, window 8192, DF, TTLs
 * within three hops, over a day: "points to a single computer".
 */
static void
play_deception(Stage *stage, Actor *actor)
{
	static const guint16 ports[] = {139, 515, 1080, 27374, 5000};
	static const Stack stack = {8192, 1460, 128, OPTIONS_SACK, IDS_RISING, FALSE};
	const guint16 port = ports[actor_number(actor) % G_N_ELEMENTS(ports)];
	Random *random = stage_random(stage);
	const Home *home = stage_home(stage);
	const guint members = (guint)between(random, 7, MEMBERS_MOST);
	const guint64 begin = targets_begin(stage, DAY);
	const guint8 ttl = (guint8)between(random, 100, 120);
	g_autoptr(GArray) targets = targets_new(random, 400, TARGETS_SHUFFLED);
	guint next = 0;

	for (guint i = 0; i < members; i++) {
		Peer peer = talk_peer(stage, actor, &stack);

		while (home_has(home, targets_at(targets, next), ROLE_LIVES))
			next++;
		peer.ttl = (guint8)(ttl - random_below(random, 3));

		const Packet packet = talk_tcp(&peer, random, targets_at(targets, next++),
			talk_port(&peer, random), port, SYN);

		knock(stage, actor, begin + between(random, 0, DAY), &packet, 4);
	}
}

/*
 * Figure 12: two or more addresses go to the same name and mail servers in the same order, at the
 * same spacing, from one static source port, each for a service of its own.
 */
static void
play_target_set(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	static const Stack stack = {242, 0, 64, OPTIONS_NONE, IDS_RISING, TRUE};
	const Home *home = stage_home(stage);
	const guint members = (guint)between(random, 2, 4);
	const guint64 step = between(random, 300, 1500) * SECOND;
	const guint64 begin = targets_begin(stage, 4 * HOUR);
	const guint16 sport = (guint16)between(random, 1024, 20000);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
	const GArray *names = home_hosts(home, ROLE_DNS), *mails = home_hosts(home, ROLE_MAIL);

	g_array_append_vals(targets, names->data, MIN(names->len, 2));
	g_array_append_vals(targets, mails->data, MIN(mails->len, 3));
	for (guint i = 0; i < members; i++) {
		Peer peer = talk_peer(stage, actor, &stack);
		const guint16 port = services[i + random_below(random, 3)];
		const guint64 lag = i * between(random, 60, 200) * SECOND;

		for (guint j = 0; j < targets->len; j++) {
			const Packet packet = talk_tcp(
				&peer, random, targets_at(targets, j), sport, port, SYN);

			talk_probe(stage, actor,
				begin + lag + j * step + between(random, 0, 300) * MILLISECOND,
				&packet, NULL);
		}
	}
}

/*
 * Figure 13: over days, more and more addresses try a port that nobody tried before, one packet and
 * two packets in turn.
 */
static void
play_campaign(Stage *stage, Actor *actor)
{
	static const guint16 ports[] = {1243, 2222, 5632, 12345};
	Random *random = stage_random(stage);
	const guint16 port = ports[actor_number(actor) % G_N_ELEMENTS(ports)];
	const gboolean same_sport = chance(random, 50);
	const guint sources = (guint)between(random, 6, 20);

	for (guint i = 0; i < sources; i++) {
		Peer peer = talk_peer(stage, actor, talk_stack(random));
		const guint n = (guint)between(random, 2, 6);
		const guint64 at =
			stage_end(stage) / 2 +
			between(random, 0, MIN(4 * DAY, stage_end(stage) / 2 - HOUR));
		g_autoptr(GArray) targets = targets_new(random, n, TARGETS_SCATTERED);

		for (guint j = 0; j < n; j++) {
			const guint16 local = same_sport ? 6667 : talk_port(&peer, random);
			const Packet packet = talk_tcp(
				&peer, random, targets_at(targets, j), local, port, SYN);

			knock(stage, actor, at + j * 3 * MINUTE, &packet, 1 + j % 2);
		}
	}
}

/*
 * Strangers with the same system who try some service of ours: each goes for what it knows, the
 * same few servers again and again. Nobody shares out targets like this.
 */
static void
play_fans(Stage *stage, Actor *actor)
{
	Random *random = stage_random(stage);
	const Stack *stack = talk_stack(random);
	const guint16 port = chance(random, 50) ? 21 : 110;
	guint32 servers[6];

	for (guint i = 0; i < G_N_ELEMENTS(servers); i++)
		servers[i] = home_any(stage_home(stage), random, ROLE_LIVES);

	for (guint i = 0, n_i = (guint)between(random, 5, 15); i < n_i; i++) {
		Peer peer = talk_peer(stage, actor, stack);
		const guint64 at = between(random, 0, stage_end(stage));

		for (guint j = 0, n_j = (guint)between(random, 2, 5); j < n_j; j++) {
			const guint32 server =
				servers[random_below(random, G_N_ELEMENTS(servers))];
			const Packet packet = talk_tcp(
				&peer, random, server, talk_port(&peer, random), port, SYN);

			knock(stage, actor, at + j * MINUTE, &packet, 3);
		}
	}
}

/*
 * What the Internet's worms do all day: systems of every sort, some of them the same, one to three
 * addresses anywhere, ports of the season, no time in common.
 */
static void
play_worms(Stage *stage, Actor *actor)
{
	static const guint16 ports[] = {23, 135, 445, 1433, 2323, 8080};
	Random *random = stage_random(stage);

	for (guint i = 0, n_i = (guint)between(random, 5, 12); i < n_i; i++) {
		Peer peer = talk_peer(stage, actor, talk_stack(random));
		const guint64 at = between(random, 0, stage_end(stage));
		const guint16 port = ports[random_below(random, G_N_ELEMENTS(ports))];

		for (guint j = 0, n_j = (guint)between(random, 1, 3); j < n_j; j++) {
			const guint32 target = home_address(random);
			const Packet packet = talk_tcp(
				&peer, random, target, talk_port(&peer, random), port, SYN);

			knock(stage, actor, at + j * between(random, 1, 4000) * SECOND, &packet,
				3);
		}
	}
}

#define NEVER "second-order-effect,inverse-mapping,load-balancer,flood,hijack,benign"
#define STRANGERS "coordinated-scan,decoy,second-order-effect,inverse-mapping,flood,hijack"

const Kind label_group_kinds[] = {
	{"coordinated", "group", 24, "coordinated-scan,decoy", NEVER, play_coordinated},
	{"decoys", "group", 8, "decoy,coordinated-scan", NEVER, play_decoys},
	{"deception", "group", 5, "decoy,coordinated-scan,scan", NEVER, play_deception},
	{"target-set", "group", 6, "coordinated-scan,decoy,scan", NEVER, play_target_set},
	{"port-campaign", "other", 4, "scan,coordinated-scan,decoy", NEVER, play_campaign},
	{"near-miss-fans", "ordinary", 6, "", STRANGERS, play_fans},
	{"near-miss-worms", "ordinary", 8, "", STRANGERS, play_worms},
	{.name = NULL},
};
