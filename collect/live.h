/*
 * Capturing from an interface into the spool until a signal ends it.
 *
 *	SIGTERM, SIGINT	take what the kernel still has, close all files, end
 *	SIGHUP		close the files, go on in HHMM-MMSS
 *	SIGUSR1		a line that says how it is
 *
 * Two threads: one copies packets out of the kernel's ring into buffers (ring.h) and does nothing
 * else; the other writes them (recorder.h). A third closes files (closer.h), a fourth compresses
 * them. When the disk is slow the buffers fill, then the kernel's ring, then the kernel drops and
 * counts.
 */
#ifndef COLLECT_LIVE_H
#define COLLECT_LIVE_H

#include "collect/source.h"

typedef struct {
	SourceSettings source;
	const char *spool, *sensor;
	const char *user; /* to become once the interface is open; "": nobody else */
	guint grid_minutes, hour_seconds; /* turn.h */
	guint64 keep_free;                /* octets of the disk that are left alone */
	int level;                        /* of zstd; 0: files stay as they are */
	void (*say)(const char *message); /* a line; from any thread */
} LiveSettings;

/* FALSE: FAILURE_USAGE (no such user, a bad filter), FAILURE_LOCKED (another writes this
 * sensor's files), FAILURE_FAILED: the interface or the spool cannot be opened, or the
 * interface went away; all that was captured is closed then. */
gboolean live_run(const LiveSettings *settings, GError **error);

#endif
