#include "config.h"

#include "tests/suite.h"

#include <signal.h>
#include <sys/resource.h>

#include "collect/recorder.h"
#include "tests/records.h"

/* A recorder on a spool of its own, with what it says. */
typedef struct {
	char *spool;
	RecorderSettings settings;
	Closer *closer;
	Recorder *recorder;
} Bench;

static GString *said;

static void
hear(const char *message)
{
	g_string_append_printf(said, "%s\n", message);
}

static void
set_up(Bench *bench)
{
	bench->spool = records_folder();
	bench->closer = closer_new(NULL, hear, NULL);
	bench->settings = (RecorderSettings){.kind = records_kind,
		.hour_seconds = HOUR_SECONDS,
		.closer = bench->closer,
		.say = hear};
	bench->settings.kind.spool = bench->spool;
	bench->recorder = recorder_new(&bench->settings);
	g_string_truncate(said, 0);
}

static void
clock_is(Bench *bench, gint64 second, guint64 dropped)
{
	recorder_advance(bench->recorder, (guint64)(RECORDS_HOUR + second) * SECOND_NS,
		(guint64)(1000000 + second) * SECOND_NS, dropped, 0);
}

static void
take(Bench *bench, const GByteArray *records)
{
	recorder_take(bench->recorder, records->data, records->len);
}

static void
tear_down(Bench *bench)
{
	recorder_free(bench->recorder);
	closer_free(bench->closer);
}

static Manifest *
load(const Bench *bench, const char *name)
{
	g_autofree char *day = records_day(bench->spool);
	g_autofree char *path = g_build_filename(day, name, NULL);
	g_autoptr(GError) error = NULL;
	Manifest *manifest = manifest_load(path, &error);

	g_assert_no_error(error);
	return manifest;
}

START_TEST(packets_lie_in_the_hours_of_their_own_times)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();
	static const gint64 times[] = {3598, 3599, 3600, 3599, 3601, 3601, 3598};

	set_up(&bench);
	clock_is(&bench, 3599, 0);
	for (guint i = 0; i < G_N_ELEMENTS(times); i++)
		records_put(records, RECORDS_HOUR + times[i], 60, (guint8)i);
	take(&bench, records);
	clock_is(&bench, 3601, 3);
	RecorderStatus status = recorder_status(bench.recorder);
	ck_assert_uint_eq(status.packets, G_N_ELEMENTS(times));
	ck_assert(g_str_has_suffix(status.path, "1300.pcap.part"));
	tear_down(&bench);

	g_autofree char *names = records_list(bench.spool);
	ck_assert_str_eq(names, "1200.json 1200.pcap 1300.json 1300.pcap");
	g_autoptr(Manifest) before = load(&bench, "1200.json");
	g_autoptr(Manifest) after = load(&bench, "1300.json");
	ck_assert_uint_eq(before->packets, 4);
	ck_assert_uint_eq(before->first, (RECORDS_HOUR + 3598) * SECOND_NS + 5);
	ck_assert_str_eq(before->reason, "");
	ck_assert_uint_eq(after->packets, 3);
	ck_assert_uint_eq(after->bytes, 3 * 160);
	ck_assert_uint_eq(before->dropped_kernel, 0);
	ck_assert_uint_eq(after->dropped_kernel, 3);
	ck_assert_str_eq(after->reason, "stopped before the hour's end");
	ck_assert(!after->cut_short);
	ck_assert_uint_eq(before->began, (RECORDS_HOUR + 3599) * SECOND_NS);
	ck_assert_uint_eq(before->ended, (RECORDS_HOUR + 3600) * SECOND_NS);
	ck_assert_uint_eq(after->began, before->ended);
	ck_assert_uint_eq(after->ended, (RECORDS_HOUR + 3601) * SECOND_NS);
	ck_assert_str_eq(said->str, "");
	records_remove(bench.spool);
}
END_TEST

START_TEST(a_reopened_hour_goes_on_in_a_part)
{
	Bench bench;

	set_up(&bench);
	clock_is(&bench, 0, 0);
	recorder_reopen(bench.recorder);
	clock_is(&bench, 65, 0);
	tear_down(&bench);
	g_autofree char *names = records_list(bench.spool);
	ck_assert_str_eq(names, "1200-0105.json 1200-0105.pcap 1200.json 1200.pcap");
	records_remove(bench.spool);
}
END_TEST

/* A file that may not grow stands for a full disk. */
START_TEST(without_room_packets_are_counted_as_discarded_until_there_is_some)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();
	struct rlimit all, little;

	signal(SIGXFSZ, SIG_IGN);
	set_up(&bench);
	clock_is(&bench, 0, 0);
	for (guint i = 0; i < 10; i++)
		records_put(records, RECORDS_HOUR + 1, 60, (guint8)i);
	take(&bench, records);
	getrlimit(RLIMIT_FSIZE, &all);
	little = all;
	little.rlim_cur = PCAP_HEADER_SIZE + records->len + 100;
	setrlimit(RLIMIT_FSIZE, &little);
	take(&bench, records);
	take(&bench, records);
	ck_assert_uint_eq(recorder_status(bench.recorder).discarded, 20);
	ck_assert_ptr_null(recorder_status(bench.recorder).path);
	setrlimit(RLIMIT_FSIZE, &all);
	ck_assert_ptr_nonnull(strstr(said->str, "packets are discarded until"));
	take(&bench, records); /* not tried yet */
	clock_is(&bench, 2, 0);
	ck_assert_ptr_nonnull(strstr(said->str, "there is room again: 30 packets"));
	take(&bench, records);
	clock_is(&bench, 3600, 0);
	clock_is(&bench, 3610, 0);
	tear_down(&bench);

	g_autofree char *names = records_list(bench.spool);
	ck_assert_str_eq(names, "1200-0002.json 1200-0002.pcap 1200.json 1200.pcap "
				"1300.json 1300.pcap");
	g_autoptr(Manifest) first = load(&bench, "1200.json");
	g_autoptr(Manifest) second = load(&bench, "1200-0002.json");
	ck_assert_uint_eq(first->packets, 10);
	ck_assert(first->cut_short);
	ck_assert_str_ne(first->reason, "");
	ck_assert_uint_eq(second->packets, 10);
	ck_assert_uint_eq(second->discarded, 30);
	ck_assert(!second->cut_short);
	records_remove(bench.spool);
}
END_TEST

/* The packets of before the turn come late, and find no room. */
START_TEST(an_hour_that_is_over_and_lacks_packets_is_cut_short)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();
	struct rlimit all, little;

	signal(SIGXFSZ, SIG_IGN);
	set_up(&bench);
	records_put(records, RECORDS_HOUR + 3599, 60, 1);
	clock_is(&bench, 3599, 0);
	take(&bench, records);
	clock_is(&bench, 3601, 0);
	getrlimit(RLIMIT_FSIZE, &all);
	little = all;
	little.rlim_cur = PCAP_HEADER_SIZE + records->len + 10;
	setrlimit(RLIMIT_FSIZE, &little);
	take(&bench, records);
	setrlimit(RLIMIT_FSIZE, &all);
	tear_down(&bench);
	g_autoptr(Manifest) manifest = load(&bench, "1200.json");
	ck_assert_uint_eq(manifest->packets, 1);
	ck_assert(manifest->cut_short);
	ck_assert_ptr_nonnull(strstr(manifest->reason, "cannot be written"));
	records_remove(bench.spool);
}
END_TEST

/* The spool's file system is no longer where it was. */
START_TEST(a_sensors_folder_that_is_gone_is_not_made_but_waited_for)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();

	set_up(&bench);
	g_autofree char *sensor = g_build_filename(bench.spool, "dmz", NULL);
	g_autofree char *elsewhere = g_strconcat(sensor, "-elsewhere", NULL);
	records_put(records, RECORDS_HOUR + 1, 60, 1);
	ck_assert_int_eq(g_rename(sensor, elsewhere), 0);
	clock_is(&bench, 0, 0);
	ck_assert_ptr_nonnull(strstr(said->str, "packets are discarded until"));
	ck_assert(!g_file_test(sensor, G_FILE_TEST_EXISTS));
	take(&bench, records);
	ck_assert_int_eq(g_rename(elsewhere, sensor), 0);
	clock_is(&bench, 2, 0);
	take(&bench, records);
	tear_down(&bench);
	g_autoptr(Manifest) manifest = load(&bench, "1200.json");
	ck_assert_uint_eq(manifest->packets, 1);
	ck_assert_uint_eq(manifest->discarded, 1);
	records_remove(bench.spool);
}
END_TEST

START_TEST(what_was_discarded_is_known_to_a_start_after_a_crash)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();
	g_autoptr(GError) error = NULL;

	set_up(&bench);
	records_put(records, RECORDS_HOUR + 1, 60, 1);
	bench.settings.keep_free = G_MAXINT64;
	clock_is(&bench, 0, 0);
	clock_is(&bench, 1, 0);
	take(&bench, records);
	bench.settings.keep_free = 0;
	clock_is(&bench, 3, 0);
	g_autofree char *beside = g_strdup(recorder_status(bench.recorder).path);
	ck_assert_ptr_nonnull(beside);
	strcpy(strstr(beside, ".pcap.part"), ".json.part");
	g_autoptr(Manifest) manifest = manifest_load(beside, &error);
	g_assert_no_error(error);
	ck_assert_uint_eq(manifest->discarded, 1);
	tear_down(&bench);
	records_remove(bench.spool);
}
END_TEST

START_TEST(room_that_is_to_be_left_alone_is_left_alone)
{
	Bench bench;
	g_autoptr(GByteArray) records = g_byte_array_new();

	set_up(&bench);
	bench.settings.keep_free = G_MAXINT64;
	records_put(records, RECORDS_HOUR + 1, 60, 1);
	clock_is(&bench, 0, 0);
	take(&bench, records);
	clock_is(&bench, 1, 0);
	clock_is(&bench, 2, 0);
	take(&bench, records);
	ck_assert_uint_eq(recorder_status(bench.recorder).discarded, 2);
	ck_assert_ptr_nonnull(strstr(said->str, "disk full"));
	/* Said once, and at the end what came of it. */
	tear_down(&bench);
	ck_assert_ptr_nonnull(strstr(said->str, "2 packets were discarded before the end"));
	g_auto(GStrv) lines = g_strsplit(said->str, "\n", -1);
	ck_assert_uint_eq(g_strv_length(lines), 3);
	records_remove(bench.spool);
}
END_TEST

static void
add_tests(TCase *tests)
{
	said = g_string_new(NULL);
	tcase_add_test(tests, packets_lie_in_the_hours_of_their_own_times);
	tcase_add_test(tests, a_reopened_hour_goes_on_in_a_part);
	tcase_add_test(
		tests, without_room_packets_are_counted_as_discarded_until_there_is_some);
	tcase_add_test(tests, an_hour_that_is_over_and_lacks_packets_is_cut_short);
	tcase_add_test(tests, a_sensors_folder_that_is_gone_is_not_made_but_waited_for);
	tcase_add_test(tests, what_was_discarded_is_known_to_a_start_after_a_crash);
	tcase_add_test(tests, room_that_is_to_be_left_alone_is_left_alone);
}

int
main(void)
{
	return suite_run("recorder", add_tests);
}
