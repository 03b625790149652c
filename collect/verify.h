/*
 * An hour file at rest against its manifest.
 */
#ifndef COLLECT_VERIFY_H
#define COLLECT_VERIFY_H

#include <glib.h>

/*
 * path: HHMM[-MMSS].pcap[.zst|.gz], its manifest beside it; of the records their number, octets,
 * times and digest are compared. FALSE: FAILURE_PARTIAL "PATH: packets 12, expected 13; ...",
 * or where it is damaged; FAILURE_FAILED when it cannot be checked: no hour file's name, no
 * manifest, not readable.
 */
gboolean verify_file(const char *path, GError **error);

#endif
