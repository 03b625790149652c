#include "config.h"

#include "tests/suite.h"
#include "tests/tally_model.h"

#include <glib/gstdio.h>
#include <string.h>

#include "tally/address_set.h"
#include "tally/search_trait.h"

/* What is wanted: whatever has a number with this remainder. */
enum { TRAIT_MODULUS = 61, CONTACT_MODULUS = 5003, TARGET_MODULUS = 9973 };

static gboolean
is_trait_wanted(const Trait *trait, guint remainder)
{
	/* It is told from two others (block_traits.c), which are not asked for. */
	return trait->id_last % TRAIT_MODULUS == remainder % TRAIT_MODULUS;
}

static gboolean
is_contact_wanted(const Contact *contact, guint remainder)
{
	return contact->first % CONTACT_MODULUS == remainder;
}

static gboolean
is_target_wanted(const Address *target, guint remainder)
{
	return target->low % TARGET_MODULUS == remainder;
}

static gboolean
any_trait(const Trait *traits, guint32 n, gconstpointer data)
{
	gboolean found = FALSE;

	for (guint32 i = 0; i < n; i++) {
		ck_assert_uint_eq(traits[i].window_min | traits[i].id_step_max, 0);
		found |= is_trait_wanted(&traits[i], *(const guint *)data);
	}
	return found;
}

static gboolean
any_contact(const Contact *contacts, guint32 n, gconstpointer data)
{
	gboolean found = FALSE;

	for (guint32 i = 0; i < n; i++)
		found |= is_contact_wanted(&contacts[i], *(const guint *)data);
	return found;
}

static gboolean
any_target(const guint32 *targets_v4, const Address *targets_v6, guint32 n, gconstpointer data)
{
	gboolean found = FALSE;

	for (guint32 i = 0; i < n; i++) {
		Address target = targets_v4 ? address_from_v4(targets_v4[i]) : targets_v6[i];
		found |= is_target_wanted(&target, *(const guint *)data);
	}
	return found;
}

/* Whether reader_skip may not pass over the model's source. */
static gboolean
is_source_wanted(const Model *model, const ModelSource *source, const ReaderWanted *wanted)
{
	guint remainder = *(const guint *)wanted->data;
	gboolean found = FALSE;

	for (guint32 i = 0; wanted->any_trait && i < source->n_traits; i++)
		found |= is_trait_wanted(
			&g_array_index(model->traits, Trait, source->first_trait + i),
			remainder);
	for (guint32 i = 0; i < source->n_pairs; i++) {
		guint32 pair = source->first_pair + i;
		const Pair *row = &g_array_index(model->pairs, Pair, pair);
		guint32 start = g_array_index(model->starts, guint32, pair);
		if (wanted->any_target)
			found |= is_target_wanted(&row->target, remainder);
		for (guint32 k = 0; wanted->any_contact && k < row->n_contacts; k++)
			found |= is_contact_wanted(
				&g_array_index(model->contacts, Contact, start + k), remainder);
	}
	return found;
}

/* The next source that the reader gives, all its stretches; its number in the model, from
 * `from` on. -1: the end. */
static int
next_source(Reader *reader, const Model *model, const ReaderWanted *wanted, guint from)
{
	GError *error = NULL;
	guint32 n_pairs = 0;
	Stretch stretch = {0};
	guint at = from;

	do {
		gboolean skipped = reader_skip(reader, wanted, &error);
		ck_assert_msg(skipped, "%s", error ? error->message : "");
		if (!reader_next(reader, &stretch, &error)) {
			ck_assert_msg(!error, "%s", error ? error->message : "");
			ck_assert_uint_eq(n_pairs, 0);
			return -1;
		}
		n_pairs += stretch.n;
	} while (stretch.more);
	while (at < model->sources->len &&
		address_compare(&g_array_index(model->sources, ModelSource, at).address,
			&stretch.source) != 0)
		at++;
	ck_assert_msg(at < model->sources->len, "a source that is not there, or again");
	ck_assert_uint_eq(n_pairs, g_array_index(model->sources, ModelSource, at).n_pairs);
	ck_assert_uint_eq(
		stretch.n_traits, g_array_index(model->sources, ModelSource, at).n_traits);
	return (int)at;
}

/* From the model's source `from` on. Returns how many were passed over. */
static guint
check_walk(Reader *reader, const Model *model, const ReaderWanted *wanted, guint from)
{
	guint passed = 0, next = from;
	int given;

	ck_assert(reader_seek(
		reader, &g_array_index(model->sources, ModelSource, from).address, NULL));
	do {
		given = next_source(reader, model, wanted, next);
		guint end = given < 0 ? model->sources->len : (guint)given;
		for (; next < end; next++, passed++) {
			const ModelSource *source =
				&g_array_index(model->sources, ModelSource, next);
			gboolean beyond = wanted->last &&
					  address_compare(&source->address, wanted->last) > 0;
			ck_assert_msg(beyond || !is_source_wanted(model, source, wanted),
				"source %u was passed over", next);
		}
		next++;
	} while (given >= 0);
	return passed;
}

static const struct {
	ModelPlan plan;
	guint remainders; /* fewer: more is passed over */
} hours[] = {
	{{.v4 = 60, .v6 = 30, .pairs = 3000, .contacts = 1, .extremes = TRUE}, 40},
	{{.v4 = 3000, .v6 = 2000, .pairs = 4, .contacts = 2, .extremes = TRUE}, 20},
	{{.v4 = 1, .v6 = 1, .pairs = 1, .contacts = 1}, 5},
	{{0}, 0},
};

/* Oracle: the arrays that were written. */
START_TEST(a_skip_passes_over_nothing_that_is_wanted_and_gives_sources_whole)
{
	g_autofree char *folder = g_dir_make_tmp("gnomon-test-XXXXXX", NULL);
	g_autofree char *path = g_build_filename(folder, "0100.tally", NULL);
	g_autoptr(Model) model = model_new(&hours[_i].plan, 11);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	guint passed = 0, remainder;
	ReaderWanted ways[] = {{.any_trait = any_trait}, {.any_contact = any_contact},
		{.any_target = any_target}};

	model_write(model, writer);
	ck_assert(writer_finish(writer, model->hour, NULL));
	g_autoptr(Reader) reader = reader_new(path, READER_CONTACTS | READER_TRAITS, NULL);
	for (guint way = 0; way < G_N_ELEMENTS(ways); way++) {
		ways[way].data = &remainder;
		ways[way].fields.id_last = G_MAXUINT16;
		for (remainder = 0; remainder < hours[_i].remainders; remainder++) {
			guint n = model->sources->len, from = remainder * 7 % n;
			passed += check_walk(reader, model, &ways[way], 0);
			passed += check_walk(reader, model, &ways[way], from);
			/* Each source is the last in turn, those that begin a block too. */
			ways[way].last = &g_array_index(
				model->sources, ModelSource, (from + n / 2 + way) % n)
						  .address;
			check_walk(reader, model, &ways[way], from);
			ways[way].last = NULL;
		}
	}
	ck_assert(hours[_i].plan.pairs < 2 || passed > 100);
	g_unlink(path);
	g_rmdir(folder);
}
END_TEST

START_TEST(a_set_counts_each_address_once)
{
	g_autoptr(AddressSet) set = address_set_new();
	g_autoptr(GHashTable) oracle =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autoptr(GRand) dice = g_rand_new_with_seed(3);
	char text[ADDRESS_TEXT_SIZE];

	ck_assert_uint_eq(address_set_size(set), 0);
	for (guint i = 0; i < 60000; i++) {
		gboolean v4 = i % 3 > 0;
		Address address = {.high = v4 ? 0 : (guint64)g_rand_int_range(dice, 0, 3),
			.low = (guint64)g_rand_int_range(dice, 0, 20000),
			.family = v4 ? 4 : 6};
		address_set_add(set, &address);
		g_hash_table_add(oracle, g_strdup(address_format(&address, text)));
	}
	ck_assert_uint_eq(address_set_size(set), g_hash_table_size(oracle));
}
END_TEST

enum { NO = SEARCH_NO, MAY = SEARCH_MAY, HAS = SEARCH_HAS, IS = SEARCH_IS };

static const struct {
	guint32 least, greatest, low, high;
	guint expected;
} matches[] = {
	{5, 5, 5, 5, IS},
	{5, 5, 4, 6, IS},
	{5, 5, 6, 9, NO},
	{5, 5, 0, 4, NO},
	{5, 9, 5, 9, IS},
	{5, 9, 0, G_MAXUINT32, IS},
	{5, 9, 5, 5, HAS},
	{5, 9, 9, 9, HAS},
	{5, 9, 1, 6, HAS},
	{5, 9, 8, 20, HAS},
	{5, 9, 6, 8, MAY},
	{5, 9, 7, 7, MAY},
	{5, 9, 10, 20, NO},
	{0, G_MAXUINT32, 0, 0, HAS},
	{0, G_MAXUINT32, 1, G_MAXUINT32 - 1, MAY},
};

START_TEST(a_range_says_what_is_known_of_it)
{
	Trait trait = {.seen = TRAIT_TCP,
		.ack_min = matches[_i].least,
		.ack_max = matches[_i].greatest};
	SearchTraits asked = {.fields = 1 << SEARCH_ACK};

	asked.low[SEARCH_ACK] = matches[_i].low;
	asked.high[SEARCH_ACK] = matches[_i].high;
	ck_assert_int_eq((int)search_trait_match(&asked, &trait), (int)matches[_i].expected);
	trait.seen = 0;
	ck_assert_int_eq((int)search_trait_match(&asked, &trait), NO);
}
END_TEST

static const guint togethers[][3] = {
	{IS, IS, IS},
	{IS, HAS, HAS},
	{HAS, IS, HAS},
	{HAS, HAS, MAY},
	{HAS, MAY, MAY},
	{MAY, IS, MAY},
	{IS, NO, NO},
	{NO, HAS, NO},
};

START_TEST(two_fields_are_of_one_packet_only_where_that_is_known)
{
	static const guint32 wanted[] = {[NO] = 99, [MAY] = 6, [HAS] = 5, [IS] = 0};
	Trait trait = {.ttl_min = 5, .ttl_max = 8, .payload_min = 5, .payload_max = 8};
	SearchTraits asked = {.fields = 1 << SEARCH_TTL | 1 << SEARCH_PAYLOAD};
	guint ttl = togethers[_i][0], payload = togethers[_i][1];

	asked.low[SEARCH_TTL] = wanted[ttl];
	asked.high[SEARCH_TTL] = ttl == IS ? 9 : wanted[ttl];
	asked.low[SEARCH_PAYLOAD] = wanted[payload];
	asked.high[SEARCH_PAYLOAD] = payload == IS ? 9 : wanted[payload];
	ck_assert_int_eq((int)search_trait_match(&asked, &trait), (int)togethers[_i][2]);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests,
		a_skip_passes_over_nothing_that_is_wanted_and_gives_sources_whole, 0,
		G_N_ELEMENTS(hours));
	tcase_add_test(tests, a_set_counts_each_address_once);
	tcase_add_loop_test(tests, a_range_says_what_is_known_of_it, 0, G_N_ELEMENTS(matches));
	tcase_add_loop_test(tests, two_fields_are_of_one_packet_only_where_that_is_known, 0,
		G_N_ELEMENTS(togethers));
}

int
main(void)
{
	return suite_run("search", add_tests);
}
