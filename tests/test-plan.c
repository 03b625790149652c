/* Which hours are due and why: decisions as a table, then whole sensors on composed folders. */
#include "config.h"

#include "tests/suite.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/hour.h"
#include "tally/aside.h"
#include "tally/inputs.h"
#include "tally/pending.h"
#include "tally/plan.h"
#include "tally/run_days.h"
#include "tally/run_sensor.h"
#include "tally/store.h"
#include "tally/writer.h"

/* 2017-09-10T00:00:00Z */
enum { DAY = 1505001600, DIGEST = 7 };

static char *folder, *spool, *store; /* owned */

static void
set_up(void)
{
	folder = g_dir_make_tmp("gnomon-test-XXXXXX", NULL);
	spool = g_build_filename(folder, "spool", NULL);
	store = g_build_filename(folder, "store", NULL);
}

static void
tear_down(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", folder);

	ck_assert_int_eq(system(command), 0);
	g_free(folder);
	g_free(spool);
	g_free(store);
}

static gint64
at_hour(int hour)
{
	return DAY + hour * (gint64)HOUR_SECONDS;
}

/* A file of so many octets in the spool. */
static void
put_file(int hour, int second, gsize octets)
{
	char stem[SPOOL_STEM_SIZE];
	g_autofree char *day = spool_day_folder(spool, "dmz", at_hour(hour));
	g_autofree char *path = g_strdup_printf(
		"%s/%s.pcap", day, spool_format_stem(at_hour(hour), second, stem));
	g_autofree char *content = g_strnfill(octets, 'x');

	ck_assert_int_eq(g_mkdir_with_parents(day, 0777), 0);
	ck_assert(g_file_set_contents(path, content, (gssize)octets, NULL));
}

static void
remove_file(int hour, int second)
{
	char stem[SPOOL_STEM_SIZE];
	g_autofree char *day = spool_day_folder(spool, "dmz", at_hour(hour));
	g_autofree char *path = g_strdup_printf(
		"%s/%s.pcap", day, spool_format_stem(at_hour(hour), second, stem));

	ck_assert_int_eq(g_unlink(path), 0);
}

/* An empty tally with these inputs. */
static void
put_tally(int hour, const char *inputs, guint64 digest)
{
	g_autofree char *path = store_path(store, "dmz", at_hour(hour));
	g_autofree char *day = g_path_get_dirname(path);
	g_autoptr(HourFacts) facts =
		hour_facts_new(at_hour(hour), 0, "dmz", "10.0.0.0/8", digest);

	g_free(facts->inputs);
	facts->inputs = g_strdup(inputs);
	ck_assert_int_eq(g_mkdir_with_parents(day, 0777), 0);
	g_autoptr(Writer) writer = writer_new(path, NULL);
	ck_assert(writer_finish(writer, facts, NULL));
}

static PlanSettings
settings_at(int now)
{
	return (PlanSettings){.spool = spool,
		.store = store,
		.sensor = "dmz",
		.digest = DIGEST,
		.now = at_hour(now),
		.clock_ns = (guint64)g_get_real_time() * 1000 + 3600 * SECOND_NS};
}

/* "1 no tally yet; 2 settings are others" of what is due. */
static char *
show(const Plan *plan)
{
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < plan->due->len; i++) {
		const PlanHour *hour = &g_array_index(plan->due, PlanHour, i);
		g_string_append_printf(text, "%s%d %s", i > 0 ? "; " : "",
			(int)((hour->hour - DAY) / HOUR_SECONDS),
			plan_reason_text(hour->reason));
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static Plan *
plan_of(const PlanSettings *settings, Days *days)
{
	g_autoptr(Strays) strays = strays_load(store, "dmz", NULL);
	g_autoptr(Days) own = days_load(spool, store, "dmz");
	GError *error = NULL;
	Plan *plan = plan_new(settings, strays, days ? days : own, &error);

	ck_assert_msg(plan != NULL, "%s", error ? error->message : "");
	return plan;
}

static void
assert_due(const PlanSettings *settings, const char *expected)
{
	g_autoptr(Plan) plan = plan_of(settings, NULL);
	g_autofree char *due = show(plan);

	ck_assert_str_eq(due, expected);
}

/* The files an hour has now, the inputs of its tally. */
enum { A = 1, B = 2, A_CHANGED = 4 };

static const struct {
	const char *sentence;
	guint files, inputs; /* set of the above; inputs 0: no tally */
	gboolean open, asked, damaged, pruned, other_settings;
	PlanReason reason;
} decisions[] = {
	{"an hour that is not over is left alone", A, 0, .open = TRUE, .reason = PLAN_OPEN},
	{"even if it is asked for", A, 0, .open = TRUE, .asked = TRUE, .reason = PLAN_OPEN},
	{"an hour without files is nothing", 0, 0, .reason = PLAN_EMPTY},
	{"nor with a tally", 0, A, .reason = PLAN_EMPTY},
	{"an hour without a tally is due", A, 0, .reason = PLAN_NEW},
	{"so is one whose tally is damaged", A, 0, .damaged = TRUE, .reason = PLAN_DAMAGED},
	{"a tally of its files is in order", A, A, .reason = PLAN_SETTLED},
	{"and of both its files", A | B, A | B, .reason = PLAN_SETTLED},
	{"a part that came late makes it due", A | B, A, .reason = PLAN_FILES},
	{"a file of another size makes it due", A_CHANGED, A, .reason = PLAN_FILES},
	{"other settings make it due", A, A, .other_settings = TRUE, .reason = PLAN_SETTINGS},
	{"asking makes it due", A, A, .asked = TRUE, .reason = PLAN_ASKED},
	{"a file that went changes nothing", A, A | B, .pruned = TRUE, .reason = PLAN_SETTLED},
	{"with other settings the old tally stays, which has more", A, A | B, .pruned = TRUE,
		.other_settings = TRUE, .reason = PLAN_KEPT},
	{"so it does when asked for", A, A | B, .asked = TRUE, .pruned = TRUE,
		.reason = PLAN_KEPT},
	{"and when a part comes late, which is told", A | B, B, .pruned = TRUE,
		.reason = PLAN_LATE},
	{"late parts are told before settings", A | B, A, .other_settings = TRUE,
		.reason = PLAN_FILES},
};

static GPtrArray *
files_of(guint set)
{
	static const guint64 identities[] = {1000, 2000, 1001};
	GPtrArray *files = g_ptr_array_new_with_free_func((GDestroyNotify)spool_file_free);

	for (guint i = 0; i < G_N_ELEMENTS(identities); i++) {
		if (!(set >> i & 1))
			continue;
		SpoolFile *file = g_new0(SpoolFile, 1);
		file->hour = DAY;
		g_strlcpy(file->stem, 1u << i == B ? "0000-1500" : "0000", SPOOL_STEM_SIZE);
		file->path = g_strdup("somewhere");
		file->identity = identities[i];
		g_ptr_array_add(files, file);
	}
	return files;
}

START_TEST(what_is_due_follows_from_files_tally_and_settings)
{
	g_autoptr(GPtrArray) files = files_of(decisions[_i].files);
	g_autoptr(GPtrArray) of_tally = files_of(decisions[_i].inputs);
	g_autoptr(HourFacts) tally =
		hour_facts_new(DAY, 0, "dmz", "", decisions[_i].other_settings ? 1 : DIGEST);

	g_free(tally->inputs);
	tally->inputs = inputs_join(of_tally);
	PlanCase at = {
		.closed = !decisions[_i].open,
		.asked = decisions[_i].asked,
		.files = files,
		.tally = decisions[_i].inputs ? tally : NULL,
		.damaged = decisions[_i].damaged,
		.inputs_there = !decisions[_i].pruned,
		.digest = DIGEST,
	};
	ck_assert_msg(plan_decide(&at) == decisions[_i].reason, "%s: %s",
		decisions[_i].sentence, plan_reason_text(plan_decide(&at)));
}
END_TEST

START_TEST(a_line_of_inputs_is_found_whole_or_not_at_all)
{
	SpoolFile file = {.hour = DAY, .stem = "0000", .path = folder, .identity = 123};
	SpoolFile *const at = &file;
	char day[SPOOL_DAY_SIZE], stem[SPOOL_STEM_SIZE];
	guint64 identity;
	static const char *const others[] = {"", "2017-09-10/0000 1234",
		"2017-09-10/0000-0001 123", "12017-09-10/0000 123",
		"2017-09-10/0000 12\n2017-09-10/0000 1235"};

	for (guint i = 0; i < G_N_ELEMENTS(others); i++)
		ck_assert(!inputs_have(others[i], &at, 1));
	ck_assert(inputs_have("2017-09-10/0000 1234\n2017-09-10/0000 123", &at, 1));
	ck_assert(inputs_have("2017-09-10/0000 123\n2017-09-10/0000-0001 123", &at, 1));
	ck_assert(inputs_parse(
		"2017-09-10/0100-2315 18446744073709551615", day, stem, &identity));
	ck_assert_str_eq(day, "2017-09-10");
	ck_assert_str_eq(stem, "0100-2315");
	ck_assert(identity == G_MAXUINT64);
	static const char *const wrong[] = {"", "/", " ", "2017-09-10/0100", "2017-09-1/0100 1",
		"2017-09-10/0100-23150 1", "2017-09-10/0100 x", "2017-09-10 0100/1"};
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		ck_assert_msg(!inputs_parse(wrong[i], day, stem, &identity), "%s", wrong[i]);
}
END_TEST

START_TEST(closed_hours_without_a_tally_are_due_in_their_order)
{
	PlanSettings settings = settings_at(26);

	put_file(25, -1, 100);
	put_file(3, -1, 100);
	put_file(3, 1800, 100);
	put_file(26, -1, 100);
	put_file(27, -1, 100);
	assert_due(&settings, "3 no tally yet; 25 no tally yet");
	put_tally(3, "2017-09-10/0300 100\n2017-09-10/0300-3000 100", DIGEST);
	assert_due(&settings, "25 no tally yet");
	settings.now = at_hour(27) - 1;
	assert_due(&settings, "25 no tally yet");
	settings.now = at_hour(27);
	assert_due(&settings, "25 no tally yet; 26 no tally yet");
}
END_TEST

START_TEST(a_late_part_a_changed_file_and_other_settings_make_hours_due)
{
	PlanSettings settings = settings_at(24);

	for (int hour = 0; hour < 4; hour++) {
		g_autofree char *inputs = g_strdup_printf("2017-09-10/%02d00 100", hour);
		put_file(hour, -1, 100);
		put_tally(hour, inputs, DIGEST);
	}
	assert_due(&settings, "");
	put_file(1, 77, 5);
	put_file(2, -1, 101);
	assert_due(&settings, "1 its files are others; 2 its files are others");
	settings.digest++;
	assert_due(&settings, "0 settings are others; 1 its files are others; 2 its files are "
			      "others; 3 settings are others");
}
END_TEST

START_TEST(a_tally_of_packets_that_were_pruned_stays)
{
	PlanSettings settings = settings_at(24);

	put_file(1, -1, 100);
	put_file(1, 60, 100);
	put_tally(1, "2017-09-10/0100 100\n2017-09-10/0100-0100 100", DIGEST);
	remove_file(1, 60);
	assert_due(&settings, "");
	settings.digest++;
	g_autoptr(Plan) plan = plan_of(&settings, NULL);
	ck_assert_uint_eq(plan->due->len, 0);
	ck_assert_uint_eq(plan->kept->len, 1);
	ck_assert_int_eq(g_array_index(plan->kept, PlanHour, 0).hour, at_hour(1));
}
END_TEST

START_TEST(only_hours_that_reach_into_what_is_asked_for_are_due_then)
{
	PlanSettings settings = settings_at(72);

	for (int hour = 22; hour < 27; hour++)
		put_file(hour, -1, 100);
	put_tally(24, "2017-09-11/0000 100", DIGEST);
	settings.asked = TRUE;
	settings.from = at_hour(23);
	settings.to = at_hour(25);
	assert_due(&settings, "23 no tally yet; 24 asked for");
	settings.from = at_hour(23) + 1;
	settings.to = at_hour(24) + 1;
	assert_due(&settings, "23 no tally yet; 24 asked for");
	settings.from = at_hour(24);
	settings.to = G_MAXINT64 / 2;
	assert_due(&settings, "24 asked for; 25 no tally yet; 26 no tally yet");
}
END_TEST

START_TEST(a_damaged_tally_is_told_and_due)
{
	PlanSettings settings = settings_at(24);
	g_autofree char *path = store_path(store, "dmz", at_hour(2));

	put_file(2, -1, 100);
	put_tally(2, "2017-09-10/0200 100", DIGEST);
	ck_assert(g_file_set_contents(path, "no tally", -1, NULL));
	g_autoptr(Plan) plan = plan_of(&settings, NULL);
	g_autofree char *due = show(plan);
	ck_assert_str_eq(due, "2 its tally is damaged");
	ck_assert_uint_eq(plan->damaged->len, 1);
	ck_assert_str_eq(plan->damaged->pdata[0], path);
	ck_assert_uint_eq(plan->problems->len, 1);
}
END_TEST

START_TEST(files_of_another_grid_and_strange_names_are_told)
{
	PlanSettings settings = settings_at(24);
	g_autofree char *day = spool_day_folder(spool, "dmz", DAY);
	g_autofree char *strange = g_build_filename(day, "monday.pcap", NULL);

	put_file(2, -1, 100);
	ck_assert(g_file_set_contents(strange, "x", 1, NULL));
	settings.grid_minutes = 30;
	g_autoptr(Plan) plan = plan_of(&settings, NULL);
	ck_assert_uint_eq(plan->due->len, 0);
	ck_assert_uint_eq(plan->problems->len, 2);
	ck_assert(strstr(plan->problems->pdata[0], "2017-09-10/monday.pcap"));
	ck_assert(strstr(plan->problems->pdata[1], "2017-09-10/0200"));
}
END_TEST

START_TEST(a_day_in_order_is_passed_over_until_its_folders_change)
{
	PlanSettings settings = settings_at(48);
	g_autoptr(Days) days = days_load(spool, store, "dmz");

	put_file(1, -1, 100);
	put_tally(1, "2017-09-10/0100 100", DIGEST);
	put_file(25, -1, 100);
	for (int look = 0; look < 2; look++) {
		/* The second day is not in order, and looked into again. */
		g_autoptr(Plan) plan = plan_of(&settings, days);
		ck_assert_uint_eq(plan->days_looked, look == 0 ? 2 : 1);
		ck_assert_uint_eq(plan->due->len, 1);
	}
	ck_assert(days_save(days, NULL));
	g_clear_pointer(&days, days_free);
	days = days_load(spool, store, "dmz");
	put_tally(25, "2017-09-11/0100 100", DIGEST);
	g_autoptr(Plan) second = plan_of(&settings, days);
	ck_assert_uint_eq(second->days_looked, 1);
	g_autoptr(Plan) third = plan_of(&settings, days);
	ck_assert_uint_eq(third->days_looked, 0);
	put_file(2, -1, 100);
	g_autoptr(Plan) fourth = plan_of(&settings, days);
	ck_assert_uint_eq(fourth->days_looked, 1);
	ck_assert_uint_eq(fourth->due->len, 1);
	settings.digest++;
	g_autoptr(Plan) fifth = plan_of(&settings, days);
	ck_assert_uint_eq(fifth->days_looked, 2);
}
END_TEST

START_TEST(a_day_that_may_still_change_unseen_is_not_noted)
{
	PlanSettings settings = settings_at(3);
	g_autoptr(Days) days = days_load(spool, store, "dmz");

	put_file(1, -1, 100);
	put_tally(1, "2017-09-10/0100 100", DIGEST);
	settings.clock_ns = (guint64)g_get_real_time() * 1000;
	g_autoptr(Plan) young = plan_of(&settings, days);
	ck_assert_uint_eq(young->days_looked, 1);
	settings.clock_ns += 3 * SECOND_NS;
	g_autoptr(Plan) old = plan_of(&settings, days);
	ck_assert_uint_eq(old->days_looked, 1);
	g_autoptr(Plan) noted = plan_of(&settings, days);
	ck_assert_uint_eq(noted->days_looked, 0);
	/* A file of an hour that is not over will be due without another change. */
	put_file(3, -1, 100);
	g_autoptr(Plan) open = plan_of(&settings, days);
	ck_assert_uint_eq(open->due->len, 0);
	settings.now = at_hour(4);
	g_autoptr(Plan) closed = plan_of(&settings, days);
	ck_assert_uint_eq(closed->due->len, 1);
}
END_TEST

START_TEST(strays_make_another_hour_due_once_and_outlive_the_process)
{
	PlanSettings settings = settings_at(26);
	const gint64 hours[] = {at_hour(24), at_hour(22), at_hour(30)};
	static const char file[] = "2017-09-10/2300 100";

	put_file(23, -1, 100);
	put_file(24, -1, 100);
	put_tally(23, file, DIGEST);
	put_tally(24, "2017-09-11/0000 100", DIGEST);
	assert_due(&settings, "");
	{
		g_autoptr(Strays) strays = strays_load(store, "dmz", NULL);
		strays_set(strays, file, hours, G_N_ELEMENTS(hours));
		ck_assert(strays_save(strays, NULL));
	}
	/* One has no tally yet, one a tally without the stray, one is not over. */
	assert_due(&settings, "22 no tally yet; 24 its files are others");
	put_tally(22, file, DIGEST);
	put_tally(24, "2017-09-10/2300 100\n2017-09-11/0000 100", DIGEST);
	assert_due(&settings, "");
	settings.now = at_hour(31);
	assert_due(&settings, "30 no tally yet");
	/* Without the stray the tallies have more than the spool. */
	remove_file(23, -1);
	settings.digest++;
	assert_due(&settings, "");
}
END_TEST

START_TEST(strays_of_a_file_are_replaced_with_what_was_read_last)
{
	const gint64 hours[] = {at_hour(1), at_hour(5)}, other[] = {at_hour(7)};
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	ck_assert_int_eq(g_mkdir_with_parents(store, 0777), 0);
	g_autofree char *sensor = g_build_filename(store, "dmz", NULL);
	ck_assert_int_eq(g_mkdir(sensor, 0777), 0);
	g_autoptr(Strays) strays = strays_load(store, "dmz", NULL);
	guint64 before = strays_digest(strays, DAY, at_hour(24), 1);
	strays_set(strays, "2017-09-10/0000 100", hours, 2);
	strays_set(strays, "2017-09-10/0000-0100 100", hours, 1);
	strays_set(strays, "2017-09-10/0200 100", hours, 1);
	ck_assert(strays_digest(strays, DAY, at_hour(24), 1) != before);
	ck_assert(strays_digest(strays, at_hour(6), at_hour(24), 1) == before);
	strays_set(strays, "2017-09-10/0000 101", other, 1);
	strays_hours(strays, DAY, at_hour(24), found);
	ck_assert_uint_eq(found->len, 2);
	ck_assert_int_eq(g_array_index(found, gint64, 1), at_hour(7));
	strays_list(strays, at_hour(1), files);
	ck_assert_uint_eq(files->len, 2);
	g_array_set_size(found, 0);
	strays_found_in(strays, DAY, found);
	ck_assert_uint_eq(found->len, 2);
	static const char *const none[] = {NULL};
	strays_keep(strays, none);
	ck_assert(strays_digest(strays, DAY, at_hour(24), 1) == before);
}
END_TEST

START_TEST(an_hour_with_strays_of_a_file_that_was_replaced_is_due)
{
	PlanSettings settings = settings_at(26);

	put_file(23, -1, 101);
	put_file(24, -1, 100);
	put_tally(23, "2017-09-10/2300 101", DIGEST);
	/* Made while the file had 100 octets, and a packet of midnight; now it has none. */
	put_tally(24, "2017-09-10/2300 100\n2017-09-11/0000 100", DIGEST);
	assert_due(&settings, "24 its files are others");
}
END_TEST

/* A sensor as a run of this instant has it; free with run_sensor_free. */
static RunSensor *
sensor_at(int now)
{
	const Site site = {.spool = spool, .store = store};
	const RunSettings run = {.site = &site, .now = at_hour(now)};
	RunSensor *sensor = run_sensor_new(&run, "dmz", DIGEST, NULL);

	ck_assert_ptr_nonnull(sensor);
	return sensor;
}

START_TEST(what_came_after_a_day_was_listed_is_not_taken_for_tallied)
{
	put_file(23, -1, 100);
	put_file(24, -1, 100);
	put_tally(23, "2017-09-10/2300 100\n2017-09-11/0000 100", DIGEST);
	put_tally(24, "2017-09-11/0000 100", DIGEST);
	RunSensor *sensor = sensor_at(48);
	/* Its stray makes this one look into the next day. */
	ck_assert(run_sensor_is_tallied(sensor, at_hour(23)));
	put_file(24, 60, 100);
	ck_assert(!run_sensor_is_tallied(sensor, at_hour(24)));
	run_sensor_free(sensor);
}
END_TEST

START_TEST(a_spool_that_is_away_is_told_and_nothing_is_forgotten)
{
	const gint64 hours[] = {at_hour(4)};
	g_autofree char *away = g_build_filename(spool, "dmz", NULL),
			*kept = g_build_filename(folder, "kept", NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	put_file(1, -1, 100);
	put_tally(1, "2017-09-10/0100 100", DIGEST);
	{
		g_autoptr(Strays) strays = strays_load(store, "dmz", NULL);
		strays_set(strays, "2017-09-10/0100 100", hours, 1);
		ck_assert(strays_save(strays, NULL));
	}
	ck_assert_int_eq(g_rename(away, kept), 0);
	RunSensor *sensor = sensor_at(5);
	run_sensor_tell_missing(sensor, lines);
	ck_assert_uint_eq(lines->len, 1);
	ck_assert_str_eq(lines->pdata[0], "no packets since 2017-09-10T02:00:00Z");
	ck_assert(run_sensor_save(sensor, NULL));
	run_sensor_free(sensor);
	ck_assert_int_eq(g_rename(kept, away), 0);
	PlanSettings settings = settings_at(6);
	assert_due(&settings, "4 no tally yet");
}
END_TEST

START_TEST(a_file_of_the_future_hides_no_silence)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	put_file(1, -1, 100);
	put_file(1000, -1, 100);
	RunSensor *sensor = sensor_at(5);
	run_sensor_tell_missing(sensor, lines);
	ck_assert_uint_eq(lines->len, 1);
	ck_assert_str_eq(lines->pdata[0], "no packets since 2017-09-10T02:00:00Z");
	run_sensor_free(sensor);
}
END_TEST

/* Runs in a process of its own: limits and all. */
START_TEST(only_what_is_no_capture_is_set_aside)
{
	static const guint8 ethernet[24] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, [20] = 1};
	g_autofree char *sound = g_build_filename(folder, "sound.pcap", NULL),
			*none = g_build_filename(folder, "none.pcap", NULL),
			*aside = g_strconcat(none, ".damaged", NULL);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	struct rlimit limit;

	ck_assert(g_file_set_contents(sound, (const char *)ethernet, sizeof ethernet, NULL));
	ck_assert(g_file_set_contents(none, "no capture", -1, NULL));
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	const rlim_t before = limit.rlim_cur;
	int next = dup(0); /* the lowest that is free */
	close(next);
	for (guint spare = 0; spare < 8; spare++) {
		limit.rlim_cur = (rlim_t)next + spare;
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
		aside_put(sound, lines);
		aside_put(none, lines);
		ck_assert_uint_eq(lines->len, 0);
	}
	limit.rlim_cur = before;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	aside_put(sound, lines);
	ck_assert_uint_eq(lines->len, 0);
	aside_put(none, lines);
	ck_assert_uint_eq(lines->len, 1);
	ck_assert(g_file_test(aside, G_FILE_TEST_EXISTS));
}
END_TEST

static void
note_gap(gpointer data, gint64 from, gint64 to)
{
	g_string_append_printf(data, "%d-%d ", (int)((from - DAY) / HOUR_SECONDS),
		(int)((to - DAY) / HOUR_SECONDS));
}

static const struct {
	const char *sentence;
	int files[6], tallies[4]; /* hours, ending in -1 */
	const char *gaps;
} gaps[] = {
	{"hours one after the other have no gap", {1, 2, 3, -1}, {-1}, ""},
	{"what is missing between two files is one", {1, 2, 5, -1}, {-1}, "3-5 "},
	{"more than one, over midnight", {1, 3, 30, -1}, {-1}, "2-3 4-30 "},
	{"a gap that was there before the last tally is no news", {1, 5, 6, -1}, {1, 5, -1},
		""},
	{"after the newest tally it is", {1, 5, 8, -1}, {1, 5, -1}, "6-8 "},
	{"before the first file there is none", {5, -1}, {-1}, ""},
	{"a tally without a file counts as one", {8, -1}, {5, -1}, "6-8 "},
};

START_TEST(gaps_are_news_after_the_newest_tally)
{
	PlanSettings settings = settings_at(48);
	g_autoptr(GString) found = g_string_new(NULL);

	for (const int *hour = gaps[_i].files; *hour >= 0; hour++)
		put_file(*hour, -1, 100);
	for (const int *hour = gaps[_i].tallies; *hour >= 0; hour++)
		put_tally(*hour, "", DIGEST);
	g_autoptr(Plan) plan = plan_of(&settings, NULL);
	plan_foreach_gap(plan, note_gap, found);
	ck_assert_msg(strcmp(found->str, gaps[_i].gaps) == 0, "%s: %s", gaps[_i].sentence,
		found->str);
}
END_TEST

START_TEST(an_hour_is_closed_when_it_is_over)
{
	static const struct {
		gint64 now;
		guint grid;
		gint64 newest;
	} cases[] = {
		{DAY, 0, DAY - 3600},
		{DAY + 3599, 0, DAY - 3600},
		{DAY + 3600, 0, DAY},
		{DAY + 3600, 30, DAY - 1800},
		{DAY + 5400, 30, DAY + 1800},
		{DAY + 5399, 30, DAY - 1800},
		{0, 45, -4500},
		{10, 0, -3600},
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++)
		ck_assert_int_eq(
			plan_newest_closed(cases[i].now, cases[i].grid), cases[i].newest);
}
END_TEST

static const struct {
	const char *sentence, *zone;
	const char *hours[3], *newest;
	const char *days; /* joined by a space */
} touched[] = {
	{"an hour just over touches its own day", "UTC", {"2017-09-10T05:00:00Z"},
		"2017-09-10T05:00:00Z", "2017-09-10"},
	{"an old hour touches the windows of seven days", "UTC", {"2017-09-10T05:00:00Z"},
		"2026-01-01T00:00:00Z",
		"2017-09-10 2017-09-11 2017-09-12 2017-09-13 2017-09-14 2017-09-15 2017-09-16 "
		"2017-09-17"},
	{"of which only those are told that are complete", "UTC", {"2017-09-10T23:00:00Z"},
		"2017-09-11T00:00:00Z", "2017-09-10 2017-09-11"},
	{"the day is the site's", "Asia/Kolkata", {"2017-09-10T18:30:00Z"},
		"2017-09-10T18:30:00Z", "2017-09-11"},
	{"hours near each other share their days", "UTC",
		{"2017-09-10T05:00:00Z", "2017-09-11T05:00:00Z"}, "2017-09-11T05:00:00Z",
		"2017-09-10 2017-09-11"},
	{"days in which clocks go back or forth have one name", "Europe/Berlin",
		{"2017-10-28T21:00:00Z", "2017-10-29T22:00:00Z"}, "2017-10-29T23:00:00Z",
		"2017-10-28 2017-10-29 2017-10-30"},
	{"an hour that is not over touches nothing", "UTC", {"2017-09-10T05:00:00Z"},
		"2017-09-09T04:00:00Z", ""},
};

START_TEST(days_touched_are_those_of_the_windows_that_end)
{
	g_autoptr(Zone) zone = zone_new(touched[_i].zone, NULL);
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 newest;

	for (guint i = 0; touched[_i].hours[i]; i++) {
		gint64 hour;
		ck_assert(hour_parse_time(touched[_i].hours[i], &hour, NULL));
		g_array_append_val(hours, hour);
	}
	ck_assert(hour_parse_time(touched[_i].newest, &newest, NULL));
	g_auto(GStrv) days = run_days(zone, hours, newest);
	g_autofree char *joined = g_strjoinv(" ", days);
	ck_assert_msg(
		strcmp(joined, touched[_i].days) == 0, "%s: %s", touched[_i].sentence, joined);
}
END_TEST

START_TEST(pending_hours_outlive_the_process_until_they_are_told)
{
	g_autofree char *path = g_build_filename(store, ".pending", NULL);
	static const char *const both[] = {"dmz", "lan", NULL};

	ck_assert_int_eq(g_mkdir_with_parents(store, 0777), 0);
	ck_assert(g_file_set_contents(
		path, "no line of ours\ndmz 2017-09-10T03:00:00Z\n", -1, NULL));
	for (guint again = 0; again < 2; again++) {
		g_autoptr(Pending) pending = pending_load(store, NULL);
		g_autoptr(GArray) before = pending_hours(pending, both);
		ck_assert_uint_eq(before->len, again == 0 ? 1 : 2);
		pending_add(pending, "dmz", at_hour(1));
		pending_add(pending, "lan", at_hour(1));
		ck_assert(pending_save(pending, NULL));
		g_autoptr(GArray) hours = pending_hours(pending, both);
		ck_assert_uint_eq(hours->len, 2);
		ck_assert_int_eq(g_array_index(hours, gint64, 0), at_hour(1));
		ck_assert_int_eq(g_array_index(hours, gint64, 1), at_hour(3));
	}
	g_autoptr(Pending) pending = pending_load(store, NULL);
	pending_told(pending, both, at_hour(3));
	ck_assert(pending_save(pending, NULL));
	ck_assert(!g_file_test(path, G_FILE_TEST_EXISTS));
}
END_TEST

START_TEST(pending_hours_of_another_site_and_of_hours_to_come_stay)
{
	static const char *const dmz[] = {"dmz", NULL}, *const lan[] = {"lan", NULL};

	ck_assert_int_eq(g_mkdir_with_parents(store, 0777), 0);
	g_autoptr(Pending) pending = pending_load(store, NULL);
	pending_add(pending, "dmz", at_hour(1));
	pending_add(pending, "dmz", at_hour(5));
	pending_add(pending, "lan", at_hour(1));
	pending_told(pending, dmz, at_hour(4));
	ck_assert(pending_save(pending, NULL));
	g_autoptr(Pending) later = pending_load(store, NULL);
	g_autoptr(GArray) own = pending_hours(later, dmz);
	g_autoptr(GArray) others = pending_hours(later, lan);
	ck_assert_uint_eq(own->len, 1);
	ck_assert_int_eq(g_array_index(own, gint64, 0), at_hour(5));
	ck_assert_uint_eq(others->len, 1);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, what_is_due_follows_from_files_tally_and_settings, 0,
		G_N_ELEMENTS(decisions));
	tcase_add_test(tests, a_line_of_inputs_is_found_whole_or_not_at_all);
	tcase_add_test(tests, closed_hours_without_a_tally_are_due_in_their_order);
	tcase_add_test(tests, a_late_part_a_changed_file_and_other_settings_make_hours_due);
	tcase_add_test(tests, a_tally_of_packets_that_were_pruned_stays);
	tcase_add_test(tests, only_hours_that_reach_into_what_is_asked_for_are_due_then);
	tcase_add_test(tests, a_damaged_tally_is_told_and_due);
	tcase_add_test(tests, files_of_another_grid_and_strange_names_are_told);
	tcase_add_test(tests, a_day_in_order_is_passed_over_until_its_folders_change);
	tcase_add_test(tests, a_day_that_may_still_change_unseen_is_not_noted);
	tcase_add_test(tests, strays_make_another_hour_due_once_and_outlive_the_process);
	tcase_add_test(tests, strays_of_a_file_are_replaced_with_what_was_read_last);
	tcase_add_test(tests, an_hour_with_strays_of_a_file_that_was_replaced_is_due);
	tcase_add_test(tests, what_came_after_a_day_was_listed_is_not_taken_for_tallied);
	tcase_add_test(tests, a_spool_that_is_away_is_told_and_nothing_is_forgotten);
	tcase_add_test(tests, a_file_of_the_future_hides_no_silence);
	tcase_add_test(tests, only_what_is_no_capture_is_set_aside);
	tcase_add_loop_test(tests, gaps_are_news_after_the_newest_tally, 0, G_N_ELEMENTS(gaps));
	tcase_add_test(tests, an_hour_is_closed_when_it_is_over);
	tcase_add_loop_test(tests, days_touched_are_those_of_the_windows_that_end, 0,
		G_N_ELEMENTS(touched));
	tcase_add_test(tests, pending_hours_outlive_the_process_until_they_are_told);
	tcase_add_test(tests, pending_hours_of_another_site_and_of_hours_to_come_stay);
}

int
main(void)
{
	return suite_run("plan", add_tests);
}
