/*
 * What an actor did, as its composer sent it, and which targets that hits: the rules of hits
 * (a request; a response without a conversation in the window and the hour before; UDP whose
 * first packet came from outside) once more, without a line of Gnomon's.
 */
#ifndef BENCH_LABEL_TRUTH_H
#define BENCH_LABEL_TRUTH_H

#include "tests/bench/packet.h"

typedef struct Truth Truth;

/* Over how long a window the most targets of one source are asked for. */
typedef enum { SPAN_1H, SPAN_24H, SPAN_7D, SPAN_COUNT } Span;

typedef struct {
	guint32 hosts; /* the most of any of its sources; 0: no hit at all */
	gint32 hour;   /* where the first such window starts, hours after that midnight */
} TruthWindow;

Truth *truth_new(void);
void truth_free(Truth *truth);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Truth, truth_free)

/* Adds a packet between the outside and the home; at: nanoseconds after a midnight. */
void truth_add(Truth *truth, guint64 at, const Packet *packet);

/* 24 h windows begin at every hour, those of 7 d at every midnight. */
void truth_count(Truth *truth, TruthWindow windows[SPAN_COUNT]);

/* The most distinct destination ports of requests by TCP or UDP that one source sent to one target. */
guint truth_ports(Truth *truth);

/* Every target that was ever hit in a window of an hour; guint32, ascending; owned by the caller. */
GArray *truth_targets(Truth *truth);

#endif
