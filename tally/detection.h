/*
 * Runs the detectors of the table over subjects, and makes of what they say findings, one for
 * each thing: what fired for one source in windows that overlap, and what its sources did that
 * belong together.
 */
#ifndef TALLY_DETECTION_H
#define TALLY_DETECTION_H

#include "tally/detector.h"

/* The findings of the detectors of single sources alone, as singles_find. */
void detection_subject(const DetectorSettings *settings, const Scene *scene,
	const Subject *subject, GPtrArray *findings);

typedef struct Detection Detection;

/* Is given a finding (handed over) that the detectors of groups will not change any more. */
typedef void (*DetectionTake)(gpointer data, Finding *finding);

/* settings, scene: borrowed, until the end. */
Detection *detection_new(const DetectorSettings *settings, const Scene *scene,
	DetectionTake take, gpointer data);
void detection_free(Detection *detection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Detection, detection_free)

/* All detectors on a subject; subjects by address, each once. Returns its findings, as far as
 * single sources go, for whoever counts them: owned by detection, valid until the next call. */
const GPtrArray *detection_see(Detection *detection, const Subject *subject);

/*
 * After the last subject: asks for groups, reads their sources' facts again (readers: borrowed,
 * those of the subjects, opened with contacts and traits), joins,
 * and hands all findings over, in the order of finding_compare. Findings that were too many to
 * be kept (100,000) have been handed over before: those that rank lowest, as they were.
 */
gboolean detection_finish(
	Detection *detection, Reader **readers, guint n_readers, GError **error);

/* After that: what the detectors had no room for (limits.h), of char *; owned by detection. */
const GPtrArray *detection_limits(const Detection *detection);

#endif
