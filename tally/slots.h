/*
 * An index over a dense array of records: open addressing, linear probing, four octets a slot.
 * A slot holds the record's number and, in the bits that the number leaves free, part of the
 * record's hash, so that a probe seldom touches a record in vain. The caller compares records;
 * slots know only hashes and numbers.
 *
 * At most 70 % full; doubled by slots_grow, for which the caller hands every record's hash
 * again.
 */
#ifndef TALLY_SLOTS_H
#define TALLY_SLOTS_H

#include "tally/arena.h"

typedef struct {
	Arena arena;
	guint bits;    /* log2 of the number of slots; 0: none yet */
	guint32 limit; /* records that fit before it must grow */
} Slots;

enum { SLOTS_FIRST_BITS = 10 };
#define SLOTS_NONE G_MAXUINT32

/* A place in the probe sequence. */
typedef struct {
	guint32 slot;
	guint32 tag;
} Probe;

static inline Probe
slots_probe(const Slots *slots, guint64 hash)
{
	return (Probe){(guint32)hash & ((1u << slots->bits) - 1),
		(guint32)(hash >> 32) >> slots->bits << slots->bits};
}

static inline void
slots_prefetch(const Slots *slots, guint64 hash)
{
	__builtin_prefetch(
		(guint32 *)slots->arena.data + ((guint32)hash & ((1u << slots->bits) - 1)));
}

/* The next record that may have this hash, or SLOTS_NONE: then probe->slot is where it would
 * go. */
static inline guint32
slots_next(const Slots *slots, Probe *probe)
{
	const guint32 *table = slots->arena.data;
	guint32 mask = (1u << slots->bits) - 1;

	for (;; probe->slot = (probe->slot + 1) & mask) {
		guint32 entry = table[probe->slot];
		if (entry == 0)
			return SLOTS_NONE;
		if ((entry & ~mask) == probe->tag) {
			return (entry & mask) - 1;
		}
	}
}

/* After a record returned by slots_next was not the one. */
static inline void
slots_skip(const Slots *slots, Probe *probe)
{
	probe->slot = (probe->slot + 1) & ((1u << slots->bits) - 1);
}

static inline void
slots_put(Slots *slots, const Probe *probe, guint32 record)
{
	((guint32 *)slots->arena.data)[probe->slot] = probe->tag | (record + 1);
}

/* Puts a record that is known to be absent. */
static inline void
slots_put_new(Slots *slots, guint64 hash, guint32 record)
{
	Probe probe = slots_probe(slots, hash);
	guint32 *table = slots->arena.data;
	guint32 mask = (1u << slots->bits) - 1;

	while (table[probe.slot])
		probe.slot = (probe.slot + 1) & mask;
	slots_put(slots, &probe, record);
}

/* Empties the index and makes it large enough for `records`; every record must then be put
 * again. */
void slots_reset(Slots *slots, guint32 records);
void slots_clear(Slots *slots);

static inline gsize
slots_octets(const Slots *slots)
{
	return slots->bits ? sizeof(guint32) << slots->bits : 0;
}

#endif
