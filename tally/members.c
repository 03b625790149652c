#include "config.h"

#include "tally/members.h"

typedef struct {
	guint first, n; /* of its addresses in facts */
	guint8 bits;
} Member;

struct Members {
	GArray *members; /* owned; of Member, one for each source */
	GArray *facts;   /* owned; of SourceFacts, by address */
	GroupSource first;
	guint grid_minutes;
};

static GPtrArray *
list_readers(Reader **readers, guint n_readers, gint64 from, gint64 to)
{
	GPtrArray *list = g_ptr_array_new();

	for (guint i = 0; i < n_readers; i++)
		if (reader_hour(readers[i])->hour >= from && reader_hour(readers[i])->hour < to)
			g_ptr_array_add(list, readers[i]);
	return list;
}

/* Leaves out what is of other hours than [from, to). */
static void
keep_hours(SourceFacts *facts, gint64 from, gint64 to)
{
	PairHour *pairs = (PairHour *)facts->pairs;
	TraitHour *traits = (TraitHour *)facts->traits;
	guint32 n_pairs = 0, n_traits = 0;

	for (guint32 i = 0; i < facts->n_pairs; i++)
		if (pairs[i].hour >= from && pairs[i].hour < to)
			pairs[n_pairs++] = pairs[i];
	for (guint32 i = 0; i < facts->n_traits; i++)
		if (traits[i].hour >= from && traits[i].hour < to)
			traits[n_traits++] = traits[i];
	facts->n_pairs = n_pairs;
	facts->n_traits = n_traits;
}

/* Appends the facts of the n addresses of one source that recall holds. */
static void
take_held(Members *members, const SourceFacts *facts, guint n, guint8 bits, gint64 from,
	gint64 to)
{
	Member member = {members->facts->len, 0, bits};

	for (guint i = 0; i < n; i++) {
		SourceFacts copy = subject_copy_facts(&facts[i]);
		keep_hours(&copy, from, to);
		if (copy.n_pairs == 0) {
			subject_clear_facts(&copy);
			continue;
		}
		g_array_append_val(members->facts, copy);
		member.n++;
	}
	g_array_append_val(members->members, member);
}

/* Appends the facts of all addresses of one source. */
static gboolean
read_source(Members *members, GPtrArray *readers, const GroupSource *source, GError **error)
{
	Member member = {members->facts->len, 0, source->bits};
	const SourceFacts *facts;
	g_autoptr(GError) problem = NULL;

	for (guint i = 0; i < readers->len; i++)
		if (!reader_seek(readers->pdata[i], &source->source, error))
			return FALSE;
	g_autoptr(Gather) gather = gather_new(
		(Reader **)readers->pdata, readers->len, READER_CONTACTS | READER_TRAITS);
	while ((facts = gather_next(gather, 0, &problem))) {
		Address own = address_mask(&facts->source, source->bits);
		if (address_compare(&own, &source->source) != 0)
			break;
		SourceFacts copy = subject_copy_facts(facts);
		g_array_append_val(members->facts, copy);
		member.n++;
	}
	g_array_append_val(members->members, member);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

Members *
members_read(Reader **readers, guint n_readers, const Recall *recall,
	const GroupSource *sources, guint n, gint64 from, gint64 to, GError **error)
{
	g_autoptr(GPtrArray) list = list_readers(readers, n_readers, from, to);
	g_autoptr(Members) members = g_new0(Members, 1);

	members->members = g_array_new(FALSE, FALSE, sizeof(Member));
	members->facts = g_array_new(FALSE, FALSE, sizeof(SourceFacts));
	g_array_set_clear_func(members->facts, (GDestroyNotify)subject_clear_facts);
	members->first = sources[0];
	members->grid_minutes = n_readers > 0 ? reader_hour(readers[0])->grid_minutes : 0;
	for (guint i = 0; i < n; i++) {
		const SourceFacts *held;
		guint n_held;
		if (recall_find(recall, &sources[i], &held, &n_held))
			take_held(members, held, n_held, sources[i].bits, from, to);
		else if (!read_source(members, list, &sources[i], error))
			return NULL;
	}
	return g_steal_pointer(&members);
}

void
members_free(Members *members)
{
	g_array_unref(members->members);
	g_array_unref(members->facts);
	g_free(members);
}

gboolean
members_subject(const Members *members, guint i, Subject *subject)
{
	const Member *member = &g_array_index(members->members, Member, i);

	if (member->n == 0)
		return FALSE;
	*subject = subject_of(&g_array_index(members->facts, SourceFacts, member->first),
		member->n, member->bits, members->grid_minutes);
	return TRUE;
}

void
members_all(const Members *members, Subject *subject)
{
	if (members->facts->len > 0)
		*subject = subject_of((const SourceFacts *)(gpointer)members->facts->data,
			members->facts->len, members->first.bits, members->grid_minutes);
	else
		*subject = (Subject){.grid_minutes = members->grid_minutes,
			.bits = members->first.bits,
			.span = subject_always};
	subject->source = members->first.source;
}
