/*
 * What killed writers left: files whose names begin as output.h's private ones.
 */
#ifndef TALLY_LEFTOVERS_H
#define TALLY_LEFTOVERS_H

#include <glib.h>

/* Whether a name is one of theirs. */
gboolean leftovers_is_name(const char *name);

/* Removes ".NAME.part-XXXXXX" from folder; a folder that is not there has none. Only for who
 * holds the lock on it: nobody else may be writing. */
void leftovers_sweep(const char *folder);

#endif
