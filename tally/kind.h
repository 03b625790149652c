/*
 * What a packet is: the kinds of DESIGN section 2, one table for names, class and service port.
 *
 * To add a kind: one line in kind.c's table, one value here (values are written to tallies:
 * append, never renumber), and what decode.c or kind.c's flag table needs to give it.
 */
#ifndef TALLY_KIND_H
#define TALLY_KIND_H

#include <glib.h>

typedef enum {
	KIND_MALFORMED = 0,
	KIND_SYN = 1,
	KIND_SYNACK = 2,
	KIND_RST = 3,
	KIND_FINACK = 4,
	KIND_XMAS = 5,
	KIND_FIN = 6,
	KIND_ACK = 7,
	KIND_NULL = 8,
	KIND_ECHO = 9,
	KIND_ECHOREPLY = 10,
	KIND_ICMP = 11,
	KIND_UDP = 12,
	KIND_OTHER = 13,
	KIND_UNREACH = 14, /* an ICMP error that came in: evidence, no contact */
	/* an ICMP error that went out to the source: evidence, no contact */
	KIND_ERROR_OUT = 15,
	/* Above here: only while an hour is being tallied, and in runs; never in a finished
	 * tally. */
	KIND_ANSWER_SYNACK = 16,  /* a SYN-ACK of the target from this port */
	KIND_ANSWER_RST = 17,     /* a reset of the target from this port */
	KIND_ANSWER_UNREACH = 18, /* an ICMP error quoted a packet of the source to this port */
	KIND_UDP_OUT = 19,        /* first and last UDP packet of the target, port 0 */
	KIND_COUNT = 20,
	KIND_AT_REST = 16,  /* kinds below may stand in a finished tally */
	KIND_CONTACTS = 14, /* kinds below are contacts, that can make a hit */
	KIND_NONE = 255,
} Kind;

/* Octets of TCP flags. */
enum {
	FLAG_FIN = 1,
	FLAG_SYN = 2,
	FLAG_RST = 4,
	FLAG_PSH = 8,
	FLAG_ACK = 16,
	FLAG_URG = 32,
	FLAG_ECE = 64,
	FLAG_CWR = 128,
};

/* Facts of a pair in an hour; a set, merged by OR. Bits are written to tallies: append only. */
enum {
	FACT_IN_REQUEST = 1 << 0,   /* inbound request of TCP or ICMP */
	FACT_IN_RESPONSE = 1 << 1,  /* inbound TCP response */
	FACT_IN_SYN = 1 << 2,       /* inbound packet of kind syn */
	FACT_IN_ECHOREPLY = 1 << 3, /* inbound echo reply */
	FACT_IN_UDP = 1 << 4,
	FACT_IN_OTHER = 1 << 5,
	FACT_OUT_TCP = 1 << 6,  /* outbound TCP without R */
	FACT_OUT_ECHO = 1 << 7, /* outbound echo request */
	/* outbound, and neither TCP with R, nor ICMP error, nor neighbour discovery: breaks
	 * the silence */
	FACT_OUT_SPOKE = 1 << 8,
	FACT_OUT_ANY = 1 << 9,  /* any outbound packet (neighbour discovery aside) */
	FACT_OUT_SYN = 1 << 10, /* outbound packet of kind syn: the target opened */
	FACT_OUT_UDP = 1 << 11,
	/* anything came in that is a contact */
	FACT_IN_ANY = FACT_IN_REQUEST | FACT_IN_RESPONSE | FACT_IN_SYN | FACT_IN_ECHOREPLY |
		      FACT_IN_UDP | FACT_IN_OTHER,
	/* FACT_OUT_TCP or FACT_IN_SYN: the pair had a conversation */
	FACT_CONVERSATION = FACT_IN_SYN | FACT_OUT_TCP,
};

/* How a target answered: a set, of a contact (by port) and of a pair (all its ports, and
 * those that match no contact). */
enum {
	ANSWER_SYNACK = 1 << 0,
	ANSWER_RST = 1 << 1,
	ANSWER_UDP = 1 << 2,
	ANSWER_ECHOREPLY = 1 << 3,
	ANSWER_UNREACH = 1 << 4, /* an ICMP error went out that quotes the source's packet */
	/* a SYN-ACK, and an ACK of the source not before it: handshake completed */
	ANSWER_COMPLETED = 1 << 5,
	/* a SYN-ACK, no ACK, and a reset of the source not before it */
	ANSWER_HALFOPEN = 1 << 6,
	/* not an answer: the source sent the same sequence number again in this contact */
	ANSWER_AGAIN = 1 << 7,
};

typedef enum {
	CLASS_REQUEST,
	CLASS_RESPONSE,
	CLASS_UDP,
	CLASS_OTHER,
	CLASS_EVIDENCE
} KindClass;

typedef struct {
	const char *name; /* as in output and --kinds */
	KindClass class;
	guint16 fact_in; /* FACT_IN_* that an inbound packet of this kind sets */
	guint8 port;     /* 's' source port, 'd' destination port, 't' ICMP type, 0 none */
} KindInfo;

extern const KindInfo kind_table[KIND_COUNT];

/* The kind of each octet of TCP flags. */
extern const guint8 kind_of_flags[256];

/* Of the kinds below end; KIND_NONE when none has that name. */
Kind kind_from_name(const char *name, Kind end);

#endif
