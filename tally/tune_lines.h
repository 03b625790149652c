/*
 * What other thresholds would list, for people and programs, as gnomon-tally tune prints it.
 *
 * To add a format: its name and its function in tune_lines.c's tables.
 */
#ifndef TALLY_TUNE_LINES_H
#define TALLY_TUNE_LINES_H

#include "tally/tune.h"
#include "tally/tune_table.h"

extern const char *const tune_lines_formats[]; /* names, ending in NULL; the first is text */

typedef struct {
	const char *title; /* "example, 2026-03-16 to 2026-03-29 (Europe/Berlin)" */
	const TuneTable *table;
	const Tune *tune; /* finished */
	guint triggers[PROFILE_SPANS];
	guint at_most;
	guint n_days;         /* asked for */
	guint n_gappy;        /* of those with tallies: not of all hours */
	guint n_unremembered; /* days before which no day is rolled up */
} TuneLines;

/* Appends all of it. format: index into the names. */
void tune_lines_append(GString *out, const TuneLines *lines, guint format);

#endif
