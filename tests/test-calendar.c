#include "config.h"

#include "tests/suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "report/calendar.h"

static guint
day_of(const char *date)
{
	guint day;

	ck_assert_msg(calendar_parse(date, &day), "%s", date);
	return day;
}

static const char *const no_dates[] = {
	"",
	"2017",
	"2017-09",
	"2017-9-1",
	"2017-09-1",
	"2017-09-010",
	"2017-09-01 ",
	" 2017-09-01",
	"2017/09/01",
	"2017-13-01",
	"2017-00-01",
	"2017-09-00",
	"2017-09-31",
	"2017-02-29",
	"1900-02-29",
	"2100-02-29",
	"1899-12-31",
	"9999-12-31",
	"0000-00-00",
	"+017-09-01",
	"20170-9-01",
	"2017-09-0\xc2\xb2",
};

START_TEST(what_is_no_date_is_refused)
{
	guint day = 77;

	ck_assert_msg(!calendar_parse(no_dates[_i], &day), "%s", no_dates[_i]);
	ck_assert_uint_eq(day, 77);
}
END_TEST

/* By hand, and by printed calendars. */
static const struct {
	const char *date;
	guint weekday;
	const char *month; /* its first and last day */
	const char *week_path, *week_title, *monday;
} days[] = {
	{"1970-01-01", 4, "1970-01-01 1970-01-31", "1970/week-01.html", "Week 1 of 1970",
		"1969-12-29"},
	{"2000-02-29", 2, "2000-02-01 2000-02-29", "2000/week-09.html", "Week 9 of 2000",
		"2000-02-28"},
	{"2005-01-01", 6, "2005-01-01 2005-01-31", "2004/week-53.html", "Week 53 of 2004",
		"2004-12-27"},
	{"2005-01-03", 1, "2005-01-01 2005-01-31", "2005/week-01.html", "Week 1 of 2005",
		"2005-01-03"},
	{"2006-01-01", 7, "2006-01-01 2006-01-31", "2005/week-52.html", "Week 52 of 2005",
		"2005-12-26"},
	{"2007-12-31", 1, "2007-12-01 2007-12-31", "2008/week-01.html", "Week 1 of 2008",
		"2007-12-31"},
	{"2010-01-03", 7, "2010-01-01 2010-01-31", "2009/week-53.html", "Week 53 of 2009",
		"2009-12-28"},
	{"2017-09-10", 7, "2017-09-01 2017-09-30", "2017/week-36.html", "Week 36 of 2017",
		"2017-09-04"},
	{"2020-12-31", 4, "2020-12-01 2020-12-31", "2020/week-53.html", "Week 53 of 2020",
		"2020-12-28"},
	{"2024-02-29", 4, "2024-02-01 2024-02-29", "2024/week-09.html", "Week 9 of 2024",
		"2024-02-26"},
	{"2024-12-30", 1, "2024-12-01 2024-12-31", "2025/week-01.html", "Week 1 of 2025",
		"2024-12-30"},
	{"2100-02-28", 7, "2100-02-01 2100-02-28", "2100/week-08.html", "Week 8 of 2100",
		"2100-02-22"},
	{"9998-12-31", 4, "9998-12-01 9998-12-31", "9998/week-53.html", "Week 53 of 9998",
		"9998-12-28"},
};

START_TEST(a_day_has_its_weekday_month_and_week)
{
	char first[CALENDAR_TEXT_SIZE], last[CALENDAR_TEXT_SIZE];
	guint day = day_of(days[_i].date);
	Period month = period_of(PERIOD_MONTH, day), week = period_of(PERIOD_WEEK, day);

	ck_assert_str_eq(calendar_format(day, first), days[_i].date);
	ck_assert_uint_eq(calendar_weekday(day), days[_i].weekday);
	g_autofree char *span = g_strdup_printf("%s %s", calendar_format(month.first, first),
		calendar_format(month.last, last));
	ck_assert_str_eq(span, days[_i].month);
	g_autofree char *path = period_path(&week);
	ck_assert_str_eq(path, days[_i].week_path);
	g_autofree char *title = period_title(&week);
	ck_assert_str_eq(title, days[_i].week_title);
	ck_assert_str_eq(calendar_format(week.first, first), days[_i].monday);
	ck_assert_uint_eq(week.last, week.first + 6);
}
END_TEST

START_TEST(a_month_has_a_title_a_path_and_folders_of_its_days)
{
	char folder[CALENDAR_TEXT_SIZE];
	guint day = day_of("2017-09-10");
	Period month = period_of(PERIOD_MONTH, day);
	g_autofree char *title = period_title(&month), *path = period_path(&month);

	ck_assert_str_eq(title, "September 2017");
	ck_assert_str_eq(path, "2017/09/index.html");
	ck_assert_str_eq(calendar_folder(day, folder), "2017/09/10");
	ck_assert_uint_eq(calendar_year(day), 2017);
	ck_assert_uint_eq(calendar_day_of_month(day), 10);
}
END_TEST

/* Oracle: strftime(3)'s %G, %V and %u. */
START_TEST(weeks_of_430_years_are_those_of_the_c_library)
{
	guint last = day_of("2399-12-31");

	for (guint day = day_of("1970-01-01"); day <= last; day++) {
		char date[CALENDAR_TEXT_SIZE], expected[40], ours[40];
		Period week = period_of(PERIOD_WEEK, day);
		struct tm tm = {.tm_mday = 1};
		sscanf(calendar_format(day, date), "%d-%d-%d", &tm.tm_year, &tm.tm_mon,
			&tm.tm_mday);
		tm.tm_year -= 1900;
		tm.tm_mon--;
		timegm(&tm);
		strftime(expected, sizeof expected, "%G-W%V-%u", &tm);
		g_snprintf(ours, sizeof ours, "%04u-W%02u-%u", week.year, week.number,
			calendar_weekday(day));
		ck_assert_msg(strcmp(ours, expected) == 0, "%s: %s, expected %s", date, ours,
			expected);
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, what_is_no_date_is_refused, 0, (int)G_N_ELEMENTS(no_dates));
	tcase_add_loop_test(
		tests, a_day_has_its_weekday_month_and_week, 0, (int)G_N_ELEMENTS(days));
	tcase_add_test(tests, a_month_has_a_title_a_path_and_folders_of_its_days);
	tcase_add_test(tests, weeks_of_430_years_are_those_of_the_c_library);
}

int
main(void)
{
	return suite_run("calendar", add_tests);
}
