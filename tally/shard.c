#include "config.h"

#include "tally/shard.h"

#include "common/hour.h"

/* Hours open at a time: packets come roughly in time order, so more would only be a hostile
 * capture's. */
enum { TABLES_MAX = 256, TABLE_LEAST = 48 * 1024 };

/* Of which no table's records outgrow the 31 bits that an index can tell (slots.h). */
static const guint64 budget_most = G_GUINT64_CONSTANT(32) << 30;

typedef struct {
	gint64 hour;
	Table *table; /* owned */
	guint64 used; /* shard's clock at the last packet */
} OpenHour;

struct Shard {
	ShardSettings settings;
	OpenHour open[TABLES_MAX];
	guint n_open;
	guint last;
	guint64 clock;
	guint64 spilled;
	ShardSizes fullest;
};

Shard *
shard_new(const ShardSettings *settings)
{
	Shard *shard = g_new0(Shard, 1);

	shard->settings = *settings;
	shard->settings.budget = MIN(settings->budget, budget_most);
	return shard;
}

void
shard_free(Shard *shard)
{
	if (!shard)
		return;
	for (guint i = 0; i < shard->n_open; i++)
		table_free(shard->open[i].table);
	g_free(shard);
}

static guint64
table_all_octets(const Table *table)
{
	return table_octets(table) + table_trait_octets(table);
}

/* Of all tables now; the pages that even an empty one touches are counted too. */
static guint64
all_octets(const Shard *shard)
{
	guint64 octets = (guint64)shard->n_open * TABLE_LEAST;

	for (guint i = 0; i < shard->n_open; i++)
		octets += table_all_octets(shard->open[i].table);
	return octets;
}

static void
note_fullest(Shard *shard)
{
	ShardSizes now = {0};

	for (guint i = 0; i < shard->n_open; i++) {
		const Table *table = shard->open[i].table;
		now.contacts += table_n_contacts(table);
		now.traits += table_n_traits(table);
		now.table_octets += table_octets(table);
		now.trait_octets += table_trait_octets(table);
	}
	if (now.contacts > shard->fullest.contacts)
		shard->fullest = now;
}

ShardSizes
shard_fullest(Shard *shard)
{
	note_fullest(shard);
	return shard->fullest;
}

guint64
shard_runs(const Shard *shard)
{
	return shard->spilled;
}

/* Turns one open table into a run of its hour. */
static gboolean
spill(Shard *shard, guint i, GError **error)
{
	OpenHour open = shard->open[i];

	note_fullest(shard);
	Feed *feed = table_feed(open.table);
	SortedRun *run = runs_write(shard->settings.runs, &feed, 1, open.hour, error);

	feed_free(feed);
	table_free(open.table);
	shard->open[i] = shard->open[--shard->n_open];
	shard->last = 0;
	if (!run)
		return FALSE;
	shard->spilled++;
	g_mutex_lock(shard->settings.lock);
	g_ptr_array_add(hours_get(shard->settings.hours, open.hour)->runs, run);
	g_mutex_unlock(shard->settings.lock);
	return TRUE;
}

static gboolean
make_room(Shard *shard, GError **error)
{
	guint oldest = 0;

	if (shard->n_open < TABLES_MAX)
		return TRUE;
	for (guint i = 1; i < shard->n_open; i++)
		if (shard->open[i].used < shard->open[oldest].used)
			oldest = i;
	return spill(shard, oldest, error);
}

/* The table of an hour, opened when it is not. */
static Table *
find_table(Shard *shard, gint64 hour, GError **error)
{
	for (guint step = 0; step < shard->n_open; step++) {
		guint i = (shard->last + step) % shard->n_open;
		if (shard->open[i].hour == hour) {
			shard->last = i;
			return shard->open[i].table;
		}
	}
	if (!make_room(shard, error))
		return NULL;
	Table *table = table_new((guint64)hour * SECOND_NS, &shard->settings.key,
		shard->settings.signatures, shard->settings.n_signatures);
	shard->last = shard->n_open;
	shard->open[shard->n_open++] = (OpenHour){.hour = hour, .table = table};
	return table;
}

/* Spills the largest tables until what is left takes half the budget at most: small steps would
 * make many small runs. */
static gboolean
keep_budget(Shard *shard, GError **error)
{
	guint64 limit = shard->settings.budget;

	while (shard->n_open > 0 && all_octets(shard) > limit) {
		guint largest = 0;
		limit = shard->settings.budget / 2;
		for (guint i = 1; i < shard->n_open; i++)
			if (table_all_octets(shard->open[i].table) >
				table_all_octets(shard->open[largest].table))
				largest = i;
		if (!spill(shard, largest, error))
			return FALSE;
	}
	return TRUE;
}

gboolean
shard_add(Shard *shard, gint64 hour, const ObservationList *list, GError **error)
{
	Table *table = find_table(shard, hour, error);

	if (!table)
		return FALSE;
	shard->open[shard->last].used = ++shard->clock;
	table_add(table, list);
	return keep_budget(shard, error);
}

void
shard_finish(Shard *shard)
{
	g_mutex_lock(shard->settings.lock);
	for (guint i = 0; i < shard->n_open; i++)
		g_ptr_array_add(hours_get(shard->settings.hours, shard->open[i].hour)->tables,
			shard->open[i].table);
	g_mutex_unlock(shard->settings.lock);
	shard->n_open = 0;
}
