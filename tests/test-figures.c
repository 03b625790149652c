/*
 * The pictures of a page: well-formed, within their bounds, with their data, and no more marks
 * than are allowed.
 */
#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "report/figure_coverage.h"
#include "report/figure_fanout.h"
#include "report/figure_finding.h"
#include "report/figure_group.h"
#include "report/figure_hours.h"
#include "report/figure_overview.h"
#include "report/figure_ports.h"
#include "tests/svg_reader.h"

enum { MIDNIGHT = 1505001600, DAY = 24 * HOUR_SECONDS };

static Address
v4(guint number)
{
	return address_from_v4(0xc0000200 + number);
}

static Address
v6(guint number)
{
	return (Address){0x20010db8aaaabbbb, number, 6};
}

static guint64
at(double hours)
{
	return (guint64)(MIDNIGHT + hours * HOUR_SECONDS) * SECOND_NS;
}

/* Pictures of an overview. */

static void
draw_overview(GString *page, Overview *overview)
{
	g_autoptr(Overview) own = overview;

	figure_overview(page, own, 0);
}

static void
empty_overview(GString *page)
{
	draw_overview(page, overview_new(MIDNIGHT, MIDNIGHT + DAY));
}

static void
overview_of_one(GString *page)
{
	Overview *overview = overview_new(MIDNIGHT, MIDNIGHT + DAY);
	Address target = v4(1);

	overview_add(overview, &target, at(3), CONTACT_REQUEST, 1);
	draw_overview(page, overview);
}

static void
overview_of_many(GString *page)
{
	Overview *overview = overview_new(MIDNIGHT, MIDNIGHT + DAY);

	for (guint i = 0; i < 40000; i++) {
		Address target = i % 3 ? address_from_v4(i * 2654435761u) : v6(i << 20);
		overview_add(
			overview, &target, at(i % 24), (ContactClass)(i % CONTACT_CLASSES), i);
	}
	draw_overview(page, overview);
}

static void
overview_of_years(GString *page)
{
	Overview *overview = overview_new(0, MIDNIGHT + DAY);

	for (guint i = 0; i < 5000; i++) {
		Address target = v4(i);
		overview_add(overview, &target, (guint64)i * 100000 * SECOND_NS,
			CONTACT_RESPONSE, G_MAXUINT32);
	}
	draw_overview(page, overview);
}

/* Pictures of a finding. */

typedef struct {
	Finding *finding;
	Detail *detail;
} Told;

static Told
told_new(guint n_sources, gint64 length)
{
	const FindingWindow window = {.start = MIDNIGHT, .length = length};
	Address source = address_from_v4(0xc6336409);
	Told told = {finding_new(&window, profile_new_empty(&source, 32, MIDNIGHT, length)),
		g_new0(Detail, 1)};

	for (guint i = 1; i < n_sources; i++) {
		FindingSource more = {.source = i % 2 ? v6(i) : address_from_v4(0xc6336409 + i),
			.bits = i % 2 ? 64 : 32};
		g_array_append_val(told.finding->sources, more);
	}
	told.finding->n_sources = n_sources;
	*told.detail = (Detail){
		.marks = g_array_new(FALSE, FALSE, sizeof(DetailMark)),
		.targets = g_array_new(FALSE, FALSE, sizeof(Address)),
		.hours = g_array_new(FALSE, FALSE, sizeof(gint64)),
		.from = MIDNIGHT,
		.to = MIDNIGHT + length,
		.sports_min = G_MAXUINT16 + 1,
	};
	return told;
}

/* targets: ascending. */
static void
add_mark(Told *told, Address target, guint64 time, guint source, Kind kind, guint port)
{
	GArray *targets = told->detail->targets;
	DetailMark mark = {target, time, time, 1, source, (guint16)port, (guint8)kind};

	if (targets->len == 0 ||
		address_compare(&g_array_index(targets, Address, targets->len - 1), &target) <
			0)
		g_array_append_val(targets, target);
	g_array_append_val(told->detail->marks, mark);
	told->detail->n_marks++;
}

static void
draw_told(GString *page, Told *told)
{
	figure_finding(page, "c", told->finding, told->detail, 0);
	figure_ports(page, "p", told->finding, told->detail);
	figure_group(page, "g", told->finding, told->detail);
	detail_free(told->detail);
	finding_free(told->finding);
}

static void
add_trait(Told *told, Kind kind, guint16 sport_min, guint16 sport_max, guint32 blocks)
{
	Trait trait;

	trait_clear(&trait);
	trait.kind = (guint8)kind;
	trait.seen = TRAIT_PORTS;
	trait.sport_min = sport_min;
	trait.sport_max = sport_max;
	trait.dport_blocks_low = trait.dport_blocks_high = trait.dport_marks = blocks;
	g_array_append_val(told->finding->profile->traits, trait);
}

static void
two_contacts(GString *page)
{
	Told told = told_new(1, HOUR_SECONDS);

	add_mark(&told, v4(1), at(0), 0, KIND_ECHO, 8);
	add_mark(&told, v4(2), at(0), 0, KIND_ECHO, 8);
	draw_told(page, &told);
}

static void
sweep(GString *page)
{
	Told told = told_new(1, HOUR_SECONDS);

	for (guint i = 0; i < DETAIL_MARKS; i++)
		add_mark(&told, address_from_v4(0x0a000000 + i * 99), at(i / 2000.0), 0,
			KIND_SYN, 23);
	told.detail->n_marks = 100000;
	add_trait(&told, KIND_SYN, 1024, 65535, 1);
	draw_told(page, &told);
}

static void
backscatter(GString *page)
{
	Told told = told_new(1, DAY);

	for (guint i = 0; i < 300; i++)
		add_mark(&told, v4(i), at(i * 7919 % 2400 / 100.0), 0,
			i % 9 ? KIND_SYNACK : KIND_RST, 80);
	add_trait(&told, KIND_SYNACK, 80, 80, G_MAXUINT32);
	add_trait(&told, KIND_RST, 80, 80, 0x00ff00ff);
	draw_told(page, &told);
}

static void
times_out_of_range(GString *page)
{
	Told told = told_new(1, 7 * DAY);

	add_mark(&told, v4(1), 0, 0, KIND_UDP, 0);
	add_mark(&told, v4(2), G_MAXUINT64, 0, KIND_UDP, 65535);
	add_mark(&told, v6(3), at(2000), 0, KIND_OTHER, 0);
	add_trait(&told, KIND_UDP, 0, 65535, G_MAXUINT32);
	draw_told(page, &told);
}

static void
port_scan(GString *page)
{
	Told told = told_new(1, HOUR_SECONDS);

	for (guint i = 0; i < 1000; i++)
		add_mark(&told, v4(1), at(i / 1000.0), 0, KIND_SYN, i * 65);
	draw_told(page, &told);
}

/* A class of contacts stands in the key once, whatever order its kinds come in. */
static void
kinds(GString *page)
{
	static const ContactClass with_ports[] = {
		CONTACT_REQUEST, CONTACT_ACK, CONTACT_RESPONSE, CONTACT_UDP};
	Told told = told_new(1, HOUR_SECONDS);

	for (guint kind = 0; kind < KIND_CONTACTS; kind++)
		add_mark(&told, v4(1), at(kind / 20.0), 0, (Kind)kind, 80 + kind);
	g_autoptr(GString) ports = g_string_new(NULL);
	figure_ports(ports, "k", told.finding, told.detail);
	for (gsize i = 0; i < G_N_ELEMENTS(with_ports); i++) {
		g_autofree char *item =
			g_strdup_printf("</svg>%s</li>", contact_classes[with_ports[i]].text);
		const char *first = strstr(ports->str, item);
		ck_assert_ptr_nonnull(first);
		ck_assert_ptr_null(strstr(first + 1, item));
	}
	draw_told(page, &told);
}

static void
flood(GString *page)
{
	Told told = told_new(DETAIL_SOURCES + 20, HOUR_SECONDS);

	for (guint i = 0; i < DETAIL_SOURCES; i++)
		add_mark(&told, v4(1), at(0.5), i, KIND_SYN, 80);
	told.finding->scope = SCOPE_TARGET;
	told.finding->n_sources = 100000;
	draw_told(page, &told);
}

static void
group(GString *page)
{
	Told told = told_new(DETAIL_SOURCES, DAY);

	for (guint i = 0; i < 500; i++)
		add_mark(&told, v4(i), at(i % 24), i % DETAIL_SOURCES, KIND_SYN, 445);
	for (guint i = 0; i < 50; i++)
		add_mark(&told, v4(i * 3), at(i % 24), 1, KIND_ACK, 445);
	draw_told(page, &told);
}

static void
pair(GString *page)
{
	Told told = told_new(2, DAY);

	add_mark(&told, v4(1), at(1), 0, KIND_SYN, 445);
	add_mark(&told, v4(2), at(2), 1, KIND_XMAS, 445);
	add_mark(&told, v4(2), at(3), 0, KIND_SYN, 445);
	draw_told(page, &told);
}

/* Strips of hours, and what stands beside. */

static void
hours(GString *page)
{
	Address source = v4(1);
	g_autoptr(Profile) profile = profile_new_empty(&source, 32, MIDNIGHT, DAY);

	figure_hours_days(page, profile, 0, 7);
	for (guint i = 0; i < 300; i += 1 + i % 5) {
		ProfileHour hour = {MIDNIGHT + (gint64)i * HOUR_SECONDS, i * i * i};
		g_array_append_val(profile->hours, hour);
	}
	figure_hours_row(page, profile, MIDNIGHT, 24, 7);
	figure_hours_row(page, profile, MIDNIGHT + DAY, 25, 0);
	figure_hours_row(page, profile, 0, 1000, 7);
	figure_hours_days(page, profile, 30, 7);
}

static void
fanout(GString *page)
{
	guint64 counts[FIGURE_FANOUT_MOST + 1] = {0};

	figure_fanout(page, "none", "1 h", counts, 1, 7);
	counts[1] = 1;
	figure_fanout(page, "one", "1 h", counts, 1, 7);
	for (guint i = 1; i <= FIGURE_FANOUT_MOST; i++)
		counts[i] = G_MAXUINT64 >> i;
	figure_fanout(page, "many", "24 h", counts, 2, 50);
	figure_fanout(page, "wrong", "<b>\"&", counts, 0, 0);
	figure_fanout(page, "beyond", "7 d", counts, 1, G_MAXUINT);
}

static void
coverage(GString *page)
{
	const char *sensors[] = {"a\"<&>\n", "north",
		"a-name-of-sixty-four-letters-that-nobody-would-give-to-a-sensor-x", NULL};
	const char *many[21] = {NULL};
	g_autoptr(GPtrArray) readers = g_ptr_array_new();
	Day day = {.sensors = sensors,
		.from = MIDNIGHT,
		.to = MIDNIGHT + 25 * HOUR_SECONDS,
		.span = {MIDNIGHT, MIDNIGHT + 20 * HOUR_SECONDS},
		.readers = readers};

	for (guint i = 0; i < 20; i++)
		many[i] = "south";
	figure_coverage(page, &day);
	day.sensors = many;
	g_autoptr(GString) second = g_string_new(NULL);
	figure_coverage(second, &day);
	ck_assert_ptr_nonnull(strstr(second->str, "8 more sensors are not drawn"));
	day.sensors = many + 20;
	figure_coverage(page, &day);
}

static const struct {
	const char *name;
	void (*draw)(GString *page);
	guint figures, marks_max;
} pages[] = {
	{"empty overview", empty_overview, 0, 0},
	{"overview of one", overview_of_one, 1, 1},
	{"overview of many", overview_of_many, 1, FIGURE_OVERVIEW_MARKS},
	{"overview of years", overview_of_years, 1, FIGURE_OVERVIEW_MARKS},
	{"two contacts", two_contacts, 0, 0},
	{"sweep", sweep, 2, FIGURE_FINDING_MARKS + 1},
	{"backscatter", backscatter, 2, FIGURE_FINDING_MARKS + 1},
	{"times out of range", times_out_of_range, 2, 4},
	{"port scan", port_scan, 2, FIGURE_FINDING_MARKS + 500},
	{"kinds", kinds, 2, 100},
	{"flood", flood, 2, DETAIL_SOURCES + 1},
	{"group", group, 3, FIGURE_FINDING_MARKS + 2},
	{"pair", pair, 3, 5},
	{"hours", hours, 0, 0},
	{"fanout", fanout, 4, 0},
	{"coverage", coverage, 1, 0},
};

START_TEST(pictures_are_whole_and_in_bounds)
{
	g_autoptr(GString) page = g_string_new(NULL);
	g_autoptr(GString) again = g_string_new(NULL);

	pages[_i].draw(page);
	pages[_i].draw(again);
	ck_assert_str_eq(page->str, again->str);
	g_autoptr(SvgReader) reader = svg_reader_new(page->str);
	for (guint i = 0; i < reader->problems->len; i++)
		ck_abort_msg("%s: %s", pages[_i].name, (char *)reader->problems->pdata[i]);
	ck_assert_uint_eq(reader->figures, pages[_i].figures);
	ck_assert_uint_eq(reader->pictures - reader->keys, reader->titles);

	ck_assert_uint_eq(reader->captions, reader->figures);
	ck_assert_uint_eq(reader->tables, reader->figures);
	ck_assert_uint_ge(reader->row_heads, reader->figures);
	ck_assert_uint_le(reader->marks, pages[_i].marks_max);
	ck_assert(reader->figures == 0 || pages[_i].marks_max == 0 || reader->marks > 0);
}
END_TEST

/* What is cut is said. */
static const struct {
	void (*draw)(GString *page);
	const char *text;
} cuts[] = {
	{overview_of_many, "More than 4,000 marks would have been drawn"},
	{sweep, "100,000 contacts over 2,000 targets"},
	{sweep, "about one in 400 is drawn"},
	{sweep, "marks of some of many contacts"},
	{flood, "of the first 64 sources by address"},
	{group, "52 more sources are not drawn"},
	{backscatter, "One source port against scattered destination ports"},
	{fanout, "sources that hit 2 hosts or more in 24 h"},
	{hours, "and 6 more days"},
};

START_TEST(what_is_cut_is_said)
{
	g_autoptr(GString) page = g_string_new(NULL);

	cuts[_i].draw(page);
	if (!strstr(page->str, cuts[_i].text))
		ck_abort_msg("not said: %s", cuts[_i].text);
}
END_TEST

START_TEST(a_group_that_overlaps_says_so)
{
	g_autoptr(GString) page = g_string_new(NULL);

	pair(page);
	ck_assert_ptr_nonnull(strstr(page->str, "1 hit by more than one source (crosses)"));
	ck_assert_ptr_nonnull(strstr(page->str, "<path class=\"mark\""));
}
END_TEST

/* A port that was given up lies under 0; a SYN to port 0 is one. */
START_TEST(port_0_is_told_of_requests_alone)
{
	static const struct {
		Kind kind;
		const char *contact, *ports;
	} wanted[] = {
		{KIND_SYN, "<td>syn</td><td>0</td>", "<td>0, 80</td>"},
		{KIND_RST, "<td>rst</td><td>not kept</td>",
			"80; 1 contact, port not kept</td>"},
		{KIND_UDP, "<td>udp</td><td>not kept</td>",
			"80; 1 contact, port not kept</td>"},
		{KIND_ECHOREPLY, "<td>echoreply</td><td>0</td>", ""},
	};
	g_autoptr(GString) page = g_string_new(NULL);
	Told told = told_new(1, DAY);

	for (guint i = 0; i < FIGURE_FINDING_LEAST; i++)
		add_mark(&told, v4(i), at(i), 0, wanted[_i].kind, i == 0 ? 0 : 80);
	draw_told(page, &told);
	ck_assert_msg(strstr(page->str, wanted[_i].contact) != NULL, "%s", page->str);
	ck_assert_msg(strstr(page->str, wanted[_i].ports) != NULL, "%s", page->str);
}
END_TEST

START_TEST(numbers_that_are_none_are_moved_to_the_edge)
{
	static const double values[] = {-1e300, 1e300, 0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0, -0.0};
	g_autoptr(Svg) svg = svg_new(100, 50);
	g_autoptr(GString) page = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(values); i++)
		for (guint shape = SVG_TICK; shape <= SVG_SLASH; shape++) {
			svg_mark(svg, "request", (SvgShape)shape, values[i], 3);
			svg_line(svg, "axis", 5, values[i], values[i], 5);
			svg_box(svg, "cell1", 5, values[i], values[i], values[i]);
			svg_text(svg, NULL, SVG_END, values[i], values[i], "x");
		}
	svg_put(svg, page, "big", "id", "title", "description");
	g_autoptr(SvgReader) reader = svg_reader_new(page->str);
	for (guint i = 0; i < reader->problems->len; i++)
		ck_abort_msg("%s", (char *)reader->problems->pdata[i]);
	ck_assert_ptr_null(strstr(page->str, "nan"));
	ck_assert_ptr_null(strstr(page->str, "inf"));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, pictures_are_whole_and_in_bounds, 0, (int)G_N_ELEMENTS(pages));
	tcase_add_loop_test(tests, what_is_cut_is_said, 0, (int)G_N_ELEMENTS(cuts));
	tcase_add_test(tests, a_group_that_overlaps_says_so);
	tcase_add_loop_test(tests, port_0_is_told_of_requests_alone, 0, 4);
	tcase_add_test(tests, numbers_that_are_none_are_moved_to_the_edge);
}

int
main(void)
{
	return suite_run("figures", add_tests);
}
