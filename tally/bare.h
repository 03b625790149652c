/*
 * TCP packets that no handshake led to, row by row: what of them asks rather than answers.
 */
#ifndef TALLY_BARE_H
#define TALLY_BARE_H

#include "tally/subject.h"

enum { BARE_QUIET = 1u << KIND_FIN | 1u << KIND_NULL | 1u << KIND_XMAS };

/* Packets of these kinds. A FIN to a target that completed a handshake with the source in the same
 * hour, or that opened a connection to it, ends that conversation and does not count. */
guint64 bare_quiet(const SubjectRow *row);

/* ACKs before the first SYN of the hour, to a target that gave nothing but resets; without
 * payload, so that half of a conversation whose other half went past the sensor is none. */
guint64 bare_staged(const SubjectRow *row);

/* Whether it holds ACKs and no conversation. */
gboolean bare_has_acks(const SubjectRow *row);

/*
 * How many ports of one target got bare ACKs in the window: rows are its n, by hour. 0 when there
 * was a conversation in W+, and when all come from one port to ports from 1,024 on: a service that
 * asks whether forgotten connections still live.
 */
guint bare_ports(const SubjectRow *rows, guint n, gint64 start, gint64 length);

#endif
