/*
 * One shard of the work: the sources whose hash falls to it, with a contact table for each hour
 * that is open. Owned by one thread at a time.
 */
#ifndef TALLY_SHARD_H
#define TALLY_SHARD_H

#include "tally/hours.h"

typedef struct Shard Shard;

typedef struct {
	HashKey key;
	const Signature *signatures; /* borrowed */
	gsize n_signatures;
	guint64 budget; /* octets for this shard's tables */
	Runs *runs;     /* borrowed */
	Hours *hours;   /* borrowed; guarded by lock */
	GMutex *lock;   /* borrowed */
} ShardSettings;

Shard *shard_new(const ShardSettings *settings);
void shard_free(Shard *shard);

/* Takes observations of one hour (start, seconds); spills when the budget is full. FALSE:
 * spilling failed. */
gboolean shard_add(Shard *shard, gint64 hour, const ObservationList *list, GError **error);

/* Hands the tables that are left to their hours. */
void shard_finish(Shard *shard);

/* Octets of tables and of traits now. */
void shard_octets(const Shard *shard, guint64 *tables, guint64 *traits);
/* Runs spilled so far; contacts in the tables now. */
guint64 shard_runs(const Shard *shard);
guint64 shard_contacts(const Shard *shard);

#endif
