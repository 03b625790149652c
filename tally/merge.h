/*
 * Walks many tallies at once, source by source in order. What gather (whole sources) and window
 * (counts) stand on.
 *
 * A tournament: the leaves of a binary tree are the tallies, each node the least source below
 * it. All tallies that hold the least source are found from the root down, and the tree is
 * mended from them up, each node once, however many they are.
 */
#ifndef TALLY_MERGE_H
#define TALLY_MERGE_H

#include "tally/reader.h"

/* One tally. */
typedef struct {
	Reader *reader;  /* borrowed */
	Stretch stretch; /* at hand; n 0: the tally has ended */
	guint32 next;    /* first row of the stretch that was not taken yet */
	guint32 hour;    /* index into merge_hours */
} MergeInput;

typedef struct Merge Merge;

/* readers: borrowed, at their start; any hours, sensors, order. shortfalls (of char *,
 * borrowed): a tally that turns out damaged ends there, and its line is added; NULL: it is
 * an error. */
Merge *merge_new(Reader **readers, guint n_readers, GPtrArray *shortfalls);
void merge_free(Merge *merge);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Merge, merge_free)

/* Starts of the tallies' hours, ascending, each once; owned by merge. */
const gint64 *merge_hours(const Merge *merge, guint32 *n);

/*
 * Goes to the next source, past whatever is left of the one at hand and past all sources of
 * which the tallies together hold fewer than `pairs` rows (pair and hour). FALSE without error:
 * the end.
 */
gboolean merge_next(Merge *merge, guint32 pairs, GError **error);

const Address *merge_source(const Merge *merge);
/* The tallies that hold the source, by hour. Their stretches are valid until merge_more or
 * merge_next. */
MergeInput **merge_holders(Merge *merge, guint *n);

/* Takes the holder's next stretch of the same source. FALSE without error: there is none,
 * the stretch stays. */
gboolean merge_more(Merge *merge, MergeInput *holder, GError **error);

#endif
