#include "config.h"

#include "collect/recorder.h"

#include <errno.h>
#include <string.h>

#include "collect/pcap_format.h"
#include "collect/space.h"
#include "collect/turn.h"

enum {
	LOOK_OCTETS = 4 << 20, /* written between two looks at the room */
	WAIT_MAX = 64,         /* s between two tries to go on */
	SOON = 10,             /* s; failing again within them, it is waited twice as long */
};

struct Recorder {
	const RecorderSettings *settings; /* borrowed */
	Turn *turn;                       /* owned */
	guint64 now, tick;                /* ns, of the last advance */
	guint64 packets, discarded;       /* all */
	guint64 untold;                   /* discarded, and in no manifest yet */
	guint64 noted_kernel, noted_interface;
	guint64 unlooked; /* octets written since the room was looked at */
	gboolean stopping;
	/* Nothing is written: */
	gboolean halted;
	char *reason;        /* owned; why */
	guint64 resumed;     /* tick of going on, 0: never halted */
	guint64 wait, again; /* s between tries, tick of the next */
};

/* Consecutive records of one file. */
typedef struct {
	gsize length;
	guint64 n, bytes;    /* records, octets on the wire */
	guint64 first, last; /* times */
} Run;

/* Of an hour file that could not be made or written; errno is its. */
static void
note_reason(Recorder *recorder, const GError *error)
{
	const char *reason = errno == ENOSPC ? "disk full" : error->message;

	g_free(recorder->reason);
	recorder->reason = g_strdup(reason);
}

/* The clock, within the hour of the file. */
static guint64
now_within(const Recorder *recorder, const HourFile *file)
{
	gint64 begin = hour_file_hour(file), end = begin + recorder->settings->hour_seconds;

	return CLAMP(recorder->now, (guint64)MAX(begin, 0) * SECOND_NS,
		(guint64)MAX(end, 0) * SECOND_NS);
}

static gpointer
open_file(gpointer data, gint64 hour, int second)
{
	Recorder *recorder = data;
	g_autoptr(GError) error = NULL;
	HourFile *file = hour_file_new(&recorder->settings->kind, hour, second, &error);

	if (!file) {
		note_reason(recorder, error);
		return NULL;
	}
	Manifest *manifest = hour_file_manifest(file);
	manifest->dropped_kernel = manifest->dropped_interface = 0;
	manifest->began = now_within(recorder, file);
	manifest->discarded = recorder->untold;
	recorder->untold = 0;
	hour_file_note(file);
	return file;
}

static void
set_reason(Manifest *manifest, const char *reason)
{
	g_free(manifest->reason);
	manifest->reason = g_strdup(reason);
}

static void
cut_short(Recorder *recorder, HourFile *file)
{
	Manifest *manifest = hour_file_manifest(file);

	manifest->cut_short = TRUE;
	set_reason(manifest, recorder->reason);
}

static void
close_file(gpointer data, gpointer opened)
{
	Recorder *recorder = data;
	HourFile *file = opened;
	Manifest *manifest = hour_file_manifest(file);
	/* In seconds; times are far from the end of 64 bits. */
	gint64 end = hour_file_hour(file) + recorder->settings->hour_seconds;
	gboolean is_early = (gint64)(recorder->now / SECOND_NS) < end;

	manifest->ended = MAX(manifest->began, now_within(recorder, file));

	if (is_early && recorder->halted)
		cut_short(recorder, file);
	else if (is_early && recorder->stopping)
		set_reason(manifest, "stopped before the hour's end");
	closer_add(recorder->settings->closer, file);
}

Recorder *
recorder_new(const RecorderSettings *settings)
{
	Recorder *recorder = g_new0(Recorder, 1);
	TurnSettings turn = {
		.grid_minutes = settings->grid_minutes,
		.hour_seconds = settings->hour_seconds,
		.open = open_file,
		.close = close_file,
		.data = recorder,
	};

	recorder->settings = settings;
	recorder->turn = turn_new(&turn);
	recorder->wait = 1;
	return recorder;
}

void
recorder_free(Recorder *recorder)
{
	if (!recorder)
		return;
	recorder_stop(recorder);
	turn_free(recorder->turn);
	g_free(recorder->reason);
	g_free(recorder);
}

static void G_GNUC_PRINTF(2, 3) say(Recorder *recorder, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *message = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	recorder->settings->say(message);
}

static void
wait_for_next_try(Recorder *recorder)
{
	recorder->again = recorder->tick + recorder->wait * SECOND_NS;
}

/* recorder->reason says why. */
static void
halt(Recorder *recorder)
{
	gboolean soon =
		recorder->resumed > 0 && recorder->tick < recorder->resumed + SOON * SECOND_NS;

	recorder->halted = TRUE;
	recorder->wait = soon ? MIN(recorder->wait * 2, WAIT_MAX) : 1;
	wait_for_next_try(recorder);
	turn_close_all(recorder->turn);
	say(recorder, "%s: %s: packets are discarded until it can be written again",
		recorder->settings->kind.spool, recorder->reason);
}

static void
look_at_room(Recorder *recorder)
{
	const RecorderSettings *settings = recorder->settings;

	recorder->unlooked = 0;
	if (!recorder->halted &&
		!space_is_enough(settings->kind.spool, settings->keep_free, FALSE)) {
		g_free(recorder->reason);
		recorder->reason = g_strdup("disk full");
		halt(recorder);
	}
}

static void
try_again(Recorder *recorder)
{
	const RecorderSettings *settings = recorder->settings;

	if (recorder->tick < recorder->again)
		return;
	wait_for_next_try(recorder);
	if (!space_is_enough(settings->kind.spool, settings->keep_free, TRUE))
		return;
	guint64 untold = recorder->untold;
	if (!turn_advance(recorder->turn, recorder->now, recorder->tick))
		return;
	recorder->halted = FALSE;
	recorder->resumed = recorder->tick;
	say(recorder, "%s: there is room again: %" G_GUINT64_FORMAT " packets were discarded",
		settings->kind.spool, untold);
}

/* To the file of the clock's hour; kept until there is one. */
static void
note_drops(Recorder *recorder, guint64 kernel, guint64 interface)
{
	HourFile *file = turn_current(recorder->turn);

	if (!file)
		return;
	Manifest *manifest = hour_file_manifest(file);
	manifest->dropped_kernel += kernel - recorder->noted_kernel;
	manifest->dropped_interface += interface - recorder->noted_interface;
	recorder->noted_kernel = kernel;
	recorder->noted_interface = interface;
}

void
recorder_advance(Recorder *recorder, guint64 now_ns, guint64 tick_ns, guint64 dropped_kernel,
	guint64 dropped_interface)
{
	gboolean is_second = tick_ns / SECOND_NS != recorder->tick / SECOND_NS;

	recorder->now = now_ns;
	recorder->tick = tick_ns;
	if (is_second)
		look_at_room(recorder);
	if (recorder->halted)
		try_again(recorder);
	else if (!turn_advance(recorder->turn, now_ns, tick_ns))
		halt(recorder);
	note_drops(recorder, dropped_kernel, dropped_interface);
}

/* The records from the start that have times from begin up to end. */
static Run
find_run(const guint8 *records, gsize length, guint64 begin, guint64 end)
{
	Run run = {.first = G_MAXUINT64};
	PcapRecord record;

	while (run.length + sizeof record <= length) {
		memcpy(&record, records + run.length, sizeof record);
		guint64 time = pcap_record_time(&record);
		if (time < begin || time >= end)
			break;
		run.length += sizeof record + record.captured;
		run.n++;
		run.bytes += record.length;
		run.first = MIN(run.first, time);
		run.last = MAX(run.last, time);
	}
	return run;
}

static void
discard(Recorder *recorder, guint64 n)
{
	recorder->discarded += n;
	recorder->untold += n;
}

static void
append(Recorder *recorder, HourFile *file, const guint8 *records, const Run *run)
{
	g_autoptr(GError) error = NULL;

	if (hour_file_append(file, records, run->length, run->n, run->bytes, run->first,
		    run->last, &error)) {
		recorder->packets += run->n;
		recorder->unlooked += run->length;
		return;
	}
	note_reason(recorder, error);
	discard(recorder, run->n);
	/* Even when its hour is over. */
	cut_short(recorder, file);
	halt(recorder);
}

void
recorder_take(Recorder *recorder, const guint8 *records, gsize length)
{
	while (length > 0 && !recorder->halted) {
		PcapRecord record;
		guint64 begin, end;
		memcpy(&record, records, sizeof record);
		HourFile *file =
			turn_file(recorder->turn, pcap_record_time(&record), &begin, &end);
		if (!file) {
			halt(recorder);
			break;
		}
		Run run = find_run(records, length, begin, end);
		append(recorder, file, records, &run);
		records += run.length;
		length -= run.length;
	}
	discard(recorder, find_run(records, length, 0, G_MAXUINT64).n);
	if (recorder->unlooked >= LOOK_OCTETS)
		look_at_room(recorder);
}

void
recorder_reopen(Recorder *recorder)
{
	turn_close_all(recorder->turn);
}

void
recorder_stop(Recorder *recorder)
{
	if (!recorder->stopping && recorder->untold > 0)
		say(recorder, "%" G_GUINT64_FORMAT " packets were discarded before the end",
			recorder->untold);
	recorder->stopping = TRUE;
	turn_close_all(recorder->turn);
}

RecorderStatus
recorder_status(Recorder *recorder)
{
	HourFile *file = turn_current(recorder->turn);
	RecorderStatus status = {.packets = recorder->packets,
		.discarded = recorder->discarded,
		.path = file ? hour_file_path(file) : NULL};

	return status;
}
