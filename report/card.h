/*
 * A finding in words: what its row in a list says, and the head of its card.
 */
#ifndef REPORT_CARD_H
#define REPORT_CARD_H

#include "tally/finding.h"

/* Whom or what it is about: "198.51.100.9", "198.51.100.9 and 4 more", "target 192.0.2.1", "port
 * syn 445". The char * texts are freed with g_free. */
char *card_about(const Finding *finding);

/* What it means, the reason for its place: "new, answered, dark". */
char *card_ranks(const Finding *finding);

/* "low-and-slow, stealth": the telling one first. */
char *card_detectors(const Finding *finding);

/* The sentence that says why it is told; owned by the finding. */
const char *card_reason(const Finding *finding);

/* How many targets in the telling window, and in each longer one that says more: "6,630 in 1 h,
 * 12,007 in 24 h"; worded: "6,630 targets in 1 h, ...". */
char *card_targets(const Finding *finding, gboolean worded);

/* How many of them answered, each by the most that it told: "2 open, 5 resets"; "": none. */
char *card_answered(const Finding *finding);

/* What was asked for, or answered from, by most targets: "syn to 80 http, 88 kerberos, 8081 and 2
 * more"; "" when no packet names a port. */
char *card_ports(const Finding *finding);

/* Appends "syn to 53 domain", "rst from 6667", "echo", "icmp type 13". */
void card_port(GString *text, const ProfilePort *port);
/* Appends "53 domain", "6668". */
void card_port_number(GString *text, const ProfilePort *port);

/* A sentence that says what a verdict means, as in gnomon-report(1); of static life. */
const char *card_verdict_meaning(Verdict verdict);

/* "for scan: 9 targets in 24 h ...". */
char *card_evidence(const Evidence *evidence);

#endif
