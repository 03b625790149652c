/*
 * Which home would fit captures, when the default does not.
 */
#ifndef TALLY_HOMEGUESS_H
#define TALLY_HOMEGUESS_H

#include <glib.h>

/*
 * Reads the beginning of each capture once more ("-" and what cannot be read are passed over).
 * NULL when half of those packets or more go into or out of the default home, the private
 * ranges, or when there are none; else a line for the user: the prefixes, three at most, that
 * most packets go to or come from, and how many would cross such a home. Free with g_free.
 * Memory and time are bounded, whatever the files.
 */
char *homeguess_advice(const char *const *files, guint n);

#endif
