/*
 * A capture of any sort, read from its start in chunks of whole records.
 *
 * pcap version 2.4 (both byte orders, micro- and nanoseconds) is read by our own code: mapped
 * when it is a plain file, else streamed; .gz and .zst are known by their first octets and
 * decompressed on another thread; pcapng and whatever else libpcap opens goes through libpcap
 * and comes out in the same form.
 */
#ifndef TALLY_CAPTURE_H
#define TALLY_CAPTURE_H

#include <string.h>

#include <gio/gio.h>

#include "common/hour.h"

typedef struct Capture Capture;

enum { CAPTURE_FRAME_MAX = 262144 }; /* captured octets of a record: more is damage */

/* Records as in a pcap file: 16 octets of header (seconds, fraction, captured, wire: 32 bits
 * each), then the captured octets. Every record is whole and its captured length within the
 * chunk. */
typedef struct {
	const guint8 *data; /* in buffer (streams), or the capture's (mapped) */
	gsize length;
	guint32 n_records;
	guint32 link_type; /* as link_find takes it */
	gboolean swapped;  /* header numbers are in the other byte order */
	gboolean nanoseconds;
	guint8 *buffer; /* owned: reused from call to call; capture_chunk_clear frees it */
	gsize buffer_size;
} CaptureChunk;

void capture_chunk_clear(CaptureChunk *chunk);
/* Makes buffer hold at least `size` octets; what it holds stays. */
void capture_chunk_reserve(CaptureChunk *chunk, gsize size);

typedef struct {
	guint64 time; /* ns since 1970; a fraction beyond the second is carried into it */
	const guint8 *frame;
	guint32 captured, wire;
} CaptureRecord;

/* Reads the record at `at`, which lies in the chunk; returns where the next one begins, or the
 * chunk's end. */
static inline const guint8 *
capture_record(const CaptureChunk *chunk, const guint8 *at, CaptureRecord *record)
{
	guint32 numbers[4]; /* seconds, fraction, captured, wire */

	memcpy(numbers, at, sizeof numbers);
	if (chunk->swapped)
		for (guint i = 0; i < G_N_ELEMENTS(numbers); i++)
			numbers[i] = GUINT32_SWAP_LE_BE(numbers[i]);
	record->time = numbers[0] * SECOND_NS +
		       numbers[1] * (chunk->nanoseconds ? 1 : G_GUINT64_CONSTANT(1000));
	record->frame = at + sizeof numbers;
	record->captured = numbers[2];
	record->wire = numbers[3];
	return record->frame + record->captured;
}

/* path: a file, or "-" for standard input. NULL and error when it is not there, not readable,
 * or no capture: "FILE: not a capture: expected pcap, pcapng, .gz or .zst of one, found ..."
 * (FAILURE_FAILED). */
Capture *capture_open(const char *path, GError **error);
void capture_close(Capture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Capture, capture_close)

/*
 * Fills chunk with the next records, at most `records` and about 2 MiB. TRUE: chunk has at
 * least one record. FALSE without error: the end. FALSE with error FAILURE_PARTIAL: damaged or
 * cut short; the message names file and octet offset, and what was expected; everything
 * readable before came out in chunks. Chunks outlive later calls, but not the capture.
 */
gboolean capture_next(Capture *capture, guint32 records, CaptureChunk *chunk, GError **error);

/* Records that were left out because their time does not fit (before 1970, or seconds beyond 32
 * bits; only libpcap's formats have them). */
guint64 capture_bad_times(const Capture *capture);
/* Octets read of the file as stored, and its size (0 when not known): for progress. */
guint64 capture_position(const Capture *capture, guint64 *size);
const char *capture_name(const Capture *capture);

#endif
