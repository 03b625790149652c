#include "config.h"

#include "collect/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pcap/pcap.h>

#include "common/failure.h"
#include "common/stream.h"

enum { SNAP_LENGTH_AT = 16, SNAP_LENGTH_SIZE = 4 }; /* in a pcap file's header */

struct Input {
	char *name;     /* owned */
	Stream *stream; /* owned */
	pcap_t *pcap;   /* owned */
	int link_type;
	guint32 snap_length;
	gboolean is_classic; /* a pcap file of version 2.4 */
	PcapRecord record;
	const guint8 *frame; /* pcap's */
	guint64 packets;     /* so far, those of bad times included */
	guint64 bad_times;
};

/*
 * libpcap cuts what is longer than the file's own snap length, and some tools write longer
 * records than they announce. A file that announces 0 is not cut.
 */
static void
hide_snap_length(guint64 offset, guint8 *octets, gsize length)
{
	for (gsize i = 0; i < length && offset + i < SNAP_LENGTH_AT + SNAP_LENGTH_SIZE; i++)
		if (offset + i >= SNAP_LENGTH_AT)
			octets[i] = 0;
}

/* stdio's read from a stream. */
static ssize_t
read_stream(void *cookie, char *to, size_t size)
{
	Input *input = cookie;
	gsize there;
	guint64 offset = stream_offset(input->stream);
	const guint8 *octets = stream_view(input->stream, &there);

	if (there == 0 && stream_more(input->stream))
		octets = stream_view(input->stream, &there);
	gsize taken = MIN(there, size);
	if (taken)
		memcpy(to, octets, taken);
	stream_consume(input->stream, taken);
	if (input->is_classic)
		hide_snap_length(offset, (guint8 *)to, taken);
	return (ssize_t)taken;
}

/* Is it a pcap file of version 2.4, and what snap length does it announce? */
static void
look_at_header(Input *input)
{
	static const struct {
		guint8 octets[8]; /* magic and version */
		gboolean big;
	} heads[] = {
		{{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0}, FALSE},
		{{0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0}, FALSE},
		{{0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4}, TRUE},
		{{0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4}, TRUE},
	};
	gsize length;
	const guint8 *octets = stream_view(input->stream, &length);

	for (guint i = 0; length >= PCAP_HEADER_SIZE && i < G_N_ELEMENTS(heads); i++) {
		if (memcmp(octets, heads[i].octets, sizeof heads[i].octets) != 0)
			continue;
		memcpy(&input->snap_length, octets + SNAP_LENGTH_AT, SNAP_LENGTH_SIZE);
		input->snap_length = heads[i].big ? GUINT32_FROM_BE(input->snap_length)
						  : GUINT32_FROM_LE(input->snap_length);
		input->is_classic = TRUE;
	}
}

static gboolean
refuse(GError **error, const Input *input, const char *reason)
{
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: not a capture: expected pcap, pcapng, .gz or .zst of one, found %s",
		input->name, reason);
	return FALSE;
}

static gboolean
open_pcap(Input *input, GError **error)
{
	char message[PCAP_ERRBUF_SIZE] = "";

	if (!stream_more(input->stream)) {
		const char *trouble = stream_trouble(input->stream);
		return refuse(error, input, trouble ? trouble : "an empty file");
	}
	look_at_header(input);
	/* It keeps its buffer, though the stream is one: without, stdio asks for every octet. */
	FILE *file = fopencookie(input, "r", (cookie_io_functions_t){.read = read_stream});
	if (!file)
		return refuse(error, input, g_strerror(errno));
	input->pcap = pcap_fopen_offline_with_tstamp_precision(
		file, PCAP_TSTAMP_PRECISION_NANO, message);
	if (!input->pcap) {
		fclose(file);
		return refuse(error, input, message);
	}
	return TRUE;
}

/* What an hour file of these packets will have in its header. */
static gboolean
settle_header(Input *input, GError **error)
{
	guint8 header[PCAP_HEADER_SIZE];
	g_autoptr(GError) problem = NULL;

	input->link_type = pcap_datalink(input->pcap);
	if (!input->is_classic)
		input->snap_length = (guint32)MAX(pcap_snapshot(input->pcap), 0);
	if (input->snap_length == 0 || input->snap_length > PCAP_CAPTURED_MAX)
		input->snap_length = PCAP_CAPTURED_MAX;
	if (pcap_header_format(input->link_type, input->snap_length, header, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: %s", input->name, problem->message);
	return FALSE;
}

Input *
input_open(const char *path, GError **error)
{
	gboolean standard = strcmp(path, "-") == 0;
	g_autoptr(Input) input = g_new0(Input, 1);
	struct stat status;

	input->name = g_strdup(standard ? "standard input" : path);
	int fd = standard ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
			  : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &status) != 0 || S_ISDIR(status.st_mode)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected a capture: %s",
			input->name, fd < 0 ? g_strerror(errno) : "found a folder");
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	input->stream = stream_new(fd, error);
	if (input->stream && open_pcap(input, error) && settle_header(input, error))
		return g_steal_pointer(&input);
	return NULL;
}

void
input_close(Input *input)
{
	if (!input)
		return;
	if (input->pcap)
		pcap_close(input->pcap);
	stream_free(input->stream);
	g_free(input->name);
	g_free(input);
}

gboolean
input_is_plain(const char *path)
{
	struct stat status;

	return strcmp(path, "-") != 0 && stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

int
input_link_type(const Input *input)
{
	return input->link_type;
}

guint32
input_snap_length(const Input *input)
{
	return input->snap_length;
}

static gboolean
end_damaged(const Input *input, const char *trouble, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_PARTIAL,
		"%s: after %" G_GUINT64_FORMAT " packets: %s", input->name, input->packets,
		trouble);
	return FALSE;
}

/* No record was read: is that the end, or what is wrong? */
static gboolean
end(const Input *input, int result, GError **error)
{
	const char *trouble = stream_trouble(input->stream);

	if (!trouble && result != PCAP_ERROR_BREAK)
		trouble = pcap_geterr(input->pcap);
	return trouble && end_damaged(input, trouble, error);
}

/* FALSE: a time that a pcap file cannot hold. */
static gboolean
take_record(Input *input, const struct pcap_pkthdr *header)
{
	/* The fraction may be beyond a second, in files that are wrong. */
	gint64 carried = header->ts.tv_usec / (gint64)SECOND_NS;
	/* libpcap takes the 32 bits of seconds for signed: 2038 would be 1901. */
	gint64 seconds = carried + (input->is_classic ? (gint64)(guint32)header->ts.tv_sec
						      : (gint64)header->ts.tv_sec);
	gint64 fraction = header->ts.tv_usec % (gint64)SECOND_NS;

	if (fraction < 0) {
		seconds--;
		fraction += (gint64)SECOND_NS;
	}
	if (seconds < 0 || seconds > G_MAXUINT32)
		return FALSE;
	input->record =
		(PcapRecord){(guint32)seconds, (guint32)fraction, header->caplen, header->len};
	return TRUE;
}

gboolean
input_next(Input *input, GError **error)
{
	for (;;) {
		struct pcap_pkthdr *header;
		int result = pcap_next_ex(input->pcap, &header, &input->frame);

		if (result != 1)
			return end(input, result, error);
		if (header->caplen > PCAP_CAPTURED_MAX)
			return end_damaged(
				input, "damaged: captured length beyond 262144 octets", error);
		input->packets++;
		if (take_record(input, header))
			return TRUE;
		input->bad_times++;
	}
}

const PcapRecord *
input_record(const Input *input)
{
	return &input->record;
}

const guint8 *
input_frame(const Input *input)
{
	return input->frame;
}

guint64
input_bad_times(const Input *input)
{
	return input->bad_times;
}

guint64
input_position(const Input *input)
{
	return stream_position(input->stream);
}
