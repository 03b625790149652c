/*
 * Runs the detectors of single sources over subjects, and makes of what fired findings, one for
 * each thing.
 */
#ifndef TALLY_SINGLES_H
#define TALLY_SINGLES_H

#include "tally/detector.h"

typedef struct Singles Singles;

/* settings, scene: borrowed, until the end. */
Singles *singles_new(const DetectorSettings *settings, const Scene *scene);
void singles_free(Singles *singles);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Singles, singles_free)

/*
 * Appends what they find in the windows asked for (scene->span) to findings (Finding *, handed
 * over). What fired in windows that overlap is one finding, 1 h windows counting as overlapping
 * when less than a day lies between their starts; the telling window is the one with the highest
 * count, then the shortest, then the earliest; the telling detector the first with a verdict other
 * than undetermined, else the first in the table.
 *
 * A span (a day) is not told again what the windows told that ended before it: left out is a
 * finding of which no window saw the subject since the last window of its kind that ended by the
 * start of the span, when that fired.
 */
void singles_find(Singles *singles, const Subject *subject, GPtrArray *findings);

#endif
