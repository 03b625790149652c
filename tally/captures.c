#include "config.h"

#include "tally/captures.h"

#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "tally/hour_files.h"

typedef struct {
	HourFiles *files; /* owned */
	Strays *strays;   /* owned */
} Sensor;

struct Captures {
	const Site *site; /* borrowed */
	char **names;     /* owned */
	GArray *sensors;  /* owned: of Sensor, as names */
};

static void
sensor_clear(gpointer data)
{
	Sensor *sensor = data;

	hour_files_free(sensor->files);
	strays_free(sensor->strays);
}

static gboolean
choose(Captures *captures, const char *name, GError **error)
{
	char *one[] = {(char *)name, NULL};

	captures->names = site_sensors(captures->site, error);
	if (!captures->names || !name)
		return captures->names != NULL;
	if (!g_strv_contains((const char *const *)captures->names, name)) {
		g_autofree char *names = g_strjoinv(", ", captures->names);
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"no sensor \"%s\": expected one of: %s", name, names);
		return FALSE;
	}
	g_strfreev(captures->names);
	captures->names = g_strdupv(one);
	return TRUE;
}

Captures *
captures_new(const Site *site, const char *sensor, GError **error)
{
	g_autoptr(Captures) captures = g_new0(Captures, 1);

	captures->site = site;
	captures->sensors = g_array_new(FALSE, TRUE, sizeof(Sensor));
	g_array_set_clear_func(captures->sensors, sensor_clear);
	if (!choose(captures, sensor, error))
		return NULL;
	for (char **name = captures->names; *name; name++) {
		Sensor one = {.strays = strays_load(site->store, *name, error)};
		if (!one.strays)
			return NULL;
		one.files = hour_files_new(site->spool, *name);
		g_array_append_val(captures->sensors, one);
	}
	return g_steal_pointer(&captures);
}

void
captures_free(Captures *captures)
{
	if (!captures)
		return;
	g_array_unref(captures->sensors);
	g_strfreev(captures->names);
	g_free(captures);
}

const char *const *
captures_sensors(const Captures *captures)
{
	return (const char *const *)captures->names;
}

gboolean
captures_list(Captures *captures, gint64 hour, GArray *list, GError **error)
{
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (guint i = 0; i < captures->sensors->len; i++) {
		const Sensor *sensor = &g_array_index(captures->sensors, Sensor, i);

		g_ptr_array_set_size(files, 0);
		if (!hour_files_list(sensor->files, sensor->strays, hour, files, error))
			return FALSE;
		for (guint j = 0; j < files->len; j++) {
			const CapturesFile file = {captures->names[i], files->pdata[j]};
			g_array_append_val(list, file);
		}
	}
	return TRUE;
}

char *
captures_path_now(const char *path)
{
	static const char *const successors[] = {"", ".zst", ".gz"};

	for (guint i = 0; i < G_N_ELEMENTS(successors); i++) {
		g_autofree char *now = g_strconcat(path, successors[i], NULL);
		if (access(now, F_OK) == 0)
			return g_steal_pointer(&now);
	}
	return g_strdup(path);
}

gboolean
captures_state(
	Captures *captures, guint number, gint64 hour, CapturesState *state, GError **error)
{
	const Sensor *sensor = &g_array_index(captures->sensors, Sensor, number);
	char day[SPOOL_DAY_SIZE];
	const GPtrArray *files =
		hour_files_day(sensor->files, spool_format_day(hour, day), NULL, error);

	if (!files)
		return FALSE;
	*state = CAPTURES_NONE;
	for (guint i = 0; i < files->len; i++) {
		const SpoolFile *file = files->pdata[i];
		if (file->hour != hour)
			continue;
		if (!file->path)
			*state = CAPTURES_PRUNED;
		else if (*state == CAPTURES_NONE)
			*state = CAPTURES_WHOLE;
	}
	return TRUE;
}

/* Widens the span by a sensor's first or last day with files; days from one end on. */
static gboolean
widen(const Sensor *sensor, char **days, guint n, gboolean back, gint64 *first, gint64 *last,
	GError **error)
{
	for (guint i = 0; i < n; i++) {
		const GPtrArray *files =
			hour_files_day(sensor->files, days[back ? n - 1 - i : i], NULL, error);

		for (guint j = 0; files && j < files->len; j++) {
			const SpoolFile *file = files->pdata[j];
			*first = MIN(*first, file->hour);
			*last = MAX(*last, file->hour);
		}
		if (!files || files->len)
			return files != NULL;
	}
	return TRUE;
}

gboolean
captures_span(Captures *captures, gint64 *first, gint64 *last, GError **error)
{
	*first = G_MAXINT64;
	*last = G_MININT64;
	for (guint i = 0; i < captures->sensors->len; i++) {
		const Sensor *sensor = &g_array_index(captures->sensors, Sensor, i);
		g_auto(GStrv) days =
			spool_days(captures->site->spool, captures->names[i], error);
		guint n = days ? g_strv_length(days) : 0;

		if (!days || !widen(sensor, days, n, FALSE, first, last, error) ||
			!widen(sensor, days, n, TRUE, first, last, error))
			return FALSE;
	}
	return TRUE;
}
