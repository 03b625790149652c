/*
 * One finding as text: the seven headings under which the second seed lays out every event.
 */
#ifndef REPORT_SCAN_BLOCK_H
#define REPORT_SCAN_BLOCK_H

#include "tally/finding.h"

/* Appends the block; it ends with a line break, and is at most TEXT_COLUMNS wide.
 * grid_minutes: of the hours. */
void scan_block(GString *out, const Finding *finding, guint grid_minutes);

#endif
