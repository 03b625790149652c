/*
 * A local day of a site at rest: which hours it has, which tallies bear on its findings.
 */
#ifndef REPORT_DAY_H
#define REPORT_DAY_H

#include "common/site.h"
#include "report/scan.h"

typedef struct {
	const Site *site;     /* borrowed */
	const char **sensors; /* borrowed; NULL-terminated, sorted */
	char *date;           /* owned; "2026-03-29", local */
	gint64 from, to;      /* the day's hours: from <= hour < to, seconds since 1970 */
	SubjectSpan span;     /* those of them that are closed */
	gint64 first;         /* the first hour that bears on a window of the span */
	/* of Reader *, owned: the sound tallies of the hours [first, span.to), by sensor, hour */
	GPtrArray *readers;
	GPtrArray *unread;   /* of char *, owned: what could not be read, a line each */
	GHashTable *damaged; /* owned; path -> why: tallies that turned out damaged inside */
} Day;

/*
 * The day with the given date. now: an hour is closed when it has ended by then. FALSE and
 * FAILURE_USAGE: it is no date, or the day's first hour is not closed yet.
 */
Day *day_new(
	const Site *site, const char **sensors, const char *date, gint64 now, GError **error);
void day_free(Day *day);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Day, day_free)

/* Opens the tallies (again); one that cannot be opened, is in a wrong place or of another grid
 * or is known as damaged is left out, and told in unread. FALSE: a folder cannot be listed. */
gboolean day_open(Day *day, GError **error);

/* After a tally turned out to be damaged inside: reads all that are open to their ends, and
 * closes them. FALSE: every one is sound. */
gboolean day_find_damaged(Day *day);

/* What the day's own hours (span) hold. */
Coverage *day_coverage(const Day *day, GError **error);

/* Whether the day's tallies saw one side only. */
gboolean day_is_one_sided(const Day *day);

/* Whether any sensor has a tally of the hour that is open. */
gboolean day_has_hour(const Day *day, gint64 hour);

#endif
