/*
 * Which of the sources alike are tried together, so that nobody is compared with everybody.
 */
#ifndef TALLY_TRIAL_PICK_H
#define TALLY_TRIAL_PICK_H

#include "tally/trial.h"

/* All of them in every window; those that lie together in time, or by their targets; that share a
 * tool's constant; whose TTLs lie together. numbers: n of the roster's sources,
 * are sorted on the way; found: of TrialFound, is added to. */
void trial_pick_all(TrialGround *ground, guint *numbers, guint n, GArray *found);

#endif
