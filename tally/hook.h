/*
 * The hook of a run: gnomon-report writes the findings of the days that changed.
 */
#ifndef TALLY_HOOK_H
#define TALLY_HOOK_H

#include <glib.h>

/*
 * Runs `gnomon-report day --site FILE --now T DAY...`, the program that lies beside this one,
 * and waits for it. now: seconds since 1970; days: NULL-terminated; stop: once it is not 0 (set
 * by a handler of SIGTERM, SIGINT or SIGHUP) the program is sent SIGTERM; NULL: never.
 *
 * TRUE: it exited by itself, with *status. FALSE and FAILURE_FAILED: it is not there, or ended
 * otherwise.
 */
gboolean hook_run(const char *site, gint64 now, const char *const *days, const gint *stop,
	int *status, GError **error);

#endif
