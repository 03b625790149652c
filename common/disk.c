#include "config.h"

#include "common/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

gboolean
disk_write(int fd, gconstpointer octets, gsize length)
{
	const guint8 *from = octets;

	while (length > 0) {
		gssize put = write(fd, from, length);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return FALSE;
		from += put;
		length -= (gsize)put;
	}
	return TRUE;
}

gssize
disk_read(int fd, gpointer octets, gsize length)
{
	guint8 *to = octets;
	gsize held = 0;

	while (held < length) {
		gssize got = read(fd, to + held, length - held);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		held += (gsize)got;
	}
	return (gssize)held;
}

gboolean
disk_sync_folder(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems cannot sync a folder, and say EINVAL. */
	gboolean done = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	int number = errno;

	if (fd >= 0)
		close(fd);
	errno = number;
	return done;
}
