#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <glib/gstdio.h>

#include "common/hour.h"
#include "common/spool.h"
#include "tally/status.h"

enum { DAY = 1505001600 }; /* 2017-09-10T00:00:00Z */

static char *start, *folder;

static void
set_up(void)
{
	start = g_get_current_dir();
	folder = g_dir_make_tmp("status.XXXXXX", NULL);
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

static void
put(const char *sensor, gint64 hour, gsize octets)
{
	g_autofree char *day = spool_day_folder("spool", sensor, hour);
	char stem[SPOOL_STEM_SIZE];
	g_autofree char *path =
		g_strdup_printf("%s/%s.pcap", day, spool_format_stem(hour, -1, stem));
	g_autofree char *text = g_malloc0(octets);

	ck_assert_int_eq(g_mkdir_with_parents(day, 0755), 0);
	ck_assert(g_file_set_contents(path, text, (gssize)octets, NULL));
}

static gboolean
measure(const char *path, guint64 *free, guint64 *size)
{
	ck_assert(g_str_has_suffix(path, "/spool"));
	*free = 50000;
	*size = 100000;
	return TRUE;
}

static gboolean
measure_nothing(const char *path, guint64 *free, guint64 *size)
{
	(void)path;
	(void)free;
	(void)size;
	return FALSE;
}

static Status *
status_at(gint64 now, StatusMeasure how)
{
	g_autofree char *text = g_strdup_printf("[site]\nname=s\nhome=192.0.2.0/24\nzone=UTC\n"
						"spool=%s/spool\nstore=%s/store\n"
						"reports=%s/reports\n",
		folder, folder, folder);
	g_autoptr(GError) error = NULL;

	ck_assert(g_file_set_contents("site.conf", text, -1, NULL));
	g_autoptr(Site) site = site_load("site.conf", site_groups, FALSE, &error);
	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	return status_new(site, now, how, NULL);
}

static const struct {
	const char *name;
	gint64 first, last, step; /* hours of 100 octets after DAY */
	gint64 now;               /* hours after DAY */
	guint64 growth;
	gint64 days;
} estimates[] = {
	{"nothing", 0, -1, 1, 5, 0, -1},
	{"under a day", 0, 22, 1, 23, 0, -1},
	{"a day", 0, 23, 1, 24, 2400, 20},
	{"a day of which hours are missing", 0, 23, 2, 24, 1200, 41},
	{"a day and an hour without a file", 0, 23, 1, 25, 2304, 21},
	{"three days", 0, 71, 1, 72, 2400, 20},
	{"what is older than 7 d does not count", 0, 239, 24, 240, 100, 500},
	{"an archive", 0, 47, 1, 1000, 0, -1},
};

START_TEST(the_days_left_are_free_space_by_the_mean_growth_of_the_last_week)
{
	for (gint64 hour = estimates[_i].first; hour <= estimates[_i].last;
		hour += estimates[_i].step)
		put(hour % 2 ? "lan" : "dmz", DAY + hour * HOUR_SECONDS, 100);
	g_autoptr(Status) status = status_at(DAY + estimates[_i].now * HOUR_SECONDS, measure);
	ck_assert_msg(status->disk.growth == estimates[_i].growth, "%s: %" G_GUINT64_FORMAT,
		estimates[_i].name, status->disk.growth);
	ck_assert_int_eq(status_days_left(&status->disk), estimates[_i].days);
}
END_TEST

START_TEST(a_disk_that_tells_nothing_has_no_days_left)
{
	for (gint64 hour = 0; hour < 48; hour++)
		put("dmz", DAY + hour * HOUR_SECONDS, 100);
	g_autoptr(Status) status = status_at(DAY + 2 * DAY_SECONDS, measure_nothing);
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GString) json = g_string_new(NULL);

	ck_assert_int_eq(status_days_left(&status->disk), -1);
	ck_assert_uint_eq(status->disk.spool, 4800);
	status_text(status, text);
	ck_assert_ptr_nonnull(strstr(text->str, "  free                not known\n"));
	status_json(status, json);
	ck_assert_ptr_nonnull(strstr(json->str, "\"disk\":{\"spool_bytes\":4800,"
						"\"store_bytes\":0},"));
}
END_TEST

START_TEST(gaps_are_closed_hours_of_the_last_week_after_the_first)
{
	put("dmz", DAY - DAY_SECONDS, 100);
	put("dmz", DAY + 7 * DAY_SECONDS - HOUR_SECONDS, 100);
	put("lan", DAY + HOUR_SECONDS, 100);
	put("lan", DAY + 7 * DAY_SECONDS, 100);
	g_autoptr(Status) status = status_at(DAY + 7 * DAY_SECONDS + 10, measure);
	const StatusSensor *dmz = status->sensors->pdata[0], *lan = status->sensors->pdata[1];

	/* All of the week but its last hour; what is older is not looked for. */
	ck_assert_uint_eq(dmz->gaps->len, 7 * 24 - 1);
	ck_assert_int_eq(g_array_index(dmz->gaps, gint64, 0), DAY);
	/* Not the hour before its first. */
	ck_assert_uint_eq(lan->gaps->len, 7 * 24 - 2);
	ck_assert_int_eq(g_array_index(lan->gaps, gint64, 0), DAY + 2 * HOUR_SECONDS);
	ck_assert(status_is_lacking(status));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests,
		the_days_left_are_free_space_by_the_mean_growth_of_the_last_week, 0,
		G_N_ELEMENTS(estimates));
	tcase_add_test(tests, a_disk_that_tells_nothing_has_no_days_left);
	tcase_add_test(tests, gaps_are_closed_hours_of_the_last_week_after_the_first);
}

int
main(void)
{
	return suite_run("status", add_tests);
}
