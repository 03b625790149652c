#include "config.h"

#include "tally/port_window.h"

#include <math.h>
#include <stdlib.h>

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

/* The service's entries of the days [from, to). */
static guint
find_days(const Asking *entries, guint n, gint32 from, gint32 to, guint *first)
{
	guint next;

	for (*first = 0; *first < n && entries[*first].day < from; ++*first)
		;
	for (next = *first; next < n && entries[next].day < to; next++)
		;
	return next - *first;
}

/* The distinct sources among entries of a window, and those that came on several days: a merge of
 * its days, each of which is in order. */
static guint
count_sources(const Asking *entries, guint n, guint *returning)
{
	guint at[PORT_WINDOW_DAYS], ends[PORT_WINDOW_DAYS], days = 0, sources = 0;

	for (guint i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && entries[next].day == entries[i].day; next++)
			;
		at[days] = i;
		ends[days++] = next;
	}
	for (*returning = 0;; sources++) {
		guint32 least = G_MAXUINT32;
		guint shared = 0;
		for (guint d = 0; d < days; d++)
			if (at[d] < ends[d])
				least = MIN(least, entries[at[d]].source);
		if (least == G_MAXUINT32)
			return sources;
		for (guint d = 0; d < days; d++) {
			if (at[d] == ends[d] || entries[at[d]].source != least)
				continue;
			at[d]++;
			shared++;
		}
		*returning += shared >= 2;
	}
}

const Asking *
port_window_askings(const PortWindow *window, guint *n)
{
	guint first;

	*n = find_days(window->entries, window->n, window->day, window->day + PORT_WINDOW_DAYS,
		&first);
	return window->entries + first;
}

void
port_window_measure(PortWindow *window)
{
	guint n;
	const Asking *own = port_window_askings(window, &n);

	window->days = 0;
	for (guint i = 0; i < n; i++)
		window->days += i == 0 || own[i].day != own[i - 1].day;
	window->sources = count_sources(own, n, &window->returning);
}

guint
port_window_targets(const PortWindow *window)
{
	guint n;
	const Asking *own = port_window_askings(window, &n);
	g_autofree guint32 *numbers = g_new(guint32, n + 1);
	guint distinct = 0;

	for (guint i = 0; i < n; i++)
		numbers[i] = own[i].target;
	qsort(numbers, n, sizeof *numbers, compare_numbers);
	for (guint i = 0; i < n; i++)
		distinct += i == 0 || numbers[i] != numbers[i - 1];
	return distinct;
}

static guint
median_of(guint32 *counts, guint n)
{
	if (n == 0)
		return 0;
	qsort(counts, n, sizeof *counts, compare_numbers);
	return counts[n / 2];
}

void
port_window_history(PortWindow *window, gint32 first_day, const guint32 *days, guint n_days)
{
	guint32 counts[512];
	gint32 to = window->day;

	window->windows = 0;
	window->sum = 0;
	for (; to - PORT_WINDOW_DAYS >= first_day && window->windows < G_N_ELEMENTS(counts);
		to -= PORT_WINDOW_DAYS) {
		guint returning, first,
			n = find_days(
				window->entries, window->n, to - PORT_WINDOW_DAYS, to, &first);
		counts[window->windows++] =
			count_sources(window->entries + first, n, &returning);
	}
	for (guint end = n_days;
		end >= PORT_WINDOW_DAYS && window->windows < G_N_ELEMENTS(counts);
		end -= PORT_WINDOW_DAYS) {
		guint64 sum = 0;
		gboolean known = TRUE;
		for (guint i = end - PORT_WINDOW_DAYS; i < end; i++) {
			known = known && days[i] != PORT_HISTORY_UNKNOWN;
			sum += days[i];
		}
		if (known)
			counts[window->windows++] = (guint32)MIN(sum, G_MAXUINT32 - 1);
	}
	for (guint i = 0; i < window->windows; i++)
		window->sum += counts[i];
	window->median = median_of(counts, window->windows);
}

double
port_window_mean(const PortWindow *window)
{
	return (window->sum + 1.0) / (window->windows + 1.0);
}

double
port_window_chance(const PortWindow *window)
{
	double mean = port_window_mean(window), below = 0;

	for (guint i = 0; i < window->sources; i++)
		below += exp(i * log(mean) - mean - lgamma(i + 1.0));
	return MAX(0, 1 - below);
}
