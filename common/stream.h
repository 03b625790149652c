/*
 * A file descriptor read from front to end on a thread of its own, and decompressed there when
 * its first octets say gzip (any number of members) or zstd (any number of frames). Memory: a
 * ring of a few buffers, whatever the file's size.
 */
#ifndef COMMON_STREAM_H
#define COMMON_STREAM_H

#include <glib.h>

enum { STREAM_CARRY = 1 << 19 }; /* octets that may be left unconsumed when more is asked for */

typedef struct Stream Stream;

/* Takes fd over. NULL and error when no thread can be started. */
Stream *stream_new(int fd, GError **error);
/* Stops the thread, also while it waits for octets that never come. */
void stream_free(Stream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stream, stream_free)

/* The octets read and not yet consumed; valid until the next call of stream_more. NULL's length
 * is 0. */
const guint8 *stream_view(const Stream *stream, gsize *length);
void stream_consume(Stream *stream, gsize octets);

/* Makes the view longer; what is in it, STREAM_CARRY octets at most, may move. FALSE: there is
 * no more. */
gboolean stream_more(Stream *stream);

/* Why there is no more: NULL at an orderly end, else a message without the file's name ("gzip
 * data cut short"). Owned by stream. */
const char *stream_trouble(Stream *stream);

/* Octets consumed (decompressed), and octets taken from the descriptor. */
guint64 stream_offset(const Stream *stream);
guint64 stream_position(const Stream *stream);
/* "gzip", "zstd", or NULL when the octets come as they are stored. */
const char *stream_compression(const Stream *stream);

#endif
