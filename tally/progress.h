/*
 * One line on a terminal that tells how far the reading of captures is, how fast, and how long
 * it will take. Elsewhere silent.
 */
#ifndef TALLY_PROGRESS_H
#define TALLY_PROGRESS_H

#include <glib.h>

typedef struct Progress Progress;

/* files: what will be read, by which the whole is known. NULL when stderr is no terminal. */
Progress *progress_new(const char *const *files, guint n_files);
/* Wipes the line. */
void progress_free(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* For EngineSettings.progress; data: a Progress. position: octets read of the file at hand. */
void progress_tell(gpointer data, guint64 packets, guint64 position, guint64 size);

#endif
