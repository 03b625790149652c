#include "config.h"

#include "tally/sort.h"

#include <string.h>

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

SortItem *
sort_items(SortItem *items, SortItem *scratch, gsize n)
{
	gsize counts[OCTETS][VALUES];

	if (n < INSERTION_BELOW) {
		sort_few(items, n);
		return items;
	}
	memset(counts, 0, sizeof counts);
	for (gsize i = 0; i < n; i++)
		for (guint octet = 0; octet < OCTETS; octet++)
			counts[octet][(items[i].key >> (8 * octet)) & 0xff]++;
	for (guint octet = 0; octet < OCTETS; octet++) {
		gsize *count = counts[octet], sum = 0;
		guint shift = 8 * octet;

		if (count[(items[0].key >> shift) & 0xff] == n)
			continue;
		for (guint value = 0; value < VALUES; value++) {
			gsize here = count[value];
			count[value] = sum;
			sum += here;
		}
		for (gsize i = 0; i < n; i++)
			scratch[count[(items[i].key >> shift) & 0xff]++] = items[i];
		SortItem *swap = items;
		items = scratch;
		scratch = swap;
	}
	return items;
}
