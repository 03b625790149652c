/*
 * Any octets as a file: read to its end in chunks of several sizes, always with the same
 * records.
 */
#include "config.h"

#include <sys/mman.h>
#include <unistd.h>

#include "tally/capture.h"
#include "tests/fuzz.h"

/* Reads all of path; returns the number of records, with a sum over their octets. */
static guint64
read_all(const char *path, guint32 records, guint64 *sum, gboolean *whole)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Capture) capture = capture_open(path, &error);
	CaptureChunk chunk = {0};
	guint64 n = 0;

	*sum = 0;
	while (capture && capture_next(capture, records, &chunk, &error)) {
		const guint8 *at = chunk.data;

		g_assert(chunk.n_records >= 1 && chunk.n_records <= records);
		for (guint32 i = 0; i < chunk.n_records; i++) {
			CaptureRecord record;

			at = capture_record(&chunk, at, &record);
			g_assert(at <= chunk.data + chunk.length);
			*sum = *sum * 31 + record.time + record.wire;
			for (guint32 octet = 0; octet < record.captured; octet++)
				*sum = *sum * 31 + record.frame[octet];
		}
		g_assert(at == chunk.data + chunk.length);
		n += chunk.n_records;
	}
	*whole = error == NULL;
	capture_chunk_clear(&chunk);
	return n;
}

int
LLVMFuzzerTestOneInput(const guint8 *data, gsize size)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);
	g_autofree char *path = g_strdup_printf("/proc/self/fd/%d", fd);
	guint64 sum, again;
	gboolean whole, whole_again;

	for (gsize at = 0; at < size;) {
		gssize put = write(fd, data + at, size - at);
		g_assert(put > 0);
		at += (gsize)put;
	}
	guint64 n = read_all(path, 1000, &sum, &whole);
	g_assert(read_all(path, 1, &again, &whole_again) == n);
	g_assert(again == sum && whole_again == whole);
	close(fd);
	return 0;
}
