/*
 * Target set: sources that go through the same targets in one manner, as two of one actor do
 * (first seed, 6 and figure 12: five name and mail servers, in the same order, 21 min 45 s from one
 * to the next, from source port 10053, whatever the sources' addresses).
 *
 * Sharing targets is nothing by itself: only sources of exactly the same targets are compared, one
 * with another, and what they share in manner is weighed (tally/target_path.h).
 * Sources of different patterns of source ports (static, running, two processes) are different
 * actors, whatever else they share: said as such, each by itself, where they keep to a set's order.
 * Load balancers test a few servers of ours from several networks at once: no more than four.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/decoys.h"
#include "tally/detector.h"
#include "tally/roster.h"
#include "tally/sort.h"
#include "tally/target_path.h"

enum {
	PARAMETER_SOURCES,
	PARAMETER_TARGETS,
	BUCKET_MAX = 256, /* sources of the same targets that are compared */
	SHOWN_MAX = 4,    /* sources whose packets are told */
	ROLES_MAX = 8,    /* infrastructure hosts named */
	OTHERS_MAX = 8,   /* further actors told beside a set */
};

static const DetectorParameter parameters[] = {
	{"sources", "sources", "sources that must go through the same targets", 2, 2, 1000000},
	{"targets", "targets", "targets they must share", 4, 3, ROSTER_TOUCHES_MAX},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, PARAMETER_SOURCES},
	{7 * 24 * HOUR_SECONDS, 24 * HOUR_SECONDS, PARAMETER_SOURCES},
};

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	Roster *roster;  /* owned */
	guint64 crowded; /* sources that too many others share their targets with */
	guint64 others;  /* further actors that are not told */
} State;

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->roster = roster_new(ROSTER_SOURCES_MAX);
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	if (!likeness || subject->n_targets < state->values[PARAMETER_TARGETS] ||
		subject->n_pairs > ROSTER_TOUCHES_MAX || !likeness_is_asking(likeness))
		return;
	roster_add(state->roster, subject, likeness);
}

/* The first window that holds all of the paths' touches, the shorter where it does; FALSE: none
 * does, or it is not asked for. */
static gboolean
find_window(const State *state, const TargetPath *const *paths, guint n, FindingWindow *window)
{
	const SubjectSpan *span = &state->scene->span;
	gint64 first = G_MAXINT64, last = 0;

	for (guint i = 0; i < n; i++) {
		first = MIN(first, (gint64)(paths[i]->touches[0].time / SECOND_NS));
		last = MAX(last, (gint64)(paths[i]->touches[paths[i]->n - 1].time / SECOND_NS));
	}
	for (gsize w = 0; w < G_N_ELEMENTS(windows); w++) {
		gint64 end =
			detector_last_end(last, windows[w].step, state->scene->grid_minutes) +
			windows[w].step;
		*window = (FindingWindow){state->detector, end - windows[w].length,
			windows[w].length, n, state->values[PARAMETER_SOURCES], {0}};
		if (first >= window->start)
			return end - HOUR_SECONDS >= span->from &&
			       end - HOUR_SECONDS < span->to && last >= span->from;
	}
	return FALSE;
}

static void
say_ports(const TargetPath *path, Group *group)
{
	const Likeness *likeness = &path->source->likeness;

	switch (target_path_ports(path)) {
	case TARGET_PATH_PORTS_STATIC:
		group_for(group, VERDICT_COORDINATED_SCAN,
			"static source port %u, in every packet", likeness->sport);
		break;
	case TARGET_PATH_PORTS_TWO:
		group_for(group, VERDICT_COORDINATED_SCAN,
			"source ports jump between two sequences, from %u to %u: two processes",
			likeness->sport_min, likeness->sport_max);
		break;
	default:
		break;
	}
}

static void
say_manner(const TargetPath *a, const TargetPath *b, Group *group)
{
	char span[HOUR_TEXT_SIZE];

	if (target_path_is_same_order(a, b))
		group_for(group, VERDICT_COORDINATED_SCAN, "in the same order%s",
			target_path_is_plain(a) ? ", as any sweep goes" : "");
	if (target_path_is_same_spacing(a, b))
		group_for(group, VERDICT_COORDINATED_SCAN,
			"at the same spacing, a new target every %s on the average",
			hour_format_span(target_path_mean_step(a), span));
}

/* Servers that every attacker knows: "2 dns, 2 mail". */
static void
say_infrastructure(const State *state, const TargetPath *path, Group *group)
{
	g_autoptr(GString) text = g_string_new(NULL);
	guint n = 0;

	if (!state->scene->infrastructure)
		return;
	for (guint i = 0; i < path->n; i++) {
		char name[ADDRESS_TEXT_SIZE];
		const Address *target = roster_target(state->roster, path->touches[i].target);
		const char *role = infrastructure_role(state->scene->infrastructure, target);
		if (role && n++ < ROLES_MAX)
			g_string_append_printf(text, "%s%s %s", text->len > 0 ? ", " : "",
				address_format(target, name), role);
	}
	if (n > 0)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%u of the targets are infrastructure: %s%s", n, text->str,
			n > ROLES_MAX ? " and others" : "");
}

static void
say_source(const TargetPath *path, guint64 start, Group *group)
{
	char name[ADDRESS_TEXT_SIZE], span[HOUR_TEXT_SIZE];
	g_autofree char *likeness = likeness_text(&path->source->likeness);

	subject_format(&path->source->source, path->source->bits, name);
	if (path->touches[0].time == start)
		group_for(group, VERDICT_COORDINATED_SCAN, "%s: begins first, %s", name,
			likeness);
	else
		group_for(group, VERDICT_COORDINATED_SCAN, "%s: begins %s later, %s", name,
			hour_format_span(path->touches[0].time - start, span), likeness);
}

/* Sources of one actor. */
static void
tell_set(const State *state, const TargetPath *const *paths, guint n, GPtrArray *groups)
{
	FindingWindow window;

	if (!find_window(state, paths, n, &window))
		return;
	double bits = target_path_weigh(paths[0], paths[1]);
	gboolean at_once = target_path_are_at_once(paths[0], paths[1]);
	Group *group = group_new(&window, SCOPE_SOURCES,
		at_once ? VERDICT_DECOY
		: bits >= TARGET_PATH_SET_BITS + TARGET_PATH_PORT_BITS
			? VERDICT_COORDINATED_SCAN
			: VERDICT_UNDETERMINED);

	for (guint i = 0; i < n; i++)
		group_add(group, &paths[i]->source->source, paths[i]->source->bits);
	group_for(group, VERDICT_COORDINATED_SCAN,
		"%u sources go through the same %u targets (threshold %u sources, %u targets)",
		n, paths[0]->n, state->values[PARAMETER_SOURCES],
		state->values[PARAMETER_TARGETS]);
	say_manner(paths[0], paths[1], group);
	say_ports(paths[0], group);
	if (at_once)
		group_for(group, VERDICT_DECOY,
			"each target probed by all of them at once, within %d s: which address "
			"is real nobody can say",
			DECOYS_SECONDS);
	else
		group_for(group, VERDICT_DECOY,
			"one of them may be a decoy, or all one host with several addresses");
	say_infrastructure(state, paths[0], group);
	for (guint i = 0; i < MIN(n, SHOWN_MAX); i++)
		say_source(paths[i], paths[0]->touches[0].time, group);
	g_ptr_array_add(groups, group);
}

/* A source that shares a set's targets and is somebody else. */
static void
tell_other(const State *state, const TargetPath *const *set, guint n, const TargetPath *other,
	GPtrArray *groups)
{
	FindingWindow window;
	char name[ADDRESS_TEXT_SIZE];

	if (!find_window(state, &other, 1, &window))
		return;
	window.count = n + 1;
	Group *group = group_new(&window, SCOPE_SOURCES, VERDICT_UNDETERMINED);
	group_add(group, &other->source->source, other->source->bits);
	group_for(group, VERDICT_UNDETERMINED,
		"the same %u targets as %s and %u more, and another actor: its source ports "
		"come about otherwise",
		other->n, subject_format(&set[0]->source->source, set[0]->source->bits, name),
		n - 1);
	say_manner(set[0], other, group);
	say_ports(other, group);
	g_ptr_array_add(groups, group);
}

static gboolean
is_balancer_like(const TargetPath *path)
{
	return path->n <= DECOYS_BALANCER && path->source->likeness.payload > 0;
}

/* Paths through the same targets. */
static void
tell_bucket(State *state, TargetPath *paths, guint n, GPtrArray *groups)
{
	g_autofree const TargetPath **set = g_new(const TargetPath *, n);
	guint others = 0;

	if (n < state->values[PARAMETER_SOURCES] || is_balancer_like(&paths[0]))
		return;
	if (n > BUCKET_MAX) {
		state->crowded += n;
		return;
	}
	for (guint head = 0; head < n; head++) {
		guint size = 0;
		if (paths[head].told)
			continue;
		for (guint i = head; i < n; i++)
			if (i == head || (!paths[i].told && target_path_is_one_actor(
								    &paths[head], &paths[i])))
				set[size++] = &paths[i];
		if (size < state->values[PARAMETER_SOURCES])
			continue;
		for (guint i = head, k = 0; i < n && k < size; i++) {
			if (set[k] == &paths[i]) {
				paths[i].told = TRUE;
				k++;
			}
		}
		tell_set(state, set, size, groups);
		for (guint i = 0; i < n; i++)
			if (!paths[i].told && target_path_is_same_order(set[0], &paths[i]) &&
				!target_path_is_plain(&paths[i]) && others++ < OTHERS_MAX)
				tell_other(state, set, size, &paths[i], groups);
	}
	state->others += others - MIN(others, OTHERS_MAX);
}

/* The same of sources of the same targets; of others hardly ever. */
static guint64
digest_of(const Roster *roster, const RosterSource *source)
{
	const Touch *touches = roster_touches(roster, source);
	guint32 least = G_MAXUINT32, greatest = 0;

	for (guint i = 0; i < source->n; i++) {
		guint32 mixed = touches[i].target * 0x9e3779b1u;
		least = MIN(least, mixed);
		greatest = MAX(greatest, mixed);
	}
	return (guint64)least << 32 | greatest;
}

/* Which of the sources may share their targets with enough others: most do with nobody. */
static GArray *
list_likely(const State *state)
{
	guint n = state->roster->sources->len;
	g_autofree SortItem *items = g_new(SortItem, n + 1);
	g_autofree SortItem *scratch = g_new(SortItem, n + 1);
	GArray *likely = g_array_new(FALSE, FALSE, sizeof(guint));

	for (guint i = 0; i < n; i++)
		items[i] = (SortItem){
			digest_of(state->roster, roster_source(state->roster, i)), i};
	const SortItem *sorted = sort_items(items, scratch, n);
	for (guint first = 0, next; first < n; first = next) {
		for (next = first + 1; next < n && sorted[next].key == sorted[first].key;)
			next++;
		for (guint i = first;
			i < next && next - first >= state->values[PARAMETER_SOURCES]; i++) {
			guint number = sorted[i].number;
			g_array_append_val(likely, number);
		}
	}
	return likely;
}

static void
tell_all(State *state, GPtrArray *groups)
{
	const Roster *roster = state->roster;
	g_autoptr(GArray) likely = list_likely(state);
	g_autoptr(GArray) paths = g_array_new(FALSE, FALSE, sizeof(TargetPath));

	g_array_set_clear_func(paths, target_path_clear);
	for (guint i = 0; i < likely->len; i++) {
		TargetPath path = target_path_of(
			roster, roster_source(roster, g_array_index(likely, guint, i)));
		if (path.n >= state->values[PARAMETER_TARGETS])
			g_array_append_val(paths, path);
		else
			target_path_clear(&path);
	}
	g_array_sort(paths, target_path_compare);
	TargetPath *items = (TargetPath *)(gpointer)paths->data;
	for (guint first = 0, next; first < paths->len; first = next) {
		for (next = first + 1;
			next < paths->len &&
			target_path_compare_sets(&items[first], &items[next]) == 0;
			next++)
			;
		tell_bucket(state, items + first, next - first, groups);
	}
}

static void
tell_limits(const State *state, GPtrArray *limits)
{
	roster_tell_limits(state->roster, state->detector->name, limits);
	limits_add(limits, state->detector->name,
		"sources not compared (over 256 have the same targets)", state->crowded);
	limits_add(limits, state->detector->name,
		"sources of a set's targets and another actor's, beyond the eight that are "
		"told",
		state->others);
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	if (groups) {
		roster_seal(state->roster);
		tell_all(state, groups);
		tell_limits(state, limits);
	}
	roster_free(state->roster);
	g_free(state);
}

static const DetectorGroups targetset_groups = {.begin = begin, .see = see, .end = end};

const Detector detect_targetset = {
	.name = "target-set",
	.title = "Sources that go through the same targets in one manner",
	.topic = TOPIC_COORDINATED,
	.origin = "first seed, 6 and figure 12 (target based analysis)",
	.misses =
		"sources whose targets differ by one, or that share them in no order and from "
		"no static port, or with more than 64 targets and hours",
	.mistakes =
		"strangers who follow one public list of servers, one system behind several "
		"addresses",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &targetset_groups,
};
