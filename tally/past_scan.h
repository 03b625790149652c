/*
 * The merging pass over one roll-up: ranges of keys against rows, both in order.
 */
#ifndef TALLY_PAST_SCAN_H
#define TALLY_PAST_SCAN_H

#include "tally/past_file.h"

/* Keys from <= key <= to of one table. */
typedef struct {
	guint64 from_high, from_low, to_high, to_low;
	guint8 table;
} PastRange;

/* Order: by table, then from, then the wider first. */
int past_scan_compare(const PastRange *a, const PastRange *b);

/* Calls take for each row within a range, rows in order. */
typedef void (*PastTake)(gpointer data, guint range, const PastBlock *block, guint32 row);

/*
 * ranges: n, in order, no two the same, any two apart or one within the other. Blocks in which no
 * range can lie are not read. FALSE: the roll-up is damaged (FAILURE_PARTIAL), or cannot be read.
 */
gboolean past_scan(PastFile *file, const PastRange *ranges, guint n, PastTake take,
	gpointer data, GError **error);

#endif
