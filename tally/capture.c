#include "config.h"

#include "tally/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"
#include "tally/foreign.h"
#include "tally/mapping.h"
#include "tally/octets.h"
#include "common/stream.h"

enum {
	FILE_HEADER = 24,
	RECORD_HEADER = 16,
	CAPTURED_AT = 8, /* in a record's header */
	CHUNK_OCTETS = 2 << 20,
};

struct Capture {
	char *name;   /* owned */
	guint64 size; /* of the file as stored, 0 when not known */
	/* One of mapping and stream is there. */
	Mapping *mapping; /* owned */
	gsize at;         /* the next record in the mapping */
	Stream *stream;   /* owned */
	Foreign *foreign; /* owned: NULL when the octets are pcap as we read it ourselves */
	guint32 link_type;
	gboolean swapped, nanoseconds;
};

void
capture_chunk_clear(CaptureChunk *chunk)
{
	g_free(chunk->buffer);
	memset(chunk, 0, sizeof *chunk);
}

void
capture_chunk_reserve(CaptureChunk *chunk, gsize size)
{
	if (size <= chunk->buffer_size)
		return;
	chunk->buffer_size = MAX(size, CHUNK_OCTETS + RECORD_HEADER + CAPTURE_FRAME_MAX);
	chunk->buffer = g_realloc(chunk->buffer, chunk->buffer_size);
	chunk->data = chunk->buffer;
}

/* Is this the header of a pcap file of version 2.4? (pcap-savefile(5)) */
static gboolean
take_header(Capture *capture, const guint8 *octets, gsize length)
{
	enum {
		MICROSECONDS = 0xa1b2c3d4,
		NANOSECONDS = 0xa1b23c4d,
		VERSION_AT = 4,
		LINK_TYPE_AT = 20
	};

	if (length < FILE_HEADER)
		return FALSE;
	guint32 magic = octets_host32(octets);
	guint32 link_type = octets_host32(octets + LINK_TYPE_AT);
	guint16 version[2];

	memcpy(version, octets + VERSION_AT, sizeof version);
	capture->swapped = magic == GUINT32_SWAP_LE_BE(MICROSECONDS) ||
			   magic == GUINT32_SWAP_LE_BE(NANOSECONDS);
	if (capture->swapped) {
		magic = GUINT32_SWAP_LE_BE(magic);
		link_type = GUINT32_SWAP_LE_BE(link_type);
		version[0] = GUINT16_SWAP_LE_BE(version[0]);
		version[1] = GUINT16_SWAP_LE_BE(version[1]);
	}
	capture->nanoseconds = magic == NANOSECONDS;
	/* The six upper bits say how many octets of checksum end each frame: those lie beyond
	 * what an IP header calls its own. */
	capture->link_type = link_type & 0x03ffffff;
	return (magic == MICROSECONDS || magic == NANOSECONDS) && version[0] == 2 &&
	       version[1] == 4;
}

static void
describe_found(GError **error, const char *name, const guint8 *octets, gsize length,
	const char *reason)
{
	g_autoptr(GString) found = g_string_new(NULL);

	for (gsize i = 0; i < MIN(length, 8); i++)
		g_string_append_printf(found, " %02x", octets[i]);
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: not a capture: expected pcap, pcapng, .gz or .zst of one, found%s%s%s%s%s",
		name, length ? found->str : " an empty file", length > 8 ? " ..." : "",
		reason ? " (" : "", reason ? reason : "", reason ? ")" : "");
}

/* From a stream: looks what it holds. */
static gboolean
open_stream(Capture *capture, int fd, GError **error)
{
	capture->stream = stream_new(fd, error);
	if (!capture->stream)
		return FALSE;

	gsize length;
	gboolean any = stream_more(capture->stream);
	const guint8 *octets = stream_view(capture->stream, &length);
	if (!any) {
		describe_found(error, capture->name, NULL, 0, stream_trouble(capture->stream));
		return FALSE;
	}
	if (take_header(capture, octets, length)) {
		stream_consume(capture->stream, FILE_HEADER);
		return TRUE;
	}
	g_autofree char *reason = NULL;
	guint8 first[9]; /* libpcap reads on: one more than are told */
	gsize kept = MIN(length, sizeof first);
	memcpy(first, octets, kept);
	capture->foreign = foreign_new(capture->stream, &reason);
	if (!capture->foreign) {
		describe_found(error, capture->name, first, kept, reason);
		return FALSE;
	}
	capture->link_type = foreign_link_type(capture->foreign);
	capture->swapped = FALSE;
	capture->nanoseconds = TRUE;
	return TRUE;
}

/* A plain file at its beginning that is pcap as we read it is mapped; FALSE: anything else. */
static gboolean
open_mapped(Capture *capture, int fd)
{
	guint8 octets[FILE_HEADER];

	if (capture->size == 0 || capture->size > G_MAXSSIZE || lseek(fd, 0, SEEK_CUR) != 0)
		return FALSE;
	if (pread(fd, octets, sizeof octets, 0) != sizeof octets ||
		!take_header(capture, octets, sizeof octets))
		return FALSE;
	capture->mapping = mapping_new(fd, (gsize)capture->size);
	capture->at = FILE_HEADER;
	return capture->mapping != NULL;
}

Capture *
capture_open(const char *path, GError **error)
{
	gboolean standard = strcmp(path, "-") == 0;
	g_autoptr(Capture) capture = g_new0(Capture, 1);
	struct stat status;

	capture->name = g_strdup(standard ? "standard input" : path);
	int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected a capture: %s",
			capture->name, g_strerror(errno));
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected a capture, found a directory", capture->name);
		close(fd);
		return NULL;
	}
	capture->size = S_ISREG(status.st_mode) ? (guint64)status.st_size : 0;
	if (open_mapped(capture, fd) || open_stream(capture, fd, error))
		return g_steal_pointer(&capture);
	return NULL;
}

void
capture_close(Capture *capture)
{
	if (!capture)
		return;
	foreign_free(capture->foreign);
	stream_free(capture->stream);
	mapping_free(capture->mapping);
	g_free(capture->name);
	g_free(capture);
}

static inline guint32
captured_length(const guint8 *record, gboolean swapped)
{
	guint32 length = octets_host32(record + CAPTURED_AT);

	return swapped ? GUINT32_SWAP_LE_BE(length) : length;
}

/* How far whole records reach, at most `records` of them; their number is added to *n. */
static inline gsize
walk_ordered(const guint8 *data, gsize length, guint32 records, guint32 *n, gboolean swapped)
{
	gsize at = 0;
	guint32 seen = 0;

	while (seen < records && length - at >= RECORD_HEADER) {
		guint32 captured = captured_length(data + at, swapped);

		/* Lengths are 32 bits, so no sum here can wrap. */
		if (captured > CAPTURE_FRAME_MAX || captured > length - at - RECORD_HEADER)
			break;
		at += RECORD_HEADER + captured;
		seen++;
	}
	*n += seen;
	return at;
}

static gsize
walk(const Capture *capture, const guint8 *data, gsize length, guint32 records, guint32 *n)
{
	return capture->swapped ? walk_ordered(data, length, records, n, TRUE)
				: walk_ordered(data, length, records, n, FALSE);
}

/* "FILE: octet N of the unpacked gzip data: " and what comes after it. */
G_GNUC_PRINTF(3, 4)
static void
set_partial(GError **error, const Capture *capture, const char *format, ...)
{
	const char *compression = capture->stream ? stream_compression(capture->stream) : NULL;
	guint64 offset = capture->stream ? stream_offset(capture->stream) : capture->at;
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *what = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	g_set_error(error, FAILURE, FAILURE_PARTIAL,
		"%s: octet %" G_GUINT64_FORMAT "%s%s%s: %s", capture->name, offset,
		compression ? " of the unpacked " : "", compression ? compression : "",
		compression ? " data" : "", what);
}

/* No whole record begins at data, and no more octets will come: is that the end, or what is
 * wrong? */
static void
judge_rest(const Capture *capture, const guint8 *data, gsize length, const char *trouble,
	GError **error)
{
	if (length >= RECORD_HEADER &&
		captured_length(data, capture->swapped) > CAPTURE_FRAME_MAX)
		set_partial(error, capture, "damaged: captured length %u, expected at most %u",
			captured_length(data, capture->swapped), CAPTURE_FRAME_MAX);
	else if (trouble)
		set_partial(error, capture, "%s", trouble);
	else if (length >= RECORD_HEADER)
		set_partial(error, capture,
			"cut short: expected a record of %u octets, found %" G_GSIZE_FORMAT,
			RECORD_HEADER + captured_length(data, capture->swapped), length);
	else if (length)
		set_partial(error, capture,
			"cut short: expected a record header of %u octets, found "
			"%" G_GSIZE_FORMAT,
			RECORD_HEADER, length);
}

static gboolean
next_mapped(Capture *capture, guint32 records, CaptureChunk *chunk, GError **error)
{
	const char *trouble;
	gsize length = mapping_ready(capture->mapping, capture->at, CHUNK_OCTETS, &trouble);

	chunk->data = mapping_data(capture->mapping) + capture->at;
	chunk->length = walk(capture, chunk->data, length, records, &chunk->n_records);
	if (chunk->n_records == 0) {
		if (!trouble && length == 0 && capture->at < capture->size)
			trouble = "the file became shorter while it was read";
		judge_rest(capture, chunk->data, length, trouble, error);
	}
	capture->at += chunk->length;
	return chunk->n_records > 0;
}

static gboolean
next_streamed(Capture *capture, guint32 records, CaptureChunk *chunk, GError **error)
{
	gboolean more = TRUE;
	gsize length = 0;
	const guint8 *octets = NULL;

	while (chunk->n_records < records && chunk->length < CHUNK_OCTETS) {
		octets = stream_view(capture->stream, &length);
		gsize room = CHUNK_OCTETS + RECORD_HEADER + CAPTURE_FRAME_MAX - chunk->length;
		gsize whole = walk(capture, octets, MIN(length, room),
			records - chunk->n_records, &chunk->n_records);
		if (whole) {
			capture_chunk_reserve(chunk, chunk->length + whole);
			memcpy(chunk->buffer + chunk->length, octets, whole);
			chunk->length += whole;
			stream_consume(capture->stream, whole);
			continue;
		}
		gboolean damaged =
			length >= RECORD_HEADER &&
			captured_length(octets, capture->swapped) > CAPTURE_FRAME_MAX;
		if (damaged || !(more = stream_more(capture->stream)))
			break;
	}
	if (chunk->n_records)
		return TRUE;
	judge_rest(
		capture, octets, length, more ? NULL : stream_trouble(capture->stream), error);
	return FALSE;
}

static gboolean
next_foreign(Capture *capture, guint32 records, CaptureChunk *chunk, GError **error)
{
	foreign_next(capture->foreign, records, CHUNK_OCTETS, chunk);
	if (chunk->n_records)
		return TRUE;
	const char *trouble = stream_trouble(capture->stream);
	if (!trouble)
		trouble = foreign_trouble(capture->foreign);
	if (trouble)
		set_partial(error, capture, "%s", trouble);
	return FALSE;
}

gboolean
capture_next(Capture *capture, guint32 records, CaptureChunk *chunk, GError **error)
{
	g_return_val_if_fail(records > 0, FALSE);

	chunk->data = chunk->buffer;
	chunk->length = 0;
	chunk->n_records = 0;
	chunk->link_type = capture->link_type;
	chunk->swapped = capture->swapped;
	chunk->nanoseconds = capture->nanoseconds;
	if (capture->mapping)
		return next_mapped(capture, records, chunk, error);
	return capture->foreign ? next_foreign(capture, records, chunk, error)
				: next_streamed(capture, records, chunk, error);
}

guint64
capture_bad_times(const Capture *capture)
{
	return capture->foreign ? foreign_bad_times(capture->foreign) : 0;
}

guint64
capture_position(const Capture *capture, guint64 *size)
{
	*size = capture->size;
	return capture->mapping ? capture->at : stream_position(capture->stream);
}

const char *
capture_name(const Capture *capture)
{
	return capture->name;
}
