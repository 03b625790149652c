/*
 * What the two halves of unasked.h share: which rows are unasked, and in what order they are read.
 */
#ifndef TALLY_UNASKED_PRIVATE_H
#define TALLY_UNASKED_PRIVATE_H

#include "tally/hits.h"
#include "tally/unasked.h"

/* Index into unasked_kinds, or UNASKED_KINDS. */
guint unasked_kind_of(Kind kind);

/* The facts as rule 2 reads them, where a request excuses what a conversation does. */
static inline guint16
unasked_evidence(const PairHour *pair)
{
	return pair->facts | (pair->facts & FACT_IN_REQUEST ? FACT_IN_SYN : 0);
}

/* in: facts of W; evidence: unasked_evidence of W+. */
static inline gboolean
unasked_is(guint16 in, guint16 evidence)
{
	return hits_has(in & FACT_IN_RESPONSE, evidence, FACTS_NEVER);
}

/* All rows (of SubjectRow) by target, then member, then hour; owned by the caller. */
GArray *unasked_rows(const Subject *subject);

static inline gboolean
unasked_same_target(const SubjectRow *a, const SubjectRow *b)
{
	return address_compare(&a->pair->target, &b->pair->target) == 0;
}

/* Index of the first of n rows after `first` that belongs to another pair. */
guint unasked_pair_end(const SubjectRow *rows, guint n, guint first);

#endif
