/*
 * A lock that ends with its process, however that ends.
 */
#ifndef COMMON_LOCK_H
#define COMMON_LOCK_H

#include <glib.h>

/* Takes the lock on path (made when it is not there, never removed; no link), and writes this process's
 * number into it. Returns the descriptor to be closed at the end; -1 and FAILURE_LOCKED
 * "PATH: process 123 holds it", or FAILURE_FAILED. Children inherit nothing of it. */
int lock_take(const char *path, GError **error);

/* The same, but waits while another process holds it. left: whether the last one that held it did
 * not end with lock_release, and may have left things half done. */
int lock_wait(const char *path, gboolean *left, GError **error);

/* Ends what lock_wait began. */
void lock_release(int fd);

#endif
