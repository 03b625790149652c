/*
 * One line on a terminal that tells how far the reading of captures is, how fast, and how long
 * it will take. Elsewhere silent.
 */
#ifndef COMMON_PROGRESS_H
#define COMMON_PROGRESS_H

#include <glib.h>

typedef struct Progress Progress;

/* files: what will be read, by which the whole is known. NULL when stderr is no terminal. */
Progress *progress_new(const char *const *files, guint n_files);
/* Wipes the line. */
void progress_free(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* data: a Progress, NULL to tell nothing; so that it serves as a callback. position: octets read
 * of the file at hand, or of all where several are read at once. */
void progress_tell(gpointer data, guint64 packets, guint64 position, guint64 size);

#endif
