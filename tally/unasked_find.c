#include "config.h"

#include "tally/unasked_private.h"

#include "common/hour.h"

/* TCP responses in a row. */
static guint64
count_packets(const SourceFacts *member, const PairHour *pair)
{
	guint64 packets = 0;

	for (guint32 i = 0; member->contacts && i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		if (unasked_kind_of((Kind)contact->kind) < UNASKED_KINDS)
			packets += contact->packets;
	}
	return packets;
}

/* Whether there may be enough, were no hour's evidence to speak against another's packets. */
static gboolean
may_be_enough(const Subject *subject, guint targets, guint packets)
{
	const PairHour *last = NULL;
	guint64 n_packets = 0;
	guint n_targets = 0;

	if (!(subject->facts & FACT_IN_RESPONSE))
		return FALSE;
	for (guint32 m = 0; m < subject->n_members; m++) {
		const SourceFacts *member = &subject->members[m];
		for (guint32 i = 0; i < member->n_pairs; i++) {
			const PairHour *pair = &member->pairs[i];
			if (!unasked_is(pair->facts, unasked_evidence(pair)))
				continue;
			n_targets +=
				!last || address_compare(&last->target, &pair->target) != 0;
			n_packets += count_packets(member, pair);
			last = pair;
			if (n_targets >= targets || n_packets >= packets)
				return TRUE;
		}
	}
	return FALSE;
}

/* Counting the unasked of all windows of one length. */
typedef struct {
	Axis *targets, *packets; /* owned; the same windows */
	const GArray *hours;     /* of gint64, ascending; borrowed */
	guint limit;             /* of a pair's packets in an hour */
	GArray *rows;            /* of HitRow; owned: of one pair */
	GArray *spans;           /* of HitSpan; owned: of one target */
	GArray *found;           /* of HitSpan; owned: of one pair */
} Count;

/* Adds the packets of a row to those of the spans' windows that hold it. */
static void
count_row(Count *count, const SubjectRow *row, guint32 hour, const HitSpan *spans, guint n)
{
	guint64 packets = count_packets(row->member, row->pair);
	const AxisHour *axis = &count->packets->hours[hour];

	for (guint i = 0; i < n && packets > 0; i++) {
		guint32 from = MAX(spans[i].from, axis->enter),
			to = MIN(spans[i].to, axis->leave);
		if (from < to)
			axis_count(
				count->packets, from, to, (guint32)MIN(packets, count->limit));
	}
}

/* The n rows of one target and one member, by hour. */
static void
count_pair(Count *count, const SubjectRow *rows, guint n)
{
	g_array_set_size(count->rows, 0);
	for (guint i = 0; i < n; i++) {
		const PairHour *pair = rows[i].pair;
		HitRow row = {FACTS_NEVER, hour_find(count->hours, pair->hour),
			pair->facts & FACT_IN_RESPONSE, unasked_evidence(pair)};
		g_array_append_val(count->rows, row);
	}
	g_array_set_size(count->found, (guint)HITS_SPANS(n));

	const HitRow *hits = (const HitRow *)(gpointer)count->rows->data;
	HitSpan *spans = (HitSpan *)(gpointer)count->found->data;
	guint n_spans = hits_find(count->targets->hours, hits, n, spans);
	for (guint i = 0; i < n && n_spans > 0; i++)
		count_row(count, &rows[i], hits[i].hour, spans, n_spans);
	g_array_append_vals(count->spans, spans, n_spans);
}

static int
compare_spans(gconstpointer a, gconstpointer b)
{
	const HitSpan *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* Each window in which some member hit the target counts it once. */
static void
count_spans(Count *count)
{
	const HitSpan *spans = (const HitSpan *)(gpointer)count->spans->data;

	g_array_sort(count->spans, compare_spans);
	for (guint first = 0, next; first < count->spans->len; first = next) {
		guint32 to = spans[first].to;
		for (next = first + 1; next < count->spans->len && spans[next].from <= to;
			next++)
			to = MAX(to, spans[next].to);
		axis_count(count->targets, spans[first].from, to, 1);
	}
	g_array_set_size(count->spans, 0);
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* The hours of the rows, ascending, each once. */
static GArray *
list_hours(const SubjectRow *rows, guint n)
{
	GArray *hours = g_array_sized_new(FALSE, FALSE, sizeof(gint64), n);
	gint64 *items = (gint64 *)(gpointer)hours->data;
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		g_array_append_val(hours, rows[i].pair->hour);
	g_array_sort(hours, compare_hours);
	for (guint i = 0; i < n; i++)
		if (kept == 0 || items[kept - 1] != items[i])
			items[kept++] = items[i];
	g_array_set_size(hours, kept);
	return hours;
}

/* The windows that hold enough: both axes have the same with more than nothing. */
static void
list_windows(Count *count, guint targets, guint packets, GArray *windows)
{
	g_autoptr(GArray) by_target = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	g_autoptr(GArray) by_packet = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	const Address nobody = {0};

	axis_list(count->targets, 1, &nobody, 0, by_target);
	axis_list(count->packets, 1, &nobody, 0, by_packet);
	for (guint i = 0, k = 0; i < by_target->len; i++) {
		const WindowHit *hit = &g_array_index(by_target, WindowHit, i);
		UnaskedWindow window = {hit->start, hit->hosts, 0};
		while (k < by_packet->len &&
			g_array_index(by_packet, WindowHit, k).start < hit->start)
			k++;
		if (k < by_packet->len &&
			g_array_index(by_packet, WindowHit, k).start == hit->start)
			window.packets = g_array_index(by_packet, WindowHit, k).hosts;
		if (window.targets >= targets || window.packets >= packets)
			g_array_append_val(windows, window);
	}
}

void
unasked_find(const Subject *subject, gint64 length, gint64 step, guint targets, guint packets,
	GArray *windows)
{
	if (!may_be_enough(subject, targets, packets))
		return;

	g_autoptr(GArray) array = unasked_rows(subject);
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	g_autoptr(GArray) hours = list_hours(rows, array->len);
	const gint64 *starts = (const gint64 *)(gpointer)hours->data;
	gint64 offset = subject->grid_minutes * 60;
	Count count = {
		.targets = axis_new(starts, hours->len, length, step, offset),
		.packets = axis_new(starts, hours->len, length, step, offset),
		.hours = hours,
		.limit = packets,
		.rows = g_array_new(FALSE, FALSE, sizeof(HitRow)),
		.spans = g_array_new(FALSE, FALSE, sizeof(HitSpan)),
		.found = g_array_new(FALSE, FALSE, sizeof(HitSpan)),
	};

	for (guint first = 0, next; first < array->len; first = next) {
		next = unasked_pair_end(rows, array->len, first);
		count_pair(&count, rows + first, next - first);
		if (next == array->len || !unasked_same_target(&rows[next], &rows[first]))
			count_spans(&count);
	}
	list_windows(&count, targets, packets, windows);
	axis_free(count.targets);
	axis_free(count.packets);
	g_array_unref(count.rows);
	g_array_unref(count.spans);
	g_array_unref(count.found);
}
