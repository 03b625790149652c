#include "config.h"

#include "tests/suite.h"

#include "collect/turn.h"
#include "common/hour.h"

enum { NOON = 1505044800, HOUR = 3600 }; /* 2017-09-10T12:00:00Z */

/*
 * Steps of a story, and the files that were opened and closed by its end. A file is a letter,
 * in the order of opening; "+A12:00 " opened in hour 12:00, at its second 0; "-A " closed;
 * "a " a packet went into it.
 */
typedef struct {
	enum { END, PACKET, CLOCK, FULL, ROOM, CLOSE } what;
	double at; /* s after noon */
} Step;

static const struct {
	const char *name;
	Step steps[16];
	const char *story;
} stories[] = {
	{"an empty hour is opened by the clock, and closed when it lingered",
		{{CLOCK, 0}, {CLOCK, HOUR - 1}, {CLOCK, HOUR}, {CLOCK, HOUR + 9.9},
			{CLOCK, HOUR + 10}},
		"+A0@0 +B1@0 -A "},
	{"a late packet goes into its own hour while that is open",
		{{CLOCK, 10}, {PACKET, 11}, {CLOCK, HOUR - 0.1}, {CLOCK, HOUR}, {PACKET, HOUR},
			{PACKET, HOUR - 0.001}, {CLOCK, HOUR + 10}},
		"+A0@10 a +B1@0 b a -A "},
	{"a packet later than that has its hour opened anew",
		{{CLOCK, 0}, {CLOCK, HOUR}, {CLOCK, HOUR + 10}, {PACKET, HOUR - 2},
			{CLOCK, HOUR + 11}, {PACKET, HOUR - 1}, {CLOCK, HOUR + 20},
			{CLOCK, HOUR + 21}},
		"+A0@0 +B1@0 -A +C0@3598 c c -C "},
	{"an exact hour belongs to the hour that begins",
		{{PACKET, HOUR - 1e-6}, {PACKET, HOUR}}, "+A0@3599 a +B1@0 b "},
	{"packets alone turn the hour", {{PACKET, 0}, {PACKET, HOUR}, {PACKET, 2 * HOUR}},
		"+A0@0 a +B1@0 b -A +C2@0 c "},
	{"a clock stepped back goes on in the hour it is in",
		{{CLOCK, HOUR + 100}, {PACKET, HOUR + 100}, {CLOCK, 50}, {PACKET, 50},
			{CLOCK, 70}},
		"+A1@100 a +B0@50 b -A "},
	{"a clock stepped forward and back leaves no file behind open",
		{{CLOCK, 0}, {PACKET, 0}, {CLOCK, 100 * HOUR}, {PACKET, 100 * HOUR}, {CLOCK, 1},
			{PACKET, 1}, {CLOCK, 2}, {CLOCK, 10}, {PACKET, 10.5}, {CLOCK, 11},
			{CLOCK, 12}, {CLOCK, 13}},
		"+A0@0 a +B100@0 b a a -B "},
	{"the file used longest ago makes room",
		{{PACKET, 3 * HOUR}, {PACKET, 2 * HOUR}, {PACKET, HOUR}, {PACKET, 0},
			{PACKET, 3 * HOUR}, {PACKET, -HOUR}, {PACKET, 2 * HOUR}},
		"+A3@0 a +B2@0 b +C1@0 c +D0@0 d a -B +E-1@0 e -E -D +F2@0 f "},
	{"without room nothing is opened, with room it goes on within the hour",
		{{CLOCK, 0}, {FULL, 0}, {CLOSE, 0}, {CLOCK, 5}, {PACKET, 5}, {ROOM, 0},
			{CLOCK, 90}, {PACKET, 91}},
		"+A0@0 -A !0 !0 ! +B0@90 b "},
	{"all is closed at the end", {{CLOCK, HOUR - 1}, {CLOCK, HOUR}, {CLOSE, 0}},
		"+A0@3599 +B1@0 -A -B "},
};

typedef struct {
	GString *story;
	char next;
	gboolean full;
} Teller;

static gpointer
open_file(gpointer data, gint64 hour, int second)
{
	Teller *teller = data;

	if (teller->full) {
		g_string_append_printf(teller->story, "!%d ", (int)((hour - NOON) / HOUR));
		return NULL;
	}
	g_string_append_printf(
		teller->story, "+%c%d@%d ", teller->next, (int)((hour - NOON) / HOUR), second);
	return GINT_TO_POINTER((int)teller->next++);
}

static void
close_file(gpointer data, gpointer file)
{
	Teller *teller = data;

	g_string_append_printf(teller->story, "-%c ", (char)GPOINTER_TO_INT(file));
}

static guint64
after_noon(double seconds)
{
	return (guint64)((gint64)NOON * (gint64)SECOND_NS + (gint64)(seconds * 1e9));
}

static void
take_packet(Turn *turn, Teller *teller, guint64 time_ns)
{
	guint64 begin, end;
	gpointer file = turn_file(turn, time_ns, &begin, &end);

	ck_assert_uint_ge(time_ns, begin);
	ck_assert_uint_lt(time_ns, end);
	ck_assert_uint_eq(end - begin, HOUR_NS);
	if (file)
		g_string_append_printf(
			teller->story, "%c ", g_ascii_tolower((char)GPOINTER_TO_INT(file)));
	else
		g_string_append(teller->story, "! ");
}

START_TEST(a_story_ends_as_told)
{
	Teller teller = {g_string_new(NULL), 'A', FALSE};
	TurnSettings settings = {
		.hour_seconds = HOUR, .open = open_file, .close = close_file, .data = &teller};
	g_autoptr(Turn) turn = turn_new(&settings);
	guint64 tick = 1;
	double clock = 0;

	for (const Step *step = stories[_i].steps; step->what != END; step++) {
		/* The unstepped clock goes with the other, but for its steps of an hour. */
		if (step->what == CLOCK && step->at > clock && step->at - clock < HOUR)
			tick += (guint64)((step->at - clock) * 1e9);
		if (step->what == CLOCK)
			clock = step->at;
		switch (step->what) {
		case PACKET:
			take_packet(turn, &teller, after_noon(step->at));
			break;
		case CLOCK:
			turn_advance(turn, after_noon(step->at), tick);
			break;
		case CLOSE:
			turn_close_all(turn);
			ck_assert_uint_eq(turn_n_open(turn), 0);
			break;
		default:
			teller.full = step->what == FULL;
		}
	}
	ck_assert_msg(g_str_equal(teller.story->str, stories[_i].story), "%s:\n%s\n%s",
		stories[_i].name, teller.story->str, stories[_i].story);
	g_string_free(teller.story, TRUE);
}
END_TEST

static const struct {
	guint grid, length;
	gint64 time, hour; /* s since 1970 */
} grids[] = {
	{0, 3600, NOON + 3599, NOON},
	{30, 3600, NOON, NOON - 1800},
	{45, 3600, NOON + 2700, NOON + 2700},
	{0, 2, NOON + 1, NOON},
	{0, 2, NOON + 2, NOON + 2},
	{30, 3600, 0, -1800},
	{0, 3600, 0, 0},
};

static gpointer
keep_hour(gpointer data, gint64 hour, int second)
{
	*(gint64 *)data = hour;
	ck_assert_int_ge(second, 0);
	return data;
}

static void
pass_over(gpointer data, gpointer file)
{
	(void)data, (void)file;
}

START_TEST(an_hour_begins_on_the_grid)
{
	gint64 hour = -1;
	TurnSettings settings = {grids[_i].grid, grids[_i].length, keep_hour, pass_over, &hour};
	g_autoptr(Turn) turn = turn_new(&settings);

	ck_assert(turn_advance(turn, (guint64)grids[_i].time * SECOND_NS, 0));
	ck_assert_int_eq(hour, grids[_i].hour);
}
END_TEST

/* Oracle: each file holds the times of one hour only, and every packet is in one. */
START_TEST(no_packet_is_lost_or_in_another_hour)
{
	gint64 hour = -1;
	TurnSettings settings = {15, 7, keep_hour, pass_over, &hour};
	g_autoptr(Turn) turn = turn_new(&settings);
	GRand *random = g_rand_new_with_seed(1998);

	for (guint i = 0; i < 100000; i++) {
		guint64 time = (guint64)g_rand_int_range(random, 0, 200) * SECOND_NS;
		guint64 begin, end;
		if (g_rand_int_range(random, 0, 10) == 0)
			turn_advance(turn, time, i * SECOND_NS / 10);
		ck_assert_ptr_nonnull(turn_file(turn, time, &begin, &end));
		ck_assert(begin <= time && time < end);
		ck_assert_uint_le(turn_n_open(turn), TURN_SLOTS);
	}
	g_rand_free(random);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, a_story_ends_as_told, 0, G_N_ELEMENTS(stories));
	tcase_add_loop_test(tests, an_hour_begins_on_the_grid, 0, G_N_ELEMENTS(grids));
	tcase_add_test(tests, no_packet_is_lost_or_in_another_hour);
}

int
main(void)
{
	return suite_run("turn", add_tests);
}
