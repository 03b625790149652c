#include "config.h"

#include "tally/merge.h"

#include <stdlib.h>
#include <string.h>

#include "common/failure.h"

/* A source as one number, so that a node of the tree is one comparison: IPv4 first, then IPv6. */
typedef unsigned __int128 Key;

#define KEY_END (~(Key)0)
#define KEY_V6 ((Key)1 << 32)

struct Merge {
	MergeInput *inputs; /* owned; by hour */
	guint n_inputs;
	gint64 *hours; /* owned */
	guint32 n_hours;
	GPtrArray *shortfalls; /* borrowed; may be NULL */

	Key *tree; /* owned; node 1 is the root, node i has 2i and 2i + 1, leaves from n_leaves on */
	guint n_leaves; /* a power of two */
	gboolean started;

	Address source;
	guint32 *nodes;       /* owned; n_leaves: those at work in find_holders and mend_tree */
	MergeInput **holders; /* owned; of source */
	guint n_holders;
};

static int
compare_inputs(const void *a, const void *b)
{
	gint64 hour_a = reader_hour(((const MergeInput *)a)->reader)->hour;
	gint64 hour_b = reader_hour(((const MergeInput *)b)->reader)->hour;

	return hour_a < hour_b ? -1 : hour_a > hour_b;
}

static void
number_hours(Merge *merge)
{
	for (guint i = 0; i < merge->n_inputs; i++) {
		gint64 hour = reader_hour(merge->inputs[i].reader)->hour;
		if (merge->n_hours == 0 || merge->hours[merge->n_hours - 1] != hour)
			merge->hours[merge->n_hours++] = hour;
		merge->inputs[i].hour = merge->n_hours - 1;
	}
}

Merge *
merge_new(Reader **readers, guint n_readers, GPtrArray *shortfalls)
{
	Merge *merge = g_new0(Merge, 1);

	merge->shortfalls = shortfalls;
	merge->inputs = g_new0(MergeInput, n_readers + 1);
	merge->n_inputs = n_readers;
	for (guint i = 0; i < n_readers; i++)
		merge->inputs[i].reader = readers[i];
	qsort(merge->inputs, n_readers, sizeof *merge->inputs, compare_inputs);
	merge->hours = g_new(gint64, n_readers + 1);
	number_hours(merge);

	for (merge->n_leaves = 1; merge->n_leaves < n_readers; merge->n_leaves *= 2)
		;
	merge->tree = g_new(Key, 2 * (gsize)merge->n_leaves);
	for (guint i = 0; i < 2 * merge->n_leaves; i++)
		merge->tree[i] = KEY_END;
	merge->nodes = g_new(guint32, merge->n_leaves);
	merge->holders = g_new(MergeInput *, merge->n_leaves);
	return merge;
}

void
merge_free(Merge *merge)
{
	g_free(merge->inputs);
	g_free(merge->hours);
	g_free(merge->tree);
	g_free(merge->nodes);
	g_free(merge->holders);
	g_free(merge);
}

const gint64 *
merge_hours(const Merge *merge, guint32 *n)
{
	*n = merge->n_hours;
	return merge->hours;
}

static gboolean
is_multicast(const Address *address)
{
	return address->family == 6 && address->high >> 56 == 0xff;
}

/* The next stretch, whatever its source; at the end one of no rows. FALSE: error. */
static gboolean
read_stretch(Merge *merge, MergeInput *input, GError **error)
{
	g_autoptr(GError) problem = NULL;

	input->next = 0;
	input->stretch.n = 0;
	if (reader_next(input->reader, &input->stretch, &problem) &&
		!is_multicast(&input->stretch.source))
		return TRUE;
	if (!problem && input->stretch.n > 0)
		problem = g_error_new(FAILURE, FAILURE_PARTIAL,
			"%s: a multicast address as source", reader_name(input->reader));
	input->stretch = (Stretch){0};
	if (!problem)
		return TRUE;
	if (!merge->shortfalls) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return FALSE;
	}
	g_ptr_array_add(merge->shortfalls, g_strdup(problem->message));
	return TRUE;
}

/* Reads on to the next source. */
static gboolean
read_source(Merge *merge, MergeInput *input, GError **error)
{
	gboolean more;

	do {
		more = input->stretch.more;
		if (!read_stretch(merge, input, error))
			return FALSE;
	} while (more && input->stretch.n > 0);
	return TRUE;
}

/* The highest 2^32 IPv6 addresses would wrap around: they are multicast. */
static Key
key_of(const MergeInput *input)
{
	const Address *source = &input->stretch.source;

	if (input->stretch.n == 0)
		return KEY_END;
	if (source->family == 4)
		return source->low;
	return ((Key)source->high << 64 | source->low) + KEY_V6;
}

static void
mend_node(Merge *merge, guint node)
{
	Key left = merge->tree[2 * node], right = merge->tree[2 * node + 1];

	merge->tree[node] = left < right ? left : right;
}

/* All tallies are at their first source. */
static gboolean
start(Merge *merge, GError **error)
{
	for (guint i = 0; i < merge->n_inputs; i++) {
		if (!read_stretch(merge, &merge->inputs[i], error))
			return FALSE;
		merge->tree[merge->n_leaves + i] = key_of(&merge->inputs[i]);
	}
	for (guint node = merge->n_leaves - 1; node > 0; node--)
		mend_node(merge, node);
	merge->started = TRUE;
	return TRUE;
}

/* From the root down: at each level, the nodes above the least source. Leaves come out ascending. */
static void
find_holders(Merge *merge)
{
	Key least = merge->tree[1];
	guint32 *nodes = merge->nodes;
	guint n = 1;

	nodes[0] = 1;
	while (nodes[0] < merge->n_leaves) {
		guint children = 0;
		/* There are never more than leaves; those not yet split lie behind, so that they are not overwritten. */
		memmove(nodes + merge->n_leaves - n, nodes, n * sizeof *nodes);
		for (guint i = merge->n_leaves - n; i < merge->n_leaves; i++) {
			guint child = 2 * nodes[i];
			if (merge->tree[child] == least)
				nodes[children++] = child;
			if (merge->tree[child + 1] == least)
				nodes[children++] = child + 1;
		}
		n = children;
	}
	for (guint i = 0; i < n; i++)
		merge->holders[i] = &merge->inputs[nodes[i] - merge->n_leaves];
	merge->n_holders = n;
	merge->source = merge->holders[0]->stretch.source;
}

/* The holders have moved on: from them up, each node once. */
static void
mend_tree(Merge *merge)
{
	guint32 *nodes = merge->nodes;
	guint n = merge->n_holders;

	for (guint i = 0; i < n; i++) {
		nodes[i] = merge->n_leaves + (guint)(merge->holders[i] - merge->inputs);
		merge->tree[nodes[i]] = key_of(merge->holders[i]);
	}
	while (nodes[0] > 1) {
		guint parents = 0;
		for (guint i = 0; i < n; i++) {
			guint parent = nodes[i] / 2;
			if (parents > 0 && nodes[parents - 1] == parent)
				continue;
			mend_node(merge, parent);
			nodes[parents++] = parent;
		}
		n = parents;
	}
}

static gboolean
leave_source(Merge *merge, GError **error)
{
	if (merge->n_holders == 0)
		return TRUE;
	for (guint i = 0; i < merge->n_holders; i++)
		if (!read_source(merge, merge->holders[i], error))
			return FALSE;
	mend_tree(merge);
	merge->n_holders = 0;
	return TRUE;
}

/* Whether the tallies hold `pairs` rows of the source; true as well when that would need reading on to know. */
static gboolean
has_pairs(const Merge *merge, guint32 pairs)
{
	guint64 rows = 0;

	for (guint i = 0; i < merge->n_holders; i++) {
		rows += merge->holders[i]->stretch.n;
		if (rows >= pairs || merge->holders[i]->stretch.more)
			return TRUE;
	}
	return rows >= pairs;
}

gboolean
merge_next(Merge *merge, guint32 pairs, GError **error)
{
	if (!merge->started && !start(merge, error))
		return FALSE;
	do {
		if (!leave_source(merge, error))
			return FALSE;
		if (merge->tree[1] == KEY_END)
			return FALSE;
		find_holders(merge);
	} while (!has_pairs(merge, pairs));
	return TRUE;
}

const Address *
merge_source(const Merge *merge)
{
	return &merge->source;
}

MergeInput **
merge_holders(Merge *merge, guint *n)
{
	*n = merge->n_holders;
	return merge->holders;
}

gboolean
merge_more(Merge *merge, MergeInput *holder, GError **error)
{
	if (!holder->stretch.more)
		return FALSE;
	return read_stretch(merge, holder, error) && holder->stretch.n > 0;
}
