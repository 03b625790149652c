/*
 * What a day's page says before all else: the day, and for each sensor which of its hours have
 * a tally. An hour without one is a gap, never an hour without packets.
 */
#ifndef REPORT_DAY_HEAD_H
#define REPORT_DAY_HEAD_H

#include "report/day.h"

/* Adds the fields (fields.h). day: its tallies are open. */
void day_head(GArray *fields, const Day *day);

/* Adds a line (char *, owned by lines) for each sensor that lacks hours of the day or has hours
 * that are cut short, or one that there is no sensor. */
void day_tell_gaps(const Day *day, GPtrArray *lines);

/* Closed hours of the day that some sensor has no tally of (all, without a sensor), and those
 * that one has cut short. */
void day_head_count_gaps(const Day *day, guint *missing, guint *cut_short);

#endif
