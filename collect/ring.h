/*
 * Buffers that go round between the thread that captures and the one that writes. The capturing
 * thread waits only when all are full.
 */
#ifndef COLLECT_RING_H
#define COLLECT_RING_H

#include <glib.h>

typedef struct {
	gsize used;
	guint8 octets[]; /* RING_BUFFER_OCTETS */
} RingBuffer;

/* A packet of the greatest size fits several times. */
enum { RING_BUFFERS = 64, RING_BUFFER_OCTETS = 1 << 20 };

typedef struct Ring Ring;

Ring *ring_new(void);
/* No buffer may be out. */
void ring_free(Ring *ring);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Ring, ring_free)

/* The capturing thread: takes an empty buffer (waits for one), gives it full. */
RingBuffer *ring_take_empty(Ring *ring);
void ring_give_full(Ring *ring, RingBuffer *buffer);

/* The writing thread: takes the full one that was given first, NULL when none came for wait_us
 * microseconds; gives it back. */
RingBuffer *ring_take_full(Ring *ring, guint64 wait_us);
void ring_give_empty(Ring *ring, RingBuffer *buffer);

guint ring_n_full(Ring *ring);

#endif
