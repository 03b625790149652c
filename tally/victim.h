/*
 * Whom somebody flooded or scanned with our addresses as false sources, as far as its answers tell.
 */
#ifndef TALLY_VICTIM_H
#define TALLY_VICTIM_H

#include "tally/detector.h"
#include "tally/unasked.h"

/*
 * Says which of the two it was, the victim's ports, since when, and how many answers there were
 * in all if false sources were drawn evenly from all IPv4 addresses: those seen times 2^32 over
 * the home's own.
 */
void victim_say(const DetectorCase *at, const Unasked *unasked, Finding *finding);

#endif
