/*
 * Windows over events, against counting every window anew.
 */
#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "tally/slide.h"

enum { MIDNIGHT = 1505001600, TARGETS = 6, EVENTS_MAX = 40, DAYS = 9, ROUNDS = 300 };

static GArray *
make_events(GRand *random)
{
	GArray *events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	guint n = (guint)g_rand_int_range(random, 0, EVENTS_MAX);

	for (guint i = 0; i < n; i++) {
		SlideEvent event = {MIDNIGHT + g_rand_int_range(random, -DAYS * 12, DAYS * 12) *
						       HOUR_SECONDS,
			(guint32)g_rand_int_range(random, 0, TARGETS),
			(guint64)g_rand_int_range(random, 1, 4)};
		g_array_append_val(events, event);
	}
	return events;
}

static SlideWindow
count_window(const GArray *events, gint64 start, gint64 length)
{
	SlideWindow window = {.start = start};
	guint seen = 0;

	for (guint i = 0; i < events->len; i++) {
		const SlideEvent *event = &g_array_index(events, SlideEvent, i);
		if (event->hour < start || event->hour >= start + length)
			continue;
		seen |= 1u << event->target;
		window.packets += event->packets;
	}
	window.targets = (guint32)__builtin_popcount(seen);
	return window;
}

static gboolean
has_window(const GArray *windows, const SlideWindow *wanted)
{
	for (guint i = 0; i < windows->len; i++) {
		const SlideWindow *window = &g_array_index(windows, SlideWindow, i);
		if (window->start == wanted->start)
			return window->targets == wanted->targets &&
			       window->packets == wanted->packets;
	}
	return FALSE;
}

static const SlidePlan plans[] = {
	{HOUR_SECONDS, HOUR_SECONDS, 0, 2, 0},
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0, 3, 0},
	{24 * HOUR_SECONDS, HOUR_SECONDS, 30, 0, 5},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, 0, 4, 12},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, 45, 0, 9},
};

/* Oracle: each window that ends at a step, counted by itself. Told must be what the oracle says,
 * and no window with enough may hold more than one that is told. */
START_TEST(windows_with_enough_are_found)
{
	const SlidePlan *plan = &plans[_i];
	gint64 grid = plan->grid_minutes * 60;
	g_autoptr(GRand) random = g_rand_new_with_seed((guint32)_i + 1);

	for (guint round = 0; round < ROUNDS; round++) {
		g_autoptr(GArray) events = make_events(random);
		g_autoptr(GArray) windows = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
		for (guint i = 0; i < events->len; i++)
			g_array_index(events, SlideEvent, i).hour += grid;
		slide_find(events, TARGETS, plan, windows);
		for (guint i = 0; i < windows->len; i++) {
			const SlideWindow *window = &g_array_index(windows, SlideWindow, i);
			SlideWindow counted = count_window(events, window->start, plan->length);
			ck_assert_uint_eq(window->targets, counted.targets);
			ck_assert_uint_eq(window->packets, counted.packets);
			ck_assert_int_eq((window->start + plan->length - grid) % plan->step, 0);
			ck_assert(i == 0 || window->start > (window - 1)->start);
		}
		for (guint i = 0; i < events->len; i++) {
			gint64 hour = g_array_index(events, SlideEvent, i).hour;
			gint64 end = hour + HOUR_SECONDS;
			while ((end - grid) % plan->step != 0)
				end += HOUR_SECONDS;
			SlideWindow counted =
				count_window(events, end - plan->length, plan->length);
			gboolean enough =
				(plan->targets > 0 && counted.targets >= plan->targets) ||
				(plan->packets > 0 && counted.packets >= plan->packets);
			ck_assert(!enough || has_window(windows, &counted));
		}
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, windows_with_enough_are_found, 0, (int)G_N_ELEMENTS(plans));
}

int
main(void)
{
	return suite_run("slide", add_tests);
}
