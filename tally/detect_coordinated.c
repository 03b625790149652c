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
#include "tally/trial_pick.h"

enum {
	PARAMETER_HOSTS,
	PARAMETER_SOURCES,
	PARAMETER_OVERLAP,
	PLAN_BITS = 16,
	RUNS_FREE = 64,       /* likenesses tried that ask for no more bits */
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
	TrialGround ground;
	Roster *roster;    /* owned */
	KeyCounts *stacks; /* owned */
} State;

static void
clear_found(gpointer data)
{
	joint_free(((TrialFound *)data)->joint);
}

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->roster = roster_new(ROSTER_SOURCES_MAX);
	state->stacks = key_counts_new(STACKS_MAX);
	state->ground = (TrialGround){
		.detector = detector,
		.scene = scene,
		.roster = state->roster,
		.stacks = state->stacks,
		.hosts = values[PARAMETER_HOSTS],
		.sources = values[PARAMETER_SOURCES],
		.overlap = values[PARAMETER_OVERLAP],
	};
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	if (!likeness)
		return;
	state->ground.n_sources++;
	key_counts_add(state->stacks, likeness->stack_key);
	if (likeness_is_asking(likeness) || !state->ground.scene->one_sided)
		roster_add(state->roster, subject, likeness);
}

static int
compare_found(gconstpointer a, gconstpointer b)
{
	const TrialFound *x = a, *y = b;

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
make_group(const State *state, const TrialFound *item)
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
tells_more(const TrialFound *a, const TrialFound *b)
{
	if (a->window.count != b->window.count)
		return a->window.count > b->window.count;
	if (a->window.length != b->window.length)
		return a->window.length < b->window.length;
	return a->window.start < b->window.start;
}

/* Where the same sources were found in several windows: the one with most targets, then the
 * shortest, then the earliest. */
static const TrialFound *
find_window(const GArray *found, guint i)
{
	const TrialFound *best = &g_array_index(found, TrialFound, i);
	guint n = best->joint->members->len;

	for (guint k = 0; k < found->len; k++) {
		const TrialFound *other = &g_array_index(found, TrialFound, k);
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
		const TrialFound *item = &g_array_index(found, TrialFound, i);
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
	TrialGround *ground = &state->ground;

	ground->first = FACTS_NEVER;
	for (guint i = 0; i < state->roster->touches->len; i++) {
		guint64 time = g_array_index(state->roster->touches, Touch, i).time;
		ground->first = MIN(ground->first, time);
		ground->last = MAX(ground->last, time);
	}
}

/* How many likenesses enough sources share: each is a further chance to be wrong. */
static void
count_runs(State *state)
{
	guint n = 0;

	for (guint from = 0, to; from < state->roster->sources->len; from = to) {
		to = roster_alike(state->roster, from);
		n += to - from >= state->ground.sources;
	}
	state->ground.enough = PLAN_BITS + MAX(0, log2(MAX(n, 1) / (double)RUNS_FREE));
}

/* The sources [from, to) of the roster are alike. */
static void
tell_alike(State *state, guint from, guint to, GPtrArray *groups)
{
	guint n = to - from;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(TrialFound));
	g_autofree guint *numbers = g_new(guint, n);
	guint whole = 0;

	g_array_set_clear_func(found, clear_found);
	for (guint i = from; i < to; i++)
		if (!roster_source(state->roster, i)->cut)
			numbers[whole++] = i;
	if (whole < state->ground.sources)
		return;
	if (n > ROSTER_ALIKE_MAX) {
		state->roster->left_out += n;
		return;
	}
	trial_pick_all(&state->ground, numbers, whole, found);
	tell_found(state, found, groups);
	decoys_tell(state->roster, state->ground.scene, state->ground.detector,
		state->ground.hosts, from, to, groups);
}

static void
tell_limits(const State *state, GPtrArray *limits)
{
	const char *name = state->ground.detector->name;

	roster_tell_limits(state->roster, name, limits);
	limits_add(limits, name, "sources whose stacks were not counted",
		key_counts_left_out(state->stacks));
	limits_add(limits, name,
		"trials of sources alike in which no strangers were looked for any more",
		state->ground.hurried);
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
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
		tell_limits(state, limits);
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
