#include "config.h"

#include "tally/store.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/spool.h"
#include "tally/past_file.h"

#define TALLY_SUFFIX ".tally"

enum {
	FOLDERS_BELOW = 3, /* STORE/SENSOR/DAY: below the one named, and one to spare */
	STEM_HOUR = 4,
	/* So few days are looked for by name, whatever else lies beside them. */
	FEW_DAYS = 16,
};

char *
store_path(const char *store, const char *sensor, gint64 hour)
{
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];

	return g_strdup_printf("%s/%s/%s/%s" TALLY_SUFFIX, store, sensor,
		spool_format_day(hour, day), spool_format_stem(hour, -1, stem));
}

/* HHMM.tally: an hour has one tally, whatever the number of its files. */
static gboolean
parse_name(const char *day, const char *name, gint64 *hour)
{
	gsize length;

	return spool_parse_stem(day, name, hour, &length) && length == STEM_HOUR &&
	       strcmp(name + length, TALLY_SUFFIX) == 0;
}

gboolean
store_parse_path(const char *path, char **sensor, gint64 *hour)
{
	g_autofree char *whole = g_canonicalize_filename(path, NULL);
	g_auto(GStrv) parts = g_strsplit(whole, "/", -1);
	guint n = g_strv_length(parts);

	if (n < 4 || !parse_name(parts[n - 2], parts[n - 1], hour))
		return FALSE;
	*sensor = g_strdup(parts[n - 3]);
	return TRUE;
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const StoreFile *one = *(const StoreFile *const *)a;
	const StoreFile *other = *(const StoreFile *const *)b;

	return (one->hour > other->hour) - (one->hour < other->hour);
}

static gboolean
fail(GError **error, const char *path, const char *what, int number)
{
	g_set_error(
		error, FAILURE, FAILURE_FAILED, "%s: %s: %s", path, what, g_strerror(number));
	return FALSE;
}

/* Adds the tallies of a day; none when the folder went away. */
static gboolean
list_day(const char *folder, const char *day, gint64 from, gint64 to, GPtrArray *files,
	GError **error)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	gint64 hour;

	if (!dir)
		return errno == ENOENT || errno == ENOTDIR ||
		       fail(error, folder, "cannot be listed", errno);
	errno = 0;
	while ((entry = readdir(dir))) {
		if (parse_name(day, entry->d_name, &hour) && hour >= from && hour < to) {
			StoreFile *file = g_new(StoreFile, 1);
			file->hour = hour;
			file->path = g_build_filename(folder, entry->d_name, NULL);
			g_ptr_array_add(files, file);
		}
		errno = 0;
	}
	int number = errno;
	closedir(dir);
	return number == 0 || fail(error, folder, "cannot be listed", number);
}

/* The days that may have tallies with from <= hour < to; sorted, NULL-terminated. */
static char **
list_days(const char *store, const char *sensor, gint64 from, gint64 to, GError **error)
{
	if (from < 0 || to <= from || (to - from) / DAY_SECONDS >= FEW_DAYS)
		return spool_days(store, sensor, error);

	GPtrArray *days = g_ptr_array_new();
	for (gint64 day = from - from % DAY_SECONDS; day < to; day += DAY_SECONDS)
		g_ptr_array_add(days, spool_format_day(day, g_new(char, SPOOL_DAY_SIZE)));
	g_ptr_array_add(days, NULL);
	return (char **)g_ptr_array_free(days, FALSE);
}

GPtrArray *
store_list(const char *store, const char *sensor, gint64 from, gint64 to, GError **error)
{
	g_autoptr(GPtrArray) files =
		g_ptr_array_new_with_free_func((GDestroyNotify)store_file_free);
	g_auto(GStrv) days = list_days(store, sensor, from, to, error);

	if (!days)
		return NULL;
	for (char **day = days; *day; day++) {
		g_autofree char *folder = g_build_filename(store, sensor, *day, NULL);
		gint64 start;
		if (!spool_parse_day(*day, &start) || start >= to ||
			start + DAY_SECONDS <= from)
			continue;
		if (!list_day(folder, *day, from, to, files, error))
			return NULL;
	}
	g_ptr_array_sort(files, compare_hours);
	return g_steal_pointer(&files);
}

void
store_file_free(StoreFile *file)
{
	g_free(file->path);
	g_free(file);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
find_in_folder(const char *folder, guint depth, gboolean past, GPtrArray *found, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
	const char *name;

	if (!dir) {
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, problem->message);
		return FALSE;
	}
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (name[0] == '.')
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			if (depth > 0 && !find_in_folder(path, depth - 1, past, found, error))
				return FALSE;
		} else if (g_str_has_suffix(name, TALLY_SUFFIX) ||
			   (past && strcmp(name, PAST_FILE_NAME) == 0)) {
			g_ptr_array_add(found, g_steal_pointer(&path));
		}
	}
	return TRUE;
}

static GPtrArray *
find(const char *const *paths, gboolean past, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

	for (; *paths; paths++) {
		if (!g_file_test(*paths, G_FILE_TEST_IS_DIR))
			g_ptr_array_add(found, g_strdup(*paths));
		else if (!find_in_folder(*paths, FOLDERS_BELOW, past, found, error))
			return NULL;
	}
	g_ptr_array_sort(found, compare_names);
	return g_steal_pointer(&found);
}

GPtrArray *
store_find(const char *const *paths, GError **error)
{
	return find(paths, FALSE, error);
}

GPtrArray *
store_find_all(const char *const *paths, GError **error)
{
	return find(paths, TRUE, error);
}

HourFacts *
store_facts(const char *path, GError **error)
{
	g_autoptr(Reader) reader = reader_new(path, READER_NO_LISTS, error);

	return reader ? reader_steal_hour(reader) : NULL;
}

gboolean
store_check(const HourFacts *facts, const char *path, const char *sensor, gint64 hour,
	GError **error)
{
	char inside[HOUR_TEXT_SIZE], expected[HOUR_TEXT_SIZE];

	if (facts->hour != hour)
		g_set_error(error, FAILURE, FAILURE_PARTIAL,
			"%s: out of place: it holds the hour %s, expected %s", path,
			hour_format_s(facts->hour, inside), hour_format_s(hour, expected));
	else if (*facts->sensor && strcmp(facts->sensor, sensor) != 0)
		g_set_error(error, FAILURE, FAILURE_PARTIAL,
			"%s: out of place: it holds sensor %s, expected %s", path,
			facts->sensor, sensor);
	else
		return TRUE;
	return FALSE;
}

static gboolean
open_sensor(const char *store, const char *sensor, gint64 from, gint64 to, guint parts,
	GPtrArray *readers, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) files = store_list(store, sensor, from, to, error);

	for (guint i = 0; files && i < files->len; i++) {
		const StoreFile *file = files->pdata[i];
		g_autoptr(GError) problem = NULL;
		g_autoptr(Reader) reader = reader_new(file->path, parts, &problem);
		if (reader && store_check(reader_hour(reader), file->path, sensor, file->hour,
				      &problem))
			g_ptr_array_add(readers, g_steal_pointer(&reader));
		else
			g_ptr_array_add(shortfalls, g_strdup(problem->message));
	}
	return files != NULL;
}

GPtrArray *
store_open(const char *store, const char *const *sensors, gint64 from, gint64 to, guint parts,
	GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) readers =
		g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);

	for (; *sensors; sensors++)
		if (!open_sensor(store, *sensors, from, to, parts, readers, shortfalls, error))
			return NULL;
	return g_steal_pointer(&readers);
}

gboolean
store_set_aside(const char *path, GError **error)
{
	g_autofree char *aside = g_strconcat(path, ".damaged", NULL);

	return g_rename(path, aside) == 0 ||
	       fail(error, path, "cannot be renamed to .damaged", errno);
}
