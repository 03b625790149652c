/*
 * The overview of a day, or of captures: time from left to right, internal addresses from top to
 * bottom, a mark for what hit them.
 */
#ifndef REPORT_FIGURE_OVERVIEW_H
#define REPORT_FIGURE_OVERVIEW_H

#include "report/overview.h"

enum { FIGURE_OVERVIEW_MARKS = 4000 };

/* Nothing where nothing was hit. overview: its blocks become larger until so many marks do. */
void figure_overview(GString *page, Overview *overview, guint grid_minutes);

#endif
