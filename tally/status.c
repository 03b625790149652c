#include "config.h"

#include "tally/status.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "common/hour.h"
#include "common/manifest.h"
#include "common/spool.h"
#include "tally/inputs.h"
#include "tally/store.h"
#include "tally/watched.h"

enum {
	WEEK_HOURS = 7 * 24,
	/* A file begun before that is written no more: somebody was killed. */
	CAPTURING_SECONDS = 2 * HOUR_SECONDS,
	EMPTY_PCAP = 24 /* octets: the header alone */
};

/* What the last 7 d hold, an hour each; the 168th is the hour that has not ended. */
typedef struct {
	guint n_files, n_empty;
	Watched *watched; /* owned; NULL: no file */
	gboolean tallied;
	guint64 octets;
} WeekHour;

typedef struct {
	Status *status;       /* borrowed */
	const Site *site;     /* borrowed */
	StatusSensor *sensor; /* borrowed: the one at hand */
	gint64 end;           /* of the newest closed hour */
	gint64 week;          /* start of the first of the last 7 d's hours */
	gint64 first;         /* the sensor's first hour of all */
	WeekHour hours[WEEK_HOURS + 1];
	GHashTable *stored; /* of gint64: hours with a tally */
	/* of all sensors */
	gint64 first_of_week; /* first hour of the last 7 d that has anything; G_MAXINT64 */
	guint64 octets_of_week;
} Survey;

static void
status_sensor_free(StatusSensor *sensor)
{
	g_array_unref(sensor->waiting);
	g_array_unref(sensor->gaps);
	g_array_unref(sensor->empty);
	g_ptr_array_unref(sensor->cut);
	g_free(sensor->name);
	g_free(sensor);
}

static void
status_cut_free(StatusCut *cut)
{
	g_free(cut->file);
	g_free(cut->reason);
	g_free(cut);
}

static StatusSensor *
status_sensor_new(const char *name)
{
	const StatusDrops unknown = {STATUS_UNKNOWN, STATUS_UNKNOWN, STATUS_UNKNOWN, 0};
	StatusSensor *sensor = g_new0(StatusSensor, 1);

	sensor->name = g_strdup(name);
	sensor->captured = sensor->tallied = sensor->capturing = STATUS_NEVER;
	sensor->day = sensor->week = unknown;
	sensor->waiting = g_array_new(FALSE, FALSE, sizeof(gint64));
	sensor->gaps = g_array_new(FALSE, FALSE, sizeof(gint64));
	sensor->empty = g_array_new(FALSE, FALSE, sizeof(gint64));
	sensor->cut = g_ptr_array_new_with_free_func((GDestroyNotify)status_cut_free);
	return sensor;
}

static void
tell(Survey *survey, const char *text)
{
	g_ptr_array_add(survey->status->problems, g_strdup(text));
}

/* NULL: it is none of the last 7 d. */
static WeekHour *
week_hour(Survey *survey, gint64 hour)
{
	gint64 index = (hour - survey->week) / HOUR_SECONDS;

	return hour >= survey->week && index <= WEEK_HOURS ? &survey->hours[index] : NULL;
}

static void
note_octets(Survey *survey, gint64 hour, guint64 octets)
{
	WeekHour *slot = week_hour(survey, hour);

	survey->first = MIN(survey->first, hour);
	if (!slot)
		return;
	survey->first_of_week = MIN(survey->first_of_week, hour);
	survey->octets_of_week += octets;
}

static void
add_drops(StatusDrops *drops, const Manifest *manifest)
{
	const guint64 told[] = {manifest ? manifest->dropped_kernel : MANIFEST_UNKNOWN,
		manifest ? manifest->dropped_interface : MANIFEST_UNKNOWN,
		manifest ? manifest->discarded : MANIFEST_UNKNOWN};
	guint64 *sums[] = {&drops->kernel, &drops->interface, &drops->discarded};
	gboolean all = TRUE;

	for (guint i = 0; i < G_N_ELEMENTS(told); i++) {
		if (told[i] == MANIFEST_UNKNOWN)
			all = FALSE;
		else
			*sums[i] = (*sums[i] == STATUS_UNKNOWN ? 0 : *sums[i]) + told[i];
	}
	drops->unknown += all ? 0 : 1;
}

static void
add_cut(StatusSensor *sensor, const char *day, const char *stem, const char *reason)
{
	StatusCut *cut = g_new(StatusCut, 1);

	cut->file = g_strconcat(day, "/", stem, NULL);
	cut->reason = g_strdup(reason);
	g_ptr_array_add(sensor->cut, cut);
}

/* A closed hour that was not captured as a whole. */
static void
judge_watched(StatusSensor *sensor, WeekHour *slot, gint64 hour)
{
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	g_autofree char *unwatched = slot->watched ? watched_tell(slot->watched) : NULL;

	if (unwatched)
		add_cut(sensor, spool_format_day(hour, day), spool_format_stem(hour, -1, stem),
			unwatched);
	g_clear_pointer(&slot->watched, watched_free);
}

/* A file of the last 7 d. */
static void
take_recent(Survey *survey, const char *day, const SpoolFile *file, WeekHour *slot)
{
	StatusSensor *sensor = survey->sensor;
	g_autoptr(GError) error = NULL;
	g_autoptr(Manifest) manifest =
		file->manifest ? manifest_load(file->manifest, &error) : NULL;

	if (error)
		tell(survey, error->message);
	slot->n_files++;
	if (manifest ? manifest->packets == 0 : file->identity == EMPTY_PCAP)
		slot->n_empty++;
	add_drops(&sensor->week, manifest);
	if (file->hour >= survey->end - DAY_SECONDS)
		add_drops(&sensor->day, manifest);
	if (!slot->watched)
		slot->watched = watched_new(file->hour);
	watched_add(slot->watched, manifest);
	if (manifest && manifest->cut_short)
		add_cut(sensor, day, file->stem, manifest->reason);
}

static void
take_file(Survey *survey, const char *day, const SpoolFile *file)
{
	WeekHour *slot = week_hour(survey, file->hour);

	survey->status->disk.spool += file->size;
	note_octets(survey, file->hour, file->size);
	if (file->hour > survey->status->now)
		return;
	survey->sensor->captured = MAX(survey->sensor->captured, file->hour);
	if (slot)
		take_recent(survey, day, file, slot);
}

/* Whether the hour of these files (n; one has packets at least) has a tally of all of them. */
static gboolean
is_tallied(const Survey *survey, SpoolFile *const *files, guint n)
{
	gint64 hour = files[0]->hour;

	if (!g_hash_table_contains(survey->stored, &hour))
		return FALSE;
	g_autofree char *path = store_path(survey->site->store, survey->sensor->name, hour);
	g_autoptr(HourFacts) facts = store_facts(path, NULL);
	return facts && inputs_have(facts->inputs, files, n);
}

/* files: of a day, sorted, so that those of an hour lie together. */
static void
take_waiting(Survey *survey, const GPtrArray *files)
{
	SpoolFile *const *all = (SpoolFile *const *)files->pdata;

	for (guint i = 0, end; i < files->len; i = end) {
		gint64 hour = all[i]->hour;
		gboolean packets = FALSE;
		for (end = i; end < files->len && all[end]->hour == hour; end++)
			packets |= all[end]->path != NULL;
		if (packets && hour + HOUR_SECONDS <= survey->status->now &&
			!is_tallied(survey, all + i, end - i))
			g_array_append_val(survey->sensor->waiting, hour);
	}
}

static void
take_part(Survey *survey, const SpoolFile *part)
{
	StatusSensor *sensor = survey->sensor;
	gint64 now = survey->status->now, begun = part->hour;

	survey->status->disk.spool += part->size;
	if (strlen(part->stem) == SPOOL_STEM_SIZE - 1) /* HHMM-MMSS */
		begun += (g_ascii_digit_value(part->stem[5]) * 10 +
				 g_ascii_digit_value(part->stem[6])) *
				 60 +
			 g_ascii_digit_value(part->stem[7]) * 10 +
			 g_ascii_digit_value(part->stem[8]);
	if (g_str_has_suffix(part->path, ".import.part"))
		return;
	if (part->hour + CAPTURING_SECONDS > now && begun <= now) {
		sensor->capturing = MAX(sensor->capturing, begun);
		return;
	}
	g_autofree char *line = g_strdup_printf(
		"%s: being written no more: the collector closes it when it starts",
		part->path);
	tell(survey, line);
}

static void
take_day(Survey *survey, const char *day)
{
	const char *spool = survey->site->spool, *sensor = survey->sensor->name;
	g_autoptr(GPtrArray) strays = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = spool_day_files(spool, sensor, day, strays, &error);
	g_autoptr(GPtrArray) parts = files ? spool_day_parts(spool, sensor, day, &error) : NULL;

	if (!parts) {
		tell(survey, error->message);
		return;
	}
	for (guint i = 0; i < files->len; i++)
		take_file(survey, day, files->pdata[i]);
	take_waiting(survey, files);
	for (guint i = 0; i < parts->len; i++)
		take_part(survey, parts->pdata[i]);
	for (guint i = 0; i < strays->len; i++) {
		g_autofree char *line = g_strdup_printf(
			"%s/%s/%s/%s: expected HHMM.pcap, HHMM-MMSS.pcap, .zst or .gz of one",
			spool, sensor, day, (const char *)strays->pdata[i]);
		tell(survey, line);
	}
}

static void
take_tally(Survey *survey, StoreFile *file)
{
	WeekHour *slot = week_hour(survey, file->hour);
	struct stat status;

	survey->sensor->tallied = MAX(survey->sensor->tallied, file->hour);
	g_hash_table_add(survey->stored, g_memdup2(&file->hour, sizeof file->hour));
	if (stat(file->path, &status) != 0)
		return;
	survey->status->disk.store += (guint64)status.st_size;
	note_octets(survey, file->hour, (guint64)status.st_size);
	if (slot)
		slot->tallied = TRUE;
}

/* Gaps and empty hours, once everything is known. */
static void
judge_week(Survey *survey)
{
	StatusSensor *sensor = survey->sensor;

	/* What another tool captured leaves no manifest when it is pruned. */
	sensor->captured = MAX(sensor->captured, sensor->tallied);
	sensor->archive = sensor->captured < survey->week && sensor->capturing == STATUS_NEVER;
	for (guint i = 0; i < WEEK_HOURS; i++) {
		WeekHour *slot = &survey->hours[i];
		gint64 hour = survey->week + (gint64)i * HOUR_SECONDS;
		if (slot->n_files > 0 && slot->n_files == slot->n_empty)
			g_array_append_val(sensor->empty, hour);
		if (slot->n_files == 0 && !slot->tallied && hour > survey->first &&
			!sensor->archive)
			g_array_append_val(sensor->gaps, hour);
		judge_watched(sensor, slot, hour);
	}
	/* The hour at hand is not over. */
	g_clear_pointer(&survey->hours[WEEK_HOURS].watched, watched_free);
}

static void
take_sensor(Survey *survey, const char *name)
{
	const Site *site = survey->site;
	StatusSensor *sensor = status_sensor_new(name);
	g_autoptr(GHashTable) stored =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	g_autoptr(GError) error = NULL;

	g_ptr_array_add(survey->status->sensors, sensor);
	survey->sensor = sensor;
	survey->stored = stored;
	survey->first = G_MAXINT64;
	memset(survey->hours, 0, sizeof survey->hours);
	g_autoptr(GPtrArray) tallies =
		store_list(site->store, name, G_MININT64, G_MAXINT64, &error);
	for (guint i = 0; tallies && i < tallies->len; i++)
		take_tally(survey, tallies->pdata[i]);
	g_auto(GStrv) days = tallies ? spool_days(site->spool, name, &error) : NULL;
	for (char **day = days; day && *day; day++)
		take_day(survey, *day);
	if (error)
		tell(survey, error->message);
	judge_week(survey);
}

static gboolean
measure_disk(const char *path, guint64 *free, guint64 *size)
{
	struct statvfs disk;

	if (statvfs(path, &disk) != 0)
		return FALSE;
	*free = (guint64)disk.f_bavail * disk.f_frsize;
	*size = (guint64)disk.f_blocks * disk.f_frsize;
	return TRUE;
}

static void
judge_disk(Survey *survey, StatusMeasure measure)
{
	StatusDisk *disk = &survey->status->disk;
	gint64 span =
		survey->first_of_week == G_MAXINT64 ? 0 : survey->end - survey->first_of_week;

	disk->known = (measure ? measure : measure_disk)(
		survey->site->spool, &disk->free, &disk->size);
	if (span >= DAY_SECONDS)
		disk->growth = (guint64)((double)survey->octets_of_week /
					 ((double)span / DAY_SECONDS));
}

Status *
status_new(const Site *site, gint64 now, StatusMeasure measure, GError **error)
{
	g_auto(GStrv) sensors = site_sensors(site, error);

	if (!sensors)
		return NULL;
	Status *status = g_new0(Status, 1);
	status->site = g_strdup(site->name);
	status->now = now;
	status->sensors = g_ptr_array_new_with_free_func((GDestroyNotify)status_sensor_free);
	status->problems = g_ptr_array_new_with_free_func(g_free);
	Survey survey = {.status = status, .site = site, .first_of_week = G_MAXINT64};
	survey.end = hour_start((guint64)now * SECOND_NS, site->grid_minutes);
	survey.week = survey.end - WEEK_HOURS * HOUR_SECONDS;
	for (char **sensor = sensors; *sensor; sensor++)
		take_sensor(&survey, *sensor);
	judge_disk(&survey, measure);
	return status;
}

void
status_free(Status *status)
{
	if (!status)
		return;
	g_ptr_array_unref(status->sensors);
	g_ptr_array_unref(status->problems);
	g_free(status->site);
	g_free(status);
}

gboolean
status_is_lacking(const Status *status)
{
	for (guint i = 0; i < status->sensors->len; i++) {
		const StatusSensor *sensor = status->sensors->pdata[i];
		if (sensor->gaps->len > 0 || sensor->cut->len > 0 ||
			MAX(sensor->captured, sensor->capturing) == STATUS_NEVER)
			return TRUE;
	}
	return status->sensors->len == 0 || status->problems->len > 0;
}

gint64
status_days_left(const StatusDisk *disk)
{
	return disk->known && disk->growth > 0 ? (gint64)(disk->free / disk->growth) : -1;
}
