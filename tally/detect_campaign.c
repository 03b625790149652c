/*
 * Port campaign: a service port that many sources begin to probe over days (first seed, 6 and
 * figure 13: several addresses on one port over a four-day weekend, then for two months).
 *
 * A port is compared with itself: distinct sources in 4 days, at 1 d steps, against the median of
 * the 4 d windows before, as far as the tallies at hand go back, and the store's memory beyond
 * (tally/port_history.h). Few sources come and go by chance, so they must also be more than chance
 * makes of the mean before, one in a hundred. Where too little is known before to say so, as in a
 * first capture, only those count who come back: three sources, each on two days or more, that are
 * half of all. A first hour therefore makes no campaign of anything.
 *
 * Ordinary is a port on which ours complete handshakes with a tenth of who asks. A source that asks
 * for more than 16 services scans ports, and is left to port-scan; so is UDP in the range of a
 * traceroute.
 *
 * 16 octets are kept for each source, service and day, 4 million of them at most.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/port_window.h"

enum {
	PARAMETER_SOURCES,
	PARAMETER_FACTOR,
	HISTORY_DAYS = 60, /* asked of the store's memory */
	TARGETS_LEAST = 3, /* one host's port that many ask for is somebody's peer */
	PATTERN_LEAST = 4, /* times that tell how a source sends */
	PATTERNS_MAX = 12, /* sources of which it is told */
};

static const DetectorParameter parameters[] = {
	{"sources", "sources", "sources that must ask for the port in 4 days", 3, 2, 1000000},
	{"factor", "times", "how many times the port's own median they must be", 3, 1, 1000},
};

static const DetectorWindow windows[] = {
	{PORT_WINDOW_DAYS * DAY_SECONDS, DAY_SECONDS, PARAMETER_SOURCES},
};

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	Askers *askers; /* owned */
} State;

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->askers = askers_new(scene->grid_minutes);
	return state;
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	(void)likeness;
	askers_add(state->askers, subject);
}

static gboolean
is_campaign(const State *state, const PortWindow *campaign)
{
	if (campaign->sources < state->values[PARAMETER_SOURCES] ||
		campaign->sources < state->values[PARAMETER_FACTOR] * (guint64)campaign->median)
		return FALSE;
	if (campaign->windows > 0 && port_window_chance(campaign) <= 0.01)
		return TRUE;
	return campaign->returning >= state->values[PARAMETER_SOURCES] &&
	       2 * campaign->returning >= campaign->sources;
}

static gboolean
is_asked(const State *state, gint32 day)
{
	const SubjectSpan *span = &state->scene->span;
	gint64 last = askers_day(state->askers, day + PORT_WINDOW_DAYS) - HOUR_SECONDS;

	return last >= span->from && last < span->to;
}

/* Whether the service's window has a source on a day of the span asked for. */
static gboolean
is_news(const State *state, const PortWindow *campaign)
{
	const SubjectSpan *span = &state->scene->span;
	guint n;
	const Asking *askings = port_window_askings(campaign, &n);

	return n > 0 && askers_day(state->askers, askings[n - 1].day + 1) > span->from;
}

/* Appends the windows of a service that hold enough sources. */
static void
list_windows(const State *state, const Asking *entries, guint n, GArray *campaigns)
{
	gint32 tried = G_MININT32;

	for (guint i = 0; i < n; i++) {
		PortWindow campaign = {.service = entries[i].service,
			.day = entries[i].day - PORT_WINDOW_DAYS + 1,
			.entries = entries,
			.n = n};
		if (campaign.day == tried || !is_asked(state, campaign.day))
			continue;
		tried = campaign.day;
		port_window_measure(&campaign);
		if (campaign.sources >= state->values[PARAMETER_SOURCES] &&
			campaign.days >= 2 && is_news(state, &campaign))
			g_array_append_val(campaigns, campaign);
	}
}

/* Of windows of one service that overlap the one with most sources, then most targets, then the
 * earliest. */
static gboolean
tells_more(const PortWindow *a, const PortWindow *b)
{
	if (a->sources != b->sources)
		return a->sources > b->sources;
	return a->targets != b->targets ? a->targets > b->targets : a->day < b->day;
}

static void
name_service(const PortWindow *campaign, char *buffer, gsize size)
{
	PortKey key = askers_service(campaign->service);

	g_snprintf(buffer, size, "%s port %u", kind_table[key.kind].name, key.port);
}

static void
add_sources(const State *state, const PortWindow *campaign, Group *group)
{
	guint n;
	const Asking *askings = port_window_askings(campaign, &n);

	for (guint i = 0; i < n; i++) {
		GroupSource asker = askers_source(state->askers, askings[i].source);
		group_add(group, &asker.source, asker.bits);
	}
}

static void
say_history(const State *state, const PortWindow *campaign, Group *group)
{
	char name[32];

	name_service(campaign, name, sizeof name);
	if (campaign->windows > 0)
		group_for(group, VERDICT_SCAN,
			"%u sources ask for %s in 4 d (threshold %u): its median over %u times "
			"4 d before is %u",
			campaign->sources, name, state->values[PARAMETER_SOURCES],
			campaign->windows, campaign->median);
	else
		group_for(group, VERDICT_SCAN,
			"%u sources ask for %s in 4 d (threshold %u); nothing is known before, "
			"so no median",
			campaign->sources, name, state->values[PARAMETER_SOURCES]);
	if (campaign->windows > 0 && port_window_chance(campaign) <= 0.01)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%.1f sources in 4 d on the average before: so many by chance in under "
			"1 of 100 cases",
			port_window_mean(campaign));
	if (campaign->returning > 0)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%u of them came back on another day, on %u days in all",
			campaign->returning, campaign->days);
}

static void
tell(const State *state, const PortWindow *campaign, GPtrArray *groups)
{
	PortKey key = askers_service(campaign->service);
	FindingWindow window = {.detector = state->detector,
		.start = askers_day(state->askers, campaign->day),
		.length = PORT_WINDOW_DAYS * DAY_SECONDS,
		.count = campaign->sources,
		.threshold = state->values[PARAMETER_SOURCES],
		.service_kind = key.kind,
		.service_port = key.port};
	Group *group = group_new(&window, SCOPE_PORT, VERDICT_UNDETERMINED);
	guint64 left_out = askers_left_out(state->askers);

	add_sources(state, campaign, group);
	say_history(state, campaign, group);
	if (left_out > 0)
		group_against(group, VERDICT_SCAN,
			"%" G_GUINT64_FORMAT " more sources were too many to be kept",
			left_out);
	g_ptr_array_add(groups, group);
}

/* What the store remembers of the services; NULL: nothing. */
static guint32 *
ask_memory(const State *state, const GArray *campaigns)
{
	const PortHistory *history = state->scene->port_history;
	g_autofree PortKey *keys = g_new(PortKey, campaigns->len + 1);
	g_autofree guint32 *days = NULL;

	if (!history || campaigns->len == 0)
		return NULL;
	days = g_new(guint32, (gsize)campaigns->len * HISTORY_DAYS);
	for (guint i = 0; i < campaigns->len; i++)
		keys[i] = askers_service(g_array_index(campaigns, PortWindow, i).service);
	if (!history->find(history->data, keys, campaigns->len,
		    askers_day(state->askers, askers_first_day(state->askers)), HISTORY_DAYS,
		    days))
		return NULL;
	return g_steal_pointer(&days);
}

static void
tell_all(const State *state, GPtrArray *groups)
{
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(PortWindow));
	const PortWindow *best = NULL;
	guint n;
	const Asking *entries =
		askers_sort(state->askers, state->values[PARAMETER_SOURCES], &n);

	for (guint first = 0, next; first < n; first = next) {
		for (next = first + 1;
			next < n && entries[next].service == entries[first].service; next++)
			;
		list_windows(state, entries + first, next - first, campaigns);
	}
	g_autofree guint32 *days = ask_memory(state, campaigns);
	for (guint i = 0; i < campaigns->len; i++) {
		PortWindow *campaign = &g_array_index(campaigns, PortWindow, i);
		port_window_history(campaign, askers_first_day(state->askers),
			days ? days + (gsize)i * HISTORY_DAYS : NULL, days ? HISTORY_DAYS : 0);
		if (!is_campaign(state, campaign))
			continue;
		campaign->targets = port_window_targets(campaign);
		if (campaign->targets < TARGETS_LEAST)
			continue;
		if (best && (best->service != campaign->service ||
				    campaign->day >= best->day + PORT_WINDOW_DAYS)) {
			tell(state, best, groups);
			best = NULL;
		}
		if (!best || tells_more(campaign, best))
			best = campaign;
	}
	if (best)
		tell(state, best, groups);
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	if (groups) {
		tell_all(state, groups);
		limits_add(limits, state->detector->name, "sources for which there was no room",
			askers_left_out(state->askers));
		limits_add(limits, state->detector->name,
			"sources of which not all services and days were kept",
			askers_cut(state->askers));
	}
	askers_free(state->askers);
	g_free(state);
}

/* A source's probes of the service: a row each. */
typedef struct {
	guint64 first, packets;
} Probe;

static int
compare_probes(gconstpointer a, gconstpointer b)
{
	guint64 x = ((const Probe *)a)->first, y = ((const Probe *)b)->first;

	return (x > y) - (x < y);
}

static GArray *
list_probes(const SourceFacts *member, const FindingWindow *window)
{
	GArray *probes = g_array_new(FALSE, FALSE, sizeof(Probe));

	for (guint32 i = 0; i < member->n_pairs; i++) {
		const PairHour *pair = &member->pairs[i];
		if (pair->hour < window->start || pair->hour >= window->start + window->length)
			continue;
		for (guint32 k = 0; k < pair->n_contacts; k++) {
			const Contact *contact = &member->contacts[pair->contacts + k];
			Probe probe = {(guint64)pair->hour * SECOND_NS + contact->first,
				contact->packets};
			if (contact->kind == window->service_kind &&
				contact->port == window->service_port)
				g_array_append_val(probes, probe);
		}
	}
	g_array_sort(probes, compare_probes);
	return probes;
}

/* ", source port 6667" where it is always the same; else "". */
static void
format_port(const SourceFacts *member, const FindingWindow *window, char *buffer, gsize size)
{
	guint least = G_MAXUINT, greatest = 0;

	for (guint32 i = 0; i < member->n_traits; i++) {
		const TraitHour *own = &member->traits[i];
		if (own->trait.kind != window->service_kind || own->hour < window->start ||
			own->hour >= window->start + window->length ||
			!(own->trait.seen & TRAIT_PORTS))
			continue;
		least = MIN(least, own->trait.sport_min);
		greatest = MAX(greatest, own->trait.sport_max);
	}
	if (least == greatest)
		g_snprintf(buffer, size, ", always from source port %u", least);
	else
		buffer[0] = '\0';
}

/* How a source sends: the seed tells two tools apart by it. */
static void
say_pattern(const SourceFacts *member, const FindingWindow *window, Finding *finding)
{
	char name[ADDRESS_TEXT_SIZE], port[48];
	g_autoptr(GArray) probes = list_probes(member, window);
	guint one = 0, two = 0, turns = 0;

	if (probes->len < PATTERN_LEAST)
		return;
	for (guint i = 0; i < probes->len; i++) {
		guint64 packets = g_array_index(probes, Probe, i).packets;
		one += packets == 1;
		two += packets == 2;
		turns += i > 0 && packets != g_array_index(probes, Probe, i - 1).packets;
	}
	address_format(&member->source, name);
	format_port(member, window, port, sizeof port);
	if (one == probes->len)
		finding_for(finding, VERDICT_SCAN, "%s: 1 packet each time, %u times%s", name,
			one, port);
	else if (one > 0 && two > 0 && one + two == probes->len && 2 * turns >= probes->len)
		finding_for(finding, VERDICT_SCAN,
			"%s: 1 packet, 2 packets, 1 packet ... by turns, %u times%s", name,
			probes->len, port);
	else if (port[0] != '\0')
		finding_for(finding, VERDICT_SCAN, "%s: %u times%s", name, probes->len, port);
}

static void
judge(const DetectorCase *at, const Group *group, Finding *finding)
{
	for (guint32 i = 0; i < MIN(at->subject->n_members, PATTERNS_MAX); i++)
		say_pattern(&at->subject->members[i], &group->window, finding);
	if (at->scene->one_sided)
		finding_against(finding, VERDICT_SCAN,
			"hardly an outbound packet was captured: whether ours serve the port "
			"is not known");
}

static const DetectorGroups campaign_groups = {
	.begin = begin, .see = see, .end = end, .judge = judge};

const Detector detect_campaign = {
	.name = "port-campaign",
	.title = "A service port that many sources begin to probe",
	.topic = TOPIC_PORTS,
	.origin = "first seed, 6 and figure 13 (a port over a long weekend)",
	.misses = "ports that ours serve, sources that ask for more than 16 services, a port "
		  "that was always probed",
	.mistakes =
		"a new service of ours that is not reached yet, a worm's spread, a port whose "
		"history at hand is short",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &campaign_groups,
};
