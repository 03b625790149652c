/*
 * Hours whose packets lack in a spool.
 */
#ifndef TALLY_LACKING_H
#define TALLY_LACKING_H

#include "tally/captures.h"

/*
 * The hours of the grid from first to last, both of them, that have ended by `closed` (seconds
 * since 1970): appends to shortfalls (of char *) a line for each sensor that has no file of some,
 * and one for each whose packets of some were pruned, with the stretches they make. FALSE and
 * error: a folder cannot be listed.
 */
gboolean lacking_tell(Captures *captures, gint64 first, gint64 last, gint64 closed,
	GPtrArray *shortfalls, GError **error);

#endif
