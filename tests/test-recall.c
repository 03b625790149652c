/*
 * Facts of groups' sources, read in one pass. Oracle: the same sources sought one by one.
 */
#include "config.h"

#include "tests/suite.h"
#include "tests/written.h"

#include <string.h>

#include "common/hour.h"
#include "tally/members.h"

enum { SOURCES = 40, TARGETS = 12, HOURS = 6, GROUPS = 8, CONTACTS = 400, PREFIX_V6 = 64 };

/* Every third is of IPv6, two of them in a /64. */
static Address
source_of(guint number)
{
	if (number % 3 != 0)
		return address_from_v4(0xc6336400u + number);
	return (Address){G_GUINT64_CONSTANT(0x20010db800000000) + number / 6, number, 6};
}

static Address
target_of(guint number, guint8 family)
{
	return family == 4 ? address_from_v4(0xc0000200u + number)
			   : (Address){G_GUINT64_CONSTANT(0x20010db8ffff0000), number, 6};
}

static gboolean
is_there(const Written *written, const WrittenContact *item)
{
	for (guint i = 0; i < written->contacts->len; i++)
		if (written_same_pair(
			    &g_array_index(written->contacts, WrittenContact, i), item))
			return TRUE;
	return FALSE;
}

static void
fill(Written *written, GRand *random)
{
	for (guint i = 0; i < CONTACTS; i++) {
		WrittenContact item = {
			.source = source_of((guint)g_rand_int_range(random, 0, SOURCES)),
			.hour = g_rand_int_range(random, 0, HOURS),
			.contact = {.kind = KIND_SYN, .port = 80, .packets = i + 1}};
		item.target = target_of(
			(guint)g_rand_int_range(random, 0, TARGETS), item.source.family);
		if (!is_there(written, &item))
			g_array_append_val(written->contacts, item);
	}
	written_close(written);
}

/* Of sources that are there, and of some that are not. */
static GPtrArray *
make_groups(GRand *random)
{
	GPtrArray *groups = g_ptr_array_new_with_free_func((GDestroyNotify)group_free);
	const FindingWindow window = {0};

	for (guint i = 0; i < GROUPS; i++) {
		Group *group = group_new(&window, SCOPE_SOURCES, VERDICT_UNDETERMINED);
		for (gint k = g_rand_int_range(random, 1, 9); k > 0; k--) {
			Address source = source_of(
				(guint)g_rand_int_range(random, 0, SOURCES + SOURCES / 4));
			guint8 bits = source.family == 6 ? PREFIX_V6 : 32;
			source = address_mask(&source, bits);
			group_add(group, &source, bits);
		}
		group_settle(group);
		g_ptr_array_add(groups, group);
	}
	return groups;
}

static void
compare_facts(const SourceFacts *a, const SourceFacts *b)
{
	ck_assert_int_eq(address_compare(&a->source, &b->source), 0);
	ck_assert_uint_eq(a->n_pairs, b->n_pairs);
	ck_assert_uint_eq(a->n_traits, b->n_traits);
	for (guint32 i = 0; i < a->n_pairs; i++) {
		const PairHour *x = &a->pairs[i], *y = &b->pairs[i];
		ck_assert_int_eq(address_compare(&x->target, &y->target), 0);
		ck_assert_int_eq(x->hour, y->hour);
		ck_assert_uint_eq(x->facts, y->facts);
		ck_assert_uint_eq(x->n_contacts, y->n_contacts);
		for (guint32 k = 0; k < x->n_contacts; k++)
			ck_assert_uint_eq(a->contacts[x->contacts + k].packets,
				b->contacts[y->contacts + k].packets);
	}
	for (guint32 i = 0; i < a->n_traits; i++) {
		ck_assert_int_eq(a->traits[i].hour, b->traits[i].hour);
		ck_assert_uint_eq(a->traits[i].trait.kind, b->traits[i].trait.kind);
	}
}

static void
compare_members(const Members *recalled, const Members *sought, guint n)
{
	for (guint i = 0; i < n; i++) {
		Subject a, b;
		gboolean there = members_subject(recalled, i, &a);
		ck_assert_int_eq(there, members_subject(sought, i, &b));
		if (!there)
			continue;
		ck_assert_int_eq(address_compare(&a.source, &b.source), 0);
		ck_assert_uint_eq(a.n_members, b.n_members);
		for (guint32 k = 0; k < a.n_members; k++)
			compare_facts(&a.members[k], &b.members[k]);
	}
}

START_TEST(what_is_recalled_is_what_seeking_finds)
{
	GRand *random = g_rand_new_with_seed((guint32)_i);
	g_autoptr(Written) written = written_new();
	g_autoptr(GPtrArray) groups = make_groups(random);
	g_autoptr(GPtrArray) none = g_ptr_array_new();
	guint next = 0, next_of_none = 0;

	fill(written, random);
	g_autoptr(GPtrArray) opened = written_open(written);
	Reader **readers = (Reader **)opened->pdata;
	g_autoptr(Recall) recall = recall_read(readers, opened->len, groups, &next, NULL);
	g_autoptr(Recall) empty = recall_read(readers, opened->len, none, &next_of_none, NULL);
	ck_assert_uint_eq(next, groups->len);
	for (guint i = 0; i < groups->len; i++) {
		const GArray *list = ((Group *)groups->pdata[i])->sources;
		const GroupSource *sources = (const GroupSource *)(gpointer)list->data;
		gint64 from = WRITTEN_MIDNIGHT +
			      g_rand_int_range(random, 0, HOURS) * HOUR_SECONDS,
		       to = from + g_rand_int_range(random, 1, HOURS) * HOUR_SECONDS;
		const SourceFacts *facts;
		guint n;
		ck_assert(recall_find(recall, sources, &facts, &n));
		ck_assert(!recall_find(empty, sources, &facts, &n));
		g_autoptr(Members) recalled = members_read(
			readers, opened->len, recall, sources, list->len, from, to, NULL);
		g_autoptr(Members) sought = members_read(
			readers, opened->len, empty, sources, list->len, from, to, NULL);
		compare_members(recalled, sought, list->len);
	}
	g_rand_free(random);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, what_is_recalled_is_what_seeking_finds, 0, 40);
}

int
main(void)
{
	return suite_run("recall", add_tests);
}
