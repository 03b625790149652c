#include "config.h"

#include "tally/segment.h"

#include "tally/column.h"

#include <xxhash.h>

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
enum { CHECK_SUMS = FALSE }; /* else no changed octet would get past them */
#else
enum { CHECK_SUMS = TRUE };
#endif

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

FormatSegment
segment_put(ZSTD_CCtx *context, const guint8 *raw, gsize length, guint ratio, GByteArray *out)
{
	FormatSegment segment = { .stored = (guint32)length, .raw = (guint32)length };
	guint start = out->len;

	g_byte_array_set_size(out, start + (guint)ZSTD_compressBound(length));
	gsize packed = length > 0 ? ZSTD_compress2(context, out->data + start, out->len - start, raw, length) : 0;
	gboolean pays = length > 0 && !ZSTD_isError(packed) && packed + length / 32 < length;
	if (pays && (ratio == 0 || length / ratio < packed)) {
		segment.stored = (guint32)packed;
		g_byte_array_set_size(out, start + segment.stored);
	} else {
		g_byte_array_set_size(out, start);
		g_byte_array_append(out, raw, segment.raw);
	}
	segment.check = segment_check(out->data + start, segment.stored);
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

const guint8 *
segment_get(SegmentRoom *room, const FormatSegment *segment, const guint8 *stored, const char **fault)
{
	if (CHECK_SUMS && segment_check(stored, segment->stored) != segment->check) {
		*fault = "its check sum is another";
		return NULL;
	}
	if (segment->stored == segment->raw)
		return stored;
	guint8 *raw = reserve(&room->raw, &room->raw_room, segment->raw);
	gsize length = ZSTD_decompressDCtx(room->context, raw, segment->raw, stored, segment->stored);
	if (ZSTD_isError(length) || length != segment->raw) {
		*fault = "it does not decompress to the length the index tells";
		return NULL;
	}
	return raw;
}
