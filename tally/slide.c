#include "config.h"

#include "tally/slide.h"

#include "common/hour.h"

static int
compare_events(gconstpointer a, gconstpointer b)
{
	const SlideEvent *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

/* The start of the first window at that step that ends at or after the end of the hour. */
static gint64
window_start(const SlidePlan *plan, gint64 hour)
{
	gint64 end = hour + HOUR_SECONDS - plan->grid_minutes * 60;
	gint64 past = end % plan->step;

	if (past < 0)
		past += plan->step;
	return hour + HOUR_SECONDS + (past > 0 ? plan->step - past : 0) - plan->length;
}

static gboolean
is_enough(const SlidePlan *plan, const SlideWindow *window)
{
	return (plan->targets > 0 && window->targets >= plan->targets) ||
	       (plan->packets > 0 && window->packets >= plan->packets);
}

void
slide_find(GArray *events, guint32 n_targets, const SlidePlan *plan, GArray *windows)
{
	g_autofree guint32 *seen = g_new0(guint32, n_targets + 1);
	const SlideEvent *items = (const SlideEvent *)(gpointer)events->data;
	SlideWindow window = {0};
	guint oldest = 0, next = 0;

	g_array_sort(events, compare_events);
	while (next < events->len) {
		window.start = window_start(plan, items[next].hour);
		for (; next < events->len && items[next].hour < window.start + plan->length;
			next++) {
			window.targets += seen[items[next].target]++ == 0;
			window.packets += items[next].packets;
		}
		for (; items[oldest].hour < window.start; oldest++) {
			window.targets -= --seen[items[oldest].target] == 0;
			window.packets -= items[oldest].packets;
		}
		if (is_enough(plan, &window))
			g_array_append_val(windows, window);
	}
}

void
slide_tell(const GArray *events, const SlidePlan *plan, gint64 from, gint64 to, GArray *windows)
{
	const SlideEvent *event = (const SlideEvent *)(gpointer)events->data;
	SlideWindow *items = (SlideWindow *)(gpointer)windows->data;
	gint64 reach = G_MININT64;
	guint kept = 0, next = 0;

	for (guint i = 0; i < windows->len; i++) {
		gint64 end = items[i].start + plan->length, last = end - HOUR_SECONDS;
		while (next < events->len && event[next].hour < end)
			next++;
		if (last < from || last >= to || event[next - 1].hour < from)
			continue;
		if (kept == 0 || items[i].start >= reach)
			items[kept++] = items[i];
		else if (items[i].targets > items[kept - 1].targets)
			items[kept - 1] = items[i];
		reach = end;
	}
	g_array_set_size(windows, kept);
}
