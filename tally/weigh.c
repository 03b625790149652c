/*
 * - disjoint: sources that choose a_i and a_j of N targets share a_i a_j / N of them by chance.
 *   With all pairs of sources summed, the number shared is nearly Poisson; the bits are those of
 *   its probability to be as small as it is. Dense plans give many, seven targets of a /16 none.
 * - order: runs of one source's targets, B of them, ascend by address in one of B! cases. Each source
 *   may ascend by itself for its own reasons, which leaves no more than T! / (a_1! a_2! ...) of
 *   T targets. With d steps astray there are at most (d + 1)^B such cases (a bound of the Eulerian
 *   numbers).
 * - spacing: the steps of strangers vary as much as they are long on the average; k of them
 *   that vary by the share c happen by chance about (2 c)^(k - 1).
 * - shares: of two to six targets each, the same number within one has half a chance for each
 *   further source; one or two are what anybody hits.
 * - starts: S sources begin within the part p of the time by chance S p^(S - 1).
 */
#include "config.h"

#include "tally/weigh.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { STEPS_LEAST = 5 }; /* steps of which evenness is told */

static double
log2_factorial(double n)
{
	return lgamma(n + 1) / M_LN2;
}

double
weigh_choice(guint n, guint k)
{
	return k > n ? 0 : log2_factorial(n) - log2_factorial(k) - log2_factorial(n - k);
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
	const WeighTouch *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (x->target > y->target) - (x->target < y->target);
}

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

static guint
count_targets(const WeighTouch *touches, guint n)
{
	g_autofree guint32 *numbers = g_new(guint32, n + 1);
	guint distinct = 0;

	for (guint i = 0; i < n; i++)
		numbers[i] = touches[i].target;
	qsort(numbers, n, sizeof *numbers, compare_numbers);
	for (guint i = 0; i < n; i++)
		distinct += i == 0 || numbers[i] != numbers[i - 1];
	return distinct;
}

/* Touches of each source; how many have any. */
static guint
count_sources(const WeighTouch *touches, guint n, guint n_sources, guint *each)
{
	guint sources = 0;

	memset(each, 0, n_sources * sizeof *each);
	for (guint i = 0; i < n; i++)
		sources += each[touches[i].source]++ == 0;
	return sources;
}

static void
weigh_disjoint(Weights *w, const guint *each, guint n_sources, guint64 field)
{
	double all = w->hits, squares = 0, term, sum;
	guint twice = w->hits - w->targets;

	for (guint i = 0; i < n_sources; i++)
		squares += (double)each[i] * each[i];
	w->expected = (all * all - squares) / 2 / (double)MAX(field, 1);
	if (twice >= w->expected)
		return;
	if (twice == 0) {
		w->disjoint = w->expected / M_LN2;
		return;
	}
	term = sum = exp(-w->expected);
	for (guint k = 1; k <= twice; k++)
		sum += term *= w->expected / k;
	w->disjoint = -log2(MAX(sum, DBL_MIN));
}

static void
weigh_order(Weights *w, const WeighTouch *touches, const guint *each, guint n_sources)
{
	guint up = 0, down = 0, turns = 0, astray;
	double bits = log2_factorial(w->hits);

	for (guint i = 1; i < w->hits; i++) {
		up += touches[i].target > touches[i - 1].target;
		down += touches[i].target < touches[i - 1].target;
		turns += touches[i].source != touches[i - 1].source;
	}
	w->descending = down > up;
	w->interleaved = turns >= 2 * w->sources;
	astray = MIN(up, down);
	for (guint i = 0; i < n_sources; i++)
		bits -= log2_factorial(each[i]);
	bits = MIN(bits, log2_factorial(turns + 1) - (turns + 1) * log2(astray + 1)) - 1;
	w->order = MAX(bits, 0);
}

/* Mean of the steps, and how much they vary, as a share of it. */
typedef struct {
	double sum, squares;
	guint n;
} Steps;

static void
steps_add(Steps *steps, guint64 step)
{
	double x = (double)step;

	steps->sum += x;
	steps->squares += x * x;
	steps->n++;
}

static double
steps_vary(const Steps *steps)
{
	double mean = steps->sum / steps->n;

	if (mean <= 0)
		return 1;
	return sqrt(MAX(0, steps->squares / steps->n - mean * mean)) / mean;
}

/* Bits of n steps that vary by that share; a twentieth is as even as clocks and networks are. */
static double
even_bits(guint n, double vary)
{
	if (n < STEPS_LEAST)
		return 0;
	return MAX(0, (n - 1) * log2(0.5 / MAX(vary, 0.05)));
}

/* The steps of each source by itself, all taken together. */
static void
weigh_own_steps(Weights *w, const WeighTouch *touches, guint n_sources)
{
	g_autofree guint64 *last = g_new0(guint64, n_sources + 1);
	g_autofree gboolean *seen = g_new0(gboolean, n_sources + 1);
	Steps steps = {0};
	double bits;

	for (guint i = 0; i < w->hits; i++) {
		guint32 source = touches[i].source;
		if (seen[source])
			steps_add(&steps, touches[i].time - last[source]);
		seen[source] = TRUE;
		last[source] = touches[i].time;
	}
	bits = steps.n > 0 ? even_bits(steps.n, steps_vary(&steps)) : 0;
	if (bits > w->spacing && bits > 0) {
		w->spacing = bits;
		w->own_step = (guint64)(steps.sum / steps.n);
	}
}

static void
weigh_spacing(Weights *w, const WeighTouch *touches, guint n_sources)
{
	Steps steps = {0};

	for (guint i = 1; i < w->hits; i++)
		steps_add(&steps, touches[i].time - touches[i - 1].time);
	if (steps.n == 0)
		return;
	w->step = (guint64)(steps.sum / steps.n);
	w->spacing = even_bits(steps.n, steps_vary(&steps));
	weigh_own_steps(w, touches, n_sources);
}

static void
weigh_shares(Weights *w, const guint *each, guint n_sources)
{
	guint least = G_MAXUINT, most = 0;

	for (guint i = 0; i < n_sources; i++) {
		if (each[i] == 0)
			continue;
		least = MIN(least, each[i]);
		most = MAX(most, each[i]);
	}
	if (least >= 2 && most - least <= 1)
		w->shares = w->sources - 1;
}

static void
weigh_starts(Weights *w, const WeighTouch *touches, guint n_sources, guint64 span)
{
	g_autofree gboolean *begun = g_new0(gboolean, n_sources + 1);
	guint64 last = touches[0].time;
	double part;

	for (guint i = 0; i < w->hits; i++) {
		if (!begun[touches[i].source])
			last = touches[i].time;
		begun[touches[i].source] = TRUE;
	}
	w->start_span = last - touches[0].time;
	part = (double)MAX(w->start_span, 1) / (double)MAX(span, 1);
	w->starts = MAX(0, -(w->sources - 1.0) * log2(part) - log2(w->sources));
}

Weights
weigh_touches(WeighTouch *touches, guint n, guint n_sources, guint64 field, guint64 span)
{
	g_autofree guint *each = g_new0(guint, n_sources + 1);
	Weights w = {.hits = n};

	if (n == 0)
		return w;
	qsort(touches, n, sizeof *touches, compare_times);
	w.sources = count_sources(touches, n, n_sources, each);
	w.targets = count_targets(touches, n);
	weigh_disjoint(&w, each, n_sources, field);
	if (w.sources < 2)
		return w;
	weigh_order(&w, touches, each, n_sources);
	weigh_spacing(&w, touches, n_sources);
	weigh_shares(&w, each, n_sources);
	weigh_starts(&w, touches, n_sources, span);
	return w;
}
