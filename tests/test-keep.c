#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include <glib/gstdio.h>

#include "common/hour.h"
#include "common/spool.h"
#include "tally/keep.h"
#include "tally/store.h"

enum {
	DAY = 24 * HOUR_SECONDS,
	NOW = 1505001600 + 12 * HOUR_SECONDS, /* 2017-09-10T12:00:00Z */
	PACKETS = 100                         /* octets of a file of packets */
};

static char *start, *folder;
static const char *const sensors[] = {"dmz", "lan", NULL};

/* What the rules ask for. */
static GHashTable *untallied; /* of char *: "dmz 1505001600" */
static guint n_asked;
static guint64 room, disk; /* octets */

static void
set_up(void)
{
	start = g_get_current_dir();
	folder = g_dir_make_tmp("keep.XXXXXX", NULL);
	ck_assert_int_eq(g_chdir(folder), 0);
	ck_assert_int_eq(g_mkdir_with_parents("store", 0755), 0);
	ck_assert_int_eq(g_mkdir_with_parents("spool", 0755), 0);
	untallied = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	n_asked = 0;
	room = disk = 1000;
}

static void
tear_down(void)
{
	g_autofree char *remove = g_strdup_printf("rm -rf '%s'", folder);

	g_clear_pointer(&untallied, g_hash_table_unref);
	ck_assert_int_eq(g_chdir(start), 0);
	ck_assert_int_eq(system(remove), 0);
	g_clear_pointer(&folder, g_free);
	g_clear_pointer(&start, g_free);
}

static void
put(const char *path, gsize length)
{
	g_autofree char *parent = g_path_get_dirname(path), *octets = g_malloc0(length + 1);

	ck_assert_int_eq(g_mkdir_with_parents(parent, 0755), 0);
	ck_assert(g_file_set_contents(path, octets, (gssize)length, NULL));
}

static char *
spooled(const char *sensor, gint64 hour, const char *suffix)
{
	g_autofree char *day = spool_day_folder("spool", sensor, hour);
	char stem[SPOOL_STEM_SIZE];

	return g_strconcat(day, "/", spool_format_stem(hour, -1, stem), suffix, NULL);
}

static void
put_spooled(const char *sensor, gint64 hour, const char *suffix, gsize length)
{
	g_autofree char *path = spooled(sensor, hour, suffix);

	put(path, length);
}

/* An hour as it is when all is well: packets, manifest, tally. */
static void
put_hour(const char *sensor, gint64 hour)
{
	g_autofree char *tally = store_path("store", sensor, hour);

	put_spooled(sensor, hour, ".pcap.zst", PACKETS);
	put_spooled(sensor, hour, ".json", 10);
	put(tally, 50);
}

static void
leave_untallied(const char *sensor, gint64 hour)
{
	g_hash_table_add(untallied, g_strdup_printf("%s %" G_GINT64_FORMAT, sensor, hour));
}

static gboolean
is_there(const char *path)
{
	return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* 'p' packets, 'm' manifest, 't' tally: what is left of an hour. */
static char *
left_of(const char *sensor, gint64 hour)
{
	g_autofree char *packets = spooled(sensor, hour, ".pcap.zst");
	g_autofree char *manifest = spooled(sensor, hour, ".json");
	g_autofree char *tally = store_path("store", sensor, hour);

	return g_strconcat(is_there(packets) ? "p" : "", is_there(manifest) ? "m" : "",
		is_there(tally) ? "t" : "", NULL);
}

static void
assert_left(const char *sensor, gint64 hour, const char *expected)
{
	g_autofree char *left = left_of(sensor, hour);

	ck_assert_str_eq(left, expected);
}

static gboolean
is_tallied(gpointer data, const char *sensor, gint64 hour)
{
	g_autofree char *key = g_strdup_printf("%s %" G_GINT64_FORMAT, sensor, hour);

	(void)data;
	n_asked++;
	return !g_hash_table_contains(untallied, key);
}

/* A disk of `disk` octets, of which `room` are free and all that the test's files no longer
 * need: as many as there are files of packets fewer than the test put. */
static guint n_put;

static guint
count_packets(void)
{
	g_autofree char *out = NULL;

	ck_assert(g_spawn_command_line_sync(
		"sh -c 'find spool -name \"*.pcap*\" | wc -l'", &out, NULL, NULL, NULL));
	return (guint)atoi(out);
}

static gboolean
measure(gpointer data, const char *path, guint64 *free, guint64 *size)
{
	(void)data;
	ck_assert_str_eq(path, "spool");
	*free = room + PACKETS * (n_put - count_packets());
	*size = disk;
	return TRUE;
}

static KeepRules
rules_of(gint64 packets, gint64 tallies, guint free_percent)
{
	n_put = count_packets();
	return (KeepRules){
		.spool = "spool",
		.store = "store",
		.sensors = sensors,
		.now = NOW,
		.packets = packets,
		.tallies = tallies,
		.free_percent = free_percent,
		.is_tallied = is_tallied,
		.measure = measure,
	};
}

START_TEST(packets_go_with_the_second_at_which_they_are_too_old_and_manifests_stay)
{
	const gint64 edge = NOW - 3 * DAY - HOUR_SECONDS; /* it ended three days ago */
	KeepRules rules = rules_of(3 * DAY, 400 * DAY, 0);

	put_hour("dmz", edge);
	put_hour("dmz", edge + HOUR_SECONDS);
	put_hour("lan", edge - 20 * DAY);
	put_hour("lan", NOW - HOUR_SECONDS);
	rules.now--;
	g_autoptr(KeepReport) before = keep_run(&rules);
	ck_assert_uint_eq(before->packet_hours, 1);
	assert_left("lan", edge - 20 * DAY, "mt");
	assert_left("dmz", edge, "pmt");
	rules.now++;
	g_autoptr(KeepReport) after = keep_run(&rules);
	ck_assert_uint_eq(after->packet_hours, 1);
	ck_assert_uint_eq(after->early_hours, 0);
	ck_assert_uint_eq(after->octets, PACKETS);
	ck_assert_uint_eq(after->removed->len, 1);
	g_autofree char *path = spooled("dmz", edge, ".pcap.zst");
	ck_assert_str_eq(after->removed->pdata[0], path);
	assert_left("dmz", edge, "mt");
	assert_left("dmz", edge + HOUR_SECONDS, "pmt");
	assert_left("lan", NOW - HOUR_SECONDS, "pmt");
	ck_assert_uint_eq(before->problems->len + after->problems->len, 0);
}
END_TEST

START_TEST(all_files_of_an_hour_go_and_the_raw_one_beside_its_successor)
{
	const gint64 hour = NOW - 5 * DAY;
	KeepRules rules = rules_of(3 * DAY, 0, 0);

	put_hour("dmz", hour);
	put_spooled("dmz", hour, ".pcap", 300);
	put_spooled("dmz", hour, "-0203.pcap.gz", 7);
	put_hour("dmz", NOW - HOUR_SECONDS);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->packet_hours, 1);
	ck_assert_uint_eq(report->removed->len, 3);
	ck_assert_uint_eq(report->octets, PACKETS + 300 + 7);
	ck_assert_uint_eq(n_asked, 1);
	ck_assert_uint_eq(count_packets(), 1);
}
END_TEST

START_TEST(an_hour_that_is_not_tallied_or_being_written_keeps_its_packets)
{
	const gint64 hour = NOW - 5 * DAY;
	KeepRules rules = rules_of(3 * DAY, 4 * DAY, 50);

	for (gint64 i = 0; i < 3; i++)
		put_hour("dmz", hour + i * HOUR_SECONDS);
	put_hour("dmz", NOW - HOUR_SECONDS);
	leave_untallied("dmz", hour);
	put_spooled("dmz", hour + HOUR_SECONDS, "-1000.pcap.part", 5);
	leave_untallied("dmz", NOW - HOUR_SECONDS);
	put_spooled("dmz", NOW, ".pcap.part", 5);
	/* Dropped in by hand, before its hour is over. */
	put_spooled("lan", NOW, ".pcap.zst", PACKETS);
	n_put = count_packets();
	room = 0;
	g_autoptr(KeepReport) report = keep_run(&rules);
	assert_left("dmz", hour, "pmt");
	assert_left("dmz", hour + HOUR_SECONDS, "pmt");
	assert_left("dmz", hour + 2 * HOUR_SECONDS, "");
	assert_left("dmz", NOW - HOUR_SECONDS, "pmt");
	assert_left("lan", NOW, "p");
	g_autofree char *part = spooled("dmz", NOW, ".pcap.part");
	ck_assert(is_there(part));
	ck_assert_uint_eq(report->waiting_hours, 2);
	ck_assert_uint_eq(report->packet_hours, 1);
	/* There is still no room. */
	ck_assert_uint_eq(report->problems->len, 1);
	ck_assert_str_eq(report->problems->pdata[0],
		"spool: 10.0 % of the disk free, expected 50 %: no hour is left that may lose "
		"its packets");
}
END_TEST

START_TEST(where_room_is_short_the_oldest_hours_of_all_sensors_go_until_there_is_some)
{
	gint64 hours[6];

	for (guint i = 0; i < 6; i++) {
		hours[i] = NOW - (gint64)(12 - i) * HOUR_SECONDS;
		put_hour(i % 2 ? "lan" : "dmz", hours[i]);
	}
	KeepRules rules = rules_of(30 * DAY, 400 * DAY, 30);
	room = 50; /* of 1000: 300 are asked for, an hour brings 100 */
	leave_untallied("lan", hours[1]);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->packet_hours, 3);
	ck_assert_uint_eq(report->early_hours, 3);
	ck_assert_uint_eq(report->waiting_hours, 0);
	assert_left("dmz", hours[0], "mt");
	assert_left("lan", hours[1], "pmt");
	assert_left("dmz", hours[2], "mt");
	assert_left("lan", hours[3], "mt");
	assert_left("dmz", hours[4], "pmt");
	ck_assert_uint_eq(report->problems->len, 0);
}
END_TEST

START_TEST(tallies_go_with_their_manifests_and_empty_folders)
{
	const gint64 hour = NOW - 20 * DAY;
	KeepRules rules = rules_of(3 * DAY, 10 * DAY, 0);

	rules.strict_packets = rules.strict_tallies = TRUE;
	put_hour("dmz", hour);
	put_hour("lan", NOW - 10 * DAY - HOUR_SECONDS);
	put_hour("lan", NOW - 10 * DAY);
	put_hour("lan", NOW - HOUR_SECONDS);
	put_spooled("dmz", hour - DAY, ".json", 10); /* its tally went long ago */
	put("store/dmz/2017-08-21/1200.tally.damaged", 3);
	put("store/lan/2017-08-31/1100.tally.damaged", 3);
	put("store/lan/2017-08-31/1200.tally.damaged", 3);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->tallies, 2);
	ck_assert_uint_eq(report->packet_hours, 3);
	assert_left("dmz", hour, "");
	assert_left("lan", NOW - 10 * DAY - HOUR_SECONDS, "");
	assert_left("lan", NOW - 10 * DAY, "mt");
	ck_assert(!is_there("store/dmz/2017-08-21"));
	ck_assert(!is_there("spool/dmz/2017-08-21"));
	ck_assert(!is_there("spool/dmz/2017-08-20"));
	ck_assert(!is_there("store/lan/2017-08-31/1100.tally.damaged"));
	ck_assert(is_there("store/lan/2017-08-31/1200.tally.damaged"));
	ck_assert_uint_eq(report->problems->len, 0);
	ck_assert_uint_eq(report->removed->len, 3 + 2 * 2 + 1 + 2);
}
END_TEST

START_TEST(where_tallies_are_kept_for_a_shorter_time_packets_go_with_them)
{
	KeepRules rules = rules_of(30 * DAY, 3 * DAY, 0);

	put_hour("dmz", NOW - 5 * DAY);
	put_hour("dmz", NOW - HOUR_SECONDS);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->packet_hours, 1);
	ck_assert_uint_eq(report->tallies, 1);
	assert_left("dmz", NOW - 5 * DAY, "");
	assert_left("dmz", NOW - HOUR_SECONDS, "pmt");
}
END_TEST

START_TEST(nothing_goes_by_age_where_no_limit_is_set)
{
	KeepRules rules = rules_of(0, 0, 0);

	put_hour("dmz", HOUR_SECONDS);
	put_hour("dmz", NOW - HOUR_SECONDS);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->removed->len, 0);
}
END_TEST

START_TEST(an_archive_is_spared_unless_the_limit_was_asked_for)
{
	const gint64 hour = NOW - 8 * DAY - 12 * HOUR_SECONDS; /* its day ended 7.5 d ago */
	KeepRules rules;

	put_hour("dmz", hour);
	put_hour("lan", hour);
	leave_untallied("lan", hour);
	rules = rules_of(3 * DAY, 5 * DAY, 10);
	room = 0;
	g_autoptr(KeepReport) spared = keep_run(&rules);
	ck_assert_uint_eq(spared->removed->len, 0);
	ck_assert_uint_eq(spared->problems->len, 0);
	rules.strict_free = TRUE;
	rules.dry_run = TRUE;
	g_autoptr(KeepReport) free = keep_run(&rules);
	ck_assert_uint_eq(free->early_hours, 1);
	rules.strict_free = rules.dry_run = FALSE;
	rules.strict_packets = TRUE;
	g_autoptr(KeepReport) packets = keep_run(&rules);
	ck_assert_uint_eq(packets->removed->len, 1);
	assert_left("dmz", hour, "mt");
	rules.strict_tallies = TRUE;
	g_autoptr(KeepReport) tallies = keep_run(&rules);
	ck_assert_uint_eq(tallies->removed->len, 2);
	assert_left("dmz", hour, "");
	assert_left("lan", hour, "pmt");
}
END_TEST

START_TEST(a_sensor_of_old_captures_beside_one_at_work_is_spared_until_room_is_short)
{
	const gint64 old = NOW - 1000 * DAY;
	KeepRules rules;

	put_hour("lan", old);
	put_hour("dmz", NOW - 40 * DAY);
	put_hour("dmz", NOW - HOUR_SECONDS);
	rules = rules_of(30 * DAY, 400 * DAY, 10);
	g_autoptr(KeepReport) report = keep_run(&rules);
	ck_assert_uint_eq(report->removed->len, 1);
	assert_left("dmz", NOW - 40 * DAY, "mt");
	assert_left("lan", old, "pmt");
	rules = rules_of(30 * DAY, 400 * DAY, 10);
	room = 0;
	g_autoptr(KeepReport) short_of_room = keep_run(&rules);
	ck_assert_uint_eq(short_of_room->removed->len, 1);
	assert_left("lan", old, "mt");
	assert_left("dmz", NOW - HOUR_SECONDS, "pmt");
}
END_TEST

START_TEST(leftovers_older_than_a_day_are_swept_and_younger_ones_and_others_stay)
{
	static const struct {
		const char *path;
		int age; /* hours */
		gboolean stays;
	} files[] = {
		{"store/dmz/2017-09-09/.0100.tally.part-abc012", 25, FALSE},
		{"store/dmz/2017-09-09/.0200.tally.part-abc012", 23, TRUE},
		{"store/dmz/2017-09-09/.0300.tally.part-abc01", 25, TRUE},
		{"store/dmz/2017-09-09/0400.tally.part-abc012", 25, TRUE},
		{"spool/lan/2017-09-09/.0100.pcap.zst.part-zzzzzz", 25, FALSE},
		{"spool/lan/2017-09-09/0200.pcap.part", 25, TRUE},
		{"store/dmz/..days.part-abcdef", 25, FALSE},
		{"store/..pending.part-abcdef", 25, FALSE},
		{"store/.pending", 25, TRUE},
	};
	KeepRules rules = rules_of(3 * DAY, 30 * DAY, 0);

	for (guint i = 0; i < G_N_ELEMENTS(files); i++) {
		time_t time = NOW - files[i].age * HOUR_SECONDS;
		put(files[i].path, 5);
		ck_assert_int_eq(utime(files[i].path, &(struct utimbuf){time, time}), 0);
	}
	/* By the clock: the folders changed just now. */
	g_autoptr(KeepReport) report = keep_run(&rules);
	for (guint i = 0; i < G_N_ELEMENTS(files); i++)
		ck_assert_msg(is_there(files[i].path) == files[i].stays, "%s", files[i].path);
	ck_assert_uint_eq(report->removed->len, 4);
}
END_TEST

/* Everything that a run does at once; the dry one must tell the same. */
START_TEST(a_dry_run_tells_what_a_run_removes_and_removes_nothing)
{
	for (gint64 i = 0; i < 4; i++) {
		put_hour("dmz", NOW - 20 * DAY + i * HOUR_SECONDS);
		put_hour("lan", NOW - 5 * DAY + i * HOUR_SECONDS);
		put_hour("lan", NOW - (12 - i) * HOUR_SECONDS);
	}
	put("store/lan/2017-08-21/1200.tally.damaged", 3);
	KeepRules rules = rules_of(3 * DAY, 10 * DAY, 100);
	guint n = count_packets();

	room = 0;
	disk = (guint64)n * PACKETS - 2 * PACKETS;
	rules.strict_packets = rules.strict_tallies = TRUE;
	rules.dry_run = TRUE;
	g_autoptr(KeepReport) dry = keep_run(&rules);
	ck_assert_uint_eq(count_packets(), n);
	ck_assert(is_there("store/lan/2017-08-21/1200.tally.damaged"));
	rules.dry_run = FALSE;
	g_autoptr(KeepReport) wet = keep_run(&rules);
	ck_assert_uint_eq(count_packets(), 2);
	ck_assert_uint_eq(wet->early_hours, 2);
	ck_assert_uint_eq(wet->tallies, 4);
	ck_assert_uint_eq(dry->octets, wet->octets);
	ck_assert_uint_eq(dry->tallies, wet->tallies);
	ck_assert_uint_eq(dry->packet_hours, wet->packet_hours);
	ck_assert_uint_eq(dry->early_hours, wet->early_hours);
	ck_assert_uint_eq(dry->removed->len, wet->removed->len);
	for (guint i = 0; i < wet->removed->len; i++)
		ck_assert_str_eq(dry->removed->pdata[i], wet->removed->pdata[i]);
	g_autoptr(KeepReport) again = keep_run(&rules);
	ck_assert_uint_eq(again->removed->len, 0);
}
END_TEST

START_TEST(what_cannot_be_removed_is_told_and_the_rest_goes)
{
	const gint64 hour = NOW - 5 * DAY;
	KeepRules rules = rules_of(3 * DAY, 0, 0);
	g_autofree char *stuck = spooled("dmz", hour, "-0001.pcap.gz");

	put_hour("dmz", hour);
	put_hour("dmz", hour + HOUR_SECONDS);
	put_hour("dmz", NOW - HOUR_SECONDS);
	/* What is not a file cannot be unlinked, not even by root. */
	put(stuck, 1);
	g_unlink(stuck);
	g_mkdir(stuck, 0755);
	g_autofree char *target = spooled("dmz", hour, "-0001.pcap");
	put(target, 5);
	g_autoptr(KeepReport) report = keep_run(&rules);
	assert_left("dmz", hour, "mt");
	assert_left("dmz", hour + HOUR_SECONDS, "mt");
	ck_assert(!is_there(target));
	ck_assert_uint_eq(report->problems->len, 1);
	ck_assert_ptr_nonnull(
		strstr(report->problems->pdata[0], "1200-0001.pcap.gz: cannot be removed: "));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(
		tests, packets_go_with_the_second_at_which_they_are_too_old_and_manifests_stay);
	tcase_add_test(tests, all_files_of_an_hour_go_and_the_raw_one_beside_its_successor);
	tcase_add_test(tests, an_hour_that_is_not_tallied_or_being_written_keeps_its_packets);
	tcase_add_test(tests,
		where_room_is_short_the_oldest_hours_of_all_sensors_go_until_there_is_some);
	tcase_add_test(tests, tallies_go_with_their_manifests_and_empty_folders);
	tcase_add_test(tests, where_tallies_are_kept_for_a_shorter_time_packets_go_with_them);
	tcase_add_test(tests, nothing_goes_by_age_where_no_limit_is_set);
	tcase_add_test(tests, an_archive_is_spared_unless_the_limit_was_asked_for);
	tcase_add_test(tests,
		a_sensor_of_old_captures_beside_one_at_work_is_spared_until_room_is_short);
	tcase_add_test(
		tests, leftovers_older_than_a_day_are_swept_and_younger_ones_and_others_stay);
	tcase_add_test(tests, a_dry_run_tells_what_a_run_removes_and_removes_nothing);
	tcase_add_test(tests, what_cannot_be_removed_is_told_and_the_rest_goes);
}

int
main(void)
{
	return suite_run("keep", add_tests);
}
