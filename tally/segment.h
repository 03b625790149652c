/*
 * Segments: octets on their way to the file and back, compressed where that pays, and checked.
 */
#ifndef TALLY_SEGMENT_H
#define TALLY_SEGMENT_H

#include "tally/format.h"

#include <zstd.h>

/* Appends raw to out, compressed by context when at least a thirty-second is gained and no more than ratio times (0: any), else as
 * it is. The same octets and context parameters give the same result. */
FormatSegment segment_put(ZSTD_CCtx *context, const guint8 *raw, gsize length, guint ratio, GByteArray *out);

guint64 segment_check(const void *octets, gsize length); /* XXH64, seed 0 */

/*
 * What reading needs beside the readers' own blocks: a decompressor and two buffers. One a thread, shared by all its readers.
 */
typedef struct SegmentRoom SegmentRoom;

/* This thread's; gone with the thread. */
SegmentRoom *segment_room(void);

/* A buffer for at least length stored octets; valid until the next call. */
guint8 *segment_room_stored(SegmentRoom *room, gsize length);

/* The raw octets of a segment, stored at `stored` (within segment_room_stored's buffer, or with 8 octets readable behind); 8 octets
 * behind them are readable. raw is not looked at before the check sum holds. Valid until the next call. NULL, *fault set: what is wrong. */
const guint8 *segment_get(SegmentRoom *room, const FormatSegment *segment, const guint8 *stored, const char **fault);

#endif
