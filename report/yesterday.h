/*
 * What was found the day before: findings.ndjson of the last local day, by which findings are new
 * or still there, and those of it that are gone.
 *
 * A finding about sources is still there when any of its sources was in a finding about sources
 * of the day before, whoever told it; one about a target (scope "target") or a port when the day
 * before told one about the same. Sources are compared as they are printed, so an IPv6 /64 with
 * itself.
 */
#ifndef REPORT_YESTERDAY_H
#define REPORT_YESTERDAY_H

#include "common/site.h"
#include "tally/finding.h"

typedef struct Yesterday Yesterday;

/* The findings of the local day before the one that begins at `from` (seconds since 1970): path
 * REPORTS/SITE/YYYY/MM/DD/findings.ndjson; owned by the caller. */
char *yesterday_path(const Site *site, gint64 from);

/* Never fails: what cannot be read is not known. */
Yesterday *yesterday_load(const char *path);
void yesterday_free(Yesterday *yesterday);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Yesterday, yesterday_free)

/* Why nothing is known, a line to be told once: "...: no findings of the day before: what is new
 * is not known", "...findings.ndjson:17: ..."; NULL: all is known. missing: there is no such
 * file, as on a site's first day; else it is damaged, or cannot be read. May be NULL. Owned by
 * yesterday. */
const char *yesterday_problem(const Yesterday *yesterday, gboolean *missing);

/* STATE_UNKNOWN when nothing is known. Takes note: what it is about is not gone. */
FindingState yesterday_take(Yesterday *yesterday, const Finding *finding);

/* One of them; texts are owned by yesterday. */
typedef struct {
	const char *id, *detector, *verdict; /* detector: the telling one */
	/* what it was about: "198.51.100.9", "target 192.0.2.1", "port syn 445"; of several
	 * sources the first */
	const char *about;
	guint64 n_sources, hosts;
	gint64 window_end; /* seconds since 1970 */
} YesterdayFinding;

/* Once all findings are taken: those of the day before of whom nothing was taken, in the order
 * of the file; array of const YesterdayFinding *, owned by the caller. Empty when nothing is
 * known. */
GPtrArray *yesterday_gone(const Yesterday *yesterday);

#endif
