/*
 * What cron calls, for one site: every closed hour whose tally is missing or out of date is
 * tallied, days that are over are rolled up, the findings that this touches are written, what
 * is no longer kept goes.
 *
 * Whatever interrupts it, kill -9 included, the next run ends where this one would have: tallies
 * appear whole, hours whose findings are still to be told stand in STORE/.pending.
 */
#ifndef TALLY_RUN_H
#define TALLY_RUN_H

#include "common/site.h"

typedef struct {
	const char *path; /* of the settings; borrowed, like all here */
	const Site *site;
	gint64 now;       /* seconds since 1970 */
	guint64 clock_ns; /* the machine's clock */
	gboolean asked;   /* --from and --to: only hours that reach into it, and all of them */
	gint64 from, to;
	gboolean dry_run; /* tells on standard output what would be done */
	gboolean verbose; /* tells on standard output what is done */
	const gint *stop; /* nonzero once the run shall end */
} RunSettings;

/* Returns the exit status; what is wrong is said on standard error, a line in syslog says what
 * was done. */
int run_site(const RunSettings *settings);

/* The worse of two exit statuses. */
int run_worse(int a, int b);

#endif
