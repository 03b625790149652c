/*
 * Captures in forms of which only libpcap knows: pcapng, and pcap other than version 2.4.
 * Records come out as in a pcap file of this machine's byte order with nanoseconds.
 */
#ifndef TALLY_FOREIGN_H
#define TALLY_FOREIGN_H

#include "tally/capture.h"
#include "common/stream.h"

typedef struct Foreign Foreign;

/* Borrows stream. NULL and *reason (caller frees): libpcap does not take it for a capture. */
Foreign *foreign_new(Stream *stream, char **reason);
void foreign_free(Foreign *foreign);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Foreign, foreign_free)

/* DLT_* */
guint32 foreign_link_type(const Foreign *foreign);
guint64 foreign_bad_times(const Foreign *foreign);

/* Appends records to chunk, at most `records` and about `octets`; none: the end, an orderly one
 * when foreign_trouble is NULL. */
void foreign_next(Foreign *foreign, guint32 records, gsize octets, CaptureChunk *chunk);
const char *foreign_trouble(const Foreign *foreign); /* owned by foreign */

/* libpcap's name of a link type ("IEEE802_11"), "no name" when it knows none. */
const char *foreign_link_name(guint32 type);

#endif
