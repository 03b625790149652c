#include "config.h"

#include "tally/order.h"

#include <string.h>

void
order_clear(Order *order)
{
	g_free(order->items);
	g_free(order->spare);
	g_free(order->v6);
	memset(order, 0, sizeof *order);
}

void
order_begin(Order *order, guint8 family)
{
	order->n = 0;
	order->family = family;
}

static void
make_room(Order *order, guint32 n)
{
	if ((gsize)order->n + n > order->room) {
		order->room = MAX(2 * order->room, (gsize)order->n + n);
		order->items = g_renew(SortItem, order->items, order->room);
		g_free(order->spare);
		order->spare = g_new(SortItem, order->room);
	}
	if (order->family == 6 && order->room_v6 < order->room) {
		order->room_v6 = order->room;
		order->v6 = g_renew(Address, order->v6, order->room_v6);
	}
}

void
order_add(Order *order, const guint32 *targets_v4, const Address *targets_v6, guint32 n)
{
	if (n == 0)
		return;
	make_room(order, n);
	SortItem *items = order->items + order->n;
	for (guint32 i = 0; i < n; i++)
		items[i] = (SortItem){
			order->family == 6 ? targets_v6[i].low : targets_v4[i], order->n + i};
	if (order->family == 6)
		memcpy(order->v6 + order->n, targets_v6, n * sizeof *targets_v6);
	order->n += n;
}

static void
sort_items_in_place(Order *order)
{
	SortItem *sorted = sort_items(order->items, order->spare, order->n);

	if (sorted != order->items) {
		order->spare = order->items;
		order->items = sorted;
	}
}

static gboolean
is_sorted(const Order *order)
{
	for (guint32 i = 1; i < order->n; i++)
		if (order->items[i - 1].key > order->items[i].key)
			return FALSE;
	return TRUE;
}

void
order_sort(Order *order)
{
	if (!is_sorted(order))
		sort_items_in_place(order);
	if (order->family == 4)
		return;
	/* The sort keeps the order of equals: by the high half last. */
	for (guint32 i = 0; i < order->n; i++)
		order->items[i].key = order->v6[order->items[i].number].high;
	if (!is_sorted(order))
		sort_items_in_place(order);
}

guint32
order_group(const Order *order, guint32 from)
{
	const SortItem *items = order->items;
	guint32 end = from + 1;

	if (order->family == 4)
		while (end < order->n && items[end].key == items[from].key)
			end++;
	else
		while (end < order->n && items[end].key == items[from].key &&
			order->v6[items[end].number].low == order->v6[items[from].number].low)
			end++;
	return end;
}

Address
order_target(const Order *order, guint32 item)
{
	if (order->family == 6)
		return order->v6[order->items[item].number];
	return address_from_v4((guint32)order->items[item].key);
}
