#include "config.h"

#include "tally/search.h"

#include <string.h>

enum {
	PORT_WORDS = 65536 / 64,
	ALL_KINDS = (1 << SEARCH_KINDS) - 1,
	ANSWERS = ANSWER_SYNACK | ANSWER_RST | ANSWER_UDP | ANSWER_ECHOREPLY | ANSWER_UNREACH,
};

/* The source at hand's contacts of one kind that fit. */
typedef struct {
	SearchHit hit;
	gboolean partial; /* it has others, which do not */
	guint64 *ports;   /* owned; bits */
	guint low, high;  /* words of them that are not 0 lie within; low > high: none */
	guint32 pair;     /* number of the last pair that was counted, from 1; 0: none */
	guint32 answered; /* likewise, of one that answered */
} KindSum;

/* A target of the source at hand, and the kinds of its contacts that fit. */
typedef struct {
	Address target;
	guint32 kinds;
} Touched;

struct Search {
	const SearchPlan *plan; /* borrowed */
	ReaderWanted wanted;    /* holds something where skips */
	gboolean skips;
	KindSum sums[SEARCH_KINDS];
	guint32 kinds;   /* set of 1 << KIND_* whose sums hold something */
	guint32 pair;    /* pairs of the source at hand so far */
	GArray *touched; /* owned; of Touched */
	GArray *targets; /* owned; of Address */
};

void
search_plan_clear(SearchPlan *plan)
{
	g_clear_pointer(&plan->sources, home_free);
	g_clear_pointer(&plan->targets, home_free);
	g_clear_pointer(&plan->ports, g_free);
}

static guint32
wanted_kinds(const SearchPlan *plan)
{
	return plan->kinds ? plan->kinds : ALL_KINDS;
}

/* ReaderWanted. */
static gboolean
any_trait(const Trait *traits, guint32 n, gconstpointer data)
{
	const SearchPlan *plan = data;
	guint32 kinds = wanted_kinds(plan);

	for (guint32 i = 0; i < n; i++)
		if ((kinds >> traits[i].kind & 1) &&
			search_trait_match(&plan->traits, &traits[i]) != SEARCH_NO)
			return TRUE;
	return FALSE;
}

static gboolean
fits(const SearchPlan *plan, const Contact *contact, guint32 kinds)
{
	return (kinds >> contact->kind & 1) && (!plan->ports || plan->ports[contact->port]);
}

/* ReaderWanted. */
static gboolean
any_contact(const Contact *contacts, guint32 n, gconstpointer data)
{
	const SearchPlan *plan = data;
	guint32 kinds = wanted_kinds(plan);

	for (guint32 i = 0; i < n; i++)
		if (fits(plan, &contacts[i], kinds))
			return TRUE;
	return FALSE;
}

/* ReaderWanted. */
static gboolean
any_target(const guint32 *targets_v4, const Address *targets_v6, guint32 n, gconstpointer data)
{
	const Home *targets = ((const SearchPlan *)data)->targets;
	const guint8 *table = home_table_v4(targets);

	for (guint32 i = 0; i < n; i++)
		if ((targets_v4 ? home_place_v4(targets, table, targets_v4[i])
				: home_place(targets, &targets_v6[i])) == PLACE_INTERNAL)
			return TRUE;
	return FALSE;
}

/* By what blocks are passed over: what likely leaves the fewest. FALSE: nothing tells. */
static gboolean
choose_wanted(const SearchPlan *plan, ReaderWanted *wanted)
{
	*wanted = (ReaderWanted){.data = plan};
	if (plan->traits.fields) {
		wanted->any_trait = any_trait;
		wanted->fields = search_trait_wanted(&plan->traits);
	} else if (plan->targets) {
		wanted->any_target = any_target;
	} else if (plan->ports || plan->kinds) {
		wanted->any_contact = any_contact;
	} else {
		return FALSE;
	}
	return TRUE;
}

Search *
search_new(const SearchPlan *plan)
{
	Search *search = g_new0(Search, 1);

	search->plan = plan;
	search->skips = choose_wanted(plan, &search->wanted);
	search->touched = g_array_new(FALSE, FALSE, sizeof(Touched));
	search->targets = g_array_new(FALSE, FALSE, sizeof(Address));
	for (guint kind = 0; kind < SEARCH_KINDS; kind++) {
		search->sums[kind].ports = g_new0(guint64, PORT_WORDS);
		search->sums[kind].low = PORT_WORDS;
	}
	return search;
}

void
search_free(Search *search)
{
	if (!search)
		return;
	for (guint kind = 0; kind < SEARCH_KINDS; kind++)
		g_free(search->sums[kind].ports);
	g_array_unref(search->touched);
	g_array_unref(search->targets);
	g_free(search);
}

/* A new source: nothing is known of it. */
static void
forget(Search *search)
{
	for (; search->kinds; search->kinds &= search->kinds - 1) {
		KindSum *sum = &search->sums[__builtin_ctz(search->kinds)];
		if (sum->low <= sum->high)
			memset(sum->ports + sum->low, 0,
				(sum->high - sum->low + 1) * sizeof *sum->ports);
		sum->hit = (SearchHit){0};
		sum->partial = FALSE;
		sum->low = PORT_WORDS;
		sum->high = sum->pair = sum->answered = 0;
	}
	search->pair = 0;
	g_array_set_size(search->touched, 0);
}

static void
add_port(KindSum *sum, guint16 port)
{
	guint word = port / 64;
	guint64 bit = G_GUINT64_CONSTANT(1) << port % 64;

	sum->low = MIN(sum->low, word);
	sum->high = MAX(sum->high, word);
	sum->hit.n_ports += !(sum->ports[word] & bit);
	sum->ports[word] |= bit;
}

static void
add_contact(Search *search, KindSum *sum, const Contact *contact)
{
	SearchHit *hit = &sum->hit;

	if (hit->n_targets == 0) {
		hit->first = FACTS_NEVER;
		hit->port = G_MAXUINT16;
	}
	hit->n_targets += sum->pair != search->pair;
	sum->pair = search->pair;
	if (contact->answered & ANSWERS) {
		hit->n_answered += sum->answered != search->pair;
		sum->answered = search->pair;
	}
	hit->packets += contact->packets;
	hit->bytes += contact->bytes;
	hit->first = MIN(hit->first, contact->first);
	hit->last = MAX(hit->last, contact->last);
	hit->port = MIN(hit->port, contact->port);
	add_port(sum, contact->port);
}

static gboolean
is_wanted_target(const Home *targets, const Address *target)
{
	return !targets || home_place(targets, target) == PLACE_INTERNAL;
}

/* A pair's contacts: those of the kinds. */
static void
add_pair(Search *search, const Address *target, const Contact *contacts, guint32 n,
	guint32 kinds)
{
	gboolean wanted = is_wanted_target(search->plan->targets, target);
	const guint8 *ports = search->plan->ports;
	Touched touched = {*target, 0};

	search->pair++;
	for (guint32 i = 0; i < n; i++) {
		const Contact *contact = &contacts[i];
		guint32 bit = 1u << contact->kind;
		KindSum *sum;
		if (!(kinds & bit))
			continue;
		sum = &search->sums[contact->kind];
		search->kinds |= bit;
		if (!wanted || (ports && !ports[contact->port])) {
			sum->partial = TRUE;
			continue;
		}
		add_contact(search, sum, contact);
		touched.kinds |= bit;
	}
	if (touched.kinds)
		g_array_append_val(search->touched, touched);
}

static void
add_stretch(Search *search, const Stretch *stretch, guint32 kinds)
{
	guint32 from = 0;

	for (guint32 i = 0; i < stretch->n; i++) {
		Address target = stretch->family == 4 ? address_from_v4(stretch->targets_v4[i])
						      : stretch->targets_v6[i];
		add_pair(search, &target, stretch->contacts + from,
			stretch->contacts_end[i] - from, kinds);
		from = stretch->contacts_end[i];
	}
}

static const Trait *
find_trait(const Stretch *stretch, guint kind)
{
	for (guint32 i = 0; i < stretch->n_traits; i++)
		if (stretch->traits[i].kind == kind)
			return &stretch->traits[i];
	return NULL;
}

/* The kinds of a source whose traits match; stretch is its last. */
static guint32
matching_kinds(const SearchPlan *plan, const Stretch *stretch)
{
	guint32 kinds = 0;

	if (plan->traits.fields == 0)
		return ALL_KINDS;
	for (guint32 i = 0; i < stretch->n_traits; i++)
		if (search_trait_match(&plan->traits, &stretch->traits[i]) != SEARCH_NO)
			kinds |= 1u << stretch->traits[i].kind;
	return kinds;
}

static gboolean
give_hit(Search *search, guint kind, const Stretch *last, SearchTake take, gpointer data)
{
	KindSum *sum = &search->sums[kind];
	const Trait *trait = find_trait(last, kind);
	SearchHit *hit = &sum->hit;

	hit->source = last->source;
	hit->kind = (guint8)kind;
	hit->match = SEARCH_IS;
	hit->has_trait = trait != NULL;
	if (trait) {
		hit->trait = *trait;
		hit->match = (guint8)search_trait_match(&search->plan->traits, trait);
	}
	/* The packet that has it may be one to another target or port. */
	if (sum->partial && hit->match == SEARCH_HAS)
		hit->match = SEARCH_MAY;
	g_array_set_size(search->targets, 0);
	for (guint i = 0; i < search->touched->len; i++) {
		const Touched *touched = &g_array_index(search->touched, Touched, i);
		if (touched->kinds >> kind & 1)
			g_array_append_val(search->targets, touched->target);
	}
	return take(data, hit, (const Address *)search->targets->data);
}

/* The source's hits; last: its last stretch. FALSE: no more are wanted. */
static gboolean
give_source(Search *search, const Stretch *last, guint32 kinds, SearchTake take, gpointer data)
{
	for (kinds &= search->kinds; kinds; kinds &= kinds - 1) {
		guint kind = (guint)__builtin_ctz(kinds);
		if (search->sums[kind].hit.n_targets > 0 &&
			!give_hit(search, kind, last, take, data))
			return FALSE;
	}
	return TRUE;
}

/* All sources from where the reader stands up to *last; NULL: to the end. *ended: set where take
 * or stop ended it. */
static gboolean
search_range(Search *search, Reader *reader, const Address *last, SearchTake take,
	gpointer data, const gint *stop, gboolean *ended, GError **error)
{
	const SearchPlan *plan = search->plan;
	guint32 wanted = wanted_kinds(plan);
	g_autoptr(GError) failure = NULL;
	gboolean begun = FALSE; /* the source's earlier stretches are in the sums */
	Stretch stretch;

	search->wanted.last = last;
	forget(search);
	for (;;) {
		if (search->skips && !reader_skip(reader, &search->wanted, error))
			return FALSE;
		if (!reader_next(reader, &stretch, &failure))
			break;
		if (last && address_compare(&stretch.source, last) > 0)
			return TRUE;
		if (g_atomic_int_get(stop) != 0) {
			*ended = TRUE;
			return TRUE;
		}
		guint32 kinds = stretch.more ? wanted : wanted & matching_kinds(plan, &stretch);
		if (kinds || begun)
			add_stretch(search, &stretch, kinds);
		begun = stretch.more;
		if (begun)
			continue;
		if (!give_source(search, &stretch, kinds, take, data)) {
			*ended = TRUE;
			return TRUE;
		}
		forget(search);
	}
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean
search_tally(Search *search, Reader *reader, SearchTake take, gpointer data, const gint *stop,
	GError **error)
{
	g_autoptr(GError) failure = NULL;
	gboolean ended = FALSE, sound = TRUE;
	Address first, last;

	if (!search->plan->sources)
		return search_range(search, reader, NULL, take, data, stop, &ended, error);
	for (guint i = 0;
		sound && !ended && home_range(search->plan->sources, i, &first, &last); i++)
		sound = reader_seek(reader, &first, &failure) &&
			search_range(search, reader, &last, take, data, stop, &ended, &failure);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return sound;
}
