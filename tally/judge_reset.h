/*
 * What is said of answers that nobody asked for: verdict, and the evidence for and against each
 * reading.
 */
#ifndef TALLY_JUDGE_RESET_H
#define TALLY_JUDGE_RESET_H

#include "tally/reset_signs.h"

/* Adds both readings of an acknowledgement number that two tools are known by (674711610,
 * 674719802) and that the seeds disagree on; nothing for any other. */
void judge_reset_constant(Finding *finding, guint32 ack);

/* Gives the finding verdict and evidence. unasked: of its window; signs: what it shows. */
void judge_reset(const DetectorCase *at, const Unasked *unasked, guint signs, Finding *finding);

#endif
