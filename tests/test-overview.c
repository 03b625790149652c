/*
 * The overview's cells, against counts by cell in a plain hash table and against the windows'
 * own rules of hits.
 */
#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "report/overview.h"

enum { MIDNIGHT = 1505001600, DAY = 24 * HOUR_SECONDS, ROUNDS = 40 };

/* What is added: addresses of so many bits of chance, over so many hours. */
static const struct {
	guint contacts, bits, hours;
} feeds[] = {
	{0, 8, 24},
	{1, 8, 24},
	{500, 3, 24},
	{30000, 8, 24},
	{60000, 16, 24},
	{90000, 32, 25},
	{90000, 20, 24 * 40},
	{40000, 24, 24 * 800},
};

typedef struct {
	Address target;
	guint64 time;
	ContactClass class;
	guint64 contacts;
} Fed;

static GArray *
make_feed(GRand *random, guint feed)
{
	GArray *fed = g_array_new(FALSE, FALSE, sizeof(Fed));
	guint64 mask = (G_GUINT64_CONSTANT(1) << feeds[feed].bits) - 1;
	gint seconds = (gint)feeds[feed].hours * HOUR_SECONDS;

	for (guint i = 0; i < feeds[feed].contacts; i++) {
		guint64 chance =
			((guint64)g_rand_int(random) << 32 | g_rand_int(random)) & mask;
		Fed item = {address_from_v4((guint32)(0x0a000000 ^ chance)),
			(MIDNIGHT + (guint64)g_rand_int_range(random, 0, seconds)) * SECOND_NS,
			(ContactClass)g_rand_int_range(random, 0, CONTACT_CLASSES),
			(guint64)g_rand_int_range(random, 1, 4)};
		if (g_rand_int_range(random, 0, 4) == 0)
			item.target = (Address){0x20010db800000000 ^ chance << 16, chance, 6};
		g_array_append_val(fed, item);
	}
	return fed;
}

static char *
cell_name(const Overview *overview, const Address *target, guint64 piece, guint class)
{
	char text[ADDRESS_TEXT_SIZE];
	Address block = address_mask(target, overview_bits(overview, target->family));

	return g_strdup_printf(
		"%s %" G_GUINT64_FORMAT " %u", address_format(&block, text), piece, class);
}

/* Oracle: a hash table of the cells' names, filled once the size of blocks is known. */
static void
compare(const Overview *overview, const GArray *fed)
{
	g_autoptr(GHashTable) counts =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GArray) cells = overview_cells(overview);
	guint64 total = 0, wanted = 0;

	for (guint i = 0; i < fed->len; i++) {
		const Fed *item = &g_array_index(fed, Fed, i);
		guint64 seconds = item->time / SECOND_NS - (guint64)overview_from(overview);
		char *name = cell_name(overview, &item->target,
			seconds / (guint64)overview_piece(overview), item->class);
		gsize before = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name));
		g_hash_table_replace(counts, name, GSIZE_TO_POINTER(before + item->contacts));
		wanted += item->contacts;
	}
	ck_assert_uint_eq(cells->len, g_hash_table_size(counts));
	for (guint i = 0; i < cells->len; i++) {
		const OverviewCell *cell = &g_array_index(cells, OverviewCell, i);
		g_autofree char *name =
			cell_name(overview, &cell->block, cell->piece, cell->class);
		ck_assert_uint_eq(
			cell->contacts, GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name)));
		ck_assert_uint_lt(cell->piece, OVERVIEW_PIECES + 12);
		total += cell->contacts;
	}
	ck_assert_uint_eq(total, wanted);
}

START_TEST(no_contact_is_lost_however_large_blocks_become)
{
	static const guint limits[] = {OVERVIEW_CELLS, 4000, 500, 1};
	g_autoptr(GRand) random = g_rand_new_with_seed((guint32)_i + 1);
	g_autoptr(GArray) fed = make_feed(random, (guint)_i);
	g_autoptr(Overview) overview =
		overview_new(MIDNIGHT, MIDNIGHT + feeds[_i].hours * HOUR_SECONDS);

	for (guint i = 0; i < fed->len; i++) {
		const Fed *item = &g_array_index(fed, Fed, i);
		overview_add(overview, &item->target, item->time, item->class, item->contacts);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(limits); i++) {
		overview_coarsen(overview, limits[i]);
		g_autoptr(GArray) cells = overview_cells(overview);
		ck_assert(cells->len <= limits[i] || overview_bits(overview, 4) == 0);
		compare(overview, fed);
	}
}
END_TEST

START_TEST(order_does_not_matter)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(7);
	g_autoptr(GArray) fed = make_feed(random, 4);
	g_autoptr(Overview) there = overview_new(MIDNIGHT, MIDNIGHT + DAY);
	g_autoptr(Overview) back = overview_new(MIDNIGHT, MIDNIGHT + DAY);

	for (guint i = 0; i < fed->len; i++) {
		const Fed *a = &g_array_index(fed, Fed, i);
		const Fed *b = &g_array_index(fed, Fed, fed->len - 1 - i);
		overview_add(there, &a->target, a->time, a->class, a->contacts);
		overview_add(back, &b->target, b->time, b->class, b->contacts);
	}
	g_autoptr(GArray) x = overview_cells(there);
	g_autoptr(GArray) y = overview_cells(back);
	ck_assert_uint_eq(overview_bits(there, 4), overview_bits(back, 4));
	ck_assert_uint_eq(x->len, y->len);
	for (guint i = 0; i < x->len; i++) {
		const OverviewCell *a = &g_array_index(x, OverviewCell, i);
		const OverviewCell *b = &g_array_index(y, OverviewCell, i);
		ck_assert_int_eq(address_compare(&a->block, &b->block), 0);
		ck_assert_uint_eq(a->piece, b->piece);
		ck_assert_uint_eq(a->class, b->class);
		ck_assert_uint_eq(a->contacts, b->contacts);
	}
}
END_TEST

enum { TARGETS = 6, HOURS = 5, CONTACTS_MAX = 3 };

typedef struct {
	PairHour pairs[TARGETS * HOURS];
	Contact contacts[TARGETS * HOURS * CONTACTS_MAX];
	SourceFacts facts;
} Source;

static void
add_pair(Source *source, GRand *random, guint target, guint hour)
{
	static const guint16 outward[] = {0, 0, 0, FACT_OUT_TCP, FACT_OUT_ECHO, FACT_OUT_SPOKE,
		FACT_OUT_TCP | FACT_OUT_SPOKE, FACT_OUT_UDP | FACT_OUT_SPOKE};
	PairHour *pair = &source->pairs[source->facts.n_pairs];
	guint64 start = (MIDNIGHT + hour * (guint64)HOUR_SECONDS) * SECOND_NS;

	*pair = (PairHour){
		.target = address_from_v4(0xc0000200 + target),
		.hour = MIDNIGHT + (gint64)hour * HOUR_SECONDS,
		.udp_in = FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.facts = outward[g_rand_int_range(random, 0, G_N_ELEMENTS(outward))],
		.n_contacts = (guint32)g_rand_int_range(random, 0, CONTACTS_MAX + 1),
		.contacts = source->facts.n_pairs * CONTACTS_MAX,
	};
	if (pair->facts & FACT_OUT_UDP)
		pair->udp_out = start + (guint64)g_rand_int_range(random, 0, 1000);
	for (guint i = 0; i < pair->n_contacts; i++) {
		Contact *contact = &source->contacts[pair->contacts + i];
		guint64 time = (guint64)g_rand_int_range(random, 0, HOUR_SECONDS) * SECOND_NS;
		*contact = (Contact){.first = time,
			.last = time,
			.packets = 1,
			.port = (guint16)i,
			.kind = (guint8)g_rand_int_range(random, 0, KIND_AT_REST)};
		pair->facts |= kind_table[contact->kind].fact_in;
		if (contact->kind == KIND_UDP)
			pair->udp_in = MIN(pair->udp_in, start + time);
	}
	source->facts.n_pairs++;
}

static void
make_source(Source *source, GRand *random)
{
	source->facts = (SourceFacts){.source = address_from_v4(0xc6336409),
		.pairs = source->pairs,
		.contacts = source->contacts};
	for (guint target = 0; target < TARGETS; target++)
		for (guint hour = 0; hour < HOURS; hour++)
			if (g_rand_int_range(random, 0, 3) > 0)
				add_pair(source, random, target, hour);
}

/* Oracle: the windows of one hour, asked for each kind by itself. */
static guint64
count_hits(const Subject *subject, gint64 from, gint64 to)
{
	const SourceFacts *facts = &subject->members[0];
	guint64 hits = 0;

	for (guint i = 0; i < facts->n_pairs; i++) {
		const PairHour *pair = &facts->pairs[i];
		for (guint k = 0; k < pair->n_contacts; k++) {
			guint8 kind = facts->contacts[pair->contacts + k].kind;
			if (kind >= KIND_CONTACTS || pair->hour < from || pair->hour >= to)
				continue;
			g_autoptr(GArray) targets =
				subject_targets(subject, pair->hour, HOUR_SECONDS, 1u << kind);
			for (guint t = 0; t < targets->len; t++)
				hits += address_compare(&g_array_index(targets, Address, t),
						&pair->target) == 0;
		}
	}
	return hits;
}

START_TEST(contacts_count_that_a_window_of_their_hour_calls_hits)
{
	g_autoptr(GRand) random = g_rand_new_with_seed(3);
	guint64 total = 0;

	for (guint round = 0; round < ROUNDS * 10; round++) {
		Source source;
		make_source(&source, random);
		if (source.facts.n_pairs == 0)
			continue;
		Subject subject = subject_of(&source.facts, 1, 32, 0);
		gint64 from = MIDNIGHT + (round % 3) * (gint64)HOUR_SECONDS;
		gint64 to = MIDNIGHT + (HOURS - round % 2) * (gint64)HOUR_SECONDS;
		g_autoptr(Overview) overview = overview_new(from, to);
		guint64 seen = 0;
		overview_see(overview, &subject);
		g_autoptr(GArray) cells = overview_cells(overview);
		for (guint i = 0; i < cells->len; i++)
			seen += g_array_index(cells, OverviewCell, i).contacts;
		ck_assert_uint_eq(seen, count_hits(&subject, from, to));
		total += seen;
	}
	ck_assert_uint_gt(total, 0);
}
END_TEST

START_TEST(what_lies_outside_is_moved_to_the_edge)
{
	g_autoptr(Overview) overview = overview_new(MIDNIGHT, MIDNIGHT + DAY);
	Address target = address_from_v4(0xc0000201);

	overview_add(overview, &target, 0, CONTACT_UDP, 1);
	overview_add(overview, &target, G_MAXUINT64, CONTACT_UDP, 2);
	g_autoptr(GArray) cells = overview_cells(overview);
	ck_assert_uint_eq(cells->len, 2);
	ck_assert_uint_eq(g_array_index(cells, OverviewCell, 0).piece, 0);
	ck_assert_uint_eq(g_array_index(cells, OverviewCell, 1).piece, 143);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, no_contact_is_lost_however_large_blocks_become, 0,
		(int)G_N_ELEMENTS(feeds));
	tcase_add_test(tests, order_does_not_matter);
	tcase_add_test(tests, contacts_count_that_a_window_of_their_hour_calls_hits);
	tcase_add_test(tests, what_lies_outside_is_moved_to_the_edge);
}

int
main(void)
{
	return suite_run("overview", add_tests);
}
