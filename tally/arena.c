#include "config.h"

#include "tally/arena.h"

#include <sys/mman.h>

enum { FIRST_OCTETS = 64 * 1024, HUGE_FROM = 8 * 1024 * 1024 };

void
arena_reserve(Arena *arena, gsize octets)
{
	gsize wanted = arena->octets ? arena->octets : FIRST_OCTETS;

	if (octets <= arena->octets)
		return;
	while (wanted < octets)
		wanted *= 2;
	if (arena->data)
		arena->data = mremap(arena->data, arena->octets, wanted, MREMAP_MAYMOVE);
	else
		arena->data = mmap(NULL, wanted, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (arena->data == MAP_FAILED)
		g_error("no address space for %" G_GSIZE_FORMAT " octets", wanted);
	/* Random access over many small pages costs more in translation than in memory. */
	if (wanted >= HUGE_FROM)
		madvise(arena->data, wanted, MADV_HUGEPAGE);
	arena->octets = wanted;
}

void
arena_clear(Arena *arena)
{
	if (arena->data)
		munmap(arena->data, arena->octets);
	*arena = (Arena){ 0 };
}
