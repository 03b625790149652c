#include "config.h"

#include "tally/aside.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "tally/capture.h"
#include "tally/decode.h"

enum {
	SPARE = 8,          /* more descriptors than a capture takes to be opened */
	LOOK_OCTETS = 4096, /* of a file's head: whether the disk gives them */
	RECORDS = 1024,     /* at a time */
};

/* Whether as many more can be opened beside it. */
static gboolean
can_spare(int fd)
{
	int spare[SPARE];
	guint n = 0;

	while (n < SPARE && (spare[n] = dup(fd)) >= 0)
		n++;
	for (guint i = 0; i < n; i++)
		close(spare[i]);
	return n == SPARE;
}

static gboolean
can_look(const char *path)
{
	char head[LOOK_OCTETS];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return FALSE;
	gboolean can = pread(fd, head, sizeof head, 0) >= 0 && can_spare(fd);
	close(fd);
	return can;
}

/* A capture, and of link types that are known. */
static gboolean
is_sound(const char *path)
{
	g_autoptr(Capture) capture = capture_open(path, NULL);
	CaptureChunk chunk = {0};
	gboolean known = capture != NULL;

	while (known && capture_next(capture, RECORDS, &chunk, NULL))
		known = link_find(chunk.link_type) != NULL;
	capture_chunk_clear(&chunk);
	return known;
}

void
aside_put(const char *path, GPtrArray *lines)
{
	if (!can_look(path) || is_sound(path))
		return;
	g_autofree char *aside = g_strconcat(path, ".damaged", NULL);
	if (g_rename(path, aside) == 0)
		g_ptr_array_add(lines, g_strdup_printf("set aside as %s", aside));
	else
		g_ptr_array_add(lines, g_strdup_printf("%s: cannot be renamed to .damaged: %s",
					       path, g_strerror(errno)));
}
