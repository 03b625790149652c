/*
 * The hour at rest: what a tally holds besides its sources, as the octets of FORMAT.md's hour
 * and lists sections.
 */
#ifndef TALLY_HOUR_SECTION_H
#define TALLY_HOUR_SECTION_H

#include "tally/facts.h"

/* What the blocks come to. */
typedef struct {
	guint64 sources, pairs, contacts, traits;
} HourCounts;

/* Appends the hour and the counts to out; the lists (spoke, hijacks) to lists. FALSE: an
 * address that spoke is out of order. */
gboolean hour_section_put(
	const HourFacts *hour, const HourCounts *counts, GByteArray *out, GByteArray *lists);

/* The same back; NULL, *fault set: what is wrong. spoke and hijacks are empty. */
HourFacts *hour_section_get(
	const guint8 *octets, gsize length, HourCounts *counts, const char **fault);

/* Fills in spoke and hijacks; returns what is wrong, NULL when nothing is. */
const char *hour_section_get_lists(HourFacts *hour, const guint8 *octets, gsize length);

#endif
