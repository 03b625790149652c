/*
 * An hour file that is closed, compressed: HHMM.pcap becomes HHMM.pcap.zst, one zstd frame with
 * the content's size in its header and a checksum, of the same time of change and mode.
 *
 * Killed at any instant it leaves the raw file, the compressed one, or (for an instant) both,
 * and at most a private part of the latter, which the next try removes.
 */
#ifndef COLLECT_COMPRESS_H
#define COLLECT_COMPRESS_H

#include <glib.h>

/*
 * path: of the raw file; level: zstd's. TRUE: the compressed file has its name and the raw one
 * is gone; also when it was gone before. A compressed file of the same content's size that is
 * there already stays, and the raw one goes.
 *
 * FALSE: the raw file is as it was and nothing is left beside it; FAILURE_FAILED says why (no
 * room, ...). *stop (atomic; NULL: never), when it becomes nonzero, ends the work soon: FALSE
 * as well.
 */
gboolean compress_file(const char *path, int level, const gint *stop, GError **error);

/* Whether the compressed file of the raw one at path is there, of as many octets: the raw one is
 * not needed any more. */
gboolean compress_is_done(const char *path);

#endif
