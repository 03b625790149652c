/*
 * Traits: what all inbound packets of one kind from one source in one hour have in common, and
 * what varies. 96 bytes; the same record in the contact table, in runs and in tallies
 * (little-endian there).
 *
 * Every member but those marked (order) is a minimum, a maximum, a set or a sum taken once, so
 * that the order of packets does not matter; a field is constant when its minimum is its
 * maximum. Members marked (order) follow the packets in the order of the files: merging a and b
 * means "b after a".
 */
#ifndef TALLY_TRAIT_H
#define TALLY_TRAIT_H

#include "tally/observation.h"

/* Bits of Trait.seen. */
enum {
	TRAIT_DF_SET = 1 << 0,      /* a packet with DF */
	TRAIT_DF_CLEAR = 1 << 1,    /* an IPv4 packet without */
	TRAIT_ACK_SEQ1 = 1 << 2,    /* a packet whose ack = seq - 1 */
	TRAIT_ACK_OTHER = 1 << 3,   /* a TCP packet where not */
	TRAIT_PORTS_EQUAL = 1 << 4, /* source port = destination port */
	TRAIT_PORTS_DIFFER = 1 << 5,
	/* more than one TCP option layout; options holds the least */
	TRAIT_OPTIONS_VARY = 1 << 6,
	/* some contact had the same sequence number twice in a row */
	TRAIT_SEQ_AGAIN = 1 << 7,
	TRAIT_TCP = 1 << 8,       /* window, seq, ack, flags, options hold something */
	TRAIT_ID = 1 << 9,        /* id_* hold something */
	TRAIT_PORTS = 1 << 10,    /* sport_* hold something (TCP, UDP) */
	TRAIT_MSS = 1 << 11,      /* mss_* hold something */
	TRAIT_MSS_NONE = 1 << 12, /* a TCP packet without MSS */
	TRAIT_FRAGMENT = 1 << 13, /* a later fragment */
};

/* The fields that are widened side by side: eight numbers of 16 bits, of which each packet
 * has some. */
typedef guint16 TraitLanes __attribute__((vector_size(16), aligned(4), may_alias));

/* All in host byte order. */
typedef struct {
	guint32 source; /* while tallying: IPv4 address or interned IPv6; at rest: 0 */
	guint8 family;  /* 4 or 6 */
	guint8 kind;
	guint16 seen;       /* TRAIT_* */
	guint16 id_last;    /* (order) */
	guint16 sport_last; /* (order) */
	guint32 options;    /* layout, see trait_options_text */
	/* Steps: (order) least and greatest difference from packet to packet, modulo 65536;
	 * min > max: none yet. MSS: min > max: none given. Payload: 65535 also for more. */
	union {
		struct {
			guint16 window_min, id_min, sport_min, payload_min;
			guint16 mss_min, ttl_min, id_step_min, sport_step_min;
		};
		TraitLanes least;
	};
	union {
		struct {
			guint16 window_max, id_max, sport_max, payload_max;
			guint16 mss_max, ttl_max, id_step_max, sport_step_max;
		};
		TraitLanes greatest;
	};
	guint32 seq_min, seq_max;
	guint32 ack_min, ack_max;
	/* one bit for each value of octet >> 3; malformed: see trait.c */
	guint32 flag_sets;
	/* 32 bits, one for each remainder of a multiplicative hash of the destination port:
	 * at least so many ports */
	guint32 dport_marks;
	/* 64 bits, one a block of 1,024 destination ports that occurred */
	guint32 dport_blocks_low, dport_blocks_high;
	guint32 signatures;     /* set of the site's signature rules that hit */
	guint32 peak_packets;   /* (order) packets in the fullest second */
	guint32 second_packets; /* (order) packets in the second at hand */
	guint16 peak_second;    /* (order) second of the hour */
	guint16 second;         /* (order) */
} Trait;

/* A rule of the site: every field that is in `fields` lies between its bounds. */
typedef enum {
	SIGNATURE_ACK = 1,
	SIGNATURE_SEQ = 2,
	SIGNATURE_WINDOW = 4,
	SIGNATURE_ID = 8,
	SIGNATURE_TTL = 16,
	SIGNATURE_PAYLOAD = 32,
} SignatureField;
typedef struct {
	const char *name;        /* borrowed from settings */
	const char *origin;      /* who found it, where: for the report */
	guint32 fields;          /* SIGNATURE_* */
	guint32 low[6], high[6]; /* by the bit's number */
} Signature;

enum { TRAIT_SIGNATURES_MAX = 32 };

/* The two acknowledgement numbers of the first seed's figure 7; n set to their number. */
const Signature *trait_default_signatures(gsize *n);

/* A Trait with nothing in it. */
void trait_clear(Trait *trait);

/* Takes in one packet. second: of the hour, 0..3599. */
void trait_add(Trait *trait, const Observation *observation, guint second,
	const Signature *signatures, gsize n_signatures);

/* a becomes a followed by b (same source and kind). */
void trait_merge(Trait *a, const Trait *b);

/* The flag octets that occurred, ascending; returns how many. For kind malformed ECE and CWR
 * are left out of the octets (Trait keeps F S R P A U of each there, and whether ECE, CWR
 * occurred at all: bits 3, 4 of dport_marks). */
guint trait_flag_octets(const Trait *trait, guint8 octets[64]);

/* "mss,nop,nop,sackOK", "none"; free with g_free. Options beyond the seventh are "...". */
char *trait_options_text(guint32 layout);

G_STATIC_ASSERT(sizeof(Trait) == 96);

#endif
