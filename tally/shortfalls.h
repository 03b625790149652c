/*
 * What of the captures could not be read: a line a file, and the hours that had packets of it,
 * whose tallies tell it too.
 */
#ifndef TALLY_SHORTFALLS_H
#define TALLY_SHORTFALLS_H

#include "tally/hours.h"

typedef struct Shortfalls Shortfalls;

Shortfalls *shortfalls_new(void);
void shortfalls_free(Shortfalls *shortfalls);

/* file: its number among the captures. The message is copied. */
void shortfalls_add(Shortfalls *shortfalls, guint file, const char *message);
/* The file had packets of the hour (start, seconds since 1970). */
void shortfalls_touch(Shortfalls *shortfalls, guint file, gint64 hour);

/* The lines, in the order they were added: of char *; owned by shortfalls. */
GPtrArray *shortfalls_lines(const Shortfalls *shortfalls);

/* When all is read: writes the lines into the facts of the hours they touch. */
void shortfalls_tell(const Shortfalls *shortfalls, Hours *hours);

#endif
