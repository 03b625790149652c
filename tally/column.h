/*
 * A column: n whole numbers as a base and offsets of one width, 0 to 8 octets each. In the
 * file:
 *
 * 	octet 0    width of an offset in octets (0..8), plus 16 when offsets count thousands
 * 	octet 1    width of the base in octets (0..8)
 * 	then       the base, then n offsets, all little-endian
 *
 * A segment of columns has two parts, one to be compressed and a plain one. The offsets of
 * columns that are random by nature (times, sequence numbers) go to the plain part, without
 * octets 0, 1 and base, which are always in the other: compressing them costs the most time and
 * gains nothing.
 *
 * Value i is base + offset i (times 1,000 when so marked), modulo 2^64. All equal: width 0, no
 * octets but the base's.
 */
#ifndef TALLY_COLUMN_H
#define TALLY_COLUMN_H

#include <glib.h>

/* Octets that must be readable behind the data columns are read from: odd widths are read
 * eight octets at a time. */
enum { COLUMN_SLACK = 8, COLUMN_HEAD_MAX = 10 };

typedef enum {
	COLUMN_PLAIN = 1, /* offsets go to the plain part */
	COLUMN_TIMES =
		/* nanoseconds, that are often whole microseconds: counted in thousands when
		 * all are */
	2,
} ColumnSort;

/* A segment's parts while it is written. */
typedef struct {
	GByteArray *packed, *plain; /* borrowed */
} ColumnSink;

/* Appends the column of values. sort: set of ColumnSort. The same values give the same
 * octets. */
void column_put(const ColumnSink *sink, const guint64 *values, gsize n, guint sort);

/* What is left of a segment's parts while it is read. */
typedef struct {
	const guint8 *packed, *plain;
	gsize packed_left, plain_left; /* not counting the COLUMN_SLACK octets behind each */
} ColumnSource;

static inline gboolean
column_source_is_empty(const ColumnSource *source)
{
	return source->packed_left == 0 && source->plain_left == 0;
}

typedef struct {
	const guint8 *offsets;
	guint64 base, unit;
	guint width;
	gsize n;
} Column;

/* Takes a column of n values off the front of source. sort: as it was put. FALSE: none is
 * there. */
gboolean column_take(ColumnSource *source, gsize n, guint sort, Column *column);

/* Values from .. from + n - 1, which the column has. */
void column_read(const Column *column, gsize from, gsize n, guint64 *values);

/* All values of a column into an array of narrower ones. FALSE: one of them does not fit. */
gboolean column_read_u32(const Column *column, guint32 *values);
gboolean column_read_u16(const Column *column, guint16 *values);
gboolean column_read_u8(const Column *column, guint8 *values);

#endif
