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
#include "tally/flood_cell.h"

enum {
	PARAMETER_SYNS,
	PARAMETER_COMPLETED,
	TABLE_BITS = 22,
	LARGE_PAGE = 1 << 21,
	PENDING = 32, /* a power of two */
	/* A sweep's few SYNs to each of many targets are left out of the first look. */
	SWEEP_TARGETS = 64,
	SWEEP_SYNS = 4,
};

static const DetectorParameter parameters[] = {
	{"syns", "SYNs/10 s", "SYNs to one target within 10 seconds", 100, 20, 1000000},
	{"completed", "percent", "under so many percent of them may complete a handshake", 10,
		1, 100},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, PARAMETER_SYNS},
};

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
	GHashTable *hot;   /* owned; of FloodCell, by target and hour */
} State;

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
	state->hot =
		g_hash_table_new_full(flood_cell_hash, flood_cell_equal, flood_cell_free, NULL);
	return state;
}

static guint32
find_counter(const Address *target, gint64 hour, guint piece)
{
	guint64 time = (guint64)(hour / FLOOD_PIECE) + piece;

	return (guint32)(flood_mix(target, time) >> (32 - TABLE_BITS)) &
	       ((1u << TABLE_BITS) - 1);
}

static void
make_hot(State *state, const Pending *syns)
{
	FloodCell key = {.target = syns->target, .hour = syns->hour};

	if (!g_hash_table_contains(state->hot, &key))
		g_hash_table_add(state->hot, flood_cell_new(&key.target, key.hour));
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
		g_array_append_val(hours, ((FloodCell *)cell)->hour);
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
			FloodCell key = {.target = pair->target, .hour = pair->hour};
			FloodCell *cell = g_hash_table_lookup(state->hot, &key);
			FloodRow row;
			if (cell && flood_row(member, pair, &row))
				flood_cell_add(cell, subject, member, &row);
		}
	}
}

static gboolean
is_flood(const State *state, const FloodCell *cell)
{
	guint at;

	return flood_cell_fullest(cell, &at) >= state->values[PARAMETER_SYNS] &&
	       cell->completed * 100 < cell->syns * state->values[PARAMETER_COMPLETED];
}

static int
compare_cells(gconstpointer a, gconstpointer b)
{
	const FloodCell *x = *(const FloodCell *const *)a, *y = *(const FloodCell *const *)b;
	int order = address_compare(&x->target, &y->target);

	return order != 0 ? order : (x->hour > y->hour) - (x->hour < y->hour);
}

/* Whether b goes on where a ends. */
static gboolean
goes_on(const FloodCell *a, const FloodCell *b)
{
	return address_compare(&a->target, &b->target) == 0 &&
	       b->hour - a->hour <= HOUR_SECONDS;
}

/* All hot cells that the second look found something for, by target, then hour. */
static GArray *
list_cells(const State *state)
{
	GArray *cells = g_array_new(FALSE, FALSE, sizeof(FloodCell *));
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, state->hot);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		FloodCell *cell = key;
		if (cell->sources->len > 0)
			g_array_append_val(cells, cell);
	}
	g_array_sort(cells, compare_cells);
	for (guint i = 0; i + 1 < cells->len; i++) {
		FloodCell *cell = g_array_index(cells, FloodCell *, i);
		const FloodCell *next = g_array_index(cells, FloodCell *, i + 1);
		if (goes_on(cell, next))
			cell->over = next->pieces[0];
	}
	return cells;
}

static void
list_groups(const State *state, GPtrArray *groups)
{
	g_autoptr(GArray) cells = list_cells(state);
	g_autoptr(GArray) run = g_array_new(FALSE, FALSE, sizeof(FloodCell *));
	const FloodCell *last = NULL; /* a flood's last hour */

	for (guint i = 0; i < cells->len; i++) {
		FloodCell *cell = g_array_index(cells, FloodCell *, i);
		gboolean along = last && goes_on(last, cell);
		gboolean is = is_flood(state, cell);
		if (run->len > 0 && !along) {
			g_ptr_array_add(groups, flood_cell_tell(run, state->detector,
							state->values[PARAMETER_SYNS]));
			g_array_set_size(run, 0);
		}
		if (is || (along && last->over > 0))
			g_array_append_val(run, cell);
		last = is ? cell : NULL;
	}
	if (run->len > 0)
		g_ptr_array_add(groups,
			flood_cell_tell(run, state->detector, state->values[PARAMETER_SYNS]));
}

static void
end(gpointer data, GPtrArray *groups, GPtrArray *limits)
{
	State *state = data;

	(void)limits;
	if (groups)
		list_groups(state, groups);
	free(state->table);
	g_hash_table_unref(state->hot);
	g_free(state);
}

static void
judge(const DetectorCase *at, const Group *group, Finding *finding)
{
	(void)group;
	if (at->scene->one_sided)
		finding_against(finding, VERDICT_FLOOD,
			"hardly an outbound packet was captured: that no handshake was "
			"completed shows only by sources that did not go on");
}

static const DetectorGroups groups = {
	.begin = begin,
	.see = see,
	.wants = wants,
	.again = again,
	.end = end,
	.judge = judge,
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
