#include "config.h"

#include "report/tallies.h"

#include "common/failure.h"
#include "tally/store.h"

GPtrArray *
tallies_open(char **paths, guint parts, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GPtrArray) found = store_find((const char *const *)paths, error);
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
