#include "config.h"

#include "tally/inputs.h"

#include <string.h>

char *
inputs_line(const SpoolFile *file)
{
	char day[SPOOL_DAY_SIZE];

	return g_strdup_printf("%s/%s %" G_GUINT64_FORMAT, spool_format_day(file->hour, day),
		file->stem, file->identity);
}

gboolean
inputs_parse(const char *line, char *day, char stem[SPOOL_STEM_SIZE], guint64 *identity)
{
	const char *slash = strchr(line, '/'), *space = strchr(line, ' ');
	guint64 number;

	if (!slash || !space || slash - line != SPOOL_DAY_SIZE - 1 || space < slash ||
		space - slash > SPOOL_STEM_SIZE ||
		!g_ascii_string_to_unsigned(space + 1, 10, 0, G_MAXUINT64, &number, NULL))
		return FALSE;
	g_strlcpy(day, line, SPOOL_DAY_SIZE);
	g_strlcpy(stem, slash + 1, (gsize)(space - slash));
	*identity = number;
	return TRUE;
}

gboolean
inputs_have(const char *inputs, SpoolFile *const *files, guint n)
{
	/* An hour may have thousands of parts. */
	g_autoptr(GHashTable) set = g_hash_table_new(g_str_hash, g_str_equal);
	g_auto(GStrv) lines = g_strsplit(inputs, "\n", -1);

	for (char **line = lines; *line; line++)
		g_hash_table_add(set, *line);
	for (guint i = 0; i < n; i++) {
		g_autofree char *line = inputs_line(files[i]);
		if (files[i]->path && !g_hash_table_contains(set, line))
			return FALSE;
	}
	return TRUE;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *
inputs_join(const GPtrArray *files)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < files->len; i++)
		g_ptr_array_add(lines, inputs_line(files->pdata[i]));
	g_ptr_array_sort(lines, compare_lines);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("\n", (char **)lines->pdata);
}
