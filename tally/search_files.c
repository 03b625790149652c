#include "config.h"

#include "tally/search_files.h"

#include <string.h>

#include "common/hour.h"
#include "tally/missing.h"
#include "tally/store.h"

static void
search_file_free(gpointer data)
{
	SearchFile *file = data;

	g_free(file->path);
	g_free(file->sensor);
	g_free(file);
}

static int
compare_files(gconstpointer a, gconstpointer b)
{
	const SearchFile *one = *(const SearchFile *const *)a;
	const SearchFile *other = *(const SearchFile *const *)b;
	int order = (one->hour > other->hour) - (one->hour < other->hour);

	order = order ? order : strcmp(one->sensor, other->sensor);
	return order ? order : strcmp(one->path, other->path);
}

/* Sorts, and leaves out what is named twice. */
static GPtrArray *
finish(GPtrArray *files)
{
	g_ptr_array_sort(files, compare_files);
	for (guint i = files->len; i-- > 1;) {
		const SearchFile *one = files->pdata[i - 1], *other = files->pdata[i];
		if (strcmp(one->path, other->path) == 0)
			g_ptr_array_remove_index(files, i);
	}
	return files;
}

static gboolean
is_within(const SearchSpan *span, gint64 hour)
{
	return (span->from == G_MININT64 || hour > span->from - HOUR_SECONDS) &&
	       hour < span->to;
}

static void
add(GPtrArray *files, gint64 hour, char *path, char *sensor, gboolean placed)
{
	SearchFile *file = g_new(SearchFile, 1);

	*file = (SearchFile){.hour = hour, .path = path, .sensor = sensor, .placed = placed};
	g_ptr_array_add(files, file);
}

/* Adds the tallies of a sensor; says which hours of the span lack. */
static gboolean
add_sensor(const Site *site, const char *sensor, const SearchSpan *span, GPtrArray *files,
	GPtrArray *shortfalls, GError **error)
{
	gint64 from = span->from == G_MININT64 ? span->from : span->from - HOUR_SECONDS + 1;
	g_autoptr(GPtrArray) found = store_list(site->store, sensor, from, span->to, error);
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	if (!found)
		return FALSE;
	for (guint i = 0; i < found->len; i++) {
		StoreFile *file = found->pdata[i];
		add(files, file->hour, g_steal_pointer(&file->path), g_strdup(sensor), TRUE);
		g_array_append_val(hours, file->hour);
	}
	missing_tell(sensor, (const gint64 *)hours->data, hours->len, span->from, span->to,
		site->grid_minutes, shortfalls);
	return TRUE;
}

GPtrArray *
search_files_of_site(
	const Site *site, const SearchSpan *span, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(search_file_free);
	g_auto(GStrv) sensors = site_sensors(site, error);

	if (!sensors)
		return NULL;
	for (char **sensor = sensors; *sensor; sensor++)
		if (!add_sensor(site, *sensor, span, files, shortfalls, error))
			return NULL;
	return finish(g_steal_pointer(&files));
}

GPtrArray *
search_files_of_paths(
	const char *const *paths, const SearchSpan *span, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new_with_free_func(search_file_free);
	g_autoptr(GPtrArray) found = store_find(paths, error);

	for (guint i = 0; found && i < found->len; i++) {
		g_autoptr(GError) problem = NULL;
		const char *path = found->pdata[i];
		g_autofree char *sensor = NULL;
		gint64 hour;
		/* What lies in a store need not be opened to know when it was. */
		gboolean placed = store_parse_path(path, &sensor, &hour);
		g_autoptr(HourFacts) facts = placed ? NULL : store_facts(path, &problem);
		if (problem) {
			g_ptr_array_add(shortfalls, g_strdup(problem->message));
			continue;
		}
		if (facts) {
			hour = facts->hour;
			sensor = g_strdup(facts->sensor);
		}
		if (is_within(span, hour))
			add(files, hour, g_strdup(path), g_steal_pointer(&sensor), placed);
	}
	return found ? finish(g_steal_pointer(&files)) : NULL;
}

Reader *
search_files_open(const SearchFile *file, guint parts, GError **error)
{
	g_autoptr(Reader) reader = reader_new(file->path, parts, error);

	if (!reader || (file->placed && !store_check(reader_hour(reader), file->path,
						file->sensor, file->hour, error)))
		return NULL;
	return g_steal_pointer(&reader);
}
