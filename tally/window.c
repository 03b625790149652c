#include "config.h"

#include "tally/window.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/hits.h"
#include "tally/merge.h"
#include "tally/order.h"

enum { BATCH_ROWS = 1 << 16 };

/* A target that a source of a prefix hit. */
typedef struct {
	Address target;
	HitSpan windows;
} PrefixHit;

typedef struct {
	const WindowPlan *plan; /* borrowed */
	Axis *axis;             /* owned */
	Order order;            /* of the batch's rows */
	HitRow *rows;           /* owned; by number */
	gsize room;
	/* owned; by hour: targets that were hit and have that hour's row only */
	guint32 *lone_hits;
	HitRow *group;  /* owned; one target's, an hour each */
	HitSpan *spans; /* owned; what it comes to */
	gsize group_room;
	/* owned; of PrefixHit, of the prefix at hand; NULL: hits are counted at once */
	GArray *prefix_hits;
} Work;

/* Appends a row to the group at hand; of two sensors' rows of one hour it makes one. */
static guint
group_add(Work *work, guint n, const HitRow *row)
{
	HitRow *last = n > 0 ? work->group + n - 1 : NULL;

	if (last && last->hour == row->hour) {
		last->udp_first = MIN(last->udp_first, row->udp_first);
		last->in |= row->in;
		last->facts |= row->facts;
		last->in = hits_keeping_ports(
			&work->plan->filter, last->in, last->facts, last->udp_first);
		return n;
	}
	if (n == work->group_room) {
		work->group_room = MAX(64, 2 * work->group_room);
		work->group = g_renew(HitRow, work->group, work->group_room);
		work->spans = g_renew(HitSpan, work->spans, HITS_SPANS(work->group_room));
	}
	work->group[n] = *row;
	return n + 1;
}

/* Counts the windows in which the group's target was hit. */
static void
tally_group(Work *work, const Address *target, guint n)
{
	guint n_spans = hits_find(work->axis->hours, work->group, n, work->spans);

	for (guint i = 0; i < n_spans; i++) {
		HitSpan windows = work->spans[i];
		if (work->prefix_hits) {
			PrefixHit hit = {*target, windows};
			g_array_append_val(work->prefix_hits, hit);
		} else {
			axis_count(work->axis, windows.from, windows.to, 1);
		}
	}
}

/* A target's only row. */
static void
count_lone_row(Work *work, const HitRow *row)
{
	work->lone_hits[row->hour] += (guint32)hits_has(row->in, row->facts, row->udp_first);
}

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
		if (end == from + 1 && !work->prefix_hits) {
			count_lone_row(work, first);
			continue;
		}
		Address target = order_target(&work->order, from);
		for (guint32 i = from; i < end; i++)
			n = group_add(work, n, work->rows + items[i].number);
		tally_group(work, &target, n);
	}
}

static void
count_lone_hits(Work *work, guint32 hour)
{
	const AxisHour *windows = work->axis->hours + hour;

	if (work->lone_hits[hour] > 0)
		axis_count(work->axis, windows->enter, windows->leave, work->lone_hits[hour]);
	work->lone_hits[hour] = 0;
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
	if (!hits_is_open(&work->plan->filter))
		filter_rows(&work->plan->filter, stretch, from, n, rows);
	if (work->plan->filter.targets)
		filter_targets(&work->plan->filter, stretch, from, n, rows);
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
		count_lone_hits(work, holders[i]->hour);
	return TRUE;
}

static int
compare_prefix_hits(gconstpointer a, gconstpointer b)
{
	const PrefixHit *hit_a = a, *hit_b = b;
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
	const PrefixHit *hits = (const PrefixHit *)(gpointer)work->prefix_hits->data;
	guint n = work->prefix_hits->len;

	g_array_sort(work->prefix_hits, compare_prefix_hits);
	for (guint i = 0; i < n;) {
		const Address *target = &hits[i].target;
		HitSpan windows = hits[i].windows;
		for (i++; i < n && hits[i].windows.from <= windows.to &&
			  address_compare(&hits[i].target, target) == 0;
			i++)
			windows.to = MAX(windows.to, hits[i].windows.to);
		axis_count(work->axis, windows.from, windows.to, 1);
	}
	g_array_set_size(work->prefix_hits, 0);
	axis_list(work->axis, work->plan->hosts, prefix, (guint8)work->plan->filter.prefix_v6,
		lines);
}

static void
work_clear(Work *work)
{
	if (work->axis)
		axis_free(work->axis);
	order_clear(&work->order);
	g_free(work->rows);
	g_free(work->lone_hits);
	g_free(work->group);
	g_free(work->spans);
	if (work->prefix_hits)
		g_array_unref(work->prefix_hits);
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
	guint hosts = work->plan->hosts, bits = work->plan->filter.prefix_v6;
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
			if (!work->prefix_hits)
				work->prefix_hits =
					g_array_new(FALSE, FALSE, sizeof(PrefixHit));
		}
		if (!tally_source(work, merge, error))
			return FALSE;
		if (!work->prefix_hits)
			axis_list(work->axis, hosts, &source, source.family == 6 ? 128 : 32,
				lines);
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
		.plan = plan,
		.axis = axis_new(hours, n_hours, plan->length, plan->step, offset),
		.lone_hits = g_new0(guint32, n_hours + 1),
	};

	if (!tally_all(&work, merge, lines, error))
		return NULL;
	return sort_lines(lines);
}

/* Index of the first of the hours that is not before `hour`. */
static guint32
find_hour(const GArray *hours, gint64 hour)
{
	guint32 low = 0, high = hours->len;

	while (low < high) {
		guint32 middle = low + (high - low) / 2;
		if (g_array_index(hours, gint64, middle) < hour)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The source's hours, ascending, each once. */
static GArray *
list_hours(const SourceFacts *source)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint32 i = 0; i < source->n_pairs; i++) {
		gint64 hour = source->pairs[i].hour;
		guint32 place = find_hour(hours, hour);
		if (place == hours->len || g_array_index(hours, gint64, place) != hour)
			g_array_insert_val(hours, place, hour);
	}
	return hours;
}

static guint16
pair_wanted(const SourceFacts *source, const PairHour *pair, const WindowFilter *filter)
{
	const Contact *contacts = source->contacts ? source->contacts + pair->contacts : NULL;

	if (!hits_is_target(filter, &pair->target))
		return 0;
	return hits_keeping_ports(filter,
		hits_wanted(filter, pair->facts, contacts, pair->n_contacts), pair->facts,
		hits_udp_first(pair->udp_in, pair->udp_out));
}

/* The first row of the next target. */
static guint32
next_target(const SourceFacts *source, guint32 first)
{
	guint32 next = first + 1;

	while (next < source->n_pairs &&
		address_compare(&source->pairs[next].target, &source->pairs[first].target) == 0)
		next++;
	return next;
}

static HitRow
row_of(const SourceFacts *source, const PairHour *pair, const WindowFilter *filter,
	const GArray *hours)
{
	return (HitRow){
		.udp_first = hits_udp_first(pair->udp_in, pair->udp_out),
		.hour = find_hour(hours, pair->hour),
		.in = pair_wanted(source, pair, filter),
		.facts = pair->facts,
	};
}

void
window_source(
	const SourceFacts *source, const WindowPlan *plan, guint grid_minutes, GArray *lines)
{
	g_return_if_fail(plan->hosts > 0 && plan->step > 0 && plan->step <= plan->length);

	if (source->n_pairs < plan->hosts)
		return;
	g_autoptr(GArray) hours = list_hours(source);
	g_auto(Work) work = {.plan = plan, .lone_hits = g_new0(guint32, hours->len + 1)};
	work.axis = axis_new((const gint64 *)(gpointer)hours->data, hours->len, plan->length,
		plan->step, 60 * (gint64)grid_minutes);

	for (guint32 i = 0; i < source->n_pairs;) {
		const PairHour *first = source->pairs + i;
		guint32 end = next_target(source, i);
		guint n = 0;
		if (end == i + 1) {
			HitRow row = row_of(source, first, &plan->filter, hours);
			count_lone_row(&work, &row);
			i = end;
			continue;
		}
		for (; i < end; i++) {
			HitRow row = row_of(source, source->pairs + i, &plan->filter, hours);
			n = group_add(&work, n, &row);
		}
		tally_group(&work, &first->target, n);
	}
	for (guint32 hour = 0; hour < hours->len; hour++)
		count_lone_hits(&work, hour);
	axis_list(work.axis, plan->hosts, &source->source,
		source->source.family == 6 ? 128 : 32, lines);
}

static gboolean
is_within(const PairHour *pair, gint64 start, gint64 length)
{
	return pair->hour >= start - HOUR_SECONDS && pair->hour < start + length;
}

guint
window_targets(const SourceFacts *source, gint64 start, gint64 length,
	const WindowFilter *filter, GArray *targets)
{
	guint before = targets->len;

	for (guint32 first = 0, next; first < source->n_pairs; first = next) {
		guint16 in = 0, evidence = 0;
		guint64 udp = FACTS_NEVER;
		next = next_target(source, first);
		for (guint32 i = first; i < next; i++) {
			const PairHour *pair = source->pairs + i;
			if (!is_within(pair, start, length))
				continue;
			if (pair->hour >= start)
				in |= pair_wanted(source, pair, filter);
			evidence |= pair->facts;
			udp = MIN(udp, hits_udp_first(pair->udp_in, pair->udp_out));
		}
		if (hits_has(in, evidence, udp))
			g_array_append_val(targets, first);
	}
	return targets->len - before;
}

static guint32
kinds_of(const SourceFacts *source, const PairHour *pair)
{
	guint32 kinds = 0;

	for (guint32 i = 0; i < pair->n_contacts; i++)
		kinds |= 1u << source->contacts[pair->contacts + i].kind;
	return kinds & ((1u << KIND_CONTACTS) - 1);
}

/* Those of the kinds whose fact counts. */
static guint32
kinds_counting(guint32 kinds, guint16 counting)
{
	guint32 count = 0;

	for (guint32 rest = kinds; rest != 0; rest &= rest - 1) {
		guint kind = (guint)__builtin_ctz(rest);
		if (kind_table[kind].fact_in & counting)
			count |= 1u << kind;
	}
	return count;
}

void
window_kinds(const SourceFacts *source, gint64 start, gint64 length, GArray *targets)
{
	for (guint32 first = 0, next; first < source->n_pairs; first = next) {
		WindowTarget target = {first, 0};
		guint16 in = 0, evidence = 0;
		guint64 udp = FACTS_NEVER;
		next = next_target(source, first);
		for (guint32 i = first; i < next; i++) {
			const PairHour *pair = source->pairs + i;
			if (!is_within(pair, start, length))
				continue;
			if (pair->hour >= start) {
				in |= pair->facts;
				target.kinds |= kinds_of(source, pair);
			}
			evidence |= pair->facts;
			udp = MIN(udp, hits_udp_first(pair->udp_in, pair->udp_out));
		}
		guint16 counting = hits_counting(evidence, hits_is_source_first(udp));
		target.kinds = kinds_counting(target.kinds, counting);
		if (in & counting)
			g_array_append_val(targets, target);
	}
}
