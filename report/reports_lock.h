/*
 * One writer of a site's pages at a time: one started by hand beside a run's, or that outlived the
 * run which was killed.
 */
#ifndef REPORT_REPORTS_LOCK_H
#define REPORT_REPORTS_LOCK_H

#include "common/site.h"

/* Makes the site's report folder, checks that this process may write there (site_check_owner),
 * waits until no other process writes pages of the site, and removes what one that was killed left
 * unfinished. Returns what lock_release (common/lock.h) ends; -1 and error: they cannot be written. */
int reports_lock(const Site *site, GError **error);

#endif
