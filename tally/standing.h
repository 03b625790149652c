/*
 * Where a finding stands among others: by what it means, and by what the site says of its sources.
 */
#ifndef TALLY_STANDING_H
#define TALLY_STANDING_H

#include "tally/detector.h"

/* By what the finding means, its verdict being known; counts the dark ones of its targets. */
void standing_rank(const DetectorCase *at, Finding *finding);

/* By what the site says of its sources. */
void standing_acquaint(const Scene *scene, Finding *finding);

#endif
