#include "config.h"

#include "tally/keep.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hour.h"
#include "common/spool.h"
#include "tally/keep_private.h"
#include "tally/leftovers.h"
#include "tally/past_file.h"
#include "tally/store.h"

enum {
	ARCHIVE_SECONDS = 7 * DAY_SECONDS, /* nothing newer: an archive, not a site at work */
	/* Nobody writes on a file for a day. A folder that changed longer ago was looked into
	 * then; so that runs need not look into all folders for ever. */
	LEFTOVER_SECONDS = DAY_SECONDS,
	CHANGED_SECONDS = 8 * DAY_SECONDS,
};

#define DAMAGED_SUFFIX ".damaged"

void
keep_tell(Keep *keep, const char *path, const char *what, int number)
{
	g_ptr_array_add(keep->report->problems,
		g_strdup_printf("%s: %s: %s", path, what, g_strerror(number)));
}

void
keep_tell_error(Keep *keep, const GError *error)
{
	g_ptr_array_add(keep->report->problems, g_strdup(error->message));
}

gboolean
keep_remove(Keep *keep, const char *path)
{
	struct stat status;

	if (lstat(path, &status) != 0)
		return errno == ENOENT;
	if (g_hash_table_contains(keep->gone, path))
		return TRUE;
	if (!keep->rules->dry_run && unlink(path) != 0) {
		keep_tell(keep, path, "cannot be removed", errno);
		return FALSE;
	}
	keep->report->octets += (guint64)status.st_size;
	char *copy = g_strdup(path);
	g_ptr_array_add(keep->report->removed, copy);
	g_hash_table_add(keep->gone, copy);
	return TRUE;
}

/* Calls take for each name of a folder; one that is not there has none. */
static void
foreach_name(Keep *keep, const char *folder,
	void (*take)(Keep *keep, const char *folder, const char *name, gpointer data),
	gpointer data)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir && errno != ENOENT)
		keep_tell(keep, folder, "cannot be listed", errno);
	while (dir && (entry = readdir(dir)))
		take(keep, folder, entry->d_name, data);
	if (dir)
		closedir(dir);
}

static int
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

gint64
keep_day_start(const char *day)
{
	gint64 start = 0;

	spool_parse_day(day, &start);
	return start;
}

/* The days that a sensor has below root; NULL: told that they cannot be listed. */
static char **
list_days(Keep *keep, const char *root, const char *sensor)
{
	g_autoptr(GError) error = NULL;
	char **days = spool_days(root, sensor, &error);

	if (!days)
		keep_tell_error(keep, error);
	return days;
}

/* The start of the newest; G_MININT64 where there is none. */
static gint64
newest_day(char **days)
{
	guint n = days ? g_strv_length(days) : 0;

	return n > 0 ? keep_day_start(days[n - 1]) : G_MININT64;
}

/* To a set that borrows them. */
static void
add_days(GHashTable *set, char **days)
{
	for (; days && *days; days++)
		g_hash_table_add(set, *days);
}

/* The set as a sorted array of char *. */
static GPtrArray *
sort_days(GHashTable *days)
{
	GPtrArray *sorted = g_ptr_array_new();
	GHashTableIter iter;
	gpointer day;

	g_hash_table_iter_init(&iter, days);
	while (g_hash_table_iter_next(&iter, &day, NULL))
		g_ptr_array_add(sorted, day);
	g_ptr_array_sort(sorted, compare_names);
	return sorted;
}

static gboolean
is_archive(const Keep *keep, gint64 newest)
{
	return newest < keep->rules->now - DAY_SECONDS - ARCHIVE_SECONDS;
}

static gint64
limit(const Keep *keep, gint64 seconds, gboolean strict, gboolean archive)
{
	return seconds > 0 && (strict || !archive) ? keep->rules->now - seconds : G_MININT64;
}

static void
set_limits(const Keep *keep, KeepSensor *sensor, gboolean archive)
{
	const KeepRules *rules = keep->rules;
	gint64 packets = limit(keep, rules->packets, rules->strict_packets, archive);
	gint64 tallies = limit(keep, rules->tallies, rules->strict_tallies, archive);

	/* A tally must not go before the packets, of which the next run would make it again. */
	sensor->packets_before = MAX(packets, tallies);
	sensor->tallies_before = tallies;
}

static void
remove_leftover(Keep *keep, const char *folder, const char *name, gpointer data)
{
	g_autofree char *path = g_build_filename(folder, name, NULL);
	struct stat status;

	(void)data;
	if (leftovers_is_name(name) && lstat(path, &status) == 0 && S_ISREG(status.st_mode) &&
		status.st_mtim.tv_sec < keep->rules->now - LEFTOVER_SECONDS)
		keep_remove(keep, path);
}

static void
sweep_folder(Keep *keep, const char *folder)
{
	foreach_name(keep, folder, remove_leftover, NULL);
}

/* days: of that sensor below root. */
static void
sweep_days(Keep *keep, const char *root, const char *sensor, char **days)
{
	const KeepRules *rules = keep->rules;
	const gint64 since = rules->now - CHANGED_SECONDS;
	g_autofree char *folder = g_build_filename(root, sensor, NULL);

	sweep_folder(keep, folder);
	for (char **day = days; day && *day; day++) {
		struct stat status;
		if (rules->is_older && rules->is_older(rules->data, sensor, *day, since))
			continue;
		g_autofree char *path = g_build_filename(folder, *day, NULL);
		if (stat(path, &status) == 0 && status.st_mtim.tv_sec >= since)
			sweep_folder(keep, path);
	}
}

static void
sweep(Keep *keep)
{
	sweep_folder(keep, keep->rules->store);
	for (guint i = 0; i < keep->n_sensors; i++) {
		const KeepSensor *sensor = &keep->sensors[i];
		sweep_days(keep, keep->rules->spool, sensor->name, sensor->spooled);
		sweep_days(keep, keep->rules->store, sensor->name, sensor->stored);
	}
}

/* The day of a sensor at hand. */
typedef struct {
	const char *name;
	gint64 before;
} Day;

/* data: a Day. */
static void
remove_damaged(Keep *keep, const char *folder, const char *name, gpointer data)
{
	const Day *day = data;
	gsize length;
	gint64 hour;

	if (!g_str_has_suffix(name, DAMAGED_SUFFIX) ||
		!spool_parse_stem(day->name, name, &hour, &length) ||
		hour + HOUR_SECONDS > day->before)
		return;
	g_autofree char *path = g_build_filename(folder, name, NULL);
	keep_remove(keep, path);
}

static gboolean
has_packets(const Keep *keep, const GPtrArray *files, gint64 hour)
{
	for (guint i = 0; i < files->len; i++) {
		const SpoolFile *file = files->pdata[i];
		if (file->hour == hour && file->path &&
			!g_hash_table_contains(keep->gone, file->path))
			return TRUE;
	}
	return FALSE;
}

/* Manifests first: a tally without one is whole, a manifest without a tally would seem to be an
 * hour that was lost. */
static void
remove_tallies(Keep *keep, const GPtrArray *files, const GPtrArray *tallies, gint64 before)
{
	for (guint i = 0; i < files->len; i++) {
		const SpoolFile *file = files->pdata[i];
		if (file->manifest && file->hour + HOUR_SECONDS <= before &&
			!has_packets(keep, files, file->hour))
			keep_remove(keep, file->manifest);
	}
	for (guint i = 0; i < tallies->len; i++) {
		const StoreFile *file = tallies->pdata[i];
		if (file->hour + HOUR_SECONDS <= before &&
			!has_packets(keep, files, file->hour) && keep_remove(keep, file->path))
			keep->report->tallies++;
	}
}

/* What was rolled up of a day goes with the last of its tallies. */
static void
remove_past(Keep *keep, const char *sensor, const char *day, const GPtrArray *tallies)
{
	g_autofree char *path = past_file_path(keep->rules->store, sensor, day);

	for (guint i = 0; i < tallies->len; i++)
		if (!g_hash_table_contains(
			    keep->gone, ((const StoreFile *)tallies->pdata[i])->path))
			return;
	keep_remove(keep, path);
}

static void
keep_tallies_of_day(Keep *keep, const KeepSensor *limits, const char *day)
{
	const KeepRules *rules = keep->rules;
	const char *sensor = limits->name;
	Day at = {day, limits->tallies_before};
	g_autofree char *spooled = g_build_filename(rules->spool, sensor, day, NULL);
	g_autofree char *stored = g_build_filename(rules->store, sensor, day, NULL);
	gint64 start = keep_day_start(day);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = spool_day_files(rules->spool, sensor, day, NULL, &error);
	g_autoptr(GPtrArray) tallies =
		files ? store_list(rules->store, sensor, start, start + DAY_SECONDS, &error)
		      : NULL;

	if (!tallies) {
		keep_tell_error(keep, error);
		return;
	}
	remove_tallies(keep, files, tallies, limits->tallies_before);
	remove_past(keep, sensor, day, tallies);
	const char *const folders[] = {spooled, stored};
	for (guint i = 0; i < G_N_ELEMENTS(folders); i++) {
		foreach_name(keep, folders[i], remove_damaged, &at);
		sweep_folder(keep, folders[i]);
		/* Only where nothing is left: rmdir looks. */
		if (!rules->dry_run)
			rmdir(folders[i]);
	}
}

static void
keep_tallies(Keep *keep, const GPtrArray *days)
{
	for (guint i = 0; i < days->len; i++) {
		gint64 end =
			keep_day_start(days->pdata[i]) + HOUR_SECONDS; /* of its first hour */
		for (guint k = 0; k < keep->n_sensors; k++)
			if (end <= keep->sensors[k].tallies_before)
				keep_tallies_of_day(keep, &keep->sensors[k], days->pdata[i]);
	}
}

KeepRules
keep_rules(const Site *site, const char *const *sensors, gint64 now)
{
	const Settings *settings = site->settings;

	return (KeepRules){
		.spool = site->spool,
		.store = site->store,
		.sensors = sensors,
		.now = now,
		.packets = (gint64)settings_number(settings, "keep", "packets"),
		.tallies = (gint64)settings_number(settings, "keep", "tallies"),
		.free_percent = (guint)settings_number(settings, "keep", "free"),
		.strict_packets = settings_line(settings, "keep", "packets") > 0,
		.strict_tallies = settings_line(settings, "keep", "tallies") > 0,
		.strict_free = settings_line(settings, "keep", "free") > 0,
	};
}

static void
look_at_sensors(Keep *keep)
{
	const KeepRules *rules = keep->rules;
	gboolean archive = TRUE;

	for (guint i = 0; i < keep->n_sensors; i++) {
		KeepSensor *sensor = &keep->sensors[i];
		sensor->name = rules->sensors[i];
		sensor->spooled = list_days(keep, rules->spool, sensor->name);
		sensor->stored = list_days(keep, rules->store, sensor->name);
		gboolean old = is_archive(
			keep, MAX(newest_day(sensor->spooled), newest_day(sensor->stored)));
		set_limits(keep, sensor, old);
		archive = archive && old;
	}
	keep->free_percent = rules->strict_free || !archive ? rules->free_percent : 0;
}

static void
clear_sensors(Keep *keep)
{
	for (guint i = 0; i < keep->n_sensors; i++) {
		g_strfreev(keep->sensors[i].spooled);
		g_strfreev(keep->sensors[i].stored);
	}
}

KeepReport *
keep_run(const KeepRules *rules)
{
	KeepReport *report = g_new0(KeepReport, 1);
	guint n_sensors = g_strv_length((char **)rules->sensors);
	g_autofree KeepSensor *sensors = g_new0(KeepSensor, n_sensors);
	g_autoptr(GHashTable) gone = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) days = g_hash_table_new(g_str_hash, g_str_equal);
	Keep keep = {rules, report, sensors, n_sensors, gone};

	report->removed = g_ptr_array_new_with_free_func(g_free);
	report->problems = g_ptr_array_new_with_free_func(g_free);
	look_at_sensors(&keep);
	for (guint i = 0; i < n_sensors; i++)
		add_days(days, sensors[i].spooled);
	g_autoptr(GPtrArray) packet_days = sort_days(days);
	keep_packets_run(&keep, packet_days);
	for (guint i = 0; i < n_sensors; i++)
		add_days(days, sensors[i].stored);
	g_autoptr(GPtrArray) all_days = sort_days(days);
	keep_tallies(&keep, all_days);
	sweep(&keep);
	clear_sensors(&keep);
	return report;
}

void
keep_report_free(KeepReport *report)
{
	if (!report)
		return;
	g_ptr_array_unref(report->removed);
	g_ptr_array_unref(report->problems);
	g_free(report);
}
