/*
 * What a subject learnt of the ports that it asked for: open, closed, silent, as RFC 793 reads the
 * answers. Only of packets whose port is known: a response within a conversation has none.
 */
#ifndef TALLY_LEARNT_H
#define TALLY_LEARNT_H

#include "tally/finding.h"

/* A service port that was asked for by packets of one kind. Numbers of targets; one may have
 * answered in several ways. */
typedef struct {
	guint8 kind;
	guint16 port;
	guint32 targets;
	guint32 open;        /* with a SYN-ACK; of these: */
	guint32 completed;   /* and a completed handshake */
	guint32 halfopen;    /* and a reset of the subject */
	guint32 reset;       /* with a reset, and no SYN-ACK */
	guint32 unreachable; /* neither, but an ICMP error went out */
} LearntPort;

/* Of the kinds (set of 1 << KIND_*: TCP with destination ports) in the window: array of LearntPort
 * by kind, targets descending, port; owned by the caller. */
GArray *learnt_ports(const Subject *subject, gint64 start, gint64 length, guint32 kinds);

/* Adds what was learnt by each of these kinds, and how it is to be read, as evidence for a
 * scan. */
void learnt_say(
	const Subject *subject, gint64 start, gint64 length, guint32 kinds, Finding *finding);

#endif
