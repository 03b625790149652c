/*
 * Findings of tallies: the detectors run over all sources of some readers; formats with lines are
 * told each finding, or then the contacts of their sources, and a model takes them for pages. What
 * `scan` and `day` share.
 */
#ifndef REPORT_FIND_H
#define REPORT_FIND_H

#include <stdio.h>

#include "report/line_format.h"
#include "report/model.h"

typedef struct {
	const LineFormat *format;
	FILE *out; /* borrowed */
} FindLines;

/*
 * Tells the findings of the readers (borrowed, at their start, opened with FIND_PARTS) to each of
 * lines (n, ending in format NULL) and to model (NULL: no page is wanted), in the order of
 * finding_compare but for those that were too many to wait (tally/detection.h). head says in which
 * windows (head->span); its other_rules are counted, its counters and limits filled. FALSE and error: a tally
 * is damaged inside, or cannot be read; what is on the outputs then is of no use.
 */
gboolean find_all(GPtrArray *readers, ScanHead *head, const FindLines *lines, Model *model,
	GError **error);

/* What the detectors read of a tally. */
enum { FIND_PARTS = READER_CONTACTS | READER_TRAITS | READER_NO_LISTS };

#endif
