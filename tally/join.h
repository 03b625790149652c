/*
 * One finding for one thing: what single sources did is told by the group they belong to, and
 * groups of the same sources are one.
 */
#ifndef TALLY_JOIN_H
#define TALLY_JOIN_H

#include "tally/group.h"

/*
 * findings (of Finding *, owned by the array): of single sources. joint (likewise): of groups, the
 * i-th of groups[i] (of Group *); both are emptied.
 *
 * Groups of sources (SCOPE_SOURCES) whose windows overlap and of which one holds at least half of
 * the other's sources become one, told by the earlier in the table; a group that hit one target, and
 * whose sources are all among those of a group about that target, goes into that one. A finding of a source whose
 * window overlaps that of a group it belongs to is absorbed by it (but a source that meets a trigger of the
 * tallies keeps its finding, which takes in the group's reason, unless the group is one of decoys,
 * and so does one that did another deed: a second-order effect, or more than a trace among traces;
 * a group of which no source is left goes); by a group about a target only when
 * it is about that target alone; by a group about a port never. The groups' findings are added
 * to findings.
 */
void join_findings(GPtrArray *findings, GPtrArray *joint, GPtrArray *groups);

#endif
