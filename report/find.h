/*
 * Findings of tallies: the detectors run over all sources of some readers, and a format is told
 * what they find. What `scan` and `day` share.
 */
#ifndef REPORT_FIND_H
#define REPORT_FIND_H

#include "report/scan.h"

/*
 * Writes the findings of the readers (borrowed, at their start, opened with FIND_PARTS) to out.
 * head says in which windows (head->span). FALSE and error: a tally is damaged inside, or cannot
 * be read; what is on out then is of no use.
 */
gboolean find_write(GPtrArray *readers, const ScanHead *head, const ScanFormat *format,
	FILE *out, GError **error);

/* What the detectors read of a tally. */
enum { FIND_PARTS = READER_CONTACTS | READER_TRAITS | READER_NO_LISTS };

#endif
