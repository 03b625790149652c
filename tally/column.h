/*
 * A column: n whole numbers as a base and offsets of one width, 0 to 8 octets each. In the file:
 *
 *	octet 0    width of an offset in octets (0..8), plus 16 when offsets count thousands
 *	octet 1    width of the base in octets (0..8)
 *	then       the base, then n offsets, all little-endian
 *
 * Value i is base + offset i (times 1,000 when so marked), modulo 2^64. All equal: width 0, no octets but the base's.
 */
#ifndef TALLY_COLUMN_H
#define TALLY_COLUMN_H

#include <glib.h>

/* Octets that must be readable behind the data columns are read from: odd widths are read eight octets at a time. */
enum { COLUMN_SLACK = 8, COLUMN_HEAD_MAX = 10 };

typedef enum {
	COLUMN_PLAIN,
	COLUMN_TIMES, /* nanoseconds, that are often whole microseconds: counted in thousands when all are */
} ColumnSort;

/* Appends the column of values to out. The same values give the same octets. */
void column_put(GByteArray *out, const guint64 *values, gsize n, ColumnSort sort);

/* What is left of the octets that columns are taken from. */
typedef struct {
	const guint8 *at;
	gsize left; /* not counting the COLUMN_SLACK octets behind */
} ColumnSource;

typedef struct {
	const guint8 *offsets;
	guint64 base, unit;
	guint width;
	gsize n;
} Column;

/* Takes a column of n values off the front of source. FALSE, source as it was: none is there. */
gboolean column_take(ColumnSource *source, gsize n, Column *column);

/* Values from .. from + n - 1, which the column has. */
void column_read(const Column *column, gsize from, gsize n, guint64 *values);

/* All values of a column into an array of narrower ones. FALSE: one of them does not fit. */
gboolean column_read_u32(const Column *column, guint32 *values);
gboolean column_read_u16(const Column *column, guint16 *values);
gboolean column_read_u8(const Column *column, guint8 *values);

#endif
