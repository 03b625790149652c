#include "config.h"

#include "tally/mapping.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * BEHIND is more than all chunks in flight hold: pages given back too early cost a fault each,
 * no more.
 */
enum { STEP = 4 << 20, BEHIND = 16 << 20 };

struct Mapping {
	int fd;             /* owned */
	const guint8 *data; /* owned */
	gsize size;
	gsize ready;  /* up to here pages have been fetched */
	gsize behind; /* up to here they have been given back */
};

Mapping *
mapping_new(int fd, gsize size)
{
	void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (data == MAP_FAILED)
		return NULL;
	madvise(data, size, MADV_SEQUENTIAL);

	Mapping *mapping = g_new0(Mapping, 1);
	mapping->fd = fd;
	mapping->data = data;
	mapping->size = size;
	return mapping;
}

void
mapping_free(Mapping *mapping)
{
	if (!mapping)
		return;
	munmap((void *)mapping->data, mapping->size);
	close(mapping->fd);
	g_free(mapping);
}

const guint8 *
mapping_data(const Mapping *mapping)
{
	return mapping->data;
}

/* Pages without a fault for each, and an error where there would be SIGBUS. */
static gboolean
fetch(Mapping *mapping, gsize end, gsize size)
{
#ifdef MADV_POPULATE_READ
	while (mapping->ready < end) {
		gsize length = MIN((gsize)STEP, size - mapping->ready);

		if (madvise((void *)(mapping->data + mapping->ready), length,
			    MADV_POPULATE_READ) != 0) {
			if (errno == EINTR || errno == EAGAIN)
				continue;
			if (errno != EINVAL) /* a kernel before 5.14: pages come as they are
						touched */
				return FALSE;
		}
		mapping->ready += length;
	}
#endif
	return TRUE;
}

static void
give_back(Mapping *mapping, gsize offset)
{
	if (offset < mapping->behind + BEHIND + STEP)
		return;
	gsize end = (offset - BEHIND) / STEP * STEP;

	madvise((void *)(mapping->data + mapping->behind), end - mapping->behind,
		MADV_DONTNEED);
	mapping->behind = end;
}

gsize
mapping_ready(Mapping *mapping, gsize offset, gsize length, const char **trouble)
{
	struct stat now;
	gsize size = mapping->size;

	*trouble = NULL;
	if (fstat(mapping->fd, &now) == 0)
		size = MIN(size, (gsize)now.st_size);
	gsize end = MIN(size, offset + length);
	if (end <= offset)
		return 0;
	give_back(mapping, offset);
	if (!fetch(mapping, end, size)) {
		*trouble = g_strerror(errno);
		return 0;
	}
	return end - offset;
}
