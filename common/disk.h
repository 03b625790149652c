/*
 * Reads and writes that are not left half done, and names that last. All of them: FALSE (or -1)
 * and errno where it is not possible.
 */
#ifndef COMMON_DISK_H
#define COMMON_DISK_H

#include <stdio.h>

#include <glib.h>

/* Octets of a text of ours that is loaded whole: more than any has. */
enum { DISK_TEXT_MAX = 64 << 20 };

/* All octets, however often it takes. */
gboolean disk_write(int fd, gconstpointer octets, gsize length);
/* As many octets as that; less only at the end. */
gssize disk_read(int fd, gpointer octets, gsize length);

/* All of a plain file of at most `most` octets, with a NUL behind them; free with g_free. *length:
 * without the NUL. NULL and errno: EISDIR, no plain file; EFBIG, more octets. Never waits for a
 * writer. */
char *disk_load(const char *path, gsize most, gsize *length);
/* A plain file, to be read piece by piece; NULL and errno, as disk_load. */
FILE *disk_open(const char *path);
/* What errno of these two means, for a message. */
const char *disk_why(int number);

/* The names in folder outlast a loss of power. */
gboolean disk_sync_folder(const char *folder);

/* What root has just made at fd belongs to whoever folder, in which it lies, belongs to: they go on
 * with it. Does nothing for others. */
void disk_give(int fd, const char *folder);
/* The same of a folder; path: no link. */
void disk_give_folder(const char *path);

#endif
