/*
 * One hour file being written: HHMM[-MMSS].pcap.part in its day's folder, and what its manifest
 * will say. pcap 2.4, this machine's byte order, nanoseconds (magic a1b23c4d).
 *
 * A file that was closed has its name and its manifest, synced, the manifest first; whatever
 * happens before leaves a .part, which recover.h finishes.
 */
#ifndef COLLECT_HOUR_FILE_H
#define COLLECT_HOUR_FILE_H

#include "common/manifest.h"

typedef struct HourFile HourFile;

/* What all files of a collector have in common; borrowed for as long as files are open. */
typedef struct {
	const char *spool, *sensor;
	const char *filter, *interface; /* "" for none */
	guint32 snap_length;
	int link_type;        /* DLT_* */
	gboolean imported;    /* parts are called .import.part: never finished after a crash */
	gboolean short_hours; /* of less than 3,600 s, for tests: stems are HHMMSS (stem.h) */
} HourFileKind;

/* hour: start, seconds since 1970. The file is called HHMM when that is free (neither a file, a
 * manifest, nor a .part of that stem is there), else HHMM-MMSS, the first free one from
 * `second` after the hour's start (0..3599; -1 is 0) on. An imported file takes its name anew
 * when it is closed, so that an import that is repeated gives the same names. Makes the day's
 * folder, but not SPOOL/SENSOR: where that is gone, so is what was mounted there.
 * Error: FAILURE_FAILED with the path; errno is left for ENOSPC, nothing stays behind. */
HourFile *hour_file_new(const HourFileKind *kind, gint64 hour, int second, GError **error);
/* Not closed: the .part stays as it is. */
void hour_file_free(HourFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HourFile, hour_file_free)

/*
 * Appends whole records as they lie in the file (16 octets of header, nanoseconds, then the
 * captured octets), n of them. bytes: on the wire; first, last: least and greatest time. FALSE:
 * not all could be written (error FAILURE_FAILED; errno is left for ENOSPC); the file is cut
 * back to what it held before, and can be closed.
 */
gboolean hour_file_append(HourFile *file, const guint8 *records, gsize length, guint64 n,
	guint64 bytes, guint64 first, guint64 last, GError **error);

/* Holds no descriptor from now on; the next append or close opens the .part again. */
void hour_file_suspend(HourFile *file);

/* Leaves what the manifest says so far for a start after a crash, as opening does. */
void hour_file_note(HourFile *file);

/* Owned by file: counts and digest so far; drops, discarded, cut_short and reason are the
 * caller's to set before closing. */
Manifest *hour_file_manifest(HourFile *file);
const char *hour_file_path(const HourFile *file); /* of the .part */
gint64 hour_file_hour(const HourFile *file);

/* Syncs, writes the manifest, gives both their names; HHMM-MMSS, if somebody put another file
 * where the own one was to be. Room for the manifest was taken when the
 * file was opened, so that a full disk cannot hinder it. The path (owned by the caller), NULL
 * on error. Does not free. */
char *hour_file_close(HourFile *file, GError **error);
/* Removes the .part, as if it had never been there. Does not free. */
void hour_file_remove(HourFile *file);

#endif
