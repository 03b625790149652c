#include "config.h"

#include "tally/window_count.h"

guint
window_count_add(WindowCount *count, guint n, const HitRow *row)
{
	HitRow *last = n > 0 ? count->group + n - 1 : NULL;

	if (last && last->hour == row->hour) {
		last->udp_first = MIN(last->udp_first, row->udp_first);
		last->in |= row->in;
		last->facts |= row->facts;
		last->in = hits_keeping_ports(
			&count->plan->filter, last->in, last->facts, last->udp_first);
		return n;
	}
	if (n == count->group_room) {
		count->group_room = MAX(64, 2 * count->group_room);
		count->group = g_renew(HitRow, count->group, count->group_room);
		count->spans = g_renew(HitSpan, count->spans, HITS_SPANS(count->group_room));
	}
	count->group[n] = *row;
	return n + 1;
}

void
window_count_group(WindowCount *count, const Address *target, guint n)
{
	guint n_spans = hits_find(count->axis->hours, count->group, n, count->spans);

	for (guint i = 0; i < n_spans; i++) {
		HitSpan windows = count->spans[i];
		if (count->prefix_hits) {
			WindowPrefixHit hit = {*target, windows};
			g_array_append_val(count->prefix_hits, hit);
		} else {
			axis_count(count->axis, windows.from, windows.to, 1);
		}
	}
}

void
window_count_lone_hits(WindowCount *count, guint32 hour)
{
	const AxisHour *windows = count->axis->hours + hour;

	if (count->lone_hits[hour] > 0)
		axis_count(count->axis, windows->enter, windows->leave, count->lone_hits[hour]);
	count->lone_hits[hour] = 0;
}

void
window_count_clear(WindowCount *count)
{
	if (count->axis)
		axis_free(count->axis);
	g_free(count->lone_hits);
	g_free(count->group);
	g_free(count->spans);
	if (count->prefix_hits)
		g_array_unref(count->prefix_hits);
}
