#include "config.h"

#include "tally/column.h"

#include <string.h>

enum { THOUSANDS = 16, CHUNK = 256 };

static guint
octets_of(guint64 number)
{
	return number == 0 ? 0 : (guint)(64 - __builtin_clzll(number) + 7) / 8;
}

static gboolean
all_thousands(const guint64 *values, gsize n, guint64 base)
{
	for (gsize i = 0; i < n; i++)
		if ((values[i] - base) % 1000 != 0)
			return FALSE;
	return TRUE;
}

/* Inlined for each width, so that memcpy becomes a store and the loop can be made one of
 * vectors. */
static inline __attribute__((always_inline)) void
put_offsets(
	guint8 *out, const guint64 *values, gsize n, guint64 base, guint64 unit, guint width)
{
	for (gsize i = 0; i < n; i++) {
		guint64 offset = (values[i] - base) / unit;
		memcpy(out + i * width, &offset, width);
	}
}

static inline __attribute__((always_inline)) void
put_unit(guint8 *out, const guint64 *values, gsize n, guint64 base, guint64 unit, guint width)
{
	switch (width) {
	case 0:
		break;
	case 1:
		put_offsets(out, values, n, base, unit, 1);
		break;
	case 2:
		put_offsets(out, values, n, base, unit, 2);
		break;
	case 3:
		put_offsets(out, values, n, base, unit, 3);
		break;
	case 4:
		put_offsets(out, values, n, base, unit, 4);
		break;
	case 5:
		put_offsets(out, values, n, base, unit, 5);
		break;
	case 6:
		put_offsets(out, values, n, base, unit, 6);
		break;
	case 7:
		put_offsets(out, values, n, base, unit, 7);
		break;
	default:
		put_offsets(out, values, n, base, unit, 8);
		break;
	}
}

/* Where so many octets more can be written. */
static guint8 *
grow(GByteArray *out, gsize octets)
{
	guint start = out->len;

	if (octets == 0)
		return out->data; /* NULL where nothing was written yet */
	g_byte_array_set_size(out, start + (guint)octets);
	return out->data + start;
}

void
column_put(const ColumnSink *sink, const guint64 *values, gsize n, guint sort)
{
	guint64 least = n > 0 ? values[0] : 0, greatest = least;

	for (gsize i = 1; i < n; i++) {
		least = MIN(least, values[i]);
		greatest = MAX(greatest, values[i]);
	}
	guint width = octets_of(greatest - least), base_width = octets_of(least);
	guint narrow = octets_of((greatest - least) / 1000);
	gboolean thousands =
		(sort & COLUMN_TIMES) && narrow < width && all_thousands(values, n, least);
	if (thousands)
		width = narrow;

	guint8 *at = grow(sink->packed, 2 + base_width);
	at[0] = (guint8)(width | (thousands ? THOUSANDS : 0));
	at[1] = (guint8)base_width;
	memcpy(at + 2, &least, base_width);
	at = grow(sort & COLUMN_PLAIN ? sink->plain : sink->packed, n * width);
	if (thousands)
		put_unit(at, values, n, least, 1000, width);
	else
		put_unit(at, values, n, least, 1, width);
}

static const guint8 *
take(const guint8 **at, gsize *left, gsize octets)
{
	const guint8 *taken = *at;

	if (*left < octets)
		return NULL;
	*at += octets;
	*left -= octets;
	return taken;
}

gboolean
column_take(ColumnSource *source, gsize n, guint sort, Column *column)
{
	const guint8 *head = take(&source->packed, &source->packed_left, 2);

	if (!head)
		return FALSE;
	guint width = head[0] & (THOUSANDS - 1), marks = head[0] - width, base_width = head[1];
	if (width > 8 || base_width > 8 || (marks != 0 && marks != THOUSANDS))
		return FALSE;
	const guint8 *base = take(&source->packed, &source->packed_left, base_width);
	if (!base)
		return FALSE;
	*column = (Column){.unit = marks == THOUSANDS ? 1000 : 1, .width = width, .n = n};
	memcpy(&column->base, base, base_width);
	/* n is at most some millions: the product fits. */
	if (sort & COLUMN_PLAIN)
		column->offsets = take(&source->plain, &source->plain_left, n * width);
	else
		column->offsets = take(&source->packed, &source->packed_left, n * width);
	return column->offsets != NULL;
}

static inline __attribute__((always_inline)) void
read_offsets(
	const guint8 *in, gsize n, guint64 base, guint64 unit, guint width, guint64 *values)
{
	/* A load of eight octets and a mask is faster than putting odd widths together:
	 * hence COLUMN_SLACK. */
	guint load = width == 1 || width == 2 || width == 4 ? width : 8;
	guint64 mask = width == 8 ? G_MAXUINT64 : (G_GUINT64_CONSTANT(1) << 8 * width) - 1;

	for (gsize i = 0; i < n; i++) {
		guint64 offset = 0;
		memcpy(&offset, in + i * width, load);
		values[i] = base + (offset & mask) * unit;
	}
}

static inline __attribute__((always_inline)) void
read_unit(const guint8 *in, gsize n, guint64 base, guint64 unit, guint width, guint64 *values)
{
	switch (width) {
	case 0:
		for (gsize i = 0; i < n; i++)
			values[i] = base;
		break;
	case 1:
		read_offsets(in, n, base, unit, 1, values);
		break;
	case 2:
		read_offsets(in, n, base, unit, 2, values);
		break;
	case 3:
		read_offsets(in, n, base, unit, 3, values);
		break;
	case 4:
		read_offsets(in, n, base, unit, 4, values);
		break;
	case 5:
		read_offsets(in, n, base, unit, 5, values);
		break;
	case 6:
		read_offsets(in, n, base, unit, 6, values);
		break;
	case 7:
		read_offsets(in, n, base, unit, 7, values);
		break;
	default:
		read_offsets(in, n, base, unit, 8, values);
		break;
	}
}

void
column_read(const Column *column, gsize from, gsize n, guint64 *values)
{
	const guint8 *in = column->offsets + from * column->width;

	if (column->unit == 1)
		read_unit(in, n, column->base, 1, column->width, values);
	else
		read_unit(in, n, column->base, 1000, column->width, values);
}

/* The three differ in the type of their result only. */
#define READ_NARROW(type, limit)                                                               \
	guint64 chunk[CHUNK], beyond = 0;                                                      \
	for (gsize from = 0; from < column->n; from += CHUNK) {                                \
		gsize n = MIN(CHUNK, column->n - from);                                        \
		column_read(column, from, n, chunk);                                           \
		for (gsize i = 0; i < n; i++) {                                                \
			beyond |= chunk[i] & ~(guint64)(limit);                                \
			values[from + i] = (type)chunk[i];                                     \
		}                                                                              \
	}                                                                                      \
	return beyond == 0

gboolean
column_read_u32(const Column *column, guint32 *values)
{
	READ_NARROW(guint32, G_MAXUINT32);
}

gboolean
column_read_u16(const Column *column, guint16 *values)
{
	READ_NARROW(guint16, G_MAXUINT16);
}

gboolean
column_read_u8(const Column *column, guint8 *values)
{
	READ_NARROW(guint8, G_MAXUINT8);
}
