#include "config.h"

#include "tally/keep_private.h"

#include <string.h>
#include <sys/statvfs.h>

#include "common/hour.h"
#include "common/spool.h"

/* One hour of one sensor that has packets. */
typedef struct {
	gint64 hour;
	const KeepSensor *sensor; /* borrowed */
	GPtrArray *files;         /* owned; of SpoolFile *, borrowed */
	gboolean open;            /* a part of it is being written, or waits to be recovered */
} KeepHour;

static gboolean
measure_disk(gpointer data, const char *path, guint64 *free, guint64 *size)
{
	struct statvfs status;

	(void)data;
	if (statvfs(path, &status) != 0)
		return FALSE;
	*free = (guint64)status.f_bavail * status.f_frsize;
	*size = (guint64)status.f_blocks * status.f_frsize;
	return TRUE;
}

/* Percent of the spool's disk that are free, 100 where that is not asked for or not known. */
static double
percent_free(const Keep *keep)
{
	const KeepRules *rules = keep->rules;
	guint64 free, size;

	if (keep->free_percent == 0 ||
		!(rules->measure ? rules->measure : measure_disk)(
			rules->data, rules->spool, &free, &size) ||
		size == 0)
		return 100;
	return 100 * ((double)free + (double)keep->gained) / (double)size;
}

static gboolean
has_room(const Keep *keep)
{
	return percent_free(keep) >= keep->free_percent;
}

static void
keep_hour_free(KeepHour *hour)
{
	g_ptr_array_unref(hour->files);
	g_free(hour);
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const KeepHour *one = *(const KeepHour *const *)a;
	const KeepHour *other = *(const KeepHour *const *)b;

	if (one->hour != other->hour)
		return one->hour < other->hour ? -1 : 1;
	return strcmp(one->sensor->name, other->sensor->name);
}

static gboolean
has_part(const GPtrArray *parts, gint64 hour)
{
	for (guint i = 0; i < parts->len; i++)
		if (((const SpoolFile *)parts->pdata[i])->hour == hour)
			return TRUE;
	return FALSE;
}

/* Adds the hours of a sensor's day that have packets; files is sorted by stem, so an hour's
 * lie together. */
static void
add_hours(GPtrArray *hours, const KeepSensor *sensor, const GPtrArray *files,
	const GPtrArray *parts)
{
	KeepHour *hour = NULL;

	for (guint i = 0; i < files->len; i++) {
		SpoolFile *file = files->pdata[i];
		if (!file->path)
			continue;
		if (!hour || hour->hour != file->hour) {
			hour = g_new0(KeepHour, 1);
			hour->hour = file->hour;
			hour->sensor = sensor;
			hour->files = g_ptr_array_new();
			hour->open = has_part(parts, file->hour);
			g_ptr_array_add(hours, hour);
		}
		g_ptr_array_add(hour->files, file);
	}
}

static void
remove_packets(Keep *keep, const KeepHour *hour)
{
	guint64 before = keep->report->octets;

	for (guint i = 0; i < hour->files->len; i++) {
		const SpoolFile *file = hour->files->pdata[i];
		g_autofree char *folder = g_path_get_dirname(file->path);
		/* Also the raw file beside its compressed successor. */
		for (const char *const *suffix = spool_suffixes; *suffix; suffix++) {
			g_autofree char *path =
				g_strdup_printf("%s/%s%s", folder, file->stem, *suffix);
			keep_remove(keep, path);
		}
	}
	if (keep->rules->dry_run)
		keep->gained += keep->report->octets - before;
}

static void
keep_hour(Keep *keep, const KeepHour *hour)
{
	const KeepRules *rules = keep->rules;
	gint64 end = hour->hour + HOUR_SECONDS;
	gboolean old = end <= hour->sensor->packets_before;

	if (end > rules->now || (!old && has_room(keep)))
		return;
	if (hour->open || !rules->is_tallied(rules->data, hour->sensor->name, hour->hour)) {
		keep->report->waiting_hours += old ? 1 : 0;
		return;
	}
	remove_packets(keep, hour);
	keep->report->packet_hours++;
	keep->report->early_hours += old ? 0 : 1;
}

static void
keep_packets_of_day(Keep *keep, const char *day)
{
	const KeepRules *rules = keep->rules;
	g_autoptr(GPtrArray) hours =
		g_ptr_array_new_with_free_func((GDestroyNotify)keep_hour_free);
	g_autoptr(GPtrArray) lists =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < keep->n_sensors; i++) {
		const char *name = keep->sensors[i].name;
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) parts = NULL;
		/* Most days have nothing but manifests. */
		if ((rules->is_bare && rules->is_bare(rules->data, name, day)) ||
			!spool_day_has_packets(rules->spool, name, day))
			continue;
		GPtrArray *files = spool_day_files(rules->spool, name, day, NULL, &error);
		if (files) {
			g_ptr_array_add(lists, files);
			parts = spool_day_parts(rules->spool, name, day, &error);
		}
		if (parts)
			add_hours(hours, &keep->sensors[i], files, parts);
		else
			keep_tell_error(keep, error);
	}
	g_ptr_array_sort(hours, compare_hours);
	for (guint i = 0; i < hours->len; i++)
		keep_hour(keep, hours->pdata[i]);
}

void
keep_packets_run(Keep *keep, const GPtrArray *days)
{
	gint64 before = G_MININT64;

	for (guint i = 0; i < keep->n_sensors; i++)
		before = MAX(before, keep->sensors[i].packets_before);
	for (guint i = 0; i < days->len; i++) {
		const char *day = days->pdata[i];
		gboolean old = keep_day_start(day) + HOUR_SECONDS <= before;
		if (old || !has_room(keep))
			keep_packets_of_day(keep, day);
	}
	if (!has_room(keep))
		g_ptr_array_add(keep->report->problems,
			g_strdup_printf("%s: %.1f %% of the disk free, expected %u %%: no hour "
					"is left that may lose its packets",
				keep->rules->spool, percent_free(keep), keep->free_percent));
}
