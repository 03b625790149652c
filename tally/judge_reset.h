/*
 * Resets, syn-acks and other answers that nobody asked for: the second-order effect of a flood or
 * scan of somebody else with our addresses spoofed, a map being drawn from our routers' errors, a
 * load balancer's probes; or nobody can tell.
 *
 * Source: DESIGN section 3, "Rules of judgement"; first seed, section 4 (reset scans); second
 * seed, "To Flood or Not to Flood" (third parties of floods, load balancers).
 */
#ifndef TALLY_JUDGE_RESET_H
#define TALLY_JUDGE_RESET_H

#include "tally/detector.h"
#include "tally/unasked.h"

/* What the answers show: a set. */
typedef enum {
	/* Only a live stack that answers somebody does these: */
	RESET_RETRIES = 1 << 0, /* a syn-ack again with the same numbers */
	RESET_ABORTS = 1 << 1,  /* a reset after the syn-ack of the same port */
	RESET_FIXED = 1 << 2,   /* one port, or few, towards scattered ports */
	RESET_AGAIN = 1 << 3,   /* targets hit again and again, or some of many at random */
	/* The same of a host that is scanned: from one port after the other, fast, in no order,
	 * and nothing for the sender to learn. */
	RESET_SWEPT = 1 << 4,
	/* A map: each target once, and in order, evenly spaced, or none twice where chance had
	 * hit some twice. */
	RESET_PLAN = 1 << 5,
	RESET_ERRORS = 1 << 6,   /* ICMP errors of ours went back: the map works */
	RESET_BALANCER = 1 << 7, /* ack = seq - 1 towards few targets */
	/* Reasons to hold back: */
	RESET_TALKED = 1 << 8,     /* conversations with all the targets had just ended */
	RESET_LATE = 1 << 9,       /* as few as late resets of such may be */
	RESET_ONE_SIDED = 1 << 10, /* hardly an outbound packet was captured */
} ResetSign;

/* Set of ResetSign. */
guint judge_reset_signs(const DetectorCase *at, const Unasked *unasked);

/* What a set of signs comes to. */
Verdict judge_reset_verdict(guint signs);

/* Adds both readings of an acknowledgement number that two tools are known by (674711610,
 * 674719802) and that the seeds disagree on; nothing for any other. */
void judge_reset_constant(Finding *finding, guint32 ack);

/* Gives the finding verdict and evidence; unasked: of its window. */
void judge_reset(const DetectorCase *at, const Unasked *unasked, Finding *finding);

#endif
