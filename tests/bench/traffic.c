#include "config.h"

#include "tests/bench/traffic.h"

#include <string.h>

enum {
	FIN = 1,
	SYN = 2,
	RST = 4,
	PSH = 8,
	ACK = 16,
	URG = 32,
	CLOSE = FIN | ACK,
};

/* Of every 1,024 packets so many are of scanners and of victims; the rest is sessions. */
enum { SHARE_SCAN = 48, SHARE_BACKSCATTER = 32, SHARE_WHOLE = 1024 };

/*
 * Who lives inside: every tenth address, the lowest of them serving. Hosts that take UDP from
 * outside never send UDP first, so that a pair's first UDP packet tells whether it is a hit.
 */
enum {
	LIVE_EVERY = 10,
	SERVERS = 500,
	NAME_SERVERS = 8,
	CLIENTS_FROM = SERVERS + NAME_SERVERS,
	LIVE = (1 << PACKET_INSIDE_BITS) / LIVE_EVERY,
	CLIENTS = LIVE - CLIENTS_FROM,
};

enum { SESSIONS = 4096 }; /* that go on at a time */

/* What goes on, and who begins: outside and inside by turns. */
typedef enum {
	PLAY_TCP_IN,
	PLAY_TCP_OUT,
	PLAY_UDP_IN,
	PLAY_UDP_OUT,
	PLAY_PING_IN,
	PLAY_PING_OUT,
	PLAY_ERROR_IN,
	PLAY_ERROR_OUT,
} Play;

typedef struct {
	guint32 outside, inside;
	guint32 seq_in, seq_out; /* next of the outside and of the inside host */
	guint16 sport, dport;    /* as the opener's packets have them */
	guint16 id;
	guint16 step, length; /* packets sent, packets in all */
	guint8 play, ttl;
	guint8 ending; /* flags of TCP's last packets; 0: the opening is never answered */
	gboolean v6, stamps;
} Session;

/* A scanner, or a victim: one host that sends to target after target. */
typedef struct {
	guint32 host;
	guint32 at, stride; /* where it is in its plan, how it goes on */
	guint32 seq;
	guint16 sport, dport, id;
	guint8 ttl, style;
	gboolean v6;
	guint32 answer; /* the target that has yet to answer, 0: none */
} Sender;

typedef struct {
	const Traffic *plan; /* borrowed */
	Sink *sink;          /* borrowed */
	Random random;
	guint32 n_peers;   /* sources that are neither scanner nor victim */
	Session *sessions; /* owned */
	guint32 n_sessions;
	Sender *scanners, *victims; /* owned */
} Stage;

static guint32
live_host(guint32 index)
{
	return PACKET_INSIDE + index * LIVE_EVERY + 1;
}

static guint8
ttl_of(guint32 host)
{
	static const guint8 initial[4] = {64, 128, 64, 255};

	return (guint8)(initial[host & 3] - 5 - (host >> 2) % 20);
}

static guint16
ephemeral_port(Random *random)
{
	return (guint16)(32768 + random_below(random, 28232));
}

static guint16
service_port(Random *random)
{
	static const guint16 ports[16] = {
		443, 443, 443, 443, 443, 443, 80, 80, 80, 25, 25, 993, 22, 53, 8080, 21};

	return ports[random_next(random) >> 60];
}

static Play
draw_play(Random *random)
{
	static const guint8 upto[] = {70, 150, 190, 238, 244, 250, 252, 255};
	const guint8 drawn = random_next(random) >> 56;
	guint play = 0;

	while (drawn > upto[play])
		play++;
	return (Play)play;
}

/* Who will talk with whom. */
static void
draw_pair(Stage *stage, Session *session)
{
	Random *random = &stage->random;
	const guint32 peer = random_skewed(random, stage->n_peers);

	session->play = draw_play(random);
	session->outside = packet_outside(peer);
	session->v6 = peer % 100 < stage->plan->percent_v6;
	session->ttl = ttl_of(session->outside);
	session->stamps = (session->outside >> 7 & 3) != 0;
	if (session->play == PLAY_TCP_IN)
		session->inside = live_host(random_skewed(random, SERVERS));
	else if (session->play == PLAY_UDP_IN)
		session->inside = live_host(SERVERS + random_below(random, NAME_SERVERS));
	else
		session->inside = live_host(CLIENTS_FROM + random_skewed(random, CLIENTS));
}

/* Begins a session in this place: every other time between the pair that had it before. */
static void
session_begin(Stage *stage, Session *session)
{
	static const guint8 endings[16] = {RST | ACK, 0, CLOSE, CLOSE, CLOSE, CLOSE, CLOSE,
		CLOSE, CLOSE, CLOSE, CLOSE, CLOSE, CLOSE, CLOSE, CLOSE, CLOSE};
	Random *random = &stage->random;
	const guint64 bits = random_next(random);

	if (session->outside == 0 || bits >> 63 != 0)
		draw_pair(stage, session);
	session->step = 0;
	session->sport = ephemeral_port(random);
	session->dport = service_port(random);
	session->seq_in = (guint32)bits;
	session->seq_out = (guint32)(bits >> 31);
	session->id = (guint16)(bits >> 24);
	session->length = 2;

	switch ((Play)session->play) {
	case PLAY_TCP_IN:
	case PLAY_TCP_OUT:
		session->ending = endings[bits & 15];
		session->length = (guint16)(6 + 2 * random_skewed(random, 16));
		if (session->ending == 0)
			session->length = 3;
		break;
	case PLAY_UDP_IN:
	case PLAY_UDP_OUT:
		session->dport = (bits & 7) == 0 ? 123 : 53;
		break;
	case PLAY_PING_IN:
	case PLAY_PING_OUT:
		session->length = 8;
		break;
	case PLAY_ERROR_IN:
	case PLAY_ERROR_OUT:
		session->length = 1;
		break;
	}
}

static void
fill_tcp(Session *session, gboolean opener, gboolean inbound, Random *random, Packet *packet)
{
	const guint left = session->length - session->step;
	guint32 *own = inbound ? &session->seq_in : &session->seq_out;

	packet->seq = *own;
	packet->ack = inbound ? session->seq_out : session->seq_in;
	packet->flags = ACK;
	packet->options = session->stamps ? OPTIONS_STAMP : OPTIONS_NONE;
	packet->stamp = session->seq_in + session->step;
	packet->window = session->stamps ? 501 : 64240;
	if (session->step < 2 || session->ending == 0) {
		packet->flags = opener ? SYN : SYN | ACK;
		packet->ack = opener ? 0 : packet->ack;
		packet->options = session->stamps ? OPTIONS_OPENING : OPTIONS_MSS;
		packet->hit = opener && inbound;
		*own += session->ending != 0; /* unanswered, it is sent again as it was */
	} else if (left <= 2) {
		packet->flags = session->ending;
		++*own;
	} else if (session->step > 3 && session->step % 4 < 2) {
		/* asked, answered; then both only acknowledge */
		packet->flags = ACK | PSH;
		packet->payload = opener ? (guint16)(40 + random_below(random, 400)) : 1448;
		*own += packet->payload;
	}
}

static void
fill_udp(const Session *session, gboolean opener, gboolean inbound, Packet *packet)
{
	packet->hit = inbound && opener;
	if (session->dport == 123)
		packet->payload = 48;
	else if (opener)
		packet->payload = 33;
	else
		packet->payload = (guint16)(60 + session->id % 400);
}

static void
fill_ping(const Session *session, gboolean opener, gboolean inbound, Packet *packet)
{
	packet->hit = inbound && opener;
	packet->type = opener ? 8 : 0;
	packet->payload = 56;
	packet->id = session->id;
	packet->stamp = session->step / 2;
}

static void
fill_error(const Session *session, gboolean inbound, Packet *packet)
{
	const gboolean expired = inbound && session->id % 4 == 0;

	packet->type = expired ? 11 : 3;
	packet->code = expired ? 0 : 3;
}

/* The session's next packet; the last one ends it and begins another in its place. */
static void
session_next(Stage *stage, Session *session)
{
	static const guint8 protocols[] = {
		[PLAY_TCP_IN] = PACKET_TCP,
		[PLAY_TCP_OUT] = PACKET_TCP,
		[PLAY_UDP_IN] = PACKET_UDP,
		[PLAY_UDP_OUT] = PACKET_UDP,
		[PLAY_PING_IN] = PACKET_ICMP,
		[PLAY_PING_OUT] = PACKET_ICMP,
		[PLAY_ERROR_IN] = PACKET_ICMP,
		[PLAY_ERROR_OUT] = PACKET_ICMP,
	};
	const Play play = (Play)session->play;
	const gboolean from_outside = play % 2 == PLAY_TCP_IN % 2;
	const gboolean unanswered = protocols[play] == PACKET_TCP && session->ending == 0;
	const gboolean opener = session->step % 2 == 0 || unanswered;
	const gboolean inbound = opener == from_outside;
	Packet packet = {.v6 = session->v6, .protocol = protocols[play]};

	packet.source = inbound ? session->outside : session->inside;
	packet.destination = inbound ? session->inside : session->outside;
	packet.sport = opener ? session->sport : session->dport;
	packet.dport = opener ? session->dport : session->sport;
	packet.ttl = inbound ? session->ttl : 63;
	packet.id = (guint16)(session->id + session->step);
	switch (play) {
	case PLAY_TCP_IN:
	case PLAY_TCP_OUT:
		fill_tcp(session, opener, inbound, &stage->random, &packet);
		break;
	case PLAY_UDP_IN:
	case PLAY_UDP_OUT:
		fill_udp(session, opener, inbound, &packet);
		break;
	case PLAY_PING_IN:
	case PLAY_PING_OUT:
		fill_ping(session, opener, inbound, &packet);
		break;
	case PLAY_ERROR_IN:
	case PLAY_ERROR_OUT:
		fill_error(session, inbound, &packet);
		break;
	}
	sink_add(stage->sink, &packet);
	if (++session->step >= session->length)
		session_begin(stage, session);
}

static void
sender_begin(Stage *stage, Sender *sender, guint32 index, guint32 number)
{
	const guint64 bits = random_next(&stage->random);

	memset(sender, 0, sizeof *sender);
	sender->host = packet_outside(index);
	sender->v6 = index % 100 < stage->plan->percent_v6;
	sender->ttl = ttl_of(sender->host);
	sender->style = number % 8;
	sender->at = (guint16)bits;
	/* in order, or (by an odd number, so none is left out) in disorder */
	sender->stride = number % 3 == 0 ? 1 : (guint32)(bits >> 16 & 0xffff) | 1;
	sender->seq = (guint32)(bits >> 32);
	sender->sport = ephemeral_port(&stage->random);
	sender->dport = service_port(&stage->random);
	sender->id = (guint16)(bits >> 8);
}

static Packet
sender_packet(Sender *sender)
{
	Packet packet = {
		.source = sender->host,
		.protocol = PACKET_TCP,
		.ttl = sender->ttl,
		.v6 = sender->v6,
		.seq = sender->seq,
		.id = sender->id++,
		.hit = TRUE,
	};

	packet.destination = PACKET_INSIDE + (sender->at & 0xffff);
	return packet;
}

/* A sweep: one probe a target, of the scanner's own style. Some live targets answer by a reset.
 */
static void
scanner_next(Stage *stage, Sender *sender)
{
	static const guint8 styles[8] = {SYN, SYN, SYN, SYN, FIN, 0, FIN | PSH | URG, ACK};
	Packet packet = sender_packet(sender);

	packet.flags = styles[sender->style];
	packet.ack = packet.flags == ACK ? sender->seq : 0;
	packet.sport = sender->sport;
	packet.dport = sender->dport;
	packet.window = sender->style % 2 != 0 ? 1024 : 65535;
	packet.options = packet.flags == SYN && sender->style > 1 ? OPTIONS_MSS : OPTIONS_NONE;
	if (sender->answer != 0) {
		packet.source = sender->answer;
		packet.destination = sender->host;
		packet.sport = sender->dport;
		packet.dport = sender->sport;
		packet.seq = 0;
		packet.ack = sender->seq + 1;
		packet.flags = RST | ACK;
		packet.options = OPTIONS_NONE;
		packet.window = 0;
		packet.ttl = 63;
		packet.hit = FALSE;
		sender->answer = 0;
	} else {
		const guint32 offset = packet.destination - PACKET_INSIDE;

		if (offset % LIVE_EVERY == 1 && (offset & 4) != 0)
			sender->answer = packet.destination;
		sender->at += sender->stride;
	}
	sink_add(stage->sink, &packet);
}

/* A flooded host answers us, whose addresses the flood spoofs: one service, scattered ports. */
static void
victim_next(Stage *stage, Sender *sender)
{
	const guint64 bits = random_next(&stage->random);
	Packet packet;

	sender->at = (guint16)bits;
	packet = sender_packet(sender);
	packet.flags = sender->style % 2 != 0 ? RST | ACK : SYN | ACK;
	packet.sport = sender->dport;
	packet.dport = (guint16)(1024 + (bits >> 16) % 64512);
	packet.seq = packet.flags & RST ? 0 : (guint32)(bits >> 32);
	packet.ack = (guint32)(bits >> 20) + 1;
	packet.window = packet.flags & RST ? 0 : 29200;
	packet.options = packet.flags & RST ? OPTIONS_NONE : OPTIONS_MSS;
	sink_add(stage->sink, &packet);
}

void
traffic_ordinary(const Traffic *plan, Sink *sink)
{
	Stage stage = {.plan = plan, .sink = sink};

	random_seed(&stage.random, plan->seed);
	stage.n_peers = plan->sources - plan->scanners - plan->victims;
	/* in a short capture fewer go on at a time, or none would come to its end */
	stage.n_sessions = (guint32)CLAMP(plan->packets / 64, 1, SESSIONS);
	stage.sessions = g_new0(Session, stage.n_sessions);
	stage.scanners = g_new(Sender, plan->scanners);
	stage.victims = g_new(Sender, plan->victims);
	for (guint32 i = 0; i < stage.n_sessions; i++)
		session_begin(&stage, &stage.sessions[i]);
	for (guint32 i = 0; i < plan->scanners; i++)
		sender_begin(&stage, &stage.scanners[i], stage.n_peers + i, i);
	for (guint32 i = 0; i < plan->victims; i++)
		sender_begin(&stage, &stage.victims[i], stage.n_peers + plan->scanners + i, i);

	for (guint64 i = 0; i < plan->packets; i++) {
		const guint32 drawn = random_below(&stage.random, SHARE_WHOLE);

		if (drawn < SHARE_SCAN && plan->scanners > 0)
			scanner_next(&stage,
				&stage.scanners[random_below(&stage.random, plan->scanners)]);
		else if (drawn < SHARE_SCAN + SHARE_BACKSCATTER && plan->victims > 0)
			victim_next(&stage,
				&stage.victims[random_below(&stage.random, plan->victims)]);
		else
			session_next(&stage,
				&stage.sessions[random_below(&stage.random, stage.n_sessions)]);
	}
	g_free(stage.sessions);
	g_free(stage.scanners);
	g_free(stage.victims);
}
