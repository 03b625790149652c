#include "config.h"

#include "tests/suite.h"
#include "tests/tally_model.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/failure.h"
#include "tally/coverage.h"

static char *folder; /* owned; of this test's files */
static char *path;   /* owned; of its tally */

static void
set_up(void)
{
	folder = g_dir_make_tmp("gnomon-test-XXXXXX", NULL);
	path = g_build_filename(folder, "0100.tally", NULL);
}

static void
tear_down(void)
{
	g_unlink(path);
	ck_assert_msg(g_rmdir(folder) == 0, "something was left behind in %s", folder);
	g_free(path);
	g_free(folder);
}

static void
write_tally(const Model *model, guint threads)
{
	GError *error = NULL;
	g_autoptr(Writer) writer = writer_new(path, &error);

	ck_assert_ptr_nonnull(writer);
	writer_set_threads(writer, threads);
	model_write(model, writer);
	gboolean done = writer_finish(writer, model->hour, &error);
	ck_assert_msg(done, "%s", error ? error->message : "");
}

static Reader *
open_tally(guint parts)
{
	GError *error = NULL;
	Reader *reader = reader_new(path, parts, &error);

	ck_assert_msg(reader != NULL, "%s", error ? error->message : "");
	return reader;
}

static void
assert_same(const Model *model, Reader *reader, guint parts, guint32 from)
{
	g_autofree char *fault = model_compare(model, reader, parts, from);

	ck_assert_msg(fault == NULL, "differs: %s", fault);
}

static const ModelPlan plans[] = {
	{0},
	{.v4 = 1, .pairs = 1},
	{.v6 = 1, .pairs = 1, .contacts = 1, .spoke = 1},
	{.v4 = 3000, .pairs = 3, .contacts = 2, .spoke = 100},
	{.v4 = 400, .v6 = 400, .pairs = 40, .contacts = 3, .spoke = 3000},
	{.v4 = 3, .v6 = 2, .pairs = 5000, .contacts = 2},
	{.v4 = 200, .v6 = 200, .pairs = 9, .contacts = 9, .extremes = TRUE},
	{.v4 = 2, .v6 = 2, .pairs = 4, .contacts = 60000},
	{.v4 = 2000, .v6 = 100, .pairs = 6, .contacts = 4, .run = TRUE},
	{.v4 = 40, .pairs = 9, .contacts = 3000, .run = TRUE, .extremes = TRUE},
};

/* Oracle: the arrays that were written. */
START_TEST(what_is_written_is_read_again_whatever_parts_are_asked_for)
{
	const ModelPlan *plan = &plans[_i];
	g_autoptr(Model) model = model_new(plan, 1998 + (guint32)_i);
	int fd = -1;

	if (plan->run) {
		GError *error = NULL;
		g_autoptr(Writer) writer = writer_new_run(folder, &error);
		ck_assert_ptr_nonnull(writer);
		model_write(model, writer);
		gboolean done = writer_finish(writer, model->hour, &error);
		ck_assert_msg(done, "%s", error ? error->message : "");
		fd = writer_steal_fd(writer);
		ck_assert_int_ge(fd, 0);
	} else {
		write_tally(model, 1);
		ck_assert(reader_verify(path, NULL));
	}
	for (guint parts = 0; parts < 8; parts++) {
		g_autoptr(Reader) reader = plan->run
						   ? reader_new_fd(dup(fd), "run", parts, NULL)
						   : open_tally(parts);
		assert_same(model, reader, parts, 0);
	}
	if (fd >= 0)
		close(fd);
}
END_TEST

START_TEST(a_source_of_200_000_pairs_comes_in_stretches_and_its_traits_with_the_last)
{
	enum { PAIRS = 200000 };
	g_autoptr(HourFacts) hour = hour_facts_new(0, 0, "", "", 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	Address source = address_from_v4(0xc6336409), after = address_from_v4(0xc633640a);
	Trait trait = {.kind = KIND_SYN, .family = 4};
	guint32 n = 0, stretches = 0;
	Stretch stretch;

	writer_source(writer, &source);
	for (guint32 i = 0; i < PAIRS; i++)
		writer_pair(writer, &(Pair){.target = address_from_v4(3 * i),
					    .udp_in = FACTS_NEVER,
					    .udp_out = FACTS_NEVER});
	writer_traits(writer, &trait, 1);
	writer_source(writer, &after);
	writer_pair(writer,
		&(Pair){.target = address_from_v4(1), .udp_in = 5, .udp_out = FACTS_NEVER});
	ck_assert(writer_finish(writer, hour, NULL));

	g_autoptr(Reader) reader = open_tally(READER_TRAITS);
	do {
		ck_assert(reader_next(reader, &stretch, NULL));
		ck_assert_int_eq(address_compare(&stretch.source, &source), 0);
		for (guint32 i = 0; i < stretch.n; i++)
			ck_assert_uint_eq(stretch.targets_v4[i], 3 * (n + i));
		ck_assert_uint_eq(stretch.n_traits, stretch.more ? 0 : 1);
		n += stretch.n;
		stretches++;
	} while (stretch.more);
	ck_assert_uint_eq(n, PAIRS);
	ck_assert_uint_gt(stretches, 10);
	ck_assert(reader_next(reader, &stretch, NULL));
	ck_assert_int_eq(address_compare(&stretch.source, &after), 0);
	/* From amid the large one's blocks, too, a seek finds what comes after it. */
	ck_assert(reader_seek(reader, &after, NULL));
	ck_assert(reader_next(reader, &stretch, NULL));
	ck_assert_int_eq(address_compare(&stretch.source, &after), 0);
	ck_assert(reader_seek(reader, &source, NULL));
	ck_assert(reader_next(reader, &stretch, NULL));
	ck_assert_uint_eq(stretch.targets_v4[0], 0);
	ck_assert(!reader_next(reader, &stretch, NULL) || stretch.targets_v4[0] > 0);
}
END_TEST

/* Oracle: a linear scan. */
START_TEST(a_seek_finds_what_a_linear_scan_finds)
{
	static const ModelPlan plan = {.v4 = 40000, .v6 = 20000, .pairs = 2, .contacts = 1};
	g_autoptr(Model) model = model_new(&plan, 7);
	g_autoptr(GRand) dice = g_rand_new_with_seed(9);
	guint parts = READER_CONTACTS | READER_TRAITS;

	write_tally(model, 1);
	g_autoptr(Reader) reader = open_tally(parts);
	for (guint i = 0; i < 300; i++) {
		guint32 at = (guint32)g_rand_int_range(dice, 0, (gint32)model->sources->len);
		Address wanted = g_array_index(model->sources, ModelSource, at).address;
		Stretch stretch;
		wanted.low += (guint64)g_rand_int_range(dice, -1, 2);
		for (at = at > 0 ? at - 1 : 0; at < model->sources->len; at++)
			if (address_compare(
				    &g_array_index(model->sources, ModelSource, at).address,
				    &wanted) >= 0)
				break;
		ck_assert(reader_seek(reader, &wanted, NULL));
		if (at == model->sources->len) {
			ck_assert(!reader_next(reader, &stretch, NULL));
			continue;
		}
		ck_assert(reader_next(reader, &stretch, NULL));
		ck_assert_int_eq(
			address_compare(&stretch.source,
				&g_array_index(model->sources, ModelSource, at).address),
			0);
	}
	/* And all that follows is there. */
	ck_assert(reader_seek(
		reader, &g_array_index(model->sources, ModelSource, 777).address, NULL));
	assert_same(model, reader, parts, 777);
	Address beyond = {.high = G_MAXUINT64, .low = G_MAXUINT64, .family = 6};
	Stretch stretch;
	GError *error = NULL;
	ck_assert(reader_seek(reader, &beyond, NULL));
	ck_assert(!reader_next(reader, &stretch, &error));
	ck_assert_ptr_null(error);
	ck_assert(reader_seek(reader, &(Address){0}, NULL));
	assert_same(model, reader, parts, 0);
}
END_TEST

START_TEST(two_threads_write_the_same_octets_as_one)
{
	static const ModelPlan plan = {
		.v4 = 9000, .v6 = 3000, .pairs = 4, .contacts = 3, .spoke = 9};
	g_autoptr(Model) model = model_new(&plan, 3);
	g_autofree char *one = NULL, *two = NULL;
	gsize n_one, n_two;

	write_tally(model, 1);
	ck_assert(g_file_get_contents(path, &one, &n_one, NULL));
	write_tally(model, 2);
	ck_assert(g_file_get_contents(path, &two, &n_two, NULL));
	ck_assert_uint_eq(n_one, n_two);
	ck_assert(memcmp(one, two, n_one) == 0);
}
END_TEST

/* NULL: the octets were refused, and with an error. Else the reader's comparison with the
 * model. */
static gboolean
is_refused(const guint8 *octets, gsize length)
{
	int fd = memfd_create("tally", MFD_CLOEXEC);
	GError *error = NULL;
	Stretch stretch;

	ck_assert_int_eq(write(fd, octets, length), (gssize)length);
	g_autoptr(Reader) reader =
		reader_new_fd(fd, "changed.tally", READER_CONTACTS | READER_TRAITS, &error);
	while (reader && reader_next(reader, &stretch, &error))
		;
	gboolean refused = error != NULL;
	ck_assert(!error || g_str_has_prefix(error->message, "changed.tally:"));
	ck_assert(!error || error->code == FAILURE_PARTIAL);
	g_clear_error(&error);
	return refused;
}

START_TEST(a_tally_with_any_octet_changed_is_refused)
{
	static const ModelPlan plan = {
		.v4 = 12, .v6 = 5, .pairs = 3, .contacts = 3, .spoke = 3};
	g_autoptr(Model) model = model_new(&plan, 5);
	g_autofree char *octets = NULL;
	gsize n;

	write_tally(model, 1);
	ck_assert(g_file_get_contents(path, &octets, &n, NULL));
	ck_assert(!is_refused((guint8 *)octets, n));
	for (gsize i = 0; i < n; i++) {
		octets[i] ^= (char)(1 << (i % 8));
		ck_assert_msg(is_refused((guint8 *)octets, n), "octet %zu", i);
		octets[i] ^= (char)(1 << (i % 8));
	}
}
END_TEST

START_TEST(a_tally_cut_short_anywhere_or_with_more_behind_is_refused)
{
	static const ModelPlan plan = {
		.v4 = 12, .v6 = 5, .pairs = 3, .contacts = 3, .spoke = 3};
	g_autoptr(Model) model = model_new(&plan, 6);
	g_autofree char *octets = NULL;
	gsize n;

	write_tally(model, 1);
	ck_assert(g_file_get_contents(path, &octets, &n, NULL));
	for (gsize i = 0; i < n; i++)
		ck_assert_msg(is_refused((guint8 *)octets, i), "cut at %zu", i);
	octets = g_realloc(octets, n + 1);
	octets[n] = 0;
	ck_assert(is_refused((guint8 *)octets, n + 1));
}
END_TEST

START_TEST(a_full_disk_is_told_and_leaves_nothing_behind_but_what_was_there)
{
	static const ModelPlan plan = {.v4 = 60000, .pairs = 2, .contacts = 2};
	g_autoptr(Model) model = model_new(&plan, 8);
	g_autoptr(GError) error = NULL;
	struct rlimit limit;

	ck_assert(g_file_set_contents(path, "before", -1, NULL));
	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_IGN);
	limit.rlim_cur = (rlim_t)(_i / 2) * 600000;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	writer_set_threads(writer, 1 + (guint)_i % 2);
	model_write(model, writer);
	ck_assert(!writer_finish(writer, model->hour, &error));
	ck_assert_ptr_nonnull(error);
	ck_assert_msg(strstr(error->message, g_strerror(EFBIG)) != NULL, "%s", error->message);

	g_autofree char *octets = NULL;
	ck_assert(g_file_get_contents(path, &octets, NULL, NULL));
	ck_assert_str_eq(octets, "before");
	/* tear_down tells whether anything else is there. */
}
END_TEST

START_TEST(a_writer_that_is_not_finished_leaves_nothing_behind)
{
	static const ModelPlan plan = {.v4 = 9000, .pairs = 2, .contacts = 2};
	g_autoptr(Model) model = model_new(&plan, 8);
	g_autoptr(Writer) writer = writer_new(path, NULL);

	writer_set_threads(writer, 1 + (guint)_i);
	model_write(model, writer);
	g_clear_pointer(&writer, writer_free);
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

/* What a writer must not let into a file: each is one source with two pairs and traits, one
 * thing of it wrong. */
static const struct {
	const char *wrong;
	guint32 sources[2], targets[2];
	guint8 kinds[2];
	guint8 trait_kinds[2];
} mistakes[] = {
	{NULL, {1, 2}, {5, 6}, {0, 1}, {0, 1}},
	{"sources out of order", {2, 1}, {5, 6}, {0, 1}, {0, 1}},
	{"sources out of order", {1, 1}, {5, 6}, {0, 1}, {0, 1}},
	{"targets out of order", {1, 2}, {6, 5}, {0, 1}, {0, 1}},
	{"targets out of order", {1, 2}, {5, 5}, {0, 1}, {0, 1}},
	{"contacts out of order", {1, 2}, {5, 6}, {1, 0}, {0, 1}},
	{"contacts out of order", {1, 2}, {5, 6}, {1, 1}, {0, 1}},
	{"of a kind that is not kept", {1, 2}, {5, 6}, {0, KIND_AT_REST}, {0, 1}},
	{"traits out of order", {1, 2}, {5, 6}, {0, 1}, {1, 1}},
	{"traits out of order", {1, 2}, {5, 6}, {0, 1}, {1, KIND_AT_REST}},
};

START_TEST(a_writer_refuses_what_a_reader_would)
{
	g_autoptr(HourFacts) hour = hour_facts_new(0, 0, "", "", 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	g_autoptr(GError) error = NULL;

	for (guint s = 0; s < 2; s++) {
		Contact contacts[2] = {
			{.kind = mistakes[_i].kinds[0]}, {.kind = mistakes[_i].kinds[1]}};
		Trait traits[2] = {{.kind = mistakes[_i].trait_kinds[0]},
			{.kind = mistakes[_i].trait_kinds[1]}};
		Address source = address_from_v4(mistakes[_i].sources[s]);
		writer_source(writer, &source);
		for (guint i = 0; i < 2; i++) {
			Address target = address_from_v4(mistakes[_i].targets[i]);
			writer_pair(writer, &(Pair){.target = target,
						    .n_contacts = 2,
						    .contacts = contacts});
		}
		writer_traits(writer, traits, 2);
	}
	gboolean done = writer_finish(writer, hour, &error);
	ck_assert(done == (mistakes[_i].wrong == NULL));
	ck_assert(done || strstr(error->message, mistakes[_i].wrong));
	ck_assert(done == g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(what_is_no_tally_is_refused_by_name)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(reader_new(folder, 0, &error));
	ck_assert(g_str_has_prefix(error->message, folder));
	g_clear_error(&error);
	ck_assert_ptr_null(reader_new(path, 0, &error));
	ck_assert(g_str_has_prefix(error->message, path));
	g_clear_error(&error);
	ck_assert(g_file_set_contents(path, "", 0, NULL));
	ck_assert(!reader_verify(path, &error));
}
END_TEST

static const struct {
	guint64 hours[3], sum;
} drops[] = {
	{{FACTS_NEVER, FACTS_NEVER, FACTS_NEVER}, FACTS_NEVER},
	{{FACTS_NEVER, 0, FACTS_NEVER}, 0},
	{{12, FACTS_NEVER, 30}, 42},
	{{FACTS_NEVER - 1, 5, FACTS_NEVER}, FACTS_NEVER - 1},
};

START_TEST(drops_add_up_over_hours_and_what_is_not_known_adds_nothing)
{
	HourFacts *hours[3];

	for (guint i = 0; i < G_N_ELEMENTS(hours); i++) {
		hours[i] = hour_facts_new(3600 * (gint64)i, 0, "", "", 0);
		hours[i]->dropped_kernel = drops[_i].hours[i];
		hours[i]->dropped_interface = drops[_i].hours[2 - i];
		hours[i]->discarded = drops[_i].hours[(i + 1) % 3];
	}
	g_autoptr(Coverage) coverage =
		coverage_new_from_hours((const HourFacts *const *)hours, 3, NULL);
	ck_assert_uint_eq(coverage->dropped_kernel, drops[_i].sum);
	ck_assert_uint_eq(coverage->dropped_interface, drops[_i].sum);
	ck_assert_uint_eq(coverage->discarded, drops[_i].sum);
	for (guint i = 0; i < G_N_ELEMENTS(hours); i++)
		hour_facts_free(hours[i]);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, what_is_written_is_read_again_whatever_parts_are_asked_for,
		0, G_N_ELEMENTS(plans));
	tcase_add_test(tests,
		a_source_of_200_000_pairs_comes_in_stretches_and_its_traits_with_the_last);
	tcase_add_test(tests, a_seek_finds_what_a_linear_scan_finds);
	tcase_add_test(tests, two_threads_write_the_same_octets_as_one);
	tcase_add_test(tests, a_tally_with_any_octet_changed_is_refused);
	tcase_add_test(tests, a_tally_cut_short_anywhere_or_with_more_behind_is_refused);
	tcase_add_loop_test(
		tests, a_full_disk_is_told_and_leaves_nothing_behind_but_what_was_there, 0, 6);
	tcase_add_loop_test(tests, a_writer_that_is_not_finished_leaves_nothing_behind, 0, 2);
	tcase_add_loop_test(
		tests, a_writer_refuses_what_a_reader_would, 0, G_N_ELEMENTS(mistakes));
	tcase_add_test(tests, what_is_no_tally_is_refused_by_name);
	tcase_add_loop_test(tests, drops_add_up_over_hours_and_what_is_not_known_adds_nothing,
		0, G_N_ELEMENTS(drops));
}

int
main(void)
{
	return suite_run("tally", add_tests);
}
