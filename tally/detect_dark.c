/*
 * Dark space: requests only to addresses where nobody is.
 *
 * One source that does so with enough targets, or several alike: port, what their stack writes,
 * tries for each target, TTLs within three hops. Eight sources from as many countries whose TTLs
 * lie that close, each with one address that no host has, "point to a single computer" (first
 * seed, 3), which makes most of the addresses decoys.
 *
 * Chance is weighed, because most of a sparse network is dark and many strangers run one system:
 * - sources alike of which some do ask living hosts choose no dark ones: no group when more than
 *   a quarter as many do;
 * - strangers' TTLs spread over some 25 hops: each further source within three by chance is one in
 *   six or so, 2.5 bits; no group when fewer than four in five of those alike lie there, since a
 *   crowd always has three that do;
 * - each dark target of a network that is dark to a share p says log2(1/p) bits.
 * Ten bits, one in a thousand, make the verdict decoy; less is undetermined.
 */
#include "config.h"

#include <math.h>

#include "common/hour.h"
#include "tally/judge.h"
#include "tally/key_counts.h"
#include "tally/roster.h"
#include "tally/slide.h"

enum {
	PARAMETER_HOSTS,
	PARAMETER_SOURCES,
	PARAMETER_DAYS,
	WINDOW = 24 * HOUR_SECONDS,
	DAY = 24 * HOUR_SECONDS,
	OTHERS_MAX = 1 << 16, /* likenesses of sources that ask living hosts */
	DECOY_BITS = 10,
};

static const DetectorParameter parameters[] = {
	{"hosts", "hosts", "targets that a source must ask, none of which ever speaks", 7, 1,
		1000000},
	{"sources", "sources",
		"sources alike that must ask such targets, however few each does", 3, 2,
		1000000},
	{"days", "days", "silence after which an address is dark; or the whole capture", 7, 1,
		3660},
};

static const DetectorWindow windows[] = {
	{WINDOW, HOUR_SECONDS, PARAMETER_HOSTS},
	{WINDOW, HOUR_SECONDS, PARAMETER_SOURCES},
};

static gint64
silence(const guint *values)
{
	return (gint64)values[PARAMETER_DAYS] * DAY;
}

/* Whether it asks, and nobody but addresses that are dark at the time. */
static gboolean
asks_dark_alone(const Scene *scene, const Subject *subject, const guint *values)
{
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			const PairHour *pair = &member->pairs[k];
			/* A router's errors about the dark ones. */
			if (!(pair->facts & (FACT_IN_ANY | FACT_OUT_SPOKE)))
				continue;
			if (!(pair->facts & (FACT_IN_REQUEST | FACT_IN_UDP)) ||
				!dark_had(scene->dark, &pair->target, pair->hour,
					silence(values)))
				return FALSE;
		}
	}
	return TRUE;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	guint n = at->values[PARAMETER_HOSTS];

	if (!at->scene->dark || at->subject->n_targets < n ||
		!(at->subject->facts & (FACT_IN_REQUEST | FACT_IN_UDP)) ||
		!asks_dark_alone(at->scene, at->subject, at->values))
		return;
	g_autoptr(GArray) lines =
		subject_tally(at->subject, windows[0].length, windows[0].step, n);
	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		FindingWindow window = {
			detector, line->start, windows[0].length, line->hosts, n, {0}};
		g_array_append_val(fired, window);
	}
}

/* The share of the home that is dark; 0: not known. */
static double
dark_share(const Scene *scene)
{
	guint64 all = scene->home ? home_size_v4(scene->home) : 0;
	guint64 living = dark_spoke_v4(scene->dark);

	return all > living ? (double)(all - living) / (double)all : 0;
}

/* What chance has to do with it: the greater the dark share, the less it takes a map. */
static double
dark_bits(const Scene *scene, guint targets)
{
	double share = dark_share(scene);

	return share > 0 ? -log2(share) * targets : 0;
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	double share = dark_share(at->scene);

	finding_for(finding, judge_suspicion(at, told->threshold, finding),
		"requests only to dark addresses, that never spoke: %u targets in 24 h "
		"(threshold %u)",
		told->count, told->threshold);
	if (dark_bits(at->scene, told->count) >= DECOY_BITS)
		finding_for(finding, VERDICT_SCAN,
			"%.0f %% of the network is dark: to meet nobody, it must have a map of "
			"it",
			100 * share);
	else if (share > 0)
		finding_against(finding, VERDICT_DECOY,
			"%.0f %% of the network is dark: chance may choose such targets",
			100 * share);
	judge_sweep(at, told->threshold, finding);
}

/* What is kept of all subjects. */
typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	Roster *roster;    /* owned; sources that ask dark addresses alone */
	KeyCounts *others; /* owned; by Likeness.key: how many ask living ones */
} State;

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->roster = roster_new(ROSTER_SOURCES_MAX);
	state->others = key_counts_new(OTHERS_MAX);
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	if (!likeness || !state->scene->dark ||
		!(subject->facts & (FACT_IN_REQUEST | FACT_IN_UDP)) ||
		subject->n_pairs > ROSTER_TOUCHES_MAX)
		return;
	if (asks_dark_alone(state->scene, subject, state->values))
		roster_add(state->roster, subject, likeness);
	else
		key_counts_add(state->others, likeness->key);
}

/* Some of the roster's sources, by TTL. */
typedef struct {
	const State *state;
	guint from, to;    /* of those alike */
	guint first, next; /* of those among them whose TTLs lie together */
} Cluster;

static const RosterSource *
cluster_source(const Cluster *cluster, guint i)
{
	return roster_source(cluster->state->roster, i);
}

/* What the cluster's sources that have a touch in the window did. */
typedef struct {
	GArray *numbers; /* owned; of guint: the sources */
	GArray *targets; /* owned; of guint32, by address, each once */
	guint woken;     /* of the targets */
	guint8 ttl_min, ttl_max, tries_min, tries_max;
} Deed;

static void
deed_clear(Deed *deed)
{
	g_array_unref(deed->numbers);
	g_array_unref(deed->targets);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Deed, deed_clear)

static Deed
deed_of(const Cluster *cluster, gint64 start)
{
	const Roster *roster = cluster->state->roster;
	guint64 from = (guint64)start * SECOND_NS, to = from + WINDOW * SECOND_NS;
	Deed deed = {.numbers = g_array_new(FALSE, FALSE, sizeof(guint)),
		.targets = g_array_new(FALSE, FALSE, sizeof(guint32)),
		.ttl_min = 255,
		.tries_min = 255};

	for (guint i = cluster->first; i < cluster->next; i++) {
		const RosterSource *source = cluster_source(cluster, i);
		const Touch *touches = roster_touches(roster, source);
		guint before = deed.targets->len;
		for (guint k = 0; k < source->n; k++)
			if (touches[k].time >= from && touches[k].time < to)
				g_array_append_val(deed.targets, touches[k].target);
		if (deed.targets->len == before)
			continue;
		g_array_append_val(deed.numbers, i);
		deed.ttl_min = MIN(deed.ttl_min, source->likeness.ttl_min);
		deed.ttl_max = MAX(deed.ttl_max, source->likeness.ttl_max);
		deed.tries_min = MIN(deed.tries_min, source->likeness.tries);
		deed.tries_max = MAX(deed.tries_max, source->likeness.tries);
	}
	roster_keep_each_once(deed.targets);
	for (guint i = 0; i < deed.targets->len; i++)
		deed.woken += dark_find(cluster->state->scene->dark,
				      roster_target(roster,
					      g_array_index(deed.targets, guint32, i))) != NULL;
	return deed;
}

/* Of three hops either way among the 25 or so that strangers come through. */
static double
ttl_bits(const Deed *deed)
{
	return (deed->numbers->len - 1) * 2.5;
}

static void
say_deed(const Cluster *cluster, const Deed *deed, Group *group)
{
	const State *state = cluster->state;
	const RosterSource *first = cluster_source(cluster, cluster->first);
	g_autofree char *likeness = likeness_text(&first->likeness);
	double share = dark_share(state->scene);
	char span[HOUR_TEXT_SIZE];

	group_for(group, VERDICT_DECOY,
		"%u sources ask only dark addresses, that never spoke: %u targets in 24 h "
		"(threshold %u sources)",
		deed->numbers->len, deed->targets->len, group->window.threshold);
	if (deed->ttl_min == deed->ttl_max)
		group_for(group, VERDICT_DECOY,
			"TTL %u from all of them: points to a single "
			"computer",
			deed->ttl_min);
	else
		group_for(group, VERDICT_DECOY,
			"TTLs cluster, %u to %u, within three hops: points to a single "
			"computer",
			deed->ttl_min, deed->ttl_max);
	if (deed->tries_min == deed->tries_max)
		group_for(group, VERDICT_DECOY, "all alike: %s, %u tries for each target",
			likeness, deed->tries_min);
	else
		group_for(group, VERDICT_DECOY, "all alike: %s", likeness);
	if (deed->targets->len > deed->woken && dark_bits(state->scene, deed->targets->len) < 5)
		group_against(group, VERDICT_DECOY,
			"%.0f %% of the network is dark: chance may choose such targets",
			100 * share);
	group_for(group, VERDICT_COORDINATED_SCAN,
		"nobody of ours was asked: whoever chose these targets has a precise map of "
		"the network, or waits for new systems");
	group_for(group, VERDICT_UNDETERMINED,
		"no handshake could be completed: spoofed addresses, a decoy or a hoax look "
		"the same");
	if (deed->woken > 0)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%u of the targets came alive after %s of silence", deed->woken,
			finding_format_length(silence(state->values), span));
	if (state->roster->left_out > 0)
		group_against(group, VERDICT_DECOY,
			"%" G_GUINT64_FORMAT " more sources were too many to be compared",
			state->roster->left_out);
}

static void
tell_window(const Cluster *cluster, const SlideWindow *window, GPtrArray *groups)
{
	const State *state = cluster->state;
	g_auto(Deed) deed = deed_of(cluster, window->start);
	double bits = ttl_bits(&deed) + dark_bits(state->scene, deed.targets->len);
	FindingWindow told = {state->detector, window->start, WINDOW, deed.numbers->len,
		state->values[PARAMETER_SOURCES], {0}};
	Group *group = group_new(&told, SCOPE_SOURCES,
		bits >= DECOY_BITS ? VERDICT_DECOY : VERDICT_UNDETERMINED);

	for (guint i = 0; i < deed.numbers->len; i++) {
		const RosterSource *source =
			cluster_source(cluster, g_array_index(deed.numbers, guint, i));
		group_add(group, &source->source, source->bits);
	}
	say_deed(cluster, &deed, group);
	g_ptr_array_add(groups, group);
}

/* The touches of the sources [first, next), each source as if it were one target. */
static GArray *
list_events(const State *state, guint first, guint next)
{
	GArray *events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));

	for (guint i = first; i < next; i++) {
		const RosterSource *source = roster_source(state->roster, i);
		const Touch *touches = roster_touches(state->roster, source);
		for (guint k = 0; k < source->n; k++) {
			SlideEvent event = {
				hour_start(touches[k].time, state->scene->grid_minutes),
				i - first, touches[k].packets};
			g_array_append_val(events, event);
		}
	}
	return events;
}

/* How many of the sources alike have a touch in the window. */
static guint
count_active(const Cluster *cluster, gint64 start)
{
	Cluster all = *cluster;

	all.first = cluster->from;
	all.next = cluster->to;
	g_auto(Deed) deed = deed_of(&all, start);
	return deed.numbers->len;
}

static void
tell_cluster(const Cluster *cluster, GPtrArray *groups)
{
	const State *state = cluster->state;
	guint others = key_counts_of(
		state->others, cluster_source(cluster, cluster->first)->likeness.key);
	SlidePlan plan = {WINDOW, HOUR_SECONDS, state->scene->grid_minutes,
		state->values[PARAMETER_SOURCES], 0};
	g_autoptr(GArray) events = list_events(state, cluster->first, cluster->next);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SlideWindow));

	slide_find(events, cluster->next - cluster->first, &plan, found);
	slide_tell(events, &plan, state->scene->span.from, state->scene->span.to, found);
	for (guint i = 0; i < found->len; i++) {
		const SlideWindow *window = &g_array_index(found, SlideWindow, i);
		if (4 * others <= window->targets &&
			5 * window->targets >= 4 * count_active(cluster, window->start))
			tell_window(cluster, window, groups);
	}
}

static int
compare_ttls(gconstpointer a, gconstpointer b)
{
	const Likeness *x = &((const RosterSource *)a)->likeness;
	const Likeness *y = &((const RosterSource *)b)->likeness;

	return x->ttl_min != y->ttl_min ? x->ttl_min - y->ttl_min : x->ttl_max - y->ttl_max;
}

/* The sources [from, to) are alike. */
static void
tell_alike(const State *state, guint from, guint to, GPtrArray *groups)
{
	guint n = to - from;
	Cluster cluster = {state, from, to, from, from};

	if (n < state->values[PARAMETER_SOURCES])
		return;
	if (n > ROSTER_ALIKE_MAX) {
		state->roster->left_out += n;
		return;
	}
	qsort(roster_source(state->roster, from), n, sizeof(RosterSource), compare_ttls);
	for (guint first = from; first < to; first = cluster.next) {
		guint reach =
			cluster_source(&cluster, first)->likeness.ttl_min + LIKENESS_TTL_REACH;
		cluster.first = first;
		for (cluster.next = first + 1;
			cluster.next < to &&
			cluster_source(&cluster, cluster.next)->likeness.ttl_max <= reach;
			cluster.next++)
			;
		if (cluster.next - first >= state->values[PARAMETER_SOURCES])
			tell_cluster(&cluster, groups);
	}
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	if (groups) {
		roster_seal(state->roster);
		for (guint from = 0, to; from < state->roster->sources->len; from = to) {
			to = roster_alike(state->roster, from);
			tell_alike(state, from, to, groups);
		}
		roster_tell_limits(state->roster, state->detector->name, limits);
		limits_add(limits, state->detector->name,
			"sources that ask living hosts, and were not counted",
			key_counts_left_out(state->others));
	}
	roster_free(state->roster);
	key_counts_free(state->others);
	g_free(state);
}

static const DetectorGroups dark_groups = {.begin = begin, .see = see, .end = end};

const Detector detect_dark = {
	.name = "dark-space",
	.title = "Requests only to addresses where nobody is",
	.topic = TOPIC_TARGETS,
	.origin = "first seed, 3 and figure 2 (NetBIOS deception)",
	.misses = "sources that ask a living host as well; sources alike whose TTLs lie more "
		  "than three hops apart, or with more than 64 targets and hours; sites where "
		  "nobody was seen to speak",
	.mistakes =
		"stale addresses in somebody's tables, sparse networks in which any stranger "
		"meets nobody, hosts that were only silent for a while",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
	.groups = &dark_groups,
};
