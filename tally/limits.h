/*
 * What detectors had no room for, or could not compare, because there was too much of it: a line
 * each (char *), which the report tells. Nothing is left out without one.
 */
#ifndef TALLY_LIMITS_H
#define TALLY_LIMITS_H

#include <glib.h>

/* Appends "detector: what: n" to limits, unless n is 0; what: "traces for which there was no room"
 * and the like. */
void limits_add(GPtrArray *limits, const char *detector, const char *what, guint64 n);

#endif
