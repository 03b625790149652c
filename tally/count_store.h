/*
 * The tallies of a site's store for gnomon-tally count.
 */
#ifndef TALLY_COUNT_STORE_H
#define TALLY_COUNT_STORE_H

#include "common/site.h"
#include "tally/window.h"

/* What of a store is counted: windows that lie within [from, to), seconds since 1970. */
typedef struct {
	const char *sensor; /* borrowed; NULL: all of the site's */
	gint64 from, to;    /* G_MININT64, G_MAXINT64: no limit */
} CountSpan;

/* Opens what the windows need, the hour before them too: adds to readers (of Reader *). What is
 * damaged, and that hours are missing between a sensor's first and last, or the ends of the
 * span, is told in shortfalls (of char *). FALSE and error: the store cannot be read, or has nothing. */
gboolean count_store_open(const Site *site, const CountSpan *span, guint parts,
	GPtrArray *readers, GPtrArray *shortfalls, GError **error);

/* Takes those of the lines (of WindowHit) away whose windows do not lie within the span. */
void count_store_trim(GArray *lines, const CountSpan *span, gint64 length);

#endif
