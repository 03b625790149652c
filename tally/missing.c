#include "config.h"

#include "tally/missing.h"

#include "common/hour.h"

/* The first hour of the grid that begins then or later. */
static gint64
next_hour(gint64 time, guint grid_minutes)
{
	gint64 hour = hour_start((guint64)time * SECOND_NS, grid_minutes);

	return hour < time ? hour + HOUR_SECONDS : hour;
}

void
missing_tell(const char *sensor, const gint64 *hours, guint n, gint64 from, gint64 to,
	guint grid_minutes, GPtrArray *shortfalls)
{
	gint64 missing = 0, since = 0, next = G_MININT64, end = G_MININT64;
	char time[HOUR_TEXT_SIZE];

	if (from != G_MININT64)
		next = next_hour(from, grid_minutes);
	if (to != G_MAXINT64)
		end = hour_start((guint64)to * SECOND_NS, grid_minutes);
	for (guint i = 0; i <= n; i++) {
		gint64 hour = i < n ? hours[i] : end;
		if (next != G_MININT64 && hour > next) {
			since = missing == 0 ? next : since;
			missing += (hour - next) / HOUR_SECONDS;
		}
		if (hour != G_MININT64)
			next = MAX(next, hour + HOUR_SECONDS);
	}
	if (missing > 0)
		g_ptr_array_add(
			shortfalls, g_strdup_printf("%s: %" G_GINT64_FORMAT
						    " hour%s without a tally, the first %s",
					    sensor, missing, missing == 1 ? "" : "s",
					    hour_format_s(since, time)));
}
