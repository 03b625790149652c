/*
 * What the sources of findings sent, contact by contact, whether a finding lists it or not: formats
 * that have lines of contacts know only in the end whose they are, so the tallies are read again.
 */
#ifndef REPORT_CONTACTS_H
#define REPORT_CONTACTS_H

#include <stdio.h>

#include "report/line_format.h"

/* The sources of findings, as networks; owned by the caller. */
GArray *contacts_new(void); /* of Network */
void contacts_want(GArray *sources, const Finding *finding);

/*
 * Hands the format the contacts of these sources (sorted by the call), in the hours of head->span,
 * that make a hit in their hour taken as a 1 h window (DESIGN section 2): nobody had asked for
 * them. By source, target, hour, kind and port. readers: borrowed, opened with contacts, at any
 * place. FALSE and error: a tally is damaged inside, or cannot be read.
 */
gboolean contacts_tell(GArray *sources, GPtrArray *readers, const ScanHead *head,
	const LineFormat *format, FILE *out, GError **error);

#endif
