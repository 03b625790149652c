#include "config.h"

#include "tally/status.h"

#include "common/hour.h"
#include "common/json.h"

static void
put_time(GString *out, const char *key, gint64 time)
{
	char text[HOUR_TEXT_SIZE];

	json_key(out, key);
	json_string(out, time == STATUS_NEVER ? NULL : hour_format_s(time, text));
}

static void
put_number(GString *out, const char *key, guint64 number)
{
	json_key(out, key);
	json_number(out, number);
}

static void
put_known(GString *out, const char *key, guint64 number)
{
	json_key(out, key);
	if (number == STATUS_UNKNOWN)
		json_string(out, NULL);
	else
		json_number(out, number);
}

static void
put_hours(GString *out, const char *key, const GArray *hours)
{
	char text[HOUR_TEXT_SIZE];

	json_key(out, key);
	json_begin(out, '[');
	for (guint i = 0; i < hours->len; i++)
		json_string(out, hour_format_s(g_array_index(hours, gint64, i), text));
	json_end(out, ']');
}

static void
put_drops(GString *out, const char *key, const StatusDrops *drops)
{
	json_key(out, key);
	json_begin(out, '{');
	put_known(out, "kernel", drops->kernel);
	put_known(out, "interface", drops->interface);
	put_known(out, "discarded", drops->discarded);
	put_number(out, "unknown_files", drops->unknown);
	json_end(out, '}');
}

static void
put_cuts(GString *out, const GPtrArray *cuts)
{
	json_key(out, "cut_short");
	json_begin(out, '[');
	for (guint i = 0; i < cuts->len; i++) {
		const StatusCut *cut = cuts->pdata[i];
		json_begin(out, '{');
		json_key(out, "file");
		json_string(out, cut->file);
		json_key(out, "reason");
		json_string(out, cut->reason);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_sensor(GString *out, const StatusSensor *sensor)
{
	json_begin(out, '{');
	json_key(out, "name");
	json_string(out, sensor->name);
	put_time(out, "capturing_since", sensor->capturing);
	put_time(out, "last_captured", sensor->captured);
	put_time(out, "last_tallied", sensor->tallied);
	json_key(out, "archive");
	json_bool(out, sensor->archive);
	put_hours(out, "to_be_tallied", sensor->waiting);
	put_hours(out, "missing", sensor->gaps);
	put_hours(out, "without_packets", sensor->empty);
	put_cuts(out, sensor->cut);
	put_drops(out, "dropped_24h", &sensor->day);
	put_drops(out, "dropped_7d", &sensor->week);
	json_end(out, '}');
}

static void
put_disk(GString *out, const StatusDisk *disk)
{
	gint64 days = status_days_left(disk);

	json_key(out, "disk");
	json_begin(out, '{');
	put_number(out, "spool_bytes", disk->spool);
	put_number(out, "store_bytes", disk->store);
	if (disk->known) {
		put_number(out, "free_bytes", disk->free);
		put_number(out, "size_bytes", disk->size);
	}
	if (days >= 0) {
		put_number(out, "growth_bytes_per_day", disk->growth);
		put_number(out, "days_left_estimate", (guint64)days);
	}
	json_end(out, '}');
}

void
status_json(const Status *status, GString *out)
{
	json_begin(out, '{');
	json_key(out, "site");
	json_string(out, status->site);
	put_time(out, "now", status->now);
	json_key(out, "sensors");
	json_begin(out, '[');
	for (guint i = 0; i < status->sensors->len; i++)
		put_sensor(out, status->sensors->pdata[i]);
	json_end(out, ']');
	put_disk(out, &status->disk);
	json_key(out, "problems");
	json_begin(out, '[');
	for (guint i = 0; i < status->problems->len; i++)
		json_string(out, status->problems->pdata[i]);
	json_end(out, ']');
	json_end(out, '}');
	g_string_append_c(out, '\n');
}
