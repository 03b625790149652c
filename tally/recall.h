/*
 * The facts of the sources of many groups, read in one pass over tallies that have been read
 * through: where groups are thousands, to seek each of their sources in each tally costs more.
 */
#ifndef TALLY_RECALL_H
#define TALLY_RECALL_H

#include "tally/group.h"

typedef struct Recall Recall;

/*
 * readers: borrowed, opened with contacts and traits, at any place. groups (of Group *, settled):
 * read are the sources of those from *next on, of each as many as GROUP_SOURCES_MAX; *next
 * becomes the first that was left for another pass. Memory: 256 MiB at the most; sources of many
 * rows, those that there is no room for, and all of them where seeking costs less, are not held.
 */
Recall *recall_read(Reader **readers, guint n_readers, const GPtrArray *groups, guint *next,
	GError **error);
void recall_free(Recall *recall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Recall, recall_free)

/* The facts of a source's n addresses, owned by recall. FALSE: it is not held. */
gboolean recall_find(
	const Recall *recall, const GroupSource *source, const SourceFacts **facts, guint *n);

#endif
