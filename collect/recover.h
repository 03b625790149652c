/*
 * What a collector that was stopped from outside left behind, put in order before the next one
 * begins.
 *
 *	HHMM.pcap.part		closed to its last whole record and marked cut short; one without
 *				even a file header is removed
 *	... with its manifest	given its name when they agree: it had only that to come
 *	*.import.part		removed: the import is repeated
 *	HHMM.json.part		removed, as are private parts of manifests and compressed files
 *	HHMM.pcap		compressed, unless that was done (compress.h); then removed
 *
 * Killed at any instant and repeated it comes to the same.
 */
#ifndef COLLECT_RECOVER_H
#define COLLECT_RECOVER_H

#include "collect/compressor.h"

typedef struct Recovery Recovery;

/* Looks what there is; the lock of SPOOL/SENSOR is held by the caller. say: called by
 * recover_run, too: a line for each file that is cut short, and for what cannot be put in order:
 * it stays as it is, for the next time. */
Recovery *recover_new(const char *spool, const char *sensor, void (*say)(const char *message));
void recover_free(Recovery *recovery);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recovery, recover_free)

/* Puts it in order. May run while new files are written there, on another thread: they take
 * other names, and nothing is touched that had not been seen before. compressor: gets the raw
 * files that have a manifest; NULL: none. */
void recover_run(Recovery *recovery, Compressor *compressor);

/* From any thread: recover_run ends soon, and leaves long parts for the next time. */
void recover_stop(Recovery *recovery);

#endif
