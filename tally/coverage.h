/*
 * What a set of hourly tallies covers: the span, the home, the totals, and what is missing. The
 * head of every report.
 */
#ifndef TALLY_COVERAGE_H
#define TALLY_COVERAGE_H

#include "tally/reader.h"

typedef struct {
	guint n_hours; /* distinct hours with a tally */
	gint64 first_hour,
		last_hour; /* start, seconds since 1970; of no meaning without hours */
	guint64 first,
		last; /* earliest and latest packet, ns since 1970; FACTS_NEVER / 0 without */
	guint grid_minutes;
	GPtrArray *homes; /* of char *: the distinct homes, one if all is well */
	CaptureTotals totals;
	gboolean cut_short; /* some capture was damaged or ended within a record */
	GPtrArray *
		/* of char *: one line for each capture not read to its end, each once */
		shortfalls;
	/* packets that were never written, by the manifests: sums of what is known, FACTS_NEVER
	 * when nothing is */
	guint64 dropped_kernel, dropped_interface, discarded;
	guint64 live_evicted; /* conversations the hijack check had no room for */
} Coverage;

/* readers: borrowed. Error FAILURE_FAILED: hours that begin at different minutes cannot be
 * joined. */
Coverage *coverage_new(Reader **readers, guint n_readers, GError **error);
/* The same from the hours' facts. */
Coverage *coverage_new_from_hours(const HourFacts *const *hours, guint n_hours, GError **error);
void coverage_free(Coverage *coverage);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Coverage, coverage_free)

/* Hours between the first and the last that have no tally. */
guint64 coverage_n_gaps(const Coverage *coverage);

/* Under one outbound packet in a hundred inbound ones, of which there must be a hundred: every
 * answer looks unsolicited. */
gboolean coverage_is_one_sided(const Coverage *coverage);

#endif
