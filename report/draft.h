/*
 * A file that is written anew only when it would be another: the draft lies in an unnamed file
 * until it is whole, however long it is.
 */
#ifndef REPORT_DRAFT_H
#define REPORT_DRAFT_H

#include <stdio.h>

#include <glib.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FILE, fclose)

/* An empty unnamed file in folder, to be written and closed by the caller. */
FILE *draft_new(const char *folder, GError **error);

/* Gives path the draft's octets (output.h), unless it has them. FALSE and error: a write failed,
 * of the draft or of the file; what was there before stays. */
gboolean draft_keep(FILE *draft, const char *path, GError **error);

/* Gives path these octets, unless it has them. */
gboolean draft_save(const char *path, const char *text, gsize length, GError **error);

/* Writes the draft's octets to out. */
gboolean draft_copy(FILE *draft, FILE *out, GError **error);

#endif
