/*
 * The detectors: what each looks for, its thresholds, what it says of a source or of several
 * that belong together. tally/detection.h runs them.
 *
 * To add a detector:
 *   1. write tally/detect_NAME.c: all static but the descriptor at its end;
 *   2. declare the descriptor below, and put it into detector.c's table, where it is to stand
 *      among the reasons of a finding (the first that has a verdict tells it);
 *   3. add the file to tally/local.mk, and its boundaries to tests/test-detect*.c or to a trace
 *      of its own (tests/traces/NAME.txt; test-traces.sh says how);
 *   4. run `make update-golden`, read what changed in etc/ and tests/pages/, and add a line to
 *      NEWS.
 * Settings, their sample and manual, --list and reports take names, bounds and help from the
 * descriptor. No detector includes another; what several need is in subject.h, gather.h and
 * trait.h (rows, contacts, traits), profile.h, scene.h, judge.h.
 *
 * A detector of single sources has run and judge; run is called for every source of every
 * report, most of which are of no interest: look at the subject's summary (kinds, facts,
 * n_targets) before anything that costs. A detector of groups has groups: see is called for
 * every source too, and keeps little.
 */
#ifndef TALLY_DETECTOR_H
#define TALLY_DETECTOR_H

#include "tally/finding.h"
#include "tally/group.h"
#include "tally/limits.h"
#include "tally/likeness.h"
#include "tally/scene.h"

enum { DETECTOR_PARAMETERS_MAX = 8 };

typedef struct {
	const char *name; /* as in settings: "hosts" */
	const char *unit; /* "hosts": also what scan --hosts sets, "ports", ... */
	const char *help; /* begins small, ends without a full stop */
	guint initial, min, max;
} DetectorParameter;

typedef struct {
	gint64 length, step; /* seconds, whole hours */
	/* which of the detector's parameters is the threshold of this window */
	guint parameter;
} DetectorWindow;

/* What a detector is given. */
typedef struct {
	const Subject *subject;
	const guint *values; /* of its parameters, in their order */
	const Scene *scene;
} DetectorCase;

/* For a detector that compares sources. State: what it keeps of all subjects seen. */
typedef struct {
	/* values, scene: borrowed, until end */
	gpointer (*begin)(const Detector *detector, const guint *values, const Scene *scene);
	/* Subjects come by address, each once. likeness: the subject's, valid during the call;
	 * NULL: it sent nothing that can be compared. */
	void (*see)(gpointer state, const Subject *subject, const Likeness *likeness);
	/*
	 * A second look, for what is too much to keep of everybody: appends the hours (gint64,
	 * in any order) of which again is to be given every subject once more, with the rows of
	 * such an hour alone, after the last see. Both may be NULL.
	 */
	void (*wants)(gpointer state, GArray *hours);
	void (*again)(gpointer state, const Subject *subject);
	/* Frees state. groups (of Group *, handed over): appends those that fit the windows
	 * asked for (scene->span); NULL: none are wanted. limits (limits.h): appends what there
	 * was no room for; not NULL where groups is not. */
	void (*end)(gpointer state, GPtrArray *groups, GPtrArray *limits);
	/* Adds what the profile of all of its sources (finding->profile) says, once it is known;
	 * may change the verdict. NULL: nothing. */
	void (*judge)(const DetectorCase *at, const Group *group, Finding *finding);
} DetectorGroups;

/* The sections of a report, in their order. To add one: a value here, its title in detector.c. */
typedef enum {
	TOPIC_SLOW,
	TOPIC_COORDINATED,
	TOPIC_HOURLY,
	TOPIC_RESETS,
	TOPIC_ODD,
	TOPIC_TARGETS,
	TOPIC_PORTS,
	TOPICS,
} DetectorTopic;

const char *detector_topic_title(DetectorTopic topic); /* "Low and slow", ... */

/* No text ends with a full stop. */
struct Detector {
	const char *name;     /* as in settings and findings: "low-and-slow" */
	const char *title;    /* a line for headings */
	DetectorTopic topic;  /* the section in which reports tell its findings */
	const char *origin;   /* who found the rule, where */
	const char *misses;   /* goes on after "misses ..." */
	const char *mistakes; /* goes on after "set off wrongly by ..." */
	const DetectorParameter *parameters;
	gsize n_parameters; /* DETECTOR_PARAMETERS_MAX at most */
	const DetectorWindow *windows;
	gsize n_windows;
	/* Appends a FindingWindow for each window (its length one of windows) in which the
	 * threshold is met, in any order, also those that are not asked for: what one of them
	 * told before is no news. NULL: a detector of groups alone. */
	void (*run)(const Detector *detector, const DetectorCase *at, GArray *fired);
	/* Gives the finding verdict and evidence: told is the window its profile is about.
	 * The reason for the finding comes first. */
	void (*judge)(const DetectorCase *at, const FindingWindow *told, Finding *finding);
	/* a window of a subject that hit nobody in it by the rules of counting is a finding, too */
	gboolean also_without_hits;
	const DetectorGroups *groups; /* NULL: a detector of single sources alone */
};

extern const Detector detect_hijack;
extern const Detector detect_balancer;
extern const Detector detect_hourly;
extern const Detector detect_slow;
extern const Detector detect_portscan;
extern const Detector detect_stealth;
extern const Detector detect_reset;
extern const Detector detect_odd;
extern const Detector detect_traceroute;
extern const Detector detect_flood;
extern const Detector detect_dark;
extern const Detector detect_targetset;
extern const Detector detect_coordinated;
extern const Detector detect_campaign;
extern const Detector detect_signature;
extern const Detector detect_gap;

const Detector *const *detector_table(gsize *n);

/*
 * The first hour whose tally bears on the windows of a span: the hour before (W+) the last
 * window that ended before the span's own. span.to when no window's last hour lies in it.
 */
gint64 detector_first_hour(SubjectSpan span, guint grid_minutes);

/* Thresholds in force. */
typedef struct DetectorSettings DetectorSettings;

DetectorSettings *detector_settings_new(void); /* every parameter at its initial value */
void detector_settings_free(DetectorSettings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DetectorSettings, detector_settings_free)

/* Sets one parameter, or (detector NULL) every parameter with the unit `name`. FALSE and
 * FAILURE_USAGE, nothing set, when there is none, or value is outside its bounds. */
gboolean detector_settings_set(DetectorSettings *settings, const char *detector,
	const char *name, guint64 value, GError **error);
/* The values of a detector's parameters, in their order; owned by settings. */
const guint *detector_settings_values(
	const DetectorSettings *settings, const Detector *detector);

/* The same of the i-th detector of the table. */
const guint *detector_settings_nth(const DetectorSettings *settings, gsize i);

/* The step of its window of that length, in seconds. */
gint64 detector_step(const Detector *detector, gint64 length);

/* The last end of a window at that step (seconds) that is not after `time`. */
gint64 detector_last_end(gint64 time, gint64 step, guint grid_minutes);

#endif
