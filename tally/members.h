/*
 * Some sources' facts, read again out of tallies that have been read through.
 */
#ifndef TALLY_MEMBERS_H
#define TALLY_MEMBERS_H

#include "tally/recall.h"

typedef struct Members Members;

/* readers: borrowed, opened with contacts and traits, at any place; those of the hours [from,
 * to) are used. sources: n, by address; those that recall holds are not read again. */
Members *members_read(Reader **readers, guint n_readers, const Recall *recall,
	const GroupSource *sources, guint n, gint64 from, gint64 to, GError **error);
void members_free(Members *members);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Members, members_free)

/* The i-th source as a subject, borrowed from members. FALSE: these hours hold nothing of it. */
gboolean members_subject(const Members *members, guint i, Subject *subject);

/* All of them together as one subject (source: the first's), borrowed from members. */
void members_all(const Members *members, Subject *subject);

#endif
