/*
 * The constants of a day while it is rolled up: which values sources had, and how many of them.
 *
 * A value is remembered when some source had it in PAST_TRAIT_FIRM packets of two contacts at
 * least (its own constant, not a retry); an acknowledgement number, sequence number or SYN
 * fingerprint also when two sources had it. Numbers of 16 bits need the first: by chance alone
 * many sources share them.
 *
 * Memory is bounded: of more than PAST_TRAITS_MAX values those that the fewest sources had are
 * forgotten, and counted. What a million spoofed sources draw at random goes first.
 */
#ifndef TALLY_PAST_TRAITS_H
#define TALLY_PAST_TRAITS_H

#include "tally/past_block.h"

enum { PAST_TRAIT_FIRM = 3, PAST_TRAITS_MAX = 1 << 20 };

typedef struct {
	guint64 value;
	guint64 packets;
	guint32 sources;
	guint8 field; /* PastField */
	guint8 firm;  /* some source had it as its own constant */
} PastTraitCount;

typedef struct PastTraits PastTraits;

/* max: values at hand, PAST_TRAITS_MAX. */
PastTraits *past_traits_new(guint32 max);
void past_traits_free(PastTraits *traits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastTraits, past_traits_free)

/* A source had the value constant in packets of so many contacts, all of its day; once for each
 * source. */
void past_traits_add(
	PastTraits *traits, PastField field, guint64 value, guint64 packets, guint64 contacts);

/* What is remembered: array of PastTraitCount by field, then value; owned by the caller. Empties
 * traits. */
GArray *past_traits_take(PastTraits *traits);
/* Values that were forgotten for want of room, counted each time. */
guint64 past_traits_forgotten(const PastTraits *traits);

#endif
