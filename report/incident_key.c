#include "config.h"

#include "report/incident_key.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/failure.h"

static gboolean
fail(const char *path, const char *what, GError **error)
{
	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(errno));
	return FALSE;
}

/* A whole key under a name of its own, which becomes the path's unless that has come to be. */
static gboolean
make(const char *path, GError **error)
{
	guint8 key[CRYPTOPAN_KEY_SIZE];
	g_autofree char *draft = g_strconcat(path, ".part-XXXXXX", NULL);

	if (getrandom(key, sizeof key, 0) != sizeof key)
		return fail(path, "no random numbers", error);
	int fd = g_mkstemp_full(draft, O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0)
		return fail(path, "the key cannot be made", error);
	gboolean made = write(fd, key, sizeof key) == sizeof key && fsync(fd) == 0 &&
			(link(draft, path) == 0 || errno == EEXIST);
	if (!made)
		fail(path, "the key cannot be made", error);
	close(fd);
	g_unlink(draft);
	return made;
}

static gboolean
is_zero(const guint8 key[CRYPTOPAN_KEY_SIZE])
{
	guint8 all = 0;

	for (guint i = 0; i < CRYPTOPAN_KEY_SIZE; i++)
		all |= key[i];
	return all == 0;
}

static gboolean
read_key(const char *path, int fd, guint8 key[CRYPTOPAN_KEY_SIZE], GError **error)
{
	guint8 octets[CRYPTOPAN_KEY_SIZE];
	struct stat status;

	if (fstat(fd, &status) != 0)
		return fail(path, "the key cannot be read", error);
	if (!S_ISREG(status.st_mode) || (status.st_mode & 077)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected a plain file that only its owner may read (chmod 600)",
			path);
		return FALSE;
	}
	errno = EIO;
	if (status.st_size == sizeof octets && read(fd, octets, sizeof octets) < 0)
		return fail(path, "the key cannot be read", error);
	if (status.st_size != sizeof octets || is_zero(octets)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected a key of %d octets, found %" G_GINT64_FORMAT
			"%s: bring it back, or remove it: a new one replaces addresses by "
			"others than before",
			path, CRYPTOPAN_KEY_SIZE, (gint64)status.st_size,
			status.st_size == sizeof octets ? ", all zero" : "");
		return FALSE;
	}
	memcpy(key, octets, sizeof octets);
	return TRUE;
}

gboolean
incident_key_load(const char *path, guint8 key[CRYPTOPAN_KEY_SIZE], GError **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0 && errno == ENOENT) {
		if (!make(path, error))
			return FALSE;
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	}
	if (fd < 0)
		return fail(path, "the key cannot be read", error);
	gboolean read = read_key(path, fd, key, error);
	close(fd);
	return read;
}
