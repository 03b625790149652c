/*
 * Where sorted runs lie until their hour is written: the first large ones each in an unnamed
 * file of its own, all others (an hour visited once in a capture of years) together in one, so
 * that their number is not bounded by open files.
 */
#ifndef TALLY_RUNS_H
#define TALLY_RUNS_H

#include "tally/feed.h"
#include "tally/writer.h"

typedef struct Runs Runs;

typedef struct {
	int fd;         /* owned; -1: in the common file */
	guint64 offset; /* there */
	guint64 length;
} SortedRun;

/* folder: borrowed. */
Runs *runs_new(const char *folder);
void runs_free(Runs *runs);

/* Writes what the feeds hold, joined but not settled, as a run. May be called from several
 * threads. */
SortedRun *runs_write(Runs *runs, Feed **feeds, guint n, gint64 hour, GError **error);
/* Opens a run, once; the run is freed. */
Feed *runs_open(Runs *runs, SortedRun *run, GError **error);
void runs_drop(SortedRun *run);

#endif
