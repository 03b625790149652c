#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

enum { SEPTEMBER = 1505001600 }; /* 2017-09-10T00:00:00Z */

static const struct {
	guint64 time_ns;
	guint grid;
	gint64 start;
} starts[] = {
	{0, 0, 0},
	{HOUR_NS - 1, 0, 0},
	{HOUR_NS, 0, 3600}, /* an exact hour belongs to the hour that begins */
	{SEPTEMBER * SECOND_NS, 0, SEPTEMBER},
	{SEPTEMBER * SECOND_NS - 1, 0, SEPTEMBER - 3600},
	{SEPTEMBER * SECOND_NS, 30, SEPTEMBER - 1800},
	{(SEPTEMBER + 1800) * SECOND_NS - 1, 30, SEPTEMBER - 1800},
	{(SEPTEMBER + 1800) * SECOND_NS, 30, SEPTEMBER + 1800},
	{(SEPTEMBER + 2700) * SECOND_NS, 45, SEPTEMBER + 2700},
	{0, 30, -1800},
	{0, 59, -60},
	{1800 * SECOND_NS - 1, 30, -1800},
	{1800 * SECOND_NS, 30, 1800},
	{G_MAXUINT32 * SECOND_NS, 0, G_MAXUINT32 - G_MAXUINT32 % 3600},
};

static const struct {
	guint64 ns;
	const char *text;
} spans[] = {
	{0, "under 1 ms"},
	{999999, "under 1 ms"},
	{1000000, "0.001 s"},
	{120 * 1000000, "0.12 s"},
	{9 * SECOND_NS, "9 s"},
	{59 * SECOND_NS + 999999999, "59 s"},
	{60 * SECOND_NS, "1 min 0 s"},
	{1305 * SECOND_NS, "21 min 45 s"},
	{HOUR_NS, "1 h 0 min"},
	{48 * HOUR_NS - 1, "47 h 59 min"},
	{48 * HOUR_NS, "2 d 0 h"},
	{G_MAXUINT64, "213503 d 23 h"},
};

static const struct {
	const char *text;
	gint64 seconds; /* 0: none */
} durations[] = {
	{"1s", 1},
	{"90s", 90},
	{"60m", 3600},
	{"1h", 3600},
	{"24h", 86400},
	{"7d", 604800},
	{"007d", 604800},
	{"4294967295s", G_MAXUINT32},
	{"49710d", G_GINT64_CONSTANT(49710) * 86400},
	{"", 0},
	{"0h", 0},
	{"24", 0},
	{"h", 0},
	{"-1h", 0},
	{"+1h", 0},
	{" 1h", 0},
	{"1 h", 0},
	{"1h ", 0},
	{"1.5h", 0},
	{"1H", 0},
	{"1w", 0},
	{"1hh", 0},
	{"1h30m", 0},
	{"4294967296s", 0},
	{"49711d", 0},
	{"99999999999999999999999h", 0},
};

static const struct {
	guint64 time_ns;
	const char *text;
} stamps[] = {
	{0, "1970-01-01T00:00:00Z"},
	{SEPTEMBER * SECOND_NS, "2017-09-10T00:00:00Z"},
	{SEPTEMBER * SECOND_NS + 500000000, "2017-09-10T00:00:00.5Z"},
	{SEPTEMBER * SECOND_NS + 123456000, "2017-09-10T00:00:00.123456Z"},
	{SEPTEMBER * SECOND_NS + 1, "2017-09-10T00:00:00.000000001Z"},
	{SEPTEMBER * SECOND_NS - 1, "2017-09-09T23:59:59.999999999Z"},
	{G_GUINT64_CONSTANT(951825599) * SECOND_NS, "2000-02-29T11:59:59Z"},
	{G_MAXUINT32 * SECOND_NS, "2106-02-07T06:28:15Z"},
	{G_MAXUINT64, "2554-07-21T23:34:33.709551615Z"},
};

static const struct {
	const char *text;
	gint64 seconds; /* -1: none */
} times[] = {
	{"1970-01-01", 0},
	{"2017-09-10", SEPTEMBER},
	{"2017-09-10T00:00Z", SEPTEMBER},
	{"2017-09-10T23:59Z", SEPTEMBER + 86340},
	{"2017-09-10T01:02:03Z", SEPTEMBER + 3723},
	{"2000-02-29", 951782400},
	{"2106-02-07T06:28:15Z", G_MAXUINT32},
	{"", -1},
	{"2017", -1},
	{"2017-09", -1},
	{"2017-9-10", -1},
	{"2017-09-31", -1},
	{"2017-00-10", -1},
	{"2017-13-10", -1},
	{"2017-09-00", -1},
	{"1900-02-29", -1},
	{"2001-02-29", -1},
	{"1969-12-31", -1},
	{"2017-09-10T24:00Z", -1},
	{"2017-09-10T00:60Z", -1},
	{"2017-09-10T00:00:60Z", -1},
	{"2017-09-10T00:00:00", -1},
	{"2017-09-10T00:00:00z", -1},
	{"2017-09-10 00:00:00Z", -1},
	{"2017-09-10T00:00:00Z ", -1},
	{"2017-09-10T00:00:00+00:00", -1},
	{"2017-09-10T", -1},
	{"+017-09-10", -1},
	{"2017-09-1\xc0", -1},
};

START_TEST(a_time_belongs_to_the_hour_that_holds_it)
{
	ck_assert_int_eq(hour_start(starts[_i].time_ns, starts[_i].grid), starts[_i].start);
}
END_TEST

START_TEST(a_duration_is_a_number_and_a_unit)
{
	g_autoptr(GError) error = NULL;
	gint64 seconds = -7;

	if (durations[_i].seconds > 0) {
		ck_assert(hour_parse_duration(durations[_i].text, &seconds, &error));
		ck_assert_int_eq(seconds, durations[_i].seconds);
		ck_assert_ptr_null(error);
		return;
	}
	ck_assert(!hour_parse_duration(durations[_i].text, &seconds, &error));
	ck_assert_int_eq(seconds, -7);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_ptr_nonnull(strstr(error->message, durations[_i].text));
}
END_TEST

START_TEST(a_time_prints_with_decimals_only_where_there_are_any)
{
	char buffer[HOUR_TEXT_SIZE];

	ck_assert_str_eq(hour_format_ns(stamps[_i].time_ns, buffer), stamps[_i].text);
}
END_TEST

START_TEST(any_second_prints_within_the_buffer)
{
	char buffer[HOUR_TEXT_SIZE];

	ck_assert_str_eq(hour_format_s(SEPTEMBER, buffer), "2017-09-10T00:00:00Z");
	ck_assert_str_eq(hour_format_s(-1800, buffer), "1969-12-31T23:30:00Z");
	ck_assert_uint_lt(strlen(hour_format_s(G_MAXINT64, buffer)), HOUR_TEXT_SIZE);
	ck_assert_uint_lt(strlen(hour_format_s(G_MININT64, buffer)), HOUR_TEXT_SIZE);
}
END_TEST

START_TEST(a_time_is_read_in_three_forms)
{
	g_autoptr(GError) error = NULL;
	gint64 seconds = -7;

	if (times[_i].seconds >= 0) {
		ck_assert(hour_parse_time(times[_i].text, &seconds, &error));
		ck_assert_int_eq(seconds, times[_i].seconds);
		return;
	}
	ck_assert(!hour_parse_time(times[_i].text, &seconds, &error));
	ck_assert_int_eq(seconds, -7);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
}
END_TEST

/* Oracle: the printer, which takes the C library's calendar; the reader takes GLib's. */
START_TEST(what_is_printed_is_read_back)
{
	char buffer[HOUR_TEXT_SIZE];

	for (gint64 time = 0; time < G_GINT64_CONSTANT(16000000000); time += 9876543) {
		gint64 again;
		ck_assert(hour_parse_time(hour_format_s(time, buffer), &again, NULL));
		ck_assert_int_eq(again, time);
	}
}
END_TEST

START_TEST(a_span_is_told_in_its_two_greatest_units)
{
	char text[HOUR_TEXT_SIZE];

	ck_assert_str_eq(hour_format_span(spans[_i].ns, text), spans[_i].text);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_span_is_told_in_its_two_greatest_units, 0, G_N_ELEMENTS(spans));
	tcase_add_loop_test(
		tests, a_time_belongs_to_the_hour_that_holds_it, 0, G_N_ELEMENTS(starts));
	tcase_add_loop_test(
		tests, a_duration_is_a_number_and_a_unit, 0, G_N_ELEMENTS(durations));
	tcase_add_loop_test(tests, a_time_prints_with_decimals_only_where_there_are_any, 0,
		G_N_ELEMENTS(stamps));
	tcase_add_test(tests, any_second_prints_within_the_buffer);
	tcase_add_loop_test(tests, a_time_is_read_in_three_forms, 0, G_N_ELEMENTS(times));
	tcase_add_test(tests, what_is_printed_is_read_back);
}

int
main(void)
{
	return suite_run("hour", add_tests);
}
