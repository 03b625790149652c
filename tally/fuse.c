#include "config.h"

#include "tally/fuse.h"

#include "common/hash.h"
#include "tally/settle.h"
#include "tally/slots.h"

#include <string.h>

/* The feeds that hold the source at hand, and what is put together of them. */
typedef struct {
	Feed **feeds;
	guint n;
	gboolean *alive;  /* has a source at hand */
	gboolean *here;   /* ... and it is the least */
	gboolean *paired; /* ... and has a pair at hand */
	Contact *rows;    /* of the pair at hand */
	gsize rows_room;
	GArray *traits; /* of Trait */
	Writer *writer;
	GArray *spoke;     /* borrowed; of Address, each once; NULL when runs are joined */
	Slots spoke_slots; /* finds them */
	HashKey key;
	Address last_spoke[64]; /* lately put there: pairs of few targets come in turns */
	gboolean settle;
	guint32 again; /* set of kinds: a contact of the source at hand had a number sent again */
	GError **error;
	gboolean failed;
} Fuse;

/* Where whoever sends forged packets cannot foresee it. */
static guint64
hash_address(const Fuse *fuse, const Address *address)
{
	return hash_pair(&fuse->key, address->high ^ address->family, address->low);
}

/* Makes room for one more in the index. */
static void
grow_spoke_slots(Fuse *fuse)
{
	const GArray *spoke = fuse->spoke;

	if (spoke->len < fuse->spoke_slots.limit)
		return;
	slots_reset(&fuse->spoke_slots, 2 * spoke->len + 1);
	for (guint32 i = 0; i < spoke->len; i++)
		slots_put_new(&fuse->spoke_slots,
			hash_address(fuse, &g_array_index(spoke, Address, i)), i);
}

static void
note_spoke(Fuse *fuse, const Address *address)
{
	guint64 hash = hash_address(fuse, address);
	Address *lately = fuse->last_spoke + hash % G_N_ELEMENTS(fuse->last_spoke);

	if (address_compare(lately, address) == 0)
		return;
	*lately = *address;
	grow_spoke_slots(fuse);
	Probe probe = slots_probe(&fuse->spoke_slots, hash);
	for (guint32 i; (i = slots_next(&fuse->spoke_slots, &probe)) != SLOTS_NONE;
		slots_skip(&fuse->spoke_slots, &probe))
		if (address_compare(&g_array_index(fuse->spoke, Address, i), address) == 0)
			return;
	slots_put(&fuse->spoke_slots, &probe, fuse->spoke->len);
	g_array_append_vals(fuse->spoke, address, 1);
}

static gboolean
advance_source(Fuse *fuse, guint i)
{
	GError *error = NULL;

	fuse->alive[i] = fuse->feeds[i]->methods->next_source(fuse->feeds[i], &error);
	if (error) {
		g_propagate_error(fuse->error, error);
		fuse->failed = TRUE;
	}
	return !fuse->failed;
}

static gboolean
advance_pair(Fuse *fuse, guint i)
{
	GError *error = NULL;

	fuse->paired[i] = fuse->feeds[i]->methods->next_pair(fuse->feeds[i], &error);
	if (error) {
		g_propagate_error(fuse->error, error);
		fuse->failed = TRUE;
	}
	return !fuse->failed;
}

static void
append_rows(Fuse *fuse, guint32 have, const Pair *pair)
{
	if ((gsize)have + pair->n_contacts > fuse->rows_room) {
		fuse->rows_room = MAX(2 * fuse->rows_room, (gsize)have + pair->n_contacts);
		fuse->rows = g_renew(Contact, fuse->rows, fuse->rows_room);
	}
	if (pair->n_contacts)
		memcpy(fuse->rows + have, pair->contacts, pair->n_contacts * sizeof(Contact));
}

static void
put_pair(Fuse *fuse, const Address *source, Pair *pair, guint32 n_rows)
{
	/* In the order of the feeds; joined so that the last sequence number is the latest
	 * feed's. */
	n_rows = settle_join(fuse->rows, n_rows);
	if (fuse->settle && (pair->facts & FACT_OUT_ANY))
		note_spoke(fuse, &pair->target);
	if (fuse->settle && feed_is_spoke_mark(source))
		return;
	if (fuse->settle) {
		settle_pair(pair, fuse->rows, n_rows);
		for (guint32 i = 0; i < pair->n_contacts; i++)
			if (pair->contacts[i].answered & ANSWER_AGAIN)
				fuse->again |= 1u << pair->contacts[i].kind;
	} else {
		pair->contacts = fuse->rows;
		pair->n_contacts = n_rows;
	}
	writer_pair(fuse->writer, pair);
}

/* All pairs of a source that only one feed has. */
static gboolean
pass_pairs(Fuse *fuse, guint i, const Address *source)
{
	for (;;) {
		if (!advance_pair(fuse, i))
			return FALSE;
		if (!fuse->paired[i])
			return TRUE;
		Pair pair = fuse->feeds[i]->pair;
		append_rows(fuse, 0, &pair);
		put_pair(fuse, source, &pair, pair.n_contacts);
	}
}

/* All pairs of the source at hand: the least target of the feeds that have one, again and
 * again. */
static gboolean
fuse_pairs(Fuse *fuse, const Address *source)
{
	guint n_here = 0, last = 0;

	for (guint i = 0; i < fuse->n; i++) {
		fuse->paired[i] = FALSE;
		n_here += fuse->here[i];
		last = fuse->here[i] ? i : last;
	}
	if (n_here == 1)
		return pass_pairs(fuse, last, source);
	for (guint i = 0; i < fuse->n; i++)
		if (fuse->here[i] && !advance_pair(fuse, i))
			return FALSE;
	for (;;) {
		const Feed *least = NULL;
		for (guint i = 0; i < fuse->n; i++)
			if (fuse->paired[i] &&
				(!least || address_compare(&fuse->feeds[i]->pair.target,
						   &least->pair.target) < 0))
				least = fuse->feeds[i];
		if (!least)
			return TRUE;
		Pair pair = {.target = least->pair.target,
			.udp_in = FACTS_NEVER,
			.udp_out = FACTS_NEVER};
		guint32 n_rows = 0;
		for (guint i = 0; i < fuse->n; i++) {
			Feed *feed = fuse->feeds[i];
			if (!fuse->paired[i] ||
				address_compare(&feed->pair.target, &pair.target) != 0)
				continue;
			pair.facts |= feed->pair.facts;
			pair.answered |= feed->pair.answered;
			append_rows(fuse, n_rows, &feed->pair);
			n_rows += feed->pair.n_contacts;
			if (!advance_pair(fuse, i))
				return FALSE;
		}
		put_pair(fuse, source, &pair, n_rows);
	}
}

static int
compare_kinds(gconstpointer a, gconstpointer b)
{
	return (int)((const Trait *)a)->kind - (int)((const Trait *)b)->kind;
}

static void
fuse_traits(Fuse *fuse, gboolean hand_on)
{
	g_array_set_size(fuse->traits, 0);
	for (guint i = 0; i < fuse->n; i++) {
		guint n = 0;
		if (!fuse->here[i])
			continue;
		const Trait *traits = fuse->feeds[i]->methods->traits(fuse->feeds[i], &n);
		for (guint j = 0; j < n; j++) {
			Trait *same = NULL;
			for (guint k = 0; k < fuse->traits->len && !same; k++)
				if (g_array_index(fuse->traits, Trait, k).kind ==
					traits[j].kind)
					same = &g_array_index(fuse->traits, Trait, k);
			if (same)
				trait_merge(same, traits + j);
			else
				g_array_append_vals(fuse->traits, traits + j, 1);
		}
	}
	g_array_sort(fuse->traits, compare_kinds);
	for (guint i = 0; i < fuse->traits->len; i++) {
		Trait *trait = &g_array_index(fuse->traits, Trait, i);
		if (fuse->again >> trait->kind & 1)
			trait->seen |= TRAIT_SEQ_AGAIN;
	}
	fuse->again = 0;
	if (hand_on)
		writer_traits(fuse->writer, (const Trait *)(void *)fuse->traits->data,
			fuse->traits->len);
}

static gboolean
fuse_sources(Fuse *fuse)
{
	for (guint i = 0; i < fuse->n; i++)
		if (!advance_source(fuse, i))
			return FALSE;
	for (;;) {
		const Feed *least = NULL;
		for (guint i = 0; i < fuse->n; i++)
			if (fuse->alive[i] &&
				(!least || address_compare(&fuse->feeds[i]->source,
						   &least->source) < 0))
				least = fuse->feeds[i];
		if (!least)
			return TRUE;
		Address source = least->source;
		gboolean hand_on = !fuse->settle || !feed_is_spoke_mark(&source);
		for (guint i = 0; i < fuse->n; i++)
			fuse->here[i] = fuse->alive[i] &&
					address_compare(&fuse->feeds[i]->source, &source) == 0;
		if (hand_on)
			writer_source(fuse->writer, &source);
		if (!fuse_pairs(fuse, &source))
			return FALSE;
		fuse_traits(fuse, hand_on);
		for (guint i = 0; i < fuse->n; i++)
			if (fuse->here[i] && !advance_source(fuse, i))
				return FALSE;
	}
}

static gboolean
fuse(Fuse *work)
{
	g_autofree gboolean *flags = g_new0(gboolean, 3 * (gsize)work->n + 1);

	work->alive = flags;
	work->here = flags + work->n;
	work->paired = flags + 2 * (gsize)work->n;
	work->traits = g_array_new(FALSE, FALSE, sizeof(Trait));
	gboolean done = fuse_sources(work);
	g_array_unref(work->traits);
	g_free(work->rows);
	return done;
}

static int
compare_addresses(gconstpointer a, gconstpointer b)
{
	return address_compare(a, b);
}

gboolean
fuse_hour(Feed **feeds, guint n, Writer *writer, GArray *spoke, GError **error)
{
	Fuse work = {.feeds = feeds,
		.n = n,
		.writer = writer,
		.spoke = spoke,
		.settle = TRUE,
		.error = error};

	hash_key_draw(&work.key);
	gboolean done = fuse(&work);
	slots_clear(&work.spoke_slots);
	g_array_sort(spoke, compare_addresses);
	return done;
}

gboolean
fuse_runs(Feed **feeds, guint n, Writer *writer, GError **error)
{
	Fuse work = {.feeds = feeds, .n = n, .writer = writer, .error = error};

	return fuse(&work);
}
