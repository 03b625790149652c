#include "config.h"

#include "common/failure.h"
#include "tally/hook.h"
#include "tally/run_days.h"
#include "tally/run_private.h"

enum {
	/* What the report found damaged is tallied again, once. */
	HOOKS = 2,
};

void
run_findings_add_newest(Run *run)
{
	const RunSensor *newest = NULL;
	gint64 last_due = G_MININT64;

	for (guint i = 0; i < run->sensors->len; i++) {
		const RunSensor *sensor = run->sensors->pdata[i];
		const GArray *due = sensor->plan->due;
		if (sensor->plan->newest_tally != G_MININT64 &&
			(!newest || sensor->plan->newest_tally > newest->plan->newest_tally))
			newest = sensor;
		if (due->len > 0)
			last_due =
				MAX(last_due, g_array_index(due, PlanHour, due->len - 1).hour);
	}
	if (newest && newest->plan->newest_tally < last_due)
		pending_add(run->pending, newest->name, newest->plan->newest_tally);
}

gboolean
run_findings_write(Run *run, GError **error)
{
	const char *const *names = (const char *const *)run->names;
	gint64 newest = plan_newest_closed(run->settings->now, run->site->grid_minutes);
	int status = 0;

	for (guint i = 0; i < HOOKS && !run_is_stopped(run); i++) {
		g_autoptr(GArray) hours = pending_hours(run->pending, names);
		g_auto(GStrv) days = run_days(run->site->zone, hours, newest);
		if (days[0] &&
			!hook_run(run->settings->path, run->settings->now,
				(const char *const *)days, run->settings->stop, &status, error))
			return FALSE;
		if (status != FAILURE_PARTIAL)
			break;
		gboolean found = FALSE;
		if (i + 1 < HOOKS && !run_tally_mend(run, hours, &found, error))
			return FALSE;
		/* What was left out is no tally: a list of known sources. */
		if (!found)
			break;
	}
	if (run_is_stopped(run))
		return TRUE;
	if (status != 0 && status != FAILURE_PARTIAL) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"findings are not written: gnomon-report ended with status %d; the "
			"next run tries again",
			status);
		return FALSE;
	}
	run_note(run, status);
	if (run->unread)
		return TRUE;
	pending_told(run->pending, names, newest);
	return pending_save(run->pending, error);
}
