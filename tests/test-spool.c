#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>
#include <zlib.h>
#include <zstd.h>

#include "common/failure.h"
#include "common/lock.h"
#include "common/spool.h"

enum { DAY = 1505001600 }; /* 2017-09-10T00:00:00Z */

#define FILES "x/dmz/2017-09-10/"

static char *start, *folder;

/* Every test in a folder of its own, which is the current one. */
static void
set_up(void)
{
	start = g_get_current_dir();
	folder = g_dir_make_tmp("spool.XXXXXX", NULL);
	ck_assert_int_eq(g_chdir(folder), 0);
	ck_assert_int_eq(g_mkdir_with_parents(FILES, 0755), 0);
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

static void
put(const char *name, const void *octets, gsize length)
{
	g_autofree char *path = g_strconcat(FILES, name, NULL);

	ck_assert(g_file_set_contents(path, octets, (gssize)length, NULL));
}

static GPtrArray *
list(GPtrArray *strays)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *files = spool_day_files("x", "dmz", "2017-09-10", strays, &error);

	ck_assert_msg(files != NULL, "%s", error ? error->message : "");
	return files;
}

static const struct {
	gint64 hour;
	int second;
	const char *stem, *folder;
} names[] = {
	{DAY, -1, "0000", "s/dmz/2017-09-10"},
	{DAY + 3600, -1, "0100", "s/dmz/2017-09-10"},
	{DAY + 3600, 0, "0100-0000", "s/dmz/2017-09-10"},
	{DAY + 3600, 1395, "0100-2315", "s/dmz/2017-09-10"},
	{DAY + 3600, 3599, "0100-5959", "s/dmz/2017-09-10"},
	{DAY + 5400, -1, "0130", "s/dmz/2017-09-10"},
	{DAY + 23 * 3600 + 900, -1, "2315", "s/dmz/2017-09-10"},
	{DAY + 23 * 3600 + 900, 3599, "2315-5959", "s/dmz/2017-09-10"},
	{DAY + 86400, -1, "0000", "s/dmz/2017-09-11"},
	{DAY - 1800, 59, "2330-0059", "s/dmz/2017-09-09"},
};

START_TEST(a_name_is_formed_from_its_hour_and_read_back)
{
	char stem[SPOOL_STEM_SIZE], again[SPOOL_STEM_SIZE], day[SPOOL_DAY_SIZE];
	g_autofree char *path = spool_day_folder("s", "dmz", names[_i].hour);
	const char *suffix;
	gint64 hour;

	ck_assert_str_eq(path, names[_i].folder);
	spool_format_stem(names[_i].hour, names[_i].second, stem);
	ck_assert_str_eq(stem, names[_i].stem);
	spool_format_day(names[_i].hour, day);
	for (guint i = 0; spool_suffixes[i]; i++) {
		g_autofree char *name = g_strconcat(stem, spool_suffixes[i], NULL);
		ck_assert(spool_parse_file(day, name, &hour, again, &suffix));
		ck_assert_int_eq(hour, names[_i].hour);
		ck_assert_str_eq(again, stem);
		ck_assert_str_eq(suffix, spool_suffixes[i]);
	}
}
END_TEST

static const char *const no_files[] = {"", ".", "0100", "0100.", "100.pcap", "01000.pcap",
	"2400.pcap", "0160.pcap", "0100.pcapng", "0100.pcap.part", ".0100.pcap",
	"0100.pcap.bz2", "0100-.pcap", "0100-60.pcap", "0100-6000.pcap", "0100-0060.pcap",
	"0100_0000.pcap", "0100-00000.pcap", "+100.pcap", "0100-+100.pcap", " 100.pcap",
	"0100.PCAP", "0100.tally", "0100.pcap.zst.part", "0100.json.part"};

START_TEST(what_is_no_name_of_the_spool_is_not_read_as_one)
{
	char stem[SPOOL_STEM_SIZE];
	const char *suffix;
	gint64 hour;

	ck_assert(!spool_parse_file("2017-09-10", no_files[_i], &hour, stem, &suffix));
}
END_TEST

static const struct {
	const char *name;
	gboolean is;
} days[] = {
	{"2017-09-10", TRUE},
	{"1970-01-01", TRUE},
	{"2016-02-29", TRUE},
	{"2017-02-29", FALSE},
	{"2017-13-01", FALSE},
	{"2017-09-1", FALSE},
	{"2017-09-100", FALSE},
	{"2017-09-10T00:00Z", FALSE},
	{"1969-12-31", FALSE},
	{"20170910", FALSE},
	{"", FALSE},
};

START_TEST(a_day_is_a_date_since_1970)
{
	gint64 day;

	ck_assert_int_eq(spool_parse_day(days[_i].name, &day), days[_i].is);
}
END_TEST

START_TEST(the_days_of_a_sensor_come_sorted_and_nothing_else_does)
{
	g_mkdir("x/dmz/2017-09-09", 0755);
	g_mkdir("x/dmz/lost+found", 0755);
	g_file_set_contents("x/dmz/.lock", "", 0, NULL);
	g_file_set_contents("x/dmz/2017-09-08", "", 0, NULL);
	g_auto(GStrv) found = spool_days("x", "dmz", NULL);
	g_auto(GStrv) none = spool_days("x", "lan", NULL);

	ck_assert_uint_eq(g_strv_length(found), 2);
	ck_assert_str_eq(found[0], "2017-09-09");
	ck_assert_str_eq(found[1], "2017-09-10");
	ck_assert_uint_eq(g_strv_length(none), 0);
}
END_TEST

START_TEST(the_files_of_a_day_come_by_stem_with_manifest_size_and_identity)
{
	put("0100.pcap", "12345", 5);
	put("0100.json", "{}", 2);
	put("0000-0001.pcap", "123", 3);
	put("0130.json", "{ }", 3);
	put("0000.pcap", "", 0);
	g_autoptr(GPtrArray) files = list(NULL);
	const SpoolFile *const *file = (const SpoolFile *const *)files->pdata;

	ck_assert_uint_eq(files->len, 4);
	ck_assert_str_eq(file[0]->stem, "0000");
	ck_assert_str_eq(file[1]->stem, "0000-0001");
	ck_assert_int_eq(file[1]->hour, DAY);
	ck_assert_str_eq(file[2]->stem, "0100");
	ck_assert_int_eq(file[2]->hour, DAY + 3600);
	ck_assert_str_eq(file[2]->path, FILES "0100.pcap");
	ck_assert_str_eq(file[2]->manifest, FILES "0100.json");
	ck_assert_uint_eq(file[2]->size, 7);
	ck_assert_uint_eq(file[2]->identity, 5);
	ck_assert_ptr_null(file[1]->manifest);
	/* Pruned: the manifest alone. */
	ck_assert_int_eq(file[3]->hour, DAY + 5400);
	ck_assert_ptr_null(file[3]->path);
	ck_assert_ptr_nonnull(file[3]->manifest);
	ck_assert_uint_eq(file[3]->size, 3);
	ck_assert_uint_eq(file[3]->identity, 0);
}
END_TEST

START_TEST(a_file_and_its_compressed_successor_are_one)
{
	put("0100.pcap.zst", "1234", 4);
	put("0100.pcap", "123", 3);
	put("0100.pcap.gz", "12", 2);
	g_autoptr(GPtrArray) files = list(NULL);
	const SpoolFile *file = files->pdata[0];

	ck_assert_uint_eq(files->len, 1);
	ck_assert_str_eq(file->path, FILES "0100.pcap");
	ck_assert_uint_eq(file->size, 9);
	ck_assert_uint_eq(file->identity, 3);
}
END_TEST

START_TEST(strays_are_told_and_what_is_being_written_is_not)
{
	g_autoptr(GPtrArray) strays = g_ptr_array_new_with_free_func(g_free);

	put("0100.pcap", "", 0);
	put("0200.pcap.part", "", 0);
	put(".0100.pcap.zst.part-abcdef", "", 0);
	put("0300.pcap.damaged", "", 0);
	put("notes.txt", "", 0);
	put("2500.pcap", "", 0);
	g_mkdir(FILES "0400.pcap", 0755);
	ck_assert_int_eq(mkfifo(FILES "0500.pcap", 0644), 0);
	ck_assert_int_eq(symlink("nowhere", FILES "0600.pcap"), 0);
	ck_assert_int_eq(symlink("0100.pcap", FILES "0700.pcap"), 0);
	g_autoptr(GPtrArray) files = list(strays);

	ck_assert_uint_eq(files->len, 2);
	ck_assert_str_eq(((SpoolFile *)files->pdata[1])->stem, "0700");
	ck_assert_uint_eq(strays->len, 5);
	ck_assert_str_eq(strays->pdata[0], "0400.pcap");
	ck_assert_str_eq(strays->pdata[1], "0500.pcap");
	ck_assert_str_eq(strays->pdata[2], "0600.pcap");
	ck_assert_str_eq(strays->pdata[3], "2500.pcap");
	ck_assert_str_eq(strays->pdata[4], "notes.txt");
}
END_TEST

START_TEST(what_is_being_written_is_found_apart)
{
	put("0100.pcap", "", 0);
	put("0200.pcap.part", "12", 2);
	put("0200-0003.pcap.import.part", "1", 1);
	put(".0100.pcap.zst.part-abcdef", "", 0);
	put("0200.json.part", "", 0);
	put("notes.part", "", 0);
	g_autoptr(GPtrArray) parts = spool_day_parts("x", "dmz", "2017-09-10", NULL);
	g_autoptr(GPtrArray) none = spool_day_parts("x", "dmz", "2017-09-11", NULL);
	const SpoolFile *const *part = (const SpoolFile *const *)parts->pdata;

	ck_assert_uint_eq(parts->len, 2);
	ck_assert_str_eq(part[0]->path, FILES "0200.pcap.part");
	ck_assert_int_eq(part[0]->hour, DAY + 7200);
	ck_assert_uint_eq(part[0]->size, 2);
	ck_assert_str_eq(part[1]->stem, "0200-0003");
	ck_assert_uint_eq(none->len, 0);
}
END_TEST

START_TEST(a_day_that_is_not_there_has_no_files_and_one_that_is_no_folder_is_told)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) files = spool_day_files("x", "dmz", "2017-09-11", NULL, &error);

	ck_assert_uint_eq(files->len, 0);
	g_file_set_contents("x/dmz/2017-09-12", "", 0, NULL);
	ck_assert_ptr_null(spool_day_files("x", "dmz", "2017-09-12", NULL, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_ptr_nonnull(strstr(error->message, "x/dmz/2017-09-12"));
}
END_TEST

static void
put_zstd(const char *name, const guint8 *octets, gsize length, gboolean told)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	ZSTD_CCtx *packer = ZSTD_createCCtx();
	ZSTD_inBuffer from = {octets, length, 0};

	g_byte_array_set_size(out, (guint)ZSTD_compressBound(length));
	ZSTD_outBuffer to = {out->data, out->len, 0};
	ZSTD_CCtx_setParameter(packer, ZSTD_c_contentSizeFlag, told);
	if (told)
		ZSTD_CCtx_setPledgedSrcSize(packer, length);
	ck_assert_uint_eq(ZSTD_compressStream2(packer, &to, &from, ZSTD_e_end), 0);
	ZSTD_freeCCtx(packer);
	put(name, out->data, to.pos);
}

static void
put_gzip(const char *name, const guint8 *octets, gsize length)
{
	g_autofree char *path = g_strconcat(FILES, name, NULL);
	gzFile file = gzopen(path, "wb");

	ck_assert_int_eq(gzwrite(file, octets, (guint)length), (int)length);
	ck_assert_int_eq(gzclose(file), Z_OK);
}

static const gsize lengths[] = {24, 200, 300, 65535, 65536, 70000, 1000000};

START_TEST(a_file_keeps_its_identity_when_it_is_compressed)
{
	gsize length = lengths[_i];
	g_autofree guint8 *octets = g_malloc0(length);

	for (gsize i = 0; i < length; i++)
		octets[i] = (guint8)(i * i >> 5);
	memcpy(octets, "\xa1\xb2\x3c\x4d", 4);
	put("0100.pcap", octets, length);
	put_zstd("0200.pcap.zst", octets, length, TRUE);
	put_gzip("0300.pcap.gz", octets, length);
	g_autoptr(GPtrArray) files = list(NULL);
	for (guint i = 0; i < 3; i++)
		ck_assert_uint_eq(((SpoolFile *)files->pdata[i])->identity, length);
}
END_TEST

START_TEST(where_octets_before_compression_are_not_told_those_on_disk_are_marked)
{
	const guint64 top = G_GUINT64_CONSTANT(1) << 63;
	guint8 octets[1000] = {0};
	struct stat status;

	put_zstd("0100.pcap.zst", octets, sizeof octets, FALSE);
	ck_assert_int_eq(stat(FILES "0100.pcap.zst", &status), 0);
	ck_assert_uint_eq(spool_identity(FILES "0100.pcap.zst"), top | (guint64)status.st_size);
	/* A frame to be skipped, a header cut short, gzip too short to be some. */
	put("a", "\x50\x2a\x4d\x18\0\0\0\0", 8);
	ck_assert_uint_eq(spool_identity(FILES "a"), top | 8);
	put("b", "\x28\xb5\x2f\xfd", 4);
	ck_assert_uint_eq(spool_identity(FILES "b"), top | 4);
	put("c", "\x1f\x8b\x08\0\0\0", 6);
	ck_assert_uint_eq(spool_identity(FILES "c"), top | 6);
	ck_assert_uint_eq(spool_identity(FILES "not-there"), top);
}
END_TEST

START_TEST(a_lock_is_held_once_and_its_holder_named)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *expected = NULL;
	int fd = lock_take("x/dmz/.lock", NULL), status;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(lock_take("x/dmz/.lock", &error), -1);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_LOCKED));
	expected = g_strdup_printf("x/dmz/.lock: process %ld holds it", (long)getpid());
	ck_assert_str_eq(error->message, expected);
	/* A program that is run by the holder does not keep it. */
	ck_assert(g_spawn_command_line_sync(
		"sh -c 'sleep 5 >/dev/null 2>&1 &'", NULL, NULL, &status, NULL));
	close(fd);
	fd = lock_take("x/dmz/.lock", NULL);
	ck_assert_int_ge(fd, 0);
	close(fd);
}
END_TEST

START_TEST(a_lock_that_is_a_link_is_refused)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = NULL;

	put("precious", "words", 5);
	ck_assert_int_eq(symlink("2017-09-10/precious", "x/dmz/.linked"), 0);
	ck_assert_int_eq(lock_take("x/dmz/.linked", &error), -1);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert(g_file_get_contents(FILES "precious", &text, NULL, NULL));
	ck_assert_str_eq(text, "words");
}
END_TEST

START_TEST(a_lock_ends_with_its_process)
{
	pid_t child = fork();

	if (child == 0)
		_exit(lock_take("x/.lock", NULL) >= 0 ? 0 : 1);
	int status;
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert_int_eq(status, 0);
	int fd = lock_take("x/.lock", NULL);
	ck_assert_int_ge(fd, 0);
	close(fd);
}
END_TEST

START_TEST(a_lock_that_cannot_be_made_is_told)
{
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(lock_take("x/lan/.lock", &error), -1);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_ptr_nonnull(strstr(error->message, "x/lan/.lock: cannot be locked"));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(
		tests, a_name_is_formed_from_its_hour_and_read_back, 0, G_N_ELEMENTS(names));
	tcase_add_loop_test(tests, what_is_no_name_of_the_spool_is_not_read_as_one, 0,
		G_N_ELEMENTS(no_files));
	tcase_add_loop_test(tests, a_day_is_a_date_since_1970, 0, G_N_ELEMENTS(days));
	tcase_add_test(tests, the_days_of_a_sensor_come_sorted_and_nothing_else_does);
	tcase_add_test(tests, the_files_of_a_day_come_by_stem_with_manifest_size_and_identity);
	tcase_add_test(tests, a_file_and_its_compressed_successor_are_one);
	tcase_add_test(tests, strays_are_told_and_what_is_being_written_is_not);
	tcase_add_test(tests, what_is_being_written_is_found_apart);
	tcase_add_test(
		tests, a_day_that_is_not_there_has_no_files_and_one_that_is_no_folder_is_told);
	tcase_add_loop_test(tests, a_file_keeps_its_identity_when_it_is_compressed, 0,
		G_N_ELEMENTS(lengths));
	tcase_add_test(
		tests, where_octets_before_compression_are_not_told_those_on_disk_are_marked);
	tcase_add_test(tests, a_lock_is_held_once_and_its_holder_named);
	tcase_add_test(tests, a_lock_that_is_a_link_is_refused);
	tcase_add_test(tests, a_lock_ends_with_its_process);
	tcase_add_test(tests, a_lock_that_cannot_be_made_is_told);
}

int
main(void)
{
	return suite_run("spool", add_tests);
}
