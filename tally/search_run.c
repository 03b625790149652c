#include "config.h"

#include "tally/search_run.h"

/*
 * Threads take the files in their order, and search them side by side. Each keeps its hits in a
 * batch until all files before its own have ended: it is its turn. When the batch is full it
 * waits for that. The first file that has not ended is always in some thread's hands and has its
 * turn, so nobody waits for ever.
 */
enum { BATCH_HITS = 4096, BATCH_TARGETS = 1 << 16 };

typedef struct {
	const SearchPlan *plan;
	const GPtrArray *files;
	const SearchListener *listener;
	gint *stop;
	gint next; /* atomic: the first file that nobody has taken */

	GMutex mutex;
	GCond turned;
	guint turn; /* guarded: the file whose hits are told */
} Run;

/* What a thread has found in the file at hand, and not told. */
typedef struct {
	Run *run;
	guint number;    /* of the file */
	GArray *hits;    /* owned; of SearchHit */
	GArray *targets; /* owned; of Address: the hits' one after the other */
} Batch;

static gboolean
is_stopped(const Run *run)
{
	return g_atomic_int_get(run->stop) != 0;
}

/* FALSE: it was stopped, and the turn may never come. */
static gboolean
wait_for_turn(Run *run, guint number)
{
	g_mutex_lock(&run->mutex);
	while (run->turn != number && !is_stopped(run))
		g_cond_wait(&run->turned, &run->mutex);
	gboolean come = run->turn == number;
	g_mutex_unlock(&run->mutex);
	return come;
}

static void
end_turn(Run *run)
{
	g_mutex_lock(&run->mutex);
	run->turn++;
	g_cond_broadcast(&run->turned);
	g_mutex_unlock(&run->mutex);
}

/* Ends the search: whoever waits for a turn waits no longer. */
static void
stop(Run *run)
{
	g_mutex_lock(&run->mutex);
	g_atomic_int_set(run->stop, 1);
	g_cond_broadcast(&run->turned);
	g_mutex_unlock(&run->mutex);
}

/* Tells the batch's hits, when it is its file's turn. FALSE: that will not come, or no more are
 * wanted. */
static gboolean
tell(Batch *batch)
{
	const SearchListener *listener = batch->run->listener;
	const Address *targets = (const Address *)batch->targets->data;
	const SearchFile *file = batch->run->files->pdata[batch->number];
	gboolean wanted = wait_for_turn(batch->run, batch->number);

	for (guint i = 0; wanted && i < batch->hits->len; i++) {
		const SearchHit *hit = &g_array_index(batch->hits, SearchHit, i);
		wanted = listener->hit(listener->data, file, hit, targets);
		targets += hit->n_targets;
	}
	g_array_set_size(batch->hits, 0);
	g_array_set_size(batch->targets, 0);
	return wanted;
}

/* SearchTake. */
static gboolean
take(gpointer data, const SearchHit *hit, const Address *targets)
{
	Batch *batch = data;

	g_array_append_vals(batch->hits, hit, 1);
	g_array_append_vals(batch->targets, targets, hit->n_targets);
	return (batch->hits->len < BATCH_HITS && batch->targets->len < BATCH_TARGETS) ||
	       tell(batch);
}

/* FALSE: no more files are wanted. */
static gboolean
search_file(Search *search, Batch *batch)
{
	Run *run = batch->run;
	const SearchFile *file = run->files->pdata[batch->number];
	g_autoptr(GError) failure = NULL;
	g_autoptr(Reader) reader = search_files_open(file, SEARCH_PARTS, &failure);

	if (reader)
		search_tally(search, reader, take, batch, run->stop, &failure);
	if (!tell(batch))
		return FALSE;
	/* It may not have been searched to its end. */
	if (is_stopped(run))
		return FALSE;
	return run->listener->end(run->listener->data, file, reader, failure);
}

static gpointer
work(gpointer data)
{
	Run *run = data;
	g_autoptr(Search) search = search_new(run->plan);
	Batch batch = {.run = run,
		.hits = g_array_new(FALSE, FALSE, sizeof(SearchHit)),
		.targets = g_array_new(FALSE, FALSE, sizeof(Address))};

	while (!is_stopped(run)) {
		batch.number = (guint)g_atomic_int_add(&run->next, 1);
		if (batch.number >= run->files->len)
			break;
		if (!search_file(search, &batch))
			stop(run);
		else
			end_turn(run);
	}
	g_array_unref(batch.hits);
	g_array_unref(batch.targets);
	return NULL;
}

void
search_run(const SearchPlan *plan, const GPtrArray *files, guint threads,
	const SearchListener *listener, gint *stop)
{
	Run run = {.plan = plan, .files = files, .listener = listener, .stop = stop};
	g_autoptr(GPtrArray) others = g_ptr_array_new();

	g_mutex_init(&run.mutex);
	g_cond_init(&run.turned);
	for (guint i = 1; i < MIN(threads, files->len); i++) {
		GThread *thread = g_thread_try_new("search", work, &run, NULL);
		/* With fewer of them it only takes longer. */
		if (thread)
			g_ptr_array_add(others, thread);
	}
	work(&run);
	for (guint i = 0; i < others->len; i++)
		g_thread_join(others->pdata[i]);
	g_cond_clear(&run.turned);
	g_mutex_clear(&run.mutex);
}
