#include "config.h"

#include "tally/sort.h"

enum { OCTETS = sizeof(guint64), VALUES = 256, INSERTION_BELOW = 48 };

static void
sort_few(SortItem *items, gsize n)
{
	for (gsize i = 1; i < n; i++) {
		SortItem item = items[i];
		gsize j = i;
		for (; j > 0 && items[j - 1].key > item.key; j--)
			items[j] = items[j - 1];
		items[j] = item;
	}
}

/* The bits in which any two keys differ. */
static guint64
differing_bits(const SortItem *items, gsize n)
{
	guint64 differing = 0;

	for (gsize i = 1; i < n; i++)
		differing |= items[i].key ^ items[0].key;
	return differing;
}

SortItem *
sort_items(SortItem *items, SortItem *scratch, gsize n)
{
	guint64 differing;

	if (n < INSERTION_BELOW) {
		sort_few(items, n);
		return items;
	}
	differing = differing_bits(items, n);
	for (guint shift = 0; shift < 8 * OCTETS; shift += 8) {
		gsize counts[VALUES] = {0}, sum = 0;

		if ((differing >> shift & 0xff) == 0)
			continue;
		for (gsize i = 0; i < n; i++)
			counts[items[i].key >> shift & 0xff]++;
		for (guint value = 0; value < VALUES; value++) {
			gsize here = counts[value];
			counts[value] = sum;
			sum += here;
		}
		for (gsize i = 0; i < n; i++)
			scratch[counts[items[i].key >> shift & 0xff]++] = items[i];
		SortItem *swap = items;
		items = scratch;
		scratch = swap;
	}
	return items;
}
