/*
 * Some of a roster's sources in a window, weighed as the members of one plan: what they share,
 * and how their targets fit together.
 */
#ifndef TALLY_JOINT_H
#define TALLY_JOINT_H

#include "tally/group.h"
#include "tally/roster.h"
#include "tally/weigh.h"

/* What a window of a roster must hold. */
typedef struct {
	const Roster *roster; /* borrowed; sealed */
	const Scene *scene;   /* borrowed */
	guint64 from, to;     /* the window, ns since 1970 */
	guint64 span;         /* of the tallies at hand within it: ns */
	guint hosts;          /* a source with so many targets is none of the members */
	guint alike;          /* sources of any kind with the candidates' stack */
	gboolean by_hops;     /* the sources were chosen by their TTLs: these say nothing */
	const guint *all; /* borrowed: n_all numbers of the roster's sources alike, strangers */
	guint n_all;      /* among them: whose choice costs */
	const guint *near; /* borrowed: n_near of all, who may be taken or left */
	guint n_near;
} JointPlan;

typedef struct {
	GArray *members;    /* owned; of guint: numbers of the roster's sources */
	GArray *touches;    /* owned; of WeighTouch; source: index into members */
	guint candidates;   /* sources alike with a touch in the window, strangers among them */
	guint64 field;      /* addresses between the least and the greatest target */
	gboolean is_living; /* field counts only those that live: no other was touched */
	/* bits */
	double rare;     /* hardly another source is like these */
	double constant; /* a tool's constants are the same */
	double hops;     /* TTLs within three hops */
	double together; /* how their targets and times fit, each sign capped, as in weights */
	double bits;     /* all of it, less what the choice among the candidates costs */
	Weights weights; /* each sign capped */
	double full;     /* bits with no sign capped: by which strangers are told */
} Joint;

/* Weighs n of plan->all. */
Joint *joint_new(const JointPlan *plan, const guint *numbers, guint n);
/* The joint deed of the members that weighs most: takes away who is not missed and adds who fits,
 * one by one. work: of touches weighed, added to; nothing more is tried beyond JOINT_WORK, or
 * among more than JOINT_CHOICE. Takes joint over. */
Joint *joint_improve(Joint *joint, const JointPlan *plan, guint64 *work);
void joint_free(Joint *joint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Joint, joint_free)

/* Adds to group what speaks for and against one plan, first the reason; returns the verdict. */
Verdict joint_tell(const Joint *joint, const Roster *roster, Group *group);

enum {
	JOINT_WORK =
		10000000,  /* touches weighed while strangers are looked for: some seconds */
	JOINT_CHOICE = 64, /* sources alike among which they are looked for */
};

#endif
