/*
 * Many tallies read whole and held against what they should be, several at a time.
 */
#ifndef TALLY_VERIFY_H
#define TALLY_VERIFY_H

#include <glib.h>

/*
 * paths: of char *. What is wrong with each, in the same order: array of char *, owned by the
 * caller, NULL for one that is sound: every check sum and order is right (reader_verify), and
 * where its place is a store's it is that sensor's hour (store_check). A roll-up of a day
 * likewise (past_file_verify).
 */
GPtrArray *verify_tallies(const GPtrArray *paths, guint threads);

/* Whether a path is taken for a roll-up, by its name. */
gboolean verify_is_past(const char *path);

#endif
