#include "config.h"

#include "tally/flood_cell.h"

#include "common/hour.h"

enum {
	NEAR_TTL = 3,     /* hops within which many sources point to one machine */
	SOURCES_NEAR = 5, /* from so many sources on that says something */
};

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const FloodPort *x = a, *y = b;

	if (x->syns != y->syns)
		return x->syns > y->syns ? -1 : 1;
	return (int)x->port - y->port;
}

/* How many ports the cells hold in all. */
static guint
count_ports(const GArray *cells)
{
	g_autofree guint8 *seen = g_new0(guint8, G_MAXUINT16 + 1);
	guint n = 0;

	for (guint i = 0; i < cells->len; i++) {
		const FloodCell *cell = g_array_index(cells, const FloodCell *, i);
		for (guint k = 0; k < cell->ports->len; k++)
			seen[g_array_index(cell->ports, FloodPort, k).port] = TRUE;
		for (guint port = 0; cell->further && port <= G_MAXUINT16; port++)
			seen[port] |= cell->further[port / 8] >> port % 8 & 1;
	}
	for (guint port = 0; port <= G_MAXUINT16; port++)
		n += seen[port];
	return n;
}

static void
fill_ports(Profile *profile, const GArray *cells)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(FloodPort));

	for (guint i = 0; i < cells->len; i++) {
		const FloodCell *cell = g_array_index(cells, const FloodCell *, i);
		for (guint k = 0; k < cell->ports->len; k++) {
			const FloodPort *port = &g_array_index(cell->ports, FloodPort, k);
			guint at = 0;
			while (at < all->len &&
				g_array_index(all, FloodPort, at).port != port->port)
				at++;
			if (at == all->len)
				g_array_append_vals(all, port, 1);
			else
				g_array_index(all, FloodPort, at).syns += port->syns;
		}
	}
	g_array_sort(all, compare_ports);
	for (guint i = 0; i < MIN(all->len, PROFILE_LIST_MAX); i++) {
		const FloodPort *port = &g_array_index(all, FloodPort, i);
		ProfilePort item = {KIND_SYN, port->port, 1, port->syns};
		g_array_append_val(profile->ports, item);
	}
	profile->n_ports = count_ports(cells);
}

/* What the hours of one target hold together. */
static Profile *
make_profile(const GArray *cells, const FloodCell *telling, const GroupSource *source)
{
	Profile *profile =
		profile_new_empty(&source->source, source->bits, telling->hour, HOUR_SECONDS);
	ProfileTarget target = {.target = telling->target, .first = FACTS_NEVER};
	ProfileHour hour = {telling->hour, 1};

	for (guint i = 0; i < cells->len; i++) {
		const FloodCell *cell = g_array_index(cells, const FloodCell *, i);
		profile->packets += cell->syns;
		profile->bytes += cell->bytes;
		profile->first = MIN(profile->first, cell->first);
		profile->last = MAX(profile->last, cell->last);
		target.answered |=
			cell->answered & (ANSWER_SYNACK | ANSWER_RST | ANSWER_UNREACH);
		profile->completed |= cell->completed > 0;
		if (!cell->has_trait)
			continue;
		if (profile->traits->len > 0)
			trait_merge(&g_array_index(profile->traits, Trait, 0), &cell->trait);
		else
			g_array_append_val(profile->traits, cell->trait);
	}
	profile->hosts = 1;
	profile->rests[REST_REQUEST] = profile->rests[REST_REQUEST_ACK] =
		profile->rests[REST_REQUEST_UDP] = profile->rests[REST_ASKING] = 1;
	profile->answered = (target.answered & (ANSWER_SYNACK | ANSWER_RST)) != 0;
	profile->answered_by[PROFILE_BY_SYNACK] = (target.answered & ANSWER_SYNACK) != 0;
	profile->answered_by[PROFILE_BY_RST] = (target.answered & ANSWER_RST) != 0;
	if (profile->answered)
		profile->worth[target.answered & ANSWER_SYNACK ? WORTH_OPEN : WORTH_RESET] = 1;
	profile->unreachable = (target.answered & ANSWER_UNREACH) != 0;
	target.first = profile->first;
	target.packets = profile->packets;
	g_array_append_val(profile->targets, target);
	g_array_append_val(profile->hours, hour);
	fill_ports(profile, cells);
	return profile;
}

static void
say_traits(Group *group, const Trait *trait, guint n_sources, guint64 syns)
{
	char ttls[GROUP_TTLS_SIZE];

	if (trait->seq_min == trait->seq_max && syns > 1)
		group_for(group, VERDICT_FLOOD,
			"sequence number %u in all of them: no stack begins every connection "
			"so",
			trait->seq_min);
	if ((trait->seen & TRAIT_ID) && trait->id_min == trait->id_max && trait->id_min != 0)
		group_for(group, VERDICT_FLOOD, "IP ID %u in all of them", trait->id_min);
	if ((trait->seen & TRAIT_PORTS) && trait->sport_min == trait->sport_max)
		group_for(group, VERDICT_FLOOD, "source port %u in all of them",
			trait->sport_min);
	if (trait->window_min == trait->window_max && n_sources >= SOURCES_NEAR)
		group_for(group, VERDICT_FLOOD, "window %u in all of them", trait->window_min);
	if (n_sources >= SOURCES_NEAR && trait->ttl_max - trait->ttl_min <= NEAR_TTL)
		group_for(group, VERDICT_FLOOD,
			"%s from all %u sources: points to a single computer behind false "
			"addresses",
			group_format_ttls(trait->ttl_min, trait->ttl_max, ttls), n_sources);
}

static gboolean
has_one_number(const Profile *profile)
{
	const Trait *trait = profile_trait(profile, KIND_SYN);

	return trait && trait->seq_min == trait->seq_max;
}

static void
say_manner(Group *group, const GArray *cells)
{
	const Profile *profile = group->profile;
	guint64 completed = 0, again_syns = 0;
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE];

	for (guint i = 0; i < cells->len; i++) {
		completed += g_array_index(cells, const FloodCell *, i)->completed;
		again_syns += g_array_index(cells, const FloodCell *, i)->again;
	}
	group_for(group, VERDICT_FLOOD,
		"%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		" SYNs completed a handshake; from %u source%s, %s to %s",
		completed, profile->packets, group->sources->len,
		group->sources->len == 1 ? "" : "s", hour_format_ns(profile->first, first),
		hour_format_ns(profile->last, last));
	if (group->sources->len * 2 > profile->packets && profile->packets > 1)
		group_for(group, VERDICT_FLOOD,
			"hardly a source sent a second one: addresses drawn at random");
	if (profile->traits->len > 0)
		say_traits(group, &g_array_index(profile->traits, Trait, 0),
			group->sources->len, profile->packets);
	/* With one number in all of them each SYN repeats the last one's. */
	if (2 * again_syns > profile->packets && !has_one_number(profile))
		group_against(group, VERDICT_FLOOD,
			"%" G_GUINT64_FORMAT
			" of them sent again with the same sequence number: clients' patience "
			"with a target that does not answer",
			again_syns);
	group_against(group, VERDICT_SCAN,
		"one target, %u service port%s: nothing is learnt by so many", profile->n_ports,
		profile->n_ports == 1 ? "" : "s");
}

Group *
flood_cell_tell(const GArray *cells, const Detector *detector, guint threshold)
{
	const FloodCell *telling = NULL;
	guint at = 0, piece = 0;
	guint64 most = 0;
	char start[HOUR_TEXT_SIZE], target[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < cells->len; i++) {
		const FloodCell *cell = g_array_index(cells, const FloodCell *, i);
		guint64 count = flood_cell_fullest(cell, &at);
		if (telling && count <= most)
			continue;
		telling = cell;
		most = count;
		piece = at;
	}
	FindingWindow window = {.detector = detector,
		.start = telling->hour,
		.length = HOUR_SECONDS,
		.count = (guint)MIN(most, G_MAXUINT),
		.threshold = threshold,
		.target = telling->target};
	Group *group = group_new(&window, SCOPE_TARGET, VERDICT_FLOOD);
	for (guint i = 0; i < cells->len; i++) {
		const GArray *sources = g_array_index(cells, const FloodCell *, i)->sources;
		g_array_append_vals(group->sources, sources->data, sources->len);
	}
	group_settle(group);
	group->profile =
		make_profile(cells, telling, &g_array_index(group->sources, GroupSource, 0));
	group_for(group, VERDICT_FLOOD,
		"%" G_GUINT64_FORMAT
		" SYNs that came to nothing at %s within 10 s from %s (threshold %u)",
		most, address_format(&telling->target, target),
		hour_format_s(telling->hour + (gint64)piece * FLOOD_PIECE, start),
		window.threshold);
	say_manner(group, cells);
	return group;
}
