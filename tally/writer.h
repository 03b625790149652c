/*
 * Writes an hourly tally (FORMAT.md). Sources come in order (address_compare), a source's pairs
 * by target, a pair's contacts by kind and port. Memory: a few blocks, whatever the tally's
 * size.
 */
#ifndef TALLY_WRITER_H
#define TALLY_WRITER_H

#include "tally/facts.h"

typedef struct Writer Writer;

/* path: the tally's final name; it is written beside it (".part" and a random end), synced
 * and renamed by writer_finish. */
Writer *writer_new(const char *path, GError **error);
/* A run: an unnamed file in folder, gone with its descriptor; kinds up to KIND_COUNT,
 * several pairs of the same target allowed. Fastest compression. */
Writer *writer_new_run(const char *folder, GError **error);

/* threads: compress on a second thread when > 1. Before the first source. */
void writer_set_threads(Writer *writer, guint threads);

/* For each source: writer_source once, then its pairs, then its traits (sorted by kind). An
 * error (disk full, ...) sticks: every later call fails and writer_finish tells it. */
void writer_source(Writer *writer, const Address *source);
void writer_pair(Writer *writer, const Pair *pair);
void writer_traits(Writer *writer, const Trait *traits, guint n);

/* Writes what is left, index and header; syncs; renames. On error nothing is left behind.
 * Closes the writer in any case, but does not free it. For a run: *fd (owned by caller) can
 * be given to reader_new_fd. */
gboolean writer_finish(Writer *writer, const HourFacts *hour, GError **error);
int writer_steal_fd(Writer *writer);

/* Octets written, pairs and contacts taken in so far. */
guint64 writer_size(const Writer *writer);
void writer_free(Writer *writer); /* not finished: what was written is removed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Writer, writer_free)

#endif
