#include "config.h"

#include "tally/pending.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/output.h"

struct Pending {
	char *path;        /* owned */
	GHashTable *lines; /* set of char *, owned */
	gboolean changed;
};

/* The hour of a line; FALSE: it is none. */
static gboolean
read_line(const char *line, gint64 *hour)
{
	const char *space = strchr(line, ' ');

	return space && space > line && hour_parse_time(space + 1, hour, NULL);
}

/* The hour of a line that is about one of these sensors. */
static gboolean
read_line_of(const char *line, const char *const *sensors, gint64 *hour)
{
	g_autofree char *sensor = g_strndup(line, strcspn(line, " "));

	return g_strv_contains(sensors, sensor) && read_line(line, hour);
}

Pending *
pending_load(const char *store, GError **error)
{
	g_autoptr(Pending) pending = g_new0(Pending, 1);
	gsize length;
	gint64 hour;

	pending->path = g_build_filename(store, ".pending", NULL);
	pending->lines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *text = disk_load(pending->path, DISK_TEXT_MAX, &length);
	if (!text && errno == ENOENT)
		return g_steal_pointer(&pending);
	if (!text) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s",
			pending->path, disk_why(errno));
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (char **line = lines; *line; line++)
		if (read_line(*line, &hour))
			g_hash_table_add(pending->lines, g_strdup(*line));
	return g_steal_pointer(&pending);
}

void
pending_free(Pending *pending)
{
	if (!pending)
		return;
	g_hash_table_unref(pending->lines);
	g_free(pending->path);
	g_free(pending);
}

static char *
line_of(const char *sensor, gint64 hour)
{
	char time[HOUR_TEXT_SIZE];

	return g_strdup_printf("%s %s", sensor, hour_format_s(hour, time));
}

void
pending_add(Pending *pending, const char *sensor, gint64 hour)
{
	if (g_hash_table_add(pending->lines, line_of(sensor, hour)))
		pending->changed = TRUE;
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

GArray *
pending_hours(const Pending *pending, const char *const *sensors)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	GHashTableIter iter;
	gpointer line;
	gint64 hour;
	guint n = 0;

	g_hash_table_iter_init(&iter, pending->lines);
	while (g_hash_table_iter_next(&iter, &line, NULL))
		if (read_line_of(line, sensors, &hour))
			g_array_append_val(hours, hour);
	g_array_sort(hours, compare_times);
	for (guint i = 0; i < hours->len; i++) {
		hour = g_array_index(hours, gint64, i);
		if (n == 0 || g_array_index(hours, gint64, n - 1) != hour)
			g_array_index(hours, gint64, n++) = hour;
	}
	g_array_set_size(hours, n);
	return hours;
}

void
pending_told(Pending *pending, const char *const *sensors, gint64 newest)
{
	GHashTableIter iter;
	gpointer line;
	gint64 hour;

	g_hash_table_iter_init(&iter, pending->lines);
	while (g_hash_table_iter_next(&iter, &line, NULL))
		if (read_line_of(line, sensors, &hour) && hour <= newest) {
			g_hash_table_iter_remove(&iter);
			pending->changed = TRUE;
		}
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

gboolean
pending_save(Pending *pending, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (!pending->changed)
		return TRUE;
	GList *lines = g_list_sort(g_hash_table_get_keys(pending->lines), compare_lines);
	for (GList *line = lines; line; line = line->next)
		g_string_append_printf(text, "%s\n", (char *)line->data);
	g_list_free(lines);
	if (text->len == 0 && g_unlink(pending->path) != 0 && errno != ENOENT) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be removed: %s",
			pending->path, g_strerror(errno));
		return FALSE;
	}
	if (text->len > 0 && !output_save(pending->path, text->str, text->len, error))
		return FALSE;
	pending->changed = FALSE;
	return TRUE;
}
