/*
 * Traffic as a site sees it: sessions opened from either side, UDP, pings and ICMP errors,
 * among them scanners and the backscatter of floods elsewhere. Thousands go on at a time, so
 * that neighbouring packets belong to different pairs.
 */
#ifndef BENCH_TRAFFIC_H
#define BENCH_TRAFFIC_H

#include "tests/bench/sink.h"

typedef struct {
	guint64 packets;
	guint32 sources; /* outside hosts: more than scanners and victims, which are of them */
	guint32 scanners;
	guint32 victims;    /* of floods with our addresses spoofed */
	guint32 percent_v6; /* of the sources */
	guint64 contacts;   /* shapes that take it: distinct contacts to make */
	guint64 seed;
} Traffic;

/* Adds plan->packets packets to sink. */
void traffic_ordinary(const Traffic *plan, Sink *sink);

#endif
