#include "config.h"

#include "collect/ring.h"

struct Ring {
	GAsyncQueue *full, *empty; /* owned, as are the buffers in them */
};

Ring *
ring_new(void)
{
	Ring *ring = g_new0(Ring, 1);

	ring->full = g_async_queue_new_full(g_free);
	ring->empty = g_async_queue_new_full(g_free);
	for (guint i = 0; i < RING_BUFFERS; i++)
		g_async_queue_push(
			ring->empty, g_malloc0(sizeof(RingBuffer) + RING_BUFFER_OCTETS));
	return ring;
}

void
ring_free(Ring *ring)
{
	if (!ring)
		return;
	g_async_queue_unref(ring->full);
	g_async_queue_unref(ring->empty);
	g_free(ring);
}

RingBuffer *
ring_take_empty(Ring *ring)
{
	RingBuffer *buffer = g_async_queue_pop(ring->empty);

	buffer->used = 0;
	return buffer;
}

void
ring_give_full(Ring *ring, RingBuffer *buffer)
{
	g_async_queue_push(ring->full, buffer);
}

RingBuffer *
ring_take_full(Ring *ring, guint64 wait_us)
{
	return g_async_queue_timeout_pop(ring->full, wait_us);
}

/* The one used last is taken first: while there is little to do, few buffers stay in the
 * processor's caches, and most of them are never touched. */
void
ring_give_empty(Ring *ring, RingBuffer *buffer)
{
	g_async_queue_push_front(ring->empty, buffer);
}

guint
ring_n_full(Ring *ring)
{
	return (guint)MAX(g_async_queue_length(ring->full), 0);
}
