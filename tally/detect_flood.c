/*
 * SYN flood: so many SYNs to one target within ten seconds that hardly one comes of them (second
 * seed, "To Flood or Not to Flood").
 *
 * In two looks, because a flood's sources are many, each with a packet or two, and the tallies
 * come by source. The first keeps a table of counters, by a hash of target and five seconds; two
 * that share one make a count too high, never too low. Where five seconds hold half of what is
 * enough, target and hour are hot; the second look reads these hours again and counts the hot
 * targets exactly, as exactly as flood.h says.
 *
 * Memory: the table's 8 MiB, and of each hot target and hour 6 KiB and 32 octets a source.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/hour.h"
#include "tally/detector.h"
#include "tally/flood.h"

enum {
	PARAMETER_SYNS,
	PARAMETER_COMPLETED,
	TABLE_BITS = 22,
	LARGE_PAGE = 1 << 21,
	PENDING = 32, /* a power of two */
	/* A sweep's few SYNs to each of many targets are left out of the first look. */
	SWEEP_TARGETS = 64,
	SWEEP_SYNS = 4,
	PORTS_MAX = 256,  /* of a hot target; the others are counted together */
	NEAR_TTL = 3,     /* hops within which many sources point to one machine */
	SOURCES_NEAR = 5, /* from so many sources on that says something */
};

static const DetectorParameter parameters[] = {
	{"syns", "SYNs/10 s", "SYNs to one target within 10 seconds", 100, 20, 1000000},
	{"completed", "percent", "under so many percent of them may complete a handshake", 10,
		1, 100},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, PARAMETER_SYNS},
};

typedef struct {
	guint16 port;
	guint32 sources;
	guint64 syns;
} FloodPort;

/* A hot target in an hour. */
typedef struct {
	Address target;
	gint64 hour;
	guint64 syns, completed, bytes;
	guint64 first, last;          /* ns since 1970 */
	guint32 pieces[FLOOD_PIECES]; /* SYNs that came to nothing */
	guint32 over;                 /* of the first piece of the next hour */
	guint64 again;   /* SYNs of contacts that sent the same sequence number again */
	GArray *sources; /* owned; of GroupSource */
	GArray *ports;   /* owned; of FloodPort, by port */
	Trait trait;     /* of the sources' SYNs */
	gboolean has_trait;
	guint8 answered;
} Cell;

/* SYNs on their way into the table: it is larger than the caches, so each waits until its counter
 * has been fetched. */
typedef struct {
	Address target;
	gint64 hour;
	guint32 counter; /* index into the table */
	guint64 syns;
} Pending;

typedef struct {
	const Detector *detector;
	const guint *values; /* borrowed, like scene */
	const Scene *scene;
	guint16 *table; /* owned */
	Pending pending[PENDING];
	guint64 n_pending; /* all that ever were */
	GHashTable *hot;   /* owned; of Cell, by target and hour */
} State;

static guint64
mix(const Address *target, guint64 time)
{
	guint64 mixed = (target->high * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15) + target->low) *
				G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9) +
			time;

	mixed *= G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return mixed ^ mixed >> 32;
}

static guint
cell_hash(gconstpointer data)
{
	const Cell *cell = data;

	return (guint)mix(&cell->target, (guint64)cell->hour);
}

static gboolean
cell_equal(gconstpointer a, gconstpointer b)
{
	const Cell *x = a, *y = b;

	return x->hour == y->hour && address_compare(&x->target, &y->target) == 0;
}

static void
cell_free(gpointer data)
{
	Cell *cell = data;

	g_array_unref(cell->sources);
	g_array_unref(cell->ports);
	g_free(cell);
}

static Cell *
cell_new(const Address *target, gint64 hour)
{
	Cell *cell = g_new0(Cell, 1);

	cell->target = *target;
	cell->hour = hour;
	cell->first = FACTS_NEVER;
	cell->sources = g_array_new(FALSE, FALSE, sizeof(GroupSource));
	cell->ports = g_array_new(FALSE, FALSE, sizeof(FloodPort));
	return cell;
}

/* Each SYN asks for a counter anywhere in it: in large pages, where the system has them, so that
 * addresses are not looked up as often as counters. */
static guint16 *
new_table(void)
{
	gsize size = sizeof(guint16) << TABLE_BITS;
	guint16 *table = aligned_alloc(LARGE_PAGE, size);

	g_assert(table);
	madvise(table, size, MADV_HUGEPAGE);
	return memset(table, 0, size);
}

static gpointer
begin(const Detector *detector, const guint *values, const Scene *scene)
{
	State *state = g_new0(State, 1);

	state->detector = detector;
	state->values = values;
	state->scene = scene;
	state->table = new_table();
	state->hot = g_hash_table_new_full(cell_hash, cell_equal, cell_free, NULL);
	return state;
}

static guint32
find_counter(const Address *target, gint64 hour, guint piece)
{
	guint64 time = (guint64)(hour / FLOOD_PIECE) + piece;

	return (guint32)(mix(target, time) >> (32 - TABLE_BITS)) & ((1u << TABLE_BITS) - 1);
}

static void
make_hot(State *state, const Pending *syns)
{
	Cell key = {.target = syns->target, .hour = syns->hour};

	if (!g_hash_table_contains(state->hot, &key))
		g_hash_table_add(state->hot, cell_new(&key.target, key.hour));
}

/* Of two pieces that hold enough together one holds half: asking no more needs no neighbour, and
 * does not matter which of them is counted last. */
static void
count(State *state, const Pending *syns)
{
	guint16 *own = &state->table[syns->counter];
	guint half = (state->values[PARAMETER_SYNS] + 1) / 2;

	*own = (guint16)MIN(*own + syns->syns, G_MAXUINT16);
	if (*own >= MIN(half, G_MAXUINT16))
		make_hot(state, syns);
}

/* A row on its way into the table. */
typedef struct {
	State *state;
	const PairHour *pair;
} Marking;

static void
mark(gpointer data, guint piece, guint64 syns)
{
	const Marking *marking = data;
	State *state = marking->state;
	const PairHour *pair = marking->pair;
	Pending *place = &state->pending[state->n_pending % PENDING];

	if (state->n_pending++ >= PENDING)
		count(state, place);
	*place = (Pending){.target = pair->target,
		.hour = pair->hour,
		.counter = find_counter(&pair->target, pair->hour, piece),
		.syns = syns};
	__builtin_prefetch(&state->table[place->counter], 1);
}

static void
see(gpointer data, const Subject *subject, const Likeness *likeness)
{
	State *state = data;

	(void)likeness;
	if (!(subject->facts & FACT_IN_SYN))
		return;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			Marking marking = {state, &member->pairs[k]};
			FloodRow row;
			if ((member->pairs[k].facts & FACT_IN_SYN) &&
				subject_is_asked(
					subject, member->pairs[k].hour, HOUR_SECONDS) &&
				flood_row(member, &member->pairs[k], &row) &&
				(subject->n_targets <= SWEEP_TARGETS || row.syns >= SWEEP_SYNS))
				flood_spread(&row, mark, &marking);
		}
	}
}

static void
wants(gpointer data, GArray *hours)
{
	State *state = data;
	GHashTableIter iter;
	gpointer cell;

	for (guint i = 0; i < MIN(state->n_pending, PENDING); i++)
		count(state, &state->pending[i]);
	state->n_pending = 0;
	g_hash_table_iter_init(&iter, state->hot);
	while (g_hash_table_iter_next(&iter, &cell, NULL))
		g_array_append_val(hours, ((Cell *)cell)->hour);
}

static void
add_piece(gpointer data, guint piece, guint64 syns)
{
	Cell *cell = data;

	cell->pieces[piece] = (guint32)MIN(cell->pieces[piece] + syns, G_MAXUINT32);
}

/* The entry of a port, in order; NULL: there are too many. */
static FloodPort *
find_port(Cell *cell, guint16 port)
{
	guint i = 0;

	while (i < cell->ports->len && g_array_index(cell->ports, FloodPort, i).port < port)
		i++;
	if (i == cell->ports->len || g_array_index(cell->ports, FloodPort, i).port != port) {
		FloodPort fresh = {port, 0, 0};
		if (cell->ports->len == PORTS_MAX)
			return NULL;
		g_array_insert_val(cell->ports, i, fresh);
	}
	return &g_array_index(cell->ports, FloodPort, i);
}

static void
add_contact(Cell *cell, const Contact *contact)
{
	guint64 hour = (guint64)cell->hour * SECOND_NS;
	FloodPort *port = find_port(cell, contact->port);

	cell->first = MIN(cell->first, hour + contact->first);
	cell->last = MAX(cell->last, hour + contact->last);
	cell->bytes += contact->bytes;
	cell->answered |= contact->answered;
	if (contact->answered & ANSWER_AGAIN)
		cell->again += contact->packets;
	if (port) {
		port->sources++;
		port->syns += contact->packets;
	}
}

static void
add_trait(Cell *cell, const SourceFacts *member)
{
	for (guint32 i = 0; i < member->n_traits; i++) {
		const Trait *trait = &member->traits[i].trait;
		if (trait->kind != KIND_SYN || member->traits[i].hour != cell->hour)
			continue;
		if (cell->has_trait)
			trait_merge(&cell->trait, trait);
		else
			cell->trait = *trait;
		cell->has_trait = TRUE;
	}
}

static void
add_row(Cell *cell, const Subject *subject, const SourceFacts *member, const FloodRow *row)
{
	GroupSource source = {subject->source, subject->bits};

	cell->syns += row->syns;
	cell->completed += row->completed;
	flood_spread(row, add_piece, cell);
	g_array_append_val(cell->sources, source);
	for (guint32 i = 0; i < row->pair->n_contacts; i++)
		if (row->contacts[i].kind == KIND_SYN)
			add_contact(cell, &row->contacts[i]);
	add_trait(cell, member);
}

static void
again(gpointer data, const Subject *subject)
{
	State *state = data;

	if (!(subject->facts & FACT_IN_SYN))
		return;
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			const PairHour *pair = &member->pairs[k];
			Cell key = {.target = pair->target, .hour = pair->hour};
			Cell *cell = g_hash_table_lookup(state->hot, &key);
			FloodRow row;
			if (cell && flood_row(member, pair, &row))
				add_row(cell, subject, member, &row);
		}
	}
}

/* SYNs within ten seconds at the most; at: the piece in which they begin. */
static guint64
fullest(const Cell *cell, guint *at)
{
	guint64 most = 0;

	for (guint i = 0; i < FLOOD_PIECES; i++) {
		guint64 sum = (guint64)cell->pieces[i] +
			      (i + 1 < FLOOD_PIECES ? cell->pieces[i + 1] : cell->over);
		if (cell->pieces[i] == 0 || sum <= most)
			continue;
		most = sum;
		*at = i;
	}
	return most;
}

static gboolean
is_flood(const State *state, const Cell *cell)
{
	guint at;

	return fullest(cell, &at) >= state->values[PARAMETER_SYNS] &&
	       cell->completed * 100 < cell->syns * state->values[PARAMETER_COMPLETED];
}

static int
compare_ports(gconstpointer a, gconstpointer b)
{
	const FloodPort *x = a, *y = b;

	if (x->syns != y->syns)
		return x->syns > y->syns ? -1 : 1;
	return (int)x->port - y->port;
}

static void
fill_ports(Profile *profile, const GArray *cells)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(FloodPort));

	for (guint i = 0; i < cells->len; i++) {
		const Cell *cell = g_array_index(cells, const Cell *, i);
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
	profile->n_ports = all->len;
}

/* What the hours of one target hold together. */
static Profile *
make_profile(const GArray *cells, const Cell *telling, const GroupSource *source)
{
	Profile *profile =
		profile_new_empty(&source->source, source->bits, telling->hour, HOUR_SECONDS);
	ProfileTarget target = {.target = telling->target, .first = FACTS_NEVER};
	ProfileHour hour = {telling->hour, 1};

	for (guint i = 0; i < cells->len; i++) {
		const Cell *cell = g_array_index(cells, const Cell *, i);
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
			"TTL %u to %u from all %u sources: points to a single computer behind "
			"false addresses",
			trait->ttl_min, trait->ttl_max, n_sources);
}

static void
say_manner(Group *group, const GArray *cells)
{
	const Profile *profile = group->profile;
	guint64 completed = 0, again_syns = 0;
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE];

	for (guint i = 0; i < cells->len; i++) {
		completed += g_array_index(cells, const Cell *, i)->completed;
		again_syns += g_array_index(cells, const Cell *, i)->again;
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
	if (2 * again_syns > profile->packets)
		group_against(group, VERDICT_FLOOD,
			"%" G_GUINT64_FORMAT
			" of them sent again with the same sequence number: clients' patience "
			"with a target that does not answer",
			again_syns);
	group_against(group, VERDICT_SCAN,
		"one target, %u service port%s: nothing is learnt by so many", profile->n_ports,
		profile->n_ports == 1 ? "" : "s");
}

/* cells: those of one target, hour after hour. */
static Group *
make_group(const State *state, const GArray *cells)
{
	const Cell *telling = NULL;
	guint at = 0, piece = 0;
	guint64 most = 0;
	char start[HOUR_TEXT_SIZE], target[ADDRESS_TEXT_SIZE];

	for (guint i = 0; i < cells->len; i++) {
		const Cell *cell = g_array_index(cells, const Cell *, i);
		guint64 count = fullest(cell, &at);
		if (telling && count <= most)
			continue;
		telling = cell;
		most = count;
		piece = at;
	}
	FindingWindow window = {.detector = state->detector,
		.start = telling->hour,
		.length = HOUR_SECONDS,
		.count = (guint)MIN(most, G_MAXUINT),
		.threshold = state->values[PARAMETER_SYNS],
		.target = telling->target};
	Group *group = group_new(&window, SCOPE_TARGET, VERDICT_FLOOD);
	for (guint i = 0; i < cells->len; i++) {
		const GArray *sources = g_array_index(cells, const Cell *, i)->sources;
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

static int
compare_cells(gconstpointer a, gconstpointer b)
{
	const Cell *x = *(const Cell *const *)a, *y = *(const Cell *const *)b;
	int order = address_compare(&x->target, &y->target);

	return order != 0 ? order : (x->hour > y->hour) - (x->hour < y->hour);
}

/* Whether b goes on where a ends. */
static gboolean
goes_on(const Cell *a, const Cell *b)
{
	return address_compare(&a->target, &b->target) == 0 &&
	       b->hour - a->hour <= HOUR_SECONDS;
}

/* All hot cells that the second look found something for, by target, then hour. */
static GArray *
list_cells(const State *state)
{
	GArray *cells = g_array_new(FALSE, FALSE, sizeof(Cell *));
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, state->hot);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		Cell *cell = key;
		if (cell->sources->len > 0)
			g_array_append_val(cells, cell);
	}
	g_array_sort(cells, compare_cells);
	for (guint i = 0; i + 1 < cells->len; i++) {
		Cell *cell = g_array_index(cells, Cell *, i);
		const Cell *next = g_array_index(cells, Cell *, i + 1);
		if (goes_on(cell, next))
			cell->over = next->pieces[0];
	}
	return cells;
}

static void
list_groups(const State *state, GPtrArray *groups)
{
	g_autoptr(GArray) cells = list_cells(state);
	g_autoptr(GArray) run = g_array_new(FALSE, FALSE, sizeof(Cell *));
	const Cell *last = NULL; /* a flood's last hour */

	for (guint i = 0; i < cells->len; i++) {
		Cell *cell = g_array_index(cells, Cell *, i);
		gboolean along = last && goes_on(last, cell);
		gboolean is = is_flood(state, cell);
		if (run->len > 0 && !along) {
			g_ptr_array_add(groups, make_group(state, run));
			g_array_set_size(run, 0);
		}
		if (is || (along && last->over > 0))
			g_array_append_val(run, cell);
		last = is ? cell : NULL;
	}
	if (run->len > 0)
		g_ptr_array_add(groups, make_group(state, run));
}

static void
end(gpointer data, GPtrArray *groups)
{
	State *state = data;

	if (groups)
		list_groups(state, groups);
	free(state->table);
	g_hash_table_unref(state->hot);
	g_free(state);
}

static const DetectorGroups groups = {
	.begin = begin,
	.see = see,
	.wants = wants,
	.again = again,
	.end = end,
};

const Detector detect_flood = {
	.name = "flood",
	.title = "SYNs that use up a target",
	.topic = TOPIC_TARGETS,
	.origin = "second seed, \"To Flood or Not to Flood\" (and Phrack 48's Project Neptune)",
	.misses =
		"floods of other packets than SYNs, of under ten a second, and of many targets "
		"at once with few SYNs each",
	.mistakes = "a popular server that has gone away: its clients try again and again",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.groups = &groups,
};
