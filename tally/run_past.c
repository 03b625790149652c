#include "config.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/days.h"
#include "tally/leftovers.h"
#include "tally/past_format.h"
#include "tally/past_make.h"
#include "tally/run_private.h"

/* A folder that changed less than this ago may change again without another time. */
static const guint64 settle_ns = 2 * SECOND_NS;

/* Its last hour has ended. */
static gboolean
is_over(const Run *run, const char *day)
{
	gint64 start, end = 60 * (gint64)run->site->grid_minutes + DAY_SECONDS;

	return spool_parse_day(day, &start) && start + end <= run->settings->now;
}

static void
roll_up(Run *run, const char *sensor, const char *day, PastState state)
{
	gint64 began = g_get_monotonic_time();
	GError *error = NULL;
	PastMade made;
	char spent[HOUR_TEXT_SIZE];
	g_autofree char *folder = g_build_filename(run->site->store, sensor, day, NULL);

	leftovers_sweep(folder);
	if (!past_make(run->site->store, sensor, day, run->settings->stop, &made, &error)) {
		run_say_error(run, FAILURE_PARTIAL, error);
		return;
	}
	if (!made.made)
		return;
	run->rolled_days++;
	if (run->settings->verbose)
		run_tell(run, "%s: %s: rolled up in %s (%s)", sensor, day,
			hour_format_span(
				(guint64)(g_get_monotonic_time() - began) * 1000, spent),
			past_make_state_text(state));
}

/* One day. What is found in order is noted by the folder's time, so that months need not be
 * looked into again. */
static void
take_day(Run *run, const char *sensor, const char *day, Days *days)
{
	DayState at = {.digest = PAST_SCHEMA};
	GError *error = NULL;
	PastState state;

	days_look(days, day, &at);
	if (days_has(days, day, &at))
		return;
	if (!past_make_look(run->site->store, sensor, day, &state, &error)) {
		run_say_error(run, FAILURE_PARTIAL, error);
		return;
	}
	if (!past_make_is_due(state)) {
		gboolean settled = at.store + settle_ns < run->settings->clock_ns;
		days_set(days, day, settled ? &at : NULL);
	} else if (run->settings->dry_run) {
		run_tell(run, "%s: %s: would be rolled up: %s", sensor, day,
			past_make_state_text(state));
	} else {
		roll_up(run, sensor, day, state);
	}
}

/* The newest first: what was yesterday matters most. */
static void
take_sensor(Run *run, const char *sensor)
{
	GError *error = NULL;
	g_auto(GStrv) names = spool_days(run->site->store, sensor, &error);
	g_autoptr(Days) days = days_load_past(run->site->store, sensor);

	for (guint i = names ? g_strv_length(names) : 0; i-- > 0 && !run_is_stopped(run);)
		if (is_over(run, names[i]))
			take_day(run, sensor, names[i], days);
	if (names && !run->settings->dry_run) {
		days_keep(days, (const char *const *)names);
		days_save(days, &error);
	}
	if (error)
		run_say_error(run, FAILURE_PARTIAL, error);
}

void
run_past(Run *run)
{
	for (guint i = 0; i < run->sensors->len; i++)
		take_sensor(run, ((const RunSensor *)run->sensors->pdata[i])->name);
}
