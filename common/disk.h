/*
 * Reads and writes that are not left half done, and names that last. All of them: FALSE (or -1)
 * and errno where it is not possible.
 */
#ifndef COMMON_DISK_H
#define COMMON_DISK_H

#include <glib.h>

/* All octets, however often it takes. */
gboolean disk_write(int fd, gconstpointer octets, gsize length);
/* As many octets as that; less only at the end. */
gssize disk_read(int fd, gpointer octets, gsize length);

/* The names in folder outlast a loss of power. */
gboolean disk_sync_folder(const char *folder);

#endif
