/*
 * One block of a tally, unpacked: some sources of one family with their pairs, contacts and
 * traits, as arrays. The writer fills it, the reader gives slices of it away; between them it
 * is three segments of columns (FORMAT.md), which block_pairs.c, block_contacts.c and
 * block_traits.c write and read.
 *
 * Reading trusts nothing but the counts, which the caller has checked (block_fault); whatever
 * the octets hold, values come out in their range and order, or the fault is told.
 */
#ifndef TALLY_BLOCK_H
#define TALLY_BLOCK_H

#include "tally/column.h"
#include "tally/facts.h"
#include "tally/format.h"

typedef struct {
	guint8 family;
	gboolean run; /* any kind of KIND_COUNT, sequence numbers, equal neighbours allowed */
	gboolean goes_on; /* the last source has more pairs in the next block */
	guint32 n_sources, n_pairs, n_contacts, n_traits;

	/* Arrays owned by the block; n_sources or n_pairs long. Of the _v4 and _v6 the
	 * family's. */
	guint32 *sources_v4;
	Address *sources_v6;
	guint32 *source_pairs; /* how many each has here; 1 or more */
	guint32 *source_traits;
	guint32 *targets_v4;
	Address *targets_v6;
	guint16 *facts;
	guint8 *answered;
	gboolean has_udp; /* FALSE: udp_in and udp_out hold nothing, all are FACTS_NEVER */
	guint64 *udp_in, *udp_out;
	guint32 *pair_contacts; /* how many each has */
	Contact *contacts;
	Trait *traits;

	/* How much of each there is room for. */
	gsize sources_room, pairs_room, udp_room, contacts_room, traits_room;
} Block;

void block_clear(Block *block); /* frees the arrays */

/* Grows the arrays of the block's family. pairs also makes room for UDP times when has_udp. */
void block_reserve_sources(Block *block, gsize n);
void block_reserve_pairs(Block *block, gsize n);
void block_reserve_contacts(Block *block, gsize n);
void block_reserve_traits(Block *block, gsize n);

Address block_source(const Block *block, guint32 i);
Address block_target(const Block *block, guint32 i);

/* What is wrong with the block's family and counts, NULL when they are within the bounds of
 * format.h. */
const char *block_fault(const Block *block);

/* Each _put appends its segment to out. Each _get reads a segment into the block, whose
 * family, run, goes_on and counts are set; returns what is wrong with it, NULL when nothing
 * is. */
void block_pairs_put(const Block *block, const ColumnSink *out);
const char *block_pairs_get(Block *block, const Address *first, ColumnSource *source);
void block_contacts_put(const Block *block, const ColumnSink *out);
const char *block_contacts_get(Block *block, ColumnSource *source);
void block_traits_put(const Block *block, const ColumnSink *out);
/* wanted: not 0 in the fields that are to be read (kind always is), the others become 0, and
 * their numbers are not looked at; NULL: all. */
const char *block_traits_get(Block *block, const Trait *wanted, ColumnSource *source);

#endif
