#include "config.h"

#include "tally/engine.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/digest.h"
#include "tally/intake.h"
#include "tally/live.h"
#include "tally/shard.h"
#include "tally/shortfalls.h"

/*
 * How the work is shared. The captures are a sequence of chunks. A thread with nothing better
 * to do takes the next chunk (one thread at a time), and decodes it; the observations lie
 * sorted by shard (lanes.h). A shard takes chunks strictly in their order, one thread at a
 * time, so a source's packets are seen in the order of the files whatever the number of
 * threads. Chunks wait in a small ring.
 */
enum {
	CHUNK_RECORDS = 4096,
	SHARDS_PER_THREAD = 2,
	/* Of the budget, in eighths, what tables may fill: sorting takes the rest. */
	BUDGET_EIGHTHS = 5,
};

typedef enum { SLOT_EMPTY, SLOT_BUSY, SLOT_DECODED } SlotState;

typedef struct {
	SlotState state;
	CaptureChunk chunk;
	IntakeSource *source; /* counted */
	Lanes lanes;
	guint left; /* shards that have not taken it yet */
} Slot;

struct Engine {
	EngineSettings settings;
	EngineReport report;
	HashKey key;
	Runs *runs;
	Hours *hours;
	Live *live;

	guint n_shards;
	Shard **shards;
	guint n_slots;
	Slot *slots;

	/* Guarded by lock, as are hours and report. */
	GMutex lock;
	GCond changed;
	Intake *intake;   /* NULL before engine_read */
	gboolean walking; /* a thread reads the next chunk */
	gboolean ended;   /* no chunk is left */
	guint64 n_chunks; /* taken so far */
	/* by shard, and last the hijack check: number of the chunk it takes next */
	guint64 *next;
	gboolean *busy; /* likewise */
	GError *error;  /* that stops everything */
	Shortfalls *shortfalls;
};

static double
seconds_since(gint64 start_us)
{
	return (double)(g_get_monotonic_time() - start_us) / 1e6;
}

guint64
engine_digest(const EngineSettings *settings)
{
	return digest_settings(home_text(settings->home), settings->grid_minutes,
		settings->signatures, settings->n_signatures);
}

static void
init_lanes(const Engine *engine, Lanes *lanes)
{
	const EngineSettings *settings = &engine->settings;

	lanes_init(
		lanes, settings->home, &engine->key, settings->grid_minutes, engine->n_shards);
	lanes->one_hour = settings->one_hour;
	lanes->hour = settings->hour;
}

Engine *
engine_new(const EngineSettings *settings)
{
	Engine *engine = g_new0(Engine, 1);
	guint threads = MAX(settings->threads, 1);

	engine->settings = *settings;
	engine->settings.threads = threads;
	engine->shortfalls = shortfalls_new();
	engine->report.shortfalls = shortfalls_lines(engine->shortfalls);
	hash_key_draw(&engine->key);
	engine->runs = runs_new(settings->folder);
	engine->hours = hours_new(settings->grid_minutes, settings->sensor,
		home_text(settings->home), engine_digest(settings));
	engine->live = live_new();
	g_mutex_init(&engine->lock);
	g_cond_init(&engine->changed);

	engine->n_shards = threads == 1 ? 1 : threads * SHARDS_PER_THREAD;
	engine->shards = g_new0(Shard *, engine->n_shards);
	engine->next = g_new0(guint64, engine->n_shards + 1);
	engine->busy = g_new0(gboolean, engine->n_shards + 1);
	const ShardSettings shard_settings = {
		.key = engine->key,
		.signatures = settings->signatures,
		.n_signatures = settings->n_signatures,
		.budget = settings->budget / 8 * BUDGET_EIGHTHS / engine->n_shards,
		.runs = engine->runs,
		.hours = engine->hours,
		.lock = &engine->lock,
	};
	for (guint i = 0; i < engine->n_shards; i++)
		engine->shards[i] = shard_new(&shard_settings);
	engine->n_slots = threads == 1 ? 1 : 2 * threads;
	engine->slots = g_new0(Slot, engine->n_slots);
	for (guint i = 0; i < engine->n_slots; i++)
		init_lanes(engine, &engine->slots[i].lanes);
	return engine;
}

void
engine_free(Engine *engine)
{
	if (!engine)
		return;
	for (guint i = 0; i < engine->n_slots; i++) {
		lanes_clear(&engine->slots[i].lanes);
		capture_chunk_clear(&engine->slots[i].chunk);
	}
	for (guint i = 0; i < engine->n_shards; i++)
		shard_free(engine->shards[i]);
	g_free(engine->slots);
	g_free(engine->shards);
	g_free(engine->next);
	g_free(engine->busy);
	intake_free(engine->intake);
	live_free(engine->live);
	hours_free(engine->hours);
	runs_free(engine->runs);
	shortfalls_free(engine->shortfalls);
	g_clear_error(&engine->error);
	g_mutex_clear(&engine->lock);
	g_cond_clear(&engine->changed);
	g_free(engine);
}

/* Everything from here to work() is called with the lock held, unless it says otherwise. */

/* Asked to stop: that is an error. */
static gboolean
is_stopped(Engine *engine)
{
	const gint *stop = engine->settings.stop;

	if (!stop || g_atomic_int_get(stop) == 0)
		return FALSE;
	if (!engine->error)
		engine->error = g_error_new(FAILURE, FAILURE_FAILED, "stopped");
	return TRUE;
}

/* Reads the next chunk into the slot: unlocks while it does. FALSE: nothing is left. */
static gboolean
walk(Engine *engine, Slot *slot)
{
	IntakeSource *source;

	while (!is_stopped(engine) && (source = intake_source(engine->intake))) {
		Capture *capture = intake_capture(source);
		GError *error = NULL;
		guint64 position, size;
		gint64 start = g_get_monotonic_time();

		g_mutex_unlock(&engine->lock);
		gboolean got = capture_next(capture, CHUNK_RECORDS, &slot->chunk, &error);
		g_mutex_lock(&engine->lock);
		engine->report.read += seconds_since(start);
		if (got) {
			intake_take(engine->intake, source, &slot->chunk);
			slot->source = source;
			position = capture_position(capture, &size);
			if (engine->settings.progress)
				engine->settings.progress(engine->settings.progress_data,
					engine->report.packets, position, size);
			return TRUE;
		}
		intake_close(engine->intake, error);
	}
	return FALSE;
}

static void
add_totals(CaptureTotals *to, const CaptureTotals *from)
{
	for (guint i = 0; i < OUTCOME_COUNT; i++) {
		to->packets[i] += from->packets[i];
		to->bytes[i] += from->bytes[i];
	}
}

static void
note_lanes(Engine *engine, const Slot *slot)
{
	guint number = intake_number(slot->source);
	IntakeFile *file = intake_file(engine->intake, number);

	engine->report.packets += slot->lanes.packets;
	file->packets += slot->lanes.packets;
	for (guint i = 0; i < slot->lanes.n_lanes; i++) {
		const Lane *lane = &g_array_index(slot->lanes.lanes, Lane, i);
		if (engine->settings.one_hour && lane->hour != engine->settings.hour) {
			intake_stray(file, lane->hour);
			continue;
		}
		HourFacts *facts = hours_get(engine->hours, lane->hour)->facts;

		add_totals(&facts->totals, &lane->totals);
		facts->first = MIN(facts->first, lane->first);
		facts->last = MAX(facts->last, lane->last);
		shortfalls_touch(engine->shortfalls, number, lane->hour);
	}
}

static void
note_hijack(gpointer data, const Hijack *hijack)
{
	Engine *engine = data;
	gint64 hour = hour_start(hijack->time, engine->settings.grid_minutes);

	g_mutex_lock(&engine->lock);
	HourFacts *facts = hours_get(engine->hours, hour)->facts;
	if (facts->hijacks->len < FACTS_HIJACKS_MAX) {
		Hijack noted = *hijack;
		noted.time -= (guint64)hour * SECOND_NS;
		g_array_append_val(facts->hijacks, noted);
	}
	g_mutex_unlock(&engine->lock);
}

/* Without the lock. What the check had no room for is told once, in the hour with which the
 * chunk begins. */
static void
check_hijacks(Engine *engine, const Lanes *lanes)
{
	guint64 before = live_evicted(engine->live);

	live_add(engine->live, lanes, note_hijack, engine);
	guint64 evicted = live_evicted(engine->live) - before;
	if (evicted == 0)
		return;
	gint64 hour = engine->settings.one_hour ? engine->settings.hour
						: g_array_index(lanes->lanes, Lane, 0).hour;
	g_mutex_lock(&engine->lock);
	hours_get(engine->hours, hour)->facts->live_evicted += evicted;
	g_mutex_unlock(&engine->lock);
}

/* Without the lock: shard i (the last is the hijack check) takes a chunk. */
static gboolean
take_chunk(Engine *engine, guint i, const Slot *slot, GError **error)
{
	const Lanes *lanes = &slot->lanes;

	if (i == engine->n_shards) {
		check_hijacks(engine, lanes);
		return TRUE;
	}
	for (guint l = 0; l < lanes->n_lanes; l++) {
		const Lane *lane = &g_array_index(lanes->lanes, Lane, l);
		if (lane->lists[i].list.n > 0 &&
			!shard_add(engine->shards[i], lane->hour, &lane->lists[i].list, error))
			return FALSE;
	}
	return TRUE;
}

/* A shard whose next chunk is there, -1 when none is. */
static int
find_ready(const Engine *engine)
{
	for (guint i = 0; i <= engine->n_shards; i++)
		if (!engine->busy[i] && engine->next[i] < engine->n_chunks &&
			engine->slots[engine->next[i] % engine->n_slots].state == SLOT_DECODED)
			return (int)i;
	return -1;
}

static void
do_shard(Engine *engine, guint i)
{
	Slot *slot = engine->slots + engine->next[i] % engine->n_slots;
	GError *error = NULL;
	gint64 start = g_get_monotonic_time();

	engine->busy[i] = TRUE;
	g_mutex_unlock(&engine->lock);
	gboolean done = take_chunk(engine, i, slot, &error);
	g_mutex_lock(&engine->lock);
	engine->report.table += seconds_since(start);
	engine->busy[i] = FALSE;
	engine->next[i]++;
	if (!done && !engine->error)
		engine->error = error;
	else
		g_clear_error(&error);
	if (--slot->left == 0) {
		slot->state = SLOT_EMPTY;
		intake_drop(slot->source);
		slot->source = NULL;
	}
	g_cond_broadcast(&engine->changed);
}

static void
do_chunk(Engine *engine)
{
	Slot *slot = engine->slots + engine->n_chunks % engine->n_slots;

	engine->walking = TRUE;
	slot->state = SLOT_BUSY;
	gboolean got = walk(engine, slot);
	engine->walking = FALSE;
	if (!got) {
		slot->state = SLOT_EMPTY;
		engine->ended = TRUE;
		g_cond_broadcast(&engine->changed);
		return;
	}
	engine->n_chunks++;
	g_cond_broadcast(&engine->changed);
	g_mutex_unlock(&engine->lock);
	gint64 start = g_get_monotonic_time();
	lanes_decode(&slot->lanes, &slot->chunk);
	double spent = seconds_since(start);
	g_mutex_lock(&engine->lock);
	engine->report.decode += spent;
	note_lanes(engine, slot);
	slot->left = engine->n_shards + 1;
	slot->state = SLOT_DECODED;
	g_cond_broadcast(&engine->changed);
}

static gboolean
all_taken(const Engine *engine)
{
	for (guint i = 0; i <= engine->n_shards; i++)
		if (engine->next[i] < engine->n_chunks)
			return FALSE;
	return TRUE;
}

/* What every thread does until nothing is left. */
static gpointer
work(gpointer data)
{
	Engine *engine = data;

	g_mutex_lock(&engine->lock);
	while (!engine->error && !(engine->ended && all_taken(engine))) {
		int ready = find_ready(engine);
		if (ready >= 0)
			do_shard(engine, (guint)ready);
		else if (!engine->ended && !engine->walking &&
			 engine->slots[engine->n_chunks % engine->n_slots].state == SLOT_EMPTY)
			do_chunk(engine);
		else
			g_cond_wait(&engine->changed, &engine->lock);
	}
	g_cond_broadcast(&engine->changed);
	g_mutex_unlock(&engine->lock);
	return NULL;
}

static void
note_sizes(Engine *engine)
{
	EngineReport *report = &engine->report;

	for (guint i = 0; i < engine->n_shards; i++) {
		ShardSizes sizes = shard_fullest(engine->shards[i]);
		report->contacts += sizes.contacts;
		report->traits += sizes.traits;
		report->table_octets += sizes.table_octets;
		report->trait_octets += sizes.trait_octets;
		report->runs += shard_runs(engine->shards[i]);
	}
}

gboolean
engine_read(Engine *engine, const char *const *files, guint n_files, GError **error)
{
	guint n_threads = engine->settings.threads;
	g_autofree GThread **threads = g_new0(GThread *, n_threads);

	engine->intake = intake_new(files, n_files, engine->shortfalls);
	for (guint i = 1; i < n_threads; i++)
		threads[i] = g_thread_new("tally", work, engine);
	work(engine);
	for (guint i = 1; i < n_threads; i++)
		g_thread_join(threads[i]);

	for (guint i = 0; i < engine->n_slots; i++)
		if (engine->slots[i].source)
			intake_drop(g_steal_pointer(&engine->slots[i].source));
	engine->report.files_read = intake_n_read(engine->intake);
	if (engine->error) {
		g_propagate_error(error, g_steal_pointer(&engine->error));
		return FALSE;
	}
	if (engine->report.files_read == 0) {
		const GError *refusal = intake_refusal(engine->intake);
		g_propagate_error(error,
			refusal ? g_error_copy(refusal)
				: g_error_new(FAILURE, FAILURE_FAILED, "no file to read"));
		return FALSE;
	}
	note_sizes(engine);
	for (guint i = 0; i < engine->n_shards; i++)
		shard_finish(engine->shards[i]);
	if (engine->settings.one_hour) {
		hours_get(engine->hours, engine->settings.hour);
		for (guint i = 0; i < n_files; i++)
			shortfalls_touch(engine->shortfalls, i, engine->settings.hour);
	}
	shortfalls_tell(engine->shortfalls, engine->hours);
	return TRUE;
}

const EngineReport *
engine_report(const Engine *engine)
{
	return &engine->report;
}

const IntakeFile *
engine_file(const Engine *engine, guint i)
{
	return intake_file(engine->intake, i);
}

guint
engine_n_hours(const Engine *engine)
{
	return hours_sorted(engine->hours)->len;
}

gint64
engine_hour(const Engine *engine, guint i)
{
	return ((HourWork *)hours_sorted(engine->hours)->pdata[i])->facts->hour;
}

HourFacts *
engine_facts(Engine *engine, guint i)
{
	return ((HourWork *)hours_sorted(engine->hours)->pdata[i])->facts;
}

static gboolean
write_hour(Engine *engine, guint i, Writer *writer, GError **error)
{
	HourWork *work = hours_sorted(engine->hours)->pdata[i];
	gint64 start = g_get_monotonic_time();

	g_return_val_if_fail(!work->written, FALSE);
	gboolean done = hours_write(work, engine->runs, writer, engine->settings.threads,
		&engine->report.sort, error);
	engine->report.write += seconds_since(start);
	return done;
}

gboolean
engine_write(Engine *engine, guint i, const char *path, GError **error)
{
	g_autoptr(Writer) writer = writer_new(path, error);

	return writer && write_hour(engine, i, writer, error);
}

Reader *
engine_open(Engine *engine, guint i, guint parts, GError **error)
{
	g_autoptr(Writer) writer = writer_new_run(engine->settings.folder, error);

	if (!writer || !write_hour(engine, i, writer, error))
		return NULL;
	return reader_new_fd(writer_steal_fd(writer), "tally of the captures", parts, error);
}
