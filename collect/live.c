#include "config.h"

#include "collect/live.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "collect/notify.h"
#include "collect/outlet.h"
#include "collect/privilege.h"
#include "collect/recorder.h"
#include "collect/recover.h"
#include "collect/ring.h"
#include "collect/sandbox.h"
#include "collect/space.h"
#include "common/failure.h"

enum {
	WAIT_MS = 100,
	/* After the end was asked for: the kernel hands over a block that is not full at the
	 * second 100 ms tick at the latest. */
	DRAIN_MS = 300,
};

typedef struct {
	const LiveSettings *settings; /* borrowed */
	Source *source;               /* borrowed; the capturing thread's alone */
	Ring *ring;                   /* borrowed */
	Recorder *recorder;           /* borrowed; the writing thread's alone */
	RingBuffer *buffer;           /* being filled; the capturing thread's alone */
	int signals;                  /* descriptor they are read from */
	atomic_bool reopen, status;   /* asked for by a signal */
	_Atomic guint64 dropped_kernel, dropped_interface;
} Live;

static guint64
read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (guint64)now.tv_sec * SECOND_NS + (guint64)now.tv_nsec;
}

/* The writing thread. */

static void
tell_status(Live *live)
{
	const LiveSettings *settings = live->settings;
	RecorderStatus status = recorder_status(live->recorder);
	guint64 room = space_free(settings->spool);
	g_autofree char *room_text = g_format_size_full(room, G_FORMAT_SIZE_IEC_UNITS);
	g_autofree char *line = g_strdup_printf(
		"%" G_GUINT64_FORMAT " packets written, %" G_GUINT64_FORMAT
		" discarded, %" G_GUINT64_FORMAT " dropped by the kernel, %" G_GUINT64_FORMAT
		" by %s; file %s; %u of %d MiB waiting; %s free",
		status.packets, status.discarded, live->dropped_kernel, live->dropped_interface,
		settings->source.interface, status.path ? status.path : "none",
		ring_n_full(live->ring), RING_BUFFERS * (RING_BUFFER_OCTETS >> 20), room_text);

	settings->say(line);
}

static void
obey(Live *live)
{
	if (atomic_exchange(&live->reopen, FALSE))
		recorder_reopen(live->recorder);
	if (atomic_exchange(&live->status, FALSE))
		tell_status(live);
}

static void
advance(Live *live)
{
	recorder_advance(live->recorder, read_clock(CLOCK_REALTIME),
		read_clock(CLOCK_MONOTONIC), live->dropped_kernel, live->dropped_interface);
}

/* Until an empty buffer comes. */
static gpointer
write_packets(gpointer data)
{
	Live *live = data;
	gboolean is_end = FALSE;

	while (!is_end) {
		RingBuffer *buffer = ring_take_full(live->ring, WAIT_MS * 1000);
		advance(live);
		is_end = buffer && buffer->used == 0;
		if (buffer) {
			recorder_take(live->recorder, buffer->octets, buffer->used);
			ring_give_empty(live->ring, buffer);
		}
		obey(live);
	}
	recorder_stop(live->recorder);
	return NULL;
}

/* The capturing thread. */

static void
hand_over(Live *live)
{
	ring_give_full(live->ring, live->buffer);
	live->buffer = ring_take_empty(live->ring);
}

static void
take_packet(gpointer data, const PcapRecord *record, const guint8 *octets)
{
	Live *live = data;

	if (live->buffer->used + sizeof *record + record->captured > RING_BUFFER_OCTETS)
		hand_over(live);
	guint8 *end = live->buffer->octets + live->buffer->used;
	memcpy(end, record, sizeof *record);
	memcpy(end + sizeof *record, octets, record->captured);
	live->buffer->used += sizeof *record + record->captured;
}

/* TRUE: the end is asked for. */
static gboolean
read_signals(Live *live)
{
	struct signalfd_siginfo info;
	gboolean is_end = FALSE;

	while (read(live->signals, &info, sizeof info) == sizeof info) {
		if (info.ssi_signo == SIGHUP)
			live->reopen = TRUE;
		else if (info.ssi_signo == SIGUSR1)
			live->status = TRUE;
		else
			is_end = TRUE;
	}
	return is_end;
}

static void
look_at_drops(Live *live)
{
	guint64 kernel, interface;

	source_drops(live->source, &kernel, &interface);
	live->dropped_kernel = kernel;
	live->dropped_interface = interface;
}

static gboolean
capture(Live *live, GError **error)
{
	guint64 end = G_MAXUINT64, looked = 0;
	int n = 0;

	for (guint64 tick = 0; tick < end; tick = read_clock(CLOCK_MONOTONIC)) {
		struct pollfd ways[] = {
			{source_fd(live->source), POLLIN, 0}, {live->signals, POLLIN, 0}};
		poll(ways, G_N_ELEMENTS(ways), n > 0 ? 0 : WAIT_MS);
		if (ways[1].revents && read_signals(live))
			end = MIN(end, tick + DRAIN_MS * (SECOND_NS / 1000));
		n = source_take(live->source, take_packet, live, error);
		if (n < 0)
			return FALSE;
		/* A writer that has nothing to do shall not wait for a buffer to be full. */
		if (live->buffer->used > 0 && (n == 0 || ring_n_full(live->ring) == 0))
			hand_over(live);
		if (tick >= looked + SECOND_NS) {
			looked = tick;
			look_at_drops(live);
			if (!source_is_there(live->source, error))
				return FALSE;
		}
	}
	return TRUE;
}

static gboolean
capture_to_the_end(Live *live, GError **error)
{
	GThread *writer = g_thread_try_new("write", write_packets, live, error);

	if (!writer)
		return FALSE;
	live->buffer = ring_take_empty(live->ring);
	gboolean done = capture(live, error);
	look_at_drops(live);
	if (live->buffer->used > 0)
		hand_over(live);
	/* An empty one says that it was the last. */
	ring_give_full(live->ring, live->buffer);
	g_thread_join(writer);
	return done;
}

static void
close_descriptor(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#define AUTO_CLOSE __attribute__((cleanup(close_descriptor)))

static gboolean
record(const LiveSettings *settings, Source *source, Compressor *compressor, int signals,
	int manager, GError **error)
{
	/* Outlives the closer, whose files borrow from it. */
	RecorderSettings recording = {
		.kind = {.spool = settings->spool,
			.sensor = settings->sensor,
			.filter = settings->source.filter,
			.interface = settings->source.interface,
			.snap_length = settings->source.snap_length,
			.link_type = source_link_type(source),
			.short_hours = settings->hour_seconds != HOUR_SECONDS},
		.grid_minutes = settings->grid_minutes,
		.hour_seconds = settings->hour_seconds,
		.keep_free = settings->keep_free,
		.say = settings->say,
	};
	g_autoptr(Closer) closer = closer_new(compressor, settings->say, error);
	if (!closer)
		return FALSE;
	recording.closer = closer;
	g_autoptr(Recorder) recorder = recorder_new(&recording);
	g_autoptr(Ring) ring = ring_new();
	Live live = {.settings = settings,
		.source = source,
		.ring = ring,
		.recorder = recorder,
		.signals = signals};

	notify_send(manager, "READY=1");
	return capture_to_the_end(&live, error);
}

typedef struct {
	Recovery *recovery;     /* borrowed */
	Compressor *compressor; /* borrowed */
} Leftovers;

static gpointer
recover(gpointer data)
{
	Leftovers *leftovers = data;

	recover_run(leftovers->recovery, leftovers->compressor);
	return NULL;
}

/* What a former collector left may be hours of reading: packets do not wait for it. */
static gboolean
record_and_recover(
	const LiveSettings *settings, Source *source, int signals, int manager, GError **error)
{
	g_autoptr(Recovery) recovery =
		recover_new(settings->spool, settings->sensor, settings->say);
	g_autoptr(Compressor) compressor =
		settings->level > 0 ? compressor_new(settings->level, settings->say, error)
				    : NULL;
	if (settings->level > 0 && !compressor)
		return FALSE;
	Leftovers leftovers = {recovery, compressor};
	GThread *thread = g_thread_try_new("recover", recover, &leftovers, error);
	if (!thread)
		return FALSE;
	gboolean done = record(settings, source, compressor, signals, manager, error);
	recover_stop(recovery);
	g_thread_join(thread);
	return done;
}

/* -1 and error. */
static int
take_signals(GError **error)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, NULL); /* before there is another thread */
	int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		g_set_error(error, FAILURE, FAILURE_FAILED, "signals cannot be waited for: %s",
			g_strerror(errno));
	return fd;
}

gboolean
live_run(const LiveSettings *settings, GError **error)
{
	AUTO_CLOSE int signals = take_signals(error);
	if (signals < 0)
		return FALSE;
	AUTO_CLOSE int manager = notify_open();
	g_autoptr(Source) source = source_new(&settings->source, error);

	if (!source || !privilege_drop(settings->user, error) || !sandbox_enter(error))
		return FALSE;
	AUTO_CLOSE int lock = outlet_lock(settings->spool, settings->sensor, error);
	if (lock < 0)
		return FALSE;
	return record_and_recover(settings, source, signals, manager, error);
}
