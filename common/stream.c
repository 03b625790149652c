#include "config.h"

#include "common/stream.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <zlib.h>
#include <zstd.h>

#include "common/failure.h"

enum { RING = 4, DATA_SIZE = 1 << 20, INPUT_SIZE = 1 << 18 };

typedef struct {
	guint8 *octets; /* owned: STREAM_CARRY of headroom, then DATA_SIZE */
	gsize length;   /* of the data */
} Slot;

typedef enum { FILL_MORE, FILL_END } Fill;

struct Stream {
	int fd;   /* owned */
	int wake; /* owned: readable when the thread shall stop */
	GThread *thread;
	GMutex lock;
	GCond changed;
	/* Under lock. Slots are filled and emptied in turn; their octets belong to the thread
	 * while empty, to the caller while full. */
	Slot ring[RING];
	guint filled, emptied; /* ever */
	gboolean ended, stopped;
	char *trouble; /* owned */

	/* The caller's. */
	guint8 *at;
	gsize left;
	gboolean holding; /* a full slot is in use */
	guint64 offset;

	/* The thread's. */
	Fill (*fill)(Stream *stream, Slot *slot);
	const char *compression; /* set before the first slot is full */
	guint8 *input;           /* owned: INPUT_SIZE */
	gsize input_at, input_length;
	guint64 position; /* atomic */
	z_stream inflater;
	ZSTD_DStream *expander; /* owned */
	gboolean inside;        /* a gzip member or zstd frame has begun and not ended */
};

/* Tells why the stream ends here; only the first reason counts. */
static Fill
ends_with(Stream *stream, char *trouble)
{
	g_mutex_lock(&stream->lock);
	if (stream->trouble)
		g_free(trouble);
	else
		stream->trouble = trouble;
	g_mutex_unlock(&stream->lock);
	return FILL_END;
}

/* Up to `size` octets from the descriptor; 0: the end, an error (trouble says), or asked to
 * stop. */
static gsize
read_some(Stream *stream, guint8 *octets, gsize size)
{
	for (;;) {
		struct pollfd waits[2] = {{.fd = stream->fd, .events = POLLIN},
			{.fd = stream->wake, .events = POLLIN}};

		if (poll(waits, 2, -1) < 0 && errno != EINTR) {
			ends_with(stream, g_strdup(g_strerror(errno)));
			return 0;
		}
		if (waits[1].revents)
			return 0;
		if (!waits[0].revents)
			continue;
		gssize got = read(stream->fd, octets, size);
		if (got >= 0) {
			__atomic_fetch_add(&stream->position, (guint64)got, __ATOMIC_RELAXED);
			return (gsize)got;
		}
		if (errno != EINTR && errno != EAGAIN) {
			ends_with(stream, g_strdup(g_strerror(errno)));
			return 0;
		}
	}
}

/* Makes sure that there is input. FALSE at its end. */
static gboolean
refill(Stream *stream)
{
	if (stream->input_at == stream->input_length) {
		stream->input_at = 0;
		stream->input_length = read_some(stream, stream->input, INPUT_SIZE);
	}
	return stream->input_length > 0;
}

static Fill
fill_plain(Stream *stream, Slot *slot)
{
	while (slot->length < DATA_SIZE) {
		guint8 *to = slot->octets + STREAM_CARRY + slot->length;
		gsize room = DATA_SIZE - slot->length;
		gsize got = MIN(room, stream->input_length - stream->input_at);

		if (got) {
			memcpy(to, stream->input + stream->input_at, got);
			stream->input_at += got;
		} else if ((got = read_some(stream, to, room)) == 0) {
			return FILL_END;
		}
		slot->length += got;
	}
	return FILL_MORE;
}

/* Between gzip members, or after the last: zeros may pad the file, as tape and block devices
 * leave them. */
static gboolean
skip_padding(Stream *stream)
{
	while (refill(stream)) {
		while (stream->input_at < stream->input_length &&
			stream->input[stream->input_at] == 0)
			stream->input_at++;
		if (stream->input_at < stream->input_length)
			return TRUE;
	}
	return FALSE;
}

static Fill
fill_gzip(Stream *stream, Slot *slot)
{
	z_stream *z = &stream->inflater;

	while (slot->length < DATA_SIZE) {
		if (!stream->inside) {
			if (!skip_padding(stream))
				return FILL_END;
			inflateReset(z);
			stream->inside = TRUE;
		}
		if (!refill(stream))
			return ends_with(stream, g_strdup("gzip data cut short"));
		z->next_in = stream->input + stream->input_at;
		z->avail_in = (uInt)(stream->input_length - stream->input_at);
		z->next_out = slot->octets + STREAM_CARRY + slot->length;
		z->avail_out = (uInt)(DATA_SIZE - slot->length);
		int result = inflate(z, Z_NO_FLUSH);
		stream->input_at = stream->input_length - z->avail_in;
		slot->length = DATA_SIZE - z->avail_out;
		if (result == Z_STREAM_END)
			stream->inside = FALSE;
		else if (result != Z_OK && result != Z_BUF_ERROR)
			return ends_with(stream, g_strdup_printf("gzip data damaged: %s",
							 z->msg ? z->msg : zError(result)));
	}
	return FILL_MORE;
}

static Fill
fill_zstd(Stream *stream, Slot *slot)
{
	while (slot->length < DATA_SIZE) {
		/* With no input left there may still be output inside; a full slot does not
		 * tell. */
		gboolean more = refill(stream);
		ZSTD_inBuffer in = {stream->input, stream->input_length, stream->input_at};
		ZSTD_outBuffer out = {slot->octets + STREAM_CARRY, DATA_SIZE, slot->length};

		if (!more && !stream->inside)
			return FILL_END;
		gsize result = ZSTD_decompressStream(stream->expander, &out, &in);
		gboolean stuck = out.pos == slot->length;
		stream->input_at = in.pos;
		slot->length = out.pos;
		if (ZSTD_isError(result))
			return ends_with(stream, g_strdup_printf("zstd data damaged: %s",
							 ZSTD_getErrorName(result)));
		stream->inside = result != 0;
		if (!more && stuck && stream->inside)
			return ends_with(stream, g_strdup("zstd data cut short"));
	}
	return FILL_MORE;
}

/* Looks at the first octets. FALSE when there are none. */
static gboolean
choose_fill(Stream *stream)
{
	static const guint8 gzip[] = {0x1f, 0x8b}, zstd[] = {0x28, 0xb5, 0x2f, 0xfd},
			    skipped[] = {0x2a, 0x4d, 0x18};
	gsize got = 1;

	/* A pipe may bring the first octets one by one. */
	while (got && stream->input_length < sizeof zstd) {
		got = read_some(stream, stream->input + stream->input_length,
			INPUT_SIZE - stream->input_length);
		stream->input_length += got;
	}
	stream->fill = fill_plain;
	if (stream->input_length >= sizeof gzip &&
		memcmp(stream->input, gzip, sizeof gzip) == 0) {
		/* 15: the largest window there is; 16 more: with gzip's header and checksum. */
		if (inflateInit2(&stream->inflater, 15 + 16) != Z_OK)
			g_error("no memory for gzip data");
		stream->fill = fill_gzip;
		stream->compression = "gzip";
	} else if (stream->input_length >= sizeof zstd &&
		   (memcmp(stream->input, zstd, sizeof zstd) == 0 ||
			   /* a frame to be skipped comes first, as pzstd writes it */
			   ((stream->input[0] & 0xf0) == 0x50 &&
				   memcmp(stream->input + 1, skipped, sizeof skipped) == 0))) {
		stream->expander = ZSTD_createDStream();
		if (!stream->expander)
			g_error("no memory for zstd data");
		stream->fill = fill_zstd;
		stream->compression = "zstd";
	}
	return stream->input_length > 0;
}

static gpointer
run(gpointer data)
{
	Stream *stream = data;
	Fill fill = choose_fill(stream) ? FILL_MORE : FILL_END;

	g_mutex_lock(&stream->lock);
	while (fill == FILL_MORE && !stream->stopped) {
		if (stream->filled - stream->emptied == RING) {
			g_cond_wait(&stream->changed, &stream->lock);
			continue;
		}
		Slot *slot = &stream->ring[stream->filled % RING];
		g_mutex_unlock(&stream->lock);
		if (!slot->octets)
			slot->octets = g_malloc(STREAM_CARRY + DATA_SIZE);
		slot->length = 0;
		fill = stream->fill(stream, slot);
		g_mutex_lock(&stream->lock);
		if (slot->length)
			stream->filled++;
		g_cond_signal(&stream->changed);
	}
	stream->ended = TRUE;
	g_cond_signal(&stream->changed);
	g_mutex_unlock(&stream->lock);
	return NULL;
}

Stream *
stream_new(int fd, GError **error)
{
	g_autoptr(Stream) stream = g_new0(Stream, 1);

	stream->fd = fd;
	g_mutex_init(&stream->lock);
	g_cond_init(&stream->changed);
	stream->wake = eventfd(0, EFD_CLOEXEC);
	if (stream->wake < 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "cannot start reading: %s",
			g_strerror(errno));
		return NULL;
	}
	stream->input = g_malloc(INPUT_SIZE);
	stream->thread = g_thread_try_new("stream", run, stream, error);
	return stream->thread ? g_steal_pointer(&stream) : NULL;
}

static void
stop(Stream *stream)
{
	const guint64 one = 1;

	g_mutex_lock(&stream->lock);
	stream->stopped = TRUE;
	g_cond_signal(&stream->changed);
	g_mutex_unlock(&stream->lock);
	if (write(stream->wake, &one, sizeof one) != sizeof one)
		g_warning("cannot stop a reading thread: %s", g_strerror(errno));
	g_thread_join(stream->thread);
}

void
stream_free(Stream *stream)
{
	if (!stream)
		return;
	if (stream->thread)
		stop(stream);
	if (stream->fill == fill_gzip)
		inflateEnd(&stream->inflater);
	ZSTD_freeDStream(stream->expander);
	for (guint i = 0; i < RING; i++)
		g_free(stream->ring[i].octets);
	g_free(stream->input);
	g_free(stream->trouble);
	g_mutex_clear(&stream->lock);
	g_cond_clear(&stream->changed);
	if (stream->wake >= 0)
		close(stream->wake);
	close(stream->fd);
	g_free(stream);
}

const guint8 *
stream_view(const Stream *stream, gsize *length)
{
	*length = stream->left;
	return stream->at;
}

void
stream_consume(Stream *stream, gsize octets)
{
	g_return_if_fail(octets <= stream->left);

	stream->at += octets;
	stream->left -= octets;
	stream->offset += octets;
}

gboolean
stream_more(Stream *stream)
{
	g_return_val_if_fail(stream->left <= STREAM_CARRY, FALSE);

	g_mutex_lock(&stream->lock);
	guint next = stream->emptied + (stream->holding ? 1 : 0);
	while (stream->filled == next && !stream->ended)
		g_cond_wait(&stream->changed, &stream->lock);
	gboolean more = stream->filled != next;
	if (more) {
		Slot *slot = &stream->ring[next % RING];
		guint8 *to = slot->octets + STREAM_CARRY - stream->left;

		if (stream->left)
			memcpy(to, stream->at, stream->left);
		stream->at = to;
		stream->left += slot->length;
		stream->emptied = next;
		stream->holding = TRUE;
		g_cond_signal(&stream->changed);
	}
	g_mutex_unlock(&stream->lock);
	return more;
}

const char *
stream_trouble(Stream *stream)
{
	g_mutex_lock(&stream->lock);
	const char *trouble = stream->trouble; /* set once */
	g_mutex_unlock(&stream->lock);
	return trouble;
}

guint64
stream_offset(const Stream *stream)
{
	return stream->offset;
}

guint64
stream_position(const Stream *stream)
{
	return __atomic_load_n(&stream->position, __ATOMIC_RELAXED);
}

const char *
stream_compression(const Stream *stream)
{
	return stream->compression;
}
