/*
 * The system calls that a collector is left with.
 */
#ifndef COLLECT_SANDBOX_H
#define COLLECT_SANDBOX_H

#include <glib.h>

/*
 * From now on any system call but those for files, memory, threads, clocks and what is open
 * already kills the process: no programs, no other processes. To open a socket is refused, and
 * kills nobody. Before any thread is started. Does nothing where seccomp is not built in, or
 * sanitizers are. FALSE: FAILURE_FAILED.
 */
gboolean sandbox_enter(GError **error);

#endif
