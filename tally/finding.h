/*
 * Something an analyst should look at: who, what, when, a verdict, and the evidence for and
 * against it.
 */
#ifndef TALLY_FINDING_H
#define TALLY_FINDING_H

#include "tally/past.h"
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

/* A list of Evidence, which owns its texts; owned by the caller. */
GArray *finding_evidence_new(void);
void finding_evidence_add(GArray *evidence, Verdict verdict, gboolean against,
	const char *format, va_list arguments) G_GNUC_PRINTF(4, 0);

typedef struct Detector Detector;
typedef struct KnownEntry KnownEntry;

/* What a finding is about: one source, or several that belong together, and all they did; a
 * target, whoever came; a service port, whoever came. */
typedef enum { SCOPE_SOURCES, SCOPE_TARGET, SCOPE_PORT } FindingScope;

const char *finding_scope_name(FindingScope scope); /* "sources", "target", "port" */

/* A window in which a detector fired. */
typedef struct {
	const Detector *detector;
	gint64 start, length; /* seconds since 1970; seconds */
	guint count;     /* what the detector's threshold is about: targets, service ports */
	guint threshold; /* count >= threshold */
	Address target;  /* when the count is about one target; else family 0 */
	/* when the count is about one service port (SCOPE_PORT): a KIND_* that asks for it, and
	 * the port; else of no meaning */
	guint8 service_kind;
	guint16 service_port;
} FindingWindow;

/* One of the sources of a finding. */
typedef struct {
	Address source;
	guint8 bits; /* 32, 128 or the prefix's */
	guint hosts; /* targets it hit in the finding's window */
	guint64 packets;
	guint64 first, last; /* ns since 1970; FACTS_NEVER / 0: not known */
} FindingSource;

/* What a finding means to the one who reads it: a set. Findings are ranked by it, never by
 * volume. To add one: a value here, its name and weight in finding.c. */
typedef enum {
	RANK_WATCHED = 1 << 0,     /* the site asked to be told */
	RANK_OPEN = 1 << 1,        /* a handshake was completed, or a port was found open */
	RANK_ANSWERED = 1 << 2,    /* some target replied, and not with an ICMP error alone */
	RANK_DARK = 1 << 3,        /* targets that never spoke */
	RANK_NEW = 1 << 4,         /* not there yesterday, or never seen */
	RANK_COORDINATED = 1 << 5, /* several sources that belong together */
	RANK_KNOWN = 1 << 6,       /* labelled by the site: behind all others */
	RANKS = 7,
} FindingRank;

const char *finding_rank_name(guint bit); /* bit: 0 .. RANKS - 1: "watched", "open", ... */

typedef enum { STATE_UNKNOWN, STATE_NEW, STATE_STILL } FindingState;

/* What days before hold of a finding's sources; see past.h. */
typedef struct {
	PastSource own;        /* of its sources the one that was there on most days */
	PastSource neighbours; /* the same of the /24 or /64 they lie in */
	guint sources_seen, sources_asked; /* how many were seen at all, of so many */
	GPtrArray *lines; /* of char *: ports and constants; NULL: none; owned */
} FindingPast;

void finding_past_free(FindingPast *past);
void finding_past_add(FindingPast *past, const char *line);

typedef struct {
	/* of FindingWindow: the telling one of each detector; the first tells the finding */
	GArray *windows;
	Verdict verdict;
	FindingScope scope;
	Profile *profile;  /* of the first window, of all its sources together; owned */
	GArray *evidence;  /* of Evidence: first the reason why the first detector fired */
	GArray *sources;   /* of FindingSource, by address; one at least */
	guint64 n_sources; /* before the list was cut at GROUP_SOURCES_MAX */
	/* of GroupSource (group.h): all of them, by address; NULL: sources is not cut; owned */
	GArray *all_sources;
	/* what its id is made of, beside scope, target and port: whatever comes later does not
	 * change it */
	FindingSource about; /* the source; of several the one that came first */
	gboolean together;   /* told by a detector of groups */
	/* end of the earliest window in which any of its detectors fired: from then on it could
	 * be told; of a group end of the hour in which it began; seconds since 1970 */
	gint64 since;
	guint ranks; /* set of RANK_* */
	FindingState state;
	FindingPast *past; /* owned; NULL: nothing is remembered */
	/* what the site says of its sources; NULL: nothing; borrowed from scene->known */
	const KnownEntry *known;
} Finding;

/* A finding of one window, without verdict or evidence. profile: of that window, taken over;
 * its source is the finding's only one. */
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

/* Takes in what another finding of the same thing says: windows of detectors that have none
 * here yet, and evidence that is not here yet; of one source among several only the reason, and
 * only for a detector that had none. */
void finding_absorb(Finding *finding, const Finding *other);

/* 16 hexadecimal digits, the same whenever the same thing is found again, also when more of it
 * has come: of scope, `since`, and source, target or port; of a group of sources its detector,
 * too. Free with g_free. */
char *finding_id(const Finding *finding);

/* Order in which findings are told: by rank, then by the worth of what answered, by what was
 * found, then address; never 0 for two that differ in source or time. */
int finding_compare(const Finding *a, const Finding *b);

/* "1 h", "24 h", "7 d" into buffer of HOUR_TEXT_SIZE; returns it. */
char *finding_format_length(gint64 seconds, char *buffer);

#endif
