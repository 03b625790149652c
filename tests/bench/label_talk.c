#include "config.h"

#include "tests/bench/label_talk.h"

/* Source: what SYNs of these systems look like; the last ones are those of the first seed's days. */
static const Stack computers[] = {
	{29200, 1460, 64, OPTIONS_OPENING, IDS_RANDOM, FALSE},
	{64240, 1460, 64, OPTIONS_OPENING, IDS_RANDOM, FALSE},
	{65535, 1460, 64, OPTIONS_OPENING, IDS_ZERO, FALSE},
	{8192, 1460, 128, OPTIONS_SCALED, IDS_RISING, FALSE},
	{65535, 1440, 128, OPTIONS_SCALED, IDS_RISING, FALSE},
	{65535, 1460, 128, OPTIONS_SACK, IDS_RISING, FALSE},
	{8192, 536, 128, OPTIONS_SACK, IDS_RISING, FALSE},
	{16384, 1460, 64, OPTIONS_MSS, IDS_RANDOM, FALSE},
	{8760, 1460, 255, OPTIONS_MSS, IDS_RISING, FALSE},
	{14600, 1452, 64, OPTIONS_OPENING, IDS_RANDOM, FALSE},
};

/* Packets made by hand: few options, no DF, a constant window. */
static const Stack tools[] = {
	{1024, 1460, 64, OPTIONS_MSS, IDS_RANDOM, TRUE},
	{2048, 1460, 64, OPTIONS_MSS, IDS_RANDOM, TRUE},
	{3072, 0, 64, OPTIONS_NONE, IDS_RANDOM, TRUE},
	{1024, 0, 255, OPTIONS_NONE, IDS_RANDOM, TRUE},
	{65535, 0, 255, OPTIONS_NONE, IDS_CONSTANT, TRUE},
	{512, 0, 64, OPTIONS_NONE, IDS_RISING, TRUE},
	{242, 0, 64, OPTIONS_NONE, IDS_RISING, TRUE},
	{5840, 1460, 64, OPTIONS_OPENING, IDS_RISING, FALSE},
	{8192, 1460, 128, OPTIONS_SACK, IDS_RISING, FALSE},
};

const Stack *
talk_stack(Random *random)
{
	return &computers[random_below(random, G_N_ELEMENTS(computers))];
}

const Stack *
talk_tool(Random *random)
{
	return &tools[random_below(random, G_N_ELEMENTS(tools))];
}

static void
begin_peer(Peer *peer, Random *random)
{
	peer->id = (guint16)random_next(random);
	peer->port = (guint16)between(random, 1025, 64000);
}

Peer
talk_peer(Stage *stage, Actor *actor, const Stack *stack)
{
	Random *random = stage_random(stage);
	Peer peer = {.host = stage_host(stage, actor), .stack = stack};

	peer.ttl = (guint8)(stack->ttl - between(random, 5, 24));
	begin_peer(&peer, random);
	return peer;
}

Peer
talk_neighbour(Stage *stage, Actor *actor, const Peer *other)
{
	Peer peer = *other;

	peer.host = stage_neighbour(stage, actor, other->host);
	begin_peer(&peer, stage_random(stage));
	return peer;
}

guint16
talk_port(Peer *peer, Random *random)
{
	const guint16 port = peer->port;

	peer->port = (guint16)(peer->port + between(random, 1, 3));
	if (peer->port < 1025)
		peer->port = 1025;
	return port;
}

static Packet
begin_packet(Peer *peer, guint32 target, guint8 protocol)
{
	if (peer->stack->ids == IDS_RISING)
		peer->id++;
	return (Packet){
		.source = peer->host,
		.destination = target,
		.interface = peer->interface,
		.protocol = protocol,
		.ttl = peer->ttl,
		.id = peer->stack->ids == IDS_ZERO ? 0 : peer->id,
		.loose = peer->stack->loose,
		.v6 = peer->v6,
	};
}

Packet
talk_tcp(Peer *peer, Random *random, guint32 target, guint16 sport, guint16 dport, guint8 flags)
{
	if (peer->stack->ids == IDS_RANDOM)
		peer->id = (guint16)random_next(random);

	Packet packet = begin_packet(peer, target, PACKET_TCP);
	const guint64 numbers = random_next(random);

	packet.sport = sport;
	packet.dport = dport;
	packet.flags = flags;
	packet.seq = (guint32)numbers;
	packet.ack = flags & ACK ? (guint32)(numbers >> 32) : 0;
	packet.window = flags & RST ? 0 : peer->stack->window;
	packet.options = flags & SYN ? peer->stack->options : OPTIONS_NONE;
	packet.mss = peer->stack->mss;
	packet.stamp = (guint32)(numbers >> 16);
	return packet;
}

Packet
talk_udp(Peer *peer, guint32 target, guint16 sport, guint16 dport, guint16 payload)
{
	Packet packet = begin_packet(peer, target, PACKET_UDP);

	packet.sport = sport;
	packet.dport = dport;
	packet.payload = payload;
	return packet;
}

Packet
talk_echo(Peer *peer, guint32 target, guint16 number)
{
	Packet packet = begin_packet(peer, target, PACKET_ICMP);

	packet.type = 8;
	packet.stamp = number;
	packet.payload = 56;
	return packet;
}

static Packet
turn(const Packet *packet)
{
	return (Packet){
		.source = packet->destination,
		.destination = packet->source,
		.interface = packet->interface,
		.sport = packet->dport,
		.dport = packet->sport,
		.protocol = packet->protocol,
		.v6 = packet->v6,
		.ttl = 63,
		.id = (guint16)(packet->seq >> 7 ^ packet->id),
	};
}

Packet
talk_back(const Home *home, const Packet *packet, guint8 flags)
{
	Packet back = turn(packet);

	back.flags = flags;
	back.ttl = home_has(home, packet->destination, ROLE_CLIENT) ? 127 : 63;
	back.ack = packet->seq + ((packet->flags & (SYN | FIN)) != 0) + packet->payload;
	if (flags & RST) {
		/* RFC 793: a reset takes the number that was acknowledged, or acknowledges */
		back.seq = packet->flags & ACK ? packet->ack : 0;
		back.flags = packet->flags & ACK ? RST : RST | ACK;
		back.ack = packet->flags & ACK ? 0 : back.ack;
		return back;
	}
	back.seq = packet->seq * 2654435761u ^ packet->destination;
	back.window = 29200;
	back.options = flags & SYN ? OPTIONS_SACK : OPTIONS_NONE;
	return back;
}

static Answer
unreachable(Stage *stage, Actor *actor, guint64 at, const Packet *packet, Packet *answer)
{
	Random *random = stage_random(stage);
	Packet back = turn(packet);
	guint8 type, code;
	const guint32 router = home_router(packet->destination, &type, &code);

	/* routers tell it of some: their rate is limited */
	if (router == 0 || !chance(random, 40))
		return ANSWER_NONE;
	back.source = router;
	back.about = packet->destination;
	back.protocol = PACKET_ICMP;
	back.quotes = packet->protocol;
	back.type = type;
	back.code = code;
	back.sport = packet->sport;
	back.dport = packet->dport;
	back.seq = packet->seq;
	back.ttl = 255;
	stage_send(stage, actor, at + between(random, 1, 3000) * MILLISECOND, &back);
	*answer = back;
	return ANSWER_UNREACHABLE;
}

static Answer
answer_tcp(const Home *home, const Packet *packet, Packet *answer)
{
	const gboolean listens =
		home_listens(home, packet->destination, PACKET_TCP, packet->dport);

	if (packet->flags & RST)
		return ANSWER_NONE;
	if (listens && (packet->flags & (SYN | ACK | FIN)) == SYN) {
		*answer = talk_back(home, packet, SYN | ACK);
		return ANSWER_OPEN;
	}
	/* an open port says nothing to a lone FIN, or to no flags at all */
	if ((listens && (packet->flags & ACK) == 0) ||
		(!listens && home_has(home, packet->destination, ROLE_SILENT)))
		return ANSWER_NONE;
	*answer = talk_back(home, packet, RST);
	return ANSWER_CLOSED;
}

static Answer
answer_udp(const Home *home, const Packet *packet, Packet *answer)
{
	*answer = turn(packet);
	if (home_listens(home, packet->destination, PACKET_UDP, packet->dport)) {
		answer->payload = (guint16)(packet->payload + 60);
		return ANSWER_OPEN;
	}
	if (home_has(home, packet->destination, ROLE_SILENT))
		return ANSWER_NONE;
	answer->protocol = PACKET_ICMP;
	answer->quotes = PACKET_UDP;
	answer->type = 3;
	answer->code = 3;
	answer->sport = packet->sport;
	answer->dport = packet->dport;
	return ANSWER_CLOSED;
}

Answer
talk_probe(Stage *stage, Actor *actor, guint64 at, const Packet *packet, Packet *answer)
{
	const Home *home = stage_home(stage);
	Answer outcome = ANSWER_OPEN;
	Packet ignored;

	answer = answer != NULL ? answer : &ignored;
	stage_send(stage, actor, at, packet);
	if (!home_has(home, packet->destination, packet->v6 ? ROLE_V6 : ROLE_LIVES))
		return unreachable(stage, actor, at, packet, answer);
	switch (packet->protocol) {
	case PACKET_TCP:
		outcome = answer_tcp(home, packet, answer);
		break;
	case PACKET_UDP:
		outcome = answer_udp(home, packet, answer);
		break;
	default:
		*answer = turn(packet);
		answer->id = packet->id;
		answer->stamp = packet->stamp;
		answer->payload = packet->payload;
		break;
	}
	if (outcome != ANSWER_NONE)
		stage_send(stage, actor,
			at + between(stage_random(stage), 200, 2000) * (MILLISECOND / 1000),
			answer);
	return outcome;
}

/* The two sides of a session; 0 is who opened it. */
typedef struct {
	Stage *stage; /* borrowed */
	Actor *actor; /* borrowed */
	Peer *peer;   /* borrowed */
	const Session *session;
	guint16 port; /* of who opened it */
	guint32 seq[2];
	guint64 at, rtt;
} Flow;

/* A side says something, and the other hears it. */
static void
say(Flow *flow, guint side, guint8 flags, guint16 payload)
{
	Random *random = stage_random(flow->stage);
	const gboolean inbound = (side == 0) != flow->session->outbound;
	const guint16 sport = side == 0 ? flow->port : flow->session->port;
	const guint16 dport = side == 0 ? flow->session->port : flow->port;
	Packet packet;

	if (inbound) {
		packet = talk_tcp(
			flow->peer, random, flow->session->inside, sport, dport, flags);
	} else {
		const Packet heard = {
			.source = flow->peer->host,
			.destination = flow->session->inside,
			.interface = flow->peer->interface,
			.sport = dport,
			.dport = sport,
			.protocol = PACKET_TCP,
			.v6 = flow->peer->v6,
			.id = (guint16)random_next(random),
		};

		packet = talk_back(stage_home(flow->stage), &heard, flags & (guint8)~RST);
		packet.flags = flags;
	}
	packet.seq = flow->seq[side];
	packet.ack = flags & ACK ? flow->seq[1 - side] : 0;
	packet.payload = payload;
	stage_send(flow->stage, flow->actor, flow->at, &packet);
	flow->seq[side] += payload + ((flags & (SYN | FIN)) != 0);
	/* the sensor stands near the home */
	flow->at += inbound ? between(random, 1, 20) * (MILLISECOND / 10)
			    : flow->rtt + between(random, 0, 5) * MILLISECOND;
}

/* The server's last word, after hours in which the client went away: nobody acknowledges it. */
static void
say_late(Flow *flow, guint8 flags)
{
	Random *random = stage_random(flow->stage);
	guint64 wait = 2 * SECOND;
	const guint32 seq = flow->seq[1];

	flow->at += between(random, 35, 420) * MINUTE;
	for (guint i = 0; i < (flags & FIN ? between(random, 1, 4) : 1); i++) {
		flow->seq[1] = seq;
		say(flow, 1, flags, 0);
		flow->at += wait;
		wait *= 2;
	}
}

static void
end_session(Flow *flow)
{
	switch (flow->session->ending) {
	case END_CLOSE:
		say(flow, 0, FIN | ACK, 0);
		say(flow, 1, FIN | ACK, 0);
		say(flow, 0, ACK, 0);
		break;
	case END_RESET:
		say(flow, 0, RST | ACK, 0);
		break;
	case END_RESET_SERVER:
		say(flow, 1, RST, 0);
		break;
	case END_HALF:
		say(flow, 1, FIN | ACK, 0);
		say(flow, 0, ACK, 0);
		flow->at += between(stage_random(flow->stage), 1, 60) * SECOND;
		say(flow, 0, RST, 0);
		break;
	case END_LATE_FIN:
		say_late(flow, FIN | ACK);
		break;
	case END_LATE_RESET:
		say_late(flow, RST | ACK);
		break;
	case END_NONE:
		break;
	}
}

guint64
talk_session(Stage *stage, Actor *actor, guint64 at, Peer *peer, const Session *session)
{
	Random *random = stage_random(stage);
	const guint64 numbers = random_next(random);
	Flow flow = {
		.stage = stage,
		.actor = actor,
		.peer = peer,
		.session = session,
		.port = session->outbound ? (guint16)between(random, 32768, 60999)
					  : talk_port(peer, random),
		.seq = {(guint32)numbers, (guint32)(numbers >> 32)},
		.at = at,
	};

	flow.rtt = between(random, 8, 180) * MILLISECOND;
	say(&flow, 0, SYN, 0);
	say(&flow, 1, SYN | ACK, 0);
	say(&flow, 0, ACK, 0);
	for (guint i = 0; i < session->rounds; i++) {
		say(&flow, 0, PSH | ACK, (guint16)between(random, 20, 700));
		say(&flow, 1, ACK, (guint16)between(random, 100, 1400));
		say(&flow, 0, ACK, 0);
		flow.at += between(random, 0, 3000) * MILLISECOND;
	}
	end_session(&flow);
	return flow.at;
}

void
talk_question(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 inside, guint16 port,
	gboolean outbound)
{
	Random *random = stage_random(stage);
	const guint16 local = (guint16)between(random, 1025, 65000);
	Packet in = talk_udp(peer, inside, outbound ? port : local, outbound ? local : port,
		(guint16)between(random, 30, 60));
	Packet out = turn(&in);

	out.payload = (guint16)between(random, 50, 400);
	stage_send(stage, actor, at, outbound ? &out : &in);
	stage_send(
		stage, actor, at + between(random, 1, 80) * MILLISECOND, outbound ? &in : &out);
}
