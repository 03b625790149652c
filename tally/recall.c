#include "config.h"

#include "tally/recall.h"

#include "tally/format.h"

enum {
	SOURCES_MAX = 65536, /* of a pass, about */
	ROWS_MAX = 4096,     /* of an address that is held */
	SIZE_MAX_MIB = 256,
};

typedef struct {
	GroupSource source;
	guint first, n; /* of its addresses in facts */
	gboolean held;
} Held;

struct Recall {
	GArray *sources; /* owned; of Held, by address */
	GArray *facts;   /* owned; of SourceFacts, by address */
	gsize size;      /* octets of facts, about */
};

static int
compare(gconstpointer a, gconstpointer b)
{
	const GroupSource *x = &((const Held *)a)->source, *y = &((const Held *)b)->source;
	int order = address_compare(&x->source, &y->source);

	return order != 0 ? order : (int)x->bits - y->bits;
}

/* The sources of groups from *next on, sorted, each once. */
static void
list_sources(Recall *recall, const GPtrArray *groups, guint *next)
{
	GArray *sources = recall->sources;
	guint kept = 0;

	for (; *next < groups->len && sources->len < SOURCES_MAX; ++*next) {
		const Group *group = groups->pdata[*next];
		for (guint i = 0; i < MIN(group->sources->len, GROUP_SOURCES_MAX); i++) {
			Held item = {.source = g_array_index(group->sources, GroupSource, i)};
			g_array_append_val(sources, item);
		}
	}
	g_array_sort(sources, compare);
	for (guint i = 0; i < sources->len; i++)
		if (kept == 0 || compare(&g_array_index(sources, Held, kept - 1),
					 &g_array_index(sources, Held, i)) != 0)
			g_array_index(sources, Held, kept++) = g_array_index(sources, Held, i);
	g_array_set_size(sources, kept);
}

/* Whether seeking each of them in each tally, a block every time, means to read more rows than
 * the tallies have. */
static gboolean
is_worth_a_pass(const Recall *recall, Reader **readers, guint n_readers)
{
	guint64 rows = 0, sought = (guint64)recall->sources->len * n_readers;

	for (guint i = 0; i < n_readers; i++)
		rows += reader_n_pairs(readers[i]);
	return sought * FORMAT_BLOCK_PAIRS > rows;
}

static void
hold(Recall *recall, Held *held, const SourceFacts *facts)
{
	gsize size = facts->n_pairs * (sizeof(PairHour) + sizeof(Contact)) +
		     facts->n_traits * sizeof(TraitHour) + sizeof *facts;

	if (facts->n_pairs > ROWS_MAX || recall->size + size > (gsize)SIZE_MAX_MIB << 20) {
		held->held = FALSE;
		return;
	}
	SourceFacts copy = subject_copy_facts(facts);
	g_array_append_val(recall->facts, copy);
	recall->size += size;
	held->n++;
}

/* Takes the facts of one address, if it is of one of the sources from `at` on; returns the first
 * of them that may be of the next. */
static guint
take(Recall *recall, guint at, const SourceFacts *facts)
{
	for (; at < recall->sources->len; at++) {
		Held *held = &g_array_index(recall->sources, Held, at);
		Address own = facts->source;
		if (own.family == held->source.source.family)
			own = address_mask(&own, held->source.bits);
		int order = address_compare(&own, &held->source.source);
		if (order < 0)
			return at;
		if (order > 0)
			continue;
		if (held->n == 0)
			held->first = recall->facts->len;
		if (held->held)
			hold(recall, held, facts);
		return at;
	}
	return at;
}

static gboolean
read_all(Recall *recall, Reader **readers, guint n_readers, GError **error)
{
	const SourceFacts *facts;
	guint at = 0;
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < recall->sources->len; i++)
		g_array_index(recall->sources, Held, i).held = TRUE;
	for (guint i = 0; i < n_readers; i++)
		if (!reader_seek(readers[i],
			    &g_array_index(recall->sources, Held, 0).source.source, error))
			return FALSE;
	g_autoptr(Gather) gather =
		gather_new(readers, n_readers, READER_CONTACTS | READER_TRAITS);
	while (at < recall->sources->len && (facts = gather_next(gather, 0, &problem)))
		at = take(recall, at, facts);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

Recall *
recall_read(
	Reader **readers, guint n_readers, const GPtrArray *groups, guint *next, GError **error)
{
	g_autoptr(Recall) recall = g_new0(Recall, 1);

	recall->sources = g_array_new(FALSE, FALSE, sizeof(Held));
	recall->facts = g_array_new(FALSE, FALSE, sizeof(SourceFacts));
	g_array_set_clear_func(recall->facts, (GDestroyNotify)subject_clear_facts);
	list_sources(recall, groups, next);
	if (is_worth_a_pass(recall, readers, n_readers) &&
		!read_all(recall, readers, n_readers, error))
		return NULL;
	return g_steal_pointer(&recall);
}

void
recall_free(Recall *recall)
{
	g_array_unref(recall->sources);
	g_array_unref(recall->facts);
	g_free(recall);
}

gboolean
recall_find(
	const Recall *recall, const GroupSource *source, const SourceFacts **facts, guint *n)
{
	const Held wanted = {.source = *source};
	guint at;

	if (!g_array_binary_search(recall->sources, &wanted, compare, &at))
		return FALSE;
	const Held *held = &g_array_index(recall->sources, Held, at);
	*facts = held->n > 0 ? &g_array_index(recall->facts, SourceFacts, held->first) : NULL;
	*n = held->n;
	return held->held;
}
