#include "config.h"

#include "tally/join.h"

/* A group and its finding. */
typedef struct {
	Group *group;     /* borrowed */
	Finding *finding; /* owned; NULL: another took it in */
} Thing;

static gboolean
overlap(const FindingWindow *a, const FindingWindow *b)
{
	return a->start < b->start + b->length && b->start < a->start + a->length;
}

static guint
source_hash(gconstpointer data)
{
	const GroupSource *item = data;
	guint64 mixed =
		(item->source.high ^ item->source.low * 0x9e3779b97f4a7c15u) + item->bits;

	return (guint)(mixed ^ mixed >> 32);
}

static gboolean
source_equal(gconstpointer a, gconstpointer b)
{
	const GroupSource *x = a, *y = b;

	return x->bits == y->bits && address_compare(&x->source, &y->source) == 0;
}

static guint
count_shared(const Group *a, const Group *b)
{
	guint n = 0;

	for (guint i = 0; i < a->sources->len; i++) {
		const GroupSource *source = &g_array_index(a->sources, GroupSource, i);
		n += group_has(b, &source->source, source->bits);
	}
	return n;
}

static gboolean
are_one(const Group *a, const Group *b)
{
	guint least = MIN(a->sources->len, b->sources->len);

	return overlap(&a->window, &b->window) && 2 * count_shared(a, b) >= least;
}

static gboolean
lists_source(const Finding *finding, const FindingSource *source)
{
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *own = &g_array_index(finding->sources, FindingSource, i);
		if (own->bits == source->bits &&
			address_compare(&own->source, &source->source) == 0)
			return TRUE;
	}
	return FALSE;
}

static int
compare_listed(gconstpointer a, gconstpointer b)
{
	const FindingSource *x = a, *y = b;
	int order = address_compare(&x->source, &y->source);

	return order != 0 ? order : (int)x->bits - y->bits;
}

/* b's group goes into a's. */
static void
take_in(Thing *a, Thing *b)
{
	for (guint i = 0; i < b->finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(b->finding->sources, FindingSource, i);
		if (a->finding->sources->len < GROUP_SOURCES_MAX &&
			!lists_source(a->finding, source))
			g_array_append_vals(a->finding->sources, source, 1);
	}
	g_array_sort(a->finding->sources, compare_listed);
	g_array_append_vals(a->group->sources, b->group->sources->data, b->group->sources->len);
	group_settle(a->group);
	a->finding->n_sources = a->group->sources->len;
	if (a->finding->verdict == VERDICT_UNDETERMINED)
		a->finding->verdict = b->finding->verdict;
	finding_absorb(a->finding, b->finding);
	g_clear_pointer(&b->finding, finding_free);
}

/* source -> GPtrArray of Thing *, for all but those about a port. */
static GHashTable *
index_things(Thing *things, guint n)
{
	GHashTable *index = g_hash_table_new_full(
		source_hash, source_equal, NULL, (GDestroyNotify)g_ptr_array_unref);

	for (guint i = 0; i < n; i++) {
		GArray *sources = things[i].group->sources;
		if (!things[i].finding || things[i].group->scope == SCOPE_PORT)
			continue;
		for (guint k = 0; k < sources->len; k++) {
			GroupSource *source = &g_array_index(sources, GroupSource, k);
			GPtrArray *list = g_hash_table_lookup(index, source);
			if (!list) {
				list = g_ptr_array_new();
				g_hash_table_insert(index, source, list);
			}
			g_ptr_array_add(list, &things[i]);
		}
	}
	return index;
}

/* Groups of the same sources become one; only those that share a source are compared. */
static void
join_groups(Thing *things, guint n)
{
	for (guint i = 0; i < n; i++) {
		if (!things[i].finding || things[i].group->scope != SCOPE_SOURCES)
			continue;
		for (guint k = i + 1; k < n; k++)
			if (things[k].finding && things[k].group->scope == SCOPE_SOURCES &&
				are_one(things[i].group, things[k].group))
				take_in(&things[i], &things[k]);
	}
}

static gboolean
may_absorb(const Thing *thing, const Finding *finding)
{
	const FindingWindow *window = finding_window(finding, 0);
	const Profile *profile = finding->profile;

	if (!overlap(&thing->group->window, window))
		return FALSE;
	if (thing->group->scope == SCOPE_SOURCES)
		return TRUE;
	return profile->hosts == 1 && profile->targets->len == 1 &&
	       address_compare(&g_array_index(profile->targets, ProfileTarget, 0).target,
		       &thing->group->window.target) == 0;
}

/* The thing that tells a source's finding; NULL: none. */
static Thing *
find_teller(GHashTable *index, const Finding *finding)
{
	GroupSource source = {finding->profile->source, finding->profile->bits};
	const GPtrArray *list = g_hash_table_lookup(index, &source);

	for (guint i = 0; list && i < list->len; i++)
		if (may_absorb(list->pdata[i], finding))
			return list->pdata[i];
	return NULL;
}

static void
absorb(Thing *thing, const Finding *finding)
{
	if (thing->finding->verdict == VERDICT_UNDETERMINED)
		thing->finding->verdict = finding->verdict;
	finding_absorb(thing->finding, finding);
}

void
join_findings(GPtrArray *findings, GPtrArray *joint, GPtrArray *groups)
{
	guint n = joint->len;
	g_autofree Thing *things = g_new0(Thing, n + 1);
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		things[i] = (Thing){groups->pdata[i], g_steal_pointer(&joint->pdata[i])};
	join_groups(things, n);

	g_autoptr(GHashTable) index = index_things(things, n);
	for (guint i = 0; i < findings->len; i++) {
		Finding *finding = findings->pdata[i];
		Thing *teller = find_teller(index, finding);
		findings->pdata[i] = NULL;
		if (teller) {
			absorb(teller, finding);
			finding_free(finding);
		} else {
			findings->pdata[kept++] = finding;
		}
	}
	g_ptr_array_set_free_func(findings, NULL);
	g_ptr_array_set_size(findings, (int)kept);
	g_ptr_array_set_free_func(findings, (GDestroyNotify)finding_free);
	for (guint i = 0; i < n; i++)
		if (things[i].finding)
			g_ptr_array_add(findings, things[i].finding);
	g_ptr_array_set_free_func(joint, NULL);
	g_ptr_array_set_size(joint, 0);
	g_ptr_array_set_free_func(joint, (GDestroyNotify)finding_free);
}
