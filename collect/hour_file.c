#include "config.h"

#include "collect/hour_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>

#include "collect/pcap_format.h"
#include "collect/stem.h"
#include "common/disk.h"
#include "common/failure.h"
#include "common/spool.h"

enum {
	/* What a manifest may grow by until it is closed: longer numbers, times, the reason. */
	MANIFEST_GROWTH = 1024,
	FOLDER_MODE = 0777, /* the process's umask takes from it */
};

struct HourFile {
	const HourFileKind *kind;   /* borrowed */
	char *folder;               /* owned */
	char *part, *manifest_part; /* owned; paths while it is open */
	char *path, *manifest_path; /* owned; paths of the closed file */
	char stem[STEM_SIZE];       /* of these */
	int fd, manifest_fd;        /* -1: closed, or suspended */
	guint64 octets;             /* of whole records and the header before them */
	Manifest *manifest;         /* owned */
	XXH64_state_t *digest;      /* owned */
};

static gboolean
fail(GError **error, const char *path, const char *what)
{
	int number = errno;

	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(number));
	errno = number;
	return FALSE;
}

/* A link that leads nowhere is there as well. */
static gboolean
is_there(const char *folder, const char *stem, const char *suffix)
{
	g_autofree char *path = g_strconcat(folder, "/", stem, suffix, NULL);
	GStatBuf status;

	return g_lstat(path, &status) == 0;
}

/* Files move down this list as they are closed and compressed, by another thread too: asked in
 * that order, none is missed. */
static const char *const suffixes[] = {".pcap.import.part", ".json.part", ".pcap.part", ".pcap",
	".pcap.zst", ".pcap.gz", ".json"};

/* Where in the list it is begun: for a new file; for another name at the end, where the parts of
 * an import do not count, they shall have theirs when their turn comes; for the name that the
 * own part has kept free. */
typedef enum { FROM_IMPORTS = 0, FROM_PARTS = 2, FROM_CLOSED = 3 } From;

static gboolean
is_taken(const char *folder, const char *stem, From from)
{
	for (guint i = from; i < G_N_ELEMENTS(suffixes); i++)
		if (is_there(folder, stem, suffixes[i]))
			return TRUE;
	return FALSE;
}

static void
set_name(HourFile *file, const char *stem)
{
	g_free(file->path);
	g_free(file->manifest_path);
	g_strlcpy(file->stem, stem, sizeof file->stem);
	file->path = g_strconcat(file->folder, "/", stem, ".pcap", NULL);
	file->manifest_path = g_strconcat(file->folder, "/", stem, ".json", NULL);
}

/* Nobody's file is opened, wherever a link may lead. -1: errno */
static int
open_new(const char *path)
{
	return open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
}

/* FALSE: errno, and neither is there; EEXIST when somebody was faster. */
static gboolean
create(HourFile *file, const HourFileKind *kind, const char *stem)
{
	file->part = g_strconcat(file->folder, "/", stem,
		kind->imported ? ".pcap.import.part" : ".pcap.part", NULL);
	file->manifest_part = g_strconcat(file->folder, "/", stem, ".json.part", NULL);
	set_name(file, stem);
	file->fd = open_new(file->part);
	if (file->fd < 0)
		return FALSE;
	file->manifest_fd = open_new(file->manifest_part);
	if (file->manifest_fd >= 0) {
		disk_give(file->fd, file->folder);
		disk_give(file->manifest_fd, file->folder);
		return TRUE;
	}
	int number = errno;
	g_unlink(file->part);
	hour_file_suspend(file);
	errno = number;
	return FALSE;
}

/* The stem to be tried after so many others, from -1 on: HHMM, then HHMM-MMSS in turn. */
static const char *
format_try(const HourFileKind *kind, gint64 hour, int second, int tries, char stem[STEM_SIZE])
{
	int part = tries < 0 ? -1 : (MAX(second, 0) + tries) % STEM_SECONDS;

	return stem_format(hour, kind->short_hours, part, stem);
}

static gboolean
take_name(HourFile *file, const HourFileKind *kind, gint64 hour, int second, GError **error)
{
	char stem[STEM_SIZE];

	for (int tries = -1; tries < STEM_SECONDS; tries++) {
		format_try(kind, hour, second, tries, stem);
		if (is_taken(file->folder, stem, FROM_IMPORTS))
			continue;
		if (create(file, kind, stem))
			return TRUE;
		if (errno != EEXIST)
			return fail(error, file->part, "cannot be made");
		g_clear_pointer(&file->part, g_free);
		g_clear_pointer(&file->manifest_part, g_free);
	}
	stem_format(hour, kind->short_hours, -1, stem);
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s/%s: every part of the hour is taken",
		file->folder, stem);
	errno = EEXIST;
	return FALSE;
}

/* The manifest as far as it is known, and blanks up to the room it may need at the end. It also
 * tells a start after a crash what the packets cannot. */
static gboolean
note_manifest(HourFile *file)
{
	g_autoptr(GString) text = g_string_new(NULL);

	manifest_format(file->manifest, text);
	gsize used = text->len;
	g_string_set_size(text, used + MANIFEST_GROWTH);
	memset(text->str + used, ' ', MANIFEST_GROWTH);
	return lseek(file->manifest_fd, 0, SEEK_SET) == 0 &&
	       disk_write(file->manifest_fd, text->str, text->len);
}

static void
describe(HourFile *file, const HourFileKind *kind, gint64 hour)
{
	Manifest *manifest = manifest_new(kind->sensor, hour);

	file->manifest = manifest;
	manifest->octets = PCAP_HEADER_SIZE;
	manifest->dropped_kernel = manifest->dropped_interface = MANIFEST_UNKNOWN;
	manifest->first = manifest->last = MANIFEST_UNKNOWN;
	manifest->snap_length = kind->snap_length;
	manifest->imported = kind->imported;
	g_free(manifest->link_type);
	manifest->link_type = pcap_link_name(kind->link_type);
	g_free(manifest->filter);
	manifest->filter = g_strdup(kind->filter);
	g_free(manifest->interface);
	manifest->interface = g_strdup(kind->interface);
	g_free(manifest->program);
	manifest->program = g_strdup("gnomon-collect " PACKAGE_VERSION);
}

HourFile *
hour_file_new(const HourFileKind *kind, gint64 hour, int second, GError **error)
{
	g_autoptr(HourFile) file = g_new0(HourFile, 1);
	guint8 header[PCAP_HEADER_SIZE];

	file->kind = kind;
	file->fd = file->manifest_fd = -1;
	file->folder = spool_day_folder(kind->spool, kind->sensor, hour);
	file->digest = XXH64_createState();
	XXH64_reset(file->digest, 0);
	describe(file, kind, hour);
	if (!pcap_header_format(kind->link_type, kind->snap_length, header, error))
		return NULL;
	gboolean is_new = g_mkdir(file->folder, FOLDER_MODE) == 0;
	if (!is_new && errno != EEXIST) {
		fail(error, file->folder, "cannot be made");
		return NULL;
	}
	if (is_new)
		disk_give_folder(file->folder);
	gboolean named = take_name(file, kind, hour, second, error);
	if (named && note_manifest(file) && disk_write(file->fd, header, sizeof header)) {
		file->octets = sizeof header;
		return g_steal_pointer(&file);
	}
	if (named)
		fail(error, file->part, "cannot be written");
	int number = errno;
	if (file->fd >= 0)
		hour_file_remove(file);
	errno = number;
	return NULL;
}

void
hour_file_suspend(HourFile *file)
{
	if (file->fd >= 0)
		close(file->fd);
	if (file->manifest_fd >= 0)
		close(file->manifest_fd);
	file->fd = file->manifest_fd = -1;
}

static gboolean
resume(HourFile *file, GError **error)
{
	if (file->fd >= 0)
		return TRUE;
	file->fd = open(file->part, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (file->fd < 0 || lseek(file->fd, (off_t)file->octets, SEEK_SET) < 0)
		return fail(error, file->part, "cannot be opened again");
	file->manifest_fd = open(file->manifest_part, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	return file->manifest_fd >= 0 ||
	       fail(error, file->manifest_part, "cannot be opened again");
}

/* To what it held before a write that failed; leaves errno. Making a file shorter needs no room;
 * should it fail all the same, recovery finds the last whole record by itself. */
static void
cut_back(HourFile *file)
{
	int number = errno;

	if (ftruncate(file->fd, (off_t)file->octets) == 0)
		lseek(file->fd, (off_t)file->octets, SEEK_SET);
	errno = number;
}

gboolean
hour_file_append(HourFile *file, const guint8 *records, gsize length, guint64 n, guint64 bytes,
	guint64 first, guint64 last, GError **error)
{
	Manifest *manifest = file->manifest;

	if (n == 0)
		return TRUE;
	if (!resume(file, error))
		return FALSE;
	if (!disk_write(file->fd, records, length)) {
		fail(error, file->part, "cannot be written");
		cut_back(file);
		return FALSE;
	}
	XXH64_update(file->digest, records, length);
	file->octets += length;
	manifest->first = manifest->packets == 0 ? first : MIN(manifest->first, first);
	manifest->last = manifest->packets == 0 ? last : MAX(manifest->last, last);
	manifest->octets = file->octets;
	manifest->packets += n;
	manifest->bytes += bytes;
	return TRUE;
}

Manifest *
hour_file_manifest(HourFile *file)
{
	file->manifest->digest = XXH64_digest(file->digest);
	return file->manifest;
}

void
hour_file_note(HourFile *file)
{
	/* Without it, a start after a crash knows less; so that is no error. */
	(void)note_manifest(file);
}

const char *
hour_file_path(const HourFile *file)
{
	return file->part;
}

gint64
hour_file_hour(const HourFile *file)
{
	return file->manifest->hour;
}

/* Over the room that was taken; what is longer than that takes more. */
static gboolean
write_manifest(HourFile *file)
{
	g_autoptr(GString) text = g_string_new(NULL);

	manifest_format(hour_file_manifest(file), text);
	return lseek(file->manifest_fd, 0, SEEK_SET) == 0 &&
	       disk_write(file->manifest_fd, text->str, text->len) &&
	       ftruncate(file->manifest_fd, (off_t)text->len) == 0 &&
	       fsync(file->manifest_fd) == 0;
}

/* The first name that is free now; FALSE: none is. */
static gboolean
take_other_name(HourFile *file, GError **error)
{
	char stem[STEM_SIZE];

	for (int tries = -1; tries < STEM_SECONDS; tries++) {
		format_try(file->kind, file->manifest->hour, 0, tries, stem);
		if (!is_taken(file->folder, stem, FROM_PARTS)) {
			set_name(file, stem);
			return TRUE;
		}
	}
	errno = EEXIST;
	return fail(error, file->part, "cannot be given a name");
}

/* Any tool may have put a file there meanwhile: it keeps its name. */
static gboolean
take_last_name(HourFile *file, GError **error)
{
	gboolean is_free =
		!file->kind->imported && !is_taken(file->folder, file->stem, FROM_CLOSED);

	return is_free || take_other_name(file, error);
}

/* The day's folder may be new as well. */
static gboolean
sync_names(const HourFile *file)
{
	g_autofree char *above = g_path_get_dirname(file->folder);

	return disk_sync_folder(file->folder) && disk_sync_folder(above);
}

char *
hour_file_close(HourFile *file, GError **error)
{
	gboolean done = FALSE;

	if (!resume(file, error) || !take_last_name(file, error))
		return NULL;
	if (fsync(file->fd) != 0)
		fail(error, file->part, "cannot be written");
	else if (!write_manifest(file))
		fail(error, file->manifest_part, "cannot be written");
	else if (g_rename(file->manifest_part, file->manifest_path) != 0)
		fail(error, file->manifest_path, "cannot be given its name");
	else if (g_rename(file->part, file->path) != 0)
		fail(error, file->path, "cannot be given its name");
	else if (!sync_names(file))
		fail(error, file->folder, "cannot be synced");
	else
		done = TRUE;
	return done ? g_strdup(file->path) : NULL;
}

void
hour_file_remove(HourFile *file)
{
	g_unlink(file->part);
	g_unlink(file->manifest_part);
}

void
hour_file_free(HourFile *file)
{
	if (!file)
		return;
	hour_file_suspend(file);
	g_free(file->folder);
	g_free(file->part);
	g_free(file->manifest_part);
	g_free(file->path);
	g_free(file->manifest_path);
	g_clear_pointer(&file->manifest, manifest_free);
	XXH64_freeState(file->digest);
	g_free(file);
}
