/*
 * Figure 8's counters: every source that hit at least n targets, hour by hour, and the best of
 * each source's longer windows; whatever findings say of them.
 */
#ifndef REPORT_COUNTERS_H
#define REPORT_COUNTERS_H

#include "tally/detector.h"

typedef struct {
	guint triggers[PROFILE_SPANS]; /* hosts from which on a counter lists a source */
	SubjectSpan span;
	/* of WindowHit, owned: every hour; of the longer windows each source's best, a week only
	 * where it says more than a day */
	GArray *lines[PROFILE_SPANS];
} Counters;

Counters *counters_new(const DetectorSettings *settings, SubjectSpan span);
void counters_free(Counters *counters);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Counters, counters_free)

/* Adds a source's lines; profile: of any of its windows. */
void counters_add(Counters *counters, const Profile *profile);

/* Where a page tells more of a source: href PAGE#f-ID. ids: source as text -> ID. */
typedef struct {
	const char *page; /* "index.html"; "": the same */
	GHashTable *ids;  /* char * -> char *; borrowed */
} CounterLinks;

/* Appends them as figure 8 has them, hour by hour, then the longer windows'; sorts the lines.
 * links: as HTML, with a way to what is told of the sources; NULL: plain text. */
void counters_text(GString *page, const Counters *counters, const CounterLinks *links);

/* Appends the lines of one hour's counter; nothing where it has none. */
void counters_hour_text(
	GString *page, const Counters *counters, gint64 hour, const CounterLinks *links);

/* How many lines an hour's counter has. */
guint counters_hour(const Counters *counters, gint64 hour);

#endif
