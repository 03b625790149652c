#include "config.h"

#include "tally/table_private.h"

/* The hash of a record, by its number. */

static guint64
hash_of_pair(const Table *table, guint32 i)
{
	const PairRecord *pair = table_pairs(table) + i;

	return table_pair_hash(table, pair->external, pair->internal, pair->family);
}

static guint64
hash_of_row(const Table *table, guint32 i)
{
	const RowRecord *row = table_rows(table) + i;

	return table_row_hash(table, row->pair, row->cell.kind, row->cell.port);
}

static guint64
hash_of_trait(const Table *table, guint32 i)
{
	const Trait *trait = table_traits(table) + i;

	return table_trait_hash(table, trait->source, trait->family, trait->kind);
}

static guint64
hash_of_v6(const Table *table, guint32 i)
{
	return table_v6_hash(table, table_v6(table, i));
}

/* Makes an index large enough for `more` records beyond its n, and puts the n again when it
 * had to grow. */
static void
grow_slots(Table *table, Slots *slots, guint32 n, guint32 more,
	guint64 (*hash_of)(const Table *, guint32))
{
	enum { AHEAD = 16 };
	guint64 hashes[AHEAD];

	if (n + more <= slots->limit)
		return;
	slots_reset(slots, n + more);
	for (guint32 i = 0; i < n; i += AHEAD) {
		guint32 here = MIN(n - i, AHEAD);
		for (guint32 j = 0; j < here; j++) {
			hashes[j] = hash_of(table, i + j);
			slots_prefetch(slots, hashes[j]);
		}
		for (guint32 j = 0; j < here; j++)
			slots_put_new(slots, hashes[j], i + j);
	}
}

void
table_room_make(Table *table, guint32 batch)
{
	arena_reserve(&table->pairs, (table->n_pairs + (gsize)batch) * sizeof(PairRecord));
	arena_reserve(&table->rows, (table->n_rows + 2 * (gsize)batch) * sizeof(RowRecord));
	arena_reserve(&table->traits, (table->n_traits + 2 * (gsize)batch) * sizeof(Trait));
	arena_reserve(&table->v6, (table->n_v6 + 2 * (gsize)batch) * 16);
	grow_slots(table, &table->pair_slots, table->n_pairs, batch, hash_of_pair);
	grow_slots(table, &table->row_slots, table->n_rows, 2 * batch, hash_of_row);
	grow_slots(table, &table->trait_slots, table->n_traits, 2 * batch, hash_of_trait);
	grow_slots(table, &table->v6_slots, table->n_v6, 2 * batch, hash_of_v6);
}
