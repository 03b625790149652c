/*
 * The k-way merge: all that the tallies hold of one source, one source after the other. Memory:
 * the largest source's rows and a block of each tally.
 */
#ifndef TALLY_GATHER_H
#define TALLY_GATHER_H

#include "tally/reader.h"

/* A pair in one hour. Two sensors' tallies of the same hour come out as one (facts joined,
 * first times the earlier, contacts of both side by side). */
typedef struct {
	Address target;
	gint64 hour;             /* start, seconds since 1970 */
	guint64 udp_in, udp_out; /* ns since 1970; FACTS_NEVER: none */
	guint16 facts;
	guint8 answered;
	guint32 n_contacts;
	guint32 contacts; /* index of the first in SourceFacts.contacts */
} PairHour;

/* The traits of one kind in one hour; two sensors' stand side by side. */
typedef struct {
	gint64 hour;
	Trait trait;
} TraitHour;

typedef struct {
	Address source;
	const PairHour *pairs; /* sorted by target, then hour */
	guint32 n_pairs;
	/* times: ns since their pair's hour began; NULL without READER_CONTACTS */
	const Contact *contacts;
	const TraitHour *traits; /* sorted by kind, then hour; NULL without READER_TRAITS */
	guint32 n_traits;
} SourceFacts;

typedef struct Gather Gather;

/* readers: borrowed, at their start; any hours, sensors, order. parts: READER_*, as they
 * were opened with. */
Gather *gather_new(Reader **readers, guint n_readers, guint parts);
void gather_free(Gather *gather);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Gather, gather_free)

/* The next source in order, valid until the next call; sources of which all readers together
 * hold fewer than `pairs` rows (pair and hour) are passed over unread (0: none is). NULL
 * without error: the end. */
const SourceFacts *gather_next(Gather *gather, guint32 pairs, GError **error);

#endif
