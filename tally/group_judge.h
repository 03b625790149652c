/*
 * Makes findings of groups: reads what their sources did, asks whether it is news, and lets the
 * detector judge it.
 */
#ifndef TALLY_GROUP_JUDGE_H
#define TALLY_GROUP_JUDGE_H

#include "tally/detector.h"

/* What groups are judged by; all borrowed. readers: those of the subjects, with contacts and
 * traits. */
typedef struct {
	const DetectorSettings *settings;
	const Scene *scene;
	Reader **readers;
	guint n_readers;
} GroupJudge;

/* The findings (of Finding *, owned by the caller) of the groups (of Group *) that are news: the
 * others are taken out of groups, and profiles out of those that stay. NULL: a tally cannot be
 * read. */
GPtrArray *group_judge_all(const GroupJudge *judge, GPtrArray *groups, GError **error);

#endif
