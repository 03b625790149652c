#include "config.h"

#include "tally/foreign.h"

#include <stdio.h>

#include <pcap/pcap.h>

#include "common/hour.h"

enum { HEADER_SIZE = 16 };

struct Foreign {
	Stream *stream; /* borrowed */
	pcap_t *pcap;   /* owned */
	guint64 bad_times;
	char *trouble; /* owned */
	gboolean ended;
};

/* stdio's read from a stream. */
static ssize_t
read_stream(void *cookie, char *to, size_t size)
{
	Stream *stream = cookie;
	gsize there;
	const guint8 *octets = stream_view(stream, &there);

	if (there == 0 && stream_more(stream))
		octets = stream_view(stream, &there);
	gsize taken = MIN(there, size);
	if (taken)
		memcpy(to, octets, taken);
	stream_consume(stream, taken);
	return (ssize_t)taken;
}

Foreign *
foreign_new(Stream *stream, char **reason)
{
	char message[PCAP_ERRBUF_SIZE] = "";
	FILE *file = fopencookie(stream, "r", (cookie_io_functions_t){.read = read_stream});

	if (!file) {
		*reason = g_strdup("no memory");
		return NULL;
	}
	/* The stream is a buffer already, and its offset then tells how far libpcap came. */
	setvbuf(file, NULL, _IONBF, 0);
	pcap_t *pcap = pcap_fopen_offline_with_tstamp_precision(
		file, PCAP_TSTAMP_PRECISION_NANO, message);
	if (!pcap) {
		fclose(file);
		*reason = g_strdup(message);
		return NULL;
	}
	Foreign *foreign = g_new0(Foreign, 1);
	foreign->stream = stream;
	foreign->pcap = pcap; /* closes file with it */
	return foreign;
}

void
foreign_free(Foreign *foreign)
{
	if (!foreign)
		return;
	pcap_close(foreign->pcap);
	g_free(foreign->trouble);
	g_free(foreign);
}

guint32
foreign_link_type(const Foreign *foreign)
{
	return (guint32)pcap_datalink(foreign->pcap);
}

guint64
foreign_bad_times(const Foreign *foreign)
{
	return foreign->bad_times;
}

const char *
foreign_trouble(const Foreign *foreign)
{
	return foreign->trouble;
}

static gboolean
append(CaptureChunk *chunk, const struct pcap_pkthdr *header, const guint8 *frame)
{
	/* The fraction may be beyond a second, in files that are wrong. */
	gint64 seconds = (gint64)header->ts.tv_sec + header->ts.tv_usec / (gint64)SECOND_NS;
	gint64 fraction = header->ts.tv_usec % (gint64)SECOND_NS;
	if (fraction < 0) {
		seconds--;
		fraction += (gint64)SECOND_NS;
	}
	if (seconds < 0 || seconds > G_MAXUINT32)
		return FALSE;

	const guint32 numbers[4] = {
		(guint32)seconds, (guint32)fraction, header->caplen, header->len};
	memcpy(chunk->buffer + chunk->length, numbers, HEADER_SIZE);
	memcpy(chunk->buffer + chunk->length + HEADER_SIZE, frame, header->caplen);
	chunk->length += HEADER_SIZE + header->caplen;
	chunk->n_records++;
	return TRUE;
}

void
foreign_next(Foreign *foreign, guint32 records, gsize octets, CaptureChunk *chunk)
{
	while (!foreign->ended && chunk->n_records < records && chunk->length < octets) {
		struct pcap_pkthdr *header;
		const guint8 *frame;
		int result = pcap_next_ex(foreign->pcap, &header, &frame);

		if (result != 1) {
			foreign->ended = TRUE;
			if (result != PCAP_ERROR_BREAK)
				foreign->trouble = g_strdup(pcap_geterr(foreign->pcap));
		} else if (header->caplen > CAPTURE_FRAME_MAX) {
			foreign->ended = TRUE;
			foreign->trouble =
				g_strdup_printf("captured length %u, expected at most %u",
					header->caplen, CAPTURE_FRAME_MAX);
		} else {
			capture_chunk_reserve(
				chunk, chunk->length + HEADER_SIZE + header->caplen);
			if (!append(chunk, header, frame))
				foreign->bad_times++;
		}
	}
}

const char *
foreign_link_name(guint32 type)
{
	const char *name = type <= G_MAXINT ? pcap_datalink_val_to_name((int)type) : NULL;

	return name ? name : "no name";
}
