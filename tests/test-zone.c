#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/zone.h"

static gint64
seconds_of(const char *time)
{
	gint64 seconds;

	ck_assert_msg(hour_parse_time(time, &seconds, NULL), "%s", time);
	return seconds;
}

static Zone *
open_zone(const char *name)
{
	g_autoptr(GError) error = NULL;
	Zone *zone = zone_new(name, &error);

	ck_assert_msg(zone != NULL, "%s", error ? error->message : "");
	return zone;
}

static const struct {
	const char *zone;
	guint minutes;
} grids[] = {
	{"UTC", 0},
	{"Europe/Berlin", 0},
	{"Europe/Dublin", 0},        /* winter is the shifted time there */
	{"Asia/Kolkata", 30},        /* +05:30 */
	{"Asia/Kathmandu", 15},      /* +05:45 */
	{"America/St_Johns", 30},    /* -03:30 */
	{"Pacific/Marquesas", 30},   /* -09:30 */
	{"Australia/Lord_Howe", 30}, /* +10:30, +11 in summer */
	{"Australia/Eucla", 15},     /* +08:45 */
	{"Asia/Pyongyang", 0},       /* +09, was +08:30 for three years */
	{"Africa/Casablanca", 0},
	{"America/Sao_Paulo", 0},
};

static const char *const no_zones[] = {
	"",
	"nonsense",
	"Europe",
	"Europe/Berlin ",
	"europe/berlin",
	"/etc/localtime",
	"../zoneinfo/UTC",
	"Europe/../UTC",
	"zone.tab",
	"leapseconds",
	"right/UTC",
	"+05:30",
	"CET-1CEST",
	"Europe/B\xc3\xa9rlin",
};

static const struct {
	const char *zone, *date;
	const char *start; /* UTC */
	guint hours;
} days[] = {
	{"UTC", "2026-03-29", "2026-03-29T00:00Z", 24},
	{"UTC", "1970-01-01", "1970-01-01T00:00Z", 24},
	{"Europe/Berlin", "2026-03-28", "2026-03-27T23:00Z", 24},
	{"Europe/Berlin", "2026-03-29", "2026-03-28T23:00Z", 23},
	{"Europe/Berlin", "2026-03-30", "2026-03-29T22:00Z", 24},
	{"Europe/Berlin", "2026-10-25", "2026-10-24T22:00Z", 25},
	{"Europe/Berlin", "2026-10-26", "2026-10-25T23:00Z", 24},
	{"Europe/Dublin", "2026-03-29", "2026-03-29T00:00Z", 23},
	{"Europe/Dublin", "2026-07-01", "2026-06-30T23:00Z", 24},
	{"Europe/Dublin", "2026-10-25", "2026-10-24T23:00Z", 25},
	{"Asia/Kolkata", "2026-03-29", "2026-03-28T18:30Z", 24},
	{"Asia/Kathmandu", "2026-03-29", "2026-03-28T18:15Z", 24},
	/* The clock goes back half an hour at 02:00, on over half an hour at 02:00; whole hours
	 * of standard time are half hours of summer. */
	{"Australia/Lord_Howe", "2026-04-05", "2026-04-04T13:30Z", 24},
	{"Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30Z", 24},
	{"Australia/Lord_Howe", "2026-01-01", "2025-12-31T13:30Z", 24},
	{"America/St_Johns", "2026-03-08", "2026-03-08T03:30Z", 23},
	{"America/St_Johns", "2026-11-01", "2026-11-01T02:30Z", 25},
	/* Until 2011 at one minute past midnight: back to the day before. */
	{"America/St_Johns", "2010-11-06", "2010-11-06T02:30Z", 24},
	{"America/St_Johns", "2010-11-07", "2010-11-07T02:30Z", 25},
	{"America/St_Johns", "2010-11-08", "2010-11-08T03:30Z", 24},
	/* No midnight: the day begins at 01:00. */
	{"America/Sao_Paulo", "2018-11-03", "2018-11-03T03:00Z", 24},
	{"America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00Z", 23},
	{"America/Sao_Paulo", "2018-11-05", "2018-11-05T02:00Z", 24},
	/* At midnight back to 23:00: the day before has an hour more. */
	{"America/Sao_Paulo", "2019-02-16", "2019-02-16T02:00Z", 25},
	{"America/Sao_Paulo", "2019-02-17", "2019-02-17T03:00Z", 24},
	{"Asia/Beirut", "2022-03-27", "2022-03-26T22:00Z", 23},
	{"Asia/Beirut", "2022-10-29", "2022-10-28T21:00Z", 25},
	{"Asia/Beirut", "2022-10-30", "2022-10-29T22:00Z", 24},
	/* Over the date line: the 30th never was. */
	{"Pacific/Apia", "2011-12-29", "2011-12-29T10:00Z", 24},
	{"Pacific/Apia", "2011-12-31", "2011-12-30T10:00Z", 24},
	/* Three hours back from 02:00, over midnight. */
	{"Antarctica/Casey", "2010-03-04", "2010-03-03T13:00Z", 24},
	{"Antarctica/Casey", "2010-03-05", "2010-03-04T13:00Z", 27},
	/* Midnights at half past the grid's hour, which never shifts. */
	{"Asia/Pyongyang", "2016-01-01", "2015-12-31T16:00Z", 24},
};

static const struct {
	const char *zone, *time, *text, *day;
} texts[] = {
	{"UTC", "2026-03-29T01:30Z", "2026-03-29 01:30 UTC", "2026-03-29"},
	{"Europe/Berlin", "2026-03-29T00:59Z", "2026-03-29 01:59 CET", "2026-03-29"},
	{"Europe/Berlin", "2026-03-29T01:00Z", "2026-03-29 03:00 CEST", "2026-03-29"},
	{"Europe/Berlin", "2026-03-29T22:00Z", "2026-03-30 00:00 CEST", "2026-03-30"},
	{"Asia/Kathmandu", "2026-03-28T18:14Z", "2026-03-28 23:59 +0545", "2026-03-28"},
	{"Asia/Kathmandu", "2026-03-28T18:15Z", "2026-03-29 00:00 +0545", "2026-03-29"},
	/* The hour that holds it began the day before. */
	{"Australia/Lord_Howe", "2026-01-01T13:10Z", "2026-01-02 00:10 +11", "2026-01-01"},
};

static const struct {
	const char *zone, *time, *change; /* NULL: none */
} changes[] = {
	{"UTC", "2026-01-01", NULL},
	{"Asia/Kolkata", "2026-01-01", NULL},
	{"Europe/Berlin", "2026-01-01", "2026-03-29T01:00Z"},
	{"Europe/Berlin", "2026-03-29T00:59:59Z", "2026-03-29T01:00Z"},
	{"Europe/Berlin", "2026-03-29T01:00Z", "2026-10-25T01:00Z"},
	{"Australia/Lord_Howe", "2026-01-01", "2026-04-04T15:00Z"},
};

static const char *const no_days[] = {
	"",
	"2026-3-29",
	"2026-02-29",
	"2026-03-29T00:00Z",
	"20260329",
	"yesterday",
	"1969-12-31",
};

START_TEST(hours_begin_with_whole_hours_of_standard_time)
{
	g_autoptr(Zone) zone = open_zone(grids[_i].zone);

	ck_assert_str_eq(zone_name(zone), grids[_i].zone);
	ck_assert_uint_eq(zone_grid_minutes(zone), grids[_i].minutes);
}
END_TEST

START_TEST(a_zone_has_an_iana_name)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(zone_new(no_zones[_i], &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_ptr_nonnull(strstr(error->message, "IANA name"));
}
END_TEST

START_TEST(a_day_lies_between_two_midnights)
{
	g_autoptr(Zone) zone = open_zone(days[_i].zone);
	gint64 day, start = seconds_of(days[_i].start);
	char text[HOUR_TEXT_SIZE];

	ck_assert(zone_parse_day(zone, days[_i].date, &day, NULL));
	ck_assert_str_eq(
		hour_format_s(day, text), hour_format_s(start, (char[HOUR_TEXT_SIZE]){0}));
	for (guint hour = 0; hour < days[_i].hours; hour++) {
		gint64 time = start + hour * HOUR_SECONDS;
		ck_assert_int_eq(zone_day(zone, time), start);
		ck_assert_int_eq(zone_day(zone, time + HOUR_SECONDS - 1), start);
		ck_assert_int_eq(
			zone_next_day(zone, time), start + days[_i].hours * HOUR_SECONDS);
		ck_assert_str_eq(zone_format_day(zone, time, text), days[_i].date);
	}
}
END_TEST

/* Oracle: days follow each other, and each hour's wall clock, by GDateTime. */
START_TEST(days_join_without_gap_over_sixty_years)
{
	g_autoptr(Zone) zone = open_zone(grids[_i].zone);
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(grids[_i].zone);
	gint64 day = zone_day(zone, seconds_of("1972-01-01"));
	char text[HOUR_TEXT_SIZE];

	while (day < seconds_of("2036-12-01")) {
		gint64 next = zone_next_day(zone, day);
		gint64 hours = (next - day) / HOUR_SECONDS;
		ck_assert_int_eq((next - day) % HOUR_SECONDS, 0);
		ck_assert_int_ge(hours, 22);
		ck_assert_int_le(hours, 26);
		ck_assert_int_eq(zone_day(zone, next - 1), day);
		ck_assert_int_eq(zone_day(zone, next), next);
		g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(day);
		g_autoptr(GDateTime) wall = g_date_time_to_timezone(utc, tz);
		g_autofree char *date = g_date_time_format(wall, "%Y-%m-%d");
		ck_assert_str_eq(zone_format_day(zone, day, text), date);
		day = next;
	}
}
END_TEST

START_TEST(a_day_is_a_date)
{
	g_autoptr(Zone) zone = open_zone("Europe/Berlin");
	g_autoptr(GError) error = NULL;
	gint64 day = -7;

	ck_assert(!zone_parse_day(zone, no_days[_i], &day, &error));
	ck_assert_int_eq(day, -7);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
}
END_TEST

START_TEST(a_date_that_was_skipped_is_told)
{
	g_autoptr(Zone) zone = open_zone("Pacific/Apia");
	g_autoptr(GError) error = NULL;
	gint64 day = -7;

	ck_assert(!zone_parse_day(zone, "2011-12-30", &day, &error));
	ck_assert_str_eq(error->message, "day \"2011-12-30\": Pacific/Apia skipped it");
}
END_TEST

START_TEST(a_time_prints_as_the_wall_shows_it)
{
	g_autoptr(Zone) zone = open_zone(texts[_i].zone);
	gint64 time = seconds_of(texts[_i].time);
	char text[HOUR_TEXT_SIZE];

	ck_assert_str_eq(zone_format(zone, time, text), texts[_i].text);
	ck_assert_str_eq(zone_format_day(zone, time, text), texts[_i].day);
}
END_TEST

START_TEST(the_next_change_of_clocks_is_found_to_the_second)
{
	g_autoptr(Zone) zone = open_zone(changes[_i].zone);
	gint64 change = -7;

	if (!changes[_i].change) {
		ck_assert(!zone_next_change(zone, seconds_of(changes[_i].time), &change));
		ck_assert_int_eq(change, -7);
		return;
	}
	ck_assert(zone_next_change(zone, seconds_of(changes[_i].time), &change));
	ck_assert_int_eq(change, seconds_of(changes[_i].change));
}
END_TEST

START_TEST(times_far_away_end)
{
	g_autoptr(Zone) zone = open_zone("America/St_Johns");
	char text[HOUR_TEXT_SIZE];

	for (gint64 time = -HOUR_SECONDS; time < (gint64)G_MAXUINT32 + 2 * HOUR_SECONDS;
		time += 12345678) {
		ck_assert_int_le(zone_day(zone, time), time);
		ck_assert_int_gt(zone_next_day(zone, time), time);
		ck_assert_uint_lt(strlen(zone_format(zone, time, text)), HOUR_TEXT_SIZE);
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, hours_begin_with_whole_hours_of_standard_time, 0, G_N_ELEMENTS(grids));
	tcase_add_loop_test(tests, a_zone_has_an_iana_name, 0, G_N_ELEMENTS(no_zones));
	tcase_add_loop_test(tests, a_day_lies_between_two_midnights, 0, G_N_ELEMENTS(days));
	tcase_add_loop_test(
		tests, days_join_without_gap_over_sixty_years, 0, G_N_ELEMENTS(grids));
	tcase_add_loop_test(tests, a_day_is_a_date, 0, G_N_ELEMENTS(no_days));
	tcase_add_test(tests, a_date_that_was_skipped_is_told);
	tcase_add_loop_test(tests, a_time_prints_as_the_wall_shows_it, 0, G_N_ELEMENTS(texts));
	tcase_add_loop_test(tests, the_next_change_of_clocks_is_found_to_the_second, 0,
		G_N_ELEMENTS(changes));
	tcase_add_test(tests, times_far_away_end);
}

int
main(void)
{
	return suite_run("zone", add_tests);
}
