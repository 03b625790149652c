/*
 * Rows of one source from several tallies, brought into the order of their targets.
 */
#ifndef TALLY_ORDER_H
#define TALLY_ORDER_H

#include "common/address.h"
#include "tally/sort.h"

/* Rows have numbers, from 0 in the order in which they were added. */
typedef struct {
	SortItem *
		/* owned; after order_sort: by target, equals as they were added; .number is
		 * the row's */
		items;
	SortItem *spare; /* owned */
	Address *v6;     /* owned; by row number; of a source of family 6 */
	guint32 n;
	gsize room, room_v6;
	guint8 family;
} Order;

void order_clear(Order *order); /* frees what it holds */

/* Forgets all rows. family: of the rows to come. */
void order_begin(Order *order, guint8 family);
/* The one of them that the family has is read. */
void order_add(Order *order, const guint32 *targets_v4, const Address *targets_v6, guint32 n);
void order_sort(Order *order);

/* The end of the rows with the same target as item `from`. */
guint32 order_group(const Order *order, guint32 from);
Address order_target(const Order *order, guint32 item);

#endif
