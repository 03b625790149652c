/*
 * The detectors: what each looks for, its thresholds, and how what they say of one subject
 * becomes findings.
 *
 * To add a detector:
 *   1. write tally/detect_NAME.c: all static but the descriptor at its end;
 *   2. declare the descriptor below, and put it into detector.c's table, where it is to stand among the reasons
 *      of a finding (the first of equals tells it);
 *   3. add the file to tally/local.mk, and its boundaries to tests/test-detect.c.
 * Settings, --list and reports take names, bounds and help from the descriptor. No detector
 * includes another; what several need is in subject.h, profile.h and judge.h.
 */
#ifndef TALLY_DETECTOR_H
#define TALLY_DETECTOR_H

#include "tally/finding.h"

typedef struct {
	const char *name; /* as in settings: "hosts" */
	const char *unit; /* "hosts", "ports", ... */
	const char *help;
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
	gboolean
		/* hardly an outbound packet was captured: every answer looks unsolicited */
		one_sided;
} DetectorCase;

struct Detector {
	const char *name;
	const char *title;  /* a line for headings */
	const char *origin; /* who found the rule, where */
	const DetectorParameter *parameters;
	gsize n_parameters;
	const DetectorWindow *windows;
	gsize n_windows;
	/* Appends a FindingWindow for each window in which the threshold is met, in any
	 * order. */
	void (*run)(const Detector *detector, const DetectorCase *at, GArray *fired);
	/* Gives the finding verdict and evidence: told is the window its profile is about.
	 * The reason for the finding comes first. */
	void (*judge)(const DetectorCase *at, const FindingWindow *told, Finding *finding);
};

extern const Detector detect_hourly;
extern const Detector detect_slow;
extern const Detector detect_portscan;

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

/*
 * Runs all detectors on a subject and appends what they find in the windows asked for
 * (subject->span) to findings (Finding *, handed over). What fired in windows that overlap is one finding, 1 h windows counting as
 * overlapping when less than a day lies between their starts; the telling window is the one
 * with the highest count, then the shortest, then the earliest; the telling detector the first
 * with a verdict other than undetermined, else the first in the table.
 *
 * A span (a day) is not told again what the windows told that ended before it: left out is a
 * finding of which no window saw the subject since the last window of its kind that ended by the
 * start of the span, when that fired.
 */
void detector_find(const DetectorSettings *settings, const Subject *subject, gboolean one_sided,
	GPtrArray *findings);

#endif
