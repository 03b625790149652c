/*
 * Several addresses that probe each target at once: one scanner that hides among decoys (first
 * seed, 3: nmap's decoy option).
 */
#ifndef TALLY_DECOYS_H
#define TALLY_DECOYS_H

#include "tally/detector.h"
#include "tally/roster.h"

enum {
	DECOYS_SOURCES = 3,  /* at least */
	DECOYS_TARGETS = 3,  /* of each, or many ports */
	DECOYS_BALANCER = 4, /* servers of ours that a load balancer tests, at most */
	DECOYS_SECONDS = 2,  /* within which all of them probe a target */
};

/*
 * The sources [from, to) of the sealed roster, which are alike: appends a group for those that
 * touch the same targets, each within DECOYS_SECONDS of each other. Not what load balancers do,
 * that test a few servers of ours from several networks at once.
 */
void decoys_tell(const Roster *roster, const Scene *scene, const Detector *detector,
	guint threshold, guint from, guint to, GPtrArray *groups);

#endif
