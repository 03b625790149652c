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

/* What a shard's tables held when they were fullest. */
typedef struct {
	guint64 contacts, traits;
	guint64 table_octets; /* pairs, contacts and their indexes */
	guint64 trait_octets; /* traits, IPv6 addresses and their indexes */
} ShardSizes;

/* Before shard_finish. */
ShardSizes shard_fullest(Shard *shard);

/* Runs spilled so far. */
guint64 shard_runs(const Shard *shard);

#endif
