/*
 * An open-addressed table of fixed size. A block is what is left of an address once `level` bits
 * (of IPv6: four times as many) are dropped; when the table is full all cells are entered anew at
 * the next level. The level at the end is the least at which all of it fits, in whatever order it
 * came: what came until then never has more cells than all.
 */
#include "config.h"

#include "report/overview.h"

#include <string.h>

#include "common/hour.h"
#include "tally/hits.h"

enum {
	SLOTS = 1 << 15, /* a power of two, well above OVERVIEW_CELLS */
	LEVELS = 32,     /* at the last one block is a whole family */
};

struct Overview {
	gint64 from, to, piece; /* seconds */
	guint level;
	guint n_cells;
	OverviewCell *slots; /* SLOTS; contacts 0: free; owned */
};

/* The shortest piece of which OVERVIEW_PIECES are the span. */
static gint64
choose_piece(gint64 span)
{
	static const gint64 pieces[] = {OVERVIEW_PIECE, 1800, HOUR_SECONDS, 3 * HOUR_SECONDS,
		6 * HOUR_SECONDS, 12 * HOUR_SECONDS};

	for (gsize i = 0; i < G_N_ELEMENTS(pieces); i++)
		if (span <= pieces[i] * OVERVIEW_PIECES)
			return pieces[i];
	gint64 days = 1;
	while (span > days * DAY_SECONDS * OVERVIEW_PIECES)
		days *= 2;
	return days * DAY_SECONDS;
}

Overview *
overview_new(gint64 from, gint64 to)
{
	Overview *overview = g_new0(Overview, 1);

	overview->from = from;
	overview->to = MAX(to, from + HOUR_SECONDS);
	overview->piece = choose_piece(overview->to - from);
	overview->slots = g_new0(OverviewCell, SLOTS);
	return overview;
}

void
overview_free(Overview *overview)
{
	g_free(overview->slots);
	g_free(overview);
}

static guint64
scatter(guint64 value)
{
	value *= G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	return value ^ value >> 32;
}

static gboolean
is_same(const OverviewCell *a, const OverviewCell *b)
{
	return a->piece == b->piece && a->class == b->class &&
	       address_compare(&a->block, &b->block) == 0;
}

/* The slot of a cell, or the one that it would have. */
static OverviewCell *
find_slot(OverviewCell *slots, const OverviewCell *cell)
{
	guint64 place =
		scatter(cell->block.low + scatter(cell->block.high + cell->block.family) +
			scatter((guint64)cell->piece << 8 | cell->class));

	while (slots[place % SLOTS].contacts != 0 && !is_same(&slots[place % SLOTS], cell))
		place++;
	return &slots[place % SLOTS];
}

guint
overview_bits(const Overview *overview, guint8 family)
{
	return family == 4 ? 32 - overview->level : 128 - 4 * overview->level;
}

static void
enter(Overview *overview, const OverviewCell *cell)
{
	OverviewCell own = *cell;

	own.block = address_mask(&cell->block, overview_bits(overview, cell->block.family));
	OverviewCell *slot = find_slot(overview->slots, &own);
	overview->n_cells += slot->contacts == 0;
	own.contacts += slot->contacts;
	*slot = own;
}

void
overview_coarsen(Overview *overview, guint cells)
{
	while (overview->n_cells > cells && overview->level < LEVELS) {
		g_autofree OverviewCell *before = overview->slots;
		overview->slots = g_new0(OverviewCell, SLOTS);
		overview->n_cells = 0;
		overview->level++;
		for (guint i = 0; i < SLOTS; i++)
			if (before[i].contacts != 0)
				enter(overview, &before[i]);
	}
}

void
overview_add(Overview *overview, const Address *target, guint64 time_ns, ContactClass class,
	guint64 contacts)
{
	gint64 time = CLAMP((gint64)(time_ns / SECOND_NS), overview->from, overview->to - 1);
	const OverviewCell cell = {*target,
		(guint32)((time - overview->from) / overview->piece), (guint8) class, contacts};

	if (contacts == 0)
		return;
	enter(overview, &cell);
	overview_coarsen(overview, OVERVIEW_CELLS);
}

/* What makes a hit of a pair in a window of its hour; before: the pair in the hour before, which
 * bears on it, or NULL. */
static guint16
counting(const PairHour *pair, const PairHour *before)
{
	guint64 first = hits_udp_first(pair->udp_in, pair->udp_out);
	guint64 earlier =
		before ? hits_udp_first(before->udp_in, before->udp_out) : FACTS_NEVER;

	return hits_counting(pair->facts | (before ? before->facts : 0),
		hits_is_source_first(earlier != FACTS_NEVER ? earlier : first));
}

static void
see_pair(Overview *overview, const PairHour *pair, const Contact *contacts, guint16 facts)
{
	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &contacts[i];
		if (contact->kind < KIND_CONTACTS && contact->packets > 0 &&
			kind_table[contact->kind].fact_in & facts)
			overview_add(overview, &pair->target,
				(guint64)pair->hour * SECOND_NS + contact->first,
				contact_class(contact->kind), 1);
	}
}

static gboolean
is_before(const PairHour *before, const PairHour *pair)
{
	return before->hour == pair->hour - HOUR_SECONDS &&
	       address_compare(&before->target, &pair->target) == 0;
}

void
overview_see(Overview *overview, const Subject *subject)
{
	for (guint32 m = 0; m < subject->n_members; m++) {
		const SourceFacts *member = &subject->members[m];
		for (guint32 i = 0; i < member->n_pairs; i++) {
			const PairHour *pair = &member->pairs[i];
			if (pair->hour < overview->from || pair->hour >= overview->to)
				continue;
			const PairHour *before =
				i > 0 && is_before(pair - 1, pair) ? pair - 1 : NULL;
			guint16 facts = counting(pair, before);
			if (pair->facts & facts)
				see_pair(overview, pair, member->contacts + pair->contacts,
					facts);
		}
	}
}

static int
compare_cells(gconstpointer a, gconstpointer b)
{
	const OverviewCell *x = a, *y = b;
	int order = address_compare(&x->block, &y->block);

	if (order == 0)
		order = (x->piece > y->piece) - (x->piece < y->piece);
	return order != 0 ? order : x->class - y->class;
}

GArray *
overview_cells(const Overview *overview)
{
	GArray *cells = g_array_new(FALSE, FALSE, sizeof(OverviewCell));

	for (guint i = 0; i < SLOTS; i++)
		if (overview->slots[i].contacts != 0)
			g_array_append_val(cells, overview->slots[i]);
	g_array_sort(cells, compare_cells);
	return cells;
}

gint64
overview_from(const Overview *overview)
{
	return overview->from;
}

gint64
overview_to(const Overview *overview)
{
	return overview->to;
}

gint64
overview_piece(const Overview *overview)
{
	return overview->piece;
}
