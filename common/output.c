#include "config.h"

#include "common/output.h"

#include "common/disk.h"
#include "common/failure.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
	NAME_TRIES = 100,
	WRITE_BACK_OCTETS = 4 << 20,
	/* Unnamed and no larger: in memory. A capture whose times are all over the years makes
	 * a run of nearly every packet, and file systems take their time to make and forget a
	 * file. */
	MEMORY_OCTETS = 8 * 1024,
};

struct Output {
	char *path; /* owned; the final name, links followed, or the folder of an unnamed file */
	char *private; /* owned; NULL: unnamed, or renamed */
	int fd;        /* -1: closed, stolen, or (unnamed) not needed yet */
	gint64 written, handed_on;
};

static gboolean
fail(GError **error, const char *name, const char *what)
{
	int number = errno;

	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", name, what, g_strerror(number));
	return FALSE;
}

static char *
private_name(const char *path)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	g_autofree char *folder = g_path_get_dirname(path), *base = g_path_get_basename(path);
	char end[7] = {0};

	for (guint i = 0; i < sizeof end - 1; i++)
		end[i] = letters[g_random_int_range(0, sizeof letters - 1)];
	g_autofree char *name = g_strdup_printf(".%s.part-%s", base, end);
	return g_build_filename(folder, name, NULL);
}

Output *
output_new(const char *path, GError **error)
{
	g_autoptr(Output) output = g_new0(Output, 1);

	/* Renaming over a link would take its place, and that of a device or pipe as well. */
	output->path = realpath(path, NULL);
	if (!output->path)
		output->path = g_strdup(path);
	output->fd = -1;
	if (g_file_test(path, G_FILE_TEST_EXISTS) &&
		!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: cannot be written: expected a plain file, or none yet", path);
		return NULL;
	}
	for (guint tries = 0; tries < NAME_TRIES; tries++) {
		g_autofree char *name = private_name(output->path);
		output->fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
		if (output->fd >= 0) {
			output->private = g_steal_pointer(&name);
			return g_steal_pointer(&output);
		}
		if (errno != EEXIST)
			break;
	}
	fail(error, path, "cannot be written");
	return NULL;
}

Output *
output_new_unnamed(const char *folder, GError **error)
{
	Output *output;

	if (!g_file_test(folder, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected a folder", folder);
		return NULL;
	}
	output = g_new0(Output, 1);
	output->path = g_strdup(folder);
	output->fd = -1;
	return output;
}

int
output_open_unnamed(const char *folder, guint64 length, GError **error)
{
	int fd = length <= MEMORY_OCTETS ? memfd_create("gnomon-run", MFD_CLOEXEC) : -1;

	if (fd < 0)
		fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
		/* A file system that knows no unnamed files. */
		g_autofree char *name = g_build_filename(folder, ".gnomon-run-XXXXXX", NULL);
		fd = g_mkstemp_full(name, O_RDWR | O_CLOEXEC, 0600);
		if (fd >= 0)
			g_unlink(name);
	}
	if (fd < 0)
		fail(error, folder, "no temporary file can be made there");
	return fd;
}

/* Lets the kernel begin to write while more is made, so that the sync at the end finds
 * little left to do. */
static void
begin_write_back(Output *output)
{
	if (!output->private || output->written - output->handed_on < WRITE_BACK_OCTETS)
		return;
	sync_file_range(output->fd, output->handed_on, output->written - output->handed_on,
		SYNC_FILE_RANGE_WRITE);
	output->handed_on = output->written;
}

gboolean
output_write(Output *output, const guint8 *octets, gsize length, GError **error)
{
	/* Whoever writes little writes once, so the first time tells. */
	if (output->fd < 0)
		output->fd = output_open_unnamed(output->path, length, error);
	if (output->fd < 0)
		return FALSE;
	if (!disk_write(output->fd, octets, length))
		return fail(error, output->path, "cannot be written");
	output->written += (gint64)length;
	begin_write_back(output);
	return TRUE;
}

static gboolean
sync_folder(const char *path, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path);

	return disk_sync_folder(folder) || fail(error, folder, "cannot be synced");
}

gboolean
output_finish(Output *output, GError **error)
{
	if (!output->private)
		return TRUE;
	gboolean synced = fsync(output->fd) == 0;
	/* Some file systems tell only now that there was no room. */
	gboolean closed = close(output->fd) == 0;
	output->fd = -1;
	if (!synced || !closed)
		return fail(error, output->path, "cannot be written");
	if (g_rename(output->private, output->path) != 0)
		return fail(error, output->path, "cannot be given its name");
	g_clear_pointer(&output->private, g_free);
	return sync_folder(output->path, error);
}

int
output_fd(const Output *output)
{
	return output->fd;
}

int
output_steal_fd(Output *output)
{
	int fd = output->fd;

	output->fd = -1;
	return fd;
}

const char *
output_name(const Output *output)
{
	return output->path;
}

void
output_free(Output *output)
{
	if (!output)
		return;
	if (output->private)
		g_unlink(output->private);
	if (output->fd >= 0)
		close(output->fd);
	g_free(output->private);
	g_free(output->path);
	g_free(output);
}

gboolean
output_save(const char *path, const char *text, gsize length, GError **error)
{
	g_autoptr(Output) output = output_new(path, error);

	return output && output_write(output, (const guint8 *)text, length, error) &&
	       output_finish(output, error);
}
