#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <glib/gstdio.h>

#include "report/yesterday.h"

static char *path;

static void
set_up(void)
{
	g_autofree char *folder = g_dir_make_tmp("yesterday.XXXXXX", NULL);

	path = g_build_filename(folder, "findings.ndjson", NULL);
}

static void
tear_down(void)
{
	g_autofree char *folder = g_path_get_dirname(path);

	g_unlink(path);
	g_rmdir(folder);
	g_clear_pointer(&path, g_free);
}

#define COMMON                                                                                 \
	"\"verdict\":\"scan\",\"hosts\":8,\"window_end\":\"2017-09-10T01:00:00Z\",\"n_"        \
	"sources\":1"

static const char findings[] =
	"{\"id\":\"a\",\"detectors\":[\"hourly\"],\"sources\":[\"198.51.100.9\"]," COMMON "}\n"
	"{\"id\":\"b\",\"detectors\":[\"hourly\",\"stealth\"],\"sources\":[\"2001:db8:1::/"
	"64\"],"
	"\"scope\":\"sources\"," COMMON "}\n"
	"{\"id\":\"c\",\"detectors\":[\"coordinated\"],\"sources\":[\"203.0.113.1\","
	"\"203.0.113.2\"],\"scope\":\"sources\"," COMMON "}\n"
	"{\"id\":\"d\",\"detectors\":[\"flood\"],\"sources\":[\"192.88.99.1\"],\"scope\":"
	"\"target\",\"windows\":[{\"target\":\"192.0.2.1\"}]," COMMON "}\n"
	"{\"id\":\"e\",\"detectors\":[\"port-campaign\"],\"sources\":[\"192.88.99.2\"],"
	"\"scope\":"
	"\"port\",\"windows\":[{\"kind\":\"syn\",\"port\":445}]," COMMON "}\n";

static void
put(const char *text)
{
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

/* A finding of today: of no window's facts but those that tell what it is about. */
typedef struct {
	const char *source; /* or of several the last */
	FindingScope scope;
	const char *target;
	guint16 port;
	FindingState state;
	const char *gone; /* ids that are gone once it was taken alone */
} Today;

static const Today cases[] = {
	{"198.51.100.9", SCOPE_SOURCES, NULL, 0, STATE_STILL, "bcde"},
	{"198.51.100.90", SCOPE_SOURCES, NULL, 0, STATE_NEW, "abcde"},
	{"2001:db8:1::", SCOPE_SOURCES, NULL, 0, STATE_STILL, "acde"},
	{"2001:db8:2::", SCOPE_SOURCES, NULL, 0, STATE_NEW, "abcde"},
	{"203.0.113.2", SCOPE_SOURCES, NULL, 0, STATE_STILL, "abde"},
	/* a source of a flood is no source of a finding about sources, nor the other way */
	{"192.88.99.1", SCOPE_SOURCES, NULL, 0, STATE_NEW, "abcde"},
	{"198.51.100.9", SCOPE_TARGET, "192.0.2.2", 0, STATE_NEW, "abcde"},
	{"198.51.100.9", SCOPE_TARGET, "192.0.2.1", 0, STATE_STILL, "abce"},
	{"198.51.100.9", SCOPE_PORT, NULL, 445, STATE_STILL, "abcd"},
	{"198.51.100.9", SCOPE_PORT, NULL, 446, STATE_NEW, "abcde"},
};

static FindingState
take(Yesterday *yesterday, const Today *today)
{
	g_autoptr(GArray) windows = g_array_new(FALSE, TRUE, sizeof(FindingWindow));
	g_autoptr(GArray) sources = g_array_new(FALSE, TRUE, sizeof(FindingSource));
	FindingWindow window = {.service_kind = KIND_SYN, .service_port = today->port};
	FindingSource first = {.source = address_from_v4(1), .bits = 32}, last = {.bits = 32};
	Finding finding = {.windows = windows, .sources = sources, .scope = today->scope};

	if (today->target)
		address_parse(today->target, &window.target);
	address_parse(today->source, &last.source);
	if (last.source.family == 6)
		last.bits = 64;
	g_array_append_val(windows, window);
	g_array_append_val(sources, first);
	g_array_append_val(sources, last);
	return yesterday_take(yesterday, &finding);
}

START_TEST(a_finding_is_new_or_still_there_and_the_rest_is_gone)
{
	const Today *today = &cases[_i];
	g_autoptr(GString) ids = g_string_new(NULL);
	gboolean missing = TRUE;

	put(findings);
	g_autoptr(Yesterday) yesterday = yesterday_load(path);
	ck_assert_ptr_null(yesterday_problem(yesterday, &missing));
	ck_assert(!missing);
	ck_assert_int_eq(take(yesterday, today), today->state);
	ck_assert_int_eq(take(yesterday, today), today->state);
	g_autoptr(GPtrArray) gone = yesterday_gone(yesterday);
	for (guint i = 0; i < gone->len; i++)
		g_string_append(ids, ((const YesterdayFinding *)gone->pdata[i])->id);
	ck_assert_str_eq(ids->str, today->gone);
}
END_TEST

START_TEST(what_is_gone_is_told_as_it_was)
{
	put(findings);
	g_autoptr(Yesterday) yesterday = yesterday_load(path);
	g_autoptr(GPtrArray) gone = yesterday_gone(yesterday);
	const YesterdayFinding *campaign = gone->pdata[4], *group = gone->pdata[2];

	ck_assert_str_eq(campaign->about, "port syn 445");
	ck_assert_str_eq(campaign->detector, "port-campaign");
	ck_assert_str_eq(campaign->verdict, "scan");
	ck_assert_uint_eq(campaign->hosts, 8);
	ck_assert_int_eq(campaign->window_end, 1505005200);
	ck_assert_str_eq(group->about, "203.0.113.1");
}
END_TEST

START_TEST(after_a_day_without_findings_everything_is_new)
{
	put("");
	g_autoptr(Yesterday) yesterday = yesterday_load(path);
	g_autoptr(GPtrArray) gone = yesterday_gone(yesterday);

	ck_assert_ptr_null(yesterday_problem(yesterday, NULL));
	ck_assert_int_eq(take(yesterday, &cases[0]), STATE_NEW);
	ck_assert_uint_eq(gone->len, 0);
}
END_TEST

static const struct {
	const char *text; /* behind the good lines; NULL: there is no file */
	const char *words;
} problems[] = {
	{NULL, "no findings of the day before: what is new"},
	{"{\"id\":\"f\"", "ndjson:6: "},
	{"{\"id\":\"f\"}\n", "ndjson:6: expected a finding"},
	{"[]\n", "ndjson:6: expected a finding"},
	{"\n", "ndjson:6: "},
	{"{\"id\":\"f\",\"detectors\":[\"hourly\"],\"sources\":[]," COMMON "}\n",
		"ndjson:6: expected a finding"},
	{"{\"id\":\"f\",\"detectors\":[\"hourly\"],\"sources\":[5]," COMMON "}\n",
		"ndjson:6: expected a finding"},
	{"{\"id\":\"f\",\"detectors\":[],\"sources\":[\"192.88.99.7\"]," COMMON "}\n",
		"ndjson:6: expected a finding"},
	{"{\"id\":\"f\",\"detectors\":[\"x\"],\"sources\":[\"1.1.1.1\"],\"scope\":"
	 "\"target\"," COMMON "}\n",
		"ndjson:6: expected a finding"},
};

START_TEST(without_all_of_yesterday_nothing_is_known)
{
	gboolean missing;

	if (problems[_i].text) {
		g_autofree char *text = g_strconcat(findings, problems[_i].text, NULL);
		put(text);
	}
	g_autoptr(Yesterday) yesterday = yesterday_load(path);
	const char *problem = yesterday_problem(yesterday, &missing);
	g_autoptr(GPtrArray) gone = yesterday_gone(yesterday);
	ck_assert_ptr_nonnull(problem);
	ck_assert_ptr_nonnull(strstr(problem, problems[_i].words));
	ck_assert_int_eq(missing, problems[_i].text == NULL);
	ck_assert_int_eq(take(yesterday, &cases[0]), STATE_UNKNOWN);
	ck_assert_uint_eq(gone->len, 0);
}
END_TEST

START_TEST(yesterday_is_the_local_day_before)
{
	/* Berlin; the clock goes forward on 2026-03-29, so that day has 23 hours. */
	g_autoptr(GError) error = NULL;
	Zone *zone = zone_new("Europe/Berlin", &error);
	Site site = {.name = (char *)"main", .reports = (char *)"/r", .zone = zone};
	static const char *const days[] = {"2026-03-30", "2026-03-29", "2026-01-01"};
	static const char *const before[] = {"/r/main/2026/03/29/findings.ndjson",
		"/r/main/2026/03/28/findings.ndjson", "/r/main/2025/12/31/findings.ndjson"};
	gint64 from;

	ck_assert(zone_parse_day(zone, days[_i], &from, NULL));
	g_autofree char *found = yesterday_path(&site, from);
	ck_assert_str_eq(found, before[_i]);
	zone_free(zone);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, a_finding_is_new_or_still_there_and_the_rest_is_gone, 0,
		G_N_ELEMENTS(cases));
	tcase_add_test(tests, what_is_gone_is_told_as_it_was);
	tcase_add_test(tests, after_a_day_without_findings_everything_is_new);
	tcase_add_loop_test(
		tests, without_all_of_yesterday_nothing_is_known, 0, G_N_ELEMENTS(problems));
	tcase_add_loop_test(tests, yesterday_is_the_local_day_before, 0, 3);
}

int
main(void)
{
	return suite_run("yesterday", add_tests);
}
