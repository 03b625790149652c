#include "config.h"

#include "report/day_hours.h"

#include <string.h>

#include "common/hour.h"
#include "tally/store.h"

void
day_hours_clear(DayHours *hours)
{
	g_free(hours->facts);
}

DayHours
day_hours_list(const Day *day, const char *sensor, gint64 from, gint64 to)
{
	DayHours hours = {.from = from, .n = (guint)((to - from) / HOUR_SECONDS)};

	hours.facts = g_new0(const HourFacts *, hours.n + 1);
	for (guint i = 0; i < day->readers->len; i++) {
		const Reader *reader = day->readers->pdata[i];
		g_autofree char *own = NULL;
		gint64 hour;
		/* By its place: a tally may name no sensor. */
		if (store_parse_path(reader_name(reader), &own, &hour) &&
			strcmp(own, sensor) == 0 && hour >= from && hour < to)
			hours.facts[(hour - from) / HOUR_SECONDS] = reader_hour(reader);
	}
	return hours;
}

guint64
day_hours_dropped(const HourFacts *facts)
{
	guint64 dropped = FACTS_NEVER;

	facts_add_known(&dropped, facts->dropped_kernel);
	facts_add_known(&dropped, facts->dropped_interface);
	facts_add_known(&dropped, facts->discarded);
	return dropped;
}
