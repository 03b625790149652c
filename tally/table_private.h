/*
 * The records of a contact table: shared by table.c, which fills them, and table_feed.c, which
 * sorts them.
 */
#ifndef TALLY_TABLE_PRIVATE_H
#define TALLY_TABLE_PRIVATE_H

#include "tally/slots.h"
#include "tally/table.h"

#include <string.h>

/* What a contact counts. Times are 48 bits of ns since the hour began; the 16 bits above
 * them extend a counter. */
typedef struct __attribute__((packed, aligned(4))) {
	guint64 first_bytes;  /* first time | bytes >> 32 << 48 */
	guint64 last_packets; /* last time | packets >> 32 << 48 */
	guint32 bytes, packets;
	/* record of the source's traits of this kind; SLOTS_NONE for outbound kinds */
	guint32 trait;
	guint32 seq; /* last sequence number */
	guint16 port;
	guint8 kind; /* KIND_NONE: nothing here yet */
	guint8 bits; /* ANSWER_* */
} Cell;

/* A pair, and the first of its contacts. Addresses: IPv4 numbers, or numbers of interned
 * IPv6 addresses. */
typedef struct __attribute__((packed, aligned(4))) {
	guint32 external, internal;
	guint16 facts;
	guint8 family;
	guint8 answered; /* ANSWER_* that no port tells */
	Cell cell;
} PairRecord;

/* A further contact of a pair. */
typedef struct __attribute__((packed, aligned(4))) {
	guint32 pair;
	Cell cell;
} RowRecord;

G_STATIC_ASSERT(sizeof(PairRecord) == 48);
G_STATIC_ASSERT(sizeof(RowRecord) == 40);

#define CELL_TIME_MASK ((G_GUINT64_CONSTANT(1) << 48) - 1)
enum { CELL_HIGH_SHIFT = 48 };

struct Table {
	guint64 hour_ns;
	HashKey key;
	const Signature *signatures; /* borrowed */
	gsize n_signatures;

	Arena pairs, rows, traits, v6; /* PairRecord, RowRecord, Trait, 16 octets */
	guint32 n_pairs, n_rows, n_traits, n_v6;
	guint64 n_contacts; /* cells of kinds at rest; of UDP also those of answers alone */
	Slots pair_slots, row_slots, trait_slots, v6_slots;
};

static inline PairRecord *
table_pairs(const Table *table)
{
	return table->pairs.data;
}

static inline RowRecord *
table_rows(const Table *table)
{
	return table->rows.data;
}

static inline Trait *
table_traits(const Table *table)
{
	return table->traits.data;
}

static inline const guint8 *
table_v6(const Table *table, guint32 number)
{
	return (const guint8 *)table->v6.data + 16 * (gsize)number;
}

static inline guint64
table_pair_hash(const Table *table, guint32 external, guint32 internal, guint8 family)
{
	return hash_pair(&table->key, (guint64)external << 32 | internal, family);
}

static inline guint64
table_row_hash(const Table *table, guint32 pair, guint8 kind, guint16 port)
{
	return hash_number(&table->key, (guint64)pair << 32 | (guint32)kind << 16 | port);
}

static inline guint64
table_trait_hash(const Table *table, guint32 source, guint8 family, guint8 kind)
{
	return hash_number(&table->key, (guint64)source << 32 | (guint32)family << 8 | kind);
}

static inline guint64
table_v6_hash(const Table *table, const guint8 *octets)
{
	guint64 halves[2];

	memcpy(halves, octets, sizeof halves);
	return hash_pair(&table->key, halves[0], halves[1]);
}

/*
 * Room for `batch` pairs and what they can bring with them (two rows, traits and addresses each), so
 * that no record moves while a batch is worked on.
 */
void table_room_make(Table *table, guint32 batch);

#endif
