#include "config.h"

#include "common/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"

enum { NUMBER_SIZE = 24 };

/* Text is longer than any number of before, or cut to its length: nobody reads half of it. */
static void
note_process(int fd)
{
	char text[NUMBER_SIZE];
	int length = g_snprintf(text, sizeof text, "%ld\n", (long)getpid());

	/* A full disk is no reason not to work; then nobody is named. */
	if (pwrite(fd, text, (gsize)length, 0) == length && ftruncate(fd, length) == 0)
		return;
	g_debug("the lock's number cannot be written: %s", g_strerror(errno));
}

static void
tell_holder(int fd, const char *path, GError **error)
{
	char text[NUMBER_SIZE] = {0};
	long holder = 0;

	if (pread(fd, text, sizeof text - 1, 0) > 0)
		holder = strtol(text, NULL, 10);
	if (holder > 0)
		g_set_error(error, FAILURE, FAILURE_LOCKED, "%s: process %ld holds it", path,
			holder);
	else
		g_set_error(
			error, FAILURE, FAILURE_LOCKED, "%s: another process holds it", path);
}

/* how: of flock(2); left: see lock_wait. */
static int
take(const char *path, int how, gboolean *left, GError **error)
{
	/* Not to wait for a reader, should it be a pipe; and what a link leads to is not written:
	 * root takes locks in folders of others. */
	int fd = open(
		path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0644);
	int failed = -1;

	if (fd >= 0)
		while ((failed = flock(fd, how)) != 0 && errno == EINTR)
			;
	if (failed == 0) {
		struct stat state;
		*left = fstat(fd, &state) != 0 || state.st_size > 0;
		note_process(fd);
		return fd;
	}
	int number = errno;
	if (fd >= 0 && number == EWOULDBLOCK)
		tell_holder(fd, path, error);
	else
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be locked: %s", path,
			g_strerror(number));
	if (fd >= 0)
		close(fd);
	return -1;
}

int
lock_take(const char *path, GError **error)
{
	gboolean left;

	return take(path, LOCK_EX | LOCK_NB, &left, error);
}

int
lock_wait(const char *path, gboolean *left, GError **error)
{
	return take(path, LOCK_EX, left, error);
}

void
lock_release(int fd)
{
	/* Should it not be emptied, the next one looks for what is not there. */
	if (ftruncate(fd, 0) != 0)
		g_debug("the lock cannot be emptied: %s", g_strerror(errno));
	close(fd);
}
