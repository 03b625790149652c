/*
 * Coordinated: sources that each stay under the trigger and together map what one of them would
 * have been seen to map (first seed, 2 to 6).
 *
 * Nobody is compared with everybody. Sources are sorted by likeness (kind, stack, service ports:
 * tally/likeness.h); those alike are tried as they are, by tool constants that some of them share,
 * and by TTLs that lie together; in windows of 24 h and 7 d. What is left is at most
 * ROSTER_ALIKE_MAX sources at a time; a likeness that more share tells nothing.
 *
 * Strangers with one system hit a few targets each, too, seldom the same: that alone is no group.
 * So the signs are weighed in bits of chance (tally/weigh.c, tally/joint.c), each capped, and
 * 16 are asked for, one window in 65,000 of strangers alike; one more for each time that the
 * likenesses tried are twice as many as 64.
 *   what the sources are    rare      how few share the likeness, seen against all sources
 *                           constant  a tool's sequence number, source port, IP ID
 *                           hops      TTLs within three: one computer
 *   what they do together   disjoint  fewer targets twice than chance gives in a field that dense
 *                           order     one sequence of targets, interleaved or by turns
 *                           spacing   even steps, or the same in each source
 *                           shares    as many targets each
 *                           starts    all begin together
 * At least six must come from what they do together, its shares aside; of answers, which live
 * stacks send to whoever is spoofed, from order and spacing: a plan that victims do not have.
 * A source that is missed by none of the signs is left out as a stranger; that it could be chosen
 * costs bits, too.
 *
 * Benign explanations come first: whoever completes handshakes with most of its targets, answers
 * what ours sent, or was called by ours, is not kept (tally/roster.c), which takes away clients, NAT,
 * CDNs, load balancers that our host had visited; several at one target share it, so they are not
 * disjoint: ISPs' traceroutes, floods. Sources of one /24 or /48 are one actor that rotates its
 * addresses.
 */
#include "config.h"

#include <math.h>

#include "common/hour.h"
#include "tally/decoys.h"
#include "tally/detector.h"
#include "tally/joint.h"
#include "tally/key_counts.h"
#include "tally/slide.h"

enum {
	PARAMETER_HOSTS,
	PARAMETER_SOURCES,
	PARAMETER_OVERLAP,
	PLAN_BITS = 16,
	RUNS_FREE = 64, /* likenesses tried that ask for no more bits */
	TOGETHER_BITS = 6,
	ANSWER_BITS = 10,
	STACKS_MAX = 1 << 17, /* likenesses counted, some 60 octets each */
};

static const DetectorParameter parameters[] = {
	{"hosts", "hosts",
		"targets that the sources must hit together, and none of them by itself", 7, 1,
		1000000},
	{"sources", "sources", "sources alike that must hit them", 3, 2, 1000000},
	{"overlap", "percent", "targets hit by several of the sources, at most", 10, 0, 50},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, PARAMETER_HOSTS},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, PARAMETER_HOSTS},
};

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	Roster *roster;      /* owned */
	KeyCounts *stacks;   /* owned; by stack_key: sources with that stack */
	guint n_sources;     /* that sent anything to compare */
	guint64 first, last; /* touch of all kept; ns */
	guint64 work;
	double enough; /* bits */
} State;

/* Sources that were found to belong together. */
typedef struct {
	FindingWindow window;
	Joint *joint; /* owned */
} Found;

/* Sources alike that are tried together. */
typedef struct {
	State *state;         /* borrowed, like the rest */
	const guint *numbers; /* n of the roster's sources */
	guint n;
	const guint *all; /* n_all that they were chosen from */
	guint n_all;
	gboolean by_hops; /* chosen by their TTLs */
	GArray *found;    /* of Found: is added to */
} Trial;

static void
clear_found(gpointer data)
{
	joint_free(((Found *)data)->joint);
}

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->roster = roster_new(ROSTER_SOURCES_MAX);
	state->stacks = key_counts_new(STACKS_MAX);
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	if (!likeness)
		return;
	state->n_sources++;
	key_counts_add(state->stacks, likeness->stack_key);
	if (likeness_is_asking(likeness) || !state->scene->one_sided)
		roster_add(state->roster, subject, likeness);
}

/* How many sources have that stack; as good as all, where it was not counted. */
static guint
count_alike(const State *state, const Likeness *likeness)
{
	guint n = key_counts_of(state->stacks, likeness->stack_key);

	return n > 0 ? n : state->n_sources;
}

/* Whether the joint deed is one plan of several sources. */
static gboolean
is_plan(const State *state, const Joint *joint)
{
	const Weights *w = &joint->weights;
	const Likeness *likeness;

	if (joint->members->len < state->values[PARAMETER_SOURCES] ||
		w->targets < state->values[PARAMETER_HOSTS] ||
		100 * (w->hits - w->targets) > state->values[PARAMETER_OVERLAP] * w->targets)
		return FALSE;
	likeness = &roster_source(state->roster, g_array_index(joint->members, guint, 0))
			    ->likeness;
	if (!likeness_is_asking(likeness) && w->order + w->spacing < ANSWER_BITS)
		return FALSE;
	/* A crowd that begins together is a crowd. */
	if (joint->members->len > JOINT_CHOICE && joint->together - w->starts < TOGETHER_BITS)
		return FALSE;
	return joint->bits >= state->enough && joint->together >= TOGETHER_BITS;
}

/* The touches of the sources, their targets numbered from 0 on; how many targets. */
static guint
list_events(const Trial *trial, GArray *events)
{
	g_autoptr(GHashTable) own = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < trial->n; i++) {
		const RosterSource *source =
			roster_source(trial->state->roster, trial->numbers[i]);
		const Touch *touches = roster_touches(trial->state->roster, source);
		for (guint k = 0; k < source->n; k++) {
			gpointer key = GUINT_TO_POINTER(touches[k].target + 1);
			guint number = GPOINTER_TO_UINT(g_hash_table_lookup(own, key));
			if (number == 0) {
				number = g_hash_table_size(own) + 1;
				g_hash_table_insert(own, key, GUINT_TO_POINTER(number));
			}
			SlideEvent event = {
				hour_start(touches[k].time, trial->state->scene->grid_minutes),
				number - 1, touches[k].packets};
			g_array_append_val(events, event);
		}
	}
	return g_hash_table_size(own);
}

/* Whether the window is asked for, and tells something of the span itself. */
static gboolean
is_asked(const State *state, const Joint *joint, const FindingWindow *window)
{
	const SubjectSpan *span = &state->scene->span;
	gint64 last = window->start + window->length - HOUR_SECONDS;
	const WeighTouch *touch =
		&g_array_index(joint->touches, WeighTouch, joint->touches->len - 1);

	return last >= span->from && last < span->to &&
	       (span->from < 0 || touch->time >= (guint64)span->from * SECOND_NS);
}

static JointPlan
plan_of(const Trial *trial, const FindingWindow *window)
{
	const State *state = trial->state;
	guint64 from = (guint64)MAX(window->start, 0) * SECOND_NS;
	guint64 to = (guint64)MAX(window->start + window->length, 0) * SECOND_NS;

	return (JointPlan){
		.roster = state->roster,
		.scene = state->scene,
		.from = from,
		.to = to,
		.span = MIN(to, state->last) - MIN(to, MAX(from, state->first)),
		.hosts = state->values[PARAMETER_HOSTS],
		.alike = count_alike(
			state, &roster_source(state->roster, trial->all[0])->likeness),
		.by_hops = trial->by_hops,
		.all = trial->all,
		.n_all = trial->n_all,
		.near = trial->n_all <= JOINT_CHOICE ? trial->all : trial->numbers,
		.n_near = trial->n_all <= JOINT_CHOICE ? trial->n_all : trial->n,
	};
}

static void
try_window(const Trial *trial, const FindingWindow *window)
{
	State *state = trial->state;
	JointPlan plan = plan_of(trial, window);
	g_autoptr(Joint) joint =
		joint_improve(joint_new(&plan, trial->numbers, trial->n), &plan, &state->work);
	Found item = {*window, NULL};

	if (joint->members->len == 0 || !is_plan(state, joint) ||
		!is_asked(state, joint, window))
		return;
	item.window.count = joint->weights.targets;
	item.joint = g_steal_pointer(&joint);
	g_array_append_val(trial->found, item);
}

/* Every window that holds enough of their targets. */
static void
try_windows(const Trial *trial)
{
	const State *state = trial->state;
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	guint n_targets;

	if (trial->n < state->values[PARAMETER_SOURCES])
		return;
	n_targets = list_events(trial, events);
	if (n_targets < state->values[PARAMETER_HOSTS])
		return;
	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		g_autoptr(GArray) full = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
		SlidePlan plan = {windows[w].length, windows[w].step,
			state->scene->grid_minutes, state->values[PARAMETER_HOSTS], 0};
		slide_find(events, n_targets, &plan, full);
		for (guint i = 0; i < full->len; i++) {
			FindingWindow window = {.detector = state->detector,
				.start = g_array_index(full, SlideWindow, i).start,
				.length = windows[w].length,
				.threshold = state->values[PARAMETER_HOSTS]};
			try_window(trial, &window);
		}
	}
}

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

/* The shortest window that holds all touches of the sources; length 0: none does. */
static FindingWindow
window_of(const State *state, const guint *numbers, guint n)
{
	FindingWindow window = {
		.detector = state->detector, .threshold = state->values[PARAMETER_HOSTS]};
	guint64 first = FACTS_NEVER, last = 0;

	for (guint i = 0; i < n; i++) {
		const RosterSource *source = roster_source(state->roster, numbers[i]);
		const Touch *touches = roster_touches(state->roster, source);
		first = MIN(first, touches[0].time);
		last = MAX(last, touches[source->n - 1].time);
	}
	for (gsize w = 0; w < G_N_ELEMENTS(windows) && window.length == 0; w++) {
		gint64 end = detector_last_end((gint64)(last / SECOND_NS), windows[w].step,
				     state->scene->grid_minutes) +
			     windows[w].step;
		window.start = end - windows[w].length;
		if ((gint64)(first / SECOND_NS) >= window.start)
			window.length = windows[w].length;
	}
	return window;
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
	while (next - first >= trial->state->values[PARAMETER_SOURCES] &&
		trial->state->work < JOINT_WORK) {
		guint gap = first + 1;
		FindingWindow window = window_of(trial->state, numbers + first, next - first);
		if (window.length > 0 && next - first < trial->n) {
			JointPlan plan = plan_of(trial, &window);
			g_autoptr(Joint) joint =
				joint_new(&plan, numbers + first, next - first);
			trial->state->work += joint->touches->len;
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
	const Roster *roster = trial->state->roster;
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
	for (guint i = 0; i < BEST && best[i].next > 0; i++) {
		Trial part = *trial;
		part.numbers = numbers + best[i].first;
		part.n = best[i].next - best[i].first;
		FindingWindow window = window_of(trial->state, part.numbers, part.n);
		try_window(&part, &window);
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
try_hops(State *state, guint *numbers, guint n, GArray *found)
{
	g_qsort_with_data(numbers, (gint)n, sizeof *numbers, compare_ttls, state->roster);
	for (guint first = 0, next; first < n; first = next) {
		guint reach = roster_source(state->roster, numbers[first])->likeness.ttl_min +
			      LIKENESS_TTL_REACH;
		for (next = first + 1;
			next < n &&
			roster_source(state->roster, numbers[next])->likeness.ttl_max <= reach;
			next++)
			;
		if (next - first < n)
			try_windows(&(Trial){state, numbers + first, next - first,
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
try_constants(State *state, guint *numbers, guint n, GArray *found)
{
	static const guint8 bits[] = {LIKENESS_SPORT, LIKENESS_SEQ, LIKENESS_ID};

	for (gsize b = 0; b < G_N_ELEMENTS(bits); b++) {
		ByConstant by = {state->roster, bits[b]};
		g_qsort_with_data(numbers, (gint)n, sizeof *numbers, compare_constants, &by);
		for (guint first = 0, next; first < n; first = next) {
			guint32 value = constant_of(
				&roster_source(state->roster, numbers[first])->likeness,
				bits[b]);
			for (next = first + 1;
				next < n &&
				constant_of(
					&roster_source(state->roster, numbers[next])->likeness,
					bits[b]) == value;
				next++)
				;
			if (value != 0 && next - first < n)
				try_windows(&(Trial){state, numbers + first, next - first,
					numbers, n, FALSE, found});
		}
	}
}

static int
compare_found(gconstpointer a, gconstpointer b)
{
	const Found *x = a, *y = b;

	if (x->joint->full != y->joint->full)
		return x->joint->full > y->joint->full ? -1 : 1;
	if (x->window.length != y->window.length)
		return x->window.length < y->window.length ? -1 : 1;
	return (x->window.start > y->window.start) - (x->window.start < y->window.start);
}

static guint
count_shared(const Joint *a, const Joint *b)
{
	guint n = 0;

	for (guint i = 0; i < a->members->len; i++)
		for (guint k = 0; k < b->members->len; k++)
			n += g_array_index(a->members, guint, i) ==
			     g_array_index(b->members, guint, k);
	return n;
}

static Group *
make_group(const State *state, const Found *item)
{
	Group *group = group_new(&item->window, SCOPE_SOURCES, VERDICT_COORDINATED_SCAN);

	for (guint i = 0; i < item->joint->members->len; i++) {
		const RosterSource *source = roster_source(
			state->roster, g_array_index(item->joint->members, guint, i));
		group_add(group, &source->source, source->bits);
	}
	group->verdict = joint_tell(item->joint, state->roster, group);
	return group;
}

static gboolean
tells_more(const Found *a, const Found *b)
{
	if (a->window.count != b->window.count)
		return a->window.count > b->window.count;
	if (a->window.length != b->window.length)
		return a->window.length < b->window.length;
	return a->window.start < b->window.start;
}

/* Where the same sources were found in several windows: the one with most targets, then the
 * shortest, then the earliest. */
static const Found *
find_window(const GArray *found, guint i)
{
	const Found *best = &g_array_index(found, Found, i);
	guint n = best->joint->members->len;

	for (guint k = 0; k < found->len; k++) {
		const Found *other = &g_array_index(found, Found, k);
		if (other->joint->members->len == n && tells_more(other, best) &&
			count_shared(other->joint, best->joint) == n)
			best = other;
	}
	return best;
}

/* Of those that share sources the one that weighs most. */
static void
tell_found(const State *state, GArray *found, GPtrArray *groups)
{
	g_autoptr(GPtrArray) told = g_ptr_array_new();

	g_array_sort(found, compare_found);
	for (guint i = 0; i < found->len; i++) {
		const Found *item = &g_array_index(found, Found, i);
		guint k = 0;
		while (k < told->len && count_shared(told->pdata[k], item->joint) == 0)
			k++;
		if (k < told->len)
			continue;
		g_ptr_array_add(told, item->joint);
		g_ptr_array_add(groups, make_group(state, find_window(found, i)));
	}
}

/* The time in which any source that is kept did anything. */
static void
measure_span(State *state)
{
	state->first = FACTS_NEVER;
	for (guint i = 0; i < state->roster->touches->len; i++) {
		guint64 time = g_array_index(state->roster->touches, Touch, i).time;
		state->first = MIN(state->first, time);
		state->last = MAX(state->last, time);
	}
}

/* How many likenesses enough sources share: each is a further chance to be wrong. */
static void
count_runs(State *state)
{
	guint n = 0;

	for (guint from = 0, to; from < state->roster->sources->len; from = to) {
		to = roster_alike(state->roster, from);
		n += to - from >= state->values[PARAMETER_SOURCES];
	}
	state->enough = PLAN_BITS + MAX(0, log2(MAX(n, 1) / (double)RUNS_FREE));
}

/* The sources [from, to) of the roster are alike. */
static void
tell_alike(State *state, guint from, guint to, GPtrArray *groups)
{
	guint n = to - from;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Found));
	g_autofree guint *numbers = g_new(guint, n);
	guint whole = 0;

	g_array_set_clear_func(found, clear_found);
	for (guint i = from; i < to; i++)
		if (!roster_source(state->roster, i)->cut)
			numbers[whole++] = i;
	if (whole < state->values[PARAMETER_SOURCES])
		return;
	if (n > ROSTER_ALIKE_MAX) {
		state->roster->left_out += n;
		return;
	}
	Trial trial = {state, numbers, whole, numbers, whole, FALSE, found};
	try_windows(&trial);
	try_clusters(&trial, first_time);
	try_clusters(&trial, middle_target);
	try_constants(state, numbers, whole, found);
	try_hops(state, numbers, whole, found);
	tell_found(state, found, groups);
	decoys_tell(state->roster, state->scene, state->detector,
		state->values[PARAMETER_HOSTS], from, to, groups);
}

static void
end(gpointer data, GPtrArray *groups)
{
	State *state = data;

	if (groups) {
		measure_span(state);
		roster_seal(state->roster);
		count_runs(state);
		for (guint from = 0, to; from < state->roster->sources->len; from = to) {
			to = roster_alike(state->roster, from);
			tell_alike(state, from, to, groups);
		}
	}
	roster_free(state->roster);
	key_counts_free(state->stacks);
	g_free(state);
}

static const DetectorGroups coordinated_groups = {.begin = begin, .see = see, .end = end};

const Detector detect_coordinated = {
	.name = "coordinated",
	.title = "Several sources, each under the trigger, that share one plan",
	.topic = TOPIC_COORDINATED,
	.origin = "first seed, 2 to 6 (coordinated attacks and probes)",
	.misses =
		"groups whose tools or stacks differ, whose targets are few among many without "
		"order, or that share a likeness with more than 1,024 others",
	.mistakes =
		"strangers with one tool whose targets happen to fit, one actor whose provider "
		"gives it new addresses",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &coordinated_groups,
};
