/*
 * What one finding's contacts look like: time from left to right; from top to bottom its targets,
 * of one target its ports, of one port its sources. Marks differ by class of contact, those of a
 * group by source.
 */
#ifndef REPORT_FIGURE_FINDING_H
#define REPORT_FIGURE_FINDING_H

#include "report/detail.h"

enum {
	FIGURE_FINDING_MARKS = 400, /* at most */
	FIGURE_FINDING_LEAST = 3,   /* of fewer contacts nothing is drawn */
};

/* id: of no other figure of the page. */
void figure_finding(GString *page, const char *id, const Finding *finding, const Detail *detail,
	guint grid_minutes);

#endif
