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
 * Counts the ports of one target that got bare ACKs, window by window. A window counts none when
 * there was a conversation in W+, and when all of its ACKs come from one port to ports from 1,024
 * on: a service that asks whether forgotten connections still live.
 *
 * One counter (256 KiB) serves one target after the other.
 */
typedef struct BarePorts BarePorts;

BarePorts *bare_ports_new(void);
void bare_ports_free(BarePorts *counter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BarePorts, bare_ports_free)

/* Appends to starts (of gint64, seconds since 1970) those windows of that length (seconds, whole
 * hours) that end with an hour of bare ACKs and hold at least `enough` >= 1 ports. rows are the
 * target's n, by hour. Cost: linear in their contacts. */
void bare_ports_find(BarePorts *counter, const SubjectRow *rows, guint n, gint64 length,
	guint enough, GArray *starts);

/* How many ports of the target one window holds. */
guint bare_ports_in(
	BarePorts *counter, const SubjectRow *rows, guint n, gint64 start, gint64 length);

#endif
