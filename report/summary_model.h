/*
 * A day's model as its summary.
 */
#ifndef REPORT_SUMMARY_MODEL_H
#define REPORT_SUMMARY_MODEL_H

#include "report/model.h"
#include "report/summary.h"

/* model: of a day, and settled. */
Summary *summary_model_new(const Model *model);

#endif
