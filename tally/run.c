#include "config.h"

#include "tally/run.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <syslog.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/lock.h"
#include "tally/command.h"
#include "tally/keep.h"
#include "tally/leftovers.h"
#include "tally/options.h"
#include "tally/run_private.h"
#include "tally/signatures.h"
#include "tally/store.h"

static void
run_clear(Run *run)
{
	g_clear_pointer(&run->sensors, g_ptr_array_unref);
	g_clear_pointer(&run->names, g_strfreev);
	g_clear_pointer(&run->pending, pending_free);
	g_clear_pointer(&run->signatures, g_free);
	if (run->lock >= 0)
		close(run->lock);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Run, run_clear)

int
run_worse(int a, int b)
{
	static const int order[] = {
		0, FAILURE_PARTIAL, FAILURE_LOCKED, FAILURE_FAILED, FAILURE_USAGE};

	for (gsize i = G_N_ELEMENTS(order); i-- > 0;)
		if (a == order[i] || b == order[i])
			return order[i];
	return FAILURE_FAILED;
}

void
run_note(Run *run, int status)
{
	run->status = run_worse(run->status, status);
}

void
run_say_error(Run *run, int status, GError *error)
{
	command_say("%s: %s", run->site->name, error->message);
	g_error_free(error);
	run_note(run, status);
}

void
run_say_of_sensor(Run *run, const char *sensor, const char *line)
{
	command_say("%s: %s: %s", run->site->name, sensor, line);
	run_note(run, FAILURE_PARTIAL);
}

void
run_say_of_hour(Run *run, const char *sensor, gint64 hour, const char *line)
{
	char time[HOUR_TEXT_SIZE];

	command_say("%s: %s: %s: %s", run->site->name, sensor, hour_format_s(hour, time), line);
	run_note(run, FAILURE_PARTIAL);
}

void
run_tell(const Run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	printf("%s: %s\n", run->site->name, text);
}

gboolean
run_is_stopped(const Run *run)
{
	return g_atomic_int_get(run->settings->stop) != 0;
}

RunSensor *
run_find_sensor(const Run *run, const char *name)
{
	for (guint i = 0; i < run->sensors->len; i++) {
		RunSensor *sensor = run->sensors->pdata[i];
		if (strcmp(sensor->name, name) == 0)
			return sensor;
	}
	return NULL;
}

/* The lock of the store. A dry run only says that somebody holds it. */
static gboolean
take_lock(Run *run, GError **error)
{
	g_autofree char *path = g_build_filename(run->site->store, ".lock", NULL);

	if (run->settings->dry_run) {
		int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0)
			run_tell(run, "another run is at work");
		if (fd >= 0)
			close(fd);
		return TRUE;
	}
	if (!site_check_owner(run->site, error))
		return FALSE;
	if (g_mkdir_with_parents(run->site->store, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s",
			run->site->store, g_strerror(errno));
		return FALSE;
	}
	run->lock = lock_take(path, error);
	return run->lock >= 0;
}

static void
settle_engine(Run *run)
{
	const Settings *settings = run->site->settings;
	EngineSettings *engine = &run->batch.engine;

	run->batch.spool = run->site->spool;
	run->batch.store = run->site->store;
	engine->home = run->site->home;
	engine->grid_minutes = run->site->grid_minutes;
	run->signatures = signatures_new(settings, &engine->n_signatures);
	engine->signatures = run->signatures;
	engine->budget = settings_number(settings, "run", "memory");
	if (engine->budget == 0)
		engine->budget = options_default_memory();
	engine->threads = (guint)settings_number(settings, "run", "threads");
	if (engine->threads == 0)
		engine->threads = options_default_threads();
	engine->folder = options_temp_folder();
	engine->stop = run->settings->stop;
}

/* A sensor that the settings name, and that has not sent anything yet. */
static void
check_name(Run *run, const char *name)
{
	g_autofree char *folder = g_build_filename(run->site->spool, name, NULL);

	if (run->site->sensors && !g_file_test(folder, G_FILE_TEST_IS_DIR))
		run_say_of_sensor(
			run, name, "[site] sensors names it, but the spool has no such folder");
}

static void
look_at(Run *run, const char *name)
{
	GError *error = NULL;
	g_autoptr(GPtrArray) missing = g_ptr_array_new_with_free_func(g_free);

	check_name(run, name);
	RunSensor *sensor =
		run_sensor_new(run->settings, name, engine_digest(&run->batch.engine), &error);
	if (!sensor) {
		run_say_error(run, FAILURE_PARTIAL, error);
		return;
	}
	g_ptr_array_add(run->sensors, sensor);
	run->kept_hours += sensor->plan->kept->len;
	for (guint i = 0; i < sensor->plan->problems->len; i++)
		run_say_of_sensor(run, name, sensor->plan->problems->pdata[i]);
	run_sensor_tell_missing(sensor, missing);
	for (guint i = 0; i < missing->len; i++)
		run_say_of_sensor(run, name, missing->pdata[i]);
	for (guint i = 0; i < sensor->plan->kept->len; i++) {
		const PlanHour *kept = &g_array_index(sensor->plan->kept, PlanHour, i);
		if (run->settings->asked || kept->reason == PLAN_LATE)
			run_say_of_hour(run, name, kept->hour, plan_reason_text(kept->reason));
	}
}

static gboolean
look(Run *run, GError **error)
{
	if (!g_file_test(run->site->spool, G_FILE_TEST_IS_DIR)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected the spool's folder",
			run->site->spool);
		return FALSE;
	}
	run->names = site_sensors(run->site, error);
	if (!run->names)
		return FALSE;
	run->pending = pending_load(run->site->store, error);
	if (!run->pending)
		return FALSE;
	for (char **name = run->names; *name; name++)
		look_at(run, *name);
	return TRUE;
}

gboolean
run_has_hook(const Run *run)
{
	return settings_number(run->site->settings, "run", "hook") != 0;
}

void
run_set_aside(Run *run, const char *sensor, const Plan *plan)
{
	for (guint i = 0; i < plan->damaged->len; i++) {
		const char *path = plan->damaged->pdata[i];
		GError *error = NULL;
		g_autofree char *line = g_strdup_printf("set aside as %s.damaged", path);
		if (store_set_aside(path, &error))
			run_say_of_sensor(run, sensor, line);
		else
			run_say_error(run, FAILURE_PARTIAL, error);
	}
}

static gboolean
is_tallied(gpointer data, const char *sensor, gint64 hour)
{
	RunSensor *found = run_find_sensor(data, sensor);

	return found && run_sensor_is_tallied(found, hour);
}

static gboolean
is_bare(gpointer data, const char *sensor, const char *day)
{
	const RunSensor *found = run_find_sensor(data, sensor);

	return found && days_is_bare(found->days, day);
}

static gboolean
is_older(gpointer data, const char *sensor, const char *day, gint64 time)
{
	const RunSensor *found = run_find_sensor(data, sensor);

	return found && days_is_older(found->days, day, (guint64)MAX(time, 0) * SECOND_NS);
}

/* What is no longer kept goes. */
static KeepReport *
keep(Run *run)
{
	KeepRules rules =
		keep_rules(run->site, (const char *const *)run->names, run->settings->now);

	rules.is_tallied = is_tallied;
	rules.is_bare = is_bare;
	rules.is_older = is_older;
	rules.data = run;
	rules.dry_run = run->settings->dry_run;
	KeepReport *report = keep_run(&rules);
	for (guint i = 0; i < report->problems->len; i++) {
		command_say("%s: %s", run->site->name, (char *)report->problems->pdata[i]);
		run_note(run, FAILURE_PARTIAL);
	}
	return report;
}

static void
tell_plan(Run *run)
{
	g_autoptr(GArray) due = run_tally_list(run);
	g_autoptr(KeepReport) removed = keep(run);
	char time[HOUR_TEXT_SIZE];

	for (guint i = 0; i < due->len; i++) {
		const PlanHour *hour = &g_array_index(due, PlanHour, i);
		run_tell(run, "%s: %s: would be tallied: %s", hour->sensor,
			hour_format_s(hour->hour, time), plan_reason_text(hour->reason));
	}
	for (guint i = 0; i < run->sensors->len; i++) {
		const RunSensor *sensor = run->sensors->pdata[i];
		for (guint k = 0; k < sensor->plan->kept->len; k++) {
			const PlanHour *hour = &g_array_index(sensor->plan->kept, PlanHour, k);
			run_tell(run, "%s: %s: %s", hour->sensor,
				hour_format_s(hour->hour, time),
				plan_reason_text(hour->reason));
		}
	}
	run_past(run);
	g_autoptr(GArray) pending =
		pending_hours(run->pending, (const char *const *)run->names);
	if (pending->len > 0)
		run_tell(run, "findings of %u hour%s are still to be written", pending->len,
			pending->len == 1 ? "" : "s");
	for (guint i = 0; i < removed->removed->len; i++)
		run_tell(run, "%s: would be removed", (char *)removed->removed->pdata[i]);
}

/* One line a run. */
static void
log_line(const Run *run, const KeepReport *kept, guint64 spent_us)
{
	g_autoptr(GString) line = g_string_new(NULL);
	char spent[HOUR_TEXT_SIZE];

	g_string_printf(line, "%s: %u hour%s tallied, %u again", run->site->name,
		run->new_hours, run->new_hours == 1 ? "" : "s", run->renewed_hours);
	if (run->failed_hours > 0)
		g_string_append_printf(line, ", %u not", run->failed_hours);
	if (run->kept_hours > 0)
		g_string_append_printf(line, ", %u kept as they are", run->kept_hours);
	if (run->rolled_days > 0)
		g_string_append_printf(line, ", %u day%s rolled up", run->rolled_days,
			run->rolled_days == 1 ? "" : "s");
	if (kept && kept->removed->len > 0)
		g_string_append_printf(line, ", %u files removed", kept->removed->len);
	if (kept && kept->waiting_hours > 0)
		g_string_append_printf(
			line, ", %u hours too old but not tallied", kept->waiting_hours);
	if (run_is_stopped(run))
		g_string_append(line, ", stopped");
	g_string_append_printf(line, ", in %s", hour_format_span(spent_us * 1000, spent));
	syslog(run->status == 0 ? LOG_INFO : LOG_WARNING, "%s", line->str);
	if (run->settings->verbose)
		puts(line->str);
}

/* All that changes anything. */
static gboolean
work(Run *run, GError **error)
{
	leftovers_sweep(run->site->store);
	for (guint i = 0; i < run->sensors->len; i++) {
		const RunSensor *sensor = run->sensors->pdata[i];
		if (!run_sensor_prepare(sensor, error))
			return FALSE;
		run_set_aside(run, sensor->name, sensor->plan);
	}
	g_autoptr(GArray) due = run_tally_list(run);
	run_findings_add_newest(run);
	if (!run_tally_due(run, due, error))
		return FALSE;
	for (guint i = 0; i < run->sensors->len; i++)
		if (!run_sensor_save(run->sensors->pdata[i], error))
			return FALSE;
	run_past(run);
	if (!run_has_hook(run))
		return TRUE;
	return pending_save(run->pending, error) && run_findings_write(run, error);
}

static void
do_run(Run *run)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(KeepReport) kept = NULL;
	GError *error = NULL;

	if (!take_lock(run, &error)) {
		run_say_error(run, error->code, error);
		return;
	}
	if (!look(run, &error)) {
		run_say_error(run, FAILURE_FAILED, error);
		return;
	}
	if (run->settings->dry_run) {
		tell_plan(run);
		return;
	}
	if (!work(run, &error))
		run_say_error(run, FAILURE_FAILED, error);
	if (!run_is_stopped(run))
		kept = keep(run);
	if (run_is_stopped(run)) {
		command_say("%s: stopped: the next run does the rest", run->site->name);
		run_note(run, FAILURE_FAILED);
	} else if (run->failed_hours > 0 && run->new_hours + run->renewed_hours == 0) {
		run_note(run, FAILURE_FAILED);
	}
	log_line(run, kept, (guint64)(g_get_monotonic_time() - start));
}

int
run_site(const RunSettings *settings)
{
	g_auto(Run) run = {
		.settings = settings,
		.site = settings->site,
		.sensors = g_ptr_array_new_with_free_func((GDestroyNotify)run_sensor_free),
		.lock = -1,
	};

	settle_engine(&run);
	do_run(&run);
	return run.status;
}
