/*
 * Every hour of a span, as one sensor's tallies of a day have it.
 */
#ifndef REPORT_DAY_HOURS_H
#define REPORT_DAY_HOURS_H

#include "report/day.h"

typedef struct {
	gint64 from; /* seconds since 1970 */
	guint n;
	const HourFacts **facts; /* owned; by hour, borrowed from the day; NULL: no tally */
} DayHours;

/* from <= hour < to: of day->readers. */
DayHours day_hours_list(const Day *day, const char *sensor, gint64 from, gint64 to);
void day_hours_clear(DayHours *hours);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(DayHours, day_hours_clear)

/* Packets that were to be captured in the hour and were not; FACTS_NEVER: not known. */
guint64 day_hours_dropped(const HourFacts *facts);

#endif
