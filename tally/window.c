#include "config.h"

#include "tally/window.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/merge.h"
#include "tally/order.h"
#include "tally/window_count.h"

enum { BATCH_ROWS = 1 << 16 };

typedef struct {
	WindowCount count;
	Order order;  /* of the batch's rows */
	HitRow *rows; /* owned; by number */
	gsize room;
} Work;

/* The batch's rows, target by target. Most targets have one. */
static void
tally_batch(Work *work)
{
	const SortItem *items;

	order_sort(&work->order);
	items = work->order.items;
	for (guint32 from = 0, end; from < work->order.n; from = end) {
		const HitRow *first = work->rows + items[from].number;
		guint n = 0;

		end = order_group(&work->order, from);
		if (end == from + 1 && !work->count.prefix_hits) {
			window_count_lone_row(&work->count, first);
			continue;
		}
		Address target = order_target(&work->order, from);
		for (guint32 i = from; i < end; i++)
			n = window_count_add(&work->count, n, work->rows + items[i].number);
		window_count_group(&work->count, &target, n);
	}
}

static Address
stretch_target(const Stretch *stretch, guint32 i)
{
	return stretch->family == 6 ? stretch->targets_v6[i]
				    : address_from_v4(stretch->targets_v4[i]);
}

/* The first of the holder's rows whose target lies beyond the limit. */
static guint32
rows_until(const MergeInput *holder, const Address *limit)
{
	guint32 low = holder->next, high = holder->stretch.n;

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		Address target = stretch_target(&holder->stretch, middle);
		if (address_compare(&target, limit) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* What the filter lets make a hit, for n rows of the stretch. */
static void
filter_rows(const WindowFilter *filter, const Stretch *stretch, guint32 from, guint32 n,
	HitRow *rows)
{
	for (guint32 i = 0; i < n; i++) {
		guint32 begin = from + i > 0 ? stretch->contacts_end[from + i - 1] : 0;
		guint32 n_contacts = stretch->contacts_end[from + i] - begin;
		rows[i].in = hits_wanted(
			filter, rows[i].facts, stretch->contacts + begin, n_contacts);
	}
}

/* Of n rows of the stretch those of other targets are evidence only. */
static void
filter_targets(const WindowFilter *filter, const Stretch *stretch, guint32 from, guint32 n,
	HitRow *rows)
{
	for (guint32 i = 0; i < n; i++) {
		Address target = stretch_target(stretch, from + i);
		if (!hits_is_target(filter, &target))
			rows[i].in = 0;
	}
}

/* The holder's rows up to `end` go to the batch. */
static void
take_rows(Work *work, MergeInput *holder, guint32 end)
{
	const Stretch *stretch = &holder->stretch;
	guint32 from = holder->next, n = end - from, hour = holder->hour;
	const guint16 *facts = stretch->facts + from;

	if (n == 0)
		return;
	if ((gsize)work->order.n + n > work->room) {
		work->room = MAX(2 * work->room, (gsize)work->order.n + n);
		work->rows = g_renew(HitRow, work->rows, work->room);
	}
	HitRow *rows = work->rows + work->order.n;
	for (guint32 i = 0; i < n; i++)
		rows[i] = (HitRow){FACTS_NEVER, hour, facts[i], facts[i]};
	if (stretch->udp_in)
		for (guint32 i = 0; i < n; i++)
			rows[i].udp_first = hits_udp_first(
				stretch->udp_in[from + i], stretch->udp_out[from + i]);
	if (!hits_is_open(&work->count.plan->filter))
		filter_rows(&work->count.plan->filter, stretch, from, n, rows);
	if (work->count.plan->filter.targets)
		filter_targets(&work->count.plan->filter, stretch, from, n, rows);
	if (stretch->family == 6)
		order_add(&work->order, NULL, stretch->targets_v6 + from, n);
	else
		order_add(&work->order, stretch->targets_v4 + from, NULL, n);
	holder->next = end;
}

/* Goes on to the holder's next stretch when the one at hand is taken. FALSE: error. */
static gboolean
refill(Merge *merge, MergeInput *holder, GError **error)
{
	g_autoptr(GError) problem = NULL;

	while (holder->next == holder->stretch.n && merge_more(merge, holder, &problem))
		;
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/*
 * The source at hand, target range by target range, so that memory does not grow with its rows:
 * each tally gives its share of a batch at most, and none goes beyond the target at which
 * another's share, or its stretch, ends.
 */
static gboolean
tally_source(Work *work, Merge *merge, GError **error)
{
	guint n_holders;
	MergeInput **holders = merge_holders(merge, &n_holders);
	guint32 share = MAX(1, BATCH_ROWS / n_holders);

	do {
		Address limit = {.family = 0};

		order_begin(&work->order, merge_source(merge)->family);
		for (guint i = 0; i < n_holders; i++) {
			const Stretch *stretch = &holders[i]->stretch;
			if (!refill(merge, holders[i], error))
				return FALSE;
			if (stretch->n - holders[i]->next <= share && !stretch->more)
				continue;
			Address last = stretch_target(
				stretch, MIN(holders[i]->next + share, stretch->n) - 1);
			if (limit.family == 0 || address_compare(&last, &limit) < 0)
				limit = last;
		}
		for (guint i = 0; i < n_holders; i++)
			take_rows(work, holders[i],
				limit.family == 0 ? holders[i]->stretch.n
						  : rows_until(holders[i], &limit));
		tally_batch(work);
	} while (work->order.n > 0);
	for (guint i = 0; i < n_holders; i++)
		window_count_lone_hits(&work->count, holders[i]->hour);
	return TRUE;
}

static int
compare_prefix_hits(gconstpointer a, gconstpointer b)
{
	const WindowPrefixHit *hit_a = a, *hit_b = b;
	int targets = address_compare(&hit_a->target, &hit_b->target);

	if (targets != 0)
		return targets;
	return hit_a->windows.from < hit_b->windows.from
		       ? -1
		       : hit_a->windows.from > hit_b->windows.from;
}

/* The targets that any source of the prefix hit: each counts once a window. */
static void
list_prefix(Work *work, const Address *prefix, GArray *lines)
{
	const WindowPrefixHit *hits =
		(const WindowPrefixHit *)(gpointer)work->count.prefix_hits->data;
	guint n = work->count.prefix_hits->len;

	g_array_sort(work->count.prefix_hits, compare_prefix_hits);
	for (guint i = 0; i < n;) {
		const Address *target = &hits[i].target;
		HitSpan windows = hits[i].windows;
		for (i++; i < n && hits[i].windows.from <= windows.to &&
			  address_compare(&hits[i].target, target) == 0;
			i++)
			windows.to = MAX(windows.to, hits[i].windows.to);
		axis_count(work->count.axis, windows.from, windows.to, 1);
	}
	g_array_set_size(work->count.prefix_hits, 0);
	axis_list(work->count.axis, work->count.plan->hosts, prefix,
		(guint8)work->count.plan->filter.prefix_v6, lines);
}

static void
work_clear(Work *work)
{
	window_count_clear(&work->count);
	order_clear(&work->order);
	g_free(work->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

/* Lines of the prefix that was being tallied, if one was, when `next` is not of it. */
static void
leave_prefix(Work *work, Address *prefix, const Address *next, GArray *lines)
{
	if (prefix->family == 0 || (next && address_compare(prefix, next) == 0))
		return;
	list_prefix(work, prefix, lines);
	prefix->family = 0;
}

/* Sources of a prefix come one behind the other, because addresses are sorted as numbers. */
static gboolean
tally_all(Work *work, Merge *merge, GArray *lines, GError **error)
{
	guint hosts = work->count.plan->hosts, bits = work->count.plan->filter.prefix_v6;
	gboolean joining = bits > 0 && bits < 128;
	g_autoptr(GError) problem = NULL;
	Address prefix = {.family = 0};

	/* Nobody hits more targets than it has rows; a prefix may, with its sources
	 * together. */
	while (merge_next(merge, joining ? 0 : hosts, &problem)) {
		Address source = *merge_source(merge);

		if (joining && source.family == 6) {
			Address own = address_mask(&source, bits);
			leave_prefix(work, &prefix, &own, lines);
			prefix = own;
			if (!work->count.prefix_hits)
				work->count.prefix_hits =
					g_array_new(FALSE, FALSE, sizeof(WindowPrefixHit));
		}
		if (!tally_source(work, merge, error))
			return FALSE;
		if (!work->count.prefix_hits)
			axis_list(work->count.axis, hosts, &source,
				source.family == 6 ? 128 : 32, lines);
	}
	leave_prefix(work, &prefix, NULL, lines);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* By start, then hosts descending; the sort keeps the order of equals, and sources come in
 * order. */
static GArray *
sort_lines(const GArray *lines)
{
	const WindowHit *hits = (const WindowHit *)(gpointer)lines->data;
	g_autofree SortItem *items = g_new(SortItem, (gsize)lines->len + 1);
	g_autofree SortItem *scratch = g_new(SortItem, (gsize)lines->len + 1);
	GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(WindowHit), lines->len);
	gint64 first = G_MAXINT64;

	for (guint i = 0; i < lines->len; i++)
		first = MIN(first, hits[i].start);
	for (guint i = 0; i < lines->len; i++) {
		guint64 hours = (guint64)(hits[i].start - first) / HOUR_SECONDS;
		items[i] = (SortItem){hours << 32 | (G_MAXUINT32 - hits[i].hosts), i};
	}
	const SortItem *order = sort_items(items, scratch, lines->len);
	for (guint i = 0; i < lines->len; i++)
		g_array_append_val(sorted, hits[order[i].number]);
	return sorted;
}

static gboolean
have_one_grid(Reader **readers, guint n_readers, GError **error)
{
	for (guint i = 1; i < n_readers; i++) {
		guint first = reader_hour(readers[0])->grid_minutes;
		guint other = reader_hour(readers[i])->grid_minutes;
		if (first == other)
			continue;
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: its hours begin %u minutes after the UTC hour, those of %s %u: "
			"expected one grid",
			reader_name(readers[i]), other, reader_name(readers[0]), first);
		return FALSE;
	}
	return TRUE;
}

GArray *
window_tally(Reader **readers, guint n_readers, const WindowPlan *plan, GPtrArray *shortfalls,
	GError **error)
{
	g_return_val_if_fail(
		plan->hosts > 0 && plan->step > 0 && plan->step <= plan->length, NULL);
	g_return_val_if_fail(
		plan->step % HOUR_SECONDS == 0 && plan->length % HOUR_SECONDS == 0, NULL);
	g_autoptr(GArray) lines = g_array_new(FALSE, FALSE, sizeof(WindowHit));

	if (!have_one_grid(readers, n_readers, error))
		return NULL;
	g_autoptr(Merge) merge = merge_new(readers, n_readers, shortfalls);
	guint32 n_hours;
	const gint64 *hours = merge_hours(merge, &n_hours);
	gint64 offset = n_readers > 0 ? 60 * (gint64)reader_hour(readers[0])->grid_minutes : 0;
	g_auto(Work) work = {
		.count.plan = plan,
		.count.axis = axis_new(hours, n_hours, plan->length, plan->step, offset),
		.count.lone_hits = g_new0(guint32, n_hours + 1),
	};

	if (!tally_all(&work, merge, lines, error))
		return NULL;
	return sort_lines(lines);
}
