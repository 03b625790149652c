#include "config.h"

#include "tally/hours.h"

#include "tally/fuse.h"

enum { FEEDS_MAX = 64 }; /* joined at once; more runs are joined to fewer first */

struct Hours {
	guint grid_minutes;
	char *sensor, *home; /* owned */
	guint64 settings;
	GHashTable *by_hour; /* gint64 * -> HourWork * */
	GPtrArray *sorted;   /* of HourWork *, borrowed */
};

static void
work_free(gpointer data)
{
	HourWork *work = data;

	hour_facts_free(work->facts);
	g_ptr_array_unref(work->runs);
	g_ptr_array_unref(work->tables);
	g_free(work);
}

Hours *
hours_new(guint grid_minutes, const char *sensor, const char *home, guint64 settings)
{
	Hours *hours = g_new0(Hours, 1);

	hours->grid_minutes = grid_minutes;
	hours->sensor = g_strdup(sensor);
	hours->home = g_strdup(home);
	hours->settings = settings;
	hours->by_hour = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, work_free);
	hours->sorted = g_ptr_array_new();
	return hours;
}

void
hours_free(Hours *hours)
{
	if (!hours)
		return;
	g_ptr_array_unref(hours->sorted);
	g_hash_table_unref(hours->by_hour);
	g_free(hours->sensor);
	g_free(hours->home);
	g_free(hours);
}

static void
drop_run(gpointer run)
{
	runs_drop(run);
}

static void
drop_table(gpointer table)
{
	table_free(table);
}

HourWork *
hours_get(Hours *hours, gint64 hour)
{
	HourWork *work = g_hash_table_lookup(hours->by_hour, &hour);

	if (!work) {
		work = g_new0(HourWork, 1);
		work->facts = hour_facts_new(
			hour, hours->grid_minutes, hours->sensor, hours->home, hours->settings);
		work->runs = g_ptr_array_new_with_free_func(drop_run);
		work->tables = g_ptr_array_new_with_free_func(drop_table);
		g_hash_table_insert(hours->by_hour, &work->facts->hour, work);
	}
	return work;
}

static int
compare_works(gconstpointer a, gconstpointer b)
{
	gint64 hour_a = (*(HourWork *const *)a)->facts->hour,
	       hour_b = (*(HourWork *const *)b)->facts->hour;

	return hour_a < hour_b ? -1 : hour_a > hour_b;
}

GPtrArray *
hours_sorted(Hours *hours)
{
	if (hours->sorted->len != g_hash_table_size(hours->by_hour)) {
		GHashTableIter iter;
		gpointer work;

		g_ptr_array_set_size(hours->sorted, 0);
		g_hash_table_iter_init(&iter, hours->by_hour);
		while (g_hash_table_iter_next(&iter, NULL, &work))
			g_ptr_array_add(hours->sorted, work);
		g_ptr_array_sort(hours->sorted, compare_works);
	}
	return hours->sorted;
}

static void
free_feed(gpointer feed)
{
	feed_free(feed);
}

/* Opens runs [from, from + n) of the list, which has them no more. */
static gboolean
open_runs(GPtrArray *list, guint from, guint n, Runs *runs, GPtrArray *feeds, GError **error)
{
	for (guint i = from; i < from + n; i++) {
		Feed *feed = runs_open(runs, g_steal_pointer(&list->pdata[i]), error);
		if (!feed)
			return FALSE;
		g_ptr_array_add(feeds, feed);
	}
	return TRUE;
}

/* Joins n neighbours to one. */
static SortedRun *
join_runs(HourWork *work, guint from, guint n, Runs *runs, GError **error)
{
	g_autoptr(GPtrArray) feeds = g_ptr_array_new_with_free_func(free_feed);

	if (!open_runs(work->runs, from, n, runs, feeds, error))
		return NULL;
	return runs_write(runs, (Feed **)feeds->pdata, feeds->len, work->facts->hour, error);
}

/* Joins neighbours, again and again all of them, so that each row is copied a few times only
 * however many runs there are. The order of a shard's runs is kept. */
static gboolean
thin_runs(HourWork *work, Runs *runs, GError **error)
{
	while (work->runs->len > FEEDS_MAX) {
		guint n_runs = work->runs->len;
		g_autoptr(GPtrArray) joined = g_ptr_array_new_with_free_func(drop_run);
		for (guint from = 0; from < n_runs; from += FEEDS_MAX) {
			SortedRun *run = join_runs(
				work, from, MIN(FEEDS_MAX, n_runs - from), runs, error);
			if (!run)
				return FALSE;
			g_ptr_array_add(joined, run);
		}
		g_ptr_array_unref(work->runs);
		work->runs = g_steal_pointer(&joined);
	}
	return TRUE;
}

static gpointer
sort_table(gpointer table)
{
	return table_feed(table);
}

/* The tables' feeds, sorted side by side. */
static void
add_tables(GPtrArray *tables, guint threads, GPtrArray *feeds)
{
	for (guint done = 0; done < tables->len; done += threads) {
		guint n = MIN(threads, tables->len - done);
		g_autofree GThread **sorters = g_new(GThread *, n);

		for (guint i = 1; i < n; i++)
			sorters[i] = g_thread_new("sort", sort_table, tables->pdata[done + i]);
		g_ptr_array_add(feeds, table_feed(tables->pdata[done]));
		for (guint i = 1; i < n; i++)
			g_ptr_array_add(feeds, g_thread_join(sorters[i]));
	}
}

gboolean
hours_write(
	HourWork *work, Runs *runs, Writer *writer, guint threads, double *sort, GError **error)
{
	g_autoptr(GPtrArray) feeds = g_ptr_array_new_with_free_func(free_feed);

	work->written = TRUE;
	if (!thin_runs(work, runs, error) ||
		!open_runs(work->runs, 0, work->runs->len, runs, feeds, error))
		return FALSE;
	gint64 start = g_get_monotonic_time();
	add_tables(work->tables, MAX(threads, 1), feeds);
	*sort += (double)(g_get_monotonic_time() - start) / G_USEC_PER_SEC;
	writer_set_threads(writer, threads);
	gboolean done = fuse_hour((Feed **)feeds->pdata, feeds->len, writer, work->facts->spoke,
				error) &&
			writer_finish(writer, work->facts, error);
	g_ptr_array_set_size(feeds, 0);
	g_ptr_array_set_size(work->tables, 0);
	return done;
}
