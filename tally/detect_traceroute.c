/*
 * Traceroutes: packets that are meant to die on the way, and of several sources at one target together
 * (first seed, 2 and figure 1): all ways into a network, or a provider that looks for the best way
 * back to a client.
 * What a trace is: tally/route_trace.h.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/route_trace.h"
#include "tally/visits.h"

enum {
	PACKETS,
	SOURCES,
	SECONDS,
	TIGHT = 2,            /* seconds (first seed, 2) */
	TRACES_MAX = 1 << 18, /* kept; of (source, target, hour) */
	GROUPS_MAX = 1024,
};

static const DetectorParameter parameters[] = {
	{"packets", "packets", "packets of a source to a target that must be a traceroute's", 3,
		2, 1000},
	{"sources", "sources", "sources that must trace one target together", 3, 2, 1000},
	{"seconds", "seconds", "time within which they must begin", 150, 1, 3600},
};

/* Two hours for what the turn of an hour cuts in two. */
static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, PACKETS},
	{2 * HOUR_SECONDS, HOUR_SECONDS, PACKETS},
};

/* Whether b goes on with a's trace over the turn of an hour. */
static gboolean
goes_on(const RouteTrace *a, const RouteTrace *b, const guint *values)
{
	return a->hour + HOUR_SECONDS == b->hour && a->kind == b->kind &&
	       address_compare(&a->target, &b->target) == 0 &&
	       b->first - a->last <= values[SECONDS] * SECOND_NS;
}

static void
add_window(const Detector *detector, const RouteTrace *trace, gint64 length, guint64 packets,
	guint threshold, GArray *fired)
{
	FindingWindow window = {detector, trace->hour + HOUR_SECONDS - length, length,
		(guint)MIN(packets, G_MAXUINT), threshold, trace->target};

	g_array_append_val(fired, window);
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	guint n = at->values[PACKETS];

	if (!route_trace_may(at->subject))
		return;
	for (guint32 i = 0; i < at->subject->n_members; i++) {
		const SourceFacts *member = &at->subject->members[i];
		RouteTrace last = {0}, trace;
		for (guint32 k = 0; k < member->n_pairs; k++) {
			if (!route_trace_read(at->subject, member, &member->pairs[k], &trace))
				continue;
			if (trace.packets >= n)
				add_window(detector, &trace, HOUR_SECONDS, trace.packets, n,
					fired);
			else if (last.packets > 0 && last.packets < n &&
				 goes_on(&last, &trace, at->values) &&
				 last.packets + trace.packets >= n)
				add_window(detector, &trace, 2 * HOUR_SECONDS,
					last.packets + trace.packets, n, fired);
			last = trace;
		}
	}
}

static gboolean
find_trace(const Subject *subject, const FindingWindow *told, RouteTrace *trace)
{
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++)
			if (member->pairs[k].hour >= told->start &&
				member->pairs[k].hour < told->start + told->length &&
				address_compare(&member->pairs[k].target, &told->target) == 0 &&
				route_trace_read(subject, member, &member->pairs[k], trace))
				return TRUE;
	}
	return FALSE;
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE], target[ADDRESS_TEXT_SIZE], host[ADDRESS_TEXT_SIZE];
	RouteTrace trace;
	Visit visit;

	finding->verdict = VERDICT_TRACEROUTE;
	if (!find_trace(at->subject, told, &trace))
		return;
	g_autofree char *text = route_trace_describe(&trace);
	finding_for(finding, VERDICT_TRACEROUTE,
		"a traceroute of %s: %s, %u packets from %s (threshold %u)",
		address_format(&told->target, target), text, told->count,
		hour_format_s(told->start, start), told->threshold);
	if (visits_to(at->subject, trace.first, &visit)) {
		finding->verdict = VERDICT_LOAD_BALANCER;
		finding_for(finding, VERDICT_LOAD_BALANCER,
			"%s had visited it before: a provider looks for the best way back to "
			"its client (first seed, 2)",
			address_format(&visit.host, host));
	} else if (at->scene->one_sided) {
		finding_against(finding, VERDICT_LOAD_BALANCER, VISITS_UNSEEN);
	} else {
		finding_against(finding, VERDICT_LOAD_BALANCER,
			"nobody of ours had visited it in that hour or the hour before");
	}
}

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	GArray *traces; /* of RouteTrace; owned */
	Visits *visits; /* owned */
	guint64 left_out;
} State;

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->traces = g_array_new(FALSE, FALSE, sizeof(RouteTrace));
	state->visits = visits_new();
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;
	Visit visit;
	RouteTrace trace;

	(void)likeness;
	visits_see(state->visits, subject);
	if (!route_trace_may(subject))
		return;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			if (!route_trace_read(subject, member, &member->pairs[k], &trace))
				continue;
			if (state->traces->len >= TRACES_MAX) {
				state->left_out++;
				continue;
			}
			trace.is_visited = visits_to(subject, trace.first, &visit);
			g_array_append_val(state->traces, trace);
		}
	}
}

/* By target, then source, then hour. */
static int
compare_rows(gconstpointer a, gconstpointer b)
{
	const RouteTrace *x = a, *y = b;
	int order = address_compare(&x->target, &y->target);

	if (order == 0)
		order = address_compare(&x->source, &y->source);
	return order != 0 ? order : (x->hour > y->hour) - (x->hour < y->hour);
}

/* By target, then first packet. */
static int
compare_starts(gconstpointer a, gconstpointer b)
{
	const RouteTrace *x = a, *y = b;
	int order = address_compare(&x->target, &y->target);

	if (order == 0)
		order = (x->first > y->first) - (x->first < y->first);
	return order != 0 ? order : address_compare(&x->source, &y->source);
}

/* Leaves whole traces that have enough packets: those that the turn of an hour cut become one. */
static void
make_whole(State *state)
{
	RouteTrace *traces = (RouteTrace *)(gpointer)state->traces->data;
	guint n = state->traces->len, kept = 0, next;

	g_array_sort(state->traces, compare_rows);
	for (guint i = 0; i < n; i = next) {
		RouteTrace trace = traces[i];
		for (next = i + 1; next < n && trace.packets < state->values[PACKETS] &&
				   address_compare(&traces[next].source, &trace.source) == 0 &&
				   goes_on(&trace, &traces[next], state->values);
			next++) {
			trace.packets += traces[next].packets;
			trace.last = traces[next].last;
			trace.hour = traces[next].hour;
		}
		if (trace.packets >= state->values[PACKETS])
			traces[kept++] = trace;
	}
	g_array_set_size(state->traces, kept);
	g_array_sort(state->traces, compare_starts);
}

/* Traces [from, to) of one target that begin within the time allowed. */
typedef struct {
	guint from, to, sources;
} Together;

static guint
hash_source(gconstpointer data)
{
	const Address *source = data;

	return (guint)((source->low ^ source->high) * 0x9e3779b97f4a7c15u >> 32);
}

static gboolean
is_same_source(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b) == 0;
}

/* One trace more or less of that source among those counted. Returns the change in distinct
 * sources. */
static int
count_source(GHashTable *counts, Address *source, int step)
{
	int before = GPOINTER_TO_INT(g_hash_table_lookup(counts, source));

	if (before + step > 0)
		g_hash_table_replace(counts, source, GINT_TO_POINTER(before + step));
	else
		g_hash_table_remove(counts, source);
	return (before + step > 0) - (before > 0);
}

/* For each trace, those that begin with it or after it; array of Together. */
static GArray *
list_together(const State *state)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Together));
	RouteTrace *traces = (RouteTrace *)(gpointer)state->traces->data;
	g_autoptr(GHashTable) counts = g_hash_table_new(hash_source, is_same_source);
	Together together = {0};

	for (guint i = 0; i < state->traces->len; i++) {
		together.from = i;
		for (; together.to < state->traces->len &&
			address_compare(&traces[together.to].target, &traces[i].target) == 0 &&
			traces[together.to].first - traces[i].first <=
				state->values[SECONDS] * SECOND_NS;
			together.to++)
			together.sources +=
				(guint)count_source(counts, &traces[together.to].source, 1);
		g_array_append_val(list, together);
		together.sources += (guint)count_source(counts, &traces[i].source, -1);
	}
	return list;
}

static void
say_stimulus(const State *state, const RouteTrace *traces, const Together *together,
	guint64 first, Group *group)
{
	char host[ADDRESS_TEXT_SIZE], peer[ADDRESS_TEXT_SIZE], span[HOUR_TEXT_SIZE];
	VisitsFound found;
	Visit visit;

	for (guint i = together->from; i < together->to; i++) {
		if (!traces[i].is_visited)
			continue;
		group->verdict = VERDICT_LOAD_BALANCER;
		group_for(group, VERDICT_LOAD_BALANCER,
			"a host of ours had visited %s just before: providers trace the best "
			"way back to a client (first seed, 2)",
			address_format(&traces[i].source, peer));
		return;
	}
	found = visits_find(state->visits, first, &visit);
	/* Chance finds such a visit too: it changes no verdict. */
	if (found == VISITS_SOME) {
		group_for(group, VERDICT_LOAD_BALANCER,
			"%s had visited %s %s before the first packet: providers trace the "
			"best way back to a client (first seed, 2)",
			address_format(&visit.host, host), address_format(&visit.peer, peer),
			hour_format_span(first - visit.time, span));
	} else if (found == VISITS_TOO_MANY) {
		group_against(group, VERDICT_LOAD_BALANCER,
			"none of the sources was visited; our hosts visited so many others "
			"that one of these may be the reason");
	} else if (state->scene->one_sided) {
		group_against(group, VERDICT_LOAD_BALANCER, VISITS_UNSEEN);
	} else {
		group_against(group, VERDICT_LOAD_BALANCER,
			"nobody of ours had visited any of the sources, nor anybody else in "
			"the %d s before",
			VISITS_REACH);
	}
}

/* Whether they are within the span asked for; groups: NULL when there is no room for them. */
static gboolean
tell(const State *state, const Together *together, GPtrArray *groups)
{
	const RouteTrace *traces = (const RouteTrace *)(gpointer)state->traces->data;
	guint64 first = traces[together->from].first, last = 0;
	gint64 hour = traces[together->from].hour, until = hour;
	char target[ADDRESS_TEXT_SIZE], span[HOUR_TEXT_SIZE], start[HOUR_TEXT_SIZE];
	g_autofree char *text = route_trace_describe(&traces[together->from]);

	for (guint i = together->from; i < together->to; i++) {
		last = MAX(last, traces[i].last);
		hour = MIN(hour, traces[i].hour);
		until = MAX(until, traces[i].hour);
	}
	gint64 length = until > hour ? 2 * HOUR_SECONDS : HOUR_SECONDS;
	if (until < state->scene->span.from || until >= state->scene->span.to)
		return FALSE;
	if (!groups)
		return TRUE;
	FindingWindow window = {state->detector, until + HOUR_SECONDS - length, length,
		together->sources, state->values[SOURCES], traces[together->from].target};
	Group *group = group_new(&window, SCOPE_SOURCES, VERDICT_TRACEROUTE);

	for (guint i = together->from; i < together->to; i++)
		group_add(group, &traces[i].source, traces[i].bits);
	group_for(group, VERDICT_TRACEROUTE,
		"%u sources traced %s within %s from %s (threshold %u sources that begin "
		"within %u s): the first by %s",
		together->sources, address_format(&window.target, target),
		hour_format_span(last - first, span), hour_format_ns(first, start),
		window.threshold, state->values[SECONDS], text);
	if (last - first <= TIGHT * SECOND_NS)
		group_for(group, VERDICT_TRACEROUTE,
			"all of it within %d s: coordinated, with the same goal at the same "
			"time (first seed, 2)",
			TIGHT);
	say_stimulus(state, traces, together, first, group);
	if (group->verdict == VERDICT_TRACEROUTE)
		group_for(group, VERDICT_TRACEROUTE,
			"traces from several networks show all ways into ours, and which link "
			"to cut (first seed, 2)");
	if (state->left_out > 0)
		group_against(group, VERDICT_TRACEROUTE,
			"%" G_GUINT64_FORMAT " more traces were too many to be compared",
			state->left_out);
	g_ptr_array_add(groups, group);
	return TRUE;
}

/* Whether two are about one target in one hour. */
static gboolean
is_same_hour(const State *state, const Together *a, const Together *b)
{
	const RouteTrace *x = &g_array_index(state->traces, RouteTrace, a->from);
	const RouteTrace *y = &g_array_index(state->traces, RouteTrace, b->from);

	return x->hour == y->hour && address_compare(&x->target, &y->target) == 0;
}

/* Those with enough sources, of each target and hour the one with most, the earliest of equals. */
static GArray *
list_fullest(const State *state)
{
	g_autoptr(GArray) all = list_together(state);
	GArray *fullest = g_array_new(FALSE, FALSE, sizeof(Together));

	for (guint i = 0; i < all->len; i++) {
		const Together *item = &g_array_index(all, Together, i);
		Together *last = fullest->len > 0
					 ? &g_array_index(fullest, Together, fullest->len - 1)
					 : NULL;
		if (item->sources < state->values[SOURCES])
			continue;
		if (!last || !is_same_hour(state, last, item))
			g_array_append_vals(fullest, item, 1);
		else if (item->sources > last->sources)
			*last = *item;
	}
	return fullest;
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	if (groups) {
		make_whole(state);
		g_autoptr(GArray) fullest = list_fullest(state);
		guint told = 0;
		for (guint i = 0; i < fullest->len; i++)
			told += tell(state, &g_array_index(fullest, Together, i),
				told < GROUPS_MAX ? groups : NULL);
		limits_add(limits, state->detector->name, "traces for which there was no room",
			state->left_out);
		limits_add(limits, state->detector->name,
			"findings for which there was no room", told - MIN(told, GROUPS_MAX));
	}
	visits_free(state->visits);
	g_array_unref(state->traces);
	g_free(state);
}

static const DetectorGroups groups = {.begin = begin, .see = see, .end = end};

const Detector detect_traceroute = {
	.name = "traceroute",
	.title = "Traceroutes, of several sources at one target together",
	.topic = TOPIC_COORDINATED,
	.origin = "first seed, section 2 and figure 1 (coordinated traceroutes)",
	.misses = "traces that end before this sensor, and those whose TTLs are no lower than "
		  "anybody's",
	.mistakes = "routers' and players' packets that are sent with a low TTL on purpose",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
	.groups = &groups,
};
