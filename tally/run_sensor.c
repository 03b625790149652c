#include "config.h"

#include "tally/run_sensor.h"

#include <errno.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/leftovers.h"

enum {
	/* An hour file comes a while after its hour: closed, compressed, fetched. */
	GRACE_SECONDS = 15 * 60,
	/* A sensor that is silent for longer is an archive. */
	ARCHIVE_SECONDS = 7 * 24 * HOUR_SECONDS,
	/* Strays of hours this far ahead come of a bad clock: nobody waits for them. */
	WAIT_SECONDS = 24 * HOUR_SECONDS,
};

RunSensor *
run_sensor_new(const RunSettings *run, const char *name, guint64 digest, GError **error)
{
	RunSensor *sensor = g_new0(RunSensor, 1);

	sensor->name = name;
	sensor->settings = (PlanSettings){
		.spool = run->site->spool,
		.store = run->site->store,
		.sensor = name,
		.grid_minutes = run->site->grid_minutes,
		.digest = digest,
		.now = run->now,
		.clock_ns = run->clock_ns,
		.asked = run->asked,
		.from = run->from,
		.to = run->to,
	};
	sensor->days = days_load(run->site->spool, run->site->store, name);
	sensor->strays = strays_load(run->site->store, name, error);
	if (sensor->strays)
		sensor->plan = plan_new(&sensor->settings, sensor->strays, sensor->days, error);
	if (!sensor->plan)
		g_clear_pointer(&sensor, run_sensor_free);
	return sensor;
}

void
run_sensor_free(RunSensor *sensor)
{
	strays_free(sensor->strays);
	days_free(sensor->days);
	plan_free(sensor->plan);
	hour_files_free(sensor->tallied);
	g_free(sensor);
}

static void
tell_gap(gpointer data, gint64 from, gint64 to)
{
	GPtrArray *lines = data;
	gint64 hours = (to - from) / HOUR_SECONDS;
	char begin[HOUR_TEXT_SIZE], end[HOUR_TEXT_SIZE];

	g_ptr_array_add(
		lines, g_strdup_printf("no packets from %s to %s (%" G_GINT64_FORMAT " hour%s)",
			       hour_format_s(from, begin), hour_format_s(to, end), hours,
			       hours == 1 ? "" : "s"));
}

static void
tell_silence(const RunSensor *sensor, GPtrArray *lines)
{
	/* What another tool captured leaves no manifest when it is pruned; and where the whole
	 * spool is away, the tallies are still there. */
	gint64 newest = MAX(sensor->plan->newest_file, sensor->plan->newest_tally);
	gint64 end = newest + HOUR_SECONDS;
	char since[HOUR_TEXT_SIZE];
	gint64 expected = plan_newest_closed(
		sensor->settings.now - GRACE_SECONDS, sensor->settings.grid_minutes);

	if (newest == G_MININT64 || newest >= expected ||
		sensor->settings.now - end >= ARCHIVE_SECONDS)
		return;
	g_ptr_array_add(
		lines, g_strdup_printf("no packets since %s", hour_format_s(end, since)));
}

void
run_sensor_tell_missing(const RunSensor *sensor, GPtrArray *lines)
{
	plan_foreach_gap(sensor->plan, tell_gap, lines);
	if (!sensor->settings.asked)
		tell_silence(sensor, lines);
}

gboolean
run_sensor_prepare(const RunSensor *sensor, GError **error)
{
	g_autofree char *spool = g_build_filename(sensor->settings.spool, sensor->name, NULL);
	g_autofree char *store = g_build_filename(sensor->settings.store, sensor->name, NULL);

	if (g_file_test(spool, G_FILE_TEST_IS_DIR) && g_mkdir_with_parents(store, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", store,
			g_strerror(errno));
		return FALSE;
	}
	leftovers_sweep(store);
	for (guint i = 0; i < sensor->plan->folders->len; i++)
		leftovers_sweep(sensor->plan->folders->pdata[i]);
	return TRUE;
}

static gboolean
is_settled(const RunSensor *sensor, HourFiles *files, Plan *plan, gint64 hour)
{
	PlanSettings settings = sensor->settings;
	PlanReason reason;

	settings.asked = FALSE;
	if (!plan_add_hour(plan, &settings, sensor->strays, files, hour, &reason, NULL))
		return FALSE;
	if (reason == PLAN_OPEN)
		return hour > settings.now + WAIT_SECONDS;
	return reason != PLAN_LATE && !plan_is_due(reason);
}

gboolean
run_sensor_is_tallied(RunSensor *sensor, gint64 hour)
{
	g_autoptr(Plan) plan = plan_new_empty();
	g_autoptr(GArray) strays = g_array_new(FALSE, FALSE, sizeof(gint64));

	gint64 day = hour - hour % DAY_SECONDS;
	if (!sensor->tallied || day != sensor->tallied_day) {
		hour_files_free(sensor->tallied);
		sensor->tallied = hour_files_new(sensor->settings.spool, sensor->name);
		sensor->tallied_day = day;
	}
	strays_found_in(sensor->strays, hour, strays);
	gboolean tallied = is_settled(sensor, sensor->tallied, plan, hour);
	for (guint i = 0; i < strays->len && tallied; i++)
		tallied = is_settled(
			sensor, sensor->tallied, plan, g_array_index(strays, gint64, i));
	return tallied;
}

gboolean
run_sensor_save(RunSensor *sensor, GError **error)
{
	if (!sensor->settings.asked && !strays_is_empty(sensor->strays)) {
		g_auto(GStrv) days = spool_days(sensor->settings.spool, sensor->name, error);
		if (!days)
			return FALSE;
		/* Without a single day it is rather the spool that is away for a while. */
		if (days[0])
			strays_keep(sensor->strays, (const char *const *)days);
	}
	return strays_save(sensor->strays, error) && days_save(sensor->days, error);
}
