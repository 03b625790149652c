/*
 * A growing array in its own pages: grows without copying (the kernel moves page tables), is
 * zero when new, and costs memory only where it was written.
 */
#ifndef TALLY_ARENA_H
#define TALLY_ARENA_H

#include <glib.h>

typedef struct {
	void *data;   /* NULL when empty; moves when it grows */
	gsize octets; /* reserved */
} Arena;

/* Makes room for at least `octets`; new ones are zero. Aborts when the kernel has no address
 * space left, as g_malloc does. */
void arena_reserve(Arena *arena, gsize octets);
void arena_clear(Arena *arena);

#endif
