#include "config.h"

#include "collect/compress.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <zstd.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/output.h"
#include "common/spool.h"

enum { CHUNK_OCTETS = 1 << 20, MODE_BITS = 0777 };

typedef struct {
	const char *path; /* borrowed */
	int fd;           /* owned: -1 when closed */
	struct stat status;
	ZSTD_CCtx *packer; /* owned */
	guint8 *in, *out;  /* owned: CHUNK_OCTETS, out_size */
	gsize out_size;
	const gint *stop; /* borrowed; NULL: never */
} Compression;

static gboolean
fail(GError **error, const char *path, const char *what)
{
	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(errno));
	return FALSE;
}

static gboolean
pack_failed(GError **error, const Compression *compression, gsize result)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be compressed: %s",
		compression->path, ZSTD_getErrorName(result));
	return FALSE;
}

static void
compression_clear(Compression *compression)
{
	if (compression->fd >= 0)
		close(compression->fd);
	ZSTD_freeCCtx(compression->packer);
	g_free(compression->in);
	g_free(compression->out);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Compression, compression_clear)

/* Parts that a killed process left of this file: nobody else makes them. */
static void
sweep(const char *target)
{
	g_autofree char *folder = g_path_get_dirname(target),
			*base = g_path_get_basename(target);
	g_autofree char *prefix = g_strdup_printf(".%s.part-", base);
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	const char *name;

	while (names && (name = g_dir_read_name(names))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (g_str_has_prefix(name, prefix))
			g_unlink(path);
	}
}

/* Removes the raw file; somebody else may have done so. */
static gboolean
remove_raw(const char *path, GError **error)
{
	return g_unlink(path) == 0 || errno == ENOENT || fail(error, path, "cannot be removed");
}

static gboolean
prepare(Compression *compression, int level, GError **error)
{
	compression->packer = ZSTD_createCCtx();
	if (!compression->packer)
		g_error("no memory for zstd data");
	ZSTD_CCtx_setParameter(compression->packer, ZSTD_c_compressionLevel, level);
	ZSTD_CCtx_setParameter(compression->packer, ZSTD_c_checksumFlag, 1);
	gsize result = ZSTD_CCtx_setPledgedSrcSize(
		compression->packer, (unsigned long long)compression->status.st_size);
	if (ZSTD_isError(result))
		return pack_failed(error, compression, result);
	compression->in = g_malloc(CHUNK_OCTETS);
	compression->out_size = ZSTD_CStreamOutSize();
	compression->out = g_malloc(compression->out_size);
	return TRUE;
}

static gboolean
pack_chunk(Compression *compression, Output *output, gsize length, ZSTD_EndDirective directive,
	GError **error)
{
	ZSTD_inBuffer in = {compression->in, length, 0};
	gsize left;

	do {
		ZSTD_outBuffer out = {compression->out, compression->out_size, 0};
		left = ZSTD_compressStream2(compression->packer, &out, &in, directive);
		/* Also when the file became longer or shorter than it was. */
		if (ZSTD_isError(left))
			return pack_failed(error, compression, left);
		if (!output_write(output, compression->out, out.pos, error))
			return FALSE;
	} while (directive == ZSTD_e_end ? left > 0 : in.pos < in.size);
	return TRUE;
}

static gboolean
pack(Compression *compression, Output *output, GError **error)
{
	gssize length;

	do {
		if (compression->stop && g_atomic_int_get(compression->stop)) {
			g_set_error(error, FAILURE, FAILURE_FAILED,
				"%s: stopped while it was compressed", compression->path);
			return FALSE;
		}
		length = disk_read(compression->fd, compression->in, CHUNK_OCTETS);
		if (length < 0)
			return fail(error, compression->path, "cannot be read");
		if (!pack_chunk(compression, output, (gsize)length,
			    length < CHUNK_OCTETS ? ZSTD_e_end : ZSTD_e_continue, error))
			return FALSE;
	} while (length == CHUNK_OCTETS);
	return TRUE;
}

/* Mode and time of change are the raw file's: a day folder's listing tells the same. */
static gboolean
keep_status(const Compression *compression, Output *output, GError **error)
{
	const struct timespec times[2] = {
		compression->status.st_atim, compression->status.st_mtim};

	g_autofree char *folder = g_path_get_dirname(compression->path);
	disk_give(output_fd(output), folder);
	return (fchmod(output_fd(output), compression->status.st_mode & MODE_BITS) == 0 &&
		       futimens(output_fd(output), times) == 0) ||
	       fail(error, output_name(output), "cannot be given its time");
}

static gboolean
write_compressed(Compression *compression, const char *target, int level, GError **error)
{
	g_autoptr(Output) output = output_new(target, error);

	return output && prepare(compression, level, error) &&
	       pack(compression, output, error) && keep_status(compression, output, error) &&
	       output_finish(output, error);
}

/* The compressed file is there already: of a run that was killed before it removed the raw one,
 * or put there by somebody else. */
static gboolean
is_successor(const char *target, const struct stat *raw)
{
	return spool_identity(target) == (guint64)raw->st_size;
}

gboolean
compress_is_done(const char *path)
{
	g_autofree char *target = g_strconcat(path, ".zst", NULL);
	struct stat raw;

	return stat(path, &raw) == 0 && is_successor(target, &raw);
}

gboolean
compress_file(const char *path, int level, const gint *stop, GError **error)
{
	g_autofree char *target = g_strconcat(path, ".zst", NULL);
	g_auto(Compression) compression = {.path = path, .stop = stop};

	compression.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (compression.fd < 0)
		return errno == ENOENT || fail(error, path, "cannot be read");
	if (fstat(compression.fd, &compression.status) != 0)
		return fail(error, path, "cannot be read");
	sweep(target);
	if (!g_file_test(target, G_FILE_TEST_EXISTS))
		return write_compressed(&compression, target, level, error) &&
		       remove_raw(path, error);
	if (is_successor(target, &compression.status))
		return remove_raw(path, error);
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: there already, and not of these packets: expected none beside %s", target,
		path);
	return FALSE;
}
