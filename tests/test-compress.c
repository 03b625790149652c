#include "config.h"

#include "tests/suite.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <zstd.h>

#include "collect/compress.h"
#include "collect/compressor.h"
#include "common/failure.h"
#include "common/spool.h"

enum { MEGA = 1 << 20, LEVEL = 3, BIG = 8 * MEGA, MODE = 0640, MTIME = 1505001600 };

static const gsize sizes[] = {0, 1, 24, MEGA - 1, MEGA, MEGA + 1, 5 * MEGA + 7};

static char *folder; /* of the test at hand */

static char *
in_folder(const char *name)
{
	return g_build_filename(folder, name, NULL);
}

static void
set_up(void)
{
	folder = g_dir_make_tmp("compress.XXXXXX", NULL);
	ck_assert_ptr_nonnull(folder);
	signal(SIGXFSZ, SIG_IGN);
}

static void
tear_down(void)
{
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	const char *name;

	while ((name = g_dir_read_name(names))) {
		g_autofree char *path = in_folder(name);
		g_unlink(path);
	}
	g_rmdir(folder);
	g_clear_pointer(&folder, g_free);
}

/* Octets that hardly become less. */
static guint8 *
make_octets(gsize size)
{
	guint8 *octets = g_malloc(size + 1);
	g_autoptr(GRand) random = g_rand_new_with_seed(4);

	for (gsize i = 0; i < size; i++)
		octets[i] = (guint8)g_rand_int(random);
	return octets;
}

/* A raw file of the folder; its path. */
static char *
make_raw(const char *name, gsize size)
{
	char *path = in_folder(name);
	g_autofree guint8 *octets = make_octets(size);
	const struct timespec times[2] = {{MTIME, 1}, {MTIME, 123456789}};

	ck_assert(g_file_set_contents(path, (char *)octets, (gssize)size, NULL));
	ck_assert_int_eq(g_chmod(path, MODE), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, times, 0), 0);
	return path;
}

static guint
count_names(void)
{
	g_autoptr(GDir) names = g_dir_open(folder, 0, NULL);
	guint n = 0;

	while (g_dir_read_name(names))
		n++;
	return n;
}

/* The raw file's successor holds make_octets(size), and nothing else of it is there. */
static void
check_compressed(const char *raw, gsize size)
{
	g_autofree char *target = g_strconcat(raw, ".zst", NULL), *packed = NULL;
	g_autofree guint8 *expected = make_octets(size), *found = g_malloc(size + 1);
	enum { DESCRIPTOR_AT = 4, CHECKSUM_FLAG = 4 }; /* RFC 8878, 3.1.1.1.1 */
	struct stat status;
	gsize length;

	ck_assert(!g_file_test(raw, G_FILE_TEST_EXISTS));
	ck_assert(g_file_get_contents(target, &packed, &length, NULL));
	ck_assert_uint_eq(ZSTD_getFrameContentSize(packed, length), size);
	ck_assert_uint_eq(spool_identity(target), size);
	ck_assert(packed[DESCRIPTOR_AT] & CHECKSUM_FLAG);
	ck_assert_uint_eq(ZSTD_decompress(found, size + 1, packed, length), size);
	ck_assert(memcmp(found, expected, size) == 0);
	ck_assert_int_eq(stat(target, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, MODE);
	ck_assert_int_eq(status.st_mtim.tv_sec, MTIME);
	ck_assert_int_eq(status.st_mtim.tv_nsec, 123456789);
}

static void
check_raw(const char *raw, gsize size)
{
	g_autofree guint8 *expected = make_octets(size);
	g_autofree char *found = NULL;
	gsize length;

	ck_assert(g_file_get_contents(raw, &found, &length, NULL));
	ck_assert_uint_eq(length, size);
	ck_assert(memcmp(found, expected, size) == 0);
}

/* A file of more octets cannot be written: as on a full disk. */
static void
limit_files(rlim_t octets)
{
	struct rlimit limit;

	ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = octets;
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

START_TEST(a_compressed_file_takes_the_place_of_the_raw_one)
{
	g_autofree char *raw = make_raw("1300.pcap", sizes[_i]);
	g_autoptr(GError) error = NULL;

	ck_assert(compress_file(raw, LEVEL, NULL, &error));
	check_compressed(raw, sizes[_i]);
	ck_assert_uint_eq(count_names(), 1);
	/* Again: there is nothing to do. */
	ck_assert(compress_file(raw, LEVEL, NULL, &error));
	check_compressed(raw, sizes[_i]);
}
END_TEST

START_TEST(without_room_the_raw_file_stays_and_nothing_is_beside_it)
{
	g_autofree char *raw = make_raw("1300.pcap", 5 * MEGA);
	g_autoptr(GError) error = NULL;

	limit_files(2 * MEGA);
	ck_assert(!compress_file(raw, LEVEL, NULL, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_ptr_nonnull(strstr(error->message, "1300.pcap.zst: cannot be written"));
	check_raw(raw, 5 * MEGA);
	ck_assert_uint_eq(count_names(), 1);
	limit_files(RLIM_INFINITY);
	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	check_compressed(raw, 5 * MEGA);
}
END_TEST

START_TEST(asked_to_stop_it_leaves_the_raw_file_alone)
{
	g_autofree char *raw = make_raw("1300.pcap", MEGA);
	const gint stop = 1;

	ck_assert(!compress_file(raw, LEVEL, &stop, NULL));
	check_raw(raw, MEGA);
	ck_assert_uint_eq(count_names(), 1);
}
END_TEST

START_TEST(a_raw_file_beside_its_whole_successor_goes)
{
	g_autofree char *raw = make_raw("1300.pcap", MEGA), *copy = NULL;
	gsize length;

	ck_assert(g_file_get_contents(raw, &copy, &length, NULL));
	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	ck_assert(g_file_set_contents(raw, copy, (gssize)length, NULL));
	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	check_compressed(raw, MEGA);
	ck_assert_uint_eq(count_names(), 1);
}
END_TEST

START_TEST(a_raw_file_beside_something_else_stays)
{
	g_autofree char *raw = make_raw("1300.pcap", MEGA), *other = NULL;
	g_autoptr(GError) error = NULL;

	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	other = make_raw("1300.pcap", MEGA + 1);
	ck_assert(!compress_file(raw, LEVEL, NULL, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "not of these packets"));
	check_raw(raw, MEGA + 1);
	ck_assert_uint_eq(count_names(), 2);
}
END_TEST

START_TEST(what_a_killed_run_left_of_this_file_is_removed)
{
	g_autofree char *raw = make_raw("1300.pcap", MEGA);
	g_autofree char *left = make_raw(".1300.pcap.zst.part-abc123", 1000);
	g_autofree char *other = make_raw(".1300-0001.pcap.zst.part-abc123", 1000);

	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	ck_assert(!g_file_test(left, G_FILE_TEST_EXISTS));
	ck_assert(g_file_test(other, G_FILE_TEST_EXISTS));
	ck_assert_uint_eq(count_names(), 2);
}
END_TEST

/* Oracle: compressing undisturbed. */
START_TEST(killed_at_any_instant_and_repeated_it_comes_to_the_same)
{
	enum { STEP_US = 2000 };
	g_autofree char *raw = make_raw("1300.pcap", BIG);
	pid_t child = fork();

	if (child == 0) {
		compress_file(raw, LEVEL, NULL, NULL);
		_exit(0);
	}
	g_usleep((gulong)_i * STEP_US);
	kill(child, SIGKILL);
	ck_assert_int_eq(waitpid(child, NULL, 0), child);
	if (g_file_test(raw, G_FILE_TEST_EXISTS))
		check_raw(raw, BIG);
	ck_assert(compress_file(raw, LEVEL, NULL, NULL));
	check_compressed(raw, BIG);
	ck_assert_uint_eq(count_names(), 1);
}
END_TEST

/* The compressor. */

static gint messages; /* atomic */

static void
hear(const char *message)
{
	ck_assert_ptr_nonnull(strstr(message, ".pcap.zst"));
	g_atomic_int_inc(&messages);
}

static const char *const names[] = {"0000.pcap", "0100.pcap", "0200.pcap"};

START_TEST(a_compressor_works_through_its_queue)
{
	g_autoptr(Compressor) compressor = compressor_new(LEVEL, hear, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *raw = make_raw(names[i], MEGA + i);
		compressor_add(compressor, raw);
	}
	compressor_wait(compressor);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *raw = in_folder(names[i]);
		check_compressed(raw, MEGA + i);
	}
	ck_assert_int_eq(messages, 0);
}
END_TEST

START_TEST(what_found_no_room_is_told_once_and_tried_again_with_the_next)
{
	g_autoptr(Compressor) compressor = compressor_new(LEVEL, hear, NULL);
	g_autofree char *first = make_raw(names[0], 3 * MEGA), *last = NULL;
	g_autofree char *small = make_raw(names[1], 1000);

	limit_files(2 * MEGA);
	compressor_add(compressor, first);
	compressor_wait(compressor);
	check_raw(first, 3 * MEGA);
	compressor_add(compressor, small);
	compressor_wait(compressor);
	check_raw(first, 3 * MEGA);
	check_compressed(small, 1000);
	ck_assert_int_eq(messages, 1);

	limit_files(RLIM_INFINITY);
	last = make_raw(names[2], 1000);
	compressor_add(compressor, last);
	compressor_wait(compressor);
	check_compressed(first, 3 * MEGA);
	check_compressed(last, 1000);
	ck_assert_int_eq(messages, 1);
}
END_TEST

START_TEST(a_compressor_that_is_freed_leaves_whole_files_only)
{
	Compressor *compressor = compressor_new(LEVEL, hear, NULL);
	guint raws = 0;

	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *raw = make_raw(names[i], BIG);
		compressor_add(compressor, raw);
	}
	compressor_free(compressor);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
		g_autofree char *raw = in_folder(names[i]);
		if (g_file_test(raw, G_FILE_TEST_EXISTS)) {
			check_raw(raw, BIG);
			raws++;
		} else {
			check_compressed(raw, BIG);
		}
	}
	ck_assert_uint_gt(raws, 0);
	ck_assert_uint_eq(count_names(), G_N_ELEMENTS(names));
	ck_assert_int_eq(messages, 0);
}
END_TEST

static void
add_tests(TCase *tests)
{
	enum { INSTANTS = 16 };

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, a_compressed_file_takes_the_place_of_the_raw_one, 0,
		G_N_ELEMENTS(sizes));
	tcase_add_test(tests, without_room_the_raw_file_stays_and_nothing_is_beside_it);
	tcase_add_test(tests, asked_to_stop_it_leaves_the_raw_file_alone);
	tcase_add_test(tests, a_raw_file_beside_its_whole_successor_goes);
	tcase_add_test(tests, a_raw_file_beside_something_else_stays);
	tcase_add_test(tests, what_a_killed_run_left_of_this_file_is_removed);
	tcase_add_loop_test(
		tests, killed_at_any_instant_and_repeated_it_comes_to_the_same, 0, INSTANTS);
	tcase_add_test(tests, a_compressor_works_through_its_queue);
	tcase_add_test(tests, what_found_no_room_is_told_once_and_tried_again_with_the_next);
	tcase_add_test(tests, a_compressor_that_is_freed_leaves_whole_files_only);
}

int
main(void)
{
	return suite_run("compress", add_tests);
}
