#include "config.h"

#include "tally/gather.h"

#include <string.h>

#include "common/hour.h"
#include "tally/merge.h"
#include "tally/order.h"

/* Room that grows and is used again for the next source. */
typedef struct {
	gpointer items; /* owned */
	gsize n, room;
} Column;

struct Gather {
	Merge *merge; /* owned */
	guint parts;
	Order order;
	Column rows;     /* PairHour, as the tallies came */
	Column pairs;    /* PairHour, in order */
	Column contacts; /* Contact */
	Column arrived;  /* TraitHour, as the tallies came */
	Column traits;   /* TraitHour, in order */
	SourceFacts facts;
};

/* Room for n more items behind those that are there; returns its start. */
static gpointer
column_grow(Column *column, guint32 n, gsize size)
{
	if (n == 0)
		return column->items; /* NULL where there never was one */
	if (column->n + n > column->room) {
		column->room = MAX(2 * column->room, column->n + n);
		column->items = g_realloc_n(column->items, column->room, size);
	}
	gpointer start = (guint8 *)column->items + column->n * size;
	column->n += n;
	return start;
}

Gather *
gather_new(Reader **readers, guint n_readers, guint parts)
{
	Gather *gather = g_new0(Gather, 1);

	gather->merge = merge_new(readers, n_readers, NULL);
	gather->parts = parts;
	return gather;
}

void
gather_free(Gather *gather)
{
	merge_free(gather->merge);
	order_clear(&gather->order);
	g_free(gather->rows.items);
	g_free(gather->pairs.items);
	g_free(gather->contacts.items);
	g_free(gather->arrived.items);
	g_free(gather->traits.items);
	g_free(gather);
}

static guint64
since_1970(gint64 hour, guint64 since_hour)
{
	return since_hour == FACTS_NEVER ? FACTS_NEVER : (guint64)hour * SECOND_NS + since_hour;
}

static Address
stretch_target(const Stretch *stretch, guint32 i)
{
	return stretch->family == 6 ? stretch->targets_v6[i]
				    : address_from_v4(stretch->targets_v4[i]);
}

static void
take_pairs(Gather *gather, const Stretch *stretch, gint64 hour)
{
	PairHour *rows = column_grow(&gather->rows, stretch->n, sizeof *rows);
	guint32 begin = 0, contact = gather->contacts.n;

	for (guint32 i = 0; i < stretch->n; i++) {
		guint32 end = stretch->contacts_end ? stretch->contacts_end[i] : 0;
		rows[i] = (PairHour){
			.target = stretch_target(stretch, i),
			.hour = hour,
			.udp_in = stretch->udp_in ? since_1970(hour, stretch->udp_in[i])
						  : FACTS_NEVER,
			.udp_out = stretch->udp_out ? since_1970(hour, stretch->udp_out[i])
						    : FACTS_NEVER,
			.facts = stretch->facts[i],
			.answered = stretch->answered[i],
			.n_contacts = end - begin,
			.contacts = contact + begin,
		};
		begin = end;
	}
	if (begin > 0)
		memcpy(column_grow(&gather->contacts, begin, sizeof(Contact)),
			stretch->contacts, begin * sizeof(Contact));
	order_add(&gather->order, stretch->targets_v4, stretch->targets_v6, stretch->n);
}

static void
take_traits(Gather *gather, const Stretch *stretch, gint64 hour)
{
	TraitHour *traits = column_grow(&gather->arrived, stretch->n_traits, sizeof *traits);

	for (guint32 i = 0; i < stretch->n_traits; i++)
		traits[i] = (TraitHour){hour, stretch->traits[i]};
}

/* All that one tally holds of the source. */
static gboolean
take_holder(Gather *gather, MergeInput *holder, gint64 hour, GError **error)
{
	g_autoptr(GError) problem = NULL;

	do {
		take_pairs(gather, &holder->stretch, hour);
		if (gather->parts & READER_TRAITS)
			take_traits(gather, &holder->stretch, hour);
	} while (merge_more(gather->merge, holder, &problem));
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* Another sensor's row of the same pair and hour. */
static void
join_pair(Gather *gather, PairHour *pair, const PairHour *other)
{
	guint32 n = pair->n_contacts + other->n_contacts;

	if (n > 0) {
		guint32 start = gather->contacts.n;
		Contact *joined = column_grow(&gather->contacts, n, sizeof *joined);
		const Contact *contacts = gather->contacts.items;
		memcpy(joined, contacts + pair->contacts, pair->n_contacts * sizeof *joined);
		memcpy(joined + pair->n_contacts, contacts + other->contacts,
			other->n_contacts * sizeof *joined);
		pair->contacts = start;
		pair->n_contacts = n;
	}
	pair->facts |= other->facts;
	pair->answered |= other->answered;
	pair->udp_in = MIN(pair->udp_in, other->udp_in);
	pair->udp_out = MIN(pair->udp_out, other->udp_out);
}

/* By target; within one the hours ascend already, because the holders do. */
static void
order_pairs(Gather *gather)
{
	PairHour *pairs = column_grow(&gather->pairs, gather->rows.n, sizeof *pairs);
	const PairHour *rows = gather->rows.items;
	PairHour *last = NULL;
	guint32 n = 0;

	order_sort(&gather->order);
	for (guint32 i = 0; i < gather->rows.n; i++) {
		const PairHour *row = rows + gather->order.items[i].number;
		if (last && last->hour == row->hour &&
			address_compare(&last->target, &row->target) == 0) {
			join_pair(gather, last, row);
			continue;
		}
		last = pairs + n++;
		*last = *row;
	}
	gather->pairs.n = n;
}

/* By kind; the hours of one ascend already. Most sources have one or two. */
static void
order_traits(Gather *gather)
{
	guint32 from[KIND_COUNT] = {0}, sum = 0, n = gather->arrived.n;
	TraitHour *traits = column_grow(&gather->traits, n, sizeof *traits);
	const TraitHour *arrived = gather->arrived.items;

	if (n == 1)
		traits[0] = arrived[0];
	if (n <= 1)
		return;
	for (guint32 i = 0; i < n; i++)
		from[arrived[i].trait.kind]++;
	for (guint kind = 0; kind < G_N_ELEMENTS(from); kind++) {
		guint32 here = from[kind];
		from[kind] = sum;
		sum += here;
	}
	for (guint32 i = 0; i < n; i++)
		traits[from[arrived[i].trait.kind]++] = arrived[i];
}

static gboolean
take_source(Gather *gather, GError **error)
{
	guint n_holders;
	guint32 n_hours;
	const gint64 *hours = merge_hours(gather->merge, &n_hours);
	MergeInput **holders = merge_holders(gather->merge, &n_holders);

	gather->rows.n = gather->pairs.n = gather->contacts.n = gather->arrived.n =
		gather->traits.n = 0;
	order_begin(&gather->order, merge_source(gather->merge)->family);
	for (guint i = 0; i < n_holders; i++)
		if (!take_holder(gather, holders[i], hours[holders[i]->hour], error))
			return FALSE;
	return TRUE;
}

const SourceFacts *
gather_next(Gather *gather, guint32 pairs, GError **error)
{
	do {
		if (!merge_next(gather->merge, pairs, error) || !take_source(gather, error))
			return NULL;
	} while (gather->rows.n < pairs);
	order_pairs(gather);
	order_traits(gather);
	gather->facts = (SourceFacts){
		.source = *merge_source(gather->merge),
		.pairs = gather->pairs.items,
		.n_pairs = gather->pairs.n,
		.contacts = gather->parts & READER_CONTACTS ? gather->contacts.items : NULL,
		.traits = gather->parts & READER_TRAITS ? gather->traits.items : NULL,
		.n_traits = gather->traits.n,
	};
	return &gather->facts;
}
