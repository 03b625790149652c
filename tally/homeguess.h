/*
 * Which home would fit captures, when the default does not.
 */
#ifndef TALLY_HOMEGUESS_H
#define TALLY_HOMEGUESS_H

#include "tally/decode.h"

/* Whether so few of the IP packets go in or out that the home is probably not the captures': under half. */
gboolean homeguess_is_needed(const CaptureTotals *totals);

/*
 * Reads the beginning of the files once more ("-" and what cannot be read are passed over) and returns a line for the user: up
 * to three prefixes that most packets go to or come from, and how many of those read would cross such a home. Never
 * empty; free with g_free. Memory and time are bounded, whatever the files.
 */
char *homeguess_advice(const char *const *files, guint n);

#endif
