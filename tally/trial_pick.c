#include "config.h"

#include "tally/trial_pick.h"

#include <stdlib.h>

/* A source and where it lies among those alike. */
typedef struct {
	guint64 value;
	guint number;
} Spot;

static int
compare_spots(gconstpointer a, gconstpointer b)
{
	const Spot *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

static guint64
first_time(const Roster *roster, const RosterSource *source)
{
	return roster_touches(roster, source)[0].time;
}

static guint64
middle_target(const Roster *roster, const RosterSource *source)
{
	return roster_touches(roster, source)[source->n / 2].target;
}

enum { BEST = 4 }; /* clusters that are looked at more closely */

typedef struct {
	double full;
	guint first, next; /* of the spots */
} Cluster;

/* Keeps those that weigh most. */
static void
rank_cluster(Cluster *best, Cluster cluster)
{
	for (guint i = 0; i < BEST; i++) {
		if (best[i].next > 0 && best[i].full >= cluster.full)
			continue;
		Cluster other = best[i];
		best[i] = cluster;
		cluster = other;
	}
}

/* Weighs the sources [first, next) of numbers, and, parted at the widest gap, each of the two
 * halves. */
static void
weigh_clusters(const Trial *trial, const Spot *spots, const guint *numbers, guint first,
	guint next, Cluster *best)
{
	while (next - first >= trial->ground->sources && trial->ground->work < JOINT_WORK) {
		guint gap = first + 1;
		FindingWindow window =
			trial_shortest(trial->ground, numbers + first, next - first);
		if (window.length > 0 && next - first < trial->n) {
			JointPlan plan = trial_plan(trial, &window);
			g_autoptr(Joint) joint =
				joint_new(&plan, numbers + first, next - first);
			trial->ground->work += joint->touches->len;
			if (joint->members->len > 0)
				rank_cluster(best, (Cluster){joint->full, first, next});
		}
		for (guint i = first + 1; i < next; i++)
			if (spots[i].value - spots[i - 1].value >
				spots[gap].value - spots[gap - 1].value)
				gap = i;
		/* The smaller half by itself, so that the depth is bounded. */
		if (gap - first < next - gap) {
			weigh_clusters(trial, spots, numbers, first, gap, best);
			first = gap;
		} else {
			weigh_clusters(trial, spots, numbers, gap, next, best);
			next = gap;
		}
	}
}

/* Those of the sources that lie together, in time or by their targets. */
static void
try_clusters(
	const Trial *trial, guint64 (*place)(const Roster *roster, const RosterSource *source))
{
	const Roster *roster = trial->ground->roster;
	g_autofree Spot *spots = g_new(Spot, trial->n);
	g_autofree guint *numbers = g_new(guint, trial->n);
	Cluster best[BEST] = {0};

	for (guint i = 0; i < trial->n; i++)
		spots[i] = (Spot){place(roster, roster_source(roster, trial->numbers[i])),
			trial->numbers[i]};
	qsort(spots, trial->n, sizeof *spots, compare_spots);
	for (guint i = 0; i < trial->n; i++)
		numbers[i] = spots[i].number;
	weigh_clusters(trial, spots, numbers, 0, trial->n, best);
	trial->ground->hurried += trial->ground->work >= JOINT_WORK;
	for (guint i = 0; i < BEST && best[i].next > 0; i++) {
		Trial part = *trial;
		part.numbers = numbers + best[i].first;
		part.n = best[i].next - best[i].first;
		FindingWindow window = trial_shortest(trial->ground, part.numbers, part.n);
		trial_window(&part, &window);
	}
}

static int
compare_ttls(gconstpointer a, gconstpointer b, gpointer data)
{
	const Roster *roster = data;
	const Likeness *x = &roster_source(roster, *(const guint *)a)->likeness;
	const Likeness *y = &roster_source(roster, *(const guint *)b)->likeness;

	return x->ttl_min != y->ttl_min ? x->ttl_min - y->ttl_min : x->ttl_max - y->ttl_max;
}

/* Those of the sources whose TTLs lie together, where that is not all of them. */
static void
try_hops(TrialGround *ground, guint *numbers, guint n, GArray *found)
{
	g_qsort_with_data(
		numbers, (gint)n, sizeof *numbers, compare_ttls, (gpointer)ground->roster);
	for (guint first = 0, next; first < n; first = next) {
		guint reach = roster_source(ground->roster, numbers[first])->likeness.ttl_min +
			      LIKENESS_TTL_REACH;
		for (next = first + 1;
			next < n &&
			roster_source(ground->roster, numbers[next])->likeness.ttl_max <= reach;
			next++)
			;
		if (next - first < n)
			trial_windows(&(Trial){ground, numbers + first, next - first,
				numbers + first, next - first, TRUE, found});
	}
}

/* The value of a tool's constant; 0: it has none. */
static guint32
constant_of(const Likeness *likeness, guint8 bit)
{
	if (!(likeness->constant & bit))
		return 0;
	return bit == LIKENESS_SPORT ? likeness->sport
	       : bit == LIKENESS_SEQ ? likeness->seq
				     : likeness->id;
}

typedef struct {
	const Roster *roster;
	guint8 bit;
} ByConstant;

static int
compare_constants(gconstpointer a, gconstpointer b, gpointer data)
{
	const ByConstant *by = data;
	guint32 x =
		constant_of(&roster_source(by->roster, *(const guint *)a)->likeness, by->bit);
	guint32 y =
		constant_of(&roster_source(by->roster, *(const guint *)b)->likeness, by->bit);

	return (x > y) - (x < y);
}

/* Those of the sources that share a tool's constant. */
static void
try_constants(TrialGround *ground, guint *numbers, guint n, GArray *found)
{
	static const guint8 bits[] = {LIKENESS_SPORT, LIKENESS_SEQ, LIKENESS_ID};

	for (gsize b = 0; b < G_N_ELEMENTS(bits); b++) {
		ByConstant by = {ground->roster, bits[b]};
		g_qsort_with_data(numbers, (gint)n, sizeof *numbers, compare_constants, &by);
		for (guint first = 0, next; first < n; first = next) {
			guint32 value = constant_of(
				&roster_source(ground->roster, numbers[first])->likeness,
				bits[b]);
			for (next = first + 1;
				next < n &&
				constant_of(
					&roster_source(ground->roster, numbers[next])->likeness,
					bits[b]) == value;
				next++)
				;
			if (value != 0 && next - first < n)
				trial_windows(&(Trial){ground, numbers + first, next - first,
					numbers, n, FALSE, found});
		}
	}
}

void
trial_pick_all(TrialGround *ground, guint *numbers, guint n, GArray *found)
{
	Trial trial = {ground, numbers, n, numbers, n, FALSE, found};

	trial_windows(&trial);
	try_clusters(&trial, first_time);
	try_clusters(&trial, middle_target);
	try_constants(ground, numbers, n, found);
	try_hops(ground, numbers, n, found);
}
