/*
 * Time: whole nanoseconds since 1970 UTC, hours on a grid, durations as users write them.
 */
#ifndef COMMON_HOUR_H
#define COMMON_HOUR_H

#include <glib.h>

#define SECOND_NS G_GUINT64_CONSTANT(1000000000)
#define HOUR_SECONDS 3600
#define DAY_SECONDS (24 * HOUR_SECONDS)
#define HOUR_NS (HOUR_SECONDS * SECOND_NS)

enum { HOUR_TEXT_SIZE = 40 };

/* Start, in seconds since 1970 (may be negative by one hour at most), of the hour that holds
 * time_ns; grid_minutes (0..59): minutes after the UTC hour at which hours begin. An exact hour
 * belongs to the hour that begins. */
gint64 hour_start(guint64 time_ns, guint grid_minutes);

/* Index of the first of hours (of gint64, ascending) that is not before hour; their number: all
 * are. */
guint32 hour_find(const GArray *hours, gint64 hour);

/* "90s", "60m", "24h", "7d" -> seconds. FALSE and error (what was read, what was expected)
 * otherwise; > 0. */
gboolean hour_parse_duration(const char *text, gint64 *seconds, GError **error);

/* RFC 3339 UTC, "2017-09-10T00:00:00Z", decimals (up to nine, trailing zeros cut) only where
 * there are any. buffer of HOUR_TEXT_SIZE; returns it. */
char *hour_format_ns(guint64 time_ns, char *buffer);
char *hour_format_s(gint64 time_s, char *buffer);

/* Reads "2017-09-10T00:00:00Z", "2017-09-10T00:00Z" or "2017-09-10" into seconds since 1970. */
gboolean hour_parse_time(const char *text, gint64 *seconds, GError **error);

/* A span of time for people, in its two greatest units: "under 1 ms", "0.12 s", "43 s", "21
 * min 45 s", "2 h 32 min", "3 d 4 h" (from 48 h on). What is left is cut, not rounded.
 * buffer of HOUR_TEXT_SIZE; returns it. */
char *hour_format_span(guint64 ns, char *buffer);

#endif
