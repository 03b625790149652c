#include "config.h"

#include "tests/suite.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#include <xxhash.h>

#include "collect/stem.h"
#include "common/failure.h"
#include "tests/records.h"

static HourFileKind
kind_in(const char *spool)
{
	HourFileKind kind = records_kind;

	kind.spool = spool;
	return kind;
}

static char *
close_new(const HourFileKind *kind, gint64 hour, int second)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(HourFile) file = hour_file_new(kind, hour, second, &error);

	g_assert_no_error(error);
	char *path = hour_file_close(file, &error);
	g_assert_no_error(error);
	return path;
}

START_TEST(what_was_appended_is_in_the_file_and_told_by_its_manifest)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autoptr(GByteArray) records = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	g_autofree char *content = NULL;
	gsize length;

	records_put(records, RECORDS_HOUR + 60, 60, 1);
	gsize first = records->len;
	records_put(records, RECORDS_HOUR + 10, 128, 2);
	g_autoptr(HourFile) file = hour_file_new(&kind, RECORDS_HOUR, 0, &error);
	ck_assert(hour_file_append(file, records->data, first, 1, 160,
		(RECORDS_HOUR + 60) * SECOND_NS, (RECORDS_HOUR + 60) * SECOND_NS, &error));
	ck_assert(hour_file_append(file, records->data + first, records->len - first, 1, 228,
		(RECORDS_HOUR + 10) * SECOND_NS, (RECORDS_HOUR + 10) * SECOND_NS, &error));
	g_autofree char *path = hour_file_close(file, &error);
	g_assert_no_error(error);

	ck_assert(g_file_get_contents(path, &content, &length, NULL));
	ck_assert_uint_eq(length, PCAP_HEADER_SIZE + records->len);
	ck_assert_mem_eq(content + PCAP_HEADER_SIZE, records->data, records->len);
	int link_type;
	guint32 snap_length;
	ck_assert(pcap_header_parse((guint8 *)content, &link_type, &snap_length));
	ck_assert_int_eq(link_type, 1);
	ck_assert_uint_eq(snap_length, 128);

	g_autofree char *day = records_day(spool);
	g_autofree char *beside = g_build_filename(day, "1200.json", NULL);
	g_autoptr(Manifest) manifest = manifest_load(beside, &error);
	g_assert_no_error(error);
	ck_assert_uint_eq(manifest->packets, 2);
	ck_assert_uint_eq(manifest->bytes, 388);
	ck_assert_uint_eq(manifest->octets, length);
	ck_assert_uint_eq(manifest->first, (RECORDS_HOUR + 10) * SECOND_NS);
	ck_assert_uint_eq(manifest->last, (RECORDS_HOUR + 60) * SECOND_NS);
	ck_assert_uint_eq(manifest->digest, XXH64(records->data, records->len, 0));
	ck_assert_str_eq(manifest->link_type, "EN10MB");
	ck_assert_str_eq(manifest->interface, "eth0");
	ck_assert(!manifest->cut_short);
	g_autofree char *names = records_list(spool);
	ck_assert_str_eq(names, "1200.json 1200.pcap");
	records_remove(spool);
}
END_TEST

/* What is there, the second at which a file is begun, and its name. */
static const struct {
	const char *there;
	int second;
	const char *name;
} names[] = {
	{NULL, 1234, "1200.pcap"},
	{"1200.pcap", 1234, "1200-2034.pcap"},
	{"1200.pcap.zst", 0, "1200-0000.pcap"},
	{"1200.pcap.gz", 3599, "1200-5959.pcap"},
	{"1200.json", -1, "1200-0000.pcap"},
	{"1200.pcap.part", 59, "1200-0059.pcap"},
	{"1200.pcap.import.part", 60, "1200-0100.pcap"},
	{"1200.pcap 1200-0200.json", 120, "1200-0201.pcap"},
	{"1200.pcap 1200-5959.json", 3599, "1200-0000.pcap"},
};

/* What another tool puts into the folder while a file is open, and the name of ours then. */
static const struct {
	const char *name, *ours;
} meanwhile[] = {
	{"1200.pcap", "1200-0000.pcap"},
	{"1200.pcap.zst", "1200-0000.pcap"},
	{"1200.json", "1200-0000.pcap"},
	{"1200-0000.pcap", "1200.pcap"},
};

START_TEST(a_file_takes_the_first_name_that_is_free)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autofree char *day = records_day(spool);
	g_auto(GStrv) there = g_strsplit(names[_i].there ? names[_i].there : "", " ", -1);

	ck_assert_int_eq(g_mkdir_with_parents(day, 0755), 0);
	for (guint i = 0; there[i]; i++) {
		g_autofree char *path = g_build_filename(day, there[i], NULL);
		ck_assert(g_file_set_contents(path, "x", 1, NULL));
	}
	g_autofree char *path = close_new(&kind, RECORDS_HOUR, names[_i].second);
	g_autofree char *name = g_path_get_basename(path);
	ck_assert_str_eq(name, names[_i].name);
	records_remove(spool);
}
END_TEST

static const struct {
	gint64 hour;
	gboolean short_hours;
	const char *path;
} paths[] = {
	{RECORDS_HOUR + 1800, FALSE, "dmz/2017-09-10/1230.pcap"},
	{RECORDS_HOUR + 12, TRUE, "dmz/2017-09-10/120012.pcap"},
	{-1800, FALSE, "dmz/1969-12-31/2330.pcap"},
};

START_TEST(a_file_is_called_by_its_hour)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);

	kind.short_hours = paths[_i].short_hours;
	g_autofree char *path = close_new(&kind, paths[_i].hour, 0);
	ck_assert_str_eq(path + strlen(spool) + 1, paths[_i].path);
	records_remove(spool);
}
END_TEST

START_TEST(a_file_that_came_meanwhile_keeps_its_name)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autoptr(GError) error = NULL;
	g_autoptr(HourFile) file = hour_file_new(&kind, RECORDS_HOUR, 0, &error);
	g_autofree char *day = records_day(spool);
	g_autofree char *theirs = g_build_filename(day, meanwhile[_i].name, NULL);
	g_autofree char *content = NULL;

	ck_assert(g_file_set_contents(theirs, "theirs", -1, NULL));
	g_autofree char *path = hour_file_close(file, &error);
	g_assert_no_error(error);
	g_autofree char *name = g_path_get_basename(path);
	ck_assert_str_eq(name, meanwhile[_i].ours);
	ck_assert(g_file_get_contents(theirs, &content, NULL, NULL));
	ck_assert_str_eq(content, "theirs");
	records_remove(spool);
}
END_TEST

START_TEST(no_link_is_followed)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autofree char *day = records_day(spool);
	g_autofree char *link = g_build_filename(day, "1200.json.part", NULL);

	ck_assert_int_eq(g_mkdir(day, 0755), 0);
	ck_assert_int_eq(symlink("elsewhere", link), 0);
	g_autofree char *path = close_new(&kind, RECORDS_HOUR, 7);
	g_autofree char *elsewhere = g_build_filename(day, "elsewhere", NULL);
	ck_assert(g_str_has_suffix(path, "1200-0007.pcap"));
	ck_assert(!g_file_test(elsewhere, G_FILE_TEST_EXISTS));
	records_remove(spool);
}
END_TEST

/* A file that may not grow stands for a full disk: it says so at the same place. */
START_TEST(without_room_a_file_holds_its_whole_records_and_closes)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autoptr(GByteArray) records = g_byte_array_new();
	g_autoptr(GError) error = NULL;
	struct rlimit all, little = {8192, RLIM_INFINITY};
	guint64 n = 0;

	signal(SIGXFSZ, SIG_IGN);
	records_put(records, RECORDS_HOUR, 100, 7);
	g_autoptr(HourFile) file = hour_file_new(&kind, RECORDS_HOUR, 0, &error);
	getrlimit(RLIMIT_FSIZE, &all);
	little.rlim_max = all.rlim_max;
	setrlimit(RLIMIT_FSIZE, &little);
	while (n < 1000 && hour_file_append(file, records->data, records->len, 1, 200,
				   RECORDS_HOUR * SECOND_NS, RECORDS_HOUR * SECOND_NS, &error))
		n++;
	ck_assert_int_eq(errno, EFBIG);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	g_clear_error(&error);
	hour_file_manifest(file)->cut_short = TRUE;
	g_autofree char *path = hour_file_close(file, &error);
	setrlimit(RLIMIT_FSIZE, &all);
	g_assert_no_error(error);

	GStatBuf info;
	ck_assert_int_eq(g_stat(path, &info), 0);
	ck_assert_uint_eq(n, (8192 - PCAP_HEADER_SIZE) / records->len);
	ck_assert_int_eq(info.st_size, (gint64)(PCAP_HEADER_SIZE + n * records->len));
	g_autofree char *day = records_day(spool);
	g_autofree char *beside = g_build_filename(day, "1200.json", NULL);
	g_autoptr(Manifest) manifest = manifest_load(beside, &error);
	ck_assert_uint_eq(manifest->packets, n);
	ck_assert(manifest->cut_short);
	records_remove(spool);
}
END_TEST

START_TEST(a_file_that_cannot_be_made_leaves_nothing)
{
	char *spool = records_folder();
	HourFileKind kind = kind_in(spool);
	g_autoptr(GError) error = NULL;
	struct rlimit all, none = {PCAP_HEADER_SIZE - 1, RLIM_INFINITY};

	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &all);
	none.rlim_max = all.rlim_max;
	setrlimit(RLIMIT_FSIZE, &none);
	HourFile *file = hour_file_new(&kind, RECORDS_HOUR, 0, &error);
	setrlimit(RLIMIT_FSIZE, &all);
	ck_assert_ptr_null(file);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	g_autofree char *left = records_list(spool);
	ck_assert_str_eq(left, "");
	records_remove(spool);
}
END_TEST

static const struct {
	const char *name, *suffix, *stem; /* stem NULL: no name of an hour file */
	gint64 second;                    /* of the day */
} stems[] = {
	{"1200.pcap.part", ".pcap.part", "1200", 43200},
	{"2359-5959.pcap", ".pcap", "2359-5959", 86340},
	{"120012.pcap", ".pcap", "120012", 43212},
	{"120012-0001.json", ".json", "120012-0001", 43212},
	{"2400.pcap", ".pcap", NULL, 0},
	{"1260.pcap", ".pcap", NULL, 0},
	{"120060.pcap", ".pcap", NULL, 0},
	{"1200-6000.pcap", ".pcap", NULL, 0},
	{"1200-00.pcap", ".pcap", NULL, 0},
	{"1200-000000.pcap", ".pcap", NULL, 0},
	{"120.pcap", ".pcap", NULL, 0},
	{"12000.pcap", ".pcap", NULL, 0},
	{"1200x0000.pcap", ".pcap", NULL, 0},
	{"1200.pcap.import.part", ".pcap.part", NULL, 0},
	{".pcap", ".pcap", NULL, 0},
	{"1200.pcap.zst", ".pcap", NULL, 0},
	{"12000000000000000000000000.pcap", ".pcap", NULL, 0},
};

START_TEST(a_stem_is_read_as_it_is_written_and_nothing_else)
{
	char stem[STEM_SIZE];
	gint64 hour = 0;

	gboolean is_one = stem_parse(0, stems[_i].name, stems[_i].suffix, &hour, stem);
	ck_assert_int_eq(is_one, stems[_i].stem != NULL);
	if (is_one)
		ck_assert_str_eq(stem, stems[_i].stem);
	ck_assert_int_eq(hour, stems[_i].second);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, what_was_appended_is_in_the_file_and_told_by_its_manifest);
	tcase_add_loop_test(
		tests, a_file_takes_the_first_name_that_is_free, 0, G_N_ELEMENTS(names));
	tcase_add_loop_test(
		tests, a_file_that_came_meanwhile_keeps_its_name, 0, G_N_ELEMENTS(meanwhile));
	tcase_add_test(tests, no_link_is_followed);
	tcase_add_loop_test(tests, a_file_is_called_by_its_hour, 0, G_N_ELEMENTS(paths));
	tcase_add_test(tests, without_room_a_file_holds_its_whole_records_and_closes);
	tcase_add_test(tests, a_file_that_cannot_be_made_leaves_nothing);
	tcase_add_loop_test(tests, a_stem_is_read_as_it_is_written_and_nothing_else, 0,
		G_N_ELEMENTS(stems));
}

int
main(void)
{
	return suite_run("hour file", add_tests);
}
