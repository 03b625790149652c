/*
 * Which addresses a scanner goes to, and when.
 */
#ifndef BENCH_LABEL_TARGETS_H
#define BENCH_LABEL_TARGETS_H

#include "tests/bench/label_stage.h"

typedef enum {
	TARGETS_RANGE,    /* a run of addresses, in order */
	TARGETS_SHUFFLED, /* the same in disorder */
	TARGETS_STRIDE,   /* in order, some left out: .1, .5, .9 */
	TARGETS_SCATTERED /* from anywhere in the home */
} TargetsOrder;

/* n distinct addresses, up to 4096; live and dark as they come. guint32; owned by the caller. */
GArray *targets_new(Random *random, guint n, TargetsOrder order);

/* Any of the orders. */
TargetsOrder targets_any(Random *random);

/* In disorder, in place. */
void targets_shuffle(GArray *targets, Random *random);

static inline guint32
targets_at(const GArray *targets, guint i)
{
	return g_array_index(targets, guint32, i);
}

/*
 * When the i-th of n things is done that fill a span: evenly, but for a jitter of so many
 * hundredths of the step.
 */
guint64 targets_when(
	Random *random, guint64 begin, guint64 span, guint i, guint n, guint jitter);

/* A time for something that lasts a span to begin, early enough for all of it to be seen. */
guint64 targets_begin(Stage *stage, guint64 span);

#endif
