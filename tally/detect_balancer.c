/*
 * Load balancers that measure which of their sites is nearest to a client: harmless, and like a
 * scan (second seed, the final cases). Their steps, to the name server that asked for the client:
 *
 *   pings     from several networks within seconds, after a host of ours turned to somebody
 *   SYNs      with a payload of constant length to port 53, which no stack sends
 *   SYN-ACKs  with ack = seq - 1, which answer nothing but make the target send a reset
 *   ports     in search of an open one: "exactly like a multiple service port scan"
 *
 * The second and third are told by themselves; of single sources too. Sources that probe a target
 * alike within the time allowed, and all that these do elsewhere, are one finding.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/visits.h"

enum {
	PACKETS,
	TARGETS,
	SECONDS,
	DNS = 53,
	PING_SECONDS = 5, /* within which pings come together */
	PING_SOURCES = 3, /* from so many networks */
	NETWORK_V4 = 16,  /* bits */
	NETWORK_V6 = 32,
	SITES_MAX = 16,       /* more sources are no balancer's */
	PORTS = 20,           /* asked besides 53: the last step */
	PROBES_MAX = 1 << 18, /* kept; of (source, target, hour) */
	GROUPS_MAX = 1024,
	DAY = 24 * HOUR_SECONDS,
};

static const DetectorParameter parameters[] = {
	{"packets", "packets", "packets that each target of a balancer must get", 2, 2, 1000},
	{"targets", "targets", "targets of a balancer at most", 4, 1, 1000},
	{"seconds", "seconds", "time within which its sites begin", 150, 1, 3600},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, PACKETS},
	{DAY, HOUR_SECONDS, PACKETS},
};

/* What a source did to a target in an hour. */
typedef struct {
	Address source; /* of the subject */
	guint8 bits;
	guint8 kind;         /* KIND_ECHO, KIND_SYN, KIND_SYNACK */
	gboolean is_visited; /* a host of ours had turned to it before */
	Address target;
	gint64 hour;
	guint64 packets;
	guint64 first, last;     /* ns since 1970 */
	guint16 payload, window; /* 65536 - 1 for a window that varies */
	guint32 ports;           /* asked besides 53 */
	guint group;             /* number of a probe of the same group; its own: the first */
} Probe;

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	GArray *probes; /* of Probe; owned */
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
	state->probes = g_array_new(FALSE, FALSE, sizeof(Probe));
	state->visits = visits_new();
	return state;
}

static gboolean
is_probing(const Trait *trait)
{
	switch (trait->kind) {
	case KIND_ECHO:
		return TRUE;
	case KIND_SYN:
		return trait->payload_min > 0 && trait->payload_min == trait->payload_max;
	case KIND_SYNACK:
		return (trait->seen & TRAIT_ACK_SEQ1) && !(trait->seen & TRAIT_ACK_OTHER);
	default:
		return FALSE;
	}
}

/* Adds up the contacts of the probe's kind. FALSE: they are no balancer's. */
static gboolean
read_contacts(const SourceFacts *member, const PairHour *pair, Probe *probe)
{
	guint64 start = (guint64)pair->hour * SECOND_NS;
	gboolean asks_dns = FALSE;

	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		if (contact->kind != probe->kind)
			continue;
		if (contact->answered & ANSWER_COMPLETED)
			return FALSE;
		if (probe->kind == KIND_SYN && contact->port != DNS) {
			probe->ports++;
			continue;
		}
		asks_dns |= contact->port == DNS;
		probe->packets += contact->packets;
		probe->first = MIN(probe->first, start + contact->first);
		probe->last = MAX(probe->last, start + contact->last);
	}
	return probe->kind != KIND_SYN || asks_dns;
}

static void
add_probe(State *state, const Subject *subject, const SourceFacts *member, const PairHour *pair,
	const Trait *trait)
{
	Probe probe = {.source = subject->source,
		.bits = subject->bits,
		.kind = trait->kind,
		.target = pair->target,
		.hour = pair->hour,
		.first = FACTS_NEVER,
		.payload = trait->kind == KIND_ECHO ? 0 : trait->payload_min,
		.window = trait->window_min == trait->window_max ? trait->window_min
								 : G_MAXUINT16};
	Visit visit;

	if ((trait->kind == KIND_SYNACK && (pair->facts & FACT_CONVERSATION)) ||
		!read_contacts(member, pair, &probe) || probe.packets < state->values[PACKETS])
		return;
	if (state->probes->len >= PROBES_MAX) {
		state->left_out++;
		return;
	}
	if (trait->kind == KIND_ECHO)
		probe.window = 0;
	probe.is_visited = visits_to(subject, probe.first, &visit);
	g_array_append_val(state->probes, probe);
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	(void)likeness;
	visits_see(state->visits, subject);
	if (subject->n_targets > state->values[TARGETS] ||
		!(subject->kinds & (1u << KIND_ECHO | 1u << KIND_SYN | 1u << KIND_SYNACK)))
		return;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 t = 0; t < member->n_traits && member->contacts; t++) {
			const TraitHour *item = &member->traits[t];
			if (!is_probing(&item->trait))
				continue;
			for (guint32 k = 0; k < member->n_pairs; k++)
				if (member->pairs[k].hour == item->hour)
					add_probe(state, subject, member, &member->pairs[k],
						&item->trait);
		}
	}
}

/* Who probes a target alike, by time. */
static int
compare_alike(gconstpointer a, gconstpointer b)
{
	const Probe *x = a, *y = b;
	int order = address_compare(&x->target, &y->target);

	if (order == 0)
		order = (int)x->kind - y->kind;
	if (order == 0)
		order = (int)x->payload - y->payload;
	if (order == 0)
		order = (int)x->window - y->window;
	if (order == 0)
		order = (x->first > y->first) - (x->first < y->first);
	return order != 0 ? order : address_compare(&x->source, &y->source);
}

static gboolean
is_alike(const Probe *a, const Probe *b)
{
	return a->kind == b->kind && a->payload == b->payload && a->window == b->window &&
	       address_compare(&a->target, &b->target) == 0;
}

/* The number that stands for the group of a probe. */
static guint
find_group(Probe *probes, guint i)
{
	while (probes[i].group != i)
		i = probes[i].group = probes[probes[i].group].group;
	return i;
}

static void
unite(Probe *probes, guint a, guint b)
{
	a = find_group(probes, a);
	b = find_group(probes, b);
	probes[MAX(a, b)].group = MIN(a, b);
}

/* By source; the numbers of probes. */
static int
compare_sources(gconstpointer a, gconstpointer b, gpointer data)
{
	const Probe *probes = data;
	guint x = *(const guint *)a, y = *(const guint *)b;
	int order = address_compare(&probes[x].source, &probes[y].source);

	return order != 0 ? order : (x > y) - (x < y);
}

/* Pings are anybody's: they are united by time alone. */
static void
find_groups(State *state)
{
	Probe *probes = (Probe *)(gpointer)state->probes->data;
	guint n = state->probes->len;
	g_autofree guint *numbers = g_new(guint, n + 1);

	g_array_sort(state->probes, compare_alike);
	for (guint i = 0; i < n; i++) {
		guint64 seconds =
			probes[i].kind == KIND_ECHO ? PING_SECONDS : state->values[SECONDS];
		probes[i].group = numbers[i] = i;
		if (i > 0 && is_alike(&probes[i - 1], &probes[i]) &&
			probes[i].first - probes[i - 1].first <= seconds * SECOND_NS)
			unite(probes, i - 1, i);
	}
	g_qsort_with_data(numbers, (gint)n, sizeof *numbers, compare_sources, probes);
	for (guint i = 1; i < n; i++) {
		const Probe *a = &probes[numbers[i - 1]], *b = &probes[numbers[i]];
		if (a->kind != KIND_ECHO && b->kind != KIND_ECHO &&
			address_compare(&a->source, &b->source) == 0)
			unite(probes, numbers[i - 1], numbers[i]);
	}
	for (guint i = 0; i < n; i++)
		probes[i].group = find_group(probes, i);
}

static int
compare_groups(gconstpointer a, gconstpointer b)
{
	const Probe *x = a, *y = b;
	int order = (x->group > y->group) - (x->group < y->group);

	if (order == 0)
		order = address_compare(&x->source, &y->source);
	return order != 0 ? order : (x->first > y->first) - (x->first < y->first);
}

/* The n probes of one group, by source; and what they come to. */
typedef struct {
	const Probe *probes;
	guint n, sources, networks;
	gboolean one_target;
	guint64 least;       /* packets a target */
	guint64 first, last; /* ns since 1970 */
	gint64 from, to;     /* hours, the last one's end */
	guint32 ports;
} Sites;

static guint
count_networks(const Probe *probes, guint n)
{
	guint networks = 0;

	for (guint i = 0; i < n; i++) {
		guint bits = probes[i].source.family == 4 ? NETWORK_V4 : NETWORK_V6, k = 0;
		Address own = address_mask(&probes[i].source, bits), other;
		if (i > 0 && address_compare(&probes[i - 1].source, &probes[i].source) == 0)
			continue;
		for (; k < i; k++) {
			other = address_mask(&probes[k].source, bits);
			if (address_compare(&own, &other) == 0)
				break;
		}
		networks += k == i;
	}
	return networks;
}

static Sites
sum_up(const Probe *probes, guint n)
{
	Sites sites = {.probes = probes,
		.n = n,
		.one_target = TRUE,
		.least = FACTS_NEVER,
		.first = FACTS_NEVER,
		.from = G_MAXINT64,
		.to = G_MININT64};

	for (guint i = 0; i < n; i++) {
		sites.sources += i == 0 ||
				 address_compare(&probes[i - 1].source, &probes[i].source) != 0;
		sites.one_target &= address_compare(&probes[0].target, &probes[i].target) == 0;
		sites.least = MIN(sites.least, probes[i].packets);
		sites.first = MIN(sites.first, probes[i].first);
		sites.last = MAX(sites.last, probes[i].last);
		sites.from = MIN(sites.from, probes[i].hour);
		sites.to = MAX(sites.to, probes[i].hour + HOUR_SECONDS);
		sites.ports = MAX(sites.ports, probes[i].ports);
	}
	if (sites.sources <= SITES_MAX)
		sites.networks = count_networks(probes, n);
	return sites;
}

/* What a host of ours did that may have caused it, as evidence. FALSE: nothing is known. */
static gboolean
say_stimulus(const State *state, const Sites *sites, Group *group)
{
	char host[ADDRESS_TEXT_SIZE], peer[ADDRESS_TEXT_SIZE], span[HOUR_TEXT_SIZE];
	VisitsFound found;
	Visit visit;

	for (guint i = 0; i < sites->n; i++) {
		if (!sites->probes[i].is_visited)
			continue;
		group_for(group, VERDICT_LOAD_BALANCER,
			"a host of ours had visited %s just before",
			address_format(&sites->probes[i].source, peer));
		return TRUE;
	}
	found = visits_find(state->visits, sites->first, &visit);
	if (found == VISITS_SOME)
		group_for(group, VERDICT_LOAD_BALANCER,
			"%s had visited or asked %s %s before the first packet: a client of "
			"theirs is measured",
			address_format(&visit.host, host), address_format(&visit.peer, peer),
			hour_format_span(sites->first - visit.time, span));
	else if (found == VISITS_TOO_MANY)
		group_against(group, VERDICT_LOAD_BALANCER,
			"our hosts visited so many others that it cannot be told what caused "
			"it");
	else if (state->scene->one_sided)
		group_against(group, VERDICT_LOAD_BALANCER, VISITS_UNSEEN);
	else
		group_against(group, VERDICT_LOAD_BALANCER,
			"nobody of ours had visited or asked anybody in the %d s before",
			VISITS_REACH);
	return found == VISITS_SOME;
}

static void
say_sites(const Sites *sites, Group *group)
{
	const Probe *probe = sites->probes;
	g_autofree char *what = NULL;
	char target[ADDRESS_TEXT_SIZE], span[HOUR_TEXT_SIZE], start[HOUR_TEXT_SIZE];

	if (probe->kind == KIND_ECHO)
		what = g_strdup("pings");
	else if (probe->kind == KIND_SYNACK)
		what = g_strdup(
			"SYN-ACKs with ack = seq - 1, which answer nothing and make the "
			"target send a reset,");
	else
		what = g_strdup_printf(
			"SYNs to port 53 with a payload of %u octets, which no stack sends,",
			probe->payload);
	group_for(group, VERDICT_LOAD_BALANCER,
		"%u source%s in %u network%s: %s to %s%s, at least %" G_GUINT64_FORMAT
		" packets each target (threshold %u) within %s from %s",
		sites->sources, sites->sources == 1 ? "" : "s", sites->networks,
		sites->networks == 1 ? "" : "s", what, address_format(&probe->target, target),
		sites->one_target ? "" : " and others", sites->least, group->window.threshold,
		hour_format_span(sites->last - sites->first, span),
		hour_format_ns(sites->first, start));
	group_for(group, VERDICT_LOAD_BALANCER,
		"so load balancers measure which of their sites is nearest to the client that "
		"%s asked for (second seed, the final cases)",
		target);
	if (sites->sources > 1)
		group_for(group, VERDICT_LOAD_BALANCER, "all of them alike%s%s",
			sites->one_target ? ", at the same target" : "",
			sites->networks > 1 ? ", from several networks" : "");
	if (sites->ports >= PORTS)
		group_for(group, VERDICT_LOAD_BALANCER,
			"%u further ports, by SYNs with the same payload: a balancer's last "
			"step is to look for an open port, which \"would look exactly like a "
			"multiple service port scan\"",
			sites->ports);
}

/* Whether it is a finding; groups: NULL when there is no room for it. */
static gboolean
tell(const State *state, const Sites *sites, GPtrArray *groups)
{
	gint64 length = sites->to - sites->from <= HOUR_SECONDS ? HOUR_SECONDS : DAY;
	FindingWindow window = {state->detector, sites->to - length, length,
		(guint)MIN(sites->least, G_MAXUINT), state->values[PACKETS], {0}};
	gboolean is_ping = sites->probes->kind == KIND_ECHO, is_caused;

	if (sites->sources > SITES_MAX || sites->to - HOUR_SECONDS < state->scene->span.from ||
		sites->to > state->scene->span.to ||
		(is_ping && sites->networks < PING_SOURCES))
		return FALSE;

	g_autoptr(Group) group = group_new(&window, SCOPE_SOURCES, VERDICT_LOAD_BALANCER);
	for (guint i = 0; i < sites->n; i++)
		group_add(group, &sites->probes[i].source, sites->probes[i].bits);
	say_sites(sites, group);
	is_caused = say_stimulus(state, sites, group);
	if (is_ping && !is_caused)
		return FALSE;
	if (sites->ports >= PORTS && !is_caused)
		group->verdict = VERDICT_UNDETERMINED;
	if (groups)
		g_ptr_array_add(groups, g_steal_pointer(&group));
	return TRUE;
}

static void
tell_all(const State *state, GPtrArray *groups, GPtrArray *limits)
{
	const Probe *probes = (const Probe *)(gpointer)state->probes->data;
	guint told = 0;

	for (guint first = 0, next; first < state->probes->len; first = next) {
		for (next = first + 1;
			next < state->probes->len && probes[next].group == probes[first].group;
			next++)
			;
		Sites sites = sum_up(probes + first, next - first);
		told += tell(state, &sites, told < GROUPS_MAX ? groups : NULL);
	}
	limits_add(limits, state->detector->name, "probes for which there was no room",
		state->left_out);
	limits_add(limits, state->detector->name, "findings for which there was no room",
		told - MIN(told, GROUPS_MAX));
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	if (groups) {
		find_groups(state);
		g_array_sort(state->probes, compare_groups);
		tell_all(state, groups, limits);
	}
	visits_free(state->visits);
	g_array_unref(state->probes);
	g_free(state);
}

static const DetectorGroups groups = {.begin = begin, .see = see, .end = end};

const Detector detect_balancer = {
	.name = "load-balancer",
	.title = "Load balancers that measure their distance",
	.topic = TOPIC_COORDINATED,
	.origin =
		"second seed, the final cases (two load balancers, confirmed by their owners)",
	.misses = "pings of fewer than three networks, or that follow upon no visit; balancers "
		  "that probe with ordinary packets",
	.mistakes =
		"a scanner that pads its SYNs to port 53, or sends SYN-ACKs with ack = seq - "
		"1, and asks few targets",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &groups,
};
