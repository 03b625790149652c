/*
 * What a page says beside its findings: what was read, what is missing, the thresholds in force.
 */
#ifndef REPORT_SCAN_HEAD_H
#define REPORT_SCAN_HEAD_H

#include "report/scan.h"

/* Adds the fields (fields.h). */
void scan_head(GArray *fields, const ScanHead *head);

/* Of these the ones that say what is missing, or makes findings doubtful. */
void scan_head_missing(GArray *fields, const ScanHead *head);

/* A field for each detector: "7 hosts in 1 h". */
void scan_head_thresholds(GArray *fields, const DetectorSettings *settings);

#endif
