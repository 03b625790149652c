#include "config.h"

#include "report/tallies.h"

#include <string.h>

#include "common/failure.h"

enum {
	STORE_DEPTH = 3
}; /* STORE/SENSOR/DAY/HHMM.tally: folders below the one named, and one to spare */

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static gboolean
find_in_folder(const char *folder, guint depth, GPtrArray *found, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	const char *name;

	if (!dir)
		return FALSE;
	while ((name = g_dir_read_name(dir))) {
		g_autofree char *path = g_build_filename(folder, name, NULL);
		if (name[0] == '.')
			continue;
		if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
			if (depth > 0 && !find_in_folder(path, depth - 1, found, error))
				return FALSE;
		} else if (g_str_has_suffix(name, ".tally")) {
			g_ptr_array_add(found, g_steal_pointer(&path));
		}
	}
	return TRUE;
}

static GPtrArray *
find_tallies(char **paths, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);

	for (; *paths; paths++) {
		if (!g_file_test(*paths, G_FILE_TEST_IS_DIR))
			g_ptr_array_add(found, g_strdup(*paths));
		else if (!find_in_folder(*paths, STORE_DEPTH, found, error))
			return NULL;
	}
	g_ptr_array_sort(found, compare_names);
	return g_steal_pointer(&found);
}

GPtrArray *
tallies_open(char **paths, guint parts, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) found = find_tallies(paths, error);
	g_autoptr(GPtrArray) readers =
		g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);
	g_autoptr(GError) first = NULL;

	if (!found)
		return NULL;
	for (guint i = 0; i < found->len; i++) {
		g_autoptr(GError) problem = NULL;
		Reader *reader = reader_new(found->pdata[i], parts, &problem);
		if (reader) {
			g_ptr_array_add(readers, reader);
			continue;
		}
		g_ptr_array_add(shortfalls, g_strdup(problem->message));
		if (!first)
			first = g_steal_pointer(&problem);
	}
	if (found->len == 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: no tally there, expected files that end in .tally", paths[0]);
		return NULL;
	}
	if (readers->len == 0) {
		g_ptr_array_set_size(shortfalls, 0);
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, first->message);
		return NULL;
	}
	return g_steal_pointer(&readers);
}
