/*
 * The findings of a local day at rest, with all that the site's settings say of them.
 */
#ifndef REPORT_DAY_FIND_H
#define REPORT_DAY_FIND_H

#include "report/day.h"
#include "report/find.h"

/* What is made of a day's findings: lines, and pages. */
typedef struct {
	const FindLines *lines; /* ending in format NULL; to files that can be written anew */
	/* Takes the day's model, while what it borrows from is there. */
	gboolean (*pages)(gpointer data, Model *model, GError **error);
	gpointer data;
} DayOutput;

/* Of all tallies that are sound to their ends: until it is done, and nothing that was written
 * counts before. Opens the day's tallies. */
gboolean day_find(Day *day, const DetectorSettings *settings, const DayOutput *output,
	GPtrArray *shortfalls, GError **error);

/* Adds lines to shortfalls (both of char *) that are not there: neighbouring days read the same
 * tallies and lists, and what is wrong with one is told once. */
void day_find_tell(const GPtrArray *lines, GPtrArray *shortfalls);

#endif
