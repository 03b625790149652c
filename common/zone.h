/*
 * A site's time zone: the grid on which its hours begin, and its days.
 *
 * An hour of the grid begins at a whole hour of the zone's standard time; the grid never
 * shifts. A day is the hours whose start lies between two local midnights: 23 to 25.
 *
 * Clocks change as GLib reads them from the zone's file. Beyond the years that the file lists
 * (2037 on Debian) it misreads the one rule whose winter is at UTC and called the shifted time,
 * Europe/Dublin's, by an hour or two.
 */
#ifndef COMMON_ZONE_H
#define COMMON_ZONE_H

#include <glib.h>

typedef struct Zone Zone;

/* identifier: an IANA name ("Europe/Berlin", "UTC"). NULL and FAILURE_USAGE: there is none. */
Zone *zone_new(const char *identifier, GError **error);
void zone_free(Zone *zone);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Zone, zone_free)

const char *zone_name(const Zone *zone);
/* Minutes after the UTC hour at which hours begin, 0..59: 30 for Asia/Kolkata (+05:30), 15 for
 * Asia/Kathmandu (+05:45). */
guint zone_grid_minutes(const Zone *zone);

/* All times: seconds since 1970 UTC. */

/* The start of the first grid hour of the local day that holds `time`, and of the day after. A
 * time belongs to the day of its hour, an hour to the day in which it starts. A day whose
 * midnight is skipped begins with its first instant; one whose midnight comes twice, because
 * the clock goes back over it, with the first. */
gint64 zone_day(const Zone *zone, gint64 time);
gint64 zone_next_day(const Zone *zone, gint64 time);
/* When the clocks change next, within a year of `time`; FALSE: they do not. */
gboolean zone_next_change(const Zone *zone, gint64 time, gint64 *change);
/* The day of a local date; FALSE and FAILURE_USAGE: text is no YYYY-MM-DD, or a date that the
 * zone skipped (it moved over the date line). */
gboolean zone_parse_day(const Zone *zone, const char *text, gint64 *day, GError **error);

/* "2026-03-29 03:00 CEST" into buffer of HOUR_TEXT_SIZE; returns it. */
char *zone_format(const Zone *zone, gint64 time, char *buffer);
/* "2026-03-29" likewise: the local date of the day that holds `time`. */
char *zone_format_day(const Zone *zone, gint64 time, char *buffer);

#endif
