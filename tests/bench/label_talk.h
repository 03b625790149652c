/*
 * How hosts speak: the stacks they are, their packets, whole sessions, and what the home answers
 * to a probe.
 */
#ifndef BENCH_LABEL_TALK_H
#define BENCH_LABEL_TALK_H

#include "tests/bench/label_stage.h"

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16, URG = 32 };

typedef enum { IDS_RISING, IDS_RANDOM, IDS_ZERO, IDS_CONSTANT } Ids;

/* What shows of an operating system or a tool in what it sends. */
typedef struct {
	guint16 window, mss;
	guint8 ttl;     /* as sent */
	guint8 options; /* PacketOptions of its SYN */
	guint8 ids;     /* Ids */
	gboolean loose; /* without DF */
} Stack;

/* An outside host. */
typedef struct {
	guint32 host;
	const Stack *stack; /* borrowed */
	guint32 interface;  /* packet.h */
	guint16 id, port;   /* the next of each */
	guint8 ttl;         /* as it arrives */
	gboolean v6;
} Peer;

/* Somebody's computer; what scans are made with. */
const Stack *talk_stack(Random *random);
const Stack *talk_tool(Random *random);

/* A new source of the actor, some hops away. */
Peer talk_peer(Stage *stage, Actor *actor, const Stack *stack);

/* The same in the /24 of another, as far away. */
Peer talk_neighbour(Stage *stage, Actor *actor, const Peer *other);

/* The peer's next local port, as its stack counts. */
guint16 talk_port(Peer *peer, Random *random);

/* A packet of the peer's. TCP: seq and (with ACK) ack are random. */
Packet talk_tcp(
	Peer *peer, Random *random, guint32 target, guint16 sport, guint16 dport, guint8 flags);
Packet talk_udp(Peer *peer, guint32 target, guint16 sport, guint16 dport, guint16 payload);
Packet talk_echo(Peer *peer, guint32 target, guint16 number);

/* TCP from the host that an inbound packet went to, back to where it came from; acknowledges it. */
Packet talk_back(const Home *home, const Packet *packet, guint8 flags);

typedef enum { ANSWER_NONE, ANSWER_OPEN, ANSWER_CLOSED, ANSWER_UNREACHABLE } Answer;

/*
 * Sends an inbound packet, and what the home says to it: the target by its port and temper, or
 * for a dark one a router, sometimes. *answer (NULL: not wanted) is the home's packet, if any.
 */
Answer talk_probe(Stage *stage, Actor *actor, guint64 at, const Packet *packet, Packet *answer);

typedef enum {
	END_CLOSE,        /* FIN both ways */
	END_RESET,        /* by who opened it */
	END_RESET_SERVER, /* by who was asked */
	END_HALF,         /* FIN by the server, then a reset by the client */
	END_LATE_FIN,     /* after hours of silence the server closes, and says it again */
	END_LATE_RESET,   /* after hours of silence the server resets */
	END_NONE,         /* goes on for ever */
} Ending;

typedef struct {
	guint32 inside;
	guint16 port; /* of the service */
	gboolean outbound;
	guint rounds; /* of question and answer */
	Ending ending;
} Session;

/* A whole TCP session with a handshake; returns when it ended. */
guint64 talk_session(
	Stage *stage, Actor *actor, guint64 at, Peer *peer, const Session *session);

/* A question by UDP and its answer. */
void talk_question(Stage *stage, Actor *actor, guint64 at, Peer *peer, guint32 inside,
	guint16 port, gboolean outbound);

#endif
