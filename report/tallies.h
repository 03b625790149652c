/*
 * The hourly tallies that a command names: files, or folders of them (a store, or one of its
 * sensors or days).
 */
#ifndef REPORT_TALLIES_H
#define REPORT_TALLIES_H

#include "tally/reader.h"

/*
 * Opens every *.tally file in paths (searched to the depth of a store), in the order of their
 * names. One that cannot be opened is told in shortfalls (of char *), beside others that can.
 * Returns an array of Reader *, one at least, owned by the caller; NULL and error when a path is
 * not there, the folders hold none, or none could be opened.
 */
GPtrArray *tallies_open(char **paths, guint parts, GPtrArray *shortfalls, GError **error);

#endif
