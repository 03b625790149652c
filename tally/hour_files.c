#include "config.h"

#include "tally/hour_files.h"

#include <stdlib.h>
#include <string.h>

#include "tally/inputs.h"

struct HourFiles {
	const char *spool, *sensor; /* borrowed */
	GHashTable *days;           /* name -> GPtrArray of SpoolFile *, both owned */
};

HourFiles *
hour_files_new(const char *spool, const char *sensor)
{
	HourFiles *files = g_new(HourFiles, 1);

	files->spool = spool;
	files->sensor = sensor;
	files->days = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
	return files;
}

void
hour_files_free(HourFiles *files)
{
	if (!files)
		return;
	g_hash_table_unref(files->days);
	g_free(files);
}

const GPtrArray *
hour_files_day(HourFiles *files, const char *day, GPtrArray *unknown, GError **error)
{
	GPtrArray *listed = g_hash_table_lookup(files->days, day);

	if (listed)
		return listed;
	listed = spool_day_files(files->spool, files->sensor, day, unknown, error);
	if (listed)
		g_hash_table_insert(files->days, g_strdup(day), listed);
	return listed;
}

static int
compare_stem(gconstpointer stem, gconstpointer file)
{
	return strcmp(stem, (*(const SpoolFile *const *)file)->stem);
}

/* The file with that name; NULL without error: there is none that has packets. */
static const SpoolFile *
find(HourFiles *files, const char *day, const char *stem, GError **error)
{
	const GPtrArray *listed = hour_files_day(files, day, NULL, error);
	SpoolFile *const *found = listed && listed->len > 0
					  ? bsearch(stem, listed->pdata, listed->len,
						    sizeof *listed->pdata, compare_stem)
					  : NULL;

	return found && (*found)->path ? *found : NULL;
}

static gboolean
list_own(HourFiles *files, gint64 hour, GPtrArray *list, GError **error)
{
	char day[SPOOL_DAY_SIZE];
	const GPtrArray *listed =
		hour_files_day(files, spool_format_day(hour, day), NULL, error);

	for (guint i = 0; listed && i < listed->len; i++) {
		SpoolFile *file = listed->pdata[i];
		if (file->path && file->hour == hour)
			g_ptr_array_add(list, file);
	}
	return listed != NULL;
}

/* As their packets follow each other, more or less. */
static int
compare_files(gconstpointer a, gconstpointer b)
{
	const SpoolFile *x = *(const SpoolFile *const *)a, *y = *(const SpoolFile *const *)b;

	return x->hour != y->hour ? (x->hour < y->hour ? -1 : 1) : strcmp(x->stem, y->stem);
}

gboolean
hour_files_list(
	HourFiles *files, const Strays *strays, gint64 hour, GPtrArray *list, GError **error)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	g_autoptr(GError) problem = NULL;
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	guint64 identity;

	if (!list_own(files, hour, list, error))
		return FALSE;
	strays_list(strays, hour, others);
	for (guint i = 0; i < others->len && !problem; i++) {
		if (!inputs_parse(others->pdata[i], day, stem, &identity))
			continue;
		const SpoolFile *file = find(files, day, stem, &problem);
		/* One that was replaced is read again for its own hour first. */
		if (file && file->identity == identity)
			g_ptr_array_add(list, (gpointer)file);
	}
	g_ptr_array_sort(list, compare_files);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

gboolean
hour_files_have(
	HourFiles *files, const char *inputs, gboolean *have, gboolean *changed, GError **error)
{
	g_auto(GStrv) lines = g_strsplit(inputs, "\n", -1);
	g_autoptr(GError) problem = NULL;
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	guint64 identity;

	*have = TRUE;
	*changed = FALSE;
	for (char **line = lines; *line && !problem; line++) {
		if (!inputs_parse(*line, day, stem, &identity))
			continue;
		const SpoolFile *file = find(files, day, stem, &problem);
		*have &= file != NULL;
		*changed |= file && file->identity != identity;
	}
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}
