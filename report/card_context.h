/*
 * What others say of a finding's sources, for its card.
 */
#ifndef REPORT_CARD_CONTEXT_H
#define REPORT_CARD_CONTEXT_H

#include "report/context.h"
#include "report/model.h"

/* Adds a field (fields.h) with a line for each of the first sources of whom something is known;
 * nothing where the site asks for no context. */
void card_context(GArray *fields, const Model *model, const Finding *finding);

#endif
