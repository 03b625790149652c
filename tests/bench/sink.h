/*
 * Where generated packets go: a pcap file (classic 2.4, Ethernet), time-ordered within one
 * hour, and, when asked for, the truth: how many targets each source hit, known from how the
 * traffic was made and not by reading it.
 */
#ifndef BENCH_SINK_H
#define BENCH_SINK_H

#include <stdio.h>

#include "tests/bench/packet.h"

enum { SINK_SNAP = 128 };

/* 2017-09-10T12:00:00Z: all packets lie in the hour that begins. */
#define SINK_START 1505044800u

typedef struct Sink Sink;

/* packets: how many will be added. file, truth (NULL: none): borrowed. */
Sink *sink_new(FILE *file, FILE *truth, guint64 packets, gboolean nanoseconds, guint64 seed);

/* Adds the next packet; its time is the sink's to say: evenly over the hour, with jitter. */
void sink_add(Sink *sink, const Packet *packet);

/*
 * Writes what is left. The truth: lines "HOSTS ADDRESS" of the sources with HOSTS >= 7, as
 * `gnomon-tally count` sorts them. FALSE when anything could not be written.
 */
gboolean sink_finish(Sink *sink);
void sink_free(Sink *sink);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Sink, sink_free)

#endif
