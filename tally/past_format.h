/*
 * The fixed parts of a day's roll-up at rest, as PAST.md describes them byte by byte: what its
 * writer and reader share. Little-endian, as format.h says of tallies.
 */
#ifndef TALLY_PAST_FORMAT_H
#define TALLY_PAST_FORMAT_H

#include "tally/format.h"

#define PAST_MAGIC "\211GPAST\r\n"     /* 8 octets */
#define PAST_END_MAGIC "TSAPG\r\n\032" /* 8 octets */

enum {
	PAST_SCHEMA = 1,
	PAST_BLOCK_ROWS = 2048,
	PAST_HOURS = 24, /* of a day */
};

/* The first octets. */
typedef struct {
	guint8 magic[8];
	guint16 schema;
	guint16 zero[3];
} PastHead;

/* One block in the index: rows of one table. Its segment has a packed part only. */
typedef struct {
	guint64 high, low; /* key of the first row */
	guint64 offset;
	guint32 n_rows; /* 1 .. PAST_BLOCK_ROWS */
	guint8 table;   /* PastTable */
	guint8 zero[3];
	FormatSegment segment;
} PastEntry;

/* The fixed part of what is told of the day, one plain segment; then n_inputs of PastInput, then
 * the sensor's name. */
typedef struct {
	gint64 day; /* its start, seconds since 1970 */
	guint64 rows[4];
	guint64 forgotten;
	guint32 n_inputs;
	guint32 sensor_length;
} PastTold;

/* A tally that was read, or was to be. */
typedef struct {
	guint64 size;   /* octets */
	guint64 check;  /* its last eight octets: the check sum of its head and trailer */
	guint16 minute; /* of the day, at which its hour starts: 0 .. 1439 */
	guint8 unread;  /* 1: it was damaged; nothing of it is counted */
	guint8 zero[5];
} PastInput;

/* The last octets. */
typedef struct {
	guint64 index_offset;
	guint32 n_blocks;
	guint32 zero;
	FormatSegment index; /* plain */
	FormatSegment told;  /* plain, behind the index */
	guint64 length;      /* of the file, this trailer included */
	guint8 magic[8];
	guint64 check; /* XXH64 of the head followed by this trailer without its check */
} PastTrailer;

G_STATIC_ASSERT(sizeof(PastHead) == 16);
G_STATIC_ASSERT(sizeof(PastEntry) == 56);
G_STATIC_ASSERT(sizeof(PastTold) == 56);
G_STATIC_ASSERT(sizeof(PastInput) == 24);
G_STATIC_ASSERT(sizeof(PastTrailer) == 88);

#endif
