/*
 * What became of a subject's SYNs: which windows hold enough targets that it probed, rather than
 * visited. Half-open: it resets what answers. Connect: it completes the handshake, says nothing,
 * and finds much of what it asks for closed or silent.
 */
#ifndef TALLY_HANDSHAKES_H
#define TALLY_HANDSHAKES_H

#include "tally/subject.h"

typedef struct {
	gint64 start;      /* of the window, seconds since 1970 */
	guint targets;     /* asked by a SYN; of these: */
	guint completed;   /* with a completed handshake */
	guint halfopen;    /* with a SYN-ACK that the subject reset */
	guint64 asks;      /* service ports asked, of each target in each hour */
	guint64 shut;      /* of these: no SYN-ACK came */
	guint64 packets;   /* inbound TCP of these targets */
	gboolean has_data; /* ACKs of the subject in the window carried payload */
} Handshakes;

/* At least n targets in which no handshake was completed, one of them half-open; and no more
 * completed than half-open: who talks to most of those it asks only gave up some. Of a subject
 * that sends data at least n targets are half-open, for a client resets a SYN-ACK that comes too
 * late. */
gboolean handshakes_is_halfopen(const Handshakes *handshakes, guint n);

/* At least n targets, some handshakes completed and more so than half-open, no payload, few
 * packets, and a quarter of what was asked for shut: visitors know where they go. */
gboolean handshakes_is_connect(const Handshakes *handshakes, guint n);

/* Appends to windows (of Handshakes), by start, those windows of that length (seconds, whole
 * hours) that are one of these: of all that hold the same last hour with SYNs, the first to end.
 * Cost: linear in contacts. */
void handshakes_find(const Subject *subject, gint64 length, guint n, GArray *windows);

/* One window. */
Handshakes handshakes_in(const Subject *subject, gint64 start, gint64 length);

#endif
