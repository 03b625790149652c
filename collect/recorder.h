/*
 * What becomes of captured packets: records of any times are written to their hours' files
 * (turn.h), which are opened and closed as the clock goes.
 *
 * When the disk is full, or cannot be written, open files are closed to their last whole record
 * and marked cut short; packets are counted as discarded until there is room again, then it
 * goes on in a part of the hour (HHMM-MMSS), whose manifest tells how many they were.
 *
 * One thread alone uses it.
 */
#ifndef COLLECT_RECORDER_H
#define COLLECT_RECORDER_H

#include "collect/closer.h"

typedef struct Recorder Recorder;

typedef struct {
	HourFileKind kind;
	guint grid_minutes, hour_seconds; /* turn.h */
	guint64 keep_free;                /* octets of the disk that are left alone */
	Closer *closer;                   /* borrowed */
	void (*say)(const char *message); /* the disk is full, there is room again */
} RecorderSettings;

typedef struct {
	guint64 packets;   /* written */
	guint64 discarded; /* in all */
	const char *path;  /* of the current file's .part; NULL: none is open */
} RecorderStatus;

/* settings and what it points to must outlive the recorder. */
Recorder *recorder_new(const RecorderSettings *settings);
/* Stops it first. */
void recorder_free(Recorder *recorder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recorder, recorder_free)

/* Several times a second, and before records: turn_advance's two clocks, and the packets dropped
 * so far, which are noted in the current hour's file. */
void recorder_advance(Recorder *recorder, guint64 now_ns, guint64 tick_ns,
	guint64 dropped_kernel, guint64 dropped_interface);
/* Whole records, one after another (pcap_format.h). */
void recorder_take(Recorder *recorder, const guint8 *records, gsize length);

/* Closes all files; the next ones are parts of their hours. */
void recorder_reopen(Recorder *recorder);
/* The same for good. */
void recorder_stop(Recorder *recorder);

RecorderStatus recorder_status(Recorder *recorder);

#endif
