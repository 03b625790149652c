#include "config.h"

#include "common/prefix_table.h"

typedef struct {
	guint64 high, low; /* of the first address */
	guint32 value;
	gint32 group; /* the first of those that are equal */
	gint32 outer; /* the first of those that enclose it next, or PREFIX_TABLE_NONE */
	guint8 family, bits;
} Item;

struct PrefixTable {
	GArray *items; /* owned: of Item */
};

static Address
first_of(const Item *item)
{
	return (Address){item->high, item->low, item->family};
}

static gboolean
holds(const Item *item, const Address *address)
{
	const Network network = {first_of(item), item->bits};

	return network_has(&network, address);
}

static gboolean
are_equal(const Item *a, const Item *b)
{
	return a->family == b->family && a->high == b->high && a->low == b->low &&
	       a->bits == b->bits;
}

static int
compare_items(gconstpointer a, gconstpointer b)
{
	const Item *x = a, *y = b;
	const Address first = first_of(x), other = first_of(y);
	int order = address_compare(&first, &other);

	if (order != 0)
		return order;
	if (x->bits != y->bits)
		return x->bits < y->bits ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

static const Item *
item_at(const PrefixTable *table, gint at)
{
	return &g_array_index(table->items, Item, at);
}

PrefixTable *
prefix_table_new(void)
{
	PrefixTable *table = g_new0(PrefixTable, 1);

	table->items = g_array_new(FALSE, FALSE, sizeof(Item));
	return table;
}

void
prefix_table_free(PrefixTable *table)
{
	if (!table)
		return;
	g_array_unref(table->items);
	g_free(table);
}

void
prefix_table_add(PrefixTable *table, const Network *network, guint32 value)
{
	const Item item = {
		.high = network->first.high,
		.low = network->first.low,
		.value = value,
		.family = network->first.family,
		.bits = network->bits,
	};

	g_array_append_val(table->items, item);
}

void
prefix_table_settle(PrefixTable *table)
{
	gint open = PREFIX_TABLE_NONE; /* the innermost group that may hold what comes */

	g_array_sort(table->items, compare_items);
	for (gint i = 0; i < (gint)table->items->len; i++) {
		Item *item = &g_array_index(table->items, Item, i);
		const Address first = first_of(item);
		if (open != PREFIX_TABLE_NONE && are_equal(item_at(table, open), item)) {
			item->group = open;
			item->outer = item_at(table, open)->outer;
			continue;
		}
		while (open != PREFIX_TABLE_NONE && !holds(item_at(table, open), &first))
			open = item_at(table, open)->outer;
		item->group = i;
		item->outer = open;
		open = i;
	}
}

static gint
search(const PrefixTable *table, const Address *address, guint bits, guint *steps)
{
	gint low = 0, high = (gint)table->items->len, at;

	/* all before low do not begin after the address, all from high on do */
	while (low < high) {
		gint middle = low + (high - low) / 2;
		const Address first = first_of(item_at(table, middle));
		if (address_compare(&first, address) <= 0)
			low = middle + 1;
		else
			high = middle;
		(*steps)++;
	}
	at = low > 0 ? item_at(table, low - 1)->group : PREFIX_TABLE_NONE;
	for (; at != PREFIX_TABLE_NONE; at = item_at(table, at)->outer) {
		(*steps)++;
		if (item_at(table, at)->bits <= bits && holds(item_at(table, at), address))
			break;
	}
	return at;
}

gint
prefix_table_find(const PrefixTable *table, const Address *address, guint bits)
{
	guint steps = 0;

	return search(table, address, bits, &steps);
}

guint
prefix_table_steps(const PrefixTable *table, const Address *address, guint bits)
{
	guint steps = 0;

	search(table, address, bits, &steps);
	return steps;
}

gint
prefix_table_next(const PrefixTable *table, gint at)
{
	const Item *item = item_at(table, at);

	if (at + 1 < (gint)table->items->len && item_at(table, at + 1)->group == item->group)
		return at + 1;
	return item->outer;
}

guint32
prefix_table_value(const PrefixTable *table, gint at)
{
	return item_at(table, at)->value;
}
