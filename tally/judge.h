/*
 * What the packets of a subject say for and against a scan, whichever detector asks: DESIGN
 * section 3, "Rules of judgement".
 */
#ifndef TALLY_JUDGE_H
#define TALLY_JUDGE_H

#include "tally/detector.h"

/*
 * Judges hits on many targets: verdict scan when at least `enough` targets are hit by requests,
 * bare ACKs or UDP alone, unless nearly all were talked with; else undetermined, because an unsolicited SYN-ACK, reset or FIN-ACK
 * is never a scan by itself. In a one-sided capture bare ACKs may be answers: they count only
 * when each target got just one. Adds the evidence for and against.
 */
void judge_sweep(const DetectorCase *at, guint enough, Finding *finding);

/* Adds what speaks for or against a scan, verdict aside: who answered, where that can be known, what
 * the packets have in common, their order. */
void judge_manner(const DetectorCase *at, Finding *finding);

/* Adds by what kinds of packets the targets were hit, and which of them are no scan. */
void judge_rests(Finding *finding);

/* What many hits speak for: scan, or inverse-mapping where fewer than `enough` targets were
 * asked anything. */
Verdict judge_suspicion(const DetectorCase *at, guint enough, const Finding *finding);

/* One ACK without payload to each target, and nothing else: no conversation looks like that,
 * even when only one side of it was captured. */
gboolean judge_is_ack_sweep(const Profile *profile);

/* Whether UDP with these traits reads as a service's answers: one source port under 1024.
 * NULL: no. */
gboolean judge_is_udp_answer(const Trait *udp);

#endif
