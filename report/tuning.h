/*
 * What other thresholds would have listed, on a day's page: of the last days, whose histograms
 * lie in their summaries, and of the day at hand. No tally of another day is read.
 */
#ifndef REPORT_TUNING_H
#define REPORT_TUNING_H

#include "report/model.h"

/* Nothing where the model has no tune. */
void tuning_html(GString *page, const Model *model);
void tuning_text(GString *page, const Model *model);

#endif
