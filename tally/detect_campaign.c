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

#include <math.h>

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/port_history.h"

enum {
	PARAMETER_SOURCES,
	PARAMETER_FACTOR,
	DAY = 24 * HOUR_SECONDS,
	WINDOW_DAYS = 4,
	HISTORY_DAYS = 60, /* asked of the store's memory */
	TARGETS_LEAST = 3, /* one host's port that many ask for is somebody's peer */
	SERVICES_MAX = 16, /* of a source in all */
	ENTRIES_MAX = 1 << 22,
	TRACEROUTE_FIRST = 33434,
	TRACEROUTE_LAST = TRACEROUTE_FIRST + 3 * 30 - 1,
	PATTERN_LEAST = 4, /* times that tell how a source sends */
	PATTERNS_MAX = 12, /* sources of which it is told */
};

static const DetectorParameter parameters[] = {
	{"sources", "sources", "sources that must ask for the port in 4 days", 3, 2, 1000000},
	{"factor", "times", "how many times the port's own median they must be", 3, 1, 1000},
};

static const DetectorWindow windows[] = {
	{WINDOW_DAYS * DAY, DAY, PARAMETER_SOURCES},
};

/* A source that asks for a service on a day. */
typedef struct {
	guint32 service; /* kind << 16 | port */
	guint32 source;  /* number, in the order of addresses */
	gint32 day;      /* since 1970, on the grid */
	guint32 target;  /* a digest of the first target */
} Entry;

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	GArray *entries; /* owned; of Entry */
	/* Askers by number, IPv4 first, as they come. */
	GArray *askers_v4; /* owned; of guint32 */
	GArray *askers_v6; /* owned; of GroupSource */
	guint32 *complete; /* owned; by service: pairs with a completed handshake */
	guint32 *asked;    /* owned; by service: pairs */
	gint32 first_day, last_day;
	guint64 left_out;
} State;

enum { SERVICES = 2 << 16 };

static guint32
service_number(guint8 kind, guint16 port)
{
	return (kind == KIND_UDP ? 1u << 16 : 0) | port;
}

static PortKey
service_key(guint32 service)
{
	return (PortKey){service >> 16 ? KIND_UDP : KIND_SYN, (guint16)service};
}

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	state->askers_v4 = g_array_new(FALSE, FALSE, sizeof(guint32));
	state->askers_v6 = g_array_new(FALSE, FALSE, sizeof(GroupSource));
	state->complete = g_new0(guint32, SERVICES);
	state->asked = g_new0(guint32, SERVICES);
	state->first_day = G_MAXINT32;
	state->last_day = G_MININT32;
	return state;
}

static gint32
day_of(gint64 hour, guint grid_minutes)
{
	gint64 time = hour - grid_minutes * 60;

	return (gint32)((time - (time < 0 ? DAY - 1 : 0)) / DAY);
}

/* Whether the contact asks for a service, unasked by ours. */
static gboolean
asks(const PairHour *pair, const Contact *contact)
{
	if (contact->kind == KIND_SYN)
		return !(pair->facts & FACT_OUT_SYN);
	return contact->kind == KIND_UDP && contact->port != 0 &&
	       pair->udp_in < pair->udp_out &&
	       (contact->port < TRACEROUTE_FIRST || contact->port > TRACEROUTE_LAST);
}

static guint32
digest(const Address *address)
{
	guint64 mixed = (address->high ^ address->low) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	return (guint32)(mixed >> 32);
}

/* A source's entries while it is looked at. */
typedef struct {
	Entry entries[SERVICES_MAX * 8]; /* services, days */
	guint n;
	guint32 services[SERVICES_MAX];
	guint n_services;
} Draft;

/* FALSE: too many services. */
static gboolean
draft_add(Draft *draft, guint32 service, gint32 day, const Address *target)
{
	guint i = 0;

	while (i < draft->n_services && draft->services[i] != service)
		i++;
	if (i == draft->n_services) {
		if (draft->n_services == SERVICES_MAX)
			return FALSE;
		draft->services[draft->n_services++] = service;
	}
	for (i = 0; i < draft->n; i++)
		if (draft->entries[i].service == service && draft->entries[i].day == day)
			return TRUE;
	if (draft->n < G_N_ELEMENTS(draft->entries))
		draft->entries[draft->n++] = (Entry){service, 0, day, digest(target)};
	return TRUE;
}

static gboolean
draft_pair(State *state, const SourceFacts *member, const PairHour *pair, Draft *draft)
{
	gint32 day = day_of(pair->hour, state->scene->grid_minutes);

	state->first_day = MIN(state->first_day, day);
	state->last_day = MAX(state->last_day, day);
	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		guint32 service = service_number(contact->kind, contact->port);
		if (!asks(pair, contact))
			continue;
		state->asked[service]++;
		if (contact->answered & ANSWER_COMPLETED)
			state->complete[service]++;
		else if (!draft_add(draft, service, day, &pair->target))
			return FALSE;
	}
	return TRUE;
}

/* Its number. An IPv4 address is kept in four octets: nearly all sources are one. */
static guint32
add_asker(State *state, const Subject *subject)
{
	GroupSource asker = {subject->source, subject->bits};
	guint32 number = state->askers_v4->len + state->askers_v6->len;
	guint32 low = (guint32)asker.source.low;

	if (asker.source.family == 4)
		g_array_append_val(state->askers_v4, low);
	else
		g_array_append_val(state->askers_v6, asker);
	return number;
}

static GroupSource
get_asker(const State *state, guint32 number)
{
	guint n = state->askers_v4->len;

	if (number >= n)
		return g_array_index(state->askers_v6, GroupSource, number - n);
	return (GroupSource){
		address_from_v4(g_array_index(state->askers_v4, guint32, number)), 32};
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;
	Draft draft;

	(void)likeness;
	if (!(subject->kinds & (1u << KIND_SYN | 1u << KIND_UDP)))
		return;
	draft.n = draft.n_services = 0;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++)
			if (!draft_pair(state, member, &member->pairs[k], &draft))
				return;
	}
	if (draft.n == 0)
		return;
	if (state->entries->len + draft.n > ENTRIES_MAX) {
		state->left_out++;
		return;
	}
	guint32 number = add_asker(state, subject);
	for (guint i = 0; i < draft.n; i++)
		draft.entries[i].source = number;
	g_array_append_vals(state->entries, draft.entries, draft.n);
}

/* The entries by what key (below n_keys) says, equal ones in their old order. */
static void
distribute(GArray **entries, guint n_keys, guint32 (*key)(const State *, const Entry *),
	const State *state)
{
	g_autofree guint32 *places = g_new0(guint32, (gsize)n_keys + 1);
	guint n = (*entries)->len;
	const Entry *from = (const Entry *)(gpointer)(*entries)->data;
	GArray *sorted = g_array_sized_new(FALSE, FALSE, sizeof(Entry), n);

	for (guint i = 0; i < n; i++)
		places[key(state, &from[i]) + 1]++;
	for (guint i = 0; i < n_keys; i++)
		places[i + 1] += places[i];
	g_array_set_size(sorted, n);
	for (guint i = 0; i < n; i++)
		g_array_index(sorted, Entry, places[key(state, &from[i])]++) = from[i];
	g_array_unref(*entries);
	*entries = sorted;
}

static guint32
key_day(const State *state, const Entry *entry)
{
	return (guint32)(entry->day - state->first_day);
}

static guint32
key_service(const State *state, const Entry *entry)
{
	(void)state;
	return entry->service;
}

/* Leaves out the services that fewer ask for than a campaign has, or on one day alone, and those
 * that ours offer. */
static void
keep_likely(State *state)
{
	typedef struct {
		guint32 n;
		gint32 first_day, last_day;
	} Sum;
	g_autofree Sum *sums = g_new0(Sum, SERVICES);
	Entry *entries = (Entry *)(gpointer)state->entries->data;
	guint kept = 0;

	for (guint i = 0; i < state->entries->len; i++) {
		Sum *sum = &sums[entries[i].service];
		gint32 day = entries[i].day;
		sum->first_day = sum->n > 0 ? MIN(sum->first_day, day) : day;
		sum->last_day = sum->n > 0 ? MAX(sum->last_day, day) : day;
		sum->n++;
	}
	for (guint i = 0; i < state->entries->len; i++) {
		guint32 service = entries[i].service;
		const Sum *sum = &sums[service];
		if (sum->n >= state->values[PARAMETER_SOURCES] &&
			sum->last_day > sum->first_day &&
			10 * (guint64)state->complete[service] < state->asked[service])
			entries[kept++] = entries[i];
	}
	g_array_set_size(state->entries, kept);
}

/* By service, day and source: they come by source, so two stable passes do. */
static void
sort_entries(State *state)
{
	keep_likely(state);
	if (state->entries->len == 0)
		return;
	distribute(&state->entries, (guint)(state->last_day - state->first_day) + 1, key_day,
		state);
	distribute(&state->entries, SERVICES, key_service, state);
}

/* A window of a service that may be a campaign. */
typedef struct {
	guint32 service;
	gint32 day;           /* its first */
	const Entry *entries; /* n of the service, by day; borrowed */
	guint n;
	guint sources, targets, returning, days;
	guint windows, median; /* known before, and their median */
	guint64 sum;           /* of sources in them */
} Campaign;

static int
compare_numbers(gconstpointer a, gconstpointer b)
{
	guint32 x = *(const guint32 *)a, y = *(const guint32 *)b;

	return (x > y) - (x < y);
}

/* The service's entries of the days [from, to). */
static guint
find_days(const Entry *entries, guint n, gint32 from, gint32 to, guint *first)
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
count_sources(const Entry *entries, guint n, guint *returning)
{
	guint at[WINDOW_DAYS], ends[WINDOW_DAYS], days = 0, sources = 0;

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

/* Fills what the window itself holds, its targets aside. */
static void
measure(Campaign *campaign)
{
	guint first, n = find_days(campaign->entries, campaign->n, campaign->day,
			     campaign->day + WINDOW_DAYS, &first);
	const Entry *own = campaign->entries + first;

	campaign->days = 0;
	for (guint i = 0; i < n; i++)
		campaign->days += i == 0 || own[i].day != own[i - 1].day;
	campaign->sources = count_sources(own, n, &campaign->returning);
}

static guint
count_targets(const Campaign *campaign)
{
	guint first, n = find_days(campaign->entries, campaign->n, campaign->day,
			     campaign->day + WINDOW_DAYS, &first);
	g_autofree guint32 *numbers = g_new(guint32, n + 1);
	guint distinct = 0;

	for (guint i = 0; i < n; i++)
		numbers[i] = campaign->entries[first + i].target;
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

/* The 4 d windows before, back to back: out of the tallies, then out of the memory (days: n_days
 * that end where the tallies begin; of a day's sources the sum, since the same may have come
 * on several). */
static void
measure_history(const State *state, Campaign *campaign, const guint32 *days, guint n_days)
{
	guint32 counts[512];
	gint32 to = campaign->day;

	campaign->windows = 0;
	campaign->sum = 0;
	for (; to - WINDOW_DAYS >= state->first_day && campaign->windows < G_N_ELEMENTS(counts);
		to -= WINDOW_DAYS) {
		guint returning, first,
			n = find_days(
				campaign->entries, campaign->n, to - WINDOW_DAYS, to, &first);
		counts[campaign->windows++] =
			count_sources(campaign->entries + first, n, &returning);
	}
	for (guint end = n_days; end >= WINDOW_DAYS && campaign->windows < G_N_ELEMENTS(counts);
		end -= WINDOW_DAYS) {
		guint64 sum = 0;
		gboolean known = TRUE;
		for (guint i = end - WINDOW_DAYS; i < end; i++) {
			known = known && days[i] != PORT_HISTORY_UNKNOWN;
			sum += days[i];
		}
		if (known)
			counts[campaign->windows++] = (guint32)MIN(sum, G_MAXUINT32 - 1);
	}
	for (guint i = 0; i < campaign->windows; i++)
		campaign->sum += counts[i];
	campaign->median = median_of(counts, campaign->windows);
}

/* Mean of the windows before; one more of them with one source may have been missed. */
static double
mean_before(const Campaign *campaign)
{
	return (campaign->sum + 1.0) / (campaign->windows + 1.0);
}

/* Chance of so many sources or more, were they as many as before on the average. */
static double
chance(const Campaign *campaign)
{
	double mean = mean_before(campaign), below = 0;

	for (guint i = 0; i < campaign->sources; i++)
		below += exp(i * log(mean) - mean - lgamma(i + 1.0));
	return MAX(0, 1 - below);
}

static gboolean
is_campaign(const State *state, const Campaign *campaign)
{
	if (campaign->sources < state->values[PARAMETER_SOURCES] ||
		campaign->sources < state->values[PARAMETER_FACTOR] * (guint64)campaign->median)
		return FALSE;
	if (campaign->windows > 0 && chance(campaign) <= 0.01)
		return TRUE;
	return campaign->returning >= state->values[PARAMETER_SOURCES] &&
	       2 * campaign->returning >= campaign->sources;
}

static gint64
start_of(const State *state, gint32 day)
{
	return (gint64)day * DAY + state->scene->grid_minutes * 60;
}

static gboolean
is_asked(const State *state, gint32 day)
{
	const SubjectSpan *span = &state->scene->span;
	gint64 last = start_of(state, day + WINDOW_DAYS) - HOUR_SECONDS;

	return last >= span->from && last < span->to;
}

/* Whether the service's window has a source on a day of the span asked for. */
static gboolean
is_news(const State *state, const Campaign *campaign)
{
	const SubjectSpan *span = &state->scene->span;
	guint first, n = find_days(campaign->entries, campaign->n, campaign->day,
			     campaign->day + WINDOW_DAYS, &first);

	return n > 0 && start_of(state, campaign->entries[first + n - 1].day + 1) > span->from;
}

/* Appends the windows of a service that hold enough sources. */
static void
list_windows(const State *state, const Entry *entries, guint n, GArray *campaigns)
{
	gint32 tried = G_MININT32;

	for (guint i = 0; i < n; i++) {
		Campaign campaign = {.service = entries[i].service,
			.day = entries[i].day - WINDOW_DAYS + 1,
			.entries = entries,
			.n = n};
		if (campaign.day == tried || !is_asked(state, campaign.day))
			continue;
		tried = campaign.day;
		measure(&campaign);
		if (campaign.sources >= state->values[PARAMETER_SOURCES] &&
			campaign.days >= 2 && is_news(state, &campaign))
			g_array_append_val(campaigns, campaign);
	}
}

/* Of windows of one service that overlap the one with most sources, then most targets, then the
 * earliest. */
static gboolean
tells_more(const Campaign *a, const Campaign *b)
{
	if (a->sources != b->sources)
		return a->sources > b->sources;
	return a->targets != b->targets ? a->targets > b->targets : a->day < b->day;
}

static void
name_service(const Campaign *campaign, char *buffer, gsize size)
{
	PortKey key = service_key(campaign->service);

	g_snprintf(buffer, size, "%s port %u", kind_table[key.kind].name, key.port);
}

static void
add_sources(const State *state, const Campaign *campaign, Group *group)
{
	guint first, n = find_days(campaign->entries, campaign->n, campaign->day,
			     campaign->day + WINDOW_DAYS, &first);

	for (guint i = 0; i < n; i++) {
		GroupSource asker = get_asker(state, campaign->entries[first + i].source);
		group_add(group, &asker.source, asker.bits);
	}
}

static void
say_history(const State *state, const Campaign *campaign, Group *group)
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
	if (campaign->windows > 0 && chance(campaign) <= 0.01)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%.1f sources in 4 d on the average before: so many by chance in under "
			"1 of 100 cases",
			mean_before(campaign));
	if (campaign->returning > 0)
		group_for(group, VERDICT_COORDINATED_SCAN,
			"%u of them came back on another day, on %u days in all",
			campaign->returning, campaign->days);
}

static void
tell(const State *state, const Campaign *campaign, GPtrArray *groups)
{
	PortKey key = service_key(campaign->service);
	FindingWindow window = {.detector = state->detector,
		.start = start_of(state, campaign->day),
		.length = WINDOW_DAYS * DAY,
		.count = campaign->sources,
		.threshold = state->values[PARAMETER_SOURCES],
		.service_kind = key.kind,
		.service_port = key.port};
	Group *group = group_new(&window, SCOPE_PORT, VERDICT_UNDETERMINED);

	add_sources(state, campaign, group);
	say_history(state, campaign, group);
	if (state->left_out > 0)
		group_against(group, VERDICT_SCAN,
			"%" G_GUINT64_FORMAT " more sources were too many to be kept",
			state->left_out);
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
		keys[i] = service_key(g_array_index(campaigns, Campaign, i).service);
	if (!history->find(history->data, keys, campaigns->len,
		    start_of(state, state->first_day), HISTORY_DAYS, days))
		return NULL;
	return g_steal_pointer(&days);
}

static void
tell_all(const State *state, GPtrArray *groups)
{
	g_autoptr(GArray) campaigns = g_array_new(FALSE, FALSE, sizeof(Campaign));
	const Entry *entries = (const Entry *)(gpointer)state->entries->data;
	const Campaign *best = NULL;

	for (guint first = 0, next; first < state->entries->len; first = next) {
		for (next = first + 1; next < state->entries->len &&
				       entries[next].service == entries[first].service;
			next++)
			;
		list_windows(state, entries + first, next - first, campaigns);
	}
	g_autofree guint32 *days = ask_memory(state, campaigns);
	for (guint i = 0; i < campaigns->len; i++) {
		Campaign *campaign = &g_array_index(campaigns, Campaign, i);
		measure_history(state, campaign, days ? days + (gsize)i * HISTORY_DAYS : NULL,
			days ? HISTORY_DAYS : 0);
		if (!is_campaign(state, campaign))
			continue;
		campaign->targets = count_targets(campaign);
		if (campaign->targets < TARGETS_LEAST)
			continue;
		if (best && (best->service != campaign->service ||
				    campaign->day >= best->day + WINDOW_DAYS)) {
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
end(gpointer data, GPtrArray *groups)
{
	State *state = data;

	if (groups) {
		sort_entries(state);
		tell_all(state, groups);
	}
	g_array_unref(state->entries);
	g_array_unref(state->askers_v4);
	g_array_unref(state->askers_v6);
	g_free(state->complete);
	g_free(state->asked);
	g_free(state);
}

/* A source's probes of the service: a row each. */
typedef struct {
	guint64 first, packets;
} Asking;

static int
compare_probes(gconstpointer a, gconstpointer b)
{
	guint64 x = ((const Asking *)a)->first, y = ((const Asking *)b)->first;

	return (x > y) - (x < y);
}

static GArray *
list_probes(const SourceFacts *member, const FindingWindow *window)
{
	GArray *probes = g_array_new(FALSE, FALSE, sizeof(Asking));

	for (guint32 i = 0; i < member->n_pairs; i++) {
		const PairHour *pair = &member->pairs[i];
		if (pair->hour < window->start || pair->hour >= window->start + window->length)
			continue;
		for (guint32 k = 0; k < pair->n_contacts; k++) {
			const Contact *contact = &member->contacts[pair->contacts + k];
			Asking probe = {(guint64)pair->hour * SECOND_NS + contact->first,
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
		guint64 packets = g_array_index(probes, Asking, i).packets;
		one += packets == 1;
		two += packets == 2;
		turns += i > 0 && packets != g_array_index(probes, Asking, i - 1).packets;
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
	if (group->sources->len > GROUP_SOURCES_MAX)
		finding_against(finding, VERDICT_SCAN,
			"targets and packets are those of the first %d of %u sources",
			GROUP_SOURCES_MAX, group->sources->len);
}

static const DetectorGroups campaign_groups = {
	.begin = begin, .see = see, .end = end, .judge = judge};

const Detector detect_campaign = {
	.name = "port-campaign",
	.title = "A service port that many sources begin to probe",
	.topic = TOPIC_PORTS,
	.origin = "first seed, 6 and figure 13 (a port over a long weekend)",
	.misses = "ports that ours serve, sources that ask for more than 16 services, a port "
		  "that "
		  "was always probed",
	.mistakes =
		"a new service of ours that is not reached yet, a worm's spread, a port whose "
		"history at hand is short",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &campaign_groups,
};
