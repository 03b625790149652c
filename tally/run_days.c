#include "config.h"

#include "tally/run_days.h"

#include "common/hour.h"

enum { LONGEST = 7 * 24 * HOUR_SECONDS };

char **
run_days(const Zone *zone, const GArray *hours, gint64 newest)
{
	GPtrArray *dates = g_ptr_array_new();
	gint64 next = G_MININT64; /* first day that is not among them yet */
	char date[HOUR_TEXT_SIZE];

	for (guint i = 0; i < hours->len; i++) {
		gint64 hour = g_array_index(hours, gint64, i);
		gint64 day = MAX(zone_day(zone, hour), next);
		for (; day <= MIN(hour + LONGEST, newest); day = zone_next_day(zone, day))
			g_ptr_array_add(dates, g_strdup(zone_format_day(zone, day, date)));
		next = MAX(next, day);
	}
	g_ptr_array_add(dates, NULL);
	return (char **)g_ptr_array_free(dates, FALSE);
}
