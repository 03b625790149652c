/*
 * The lines of a tally on standard output, as gnomon-tally count prints them.
 *
 * To add a format: its name and its functions in count_lines.c's tables.
 */
#ifndef TALLY_COUNT_LINES_H
#define TALLY_COUNT_LINES_H

#include "tally/window.h"

extern const char *const count_lines_formats[]; /* names, ending in NULL; the first is text */

/* lines: of WindowHit, as window_tally sorts them; format: index into the names. FALSE and
 * error: standard output could not be written. */
gboolean count_lines_print(
	const GArray *lines, const WindowPlan *plan, guint format, GError **error);

#endif
