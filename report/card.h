/*
 * One finding, laid out under the seven headings of the second seed: addresses, ports, flags,
 * direction, time, window/TTL/other, bottom line.
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

/* What was asked for, or answered from, by most targets: "syn to 80, 88, 8080 and 2 more"; "" when
 * no packet names a port. */
char *card_ports(const Finding *finding);

/* A sentence that says what a verdict means; of static life. */
const char *card_verdict_meaning(Verdict verdict);

/* "for scan: 9 targets in 24 h ...". */
char *card_evidence(const Evidence *evidence);

/* Adds the headings but for the bottom line (fields.h). strips: with the hours drawn in characters.
 * grid_minutes: of the hours. */
void card_fields(GArray *fields, const Finding *finding, gboolean strips, guint grid_minutes);

#endif
