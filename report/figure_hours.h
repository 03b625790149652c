/*
 * Strips of hours: how many targets a source hit in each. Bars are of four heights and shades:
 * none, under half of n, under n, n and more; the last with a mark. Low and slow never reaches
 * that.
 */
#ifndef REPORT_FIGURE_HOURS_H
#define REPORT_FIGURE_HOURS_H

#include "tally/profile.h"

/* The strip of n_hours <= 25 from the given one on, for a row of a table. n: targets from which
 * on an hour is a finding. */
void figure_hours_row(
	GString *page, const Profile *profile, gint64 from, guint n_hours, guint n);

/* A strip for each UTC day (of the hours' grid) with a hit, with numbers; nothing without. */
void figure_hours_days(GString *page, const Profile *profile, guint grid_minutes, guint n);

/* The start of the UTC day, of hours that begin so many minutes later, that holds the hour. */
gint64 figure_hours_midnight(gint64 hour, guint grid_minutes);

#endif
