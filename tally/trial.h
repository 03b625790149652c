/*
 * A trial: whether some of the sources alike had one plan, in a window. What counts is in
 * tally/joint.h and tally/weigh.h; here it is decided. trial_pick.h chooses which are tried.
 */
#ifndef TALLY_TRIAL_H
#define TALLY_TRIAL_H

#include "tally/detector.h"
#include "tally/joint.h"
#include "tally/key_counts.h"

/* What all trials of a run share. */
typedef struct {
	const Detector
		*detector; /* its windows are tried; borrowed, as are scene and the rest */
	const Scene *scene;
	const Roster *roster;    /* sealed */
	const KeyCounts *stacks; /* by stack_key: sources with that stack */
	guint n_sources;         /* that sent anything to compare */
	/* thresholds: targets together, sources, percent of targets hit by several at most */
	guint hosts, sources, overlap;
	guint64 first, last; /* touch of all kept; ns */
	double enough;       /* bits that a plan must come to */
	guint64 work;    /* done so far, as joint_improve counts it; JOINT_WORK is the end */
	guint64 hurried; /* trials for which no work was left */
} TrialGround;

/* Sources that were found to belong together. */
typedef struct {
	FindingWindow window;
	Joint *joint; /* owned */
} TrialFound;

/* Sources alike that are tried together; all is borrowed. */
typedef struct {
	TrialGround *ground;
	const guint *numbers; /* n of the roster's sources */
	guint n;
	const guint *all; /* n_all that they were chosen from */
	guint n_all;
	gboolean by_hops; /* chosen by their TTLs */
	GArray *found;    /* of TrialFound: is added to */
} Trial;

void trial_window(const Trial *trial, const FindingWindow *window);
/* Every window of the detector's that holds enough of their targets. */
void trial_windows(const Trial *trial);

/* The shortest window that holds all touches of the sources; length 0: none does. */
FindingWindow trial_shortest(const TrialGround *ground, const guint *numbers, guint n);
JointPlan trial_plan(const Trial *trial, const FindingWindow *window);

#endif
