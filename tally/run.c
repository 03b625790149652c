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
#include "tally/batch.h"
#include "tally/command.h"
#include "tally/hook.h"
#include "tally/keep.h"
#include "tally/leftovers.h"
#include "tally/options.h"
#include "tally/pending.h"
#include "tally/run_days.h"
#include "tally/run_sensor.h"
#include "tally/store.h"

enum {
	/* Strays make hours due that were tallied, and these may have strays of their own. */
	ROUNDS = 4,
	/* What the report found damaged is tallied again, once. */
	HOOKS = 2,
	WINDOW_SECONDS = (7 * 24 + 1) * HOUR_SECONDS, /* the longest, and the hour before */
};

typedef struct {
	const RunSettings *settings; /* borrowed */
	const Site *site;            /* borrowed */
	BatchSettings batch;
	GStrv names;        /* owned: the sensors' */
	GPtrArray *sensors; /* of RunSensor *; owned */
	Pending *pending;   /* owned */
	int lock;           /* -1: not taken */
	guint new_hours, renewed_hours, failed_hours, kept_hours;
	int status;
} Run;

static void
run_clear(Run *run)
{
	g_clear_pointer(&run->sensors, g_ptr_array_unref);
	g_clear_pointer(&run->names, g_strfreev);
	g_clear_pointer(&run->pending, pending_free);
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

static void
note(Run *run, int status)
{
	run->status = run_worse(run->status, status);
}

/* A problem of the site; error is freed. */
static void
say_error(Run *run, int status, GError *error)
{
	command_say("%s: %s", run->site->name, error->message);
	g_error_free(error);
	note(run, status);
}

static void
say_of_sensor(Run *run, const char *sensor, const char *line)
{
	command_say("%s: %s: %s", run->site->name, sensor, line);
	note(run, FAILURE_PARTIAL);
}

static void
say_of_hour(Run *run, const char *sensor, gint64 hour, const char *line)
{
	char time[HOUR_TEXT_SIZE];

	command_say("%s: %s: %s: %s", run->site->name, sensor, hour_format_s(hour, time), line);
	note(run, FAILURE_PARTIAL);
}

static void G_GNUC_PRINTF(2, 3) tell(const Run *run, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	printf("%s: %s\n", run->site->name, text);
}

static gboolean
is_stopped(const Run *run)
{
	return g_atomic_int_get(run->settings->stop) != 0;
}

static RunSensor *
find_sensor(const Run *run, const char *name)
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
			tell(run, "another run is at work");
		if (fd >= 0)
			close(fd);
		return TRUE;
	}
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
	engine->signatures = trait_default_signatures(&engine->n_signatures);
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
		say_of_sensor(
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
		say_error(run, FAILURE_PARTIAL, error);
		return;
	}
	g_ptr_array_add(run->sensors, sensor);
	run->kept_hours += sensor->plan->kept->len;
	for (guint i = 0; i < sensor->plan->problems->len; i++)
		say_of_sensor(run, name, sensor->plan->problems->pdata[i]);
	run_sensor_tell_missing(sensor, missing);
	for (guint i = 0; i < missing->len; i++)
		say_of_sensor(run, name, missing->pdata[i]);
	for (guint i = 0; i < sensor->plan->kept->len && run->settings->asked; i++) {
		const PlanHour *kept = &g_array_index(sensor->plan->kept, PlanHour, i);
		say_of_hour(run, name, kept->hour, plan_reason_text(kept->reason));
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

static gboolean
has_hook(const Run *run)
{
	return settings_number(run->site->settings, "run", "hook") != 0;
}

/* The newest tally before the run: windows that ended since then are told now. */
static void
add_newest(Run *run)
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

/* What is due of all sensors, oldest first. */
static int
compare_due(gconstpointer a, gconstpointer b)
{
	const PlanHour *x = a, *y = b;

	return x->hour != y->hour ? (x->hour < y->hour ? -1 : 1) : strcmp(x->sensor, y->sensor);
}

static GArray *
list_due(const Run *run)
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

static void
set_aside(Run *run, RunSensor *sensor)
{
	const GPtrArray *damaged = sensor->plan->damaged;

	for (guint i = 0; i < damaged->len; i++) {
		GError *error = NULL;
		g_autofree char *line =
			g_strdup_printf("set aside as %s.damaged", (char *)damaged->pdata[i]);
		if (store_set_aside(damaged->pdata[i], &error))
			say_of_sensor(run, sensor->name, line);
		else
			say_error(run, FAILURE_PARTIAL, error);
	}
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
	for (guint i = 0; i < hour->result.problems->len; i++)
		say_of_hour(run, hour->sensor, hour->hour, hour->result.problems->pdata[i]);
	if (run->settings->verbose && hour->result.written)
		tell(run, "%s: %s: tallied in %s (%s)", hour->sensor,
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
		RunSensor *sensor = find_sensor(run, hour->sensor);
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
				say_error(run, FAILURE_PARTIAL, error);
		}
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
			.strays = find_sensor(run, planned->sensor)->strays,
		};
		g_array_append_val(hours, hour);
		pending_add(run->pending, planned->sensor, planned->hour);
	}
	if (has_hook(run) && !pending_save(run->pending, error))
		return NULL;
	batch_run(&run->batch, hours);
	for (guint i = 0; i < hours->len; i++)
		take_result(run, &g_array_index(due, PlanHour, i),
			&g_array_index(hours, BatchHour, i));
	GArray *more = find_more(run, hours);
	batch_clear(hours);
	return more;
}

static gboolean
tally_due(Run *run, const GArray *first, GError **error)
{
	g_autoptr(GArray) due = g_array_copy((GArray *)first);

	for (guint round = 0; round < ROUNDS && due->len > 0 && !is_stopped(run); round++) {
		GArray *more = tally_round(run, due, error);
		if (!more)
			return FALSE;
		g_array_unref(due);
		due = more;
	}
	return TRUE;
}

/* Sets damaged tallies aside that the report may have come upon, and tallies their hours. */
static gboolean
mend(Run *run, const GArray *hours, GError **error)
{
	gint64 from = g_array_index(hours, gint64, 0) - WINDOW_SECONDS;
	g_autoptr(GArray) due = g_array_new(FALSE, FALSE, sizeof(PlanHour));

	for (guint i = 0; i < run->sensors->len; i++) {
		RunSensor *sensor = run->sensors->pdata[i];
		g_autoptr(HourFiles) files =
			hour_files_new(sensor->settings.spool, sensor->name);
		g_autoptr(Plan) plan = plan_new_empty();
		g_autoptr(GPtrArray) tallies = store_list(
			run->site->store, sensor->name, from, run->settings->now, error);
		if (!tallies)
			return FALSE;
		for (guint k = 0; k < tallies->len && !is_stopped(run); k++) {
			const StoreFile *tally = tallies->pdata[k];
			PlanReason reason;
			g_autoptr(GError) problem = NULL;
			if (reader_verify(tally->path, &problem))
				continue;
			say_of_hour(run, sensor->name, tally->hour, problem->message);
			if (!store_set_aside(tally->path, error) ||
				!plan_add_hour(plan, &sensor->settings, sensor->strays, files,
					tally->hour, &reason, error))
				return FALSE;
		}
		if (plan->due->len > 0)
			g_array_append_vals(due, plan->due->data, plan->due->len);
	}
	return tally_due(run, due, error);
}

/* The findings of the days that changed; what is not told stays pending. */
static gboolean
call_hook(Run *run, GError **error)
{
	int status = 0;

	for (guint i = 0; i < HOOKS && pending_n(run->pending) > 0 && !is_stopped(run); i++) {
		g_autoptr(GArray) hours = pending_hours(run->pending);
		g_auto(GStrv) days = run_days(run->site->zone, hours,
			plan_newest_closed(run->settings->now, run->site->grid_minutes));
		if (days[0] &&
			!hook_run(run->settings->path, run->settings->now,
				(const char *const *)days, run->settings->stop, &status, error))
			return FALSE;
		if (status != FAILURE_PARTIAL)
			break;
		if (i + 1 < HOOKS && !mend(run, hours, error))
			return FALSE;
	}
	if (is_stopped(run))
		return TRUE;
	if (status != 0 && status != FAILURE_PARTIAL) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"findings are not written: gnomon-report ended with status %d; the "
			"next run tries again",
			status);
		return FALSE;
	}
	note(run, status);
	pending_clear(run->pending);
	return pending_save(run->pending, error);
}

static gboolean
is_tallied(gpointer data, const char *sensor, gint64 hour)
{
	RunSensor *found = find_sensor(data, sensor);

	return found && run_sensor_is_tallied(found, hour);
}

static gboolean
is_bare(gpointer data, const char *sensor, const char *day)
{
	const RunSensor *found = find_sensor(data, sensor);

	return found && days_is_bare(found->days, day);
}

/* What is no longer kept goes. */
static KeepReport *
keep(Run *run)
{
	KeepRules rules =
		keep_rules(run->site, (const char *const *)run->names, run->settings->now);

	rules.is_tallied = is_tallied;
	rules.is_bare = is_bare;
	rules.data = run;
	rules.dry_run = run->settings->dry_run;
	KeepReport *report = keep_run(&rules);
	for (guint i = 0; i < report->problems->len; i++) {
		command_say("%s: %s", run->site->name, (char *)report->problems->pdata[i]);
		note(run, FAILURE_PARTIAL);
	}
	return report;
}

static void
tell_plan(Run *run)
{
	g_autoptr(GArray) due = list_due(run);
	g_autoptr(KeepReport) removed = keep(run);
	char time[HOUR_TEXT_SIZE];

	for (guint i = 0; i < due->len; i++) {
		const PlanHour *hour = &g_array_index(due, PlanHour, i);
		tell(run, "%s: %s: would be tallied: %s", hour->sensor,
			hour_format_s(hour->hour, time), plan_reason_text(hour->reason));
	}
	for (guint i = 0; i < run->sensors->len; i++) {
		const RunSensor *sensor = run->sensors->pdata[i];
		for (guint k = 0; k < sensor->plan->kept->len; k++) {
			const PlanHour *hour = &g_array_index(sensor->plan->kept, PlanHour, k);
			tell(run, "%s: %s: %s", hour->sensor, hour_format_s(hour->hour, time),
				plan_reason_text(hour->reason));
		}
	}
	if (pending_n(run->pending) > 0)
		tell(run, "findings of %u hours are still to be written",
			pending_n(run->pending));
	for (guint i = 0; i < removed->removed->len; i++)
		tell(run, "%s: would be removed", (char *)removed->removed->pdata[i]);
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
	if (kept && kept->removed->len > 0)
		g_string_append_printf(line, ", %u files removed", kept->removed->len);
	if (kept && kept->waiting_hours > 0)
		g_string_append_printf(
			line, ", %u hours too old but not tallied", kept->waiting_hours);
	if (is_stopped(run))
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
		if (!run_sensor_prepare(run->sensors->pdata[i], error))
			return FALSE;
		set_aside(run, run->sensors->pdata[i]);
	}
	g_autoptr(GArray) due = list_due(run);
	add_newest(run);
	if (!tally_due(run, due, error))
		return FALSE;
	for (guint i = 0; i < run->sensors->len; i++)
		if (!run_sensor_save(run->sensors->pdata[i], error))
			return FALSE;
	if (!has_hook(run))
		return TRUE;
	return pending_save(run->pending, error) && call_hook(run, error);
}

static void
do_run(Run *run)
{
	gint64 start = g_get_monotonic_time();
	g_autoptr(KeepReport) kept = NULL;
	GError *error = NULL;

	if (!take_lock(run, &error)) {
		say_error(run, error->code, error);
		return;
	}
	if (!look(run, &error)) {
		say_error(run, FAILURE_FAILED, error);
		return;
	}
	if (run->settings->dry_run) {
		tell_plan(run);
		return;
	}
	if (!work(run, &error))
		say_error(run, FAILURE_FAILED, error);
	if (!is_stopped(run))
		kept = keep(run);
	if (is_stopped(run)) {
		command_say("%s: stopped: the next run does the rest", run->site->name);
		note(run, FAILURE_FAILED);
	} else if (run->failed_hours > 0 && run->new_hours + run->renewed_hours == 0) {
		note(run, FAILURE_FAILED);
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
