#include "config.h"

#include "tests/bench/sink.h"

#include <stdlib.h>
#include <string.h>

enum {
	BUFFER_SIZE = 1 << 20,
	RECORD_SIZE = 16,
	ROOM = RECORD_SIZE + PACKET_FRAME_MAX, /* what the next record may need */
	TRIGGER = 7,
};

#define HOUR_LENGTH G_GUINT64_CONSTANT(3600000000000)
#define KEY_V6 (G_GUINT64_CONSTANT(1) << 63)

struct Sink {
	FILE *file;  /* borrowed */
	FILE *truth; /* borrowed; may be NULL */
	Random random;
	guint64 step; /* ns from packet to packet */
	guint64 n;
	gboolean nanoseconds, failed;
	GArray *hits;   /* owned: guint64, source << 32 | target, KEY_V6 where so */
	guint8 *buffer; /* owned */
	gsize used;
};

static void
flush(Sink *sink)
{
	if (fwrite(sink->buffer, 1, sink->used, sink->file) != sink->used)
		sink->failed = TRUE;
	sink->used = 0;
}

Sink *
sink_new(FILE *file, FILE *truth, guint64 packets, gboolean nanoseconds, guint64 seed)
{
	Sink *sink = g_new0(Sink, 1);
	const guint32 header[6] = {
		nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, 2 | 4 << 16, 0, 0, SINK_SNAP, 1};

	sink->file = file;
	sink->truth = truth;
	sink->step = HOUR_LENGTH / MAX(packets, 1);
	sink->nanoseconds = nanoseconds;
	sink->hits = g_array_new(FALSE, FALSE, sizeof(guint64));
	sink->buffer = g_malloc(BUFFER_SIZE);
	random_seed(&sink->random, ~seed);
	memcpy(sink->buffer, header, sizeof header);
	sink->used = sizeof header;
	return sink;
}

void
sink_add(Sink *sink, const Packet *packet)
{
	if (sink->used + ROOM > BUFFER_SIZE)
		flush(sink);

	guint64 jitter = sink->step * (random_next(&sink->random) >> 56) >> 8;
	guint64 time = sink->n++ * sink->step + jitter;
	guint64 fraction = time % 1000000000;
	guint8 *record = sink->buffer + sink->used;
	guint32 header[4];

	header[0] = SINK_START + (guint32)(time / 1000000000);
	header[1] = (guint32)(sink->nanoseconds ? fraction : fraction / 1000);
	header[2] = packet_write(
		packet, &sink->random, SINK_SNAP, record + RECORD_SIZE, &header[3]);
	memcpy(record, header, sizeof header);
	sink->used += RECORD_SIZE + header[2];

	if (packet->hit && sink->truth != NULL) {
		guint64 key = (guint64)packet->source << 32 | packet->destination |
			      (packet->v6 ? KEY_V6 : 0);

		g_array_append_val(sink->hits, key);
	}
}

static int
by_number(const void *a, const void *b)
{
	guint64 x = *(const guint64 *)a, y = *(const guint64 *)b;

	return (x > y) - (x < y);
}

/* Sources as hosts << 33 | v6 << 32 | source, counted over the sorted hits. */
static GArray *
count_targets(const GArray *hits)
{
	GArray *sources = g_array_new(FALSE, FALSE, sizeof(guint64));
	const guint64 *keys = (const guint64 *)(const void *)hits->data;
	guint32 hosts = 0;

	for (guint i = 0; i < hits->len; i++) {
		const gboolean last = i + 1 == hits->len;

		hosts += last || keys[i] != keys[i + 1];
		if (!last && keys[i] >> 32 == keys[i + 1] >> 32)
			continue;
		if (hosts >= TRIGGER) {
			/* one number, ascending: most hosts first, IPv4 before IPv6, address */
			guint64 line = (guint64)(G_MAXINT32 - hosts) << 32 | keys[i] >> 32;

			g_array_append_val(sources, line);
		}
		hosts = 0;
	}
	return sources;
}

static void
write_truth(Sink *sink)
{
	g_autoptr(GArray) sources = NULL;

	qsort(sink->hits->data, sink->hits->len, sizeof(guint64), by_number);
	sources = count_targets(sink->hits);
	qsort(sources->data, sources->len, sizeof(guint64), by_number);
	for (guint i = 0; i < sources->len; i++) {
		guint64 line = g_array_index(sources, guint64, i);
		guint32 hosts = G_MAXINT32 - (guint32)(line >> 32);
		char text[48];

		fprintf(sink->truth, "%u %s\n", hosts,
			packet_address(
				(guint32)line & 0x7fffffff, (guint32)line >> 31 != 0, text));
	}
	if (ferror(sink->truth) || fflush(sink->truth) != 0)
		sink->failed = TRUE;
}

gboolean
sink_finish(Sink *sink)
{
	flush(sink);
	if (fflush(sink->file) != 0)
		sink->failed = TRUE;
	if (sink->truth != NULL)
		write_truth(sink);
	return !sink->failed;
}

void
sink_free(Sink *sink)
{
	g_array_free(sink->hits, TRUE);
	g_free(sink->buffer);
	g_free(sink);
}
