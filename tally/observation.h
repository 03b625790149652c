/*
 * What one packet says, between decoder and contact table: the only thing the two share.
 */
#ifndef TALLY_OBSERVATION_H
#define TALLY_OBSERVATION_H

#include <glib.h>

enum {
	OBSERVED_OUT = 1, /* outbound; clear: inbound */
	/* external and internal are offsets of 16 octets in the batch's v6 store */
	OBSERVED_V6 = 2,
	OBSERVED_DF = 4,        /* IPv4 "do not fragment" */
	OBSERVED_TCP = 8,       /* seq, ack, window, flags, options hold something */
	OBSERVED_SPOKE = 16,    /* internal to internal: only says that `internal` spoke */
	OBSERVED_FRAGMENT = 32, /* IPv4 later fragment or IPv6 later fragment */
	OBSERVED_ID = 64,       /* id holds something (IPv4) */
	/* made from the packet quoted in an outbound ICMP error (kind ANSWER_UNREACH) */
	OBSERVED_NOTED = 128,
};

/*
 * The layout of TCP options: one of these an option, in their order, four bits each from the
 * lowest. Seven are told; when there are more, the eighth place holds LAYOUT_MORE. MSS, NOP,
 * window scale is 0x312.
 */
enum {
	LAYOUT_NONE = 0, /* no more options; the header ends here */
	LAYOUT_NOP = 1,
	LAYOUT_MSS = 2,
	LAYOUT_WSCALE = 3,
	LAYOUT_SACK_OK = 4,
	LAYOUT_SACK = 5,
	LAYOUT_TIMESTAMP = 8,
	LAYOUT_END = 9, /* end of option list: what follows is padding */
	LAYOUT_MORE = 13,
	LAYOUT_OTHER = 14, /* any other kind */
	/* the list cannot be read on: a length that is wrong, or octets not captured */
	LAYOUT_DAMAGED = 15,
};

/* 48 bytes; all numbers in host byte order. */
typedef struct {
	guint64 time; /* ns since 1970 UTC */
	/* source of the pair: IPv4 address, or slot in v6 store (unit: 16 octets) */
	guint32 external;
	guint32 internal; /* target of the pair, likewise */
	guint32 seq;
	guint32 ack;
	guint32 options; /* TCP option layout, LAYOUT_* in four bits each from the lowest */
	guint32 bytes;   /* IP packet's own length (the frame's, where that is 0) */
	/* octets behind the transport header by the packet's own length, 65535 at most */
	guint16 payload;
	/* ICMP: sport is type, dport is type << 8 | code for errors, type otherwise */
	guint16 sport, dport;
	guint16 window;
	guint16 id;   /* IPv4 identification */
	guint16 mss;  /* 0: none given */
	guint8 ttl;   /* IPv6: hop limit */
	guint8 flags; /* octet 13 of TCP */
	/* Kind of the packet, as its sender's; KIND_ECHO, KIND_ECHOREPLY ... both ways */
	guint8 kind;
	guint8 observed; /* OBSERVED_* */
} Observation;

G_STATIC_ASSERT(sizeof(Observation) == 48);

#endif
