#include "config.h"

#include "tally/address_set.h"

#include "common/hash.h"

enum { FIRST_BITS = 10 };

/* Of one family. A slot of zeros is free: 0.0.0.0 and :: are noted beside the table. */
typedef struct {
	guint64 *slots; /* owned; `width` numbers each; NULL: none yet */
	guint width;    /* numbers an address takes: 1 or 2 */
	guint bits;     /* log2 of the number of slots */
	guint64 n;      /* in the table */
	gboolean has_zero;
} Part;

struct AddressSet {
	HashKey key;
	Part v4, v6;
};

AddressSet *
address_set_new(void)
{
	AddressSet *set = g_new0(AddressSet, 1);

	hash_key_draw(&set->key);
	set->v4.width = 1;
	set->v6.width = 2;
	return set;
}

void
address_set_free(AddressSet *set)
{
	if (!set)
		return;
	g_free(set->v4.slots);
	g_free(set->v6.slots);
	g_free(set);
}

/* The address's slot, or the free one where it would go. */
static guint64 *
find(const HashKey *key, const Part *part, guint64 high, guint64 low)
{
	guint64 mask = (G_GUINT64_CONSTANT(1) << part->bits) - 1;
	guint64 at = hash_pair(key, high, low);

	for (;; at++) {
		guint64 *slot = part->slots + (at & mask) * part->width;
		guint64 slot_high = part->width == 2 ? slot[1] : 0;
		if ((slot[0] == low && slot_high == high) || (slot[0] == 0 && slot_high == 0))
			return slot;
	}
}

static void
put(const HashKey *key, Part *part, guint64 high, guint64 low)
{
	guint64 *slot = find(key, part, high, low);

	part->n += slot[0] == 0 && (part->width == 1 || slot[1] == 0);
	slot[0] = low;
	if (part->width == 2)
		slot[1] = high;
}

static void
grow(const HashKey *key, Part *part)
{
	Part larger = {.width = part->width, .bits = part->slots ? part->bits + 1 : FIRST_BITS};
	gsize n = part->slots ? (gsize)1 << part->bits : 0;

	larger.slots = g_new0(guint64, ((gsize)1 << larger.bits) * larger.width);
	larger.has_zero = part->has_zero;
	for (gsize i = 0; i < n; i++) {
		const guint64 *slot = part->slots + i * part->width;
		guint64 high = part->width == 2 ? slot[1] : 0;
		if (slot[0] != 0 || high != 0)
			put(key, &larger, high, slot[0]);
	}
	g_free(part->slots);
	*part = larger;
}

void
address_set_add(AddressSet *set, const Address *address)
{
	Part *part = address->family == 4 ? &set->v4 : &set->v6;

	if (address->high == 0 && address->low == 0) {
		part->has_zero = TRUE;
		return;
	}
	/* At most half full. */
	if (!part->slots || part->n >= G_GUINT64_CONSTANT(1) << (part->bits - 1))
		grow(&set->key, part);
	put(&set->key, part, address->high, address->low);
}

guint64
address_set_size(const AddressSet *set)
{
	return set->v4.n + set->v4.has_zero + set->v6.n + set->v6.has_zero;
}
