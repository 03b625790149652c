#include "config.h"

#include "tally/decoys.h"

#include "common/hour.h"

enum {
	PORT_DOMAIN = 53,
};

/* A source's touches by target. */
typedef struct {
	const RosterSource *source;
	Touch *touches; /* owned */
} Row;

static void
clear_row(gpointer data)
{
	g_free(((Row *)data)->touches);
}

static int
compare_targets(gconstpointer a, gconstpointer b)
{
	const Touch *x = a, *y = b;

	if (x->target != y->target)
		return x->target < y->target ? -1 : 1;
	return (x->time > y->time) - (x->time < y->time);
}

static Row
row_of(const Roster *roster, const RosterSource *source)
{
	Row row = {
		source, g_memdup2(roster_touches(roster, source), source->n * sizeof(Touch))};

	qsort(row.touches, source->n, sizeof(Touch), compare_targets);
	return row;
}

/* By targets, then time. */
static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const Row *x = a, *y = b;

	if (x->source->n != y->source->n)
		return x->source->n < y->source->n ? -1 : 1;
	for (guint i = 0; i < x->source->n; i++)
		if (x->touches[i].target != y->touches[i].target)
			return x->touches[i].target < y->touches[i].target ? -1 : 1;
	if (x->touches[0].time != y->touches[0].time)
		return x->touches[0].time < y->touches[0].time ? -1 : 1;
	return address_compare(&x->source->source, &y->source->source);
}

static gboolean
are_at_once(const Row *a, const Row *b)
{
	if (a->source->n != b->source->n)
		return FALSE;
	for (guint i = 0; i < a->source->n; i++) {
		guint64 x = a->touches[i].time, y = b->touches[i].time;
		if (a->touches[i].target != b->touches[i].target ||
			(x > y ? x - y : y - x) > DECOYS_SECONDS * SECOND_NS)
			return FALSE;
	}
	return TRUE;
}

static guint
count_targets(const Row *row)
{
	guint n = 0;

	for (guint i = 0; i < row->source->n; i++)
		n += i == 0 || row->touches[i].target != row->touches[i - 1].target;
	return n;
}

static gboolean
is_balancer(const Row *row, guint targets)
{
	const Likeness *likeness = &row->source->likeness;

	return targets <= DECOYS_BALANCER &&
	       (likeness->kind != KIND_SYN || likeness->payload > 0 ||
		       (likeness->n_ports == 1 && likeness->ports[0] == PORT_DOMAIN));
}

static gboolean
is_scan(const Row *row)
{
	guint targets = count_targets(row);

	if (row->source->likeness.n_ports > LIKENESS_PORTS)
		return TRUE;
	return targets >= DECOYS_TARGETS && !is_balancer(row, targets);
}

/* The first 24 h that hold the row's last touch, or 7 d when it is longer. */
static FindingWindow
window_of(const Row *row, const Scene *scene)
{
	guint64 first = FACTS_NEVER, last = 0;

	for (guint i = 0; i < row->source->n; i++) {
		first = MIN(first, row->touches[i].time);
		last = MAX(last, row->touches[i].time);
	}
	gint64 end = hour_start(last, scene->grid_minutes) + HOUR_SECONDS;
	gint64 length = (gint64)(first / SECOND_NS) >= end - DAY_SECONDS ? DAY_SECONDS
									 : 7 * DAY_SECONDS;
	if (length > DAY_SECONDS)
		end = detector_last_end(end - 1, DAY_SECONDS, scene->grid_minutes) +
		      DAY_SECONDS;
	return (FindingWindow){.start = end - length, .length = length};
}

static void
tell_rows(const Row *rows, guint n, const Scene *scene, FindingWindow window, GPtrArray *groups)
{
	const SubjectSpan *span = &scene->span;
	gint64 last = window.start + window.length - HOUR_SECONDS;
	g_autofree char *likeness = likeness_text(&rows[0].source->likeness);
	guint least = 255, greatest = 0;
	char ttls[GROUP_TTLS_SIZE];
	Group *group;

	if (last < span->from || last >= span->to)
		return;
	group = group_new(&window, SCOPE_SOURCES, VERDICT_DECOY);
	for (guint i = 0; i < n; i++) {
		group_add(group, &rows[i].source->source, rows[i].source->bits);
		least = MIN(least, rows[i].source->likeness.ttl_min);
		greatest = MAX(greatest, rows[i].source->likeness.ttl_max);
	}
	group_for(group, VERDICT_DECOY,
		"%u addresses probe each of %u target%s%s at once, within %d s: one scanner "
		"that hides among decoys",
		n, window.count, window.count == 1 ? "" : "s",
		rows[0].source->cut ? " or more" : "", DECOYS_SECONDS);
	group_for(group, VERDICT_DECOY, "all alike: %s", likeness);
	if (greatest <= least + LIKENESS_TTL_REACH)
		group_for(group, VERDICT_DECOY, "%s, within three hops: points to one computer",
			group_format_ttls(least, greatest, ttls));
	else
		group_against(group, VERDICT_DECOY,
			"TTLs from %u to %u: made up, or several computers", least, greatest);
	g_ptr_array_add(groups, group);
}

void
decoys_tell(const Roster *roster, const Scene *scene, const Detector *detector, guint threshold,
	guint from, guint to, GPtrArray *groups)
{
	g_autoptr(GArray) rows = g_array_new(FALSE, FALSE, sizeof(Row));
	guint next;

	if (to - from < DECOYS_SOURCES ||
		!likeness_is_asking(&roster_source(roster, from)->likeness))
		return;
	g_array_set_clear_func(rows, clear_row);
	for (guint i = from; i < to; i++) {
		Row row = row_of(roster, roster_source(roster, i));
		g_array_append_val(rows, row);
	}
	g_array_sort(rows, compare_rows);
	const Row *items = (const Row *)(gpointer)rows->data;
	for (guint first = 0; first < rows->len; first = next) {
		for (next = first + 1;
			next < rows->len && are_at_once(&items[first], &items[next]); next++)
			;
		if (next - first < DECOYS_SOURCES || !is_scan(&items[first]))
			continue;
		FindingWindow window = window_of(&items[first], scene);
		window.detector = detector;
		window.count = count_targets(&items[first]);
		window.threshold = threshold;
		tell_rows(&items[first], next - first, scene, window, groups);
	}
}
