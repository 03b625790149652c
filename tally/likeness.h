/*
 * What makes sources alike: the kind of packet by which they ask, what their stack or tool writes
 * into it, the service ports they ask for.
 *
 * The TTL is kept as a range beside it: packets of one computer arrive within three hops of each
 * other (first seed, figure 2), those of several with the same stack only share the number they
 * set out with.
 */
#ifndef TALLY_LIKENESS_H
#define TALLY_LIKENESS_H

#include "tally/scene.h"

enum {
	LIKENESS_PORTS = 4,     /* service ports told apart; of a source with more, none is */
	LIKENESS_TTL_REACH = 3, /* hops within which the TTLs of one computer lie */
};

/* Bits of Likeness.constant: fields that were the same in every packet. Any stack keeps to one
 * window; a source port, sequence number or IP ID that stays is a tool's. */
enum {
	LIKENESS_WINDOW = 1 << 0,
	LIKENESS_PAYLOAD = 1 << 1,
	LIKENESS_MSS = 1 << 2,
	LIKENESS_OPTIONS = 1 << 3,
	LIKENESS_SPORT = 1 << 4,
	LIKENESS_SEQ = 1 << 5,
	LIKENESS_ID = 1 << 6,
	LIKENESS_STACK = LIKENESS_WINDOW | LIKENESS_PAYLOAD | LIKENESS_MSS | LIKENESS_OPTIONS,
};

/* Values of fields that vary, or that the packets do not have, are 0. */
typedef struct {
	guint8 kind; /* KIND_*: of the packets that are compared */
	guint8 family;
	guint8 constant;
	guint8 df;        /* TRAIT_DF_SET, TRAIT_DF_CLEAR; 0: IPv6 */
	guint8 first_ttl; /* as the packets set out: 32, 64, 128, 255 */
	guint8 ttl_min, ttl_max;
	guint8 tries;   /* packets for each port of a target, rounded; 255: that or more */
	guint8 n_ports; /* LIKENESS_PORTS + 1: more than can be told apart */
	guint16 ports[LIKENESS_PORTS]; /* ascending */
	guint16 window, payload, mss, sport, id;
	/* source ports, and steps from one to the next, modulo 65536; min > max: none */
	guint16 sport_min, sport_max, sport_step_min, sport_step_max;
	guint32 options, seq;
	/* The same where the stack or tool writes the same (TTL, tries, ports and a tool's
	 * constants aside), and the same where the service ports are the same as well: sources
	 * alike. Else, but for one chance in 2^64, another. */
	guint64 stack_key, key;
} Likeness;

/* FALSE: the subject sent nothing that can be compared. The kind is the one that asks most: a SYN
 * before UDP, an echo request before what else asks, an answer only of a source that asked
 * nothing. Cheap when FALSE: looks at the subject's summary first. */
gboolean likeness_of(const Subject *subject, Likeness *likeness);

/* Whether sources of that kind ask something; else they answer, or seem to. */
gboolean likeness_is_asking(const Likeness *likeness);

/* Whether the source ports jump to and fro between two sequences: two processes send. */
gboolean likeness_is_two_processes(const Likeness *likeness);

/* "syn to port 139, window 8192, no options, DF": what sources alike share. Free with
 * g_free. */
char *likeness_text(const Likeness *likeness);

#endif
