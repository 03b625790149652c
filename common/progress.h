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
/* The same for n things of one name ("hours"), done one after the other. name: borrowed. */
Progress *progress_new_steps(guint n, const char *name);
/* Wipes the line. */
void progress_free(Progress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Progress, progress_free)

/* data: a Progress, NULL to tell nothing; so that it serves as a callback. position: octets read
 * of the file at hand, or of all where several are read at once. */
void progress_tell(gpointer data, guint64 packets, guint64 position, guint64 size);

/* So many of the steps are done; contacts: read in them all. progress: NULL to tell nothing. */
void progress_step(Progress *progress, guint done, guint64 contacts);
/* Wipes the line, before others are written to the same terminal. */
void progress_hide(Progress *progress);

#endif
