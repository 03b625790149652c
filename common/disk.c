#include "config.h"

#include "common/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
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

/* The octets that fd, a plain file of `size`, has; NULL and errno. */
static char *
load_plain(int fd, gsize size, gsize *length)
{
	g_autofree char *text = g_malloc(size + 1);
	gssize got = disk_read(fd, text, size);

	if (got < 0)
		return NULL;
	text[got] = '\0';
	*length = (gsize)got;
	return g_steal_pointer(&text);
}

/* The descriptor of a plain file; -1 and errno. */
static int
open_plain(const char *path, struct stat *status)
{
	/* Not to wait for a writer, should it be a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return -1;
	int number = fstat(fd, status) != 0 ? errno : S_ISREG(status->st_mode) ? 0 : EISDIR;
	if (number == 0)
		return fd;
	close(fd);
	errno = number;
	return -1;
}

char *
disk_load(const char *path, gsize most, gsize *length)
{
	struct stat status;
	int fd = open_plain(path, &status);
	char *text = NULL;

	if (fd < 0)
		return NULL;
	errno = EFBIG;
	if ((guint64)status.st_size <= most)
		text = load_plain(fd, (gsize)status.st_size, length);
	int number = errno;
	close(fd);
	errno = number;
	return text;
}

const char *
disk_why(int number)
{
	return number == EISDIR ? "expected a plain file" : g_strerror(number);
}

FILE *
disk_open(const char *path)
{
	struct stat status;
	int fd = open_plain(path, &status);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");

	if (fd >= 0 && !file)
		close(fd);
	return file;
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

void
disk_give(int fd, const char *folder)
{
	struct stat owner, own;

	if (geteuid() != 0 || stat(folder, &owner) != 0 || fstat(fd, &own) != 0)
		return;
	/* A second name would be somebody else's file. */
	gboolean is_ours = own.st_uid == 0 && (S_ISDIR(own.st_mode) || own.st_nlink == 1);
	if (is_ours && owner.st_uid != 0 && fchown(fd, owner.st_uid, owner.st_gid) != 0)
		g_debug("%s: what is made there stays root's: %s", folder, g_strerror(errno));
}

void
disk_give_folder(const char *path)
{
	g_autofree char *above = g_path_get_dirname(path);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0)
		return;
	disk_give(fd, above);
	close(fd);
}
