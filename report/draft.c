#include "config.h"

#include "report/draft.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/output.h"

enum { PIECE = 1 << 16 };

static gboolean
fail(GError **error, const char *what)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: %s", what, g_strerror(errno));
	return FALSE;
}

FILE *
draft_new(const char *folder, GError **error)
{
	int fd = output_open_unnamed(folder, G_MAXUINT64, error);
	FILE *draft = fd >= 0 ? fdopen(fd, "w+") : NULL;

	if (fd >= 0 && !draft) {
		fail(error, folder);
		close(fd);
	}
	return draft;
}

/* All that was written is in the file, and it is read from its start. */
static gboolean
settle(FILE *draft, GError **error)
{
	if (ferror(draft) || fflush(draft) != 0 || fseek(draft, 0, SEEK_SET) != 0)
		return fail(error, "a draft of the report");
	return TRUE;
}

/* The next piece of the draft; 0: its end, or error. */
static gsize
next_piece(FILE *draft, char *piece, GError **error)
{
	gsize n = fread(piece, 1, PIECE, draft);

	if (n == 0 && ferror(draft))
		fail(error, "a draft of the report");
	return n;
}

/* Whether the file at path, if there is one, holds the draft's octets. */
static gboolean
is_same(FILE *draft, const char *path)
{
	g_autoptr(FILE) file = disk_open(path);
	g_autofree char *ours = g_malloc(PIECE), *theirs = g_malloc(PIECE);
	gsize n;

	if (!file)
		return FALSE;
	while ((n = next_piece(draft, ours, NULL)) > 0)
		if (fread(theirs, 1, n, file) != n || memcmp(ours, theirs, n) != 0)
			return FALSE;
	return fgetc(file) == EOF && !ferror(file) && !ferror(draft);
}

gboolean
draft_keep(FILE *draft, const char *path, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE);
	g_autoptr(GError) problem = NULL;
	gsize n;

	if (!settle(draft, error))
		return FALSE;
	if (is_same(draft, path))
		return TRUE;

	g_autoptr(Output) output = output_new(path, error);
	if (!output || !settle(draft, error))
		return FALSE;
	while ((n = next_piece(draft, piece, &problem)) > 0)
		if (!output_write(output, (const guint8 *)piece, n, error))
			return FALSE;
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	return output_finish(output, error);
}

gboolean
draft_save(const char *path, const char *text, gsize length, GError **error)
{
	gsize n;
	g_autofree char *there = disk_load(path, length, &n);

	if (there && n == length && memcmp(there, text, n) == 0)
		return TRUE;
	return output_save(path, text, length, error);
}

gboolean
draft_copy(FILE *draft, FILE *out, GError **error)
{
	g_autofree char *piece = g_malloc(PIECE);
	g_autoptr(GError) problem = NULL;
	gsize n;

	if (!settle(draft, error))
		return FALSE;
	while ((n = next_piece(draft, piece, &problem)) > 0)
		fwrite(piece, 1, n, out);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}
