/*
 * What is asked first, in plain words: what was answered, what is to be done, whether the day can
 * be trusted. What is new stands in the headline (model.h).
 */
#ifndef REPORT_BRIEF_H
#define REPORT_BRIEF_H

#include "report/model.h"

/* Adds "Answered", "To do", "Coverage" (fields.h); the first only where there are findings.
 * Findings that the site labels are none of these. */
void brief_fields(GArray *fields, const Model *model);

#endif
