/*
 * A file that appears under its name only when whole: written beside it under a private name,
 * synced, renamed.
 */
#ifndef COMMON_OUTPUT_H
#define COMMON_OUTPUT_H

#include <glib.h>

typedef struct Output Output;

/* Opens ".NAME.part-" and six random letters beside path; of a link, beside what it leads to.
 * What is there already must be a plain file. */
Output *output_new(const char *path, GError **error);
/* An unnamed file in folder, never synced, gone with its descriptor; made with the first
 * octets, in memory when these are few. */
Output *output_new_unnamed(const char *folder, GError **error);
/* The descriptor alone of such a file, that is to hold so many octets; -1 and error when none
 * can be made. */
int output_open_unnamed(const char *folder, guint64 length, GError **error);

/* Writes all octets. FALSE: the error (disk full, ...). */
gboolean output_write(Output *output, const guint8 *octets, gsize length, GError **error);

/* Syncs the file, gives it its name (over what was there), syncs the folder. On error
 * nothing is left behind, and what was there before stays; only when the folder itself
 * cannot be synced the file may stay, whole. */
gboolean output_finish(Output *output, GError **error);

/* The descriptor, for what else belongs to a file (its times, ...); owned by output. */
int output_fd(const Output *output);

/* The unnamed file's descriptor, for reading and writing; the caller's from now on. */
int output_steal_fd(Output *output);

/* A whole file at once. */
gboolean output_save(const char *path, const char *text, gsize length, GError **error);

const char *output_name(const Output *output);

/* Not finished: what was written is removed. */
void output_free(Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Output, output_free)

#endif
