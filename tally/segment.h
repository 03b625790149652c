/*
 * Segments: octets on their way to the file and back, compressed where that pays, and checked.
 */
#ifndef TALLY_SEGMENT_H
#define TALLY_SEGMENT_H

#include "tally/column.h"
#include "tally/format.h"

#include <zstd.h>

/* Appends to out the packed part, compressed by context when at least a thirty-second is
 * gained and no more than ratio times (0: any), else as it is, then the plain part. The same
 * octets and context parameters give the same result. */
FormatSegment segment_put(ZSTD_CCtx *context, const GByteArray *packed, const GByteArray *plain,
	guint ratio, GByteArray *out);

guint64 segment_check(const void *octets, gsize length); /* XXH64, seed 0 */

/* Whether that is check. (Built for fuzzing, always: no changed octet would get past it.) */
gboolean segment_is_intact(const void *octets, gsize length, guint64 check);

/*
 * What reading needs beside the readers' own blocks: a decompressor and two buffers. One a
 * thread, shared by all its readers.
 */
typedef struct SegmentRoom SegmentRoom;

/* This thread's; gone with the thread. */
SegmentRoom *segment_room(void);

/* A buffer for at least length stored octets; valid until the next call. */
guint8 *segment_room_stored(SegmentRoom *room, gsize length);

/* Opens a segment that lies at `stored` within segment_room_stored's buffer: nothing is
 * looked at before the check sum holds. source is valid until the next call. Returns what is
 * wrong, NULL when nothing is. */
const char *segment_get(SegmentRoom *room, const FormatSegment *segment, const guint8 *stored,
	ColumnSource *source);

#endif
