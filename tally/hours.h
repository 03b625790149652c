/*
 * The hours under work: for each its totals, the runs that were spilled, and the tables still
 * in memory.
 */
#ifndef TALLY_HOURS_H
#define TALLY_HOURS_H

#include "tally/runs.h"
#include "tally/table.h"

typedef struct {
	HourFacts *facts;  /* owned */
	GPtrArray *runs;   /* of SortedRun *; owned; of one shard in the order of its packets */
	GPtrArray *tables; /* of Table *; owned; put here when reading is done */
	gboolean written;
} HourWork;

typedef struct Hours Hours;

Hours *hours_new(guint grid_minutes, const char *sensor, const char *home, guint64 settings);
void hours_free(Hours *hours);

/* The hour's work, made when it is not there yet. The caller holds a lock around this and
 * the result. */
HourWork *hours_get(Hours *hours, gint64 hour);

/* Ascending by hour; owned by hours, valid until the next hours_get. */
GPtrArray *hours_sorted(Hours *hours);

/* Writes the hour: sorts its tables (on up to `threads` threads), joins them with its runs,
 * settles, writes. The seconds that sorting took are added to *sort. */
gboolean hours_write(HourWork *work, Runs *runs, Writer *writer, guint threads, double *sort,
	GError **error);

#endif
