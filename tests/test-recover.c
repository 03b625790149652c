#include "config.h"

#include "tests/suite.h"

#include <unistd.h>

#include "collect/recover.h"
#include "collect/salvage.h"
#include "tests/records.h"

enum { N_RECORDS = 5, CAPTURED = 60, RECORD = PCAP_RECORD_SIZE + CAPTURED };

static GString *said;

static void
hear(const char *message)
{
	g_string_append_printf(said, "%s\n", message);
}

static void
recover(const char *spool)
{
	g_string_truncate(said, 0);
	g_autoptr(Recovery) recovery = recover_new(spool, "dmz", hear);
	recover_run(recovery, NULL);
}

/* An hour of N_RECORDS packets whose collector stopped before it was closed; the path of its
 * .part, owned by the caller. */
static char *
leave_part(const char *spool)
{
	HourFileKind kind = records_kind;
	g_autoptr(GByteArray) records = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	kind.spool = spool;
	for (guint i = 0; i < N_RECORDS; i++)
		records_put(records, RECORDS_HOUR + i, CAPTURED, (guint8)i);
	g_autoptr(HourFile) file = hour_file_new(&kind, RECORDS_HOUR, 0, &error);
	ck_assert(hour_file_append(file, records->data, records->len, N_RECORDS, 800,
		RECORDS_HOUR * SECOND_NS + 5, (RECORDS_HOUR + 4) * SECOND_NS + 5, &error));
	return g_strdup(hour_file_path(file));
}

static Manifest *
load(const char *spool)
{
	g_autofree char *day = records_day(spool);
	g_autofree char *path = g_build_filename(day, "1200.json", NULL);
	g_autoptr(GError) error = NULL;
	Manifest *manifest = manifest_load(path, &error);

	g_assert_no_error(error);
	return manifest;
}

static void
put(const char *spool, const char *name, const char *text)
{
	g_autofree char *day = records_day(spool);
	g_autofree char *path = g_build_filename(day, name, NULL);

	ck_assert_int_eq(g_mkdir_with_parents(day, 0755), 0);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static void
check_names(const char *spool, const char *expected)
{
	g_autofree char *found = records_list(spool);

	ck_assert_str_eq(found, expected);
}

/* Oracle: a part cut anywhere holds the records that end before the cut. */
START_TEST(a_part_cut_anywhere_is_closed_to_its_last_whole_record)
{
	for (guint length = PCAP_HEADER_SIZE; length <= PCAP_HEADER_SIZE + N_RECORDS * RECORD;
		length += 7) {
		guint n = (length - PCAP_HEADER_SIZE) / RECORD;
		char *spool = records_folder();
		g_autofree char *part = leave_part(spool);
		ck_assert_int_eq(truncate(part, length), 0);
		recover(spool);
		check_names(spool, "1200.json 1200.pcap");
		g_autoptr(Manifest) manifest = load(spool);
		ck_assert_uint_eq(manifest->packets, n);
		ck_assert_uint_eq(manifest->octets, PCAP_HEADER_SIZE + n * RECORD);
		ck_assert_uint_eq(manifest->last,
			n > 0 ? (RECORDS_HOUR + n - 1) * SECOND_NS + 5 : MANIFEST_UNKNOWN);
		ck_assert(manifest->cut_short);
		ck_assert_str_eq(manifest->reason, SALVAGE_REASON);
		ck_assert_uint_eq(manifest->dropped_kernel, MANIFEST_UNKNOWN);
		ck_assert_str_eq(manifest->interface, "eth0");
		ck_assert_str_eq(manifest->filter, "ip or ip6");
		ck_assert_ptr_nonnull(strstr(said->str, "1200.pcap: cut short after"));
		recover(spool);
		ck_assert_str_eq(said->str, "");
		records_remove(spool);
	}
}
END_TEST

/* Octets in place of the last record's header: as a file system leaves them that knew of the
 * length but not of the content. */
static const struct {
	const char *name;
	PcapRecord record;
} damages[] = {
	{"zeros", {0, 0, 0, 0}},
	{"more captured than on the wire", {RECORDS_HOUR, 0, 60, 59}},
	{"more captured than the snap length", {RECORDS_HOUR, 0, 129, 200}},
	{"more captured than there is", {RECORDS_HOUR, 0, G_MAXUINT32, G_MAXUINT32}},
	{"no nanoseconds", {RECORDS_HOUR, 1000000000, 60, 60}},
	{"the hour before", {RECORDS_HOUR - 1, 999999999, 60, 60}},
	{"the hour after", {RECORDS_HOUR + 3600, 0, 60, 60}},
};

START_TEST(what_is_no_record_of_the_hour_is_cut_off)
{
	char *spool = records_folder();
	g_autofree char *part = leave_part(spool);
	FILE *file = fopen(part, "r+");

	fseek(file, PCAP_HEADER_SIZE + (N_RECORDS - 1) * RECORD, SEEK_SET);
	fwrite(&damages[_i].record, sizeof damages[_i].record, 1, file);
	fclose(file);
	recover(spool);
	g_autoptr(Manifest) manifest = load(spool);
	ck_assert_msg(manifest->packets == N_RECORDS - 1, "%s", damages[_i].name);
	records_remove(spool);
}
END_TEST

START_TEST(a_part_that_only_lacked_its_name_is_not_cut_short)
{
	char *spool = records_folder();
	g_autofree char *part = leave_part(spool);
	g_autoptr(GError) error = NULL;

	/* What hour_file_close had written when it was stopped. */
	recover(spool);
	g_autoptr(Manifest) manifest = load(spool);
	g_autofree char *day = records_day(spool);
	g_autofree char *path = g_build_filename(day, "1200.json", NULL);
	g_autofree char *whole = g_build_filename(day, "1200.pcap", NULL);
	manifest->cut_short = FALSE;
	g_free(manifest->reason);
	manifest->reason = g_strdup("");
	manifest->dropped_kernel = 17;
	ck_assert(manifest_save(manifest, path, &error));
	ck_assert_int_eq(g_rename(whole, part), 0);

	recover(spool);
	g_autoptr(Manifest) again = load(spool);
	ck_assert(!again->cut_short);
	ck_assert_uint_eq(again->dropped_kernel, 17);
	ck_assert_str_eq(said->str, "");
	check_names(spool, "1200.json 1200.pcap");

	/* One that does not agree is not believed. */
	again->digest++;
	ck_assert(manifest_save(again, path, &error));
	ck_assert_int_eq(g_rename(whole, part), 0);
	recover(spool);
	g_autoptr(Manifest) third = load(spool);
	ck_assert(third->cut_short);
	ck_assert_uint_eq(third->digest, manifest->digest);
	records_remove(spool);
}
END_TEST

/* Names in the folder before and after. */
static const struct {
	const char *before, *after;
} leftovers[] = {
	{"1200.pcap.part", ""}, /* without even a header */
	{"1200.pcap.part 1200.json.part", ""},
	{"1200.pcap.import.part 1200.json.part", ""},
	{"1200-0001.pcap.import.part", ""},
	{"1200.json.part", ""},
	{".1200.pcap.zst.part-abc123 1200.pcap 1200.json", "1200.json 1200.pcap"},
	{".1200.json.part-abc123", ""},
	{"1200.pcap 1200.pcap.zst 1200.json", "1200.json 1200.pcap.zst"},
	{"1200-0102.pcap 1200-0102.pcap.zst", "1200-0102.pcap.zst"},
	/* what is nobody's, or somebody else's, stays */
	{"1200.pcap 1200.json", "1200.json 1200.pcap"},
	{"1200.json", "1200.json"},
	{"1200.pcap.zst 1200.json", "1200.json 1200.pcap.zst"},
	{".1200.pcap.zst.Xy12ab", ".1200.pcap.zst.Xy12ab"},
	{"notes.part .notes.part-abc123", ".notes.part-abc123 notes.part"},
	{"1200.pcap.damaged", "1200.pcap.damaged"},
};

START_TEST(leftovers_go_and_all_else_stays)
{
	char *spool = records_folder();
	g_auto(GStrv) names = g_strsplit(leftovers[_i].before, " ", -1);

	for (guint i = 0; names[i]; i++)
		put(spool, names[i], "x");
	for (guint times = 0; times < 2; times++) {
		recover(spool);
		check_names(spool, leftovers[_i].after);
		ck_assert_str_eq(said->str, "");
	}
	records_remove(spool);
}
END_TEST

START_TEST(a_raw_file_beside_a_compressed_one_of_other_packets_stays)
{
	char *spool = records_folder();

	put(spool, "1200.pcap", "ours, and longer");
	put(spool, "1200.pcap.zst", "theirs");
	put(spool, "1200.json", "x");
	recover(spool);
	check_names(spool, "1200.json 1200.pcap 1200.pcap.zst");
	records_remove(spool);
}
END_TEST

/* More than is read at once. */
static guint
lengthen(const char *part)
{
	enum { MORE = 20000 };
	g_autoptr(GByteArray) records = g_byte_array_new();
	FILE *file = fopen(part, "a");

	for (guint i = 0; i < MORE; i++)
		records_put(records, RECORDS_HOUR + 9, CAPTURED, 9);
	ck_assert_uint_eq(fwrite(records->data, 1, records->len, file), records->len);
	fclose(file);
	return N_RECORDS + MORE;
}

START_TEST(a_long_part_is_left_for_the_next_time_when_it_is_stopped)
{
	char *spool = records_folder();
	g_autofree char *part = leave_part(spool);
	guint n = lengthen(part);

	g_string_truncate(said, 0);
	g_autoptr(Recovery) recovery = recover_new(spool, "dmz", hear);
	recover_stop(recovery);
	recover_run(recovery, NULL);
	check_names(spool, "1200.json.part 1200.pcap.part");
	ck_assert_ptr_nonnull(strstr(said->str, "1200.pcap.part: stopped while"));
	recover(spool);
	g_autoptr(Manifest) manifest = load(spool);
	ck_assert_uint_eq(manifest->packets, n);
	records_remove(spool);
}
END_TEST

START_TEST(what_is_not_ours_is_set_aside_and_named)
{
	char *spool = records_folder();

	put(spool, "1200.pcap.part", "twenty-four octets and more of something else");
	recover(spool);
	check_names(spool, "1200.pcap.damaged");
	ck_assert_ptr_nonnull(strstr(said->str, "1200.pcap.part: expected a capture of this "
						"program: set aside as"));
	records_remove(spool);
}
END_TEST

static const char *const places[] = {"1200.pcap", "1200.pcap.gz", "1200.pcap.zst"};

START_TEST(a_part_whose_name_is_taken_takes_nobodys_place)
{
	char *spool = records_folder();
	g_autofree char *part = leave_part(spool);
	ck_assert_ptr_nonnull(part);
	g_autofree char *found = NULL;

	put(spool, places[_i], "somebody's");
	recover(spool);
	found = records_list(spool);
	ck_assert_ptr_nonnull(strstr(found, places[_i]));
	ck_assert_ptr_nonnull(strstr(found, "1200.pcap.damaged"));
	records_remove(spool);
}
END_TEST

/* New files are written while old ones are put in order. */
START_TEST(what_came_after_the_look_is_left_alone)
{
	char *spool = records_folder();

	put(spool, "1100.json.part", "x");
	g_autoptr(Recovery) recovery = recover_new(spool, "dmz", hear);
	g_autofree char *part = leave_part(spool);
	ck_assert_ptr_nonnull(part);
	recover_run(recovery, NULL);
	check_names(spool, "1200.json.part 1200.pcap.part");
	records_remove(spool);
}
END_TEST

static void
add_tests(TCase *tests)
{
	said = g_string_new(NULL);
	tcase_add_test(tests, a_part_cut_anywhere_is_closed_to_its_last_whole_record);
	tcase_add_loop_test(
		tests, what_is_no_record_of_the_hour_is_cut_off, 0, G_N_ELEMENTS(damages));
	tcase_add_test(tests, a_part_that_only_lacked_its_name_is_not_cut_short);
	tcase_add_loop_test(tests, leftovers_go_and_all_else_stays, 0, G_N_ELEMENTS(leftovers));
	tcase_add_test(tests, what_came_after_the_look_is_left_alone);
	tcase_add_test(tests, what_is_not_ours_is_set_aside_and_named);
	tcase_add_test(tests, a_raw_file_beside_a_compressed_one_of_other_packets_stays);
	tcase_add_test(tests, a_long_part_is_left_for_the_next_time_when_it_is_stopped);
	tcase_add_loop_test(
		tests, a_part_whose_name_is_taken_takes_nobodys_place, 0, G_N_ELEMENTS(places));
}

int
main(void)
{
	return suite_run("recover", add_tests);
}
