#include "config.h"

#include "common/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <zstd.h>

#include "common/failure.h"
#include "common/hour.h"

enum {
	STEM_HOUR = 4,  /* octets of "HHMM" */
	STEM_PART = 9,  /* of "HHMM-MMSS" */
	LIST_TRIES = 5, /* of a folder that changes meanwhile */
	FRAME_HEAD = 18 /* the most that a zstd frame header needs to tell its size */
};

#define MANIFEST_SUFFIX ".json"
static const guint64 not_told = G_GUINT64_CONSTANT(1) << 63;

const char *const spool_suffixes[] = {".pcap", ".pcap.zst", ".pcap.gz", NULL};

char *
spool_format_day(gint64 hour, char *buffer)
{
	char time[HOUR_TEXT_SIZE];

	hour_format_s(hour, time);
	g_strlcpy(buffer, time, SPOOL_DAY_SIZE); /* what stands before the T */
	return buffer;
}

char *
spool_format_stem(gint64 hour, int second, char *buffer)
{
	char time[HOUR_TEXT_SIZE];

	hour_format_s(hour, time); /* YYYY-MM-DDTHH:MM:SSZ */
	if (second < 0)
		g_snprintf(buffer, SPOOL_STEM_SIZE, "%.2s%.2s", time + 11, time + 14);
	else
		g_snprintf(buffer, SPOOL_STEM_SIZE, "%.2s%.2s-%02d%02d", time + 11, time + 14,
			second / 60 % 60, second % 60);
	return buffer;
}

char *
spool_day_folder(const char *spool, const char *sensor, gint64 hour)
{
	char day[SPOOL_DAY_SIZE];

	return g_build_filename(spool, sensor, spool_format_day(hour, day), NULL);
}

gboolean
spool_parse_day(const char *name, gint64 *day)
{
	return strlen(name) == SPOOL_DAY_SIZE - 1 && hour_parse_time(name, day, NULL);
}

/* Two digits, 0..most; -1: something else. */
static int
parse_two(const char *text, int most)
{
	if (!g_ascii_isdigit(text[0]) || !g_ascii_isdigit(text[1]))
		return -1;
	int number = 10 * g_ascii_digit_value(text[0]) + g_ascii_digit_value(text[1]);
	return number <= most ? number : -1;
}

static gboolean
is_suffix(const char *text)
{
	return strcmp(text, MANIFEST_SUFFIX) == 0 || g_strv_contains(spool_suffixes, text);
}

gboolean
spool_parse_stem(const char *day, const char *name, gint64 *hour, gsize *length)
{
	gsize octets = strcspn(name, ".");
	gint64 start;

	if ((octets != STEM_HOUR && octets != STEM_PART) || !spool_parse_day(day, &start))
		return FALSE;
	int hours = parse_two(name, 23), minutes = parse_two(name + 2, 59);
	if (hours < 0 || minutes < 0)
		return FALSE;
	if (octets == STEM_PART && (name[STEM_HOUR] != '-' || parse_two(name + 5, 59) < 0 ||
					   parse_two(name + 7, 59) < 0))
		return FALSE;
	*hour = start + hours * HOUR_SECONDS + minutes * 60;
	*length = octets;
	return TRUE;
}

gboolean
spool_parse_file(const char *day, const char *name, gint64 *hour, char stem[SPOOL_STEM_SIZE],
	const char **suffix)
{
	gsize length;

	if (!is_suffix(name + strcspn(name, ".")) ||
		!spool_parse_stem(day, name, hour, &length))
		return FALSE;
	memcpy(stem, name, length);
	stem[length] = '\0';
	*suffix = name + length;
	return TRUE;
}

static void
fail(GError **error, const char *path, int number)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be listed: %s", path,
		g_strerror(number));
}

/* NULL without error: there is no such folder. */
static DIR *
open_folder(const char *path, GError **error)
{
	DIR *folder = opendir(path);

	if (!folder && errno != ENOENT)
		fail(error, path, errno);
	return folder;
}

/* FALSE at the end, error set when it came too early. */
static gboolean
next_name(DIR *folder, const char *path, struct dirent **entry, GError **error)
{
	errno = 0;
	*entry = readdir(folder);
	if (!*entry && errno != 0)
		fail(error, path, errno);
	return *entry != NULL;
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char **
spool_days(const char *spool, const char *sensor, GError **error)
{
	g_autofree char *path = g_build_filename(spool, sensor, NULL);
	g_autoptr(GPtrArray) days = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) problem = NULL;
	DIR *folder = open_folder(path, &problem);
	struct dirent *entry;
	gint64 day;

	while (folder && next_name(folder, path, &entry, &problem))
		if (spool_parse_day(entry->d_name, &day) && entry->d_type != DT_REG)
			g_ptr_array_add(days, g_strdup(entry->d_name));
	if (folder)
		closedir(folder);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	g_ptr_array_sort(days, compare_names);
	g_ptr_array_add(days, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&days), FALSE);
}

/* What one look at a folder found. */
typedef struct {
	const char *day, *path;
	GHashTable *files; /* stem, borrowed from its SpoolFile -> SpoolFile *, owned */
	GPtrArray *strays; /* of char * */
	gboolean changed;  /* something went or came meanwhile: look again */
} Look;

static SpoolFile *
take_stem(Look *look, const char *stem, gint64 hour)
{
	SpoolFile *file = g_hash_table_lookup(look->files, stem);

	if (!file) {
		file = g_new0(SpoolFile, 1);
		file->hour = hour;
		g_strlcpy(file->stem, stem, sizeof file->stem);
		g_hash_table_insert(look->files, file->stem, file);
	}
	return file;
}

/* Of several files of one stem the raw one is read: under its name it is whole, whatever tool
 * is at work on its successor. Suffixes sort that way. */
static void
take_path(SpoolFile *file, char *path)
{
	if (!file->path || strcmp(path, file->path) < 0) {
		g_free(file->path);
		file->path = path;
	} else {
		g_free(path);
	}
}

static void
take_name(Look *look, const char *name)
{
	char stem[SPOOL_STEM_SIZE];
	const char *suffix;
	struct stat status;
	gint64 hour;

	if (name[0] == '.' || g_str_has_suffix(name, ".part") ||
		g_str_has_suffix(name, ".damaged"))
		return;
	g_autofree char *path = g_build_filename(look->path, name, NULL);
	gboolean known = spool_parse_file(look->day, name, &hour, stem, &suffix);
	if (known && stat(path, &status) != 0 && errno == ENOENT && lstat(path, &status) != 0) {
		look->changed = TRUE;
		return;
	}
	if (!known || !S_ISREG(status.st_mode)) {
		g_ptr_array_add(look->strays, g_strdup(name));
		return;
	}
	SpoolFile *file = take_stem(look, stem, hour);
	file->size += (guint64)status.st_size;
	if (strcmp(suffix, MANIFEST_SUFFIX) == 0)
		file->manifest = g_steal_pointer(&path);
	else
		take_path(file, g_steal_pointer(&path));
}

static gboolean
is_changed(const struct stat *before, const struct stat *after)
{
	return before->st_mtim.tv_sec != after->st_mtim.tv_sec ||
	       before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

/* FALSE and error: it cannot be listed. */
static gboolean
look_once(Look *look, GError **error)
{
	g_autoptr(GError) problem = NULL;
	struct stat before = {0}, after = {0};
	struct dirent *entry;
	DIR *folder = open_folder(look->path, &problem);

	g_hash_table_remove_all(look->files);
	g_ptr_array_set_size(look->strays, 0);
	look->changed = FALSE;
	if (folder) {
		fstat(dirfd(folder), &before);
		while (next_name(folder, look->path, &entry, &problem))
			take_name(look, entry->d_name);
		fstat(dirfd(folder), &after);
		closedir(folder);
	}
	/* A name that is added and one that is removed while the folder is read may both be
	 * passed over: a file that is compressed just then must not seem to be gone. */
	look->changed |= is_changed(&before, &after);
	if (problem)
		g_propagate_error(error, g_steal_pointer(&problem));
	return !error || !*error;
}

static int
compare_stems(gconstpointer a, gconstpointer b)
{
	const SpoolFile *one = *(const SpoolFile *const *)a, *other = *(SpoolFile *const *)b;

	return strcmp(one->stem, other->stem);
}

/* The files by stem, now the array's. */
static GPtrArray *
take_files(Look *look)
{
	GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)spool_file_free);
	GHashTableIter iter;
	gpointer file;

	g_hash_table_iter_init(&iter, look->files);
	while (g_hash_table_iter_next(&iter, NULL, &file)) {
		g_hash_table_iter_steal(&iter);
		g_ptr_array_add(files, file);
	}
	g_ptr_array_sort(files, compare_stems);
	return files;
}

GPtrArray *
spool_day_files(const char *spool, const char *sensor, const char *day, GPtrArray *strays,
	GError **error)
{
	g_autofree char *path = g_build_filename(spool, sensor, day, NULL);
	g_autoptr(GHashTable) files = g_hash_table_new_full(
		g_str_hash, g_str_equal, NULL, (GDestroyNotify)spool_file_free);
	g_autoptr(GPtrArray) unknown = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) problem = NULL;
	Look look = {day, path, files, unknown, TRUE};

	for (guint tries = 0; look.changed && !problem && tries < LIST_TRIES; tries++)
		look_once(&look, &problem);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	g_ptr_array_sort(unknown, compare_names);
	for (guint i = 0; strays && i < unknown->len; i++)
		g_ptr_array_add(strays, g_strdup(unknown->pdata[i]));
	GPtrArray *list = take_files(&look);
	for (guint i = 0; i < list->len; i++) {
		SpoolFile *file = list->pdata[i];
		file->identity = file->path ? spool_identity(file->path) : 0;
	}
	return list;
}

gboolean
spool_day_has_packets(const char *spool, const char *sensor, const char *day)
{
	g_autofree char *path = g_build_filename(spool, sensor, day, NULL);
	DIR *folder = opendir(path);
	char stem[SPOOL_STEM_SIZE];
	struct dirent *entry;
	const char *suffix;
	gboolean found = FALSE;
	gint64 hour;

	while (folder && !found && (entry = readdir(folder)))
		found = spool_parse_file(day, entry->d_name, &hour, stem, &suffix) &&
			strcmp(suffix, MANIFEST_SUFFIX) != 0;
	if (folder)
		closedir(folder);
	return found;
}

/* NULL: the name is none of a file being written, or it is gone. */
static SpoolFile *
take_part(const char *folder, const char *day, const char *name)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	g_autoptr(SpoolFile) file = g_new0(SpoolFile, 1);
	struct stat status;
	gsize length;

	if (!g_str_has_suffix(name, ".part") ||
		!spool_parse_stem(day, name, &file->hour, &length) ||
		!g_str_has_prefix(name + length, spool_suffixes[0]) || stat(path, &status) != 0)
		return NULL;
	memcpy(file->stem, name, length);
	file->path = g_steal_pointer(&path);
	file->size = (guint64)status.st_size;
	return g_steal_pointer(&file);
}

GPtrArray *
spool_day_parts(const char *spool, const char *sensor, const char *day, GError **error)
{
	g_autofree char *path = g_build_filename(spool, sensor, day, NULL);
	g_autoptr(GPtrArray) parts =
		g_ptr_array_new_with_free_func((GDestroyNotify)spool_file_free);
	g_autoptr(GError) problem = NULL;
	DIR *folder = open_folder(path, &problem);
	struct dirent *entry;

	while (folder && next_name(folder, path, &entry, &problem)) {
		SpoolFile *file = take_part(path, day, entry->d_name);
		if (file)
			g_ptr_array_add(parts, file);
	}
	if (folder)
		closedir(folder);
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	g_ptr_array_sort(parts, compare_stems);
	return g_steal_pointer(&parts);
}

void
spool_file_free(SpoolFile *file)
{
	if (!file)
		return;
	g_free(file->path);
	g_free(file->manifest);
	g_free(file);
}

/* Octets before compression, by zstd's first frame header or gzip's last four octets; octets
 * on disk where neither is there. */
static guint64
identify(int fd, guint64 size)
{
	static const guint8 gzip[] = {0x1f, 0x8b, 8}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd},
			    skipped[] = {0x2a, 0x4d, 0x18};
	guint8 head[FRAME_HEAD] = {0}, tail[4];
	gssize got = pread(fd, head, sizeof head, 0);
	guint64 told;

	if (got >= (gssize)sizeof zstd && memcmp(head, zstd, sizeof zstd) == 0) {
		told = ZSTD_getFrameContentSize(head, (gsize)got);
		return told < not_told ? told : size | not_told;
	}
	if (got >= (gssize)sizeof zstd && (head[0] & 0xf0) == 0x50 &&
		memcmp(head + 1, skipped, sizeof skipped) == 0)
		return size | not_told;
	if (got >= (gssize)sizeof gzip && memcmp(head, gzip, sizeof gzip) == 0) {
		if (size < FRAME_HEAD || pread(fd, tail, sizeof tail, (off_t)(size - 4)) != 4)
			return size | not_told;
		return (guint64)tail[0] | (guint64)tail[1] << 8 | (guint64)tail[2] << 16 |
		       (guint64)tail[3] << 24;
	}
	return got < 0 ? size | not_told : size;
}

guint64
spool_identity(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	guint64 identity = not_told;
	struct stat status;

	if (fd >= 0 && fstat(fd, &status) == 0)
		identity = identify(fd, (guint64)status.st_size);
	else if (stat(path, &status) == 0)
		identity = (guint64)status.st_size | not_told;
	if (fd >= 0)
		close(fd);
	return identity;
}
