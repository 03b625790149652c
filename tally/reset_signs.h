/*
 * Resets, syn-acks and other answers that nobody asked for: the second-order effect of a flood or
 * scan of somebody else with our addresses spoofed, a map being drawn from our routers' errors, a
 * load balancer's probes; or nobody can tell.
 *
 * Source: DESIGN section 3, "Rules of judgement"; first seed, section 4 (reset scans); second
 * seed, "To Flood or Not to Flood" (third parties of floods, load balancers).
 */
#ifndef TALLY_RESET_SIGNS_H
#define TALLY_RESET_SIGNS_H

#include "tally/detector.h"
#include "tally/unasked.h"

/* What the answers show: a set. */
typedef enum {
	/* Only a live stack that answers somebody does these: */
	RESET_RETRIES = 1 << 0, /* a syn-ack again with the same numbers */
	RESET_ABORTS = 1 << 1,  /* a reset after the syn-ack of the same port */
	RESET_FIXED = 1 << 2,   /* one port, or few, towards scattered ports */
	RESET_AGAIN = 1 << 3,   /* targets hit again and again, or some of many at random */
	RESET_ALIVE = RESET_RETRIES | RESET_ABORTS | RESET_FIXED | RESET_AGAIN,
	/* The same of a host that is scanned: from one port after the other, fast, in no order,
	 * and nothing for the sender to learn. */
	RESET_SWEPT = 1 << 4,
	/* Each target once, and according to a plan: */
	RESET_ORDERED = 1 << 5,
	RESET_EVEN = 1 << 6,       /* evenly spaced */
	RESET_NONE_TWICE = 1 << 7, /* where chance would have hit some twice */
	RESET_PLAN = RESET_ORDERED | RESET_EVEN | RESET_NONE_TWICE,
	RESET_ERRORS = 1 << 8,     /* ICMP errors of ours went back: the map works */
	RESET_BALANCER = 1 << 9,   /* ack = seq - 1, as no answer has it, to few targets */
	RESET_PROBES = 1 << 10,    /* the same to more */
	RESET_FORGED = 1 << 11,    /* one sequence number for several connections */
	RESET_ALONE = 1 << 15,     /* its IP ID: it sends to hardly anybody else */
	RESET_ONE_SIDED = 1 << 12, /* hardly an outbound packet was captured */
	/* few, and none that answers a SYN: late packets of conversations, perhaps */
	RESET_LATE = 1 << 13,
	/* conversations with all the targets ended before; or late, and as many others of ours
	 * are in touch with it */
	RESET_TALKED = 1 << 14,
} ResetSign;

/* Set of ResetSign. unasked: of one target at least. */
guint reset_signs(const DetectorCase *at, const Unasked *unasked);

/* What a set of signs comes to. */
Verdict reset_signs_verdict(guint signs);

#endif
