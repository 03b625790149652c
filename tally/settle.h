/*
 * What only the whole hour of a pair can tell: who answered at which port, which handshakes
 * were completed, which ports are given up (DESIGN section 2, "Service port").
 */
#ifndef TALLY_SETTLE_H
#define TALLY_SETTLE_H

#include "tally/facts.h"

/*
 * Sorts the n rows of a pair by kind and port and joins equals, in place; returns how many are
 * left. Counts are summed, times widened, answers united.
 */
guint32 settle_join(Contact *rows, guint32 n);

/*
 * Takes joined rows; sets pair's answered, UDP times and contacts (rows, shortened, settled and
 * sorted again): answers are told by the contacts they answer, kinds that are no contact nor
 * evidence at rest are gone, given-up ports lie under 0.
 */
void settle_pair(Pair *pair, Contact *rows, guint32 n);

#endif
