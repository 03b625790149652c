#include "config.h"

#include "tally/segment.h"

#include <xxhash.h>

struct SegmentRoom {
	ZSTD_DCtx *context;
	guint8 *stored, *raw;
	gsize stored_room, raw_room;
};

guint64
segment_check(const void *octets, gsize length)
{
	return XXH64(octets, length, 0);
}

gboolean
segment_is_intact(const void *octets, gsize length, guint64 check)
{
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	(void)octets, (void)length, (void)check;
	return TRUE;
#else
	return segment_check(octets, length) == check;
#endif
}

FormatSegment
segment_put(ZSTD_CCtx *context, const GByteArray *packed, const GByteArray *plain, guint ratio, GByteArray *out)
{
	FormatSegment segment = { .packed = packed->len, .raw = packed->len, .plain = plain ? plain->len : 0 };
	guint start = out->len;
	gsize length = 0;

	g_byte_array_set_size(out, start + (guint)ZSTD_compressBound(packed->len));
	if (packed->len > 0)
		length = ZSTD_compress2(context, out->data + start, out->len - start, packed->data, packed->len);
	gboolean pays = packed->len > 0 && !ZSTD_isError(length) && length + packed->len / 32 < packed->len;
	if (pays && (ratio == 0 || packed->len / ratio < length)) {
		segment.packed = (guint32)length;
		g_byte_array_set_size(out, start + segment.packed);
	} else {
		g_byte_array_set_size(out, start);
		g_byte_array_append(out, packed->data, packed->len);
	}
	if (segment.plain > 0)
		g_byte_array_append(out, plain->data, plain->len);
	segment.check = segment_check(out->data + start, out->len - start);
	return segment;
}

static void
segment_room_free(gpointer data)
{
	SegmentRoom *room = data;

	ZSTD_freeDCtx(room->context);
	g_free(room->stored);
	g_free(room->raw);
	g_free(room);
}

SegmentRoom *
segment_room(void)
{
	static GPrivate private = G_PRIVATE_INIT(segment_room_free);
	SegmentRoom *room = g_private_get(&private);

	if (!room) {
		room = g_new0(SegmentRoom, 1);
		room->context = ZSTD_createDCtx();
		g_private_set(&private, room);
	}
	return room;
}

static guint8 *
reserve(guint8 **buffer, gsize *room, gsize length)
{
	if (length + COLUMN_SLACK > *room) {
		g_free(*buffer);
		*room = length + COLUMN_SLACK;
		*buffer = g_malloc0(*room);
	}
	return *buffer;
}

guint8 *
segment_room_stored(SegmentRoom *room, gsize length)
{
	return reserve(&room->stored, &room->stored_room, length);
}

const char *
segment_get(SegmentRoom *room, const FormatSegment *segment, const guint8 *stored, ColumnSource *source)
{
	if (!segment_is_intact(stored, format_segment_size(segment), segment->check))
		return "damaged: a check sum is another";
	*source = (ColumnSource){
		.packed = stored,
		.packed_left = segment->raw,
		.plain = stored + segment->packed,
		.plain_left = segment->plain,
	};
	if (segment->packed == segment->raw)
		return NULL;
	guint8 *raw = reserve(&room->raw, &room->raw_room, segment->raw);
	gsize length = ZSTD_decompressDCtx(room->context, raw, segment->raw, stored, segment->packed);
	if (ZSTD_isError(length) || length != segment->raw)
		return "damaged: a segment does not unpack to the length the index tells";
	source->packed = raw;
	return NULL;
}
