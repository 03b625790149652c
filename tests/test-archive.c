#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>

#include "common/hour.h"
#include "report/archive_private.h"
#include "report/summary_parse.h"

static char *root; /* of a test: reports and store */

static void
set_up(void)
{
	root = g_dir_make_tmp("archive.XXXXXX", NULL);
}

static void
remove_tree(const char *path)
{
	g_autoptr(GDir) dir =
		g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
	const char *name;

	while (dir && (name = g_dir_read_name(dir))) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		remove_tree(inner);
	}
	g_remove(path);
}

static void
tear_down(void)
{
	remove_tree(root);
	g_clear_pointer(&root, g_free);
}

static Site *
make_site(const char *zone)
{
	Site *site = g_new0(Site, 1);

	site->name = g_strdup("example");
	site->reports = g_build_filename(root, "reports", NULL);
	site->store = g_build_filename(root, "store", NULL);
	site->zone = zone_new(zone, NULL);
	ck_assert_ptr_nonnull(site->zone);
	return site;
}

static char *
path_of(const char *name)
{
	return g_build_filename(root, "reports", "example", name, NULL);
}

static char *
read_page(const char *name)
{
	g_autofree char *path = path_of(name);
	char *text = NULL;

	ck_assert_msg(g_file_get_contents(path, &text, NULL, NULL), "no %s", name);
	return text;
}

static void
put_file(const char *folder, const char *name, const char *text)
{
	g_autofree char *inner = path_of(folder);
	g_autofree char *path = g_build_filename(inner, name, NULL);

	g_mkdir_with_parents(inner, 0777);
	ck_assert(g_file_set_contents(path, text, -1, NULL));
}

static Summary *
sample(const char *date)
{
	guint day = 0;

	ck_assert(calendar_parse(date, &day));
	Summary *summary = summary_new(day);
	summary->until = ((gint64)day - 719162) * 86400;
	summary->hours = summary->closed = 24;
	summary->packets = 1000;
	summary->findings = 2;
	summary->fresh = summary->still = 1;
	summary->verdicts[VERDICT_SCAN] = 2;
	summary->headline = g_strdup("1 new of 2: 198.51.100.9, scan");
	return summary;
}

static void
add_source(Summary *summary, const char *text)
{
	SummarySource *source = g_new0(SummarySource, 1);

	source->source = g_strdup(text);
	source->id = g_strdup("0123456789abcdef");
	source->verdict = VERDICT_SCAN;
	source->has_card = TRUE;
	g_ptr_array_add(summary->sources, source);
}

static void
add_finding(Summary *summary, const char *about, const char *reason)
{
	SummaryFinding *finding = g_new0(SummaryFinding, 1);

	finding->id = g_strdup("0123456789abcdef");
	finding->about = g_strdup(about);
	finding->reason = g_strdup(reason);
	finding->verdict = VERDICT_SCAN;
	finding->state = STATE_NEW;
	finding->has_card = TRUE;
	g_ptr_array_add(summary->top, finding);
}

/* The day's folder, with a page and this summary. */
static void
put_day(const Summary *summary)
{
	char folder[CALENDAR_TEXT_SIZE];
	g_autofree char *path = path_of(calendar_folder(summary->day, folder));

	put_file(folder, "index.html", "<p id=\"f-0123456789abcdef\">a day</p>\n");
	ck_assert(summary_save(summary, path, NULL));
}

static void
put_days(const char *dates)
{
	g_auto(GStrv) each = g_strsplit(dates, " ", -1);

	for (char **date = each; *date; date++) {
		g_autoptr(Summary) summary = sample(*date);
		put_day(summary);
	}
}

static void
update(const Site *site, const char *const *dates)
{
	static const char *const no_sensors[] = {NULL};
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;
	g_autoptr(Archive) archive = archive_new(site, &error);

	ck_assert_msg(archive && archive_update(archive, dates, no_sensors, shortfalls, &error),
		"%s", error ? error->message : "");
	ck_assert_uint_eq(shortfalls->len, 0);
}

/* --- the calendar */

/* The rows of a table as text: cells apart by a bar, what is within them by spaces. */
static char *
rows_of(const char *html, const char *caption)
{
	const char *at = strstr(html, caption);
	const char *end = at ? strstr(at, "</table>") : NULL;
	g_autoptr(GString) text = g_string_new(NULL);

	ck_assert_msg(end != NULL, "no %s", caption);
	for (at = strstr(at, "<tbody>"); at < end; at++) {
		if (*at != '<') {
			g_string_append_c(text, *at == '\n' ? ';' : *at);
			continue;
		}
		if (g_str_has_prefix(at, "<td") || g_str_has_prefix(at, "<th"))
			g_string_append_c(text, '|');
		else if (g_str_has_prefix(at, "<span class=\"hide\">"))
			at = strchr(at + 1, '<');
		else if (g_str_has_prefix(at, "<span"))
			g_string_append_c(text, ' ');
		at = strchr(at, '>');
	}
	return g_string_free(g_steal_pointer(&text), FALSE);
}

/* Worked out by hand. A day with a report: its number, findings, new ones. */
static const struct {
	const char *zone, *days, *caption;
	const char *rows;
} months[] = {
	{"UTC", "2024-02-29", ">February 2024<",
		";|5||||1|2|3|4;|6|5|6|7|8|9|10|11;|7|12|13|14|15|16|17|18;"
		"|8|19|20|21|22|23|24|25;|9|26|27|28|29 2 1 new|||;"},
	{"UTC", "2100-02-28", ">February 2100<",
		";|5|1|2|3|4|5|6|7;|6|8|9|10|11|12|13|14;|7|15|16|17|18|19|20|21;"
		"|8|22|23|24|25|26|27|28 2 1 new;"},
	{"UTC", "2016-12-31 2017-01-01 2017-01-03", ">January 2017<",
		";|52|||||||1 2 1 new;|1|2 no report|3 2 1 "
		"new|4|5|6|7|8;|2|9|10|11|12|13|14|15;"
		"|3|16|17|18|19|20|21|22;|4|23|24|25|26|27|28|29;|5|30|31|||||;"},
	/* The clock goes on, or back; a day whose midnight is skipped; one that never was. */
	{"Europe/Berlin", "2026-03-28 2026-03-30", ">March 2026<",
		";|9|||||||1;|10|2|3|4|5|6|7|8;|11|9|10|11|12|13|14|15;|12|16|17|18|19|20|21|"
		"22;"
		"|13|23|24|25|26|27|28 2 1 new|29 no report;|14|30 2 1 new|31|||||;"},
	{"America/Sao_Paulo", "2018-11-03 2018-11-05", ">November 2018<",
		";|44||||1|2|3 2 1 new|4 no report;|45|5 2 1 new|6|7|8|9|10|11;"
		"|46|12|13|14|15|16|17|18;|47|19|20|21|22|23|24|25;|48|26|27|28|29|30||;"},
	{"Pacific/Apia", "2011-12-28 2011-12-31", ">December 2011<",
		";|48||||1|2|3|4;|49|5|6|7|8|9|10|11;|50|12|13|14|15|16|17|18;"
		"|51|19|20|21|22|23|24|25;|52|26|27|28 2 1 new|29 no report|30|31 2 1 new|;"},
};

START_TEST(a_month_begins_on_its_weekday_and_shows_its_gaps)
{
	g_autoptr(Site) site = make_site(months[_i].zone);

	put_days(months[_i].days);
	update(site, NULL);
	g_autofree char *page = read_page("index.html");
	g_autofree char *rows = rows_of(page, months[_i].caption);
	ck_assert_str_eq(rows, months[_i].rows);
}
END_TEST

static const struct {
	guint missing, cut_short;
	guint64 dropped;
	gboolean one_sided;
	const char *cell, *gaps;
} gaps[] = {
	{0, 0, FACTS_NEVER, FALSE, "|1 2 1 new|", ""},
	{0, 0, 0, FALSE, "|1 2 1 new|", ""},
	{2, 0, FACTS_NEVER, FALSE, "|1 2 1 new ! 2 h|", "2 h missing"},
	{2, 1, 5, TRUE, "|1 2 1 new ! 3 h|",
		"2 h missing, 1 h cut short, 5 packets not captured, one side only"},
	{0, 0, 5, FALSE, "|1 2 1 new ! lost|", "5 packets not captured"},
	{0, 0, 5, TRUE, "|1 2 1 new ! one side|", "5 packets not captured, one side only"},
};

START_TEST(what_a_day_lacks_is_shown_in_calendar_month_and_week)
{
	g_autoptr(Site) site = make_site("UTC");
	g_autoptr(Summary) summary = sample("2018-08-01");

	summary->missing = gaps[_i].missing;
	summary->cut_short = gaps[_i].cut_short;
	summary->dropped = gaps[_i].dropped;
	summary->one_sided = gaps[_i].one_sided;
	put_day(summary);
	update(site, NULL);
	g_autofree char *page = read_page("index.html");
	g_autofree char *rows = rows_of(page, ">August 2018<");
	ck_assert_msg(strstr(rows, gaps[_i].cell) != NULL, "%s", rows);
	const char *const others[] = {"2018/08/index.html", "2018/week-31.html"};
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
		g_autofree char *other = read_page(others[i]);
		g_autofree char *days = rows_of(other, "Each day with a report");
		g_autofree char *expected = g_strdup_printf("|1,000|%s|", gaps[_i].gaps);
		ck_assert_msg(strstr(days, expected) != NULL, "%s", days);
		ck_assert(!*gaps[_i].gaps == !strstr(other, "Something is missing"));
	}
}
END_TEST

START_TEST(the_calendar_has_24_months_and_older_ones_lie_on_their_years_pages)
{
	g_autoptr(Site) site = make_site("UTC");
	char date[CALENDAR_TEXT_SIZE];

	for (guint i = 0; i < 30; i++) {
		g_snprintf(date, sizeof date, "%04u-%02u-15", 2015 + i / 12, i % 12 + 1);
		put_days(date);
	}
	put_days("2019-03-15");
	update(site, NULL);
	g_autofree char *page = read_page("index.html");
	ck_assert(strstr(page, ">March 2019<") < strstr(page, ">June 2017<"));
	ck_assert_ptr_nonnull(strstr(page, "No report from July 2017 to February 2019."));
	ck_assert_ptr_nonnull(strstr(page, ">August 2015<"));
	ck_assert_ptr_null(strstr(page, ">July 2015<"));
	ck_assert_ptr_nonnull(strstr(page, "7 older months: "));
	ck_assert_ptr_nonnull(strstr(page, "<a href=\"2015/index.html\">2015</a>"));
	g_autofree char *year = read_page("2015/index.html");
	ck_assert_ptr_nonnull(strstr(year, ">July 2015<"));
	ck_assert_ptr_null(strstr(year, ">January 2016<"));
	ck_assert_ptr_null(strstr(year, "rel=\"prev\""));
	g_autofree char *last = read_page("2017/index.html");
	ck_assert_ptr_nonnull(strstr(last, "<a href=\"../2016/index.html\" rel=\"prev\">"));
	ck_assert_ptr_nonnull(strstr(last, "<a href=\"../2019/index.html\" rel=\"next\">"));
}
END_TEST

/* --- summaries */

START_TEST(a_summary_comes_back_as_it_was)
{
	g_autoptr(Summary) summary = sample("2017-09-10");
	g_autoptr(GString) text = g_string_new(NULL), again = g_string_new(NULL);
	g_autofree char *problem = NULL;

	summary->dropped = 17;
	summary->tune = g_strdup("n = 9 would list 3 a day");
	add_source(summary, "2001:db8::/64");
	add_finding(summary, "198.51.100.9 and 4 more", "9 \"targets\" in 24 h\n\x01");
	summary_json(text, summary);
	g_autoptr(Summary) read = summary_parse(text->str, text->len, summary->day, &problem);
	ck_assert_msg(read != NULL, "%s", problem);
	summary_json(again, read);
	ck_assert_str_eq(again->str, text->str);
	ck_assert_str_eq(read->tune, summary->tune);
	ck_assert_uint_eq(read->dropped, 17);
}
END_TEST

/* What is put for what; NULL: all of it. */
static const struct {
	const char *from, *to;
} damages[] = {
	{NULL, ""},
	{NULL, "null"},
	{NULL, "[]"},
	{NULL, "{}"},
	{NULL, "\xff\xfe"},
	{NULL, "{\"schema\":1,\"date\":\"2017-09-10\"}"},
	{NULL, "{\"schema\":1,\"date\":\"2017-09-10\",\"problem\":\"x\"}"},
	{"\"schema\":1", "\"schema\":2"},
	{"\"schema\":1", "\"schema\":\"1\""},
	{"2017-09-10\"", "2017-09-11\""},
	{"2017-09-10\"", "2017-02-30\""},
	{"\"hours\":24", "\"hours\":-1"},
	{"\"hours\":24", "\"hours\":1e3"},
	{"\"hours\":24", "\"hours\":99"},
	{"\"missing\":0", "\"missing\":null"},
	{"\"packets\":1000", "\"packets\":9223372036854775807"},
	{"\"packets\":1000", "\"packets\":99999999999999999999"},
	{"\"one_sided\":false", "\"one_sided\":0"},
	{"\"scan\":2", "\"scan\":-2"},
	{"\"scan\":2", "\"unheard-of\":2"},
	{"\"headline\":\"", "\"heading\":\""},
	{"\"until\":\"", "\"until\":\"x"},
	{"0123456789abcdef", "0123456789abcdeg"},
	{"0123456789abcdef", "../../../../etc/passwd"},
	{"0123456789abcdef", "\\\"><script>"},
	{"\"source\":\"", "\"source\":7,\"was\":\""},
	{"\"card\":true", "\"card\":1"},
	{"\"sources\":[", "\"sources\":7,\"was\":["},
	{"\"more_sources\":false", "\"more_sources\":[]"},
	{"}", ""},
};

START_TEST(a_damaged_summary_is_told_and_the_pages_stand)
{
	g_autoptr(Site) site = make_site("UTC");
	g_autoptr(Summary) summary = sample("2017-09-10");
	g_autoptr(GString) text = g_string_new(NULL);
	g_autofree char *problem = NULL;

	add_source(summary, "198.51.100.9");
	add_finding(summary, "198.51.100.9", "9 targets");
	summary_json(text, summary);
	if (!damages[_i].from)
		g_string_assign(text, damages[_i].to);
	else
		ck_assert_uint_gt(
			g_string_replace(text, damages[_i].from, damages[_i].to, 1), 0);
	ck_assert_ptr_null(summary_parse(text->str, text->len, summary->day, &problem));
	ck_assert_ptr_nonnull(problem);

	put_days("2017-09-09 2017-09-10 2017-09-11");
	put_file("2017/09/10", SUMMARY_NAME, text->str);
	update(site, NULL);
	g_autofree char *index = read_page("index.html");
	g_autofree char *rows = rows_of(index, ">September 2017<");
	ck_assert_ptr_nonnull(strstr(rows, "|10 ? unread;"));
	ck_assert_ptr_nonnull(strstr(rows, "|9 2 1 new|"));
	g_autofree char *month = read_page("2017/09/index.html");
	ck_assert_ptr_nonnull(strstr(month, "2017-09-10 cannot be read: summary.json"));
	ck_assert_ptr_nonnull(strstr(month, "2 new of 4 findings on 3 days"));
}
END_TEST

START_TEST(a_summary_may_be_missing_or_no_file_or_too_large)
{
	g_autoptr(Site) site = make_site("UTC");
	g_autofree char *none = path_of("2017/09/08/" SUMMARY_NAME),
			*folder = path_of("2017/09/09/" SUMMARY_NAME),
			*pipe = path_of("2017/09/10/" SUMMARY_NAME);
	g_autofree char *large = g_strnfill(SUMMARY_OCTETS_MAX + 1, ' ');

	put_days("2017-09-08 2017-09-09 2017-09-10 2017-09-11");
	g_unlink(none);
	g_unlink(folder);
	g_mkdir(folder, 0777);
	g_unlink(pipe);
	ck_assert_int_eq(mkfifo(pipe, 0600), 0);
	put_file("2017/09/11", SUMMARY_NAME, large);
	update(site, NULL);
	g_autofree char *month = read_page("2017/09/index.html");
	const char *const lines[] = {
		"2017-09-08 cannot be read: summary.json: No such file or directory",
		"2017-09-09 cannot be read: summary.json: expected a plain file",
		"2017-09-10 cannot be read: summary.json: expected a plain file",
		"2017-09-11 cannot be read: summary.json: File too large",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		ck_assert_msg(strstr(month, lines[i]) != NULL, "%s", lines[i]);
}
END_TEST

/* --- what is remembered of all days */

/* Each is a list that cannot be used, or that tells of days that are not there. */
static const char *const lists[] = {
	"",
	"{}",
	"[1]",
	"[{\"schema\":1,\"date\":\"2017-09-10\"}]",
	("[{\"schema\":1,\"date\":\"2017-09-11\",\"problem\":\"x\"},"
	 "{\"schema\":1,\"date\":\"2017-09-10\",\"problem\":\"x\"}]"),
	"[{\"schema\":1,\"date\":\"2017-09-12\",\"problem\":\"x\"}]",
	"[{\"schema\":1,\"date\":\"1999-09-12\",\"problem\":\"x\"}]",
};

START_TEST(a_damaged_list_of_days_is_made_anew)
{
	g_autoptr(Site) site = make_site("UTC");
	const char *const dates[] = {"2017-11-11", NULL};

	put_days("2017-09-10 2017-11-11");
	update(site, NULL);
	g_autofree char *list = read_page("days.json");
	g_autofree char *index = read_page("index.html");
	put_file("", "days.json", lists[_i]);
	put_file("", "index.html", "");
	update(site, dates);
	g_autofree char *other_list = read_page("days.json");
	g_autofree char *other_index = read_page("index.html");
	ck_assert_str_eq(other_list, list);
	ck_assert_str_eq(other_index, index);
}
END_TEST

START_TEST(a_summary_of_an_untouched_month_is_not_read_again)
{
	g_autoptr(Site) site = make_site("UTC");
	const char *const dates[] = {"2017-11-11", NULL};

	put_days("2017-09-10 2017-11-11");
	update(site, NULL);
	put_file("2017/09/10", SUMMARY_NAME, "damaged");
	update(site, dates);
	g_autofree char *index = read_page("index.html");
	ck_assert_ptr_null(strstr(index, "<span class=\"gap\">? unread</span></td>"));
	update(site, NULL);
	g_autofree char *anew = read_page("index.html");
	ck_assert_ptr_nonnull(strstr(anew, "<span class=\"gap\">? unread</span></td>"));
}
END_TEST

/* --- hostile texts */

static const char *const hostile[] = {
	"<script>alert(1)</script>",
	"\"><img src=x onerror=alert(1)>",
	"'><b>&amp;</b>",
	"]]><!-- links --><!-- end of links -->",
	"</title></content></entry>",
	("\xe2\x80\xae"
	 "evil\xe2\x80\xac\xe2\x81\xa6"),
	"\x01\x02\x1b[31m\x7f",
	"\xef\xbf\xbe\xef\xbf\xbf\xf0\x9f\xbf\xbf",
};

/* The markup of the page, without what stands between, and the values of attributes. */
static guint
count(const char *text, const char *what)
{
	guint n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void
assert_harmless(const char *page, const char *name)
{
	ck_assert_msg(count(page, "<script") <= 1, "%s", name);
	ck_assert_msg(count(page, "<title") <= 4, "%s", name); /* of the feed */
	ck_assert_msg(!strstr(page, "<img") && !strstr(page, "<b>"), "%s", name);
	ck_assert_msg(g_utf8_validate(page, -1, NULL), "%s", name);
	for (const char *c = page; *c; c = g_utf8_next_char(c)) {
		GUnicodeType type = g_unichar_type(g_utf8_get_char(c));
		ck_assert_msg((type != G_UNICODE_CONTROL || *c == '\n') &&
				      type != G_UNICODE_FORMAT && type != G_UNICODE_UNASSIGNED,
			"%s: U+%04X", name, g_utf8_get_char(c));
	}
}

START_TEST(hostile_texts_do_no_harm_on_any_page)
{
	static const char *const pages[] = {"index.html", "2017/index.html",
		"2017/09/index.html", "2017/week-36.html", "feed.atom"};
	g_autoptr(Site) site = make_site("UTC");
	g_autoptr(Summary) summary = sample("2017-09-10");
	g_autofree char *long_text = g_strnfill(10000, 'A');
	g_autofree char *text = g_strconcat(hostile[_i], long_text, NULL);

	g_free(summary->headline);
	summary->headline = g_strdup(text);
	summary->tune = g_strdup(text);
	add_source(summary, text);
	add_finding(summary, text, text);
	put_day(summary);
	put_days("2017-09-09");
	put_file("2017/09/08", "index.html", "");
	put_file("2017/09/08", SUMMARY_NAME, text);
	update(site, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(pages); i++) {
		g_autofree char *page = read_page(pages[i]);
		assert_harmless(page, pages[i]);
	}
	g_autofree char *feed = read_page("feed.atom");
	const GMarkupParser nothing = {NULL};
	g_autoptr(GMarkupParseContext) parser =
		g_markup_parse_context_new(&nothing, 0, NULL, NULL);
	ck_assert(g_markup_parse_context_parse(parser, feed, -1, NULL) &&
		  g_markup_parse_context_end_parse(parser, NULL));
	ck_assert_uint_eq(count(feed, "<entry>"), 2);
}
END_TEST

/* --- feed, latest, links */

START_TEST(the_feed_has_the_last_30_days_with_news)
{
	g_autoptr(Site) site = make_site("UTC");
	char date[CALENDAR_TEXT_SIZE];

	for (guint i = 0; i < 40; i++) {
		guint day;
		ck_assert(calendar_parse("2017-09-01", &day));
		g_autoptr(Summary) summary = sample(calendar_format(day + i, date));
		summary->fresh = i % 4 != 0; /* 30 of 40; the first of them on 2017-09-02 */
		put_day(summary);
	}
	put_days("2017-08-31");
	update(site, NULL);
	g_autofree char *feed = read_page("feed.atom");
	ck_assert_uint_eq(count(feed, "<entry>"), 30);
	ck_assert_ptr_null(strstr(feed, "2017/09/01/"));
	ck_assert_ptr_nonnull(strstr(feed, "\"2017/09/02/index.html\""));
	ck_assert_ptr_null(strstr(feed, "2017/08/31"));
	/* Worked out by another implementation of UUIDs: Python's uuid5. */
	ck_assert_ptr_nonnull(
		strstr(feed, "<id>urn:uuid:e0cae1d4-8758-5a3f-b81a-13f6485a9f0d</id>"));
	ck_assert_ptr_nonnull(strstr(feed, "<updated>2017-10-10T00:00:00Z</updated>"));
}
END_TEST

START_TEST(latest_leads_to_the_newest_day)
{
	g_autoptr(Site) site = make_site("UTC");
	g_autofree char *path = path_of("latest");

	put_days("2017-09-10 2017-09-09");
	update(site, NULL);
	g_autofree char *first = g_file_read_link(path, NULL);
	ck_assert_str_eq(first, "2017/09/10");
	put_days("2017-10-01");
	update(site, NULL);
	g_autofree char *then = g_file_read_link(path, NULL);
	ck_assert_str_eq(then, "2017/10/01");
	g_autofree char *gone = path_of("2017");
	remove_tree(gone);
	update(site, NULL);
	ck_assert(!g_file_test(path, G_FILE_TEST_IS_SYMLINK));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, a_month_begins_on_its_weekday_and_shows_its_gaps, 0,
		(int)G_N_ELEMENTS(months));
	tcase_add_loop_test(tests, what_a_day_lacks_is_shown_in_calendar_month_and_week, 0,
		(int)G_N_ELEMENTS(gaps));
	tcase_add_test(
		tests, the_calendar_has_24_months_and_older_ones_lie_on_their_years_pages);
	tcase_add_test(tests, a_summary_comes_back_as_it_was);
	tcase_add_loop_test(tests, a_damaged_summary_is_told_and_the_pages_stand, 0,
		(int)G_N_ELEMENTS(damages));
	tcase_add_test(tests, a_summary_may_be_missing_or_no_file_or_too_large);
	tcase_add_loop_test(
		tests, a_damaged_list_of_days_is_made_anew, 0, (int)G_N_ELEMENTS(lists));
	tcase_add_test(tests, a_summary_of_an_untouched_month_is_not_read_again);
	tcase_add_loop_test(
		tests, hostile_texts_do_no_harm_on_any_page, 0, (int)G_N_ELEMENTS(hostile));
	tcase_add_test(tests, the_feed_has_the_last_30_days_with_news);
	tcase_add_test(tests, latest_leads_to_the_newest_day);
}

int
main(void)
{
	return suite_run("archive", add_tests);
}
