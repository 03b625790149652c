/*
 * The fixed parts of an hourly tally at rest, as FORMAT.md describes them byte by byte: what
 * writer and reader share.
 *
 * All numbers are little-endian, which is this machine's order (configure refuses others), so
 * the structs below lie in the file as they are.
 */
#ifndef TALLY_FORMAT_H
#define TALLY_FORMAT_H

#include "tally/kind.h"

#define FORMAT_MAGIC                                                                           \
	"\211GTALLY\n" /* 8 octets: not text, and a transfer that changes line ends shows */
#define FORMAT_END_MAGIC "YLLATG\n\032" /* 8 octets */

enum {
	FORMAT_SCHEMA = 2,
	FORMAT_RUN = 1, /* a flag of FormatHead: a run, no finished tally */

	/* A block holds at most so many pairs; and so many contacts, unless it holds one
	 * pair only. Small enough that hundreds of readers fit into memory, large enough for
	 * compression. */
	FORMAT_BLOCK_PAIRS = 1024,
	FORMAT_BLOCK_CONTACTS = 2048,
	/* What one pair can have at most: each kind with each port. */
	FORMAT_PAIR_CONTACTS = KIND_COUNT * 65536,
	FORMAT_SOURCE_TRAITS = KIND_COUNT,

	FORMAT_PAGE_ENTRIES = 32, /* of the index */
	/* The lists may grow so much when decompressed; where they would grow more they are
	 * stored as they are. */
	FORMAT_LISTS_RATIO = 64,
};

/* The first octets. */
typedef struct {
	guint8 magic[8];
	guint16 schema;
	guint16 flags;
	guint32 zero;
} FormatHead;

/* One piece of the file that is checked as a whole: a packed part, and behind it a plain
 * one, that compression could not shorten. */
typedef struct {
	guint64 check;  /* XXH64, seed 0, of all its octets in the file */
	guint32 packed; /* octets of the packed part in the file */
	/* octets of it unpacked; as many: it is not compressed; else it is one zstd frame,
	 * and packed < raw */
	guint32 raw;
	guint32 plain; /* octets of the plain part */
	guint32 zero;
} FormatSegment;

/* Octets of a segment in the file. */
static inline guint64
format_segment_size(const FormatSegment *segment)
{
	return (guint64)segment->packed + segment->plain;
}

typedef enum {
	SEGMENT_PAIRS,
	SEGMENT_CONTACTS,
	SEGMENT_TRAITS,
	SEGMENT_COUNT
} FormatSegmentKind;

/* One block in the index. Its segments lie one behind the other from offset on. */
typedef struct {
	guint64 source_high, source_low; /* of the first source */
	guint64 offset;
	guint32 n_sources, n_pairs, n_contacts, n_traits;
	FormatSegment segments[SEGMENT_COUNT];
	guint8 family;  /* of all its addresses: 4 or 6 */
	guint8 goes_on; /* 1: the last source has more pairs in the next block */
	guint8 zero[6];
} FormatEntry;

/* The last octets. */
typedef struct {
	guint64 index_offset;
	guint32 n_blocks;
	guint32 zero;
	FormatSegment hour;  /* behind the index; all plain */
	FormatSegment lists; /* behind the hour */
	guint64 length;      /* of the file, this trailer included */
	guint8 magic[8];
	guint64 check; /* XXH64 of the head followed by this trailer without its check */
} FormatTrailer;

G_STATIC_ASSERT(sizeof(FormatHead) == 16);
G_STATIC_ASSERT(sizeof(FormatEntry) == 120);
G_STATIC_ASSERT(sizeof(FormatTrailer) == 88);

/* Octets of an index of n_blocks entries: pages of FORMAT_PAGE_ENTRIES (the last may have
 * fewer), each with an XXH64 behind it. */
static inline guint64
format_index_size(guint64 n_blocks)
{
	guint64 pages = (n_blocks + FORMAT_PAGE_ENTRIES - 1) / FORMAT_PAGE_ENTRIES;

	return n_blocks * sizeof(FormatEntry) + pages * sizeof(guint64);
}

#endif
