/*
 * Which entry of the known sources applies to what the tallies hold.
 */
#ifndef TALLY_KNOWN_MATCH_H
#define TALLY_KNOWN_MATCH_H

#include "tally/finding.h"
#include "tally/known.h"

/* To a source from which something came in the windows asked for, by all that came. known:
 * settled. NULL: none, or nothing came. */
const KnownEntry *known_match_source(
	const Known *known, const SourceFacts *source, SubjectSpan span);

/* To a finding: to one of several sources, or of an IPv6 prefix of which several addresses took
 * part, when all of them are known, and then the entry that does most; a watching one as soon as
 * one of them is watched. */
const KnownEntry *known_match_finding(const Known *known, const Finding *finding);

#endif
