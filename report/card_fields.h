/*
 * One finding, laid out under the seven headings of the second seed: addresses, ports, flags,
 * direction, time, window/TTL/other, bottom line.
 */
#ifndef REPORT_CARD_FIELDS_H
#define REPORT_CARD_FIELDS_H

#include "tally/finding.h"

/* Adds the headings but for the bottom line (fields.h). strips: with the hours drawn in characters.
 * grid_minutes: of the hours. */
void card_fields(GArray *fields, const Finding *finding, gboolean strips, guint grid_minutes);

#endif
