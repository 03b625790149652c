#include "config.h"

#include "tally/join.h"

#include "tally/detector.h"

/* A group and its finding. */
typedef struct {
	Group *group;     /* borrowed */
	Finding *finding; /* owned; NULL: another took it in */
	/* borrowed: the last one that it was found not to be one with */
	const Group *compared;
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

/* The shortest window that holds both is a's. */
static void
widen(FindingWindow *a, const FindingWindow *b)
{
	gint64 end = MAX(a->start + a->length, b->start + b->length);

	a->start = MIN(a->start, b->start);
	a->length = end - a->start;
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
	widen(&a->group->window, &b->group->window);
	a->finding->n_sources = a->group->sources->len;
	if (a->finding->verdict == VERDICT_UNDETERMINED)
		a->finding->verdict = b->finding->verdict;
	finding_absorb(a->finding, b->finding);
	g_clear_pointer(&b->finding, finding_free);
}

/* source -> GPtrArray of Thing *: those that have it, in the order in which they were added. */
static GHashTable *
index_new(void)
{
	return g_hash_table_new_full(
		source_hash, source_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/* thing is found by the group's sources from now on. */
static void
index_add(GHashTable *index, const Group *group, Thing *thing)
{
	const GArray *sources = group->sources;

	for (guint i = 0; i < sources->len; i++) {
		const GroupSource *source = &g_array_index(sources, GroupSource, i);
		GPtrArray *list = g_hash_table_lookup(index, source);
		if (!list) {
			list = g_ptr_array_new();
			g_hash_table_insert(index, g_memdup2(source, sizeof *source), list);
		}
		g_ptr_array_add(list, thing);
	}
}

/* Another thing of the same sources than own, or NULL; only those that share one are looked at,
 * each once, however many it shares. */
static Thing *
find_same(GHashTable *index, const Group *group, const Thing *own)
{
	for (guint i = 0; i < group->sources->len; i++) {
		const GPtrArray *list = g_hash_table_lookup(
			index, &g_array_index(group->sources, GroupSource, i));
		for (guint k = 0; list && k < list->len; k++) {
			Thing *thing = list->pdata[k];
			if (thing == own || !thing->finding || thing->compared == group)
				continue;
			if (thing->finding && are_one(thing->group, group))
				return thing;
			thing->compared = group;
		}
	}
	return NULL;
}

/* Groups of the same sources become one; also two that have nothing in common but a third. */
static void
join_groups(Thing *things, guint n)
{
	g_autoptr(GHashTable) index = index_new();

	for (guint i = 0; i < n; i++) {
		const Group *group = things[i].group;
		Thing *own = &things[i], *same;
		if (group->scope != SCOPE_SOURCES)
			continue;
		while ((same = find_same(index, group, own))) {
			Thing *later = MAX(own, same);
			own = MIN(own, same);
			take_in(own, later);
			index_add(index, later->group, own);
		}
		if (own == &things[i])
			index_add(index, group, own);
	}
}

/* Whether b, a group about one target, is about a's target, and of none but a's sources. */
static gboolean
is_part(const Thing *a, const Thing *b)
{
	const Profile *profile = b->finding->profile;

	if (!overlap(&a->group->window, &b->group->window) || profile->hosts != 1 ||
		profile->targets->len != 1 ||
		address_compare(&g_array_index(profile->targets, ProfileTarget, 0).target,
			&a->group->window.target) != 0)
		return FALSE;
	return count_shared(b->group, a->group) == b->group->sources->len;
}

/* What the sources of a flood did at its target is told by it. */
static void
join_targets(Thing *things, guint n)
{
	for (guint i = 0; i < n; i++) {
		if (things[i].group->scope != SCOPE_TARGET)
			continue;
		for (guint k = 0; k < n; k++) {
			if (things[k].group->scope != SCOPE_SOURCES || !things[k].finding ||
				!is_part(&things[i], &things[k]))
				continue;
			finding_absorb(things[i].finding, things[k].finding);
			g_clear_pointer(&things[k].finding, finding_free);
		}
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

/* Whether the source meets a trigger by itself. */
static gboolean
is_tallied(const Finding *finding)
{
	for (guint i = 0; i < finding->windows->len; i++) {
		const Detector *detector = finding_window(finding, i)->detector;
		if (detector == &detect_hourly || detector == &detect_slow)
			return TRUE;
	}
	return FALSE;
}

/* Whether the group's verdict would cover up another deed of the source: a trace explains no scan,
 * and whoever is flooded does nothing of the group's. */
static gboolean
is_another_deed(const Thing *thing, const Finding *finding)
{
	if (finding->verdict == thing->finding->verdict)
		return FALSE;
	switch (finding->verdict) {
	case VERDICT_UNDETERMINED:
	case VERDICT_TRACEROUTE:
	case VERDICT_LOAD_BALANCER:
	case VERDICT_BENIGN:
		return FALSE;
	case VERDICT_SECOND_ORDER_EFFECT:
		return TRUE;
	default:
		return finding_window(thing->finding, 0)->detector == &detect_traceroute;
	}
}

/* The source is not told by the group any more; the last one takes the group's finding away. */
static void
strike_out(Thing *thing, const Finding *finding)
{
	GArray *sources = thing->finding->sources;

	for (guint i = 0; i < sources->len; i++) {
		const FindingSource *source = &g_array_index(sources, FindingSource, i);
		if (source->bits != finding->profile->bits ||
			address_compare(&source->source, &finding->profile->source) != 0)
			continue;
		g_array_remove_index(sources, i);
		break;
	}
	thing->finding->n_sources--;
}

/* TRUE: the group tells it now. */
static gboolean
tell_together(Thing *thing, Finding *finding)
{
	if (thing->group->scope == SCOPE_SOURCES &&
		(is_another_deed(thing, finding) ||
			(is_tallied(finding) && thing->group->verdict != VERDICT_DECOY))) {
		finding_absorb(finding, thing->finding);
		strike_out(thing, finding);
		return FALSE;
	}
	if (thing->finding->verdict == VERDICT_UNDETERMINED)
		thing->finding->verdict = finding->verdict;
	finding_absorb(thing->finding, finding);
	return TRUE;
}

static void
set_length(GPtrArray *findings, guint n)
{
	g_ptr_array_set_free_func(findings, NULL);
	g_ptr_array_set_size(findings, (int)n);
	g_ptr_array_set_free_func(findings, (GDestroyNotify)finding_free);
}

/* Each source's finding goes to its group, or stays. */
static void
tell_findings(GPtrArray *findings, Thing *things, guint n)
{
	g_autoptr(GHashTable) index = index_new();
	guint kept = 0;

	for (guint i = 0; i < n; i++)
		if (things[i].finding && things[i].group->scope != SCOPE_PORT)
			index_add(index, things[i].group, &things[i]);
	for (guint i = 0; i < findings->len; i++) {
		Finding *finding = g_steal_pointer(&findings->pdata[i]);
		Thing *teller = find_teller(index, finding);
		if (teller && tell_together(teller, finding))
			finding_free(finding);
		else
			findings->pdata[kept++] = finding;
	}
	set_length(findings, kept);
}

/* A list that was cut leaves none out of the whole. */
static void
keep_sources(Finding *finding, const Group *group)
{
	if (group->sources->len > finding->sources->len)
		finding->all_sources = g_array_ref(group->sources);
}

void
join_findings(GPtrArray *findings, GPtrArray *joint, GPtrArray *groups)
{
	guint n = joint->len;
	g_autofree Thing *things = g_new0(Thing, n + 1);

	for (guint i = 0; i < n; i++)
		things[i] = (Thing){groups->pdata[i], g_steal_pointer(&joint->pdata[i]), NULL};
	set_length(joint, 0);
	join_groups(things, n);
	join_targets(things, n);
	tell_findings(findings, things, n);
	for (guint i = 0; i < n; i++) {
		Finding *finding = things[i].finding;
		if (finding && finding->n_sources > 0) {
			keep_sources(finding, things[i].group);
			g_ptr_array_add(findings, finding);
		} else {
			g_clear_pointer(&things[i].finding, finding_free);
		}
	}
}
