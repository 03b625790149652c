#include "config.h"

#include "tally/sort.h"
#include "tally/table_private.h"

#include <stdlib.h>
#include <string.h>

/* How many records ahead are asked for while the sorted order is walked. */
enum { AHEAD = 24 };

/*
 * Pairs in order of (family, source, target); rows grouped by pair; traits in order of (family,
 * source, kind). IPv6 addresses are sorted once, and their ranks stand for them in the keys.
 */
typedef struct {
	Feed feed;
	Table *table;      /* borrowed */
	Arena pair_items;  /* SortItem, twice */
	Arena trait_items; /* SortItem, twice */
	SortItem *pairs, *traits;
	guint32 n_pairs_v4, n_traits_v4; /* IPv4 first */
	guint32 next_pair, next_trait;
	guint32 source; /* of the source at hand: record's number */
	guint8 family;
	/* where the rows of the pair at each place in the order begin; NULL when there are
	 * no rows */
	guint32 *row_start;
	guint32 *rows;     /* row numbers, in the pairs' order */
	Contact *contacts; /* of the pair at hand */
	gsize contacts_room;
	GArray *source_traits; /* of Trait */
} TableFeed;

static int
compare_v6(const void *a, const void *b, void *data)
{
	const Table *table = data;

	return memcmp(
		table_v6(table, *(const guint32 *)a), table_v6(table, *(const guint32 *)b), 16);
}

/* The rank of each interned address; free with g_free. */
static guint32 *
rank_v6(Table *table)
{
	g_autofree guint32 *order = g_new(guint32, table->n_v6 + 1);
	guint32 *ranks = g_new(guint32, table->n_v6 + 1);

	for (guint32 i = 0; i < table->n_v6; i++)
		order[i] = i;
	qsort_r(order, table->n_v6, sizeof *order, compare_v6, table);
	for (guint32 i = 0; i < table->n_v6; i++)
		ranks[order[i]] = i;
	return ranks;
}

/* Sorts [0, n) of items: IPv4 in front as they were put there, each family by itself. */
static SortItem *
sort_families(Arena *arena, guint32 n_v4, guint32 n)
{
	SortItem *items = arena->data, *scratch = items + n;
	SortItem *v4 = sort_items(items, scratch, n_v4);
	SortItem *v6 = sort_items(items + n_v4, scratch + n_v4, n - n_v4);

	/* Both must end in the same half. */
	if (n_v4 == 0)
		return v6 - n_v4;
	if (n == n_v4 || v6 - n_v4 == v4)
		return v4;
	memcpy(v4 + n_v4, v6, (n - n_v4) * sizeof *v6);
	return v4;
}

static void
sort_pairs(TableFeed *f, const guint32 *ranks)
{
	Table *table = f->table;
	guint32 n = table->n_pairs, v4 = 0, v6;

	arena_reserve(&f->pair_items, 2 * (gsize)n * sizeof(SortItem) + 1);
	SortItem *items = f->pair_items.data;
	for (guint32 i = 0; i < n; i++)
		f->n_pairs_v4 += table_pairs(table)[i].family == 4;
	v6 = f->n_pairs_v4;
	for (guint32 i = 0; i < n; i++) {
		const PairRecord *pair = table_pairs(table) + i;
		if (pair->family == 4)
			items[v4++] =
				(SortItem){(guint64)pair->external << 32 | pair->internal, i};
		else
			items[v6++] = (SortItem){
				(guint64)ranks[pair->external] << 32 | ranks[pair->internal],
				i};
	}
	f->pairs = sort_families(&f->pair_items, f->n_pairs_v4, n);
}

static void
sort_traits(TableFeed *f, const guint32 *ranks)
{
	Table *table = f->table;
	guint32 n = table->n_traits, v4 = 0, v6;

	arena_reserve(&f->trait_items, 2 * (gsize)n * sizeof(SortItem) + 1);
	SortItem *items = f->trait_items.data;
	for (guint32 i = 0; i < n; i++)
		f->n_traits_v4 += table_traits(table)[i].family == 4;
	v6 = f->n_traits_v4;
	for (guint32 i = 0; i < n; i++) {
		const Trait *trait = table_traits(table) + i;
		if (trait->family == 4)
			items[v4++] = (SortItem){(guint64)trait->source << 8 | trait->kind, i};
		else
			items[v6++] =
				(SortItem){(guint64)ranks[trait->source] << 8 | trait->kind, i};
	}
	f->traits = sort_families(&f->trait_items, f->n_traits_v4, n);
}

/* Rows in the order of their pairs, so that both can be walked, and asked for, from front to
 * back. */
static void
group_rows(TableFeed *f)
{
	Table *table = f->table;
	const RowRecord *rows = table_rows(table);

	if (table->n_rows == 0)
		return;
	g_autofree guint32 *places = g_new(guint32, (gsize)table->n_pairs + 1);
	for (guint32 i = 0; i < table->n_pairs; i++)
		places[f->pairs[i].number] = i;
	f->row_start = g_new0(guint32, (gsize)table->n_pairs + 2);
	f->rows = g_new(guint32, table->n_rows);
	/* Counted one place further on, so that filling leaves each start where it belongs. */
	for (guint32 i = 0; i < table->n_rows; i++)
		f->row_start[places[rows[i].pair] + 2]++;
	for (guint32 i = 2; i < table->n_pairs + 2; i++)
		f->row_start[i] += f->row_start[i - 1];
	for (guint32 i = 0; i < table->n_rows; i++)
		f->rows[f->row_start[places[rows[i].pair] + 1]++] = i;
}

static Address
address_of(const Table *table, guint32 number, guint8 family)
{
	return family == 4 ? address_from_v4(number) : address_from_v6(table_v6(table, number));
}

static Contact
contact_of(const Cell *cell)
{
	return (Contact){
		.first = cell->first_bytes & CELL_TIME_MASK,
		.last = cell->last_packets & CELL_TIME_MASK,
		.bytes = (cell->first_bytes >> CELL_HIGH_SHIFT << 32) | cell->bytes,
		.packets = (cell->last_packets >> CELL_HIGH_SHIFT << 32) | cell->packets,
		.seq = cell->seq,
		.port = cell->port,
		.kind = cell->kind,
		.answered = cell->bits,
	};
}

static gboolean
table_feed_next_source(Feed *feed, GError **error)
{
	TableFeed *f = (TableFeed *)feed;

	(void)error;
	if (f->next_pair >= f->table->n_pairs)
		return FALSE;
	const PairRecord *pair = table_pairs(f->table) + f->pairs[f->next_pair].number;
	f->source = pair->external;
	f->family = pair->family;
	feed->source = address_of(f->table, pair->external, pair->family);
	return TRUE;
}

static void
fetch(const void *record, gsize octets)
{
	__builtin_prefetch(record);
	__builtin_prefetch((const char *)record + octets - 1);
}

static gboolean
table_feed_next_pair(Feed *feed, GError **error)
{
	TableFeed *f = (TableFeed *)feed;

	(void)error;
	if (f->next_pair >= f->table->n_pairs)
		return FALSE;
	guint32 number = f->pairs[f->next_pair].number;
	const PairRecord *pair = table_pairs(f->table) + number;
	if (pair->external != f->source || pair->family != f->family)
		return FALSE;
	if (f->next_pair + AHEAD < f->table->n_pairs)
		fetch(table_pairs(f->table) + f->pairs[f->next_pair + AHEAD].number,
			sizeof(PairRecord));
	guint32 from = f->row_start ? f->row_start[f->next_pair] : 0;
	guint32 to = f->row_start ? f->row_start[f->next_pair + 1] : 0;
	for (guint32 i = from + AHEAD; i < to + AHEAD && i < f->table->n_rows; i++)
		fetch(table_rows(f->table) + f->rows[i], sizeof(RowRecord));
	f->next_pair++;

	guint32 n = 0;
	if ((gsize)to - from + 1 > f->contacts_room) {
		f->contacts_room = MAX(2 * f->contacts_room, (gsize)to - from + 1);
		f->contacts = g_renew(Contact, f->contacts, f->contacts_room);
	}
	if (pair->cell.kind != KIND_NONE)
		f->contacts[n++] = contact_of(&pair->cell);
	for (guint32 i = from; i < to; i++)
		f->contacts[n++] = contact_of(&table_rows(f->table)[f->rows[i]].cell);
	feed->pair = (Pair){
		.target = address_of(f->table, pair->internal, pair->family),
		.udp_in = FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.facts = pair->facts,
		.answered = pair->answered,
		.n_contacts = n,
		.contacts = f->contacts,
	};
	return TRUE;
}

static const Trait *
table_feed_traits(Feed *feed, guint *n)
{
	TableFeed *f = (TableFeed *)feed;

	g_array_set_size(f->source_traits, 0);
	while (f->next_trait < f->table->n_traits) {
		const Trait *trait = table_traits(f->table) + f->traits[f->next_trait].number;
		if (f->next_trait + AHEAD < f->table->n_traits)
			fetch(table_traits(f->table) + f->traits[f->next_trait + AHEAD].number,
				sizeof(Trait));
		if (trait->source != f->source || trait->family != f->family)
			break;
		g_array_append_vals(f->source_traits, trait, 1);
		f->next_trait++;
	}
	*n = f->source_traits->len;
	return (const Trait *)(void *)f->source_traits->data;
}

static void
table_feed_free(Feed *feed)
{
	TableFeed *f = (TableFeed *)feed;

	arena_clear(&f->pair_items);
	arena_clear(&f->trait_items);
	g_free(f->row_start);
	g_free(f->rows);
	g_free(f->contacts);
	g_array_unref(f->source_traits);
	g_free(f);
}

Feed *
table_feed(Table *table)
{
	static const FeedMethods methods = {
		table_feed_next_source,
		table_feed_next_pair,
		table_feed_traits,
		table_feed_free,
	};
	TableFeed *f = g_new0(TableFeed, 1);

	f->feed.methods = &methods;
	f->table = table;
	f->source_traits = g_array_new(FALSE, FALSE, sizeof(Trait));
	slots_clear(&table->pair_slots);
	slots_clear(&table->row_slots);
	slots_clear(&table->trait_slots);
	slots_clear(&table->v6_slots);
	g_autofree guint32 *ranks = rank_v6(table);
	sort_pairs(f, ranks);
	sort_traits(f, ranks);
	group_rows(f);
	return &f->feed;
}
