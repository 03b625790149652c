/*
 * Something an analyst should look at: who, what, when, a verdict, and the evidence for and
 * against it.
 */
#ifndef TALLY_FINDING_H
#define TALLY_FINDING_H

#include "tally/profile.h"

/* To add a verdict: one value here, one name in finding.c. */
typedef enum {
	VERDICT_UNDETERMINED,
	VERDICT_SCAN,
	VERDICT_COORDINATED_SCAN,
	VERDICT_DECOY,
	VERDICT_SECOND_ORDER_EFFECT,
	VERDICT_INVERSE_MAPPING,
	VERDICT_LOAD_BALANCER,
	VERDICT_TRACEROUTE,
	VERDICT_FLOOD,
	VERDICT_HIJACK,
	VERDICT_ODD,
	VERDICT_BENIGN,
	VERDICT_COUNT,
} Verdict;

const char *finding_verdict_name(Verdict verdict); /* "undetermined", "scan", ... */

/* A sentence that speaks for or against a verdict: not always the finding's own. */
typedef struct {
	Verdict verdict;
	gboolean against;
	char *text; /* owned */
} Evidence;

typedef struct Detector Detector;
typedef struct KnownEntry KnownEntry;

/* A window in which a detector fired. */
typedef struct {
	const Detector *detector;
	gint64 start, length; /* seconds since 1970; seconds */
	guint count;     /* what the detector's threshold is about: targets, service ports */
	guint threshold; /* count >= threshold */
	Address target;  /* when the count is about one target; else family 0 */
} FindingWindow;

typedef struct {
	/* of FindingWindow: the telling one of each detector; the first tells the finding */
	GArray *windows;
	Verdict verdict;
	Profile *profile; /* of the first window; owned */
	GArray *evidence; /* of Evidence: first the reason why the first detector fired */
	/* what the site says of its sources; NULL: nothing; borrowed from a Known */
	const KnownEntry *known;
} Finding;

/* A finding of one window, without verdict or evidence. profile: of that window, taken over. */
Finding *finding_new(const FindingWindow *window, Profile *profile);
void finding_free(Finding *finding);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Finding, finding_free)

/* Adds a sentence for, or against, a verdict. */
void finding_for(Finding *finding, Verdict verdict, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
void finding_against(Finding *finding, Verdict verdict, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* The i-th window. */
const FindingWindow *finding_window(const Finding *finding, guint i);

/* 16 hexadecimal digits, the same for the same detectors, source and start of the telling
 * window. Free with g_free. */
char *finding_id(const Finding *finding);

/* "1 h", "24 h", "7 d" into buffer of HOUR_TEXT_SIZE; returns it. */
char *finding_format_length(gint64 seconds, char *buffer);

#endif
