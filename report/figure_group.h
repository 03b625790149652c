/*
 * Who of a group hit whom: targets from left to right, a row for each source; and which targets
 * several of them hit.
 */
#ifndef REPORT_FIGURE_GROUP_H
#define REPORT_FIGURE_GROUP_H

#include "report/detail.h"

/* Nothing unless there are several sources and targets. id: of no other figure of the page. */
void figure_group(GString *page, const char *id, const Finding *finding, const Detail *detail);

#endif
