#include "config.h"

#include "tally/strays.h"

#include <errno.h>
#include <string.h>
#include <xxhash.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/output.h"
#include "tally/inputs.h"

typedef struct {
	gint64 hour;
	char *file; /* owned */
} Stray;

struct Strays {
	char *path;   /* owned */
	GArray *list; /* of Stray, by hour, then file */
	gboolean changed;
};

static void
clear_stray(gpointer stray)
{
	g_free(((Stray *)stray)->file);
}

static int
compare_strays(gconstpointer a, gconstpointer b)
{
	const Stray *x = a, *y = b;

	return x->hour != y->hour ? (x->hour < y->hour ? -1 : 1) : strcmp(x->file, y->file);
}

static const Stray *
stray_at(const Strays *strays, guint i)
{
	return &g_array_index(strays->list, Stray, i);
}

/* Index of the first that is not before the hour. */
static guint
find_hour(const Strays *strays, gint64 hour)
{
	guint low = 0, high = strays->list->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (stray_at(strays, middle)->hour < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
add(Strays *strays, gint64 hour, const char *file)
{
	Stray stray = {hour, g_strdup(file)};

	g_array_append_val(strays->list, stray);
}

static void
read_line(Strays *strays, const char *line)
{
	const char *space = strchr(line, ' ');
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	guint64 identity;
	gint64 hour;

	if (!space || !inputs_parse(space + 1, day, stem, &identity))
		return;
	g_autofree char *time = g_strndup(line, (gsize)(space - line));
	if (hour_parse_time(time, &hour, NULL))
		add(strays, hour, space + 1);
}

Strays *
strays_load(const char *store, const char *sensor, GError **error)
{
	g_autoptr(Strays) strays = g_new0(Strays, 1);
	gsize length;

	strays->path = g_build_filename(store, sensor, ".strays", NULL);
	strays->list = g_array_new(FALSE, FALSE, sizeof(Stray));
	g_array_set_clear_func(strays->list, clear_stray);
	g_autofree char *text = disk_load(strays->path, DISK_TEXT_MAX, &length);
	if (!text && errno == ENOENT)
		return g_steal_pointer(&strays);
	if (!text) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s",
			strays->path, disk_why(errno));
		return NULL;
	}
	for (char *line = text, *end; *line; line = end) {
		end = strchrnul(line, '\n');
		if (*end)
			*end++ = '\0';
		read_line(strays, line);
	}
	g_array_sort(strays->list, compare_strays);
	return g_steal_pointer(&strays);
}

void
strays_free(Strays *strays)
{
	if (!strays)
		return;
	g_free(strays->path);
	g_array_unref(strays->list);
	g_free(strays);
}

gboolean
strays_is_empty(const Strays *strays)
{
	return strays->list->len == 0;
}

/* Whether both lines are about files of one name. */
static gboolean
is_same_name(const char *a, const char *b)
{
	gsize length = strcspn(a, " ");

	return length == strcspn(b, " ") && memcmp(a, b, length) == 0;
}

static gboolean
has_hour(const gint64 *hours, guint n, gint64 hour)
{
	for (guint i = 0; i < n; i++)
		if (hours[i] == hour)
			return TRUE;
	return FALSE;
}

void
strays_set(Strays *strays, const char *file, const gint64 *hours, guint n)
{
	guint kept = 0;

	for (guint i = strays->list->len; i-- > 0;) {
		const Stray *stray = stray_at(strays, i);
		if (!is_same_name(stray->file, file))
			continue;
		if (strcmp(stray->file, file) == 0 && has_hour(hours, n, stray->hour)) {
			kept++;
			continue;
		}
		g_array_remove_index(strays->list, i);
		strays->changed = TRUE;
	}
	if (kept == n)
		return;
	for (guint i = 0; i < n; i++) {
		const Stray wanted = {hours[i], (char *)file};
		guint at = find_hour(strays, hours[i]);
		while (at < strays->list->len &&
			compare_strays(stray_at(strays, at), &wanted) < 0)
			at++;
		if (at < strays->list->len &&
			compare_strays(stray_at(strays, at), &wanted) == 0)
			continue;
		Stray stray = {hours[i], g_strdup(file)};
		g_array_insert_val(strays->list, at, stray);
		strays->changed = TRUE;
	}
}

void
strays_keep(Strays *strays, const char *const *days)
{
	for (guint i = strays->list->len; i-- > 0;) {
		g_autofree char *day = g_strndup(stray_at(strays, i)->file, SPOOL_DAY_SIZE - 1);
		if (g_strv_contains(days, day))
			continue;
		g_array_remove_index(strays->list, i);
		strays->changed = TRUE;
	}
}

void
strays_list(const Strays *strays, gint64 hour, GPtrArray *files)
{
	for (guint i = find_hour(strays, hour);
		i < strays->list->len && stray_at(strays, i)->hour == hour; i++)
		g_ptr_array_add(files, stray_at(strays, i)->file);
}

void
strays_hours(const Strays *strays, gint64 from, gint64 to, GArray *hours)
{
	for (guint i = find_hour(strays, from);
		i < strays->list->len && stray_at(strays, i)->hour < to; i++) {
		gint64 hour = stray_at(strays, i)->hour;
		if (i == 0 || stray_at(strays, i - 1)->hour != hour)
			g_array_append_val(hours, hour);
	}
}

void
strays_found_in(const Strays *strays, gint64 hour, GArray *hours)
{
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	g_autofree char *name = g_strdup_printf(
		"%s/%s", spool_format_day(hour, day), spool_format_stem(hour, -1, stem));

	for (guint i = 0; i < strays->list->len; i++)
		if (g_str_has_prefix(stray_at(strays, i)->file, name))
			g_array_append_val(hours, stray_at(strays, i)->hour);
}

guint64
strays_digest(const Strays *strays, gint64 from, gint64 to, guint64 seed)
{
	guint64 digest = seed;

	for (guint i = find_hour(strays, from);
		i < strays->list->len && stray_at(strays, i)->hour < to; i++) {
		const Stray *stray = stray_at(strays, i);
		digest = XXH64(&stray->hour, sizeof stray->hour, digest);
		digest = XXH64(stray->file, strlen(stray->file), digest);
	}
	return digest;
}

gboolean
strays_save(Strays *strays, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char time[HOUR_TEXT_SIZE];

	if (!strays->changed)
		return TRUE;
	for (guint i = 0; i < strays->list->len; i++)
		g_string_append_printf(text, "%s %s\n",
			hour_format_s(stray_at(strays, i)->hour, time),
			stray_at(strays, i)->file);
	if (!output_save(strays->path, text->str, text->len, error))
		return FALSE;
	strays->changed = FALSE;
	return TRUE;
}
