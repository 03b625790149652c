#include "config.h"

#include "tally/past_traits.h"

#include "common/hash.h"

enum { ROOM_FIRST = 1024 };

/* Open addressing; a slot of no sources is free. Never more than half full. */
struct PastTraits {
	PastTraitCount *slots; /* owned */
	guint32 room;          /* a power of two */
	guint32 n, max;
	guint64 forgotten;
	HashKey key;
};

PastTraits *
past_traits_new(guint32 max)
{
	PastTraits *traits = g_new0(PastTraits, 1);

	traits->max = max;
	traits->room = ROOM_FIRST;
	traits->slots = g_new0(PastTraitCount, traits->room);
	hash_key_draw(&traits->key);
	return traits;
}

void
past_traits_free(PastTraits *traits)
{
	if (!traits)
		return;
	g_free(traits->slots);
	g_free(traits);
}

/* The value's slot, or the free one where it would stand. */
static PastTraitCount *
find(const PastTraits *traits, guint8 field, guint64 value)
{
	guint64 at = hash_pair(&traits->key, field, value);

	for (;; at++) {
		PastTraitCount *slot = &traits->slots[at & (traits->room - 1)];
		if (slot->sources == 0 || (slot->value == value && slot->field == field))
			return slot;
	}
}

/* Of how little worth a value is; one that is not firm counts one source less. */
static guint32
weight(const PastTraitCount *count)
{
	return count->sources - !count->firm;
}

/* Moves all that weigh at least so much to a new table. */
static void
rebuild(PastTraits *traits, guint32 room, guint32 least)
{
	PastTraitCount *old = traits->slots;
	guint32 old_room = traits->room, before = traits->n;

	traits->slots = g_new0(PastTraitCount, room);
	traits->room = room;
	traits->n = 0;
	for (guint32 i = 0; i < old_room; i++) {
		if (old[i].sources == 0 || weight(&old[i]) < least)
			continue;
		*find(traits, old[i].field, old[i].value) = old[i];
		traits->n++;
	}
	traits->forgotten += before - traits->n;
	g_free(old);
}

static void
make_room(PastTraits *traits)
{
	if (traits->n < traits->room / 2 && traits->n < traits->max)
		return;
	if (traits->n < traits->max) {
		rebuild(traits, 2 * traits->room, 0);
		return;
	}
	for (guint32 least = 1; traits->n > traits->max / 2; least++)
		rebuild(traits, traits->room, least);
}

void
past_traits_add(
	PastTraits *traits, PastField field, guint64 value, guint64 packets, guint64 contacts)
{
	gboolean firm = packets >= PAST_TRAIT_FIRM && contacts >= 2;

	if (!firm && (field == PAST_SPORT || field == PAST_ID))
		return;
	make_room(traits);
	PastTraitCount *slot = find(traits, (guint8)field, value);
	if (slot->sources == 0) {
		slot->value = value;
		slot->field = (guint8)field;
		traits->n++;
	}
	slot->packets += packets;
	slot->sources++;
	slot->firm |= firm;
}

static int
compare(gconstpointer a, gconstpointer b)
{
	const PastTraitCount *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

GArray *
past_traits_take(PastTraits *traits)
{
	GArray *counts = g_array_new(FALSE, FALSE, sizeof(PastTraitCount));

	for (guint32 i = 0; i < traits->room; i++)
		if (traits->slots[i].sources > 0 && weight(&traits->slots[i]) > 0)
			g_array_append_val(counts, traits->slots[i]);
	g_array_sort(counts, compare);
	for (guint32 i = 0; i < traits->room; i++)
		traits->slots[i] = (PastTraitCount){0};
	traits->n = 0;
	return counts;
}

guint64
past_traits_forgotten(const PastTraits *traits)
{
	return traits->forgotten;
}
