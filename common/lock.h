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

#endif
