/*
 * Hours that lack between the tallies of a sensor.
 */
#ifndef TALLY_MISSING_H
#define TALLY_MISSING_H

#include <glib.h>

/*
 * hours: starts of a sensor's hours of the grid, ascending. Appends a line to shortfalls (of
 * char *) when hours lack between them, or between them and the ends of the span: the whole
 * hours from `from` (G_MININT64: none) up to `to` (G_MAXINT64: none).
 */
void missing_tell(const char *sensor, const gint64 *hours, guint n, gint64 from, gint64 to,
	guint grid_minutes, GPtrArray *shortfalls);

#endif
