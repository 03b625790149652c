#include "config.h"

#include "tally/arena.h"

#include <sys/mman.h>

enum { FIRST_OCTETS = 64 * 1024, HUGE_PAGE = 2 * 1024 * 1024, HUGE_FROM = 2 * HUGE_PAGE };

/* Address space of `octets` that begins on a huge page. */
static void *
map_aligned(gsize octets)
{
	char *space = mmap(NULL, octets + HUGE_PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (space == MAP_FAILED)
		return MAP_FAILED;
	gsize before = -(gsize)space % HUGE_PAGE;
	if (before > 0)
		munmap(space, before);
	munmap(space + before + octets, HUGE_PAGE - before);
	return space + before;
}

void
arena_reserve(Arena *arena, gsize octets)
{
	gsize wanted = arena->octets ? arena->octets : FIRST_OCTETS;
	void *data;

	if (octets <= arena->octets)
		return;
	while (wanted < octets)
		wanted *= 2;
	if (wanted < HUGE_FROM)
		data = mmap(NULL, wanted, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	else
		data = map_aligned(wanted);
	if (data != MAP_FAILED && arena->data)
		data = mremap(arena->data, arena->octets, wanted, MREMAP_MAYMOVE | MREMAP_FIXED,
			data);
	if (data == MAP_FAILED)
		g_error("no address space for %" G_GSIZE_FORMAT " octets", wanted);
	/* Random access over many small pages costs more in translation than in memory. */
	if (wanted >= HUGE_FROM)
		madvise(data, wanted, MADV_HUGEPAGE);
	arena->data = data;
	arena->octets = wanted;
}

void
arena_clear(Arena *arena)
{
	if (arena->data)
		munmap(arena->data, arena->octets);
	*arena = (Arena){0};
}
