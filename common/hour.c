#include "config.h"

#include "common/hour.h"

#include <string.h>
#include <time.h>

#include "common/failure.h"

/* GDate counts days from the first of January of the year 1, which is its day 1. */
enum { JULIAN_1970 = 719163 };

gint64
hour_start(guint64 time_ns, guint grid_minutes)
{
	gint64 offset = (gint64)grid_minutes * 60;
	gint64 since_grid = (gint64)(time_ns / SECOND_NS) - offset;
	gint64 hours = since_grid / HOUR_SECONDS - (since_grid % HOUR_SECONDS < 0);

	return hours * HOUR_SECONDS + offset;
}

guint32
hour_find(const GArray *hours, gint64 hour)
{
	guint32 low = 0, high = hours->len;

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		if (g_array_index(hours, gint64, middle) < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static gint64
unit_seconds(const char *unit)
{
	static const struct {
		const char *name;
		gint64 seconds;
	} units[] = {{"s", 1}, {"m", 60}, {"h", HOUR_SECONDS}, {"d", DAY_SECONDS}};

	for (guint i = 0; i < G_N_ELEMENTS(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].seconds;
	return 0;
}

gboolean
hour_parse_duration(const char *text, gint64 *seconds, GError **error)
{
	g_autofree char *number = g_strndup(text, strspn(text, "0123456789"));
	gint64 unit = unit_seconds(text + strlen(number));
	guint64 count;

	/* No capture spans more than the 32 bits of seconds that pcap has, and sums with such
	 * durations cannot overflow. */
	if (unit == 0 || !g_ascii_string_to_unsigned(
				 number, 10, 1, G_MAXUINT32 / (guint64)unit, &count, NULL)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"duration \"%s\": expected a number above 0 with s, m, h or d, like "
			"24h",
			text);
		return FALSE;
	}
	*seconds = (gint64)count * unit;
	return TRUE;
}

/* All but the closing Z; returns the length. */
static gsize
format_seconds(gint64 time_s, char *buffer)
{
	time_t clock = (time_t)time_s;
	struct tm parts;

	if (gmtime_r(&clock, &parts) ==
		NULL) /* the year is beyond an int: no time of ours, but no crash either */
		parts = (struct tm){.tm_year = 9999 - 1900, .tm_mon = 11, .tm_mday = 31};
	return (gsize)g_snprintf(buffer, HOUR_TEXT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d",
		parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
		parts.tm_min, parts.tm_sec);
}

char *
hour_format_ns(guint64 time_ns, char *buffer)
{
	guint64 fraction = time_ns % SECOND_NS;
	gsize used = format_seconds((gint64)(time_ns / SECOND_NS), buffer);

	if (fraction > 0) {
		used += (gsize)g_snprintf(buffer + used, HOUR_TEXT_SIZE - used,
			".%09" G_GUINT64_FORMAT, fraction);
		while (buffer[used - 1] == '0')
			used--;
	}
	g_strlcpy(buffer + used, "Z", HOUR_TEXT_SIZE - used);
	return buffer;
}

char *
hour_format_s(gint64 time_s, char *buffer)
{
	gsize used = format_seconds(time_s, buffer);

	g_strlcpy(buffer + used, "Z", HOUR_TEXT_SIZE - used);
	return buffer;
}

/* Whether text has the form of pattern, in which every 0 stands for a digit. */
static gboolean
has_form(const char *text, const char *pattern)
{
	for (; *pattern != '\0'; text++, pattern++)
		if (*pattern == '0' ? !g_ascii_isdigit(*text) : *text != *pattern)
			return FALSE;
	return *text == '\0';
}

static guint
number_at(const char *text, guint n_digits)
{
	guint number = 0;

	for (guint i = 0; i < n_digits; i++)
		number = number * 10 + (guint)g_ascii_digit_value(text[i]);
	return number;
}

gboolean
hour_parse_time(const char *text, gint64 *seconds, GError **error)
{
	gboolean to_second = has_form(text, "0000-00-00T00:00:00Z");
	gboolean to_minute = to_second || has_form(text, "0000-00-00T00:00Z");
	gboolean formed = to_minute || has_form(text, "0000-00-00");
	guint year = formed ? number_at(text, 4) : 0;
	guint month = formed ? number_at(text + 5, 2) : 0;
	guint day = formed ? number_at(text + 8, 2) : 0;
	guint hour = to_minute ? number_at(text + 11, 2) : 0;
	guint minute = to_minute ? number_at(text + 14, 2) : 0;
	guint second = to_second ? number_at(text + 17, 2) : 0;

	if (year < 1970 ||
		!g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year) ||
		hour > 23 || minute > 59 || second > 59) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"time \"%s\": expected UTC since 1970, like 2017-09-10T00:00:00Z or "
			"2017-09-10",
			text);
		return FALSE;
	}
	GDate date;
	g_date_clear(&date, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	gint64 days = (gint64)g_date_get_julian(&date) - JULIAN_1970;
	*seconds = days * DAY_SECONDS + hour * HOUR_SECONDS + minute * 60 + second;
	return TRUE;
}

char *
hour_format_span(guint64 ns, char *buffer)
{
	guint64 seconds = ns / SECOND_NS, minutes = seconds / 60, hours = minutes / 60;

	if (ns < 1000000)
		g_strlcpy(buffer, "under 1 ms", HOUR_TEXT_SIZE);
	else if (seconds < 10)
		g_snprintf(buffer, HOUR_TEXT_SIZE, "%.3g s", (double)(ns / 1000000) / 1000);
	else if (minutes == 0)
		g_snprintf(buffer, HOUR_TEXT_SIZE, "%" G_GUINT64_FORMAT " s", seconds);
	else if (hours == 0)
		g_snprintf(buffer, HOUR_TEXT_SIZE,
			"%" G_GUINT64_FORMAT " min %" G_GUINT64_FORMAT " s", minutes,
			seconds % 60);
	else if (hours < 48)
		g_snprintf(buffer, HOUR_TEXT_SIZE,
			"%" G_GUINT64_FORMAT " h %" G_GUINT64_FORMAT " min", hours,
			minutes % 60);
	else
		g_snprintf(buffer, HOUR_TEXT_SIZE,
			"%" G_GUINT64_FORMAT " d %" G_GUINT64_FORMAT " h", hours / 24,
			hours % 24);
	return buffer;
}
