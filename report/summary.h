/*
 * A day's summary at rest, REPORTS/SITE/YYYY/MM/DD/summary.json: what calendar, months, weeks and
 * feed are made of, so that nothing else of the day is read again. gnomon-report(1) describes
 * it field by field.
 */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "tally/finding.h"

#define SUMMARY_NAME "summary.json"

enum {
	SUMMARY_SCHEMA = 1,
	SUMMARY_TOP = 12,                 /* findings that are told in short */
	SUMMARY_SOURCES = 1000,           /* sources that are listed, those of highest rank */
	SUMMARY_OCTETS_MAX = 1024 * 1024, /* of a file that is read */
};

/* One of the first findings. Texts may hold anything. */
typedef struct {
	char *id; /* 16 hexadecimal digits; owned, as the others */
	char *about, *reason;
	Verdict verdict;
	FindingState state;
	gboolean has_card;
} SummaryFinding;

/* One of the sources of the findings that are about sources. */
typedef struct {
	char *source; /* "198.51.100.9", "2001:db8::/64"; owned */
	char *id;     /* the first of its findings; owned */
	Verdict verdict;
	gboolean has_card;
} SummarySource;

typedef struct {
	guint day;     /* calendar.h */
	char *problem; /* why it cannot be read, then nothing below counts; NULL: it was; owned */
	gint64 until; /* end of the newest hour that was tallied; seconds since 1970 */
	/* Hours of the day (23 to 25); those that are closed; of these the ones that a sensor
	 * has no tally of, and those cut short. */
	guint hours, closed, missing, cut_short;
	guint64 packets;
	guint64 dropped; /* FACTS_NEVER: not known */
	gboolean one_sided;
	/* Findings, and of these the ones that are new, still there, not known to be either, or
	 * labelled by the site; gone: of the day before. */
	guint64 findings, fresh, still, unknown, labelled, gone;
	guint64 verdicts[VERDICT_COUNT];
	char *headline;     /* owned */
	char *tune;         /* its histogram, tune_day_text; owned; NULL: none */
	GPtrArray *top;     /* of SummaryFinding *, by rank; owned */
	GPtrArray *sources; /* of SummarySource *, by rank, each once; owned; NULL: left out */
	gboolean more_sources; /* than are listed */
} Summary;

Summary *summary_new(guint day);
void summary_free(Summary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Summary, summary_free)

/* What the calendar needs: without the lists of findings and sources, and the histogram. */
void summary_strip(Summary *summary);

/* Appends it as a JSON object; one with a problem tells only that. */
void summary_json(GString *out, const Summary *summary);

/* Writes a day's summary into its folder, unless it is there. */
gboolean summary_save(const Summary *summary, const char *folder, GError **error);

/* Never fails: what cannot be read, is damaged or of another day has a problem. */
Summary *summary_load(const char *folder, guint day);

/* The hours that are missing or cut short, and what else makes the day's numbers less: "2 h
 * missing, 1 h cut short"; "" when nothing does; free with g_free. */
char *summary_gaps(const Summary *summary);

/* "2 scan, 1 flood" of verdicts; "" without; free with g_free. */
char *summary_verdicts(const guint64 verdicts[VERDICT_COUNT]);

#endif
