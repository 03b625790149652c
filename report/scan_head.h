/*
 * The head of a page: what was read, what is missing, the thresholds in force.
 */
#ifndef REPORT_SCAN_HEAD_H
#define REPORT_SCAN_HEAD_H

#include "report/scan.h"

enum { SCAN_HEAD_LABEL = 12 }; /* columns of the labels */

/* Appends the fields, a line or more each (text_field). */
void scan_head(GString *page, const ScanHead *head);

#endif
