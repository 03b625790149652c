/*
 * A known scan, low and slow among ordinary traffic, that goes all the way from a capture to
 * findings: whether this installation, with these thresholds, finds what it is there for.
 */
#ifndef TALLY_SELFTEST_H
#define TALLY_SELFTEST_H

#include "tally/detector.h"

enum { SELFTEST_TARGETS = 9, SELFTEST_AN_HOUR = 3 }; /* of the scan: all, at most in an hour */

typedef struct {
	const DetectorSettings *thresholds; /* borrowed */
	guint found;                        /* findings of the scan's source */
	guint others;                       /* findings of anybody else */
} SelftestRun;

/* Counts findings by each run's thresholds. folder: for the capture and the tallies, which
 * have no names there. FALSE: the work itself failed (disk full). */
gboolean selftest_run(guint grid_minutes, const char *folder, SelftestRun *runs, guint n_runs,
	GError **error);

#endif
