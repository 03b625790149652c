/*
 * A thread that compresses hour files (compress.h) when the machine has nothing better to do.
 */
#ifndef COLLECT_COMPRESSOR_H
#define COLLECT_COMPRESSOR_H

#include <glib.h>

typedef struct Compressor Compressor;

enum { COMPRESSOR_RETRY_SECONDS = 300 };

/* level: zstd's. say: called on the thread, once for a file that cannot be compressed, without
 * a line break. */
Compressor *compressor_new(int level, void (*say)(const char *message), GError **error);

/* path: a closed raw file; copied. Files that could not be compressed (no room) are tried again
 * with it, and every COMPRESSOR_RETRY_SECONDS. Never waits for work under way. */
void compressor_add(Compressor *compressor, const char *path);

/* Waits until nothing is left but what could not be compressed. */
void compressor_wait(Compressor *compressor);

/* Stops soon: the file under work is left as it was, those waiting stay raw. */
void compressor_free(Compressor *compressor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Compressor, compressor_free)

#endif
