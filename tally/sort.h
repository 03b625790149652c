/*
 * Radix sort of numbered keys: least significant octet first, octets that all keys share are
 * passed over.
 */
#ifndef TALLY_SORT_H
#define TALLY_SORT_H

#include <glib.h>

typedef struct __attribute__((packed, aligned(4))) {
	guint64 key;
	guint32 number;
} SortItem;

/* Sorts items by key, keeping the order of equals; scratch: room for n more. Returns the one
 * of the two that holds the result. */
SortItem *sort_items(SortItem *items, SortItem *scratch, gsize n);

#endif
