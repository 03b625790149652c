#include "config.h"

#include "tally/window.h"

#include "common/hour.h"
#include "tally/window_count.h"

/* The source's hours, ascending, each once. */
static GArray *
list_hours(const SourceFacts *source)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint32 i = 0; i < source->n_pairs; i++) {
		gint64 hour = source->pairs[i].hour;
		guint32 place = hour_find(hours, hour);
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
		.hour = hour_find(hours, pair->hour),
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
	g_auto(WindowCount)
		count = {.plan = plan, .lone_hits = g_new0(guint32, hours->len + 1)};
	count.axis = axis_new((const gint64 *)(gpointer)hours->data, hours->len, plan->length,
		plan->step, 60 * (gint64)grid_minutes);

	for (guint32 i = 0; i < source->n_pairs;) {
		const PairHour *first = source->pairs + i;
		guint32 end = next_target(source, i);
		guint n = 0;
		if (end == i + 1) {
			HitRow row = row_of(source, first, &plan->filter, hours);
			window_count_lone_row(&count, &row);
			i = end;
			continue;
		}
		for (; i < end; i++) {
			HitRow row = row_of(source, source->pairs + i, &plan->filter, hours);
			n = window_count_add(&count, n, &row);
		}
		window_count_group(&count, &first->target, n);
	}
	for (guint32 hour = 0; hour < hours->len; hour++)
		window_count_lone_hits(&count, hour);
	axis_list(count.axis, plan->hosts, &source->source,
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
