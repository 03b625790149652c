/*
 * A thread that closes hour files, for syncing takes its time and the packets do not wait, and
 * hands them on to the compressor.
 */
#ifndef COLLECT_CLOSER_H
#define COLLECT_CLOSER_H

#include "collect/compressor.h"
#include "collect/hour_file.h"

typedef struct Closer Closer;

/* compressor: borrowed; NULL: files stay as they are. say: called on the thread, when a file
 * cannot be closed. */
Closer *closer_new(Compressor *compressor, void (*say)(const char *message), GError **error);
/* Waits until all are closed. */
void closer_free(Closer *closer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Closer, closer_free)

/* Takes file over, its manifest complete; its HourFileKind must outlive the closer. */
void closer_add(Closer *closer, HourFile *file);

#endif
