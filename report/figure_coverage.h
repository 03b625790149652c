/*
 * What of a day was captured: a row for each sensor, a cell for each hour.
 */
#ifndef REPORT_FIGURE_COVERAGE_H
#define REPORT_FIGURE_COVERAGE_H

#include "report/day.h"

/* Nothing without a sensor. */
void figure_coverage(GString *page, const Day *day);

#endif
