#include "config.h"

#include "tests/suite.h"

#include <fcntl.h>
#include <string.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/spool.h"
#include "tally/store.h"
#include "tally/writer.h"

enum { DAY = 1505001600, HOUR = 3600 }; /* 2017-09-10T00:00:00Z */

static char *start, *folder;

static void
set_up(void)
{
	start = g_get_current_dir();
	folder = g_dir_make_tmp("store.XXXXXX", NULL);
	ck_assert_int_eq(g_chdir(folder), 0);
}

static void
tear_down(void)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);

	ck_assert_int_eq(g_chdir(start), 0);
	ck_assert_int_eq(system(remove), 0);
	g_clear_pointer(&folder, g_free);
	g_clear_pointer(&start, g_free);
}

/* A tally of no sources at path, whatever its place says. */
static void
put_tally(const char *path, const char *sensor, gint64 hour)
{
	g_autoptr(HourFacts) facts = hour_facts_new(hour, 0, sensor, "192.0.2.0/24", 7);
	g_autofree char *parent = g_path_get_dirname(path);
	Address spoke = address_from_v4(0xc0000201);

	g_array_append_val(facts->spoke, spoke);
	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	ck_assert(writer_finish(writer, facts, NULL));
}

static void
put_hour(const char *sensor, gint64 hour)
{
	g_autofree char *path = store_path("s", sensor, hour);

	put_tally(path, sensor, hour);
}

START_TEST(a_path_is_formed_from_sensor_and_hour_and_read_back)
{
	static const gint64 hours[] = {DAY, DAY + 23 * HOUR, DAY + 1800, DAY - 2700};
	static const char *const paths[] = {"s/dmz/2017-09-10/0000.tally",
		"s/dmz/2017-09-10/2300.tally", "s/dmz/2017-09-10/0030.tally",
		"s/dmz/2017-09-09/2315.tally"};
	g_autofree char *path = store_path("s", "dmz", hours[_i]), *sensor = NULL;
	gint64 hour;

	ck_assert_str_eq(path, paths[_i]);
	ck_assert(store_parse_path(path, &sensor, &hour));
	ck_assert_str_eq(sensor, "dmz");
	ck_assert_int_eq(hour, hours[_i]);
}
END_TEST

static const char *const no_paths[] = {"0000.tally", "x/2017-09-10T0000.tally",
	"x/2017-09-10/0000-0000.tally", "x/2017-09-10/0000.tally.damaged",
	"x/2017-09-10/0000.pcap", "x/2017-09-1/0000.tally", "x/2017-09-10/2400.tally"};

START_TEST(a_path_that_is_not_the_stores_tells_no_hour)
{
	char *sensor;
	gint64 hour;

	ck_assert(!store_parse_path(no_paths[_i], &sensor, &hour));
}
END_TEST

static const struct {
	gint64 from, to;
	guint n, first; /* of the hours put below */
} spans[] = {
	{DAY, DAY + 24 * HOUR, 2, 1},
	{DAY - 24 * HOUR, DAY, 1, 0},
	{DAY, DAY, 0, 0},
	{DAY + 23 * HOUR, DAY + 25 * HOUR, 2, 2},
	{DAY + 23 * HOUR + 1, DAY + 24 * HOUR, 0, 0},
	{G_MININT64, G_MAXINT64, 4, 0},
};

START_TEST(the_tallies_of_a_span_come_sorted)
{
	static const gint64 hours[] = {DAY - HOUR, DAY, DAY + 23 * HOUR, DAY + 24 * HOUR};

	for (guint i = 0; i < G_N_ELEMENTS(hours); i++)
		put_hour("dmz", hours[i]);
	put_hour("lan", DAY);
	ck_assert(g_file_set_contents("s/dmz/2017-09-10/0100.tally.damaged", "", 0, NULL));
	ck_assert(g_file_set_contents("s/dmz/2017-09-10/.0100.tally.part-abcdef", "", 0, NULL));
	ck_assert(g_file_set_contents("s/dmz/.days", "", 0, NULL));
	g_autoptr(GPtrArray) files = store_list("s", "dmz", spans[_i].from, spans[_i].to, NULL);
	ck_assert_uint_eq(files->len, spans[_i].n);
	for (guint i = 0; i < files->len; i++) {
		const StoreFile *file = files->pdata[i];
		ck_assert_int_eq(file->hour, hours[spans[_i].first + i]);
		g_autofree char *path = store_path("s", "dmz", file->hour);
		ck_assert_str_eq(file->path, path);
	}
}
END_TEST

START_TEST(only_folders_of_the_days_asked_for_are_looked_into)
{
	g_autoptr(GError) error = NULL;

	put_hour("dmz", DAY);
	/* It cannot be listed, as whoever looks into it is told. */
	ck_assert_int_eq(g_chdir("s/dmz"), 0);
	ck_assert_int_eq(system("ln -s 2017-09-11 2017-09-11"), 0);
	ck_assert_int_eq(g_chdir("../.."), 0);
	g_autoptr(GPtrArray) files = store_list("s", "dmz", DAY, DAY + 24 * HOUR, NULL);
	ck_assert_uint_eq(files->len, 1);
	ck_assert_ptr_null(store_list("s", "dmz", DAY, DAY + 25 * HOUR, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_ptr_nonnull(strstr(error->message, "s/dmz/2017-09-11: cannot be listed"));
}
END_TEST

START_TEST(a_store_that_is_not_there_has_no_tallies)
{
	g_autoptr(GPtrArray) files = store_list("s", "dmz", 0, G_MAXINT64, NULL);

	ck_assert_uint_eq(files->len, 0);
}
END_TEST

START_TEST(the_facts_of_an_hour_come_without_its_lists)
{
	g_autoptr(GError) error = NULL;

	put_hour("dmz", DAY);
	g_autoptr(HourFacts) facts = store_facts("s/dmz/2017-09-10/0000.tally", NULL);
	ck_assert_int_eq(facts->hour, DAY);
	ck_assert_str_eq(facts->sensor, "dmz");
	ck_assert_uint_eq(facts->settings, 7);
	ck_assert_uint_eq(facts->spoke->len, 0);
	ck_assert_ptr_null(store_facts("s/dmz/2017-09-10/0100.tally", &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
}
END_TEST

START_TEST(what_is_damaged_or_out_of_place_is_told_and_left_out)
{
	static const char *const sensors[] = {"dmz", "lan", "gone", NULL};
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);

	put_hour("dmz", DAY);
	put_tally("s/dmz/2017-09-10/0100.tally", "dmz", DAY);
	put_tally("s/dmz/2017-09-10/0200.tally", "lan", DAY + 2 * HOUR);
	put_tally("s/dmz/2017-09-10/0300.tally", "", DAY + 3 * HOUR);
	put_hour("lan", DAY);
	ck_assert(g_file_set_contents("s/lan/2017-09-10/0100.tally", "", 0, NULL));
	g_autoptr(GPtrArray) readers = store_open(
		"s", sensors, DAY, DAY + 24 * HOUR, READER_NO_LISTS, shortfalls, NULL);
	ck_assert_uint_eq(readers->len, 3);
	ck_assert_str_eq(reader_name(readers->pdata[0]), "s/dmz/2017-09-10/0000.tally");
	ck_assert_str_eq(reader_name(readers->pdata[1]), "s/dmz/2017-09-10/0300.tally");
	ck_assert_str_eq(reader_name(readers->pdata[2]), "s/lan/2017-09-10/0000.tally");
	ck_assert_uint_eq(shortfalls->len, 3);
	ck_assert_str_eq(shortfalls->pdata[0],
		"s/dmz/2017-09-10/0100.tally: out of place: it holds the hour "
		"2017-09-10T00:00:00Z, expected 2017-09-10T01:00:00Z");
	ck_assert_str_eq(shortfalls->pdata[1],
		"s/dmz/2017-09-10/0200.tally: out of place: it holds sensor lan, expected dmz");
	ck_assert_ptr_nonnull(strstr(shortfalls->pdata[2], "s/lan/2017-09-10/0100.tally:"));
}
END_TEST

START_TEST(a_tally_that_the_disk_does_not_give_is_not_called_damaged)
{
	g_autofree char *path = store_path("s", "dmz", DAY);
	g_autoptr(GError) error = NULL;

	put_hour("dmz", DAY);
	/* Reading fails, whatever lies there. */
	Reader *reader = reader_new_fd(open(path, O_WRONLY), path, READER_CONTACTS, &error);
	ck_assert_ptr_null(reader);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
}
END_TEST

START_TEST(a_tally_set_aside_is_none_any_more)
{
	g_autoptr(GError) error = NULL;

	put_hour("dmz", DAY);
	ck_assert(store_set_aside("s/dmz/2017-09-10/0000.tally", NULL));
	ck_assert(g_file_test("s/dmz/2017-09-10/0000.tally.damaged", G_FILE_TEST_EXISTS));
	g_autoptr(GPtrArray) files = store_list("s", "dmz", 0, G_MAXINT64, NULL);
	ck_assert_uint_eq(files->len, 0);
	ck_assert(!store_set_aside("s/dmz/2017-09-10/0000.tally", &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, a_path_is_formed_from_sensor_and_hour_and_read_back, 0, 4);
	tcase_add_loop_test(
		tests, a_path_that_is_not_the_stores_tells_no_hour, 0, G_N_ELEMENTS(no_paths));
	tcase_add_loop_test(tests, the_tallies_of_a_span_come_sorted, 0, G_N_ELEMENTS(spans));
	tcase_add_test(tests, only_folders_of_the_days_asked_for_are_looked_into);
	tcase_add_test(tests, a_store_that_is_not_there_has_no_tallies);
	tcase_add_test(tests, the_facts_of_an_hour_come_without_its_lists);
	tcase_add_test(tests, what_is_damaged_or_out_of_place_is_told_and_left_out);
	tcase_add_test(tests, a_tally_that_the_disk_does_not_give_is_not_called_damaged);
	tcase_add_test(tests, a_tally_set_aside_is_none_any_more);
}

int
main(void)
{
	return suite_run("store", add_tests);
}
