#include "config.h"

#include "tally/run_private.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/aside.h"
#include "tally/store.h"

enum {
	/* Strays make hours due that were tallied, and these may have strays of their own. */
	ROUNDS = 4,
	WINDOW_SECONDS = (7 * 24 + 1) * HOUR_SECONDS, /* the longest, and the hour before */
};

/* What is due of all sensors, oldest first. */
static int
compare_due(gconstpointer a, gconstpointer b)
{
	const PlanHour *x = a, *y = b;

	return x->hour != y->hour ? (x->hour < y->hour ? -1 : 1) : strcmp(x->sensor, y->sensor);
}

GArray *
run_tally_list(const Run *run)
{
	GArray *due = g_array_new(FALSE, FALSE, sizeof(PlanHour));

	for (guint i = 0; i < run->sensors->len; i++) {
		const GArray *of_sensor = ((RunSensor *)run->sensors->pdata[i])->plan->due;
		if (of_sensor->len > 0)
			g_array_append_vals(due, of_sensor->data, of_sensor->len);
	}
	g_array_sort(due, compare_due);
	return due;
}

/* Takes note of what came of an hour. */
static void
take_result(Run *run, const PlanHour *planned, const BatchHour *hour)
{
	char time[HOUR_TEXT_SIZE], spent[HOUR_TEXT_SIZE];

	if (!hour->begun || !hour->result.written)
		run->failed_hours++;
	else if (planned->reason == PLAN_NEW)
		run->new_hours++;
	else
		run->renewed_hours++;
	if (!hour->begun)
		return;
	for (guint i = 0; i < hour->result.refused->len; i++)
		aside_put(hour->result.refused->pdata[i], hour->result.problems);
	for (guint i = 0; i < hour->result.problems->len; i++)
		run_say_of_hour(run, hour->sensor, hour->hour, hour->result.problems->pdata[i]);
	if (run->settings->verbose && hour->result.written)
		run_tell(run, "%s: %s: tallied in %s (%s)", hour->sensor,
			hour_format_s(hour->hour, time),
			hour_format_span(hour->spent_us * 1000, spent),
			plan_reason_text(planned->reason));
}

/* Hours that strays were found of while others were tallied: those of them that are due now. */
static GArray *
find_more(Run *run, const GArray *hours)
{
	GArray *due = g_array_new(FALSE, FALSE, sizeof(PlanHour));
	g_autoptr(GHashTable) asked =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < hours->len; i++) {
		const BatchHour *hour = &g_array_index(hours, BatchHour, i);
		RunSensor *sensor = run_find_sensor(run, hour->sensor);
		PlanSettings settings = sensor->settings;
		g_autoptr(HourFiles) files = hour_files_new(settings.spool, settings.sensor);
		g_autoptr(Plan) plan = plan_new_empty();
		settings.asked = FALSE;
		for (guint k = 0; hour->begun && k < hour->result.strays->len; k++) {
			gint64 other = g_array_index(hour->result.strays, gint64, k);
			PlanReason reason;
			GError *error = NULL;
			if (!g_hash_table_add(asked, g_strdup_printf("%s %" G_GINT64_FORMAT,
							     hour->sensor, other)))
				continue;
			if (!plan_add_hour(plan, &settings, sensor->strays, files, other,
				    &reason, &error))
				run_say_error(run, FAILURE_PARTIAL, error);
		}
		for (guint k = 0; k < plan->problems->len; k++)
			run_say_of_sensor(run, hour->sensor, plan->problems->pdata[k]);
		run_set_aside(run, hour->sensor, plan);
		if (plan->due->len > 0)
			g_array_append_vals(due, plan->due->data, plan->due->len);
	}
	g_array_sort(due, compare_due);
	return due;
}

/* Tallies what is due; returns what is due now because of that. */
static GArray *
tally_round(Run *run, const GArray *due, GError **error)
{
	g_autoptr(GArray) hours = g_array_new(FALSE, TRUE, sizeof(BatchHour));

	for (guint i = 0; i < due->len; i++) {
		const PlanHour *planned = &g_array_index(due, PlanHour, i);
		BatchHour hour = {
			.sensor = planned->sensor,
			.hour = planned->hour,
			.strays = run_find_sensor(run, planned->sensor)->strays,
		};
		g_array_append_val(hours, hour);
		pending_add(run->pending, planned->sensor, planned->hour);
	}
	if (run_has_hook(run) && !pending_save(run->pending, error))
		return NULL;
	batch_run(&run->batch, hours);
	for (guint i = 0; i < hours->len; i++)
		take_result(run, &g_array_index(due, PlanHour, i),
			&g_array_index(hours, BatchHour, i));
	GArray *more = find_more(run, hours);
	batch_clear(hours);
	return more;
}

gboolean
run_tally_due(Run *run, const GArray *first, GError **error)
{
	g_autoptr(GArray) due = g_array_copy((GArray *)first);

	for (guint round = 0; round < ROUNDS && due->len > 0 && !run_is_stopped(run); round++) {
		GArray *more = tally_round(run, due, error);
		if (!more)
			return FALSE;
		g_array_unref(due);
		due = more;
	}
	return TRUE;
}

gboolean
run_tally_mend(Run *run, const GArray *hours, gboolean *found, GError **error)
{
	gint64 from = g_array_index(hours, gint64, 0) - WINDOW_SECONDS;
	g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(PlanHour));

	*found = FALSE;
	for (guint i = 0; i < run->sensors->len; i++) {
		RunSensor *sensor = run->sensors->pdata[i];
		g_autoptr(HourFiles) files =
			hour_files_new(sensor->settings.spool, sensor->name);
		g_autoptr(Plan) plan = plan_new_empty();
		g_autoptr(GPtrArray) tallies = store_list(
			run->site->store, sensor->name, from, run->settings->now, error);
		if (!tallies)
			return FALSE;
		for (guint k = 0; k < tallies->len && !run_is_stopped(run); k++) {
			const StoreFile *tally = tallies->pdata[k];
			PlanReason reason;
			g_autoptr(GError) problem = NULL;
			if (reader_verify(tally->path, &problem))
				continue;
			*found = TRUE;
			run_say_of_hour(run, sensor->name, tally->hour, problem->message);
			if (!g_error_matches(problem, FAILURE, FAILURE_PARTIAL)) {
				run->unread = TRUE;
				continue;
			}
			if (!store_set_aside(tally->path, error) ||
				!plan_add_hour(plan, &sensor->settings, sensor->strays, files,
					tally->hour, &reason, error))
				return FALSE;
		}
		if (plan->due->len > 0)
			g_array_append_vals(due, plan->due->data, plan->due->len);
	}
	return run_tally_due(run, due, error);
}
