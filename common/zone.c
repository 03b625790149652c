#include "config.h"

#include "common/zone.h"

#include <stdlib.h>
#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

enum { MINUTE_SECONDS = 60 };

/* Local time is never farther from UTC (GLib takes no greater offset of a zone's file). */
enum { OFFSET_MAX = DAY_SECONDS + HOUR_SECONDS };

/* Days of the local calendar are counted from 1970-01-01, which is day 0. */

struct Zone {
	char *name;    /* owned */
	GTimeZone *tz; /* owned */
	gint64 grid;   /* seconds after the UTC hour */
};

static gint
interval_at(const Zone *zone, gint64 time)
{
	return g_time_zone_find_interval(zone->tz, G_TIME_TYPE_UNIVERSAL, time);
}

static gint64
offset_at(const Zone *zone, gint64 time)
{
	return g_time_zone_get_offset(zone->tz, interval_at(zone, time));
}

static gint64
floor_to(gint64 number, gint64 unit)
{
	gint64 rest = number % unit;

	return number - rest - (rest < 0 ? unit : 0);
}

/* The grid hour that holds time, and the first that does not begin before it. */
static gint64
hour_of(const Zone *zone, gint64 time)
{
	return floor_to(time - zone->grid, HOUR_SECONDS) + zone->grid;
}

static gint64
hour_from(const Zone *zone, gint64 time)
{
	return hour_of(zone, time + HOUR_SECONDS - 1);
}

/* What the calendar on the wall says. */
static gint64
wall_day(const Zone *zone, gint64 time)
{
	return floor_to(time + offset_at(zone, time), DAY_SECONDS) / DAY_SECONDS;
}

/*
 * The first hour at whose start the wall shows the day or a later one. So a midnight that is
 * skipped needs no rule of its own, and of one that comes twice (the clock goes back over it)
 * the first counts.
 */
static gint64
start_of(const Zone *zone, gint64 day)
{
	gint64 midnight = day * DAY_SECONDS; /* where local time is UTC */
	gint64 before = midnight - OFFSET_MAX, after = midnight + OFFSET_MAX;

	if (interval_at(zone, before) == interval_at(zone, after))
		return hour_from(zone, midnight - offset_at(zone, before));
	gint64 hour = hour_from(zone, before);
	while (wall_day(zone, hour) < day)
		hour += HOUR_SECONDS;
	return hour;
}

/* The day that the hour of `time` belongs to: the last that has begun. The wall may show the
 * one before, when the clock went back over midnight. */
static gint64
day_of(const Zone *zone, gint64 time)
{
	gint64 hour = hour_of(zone, time), day = wall_day(zone, hour);

	while (start_of(zone, day + 1) <= hour)
		day++;
	return day;
}

/* An IANA name: nothing that could leave the folder of zones, nor count leap seconds. */
static gboolean
is_name(const char *text)
{
	gsize allowed = strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_+-/");

	return g_ascii_isalpha(text[0]) && text[allowed] == '\0' &&
	       !g_str_has_prefix(text, "right/");
}

/* GLib warns of a file that is none of a zone; that would be a mistake of ours. */
static gboolean
has_file(const char *name)
{
	const char *set = getenv("TZDIR");
	g_autofree char *path =
		g_build_filename(set && *set ? set : "/usr/share/zoneinfo", name, NULL);
	g_autofree char *octets = NULL;

	return g_file_get_contents(path, &octets, NULL, NULL) &&
	       g_str_has_prefix(octets, "TZif");
}

static GTimeZone *
open_zone(const char *identifier)
{
	if (strcmp(identifier, "UTC") == 0)
		return g_time_zone_new_utc(); /* also where there is no folder of zones */
	return is_name(identifier) && has_file(identifier)
		       ? g_time_zone_new_identifier(identifier)
		       : NULL;
}

/*
 * Seconds after the UTC hour at which the whole hours of standard time begin. Standard time is
 * that of the zone's last known rules, so that the answer does not depend on when it is asked:
 * every zone that shifts has standard time in January or in July.
 */
static gint64
find_grid(const Zone *zone)
{
	const gint64 january = 2114380800, july = 2130019200; /* 2037; files know no more */
	gint interval = interval_at(zone, january);

	if (g_time_zone_is_dst(zone->tz, interval))
		interval = interval_at(zone, july);
	gint64 offset = g_time_zone_get_offset(zone->tz, interval);
	gint64 seconds = floor_to(offset, HOUR_SECONDS) + HOUR_SECONDS - offset;
	return floor_to(seconds % HOUR_SECONDS, MINUTE_SECONDS);
}

Zone *
zone_new(const char *identifier, GError **error)
{
	g_autoptr(Zone) zone = g_new0(Zone, 1);

	zone->tz = open_zone(identifier);
	if (!zone->tz) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"zone \"%s\": expected the IANA name of a time zone, like "
			"Europe/Berlin or UTC",
			identifier);
		return NULL;
	}
	zone->name = g_strdup(identifier);
	zone->grid = find_grid(zone);
	return g_steal_pointer(&zone);
}

void
zone_free(Zone *zone)
{
	if (!zone)
		return;
	g_clear_pointer(&zone->tz, g_time_zone_unref);
	g_free(zone->name);
	g_free(zone);
}

const char *
zone_name(const Zone *zone)
{
	return zone->name;
}

guint
zone_grid_minutes(const Zone *zone)
{
	return (guint)(zone->grid / MINUTE_SECONDS);
}

gint64
zone_day(const Zone *zone, gint64 time)
{
	return start_of(zone, day_of(zone, time));
}

gint64
zone_next_day(const Zone *zone, gint64 time)
{
	return start_of(zone, day_of(zone, time) + 1);
}

gboolean
zone_next_change(const Zone *zone, gint64 time, gint64 *change)
{
	const gint64 end = time + 366 * DAY_SECONDS;
	gint64 same = time, other;

	for (other = time; offset_at(zone, other) == offset_at(zone, time);
		other += DAY_SECONDS) {
		if (other >= end)
			return FALSE;
		same = other;
	}
	while (other - same > 1) {
		gint64 middle = same + (other - same) / 2;
		if (offset_at(zone, middle) == offset_at(zone, time))
			same = middle;
		else
			other = middle;
	}
	*change = other;
	return TRUE;
}

gboolean
zone_parse_day(const Zone *zone, const char *text, gint64 *day, GError **error)
{
	gint64 midnight;

	if (strlen(text) != strlen("2026-03-29") || !hour_parse_time(text, &midnight, NULL)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"day \"%s\": expected a date since 1970, like 2026-03-29", text);
		return FALSE;
	}
	gint64 start = start_of(zone, midnight / DAY_SECONDS);
	if (day_of(zone, start) != midnight / DAY_SECONDS) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "day \"%s\": %s skipped it", text,
			zone->name);
		return FALSE;
	}
	*day = start;
	return TRUE;
}

char *
zone_format(const Zone *zone, gint64 time, char *buffer)
{
	char wall[HOUR_TEXT_SIZE];
	gint interval = interval_at(zone, time);

	/* YYYY-MM-DDTHH:MM:SSZ */
	hour_format_s(time + g_time_zone_get_offset(zone->tz, interval), wall);
	g_snprintf(buffer, HOUR_TEXT_SIZE, "%.10s %.5s %s", wall, wall + 11,
		g_time_zone_get_abbreviation(zone->tz, interval));
	return buffer;
}

char *
zone_format_day(const Zone *zone, gint64 time, char *buffer)
{
	hour_format_s(day_of(zone, time) * DAY_SECONDS, buffer);
	buffer[strlen("2026-03-29")] = '\0';
	return buffer;
}
