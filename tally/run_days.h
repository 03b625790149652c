/*
 * Which local days' findings a change of tallies touches.
 */
#ifndef TALLY_RUN_DAYS_H
#define TALLY_RUN_DAYS_H

#include "common/zone.h"

/*
 * A window's findings are told on the local day that holds its last hour. An hour counts in all
 * windows that hold it, and in those that begin with the next hour; the longest are 7 d. So it
 * touches the days from its own to that of the hour 7 d later, as far as windows are complete:
 * newest, the start of the newest closed hour, is the last that ends one.
 *
 * hours: array of gint64, ascending. Returns local dates ("2017-09-10"), sorted, each once,
 * NULL-terminated; owned by the caller.
 */
char **run_days(const Zone *zone, const GArray *hours, gint64 newest);

#endif
