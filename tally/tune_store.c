#include "config.h"

#include "tally/tune_store.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/progress.h"
#include "tally/missing.h"
#include "tally/site_groups.h"
#include "tally/store.h"

enum {
	PREFIX_V6 = 64, /* as reports have sources of IPv6 */
	PARTS = READER_CONTACTS | READER_NO_LISTS,
};

void
tune_store_free(TuneStore *store)
{
	if (!store)
		return;
	g_strfreev(store->sensors);
	g_array_unref(store->days);
	g_clear_pointer(&store->tune, tune_free);
	g_ptr_array_unref(store->known);
	g_free(store->known_of);
	g_clear_pointer(&store->past, past_free);
	g_free(store);
}

/* First and last hour of the store; FALSE without error: it has none. */
static gboolean
find_ends(const TuneStore *store, gint64 *first, gint64 *last, GError **error)
{
	*first = G_MAXINT64;
	*last = G_MININT64;
	for (char **sensor = store->sensors; *sensor; sensor++) {
		g_autoptr(GPtrArray) files =
			store_list(store->site->store, *sensor, G_MININT64, G_MAXINT64, error);
		if (!files)
			return FALSE;
		if (files->len == 0)
			continue;
		*first = MIN(*first, ((const StoreFile *)files->pdata[0])->hour);
		*last = MAX(*last, ((const StoreFile *)files->pdata[files->len - 1])->hour);
	}
	return *first != G_MAXINT64;
}

static gboolean
parse_day(const Site *site, const char *name, const char *text, gint64 open, gint64 *day,
	GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!zone_parse_day(site->zone, text, day, &problem)) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s", name, problem->message);
		return FALSE;
	}
	if (*day < open)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"%s \"%s\": expected a day that has begun: no hour of it is closed", name,
		text);
	return FALSE;
}

/* The first day that is not named: as many as are usual, none before the store's own. */
static gint64
default_first(const Site *site, gint64 last, gint64 store_first)
{
	gint64 day = last;

	for (guint i = 1; i < TUNE_STORE_DAYS && day > store_first; i++)
		day = zone_day(site->zone, day - 1);
	return day;
}

/* The first and the last day that are meant. */
static gboolean
settle_dates(const TuneStore *store, const TuneDates *dates, gint64 open, gint64 *first,
	gint64 *last, GError **error)
{
	const Site *site = store->site;
	g_autoptr(GError) problem = NULL;
	gint64 store_first, store_last;

	if ((dates->from && !parse_day(site, "--from", dates->from, open, first, error)) ||
		(dates->to && !parse_day(site, "--to", dates->to, open, last, error)))
		return FALSE;
	if (dates->from && dates->to)
		return TRUE;
	if (!find_ends(store, &store_first, &store_last, &problem)) {
		if (problem)
			g_propagate_error(error, g_steal_pointer(&problem));
		else
			g_set_error(
				error, FAILURE, FAILURE_FAILED, "%s: no tally", site->store);
		return FALSE;
	}
	if (!dates->to) {
		*last = zone_day(site->zone, store_last);
		/* Today would look like a quiet day. */
		while (zone_next_day(site->zone, *last) > open && *last > store_first)
			*last = zone_day(site->zone, *last - 1);
	}
	if (!dates->from)
		*first = default_first(site, *last, store_first);
	return TRUE;
}

static gboolean
list_days(TuneStore *store, gint64 first, gint64 last, gint64 open, GError **error)
{
	const Zone *zone = store->site->zone;

	if (first > last) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--to: expected a day that is not before --from");
		return FALSE;
	}
	for (gint64 day = first; day <= last; day = zone_next_day(zone, day)) {
		TuneDay item = {.from = day, .to = zone_next_day(zone, day)};
		item.due = (guint)((MAX(MIN(item.to, open), day) - day) / HOUR_SECONDS);
		g_array_append_val(store->days, item);
		if (store->days->len > TUNE_STORE_DAYS_MAX) {
			g_set_error(error, FAILURE, FAILURE_USAGE,
				"--from, --to: expected at most %d days", TUNE_STORE_DAYS_MAX);
			return FALSE;
		}
	}
	return TRUE;
}

TuneStore *
tune_store_new(const Site *site, const TuneDates *dates, gint64 now, GError **error)
{
	g_autoptr(TuneStore) store = g_new0(TuneStore, 1);
	gint64 open = hour_start((guint64)now * SECOND_NS, site->grid_minutes), first, last;

	store->site = site;
	store->days = g_array_new(FALSE, FALSE, sizeof(TuneDay));
	store->known = g_ptr_array_new_with_free_func((GDestroyNotify)known_free);
	store->sensors = site_sensors(site, error);
	if (!store->sensors || !settle_dates(store, dates, open, &first, &last, error) ||
		!list_days(store, first, last, open, error))
		return NULL;
	return g_steal_pointer(&store);
}

static TuneDay *
nth_day(const TuneStore *store, guint i)
{
	return &g_array_index(store->days, TuneDay, i);
}

static const TuneDay *
last_day(const TuneStore *store)
{
	return nth_day(store, store->days->len - 1);
}

static guint64
n_expired(const Known *known)
{
	const GPtrArray *lists = known_lists(known);
	guint64 n = 0;

	for (guint i = 0; i < lists->len; i++)
		n += ((const KnownList *)lists->pdata[i])->expired;
	return n;
}

static const Known *
load_known(TuneStore *store, guint day)
{
	char date[HOUR_TEXT_SIZE];
	Known *known =
		known_new(zone_format_day(store->site->zone, nth_day(store, day)->from, date));

	known_load_site(known, store->site->settings);
	known_settle(known);
	g_ptr_array_add(store->known, known);
	return known;
}

/* What is known on the days between two that are known. Entries only ever expire: where as many
 * had on both, the days between know the same. */
static void
fill_known(TuneStore *store, guint first, guint last)
{
	const Known **of = store->known_of;
	guint middle = first + (last - first) / 2;

	if (n_expired(of[first]) == n_expired(of[last])) {
		for (guint i = first; i <= last; i++)
			of[i] = of[first];
	} else if (middle > first) {
		of[middle] = load_known(store, middle);
		fill_known(store, first, middle);
		fill_known(store, middle, last);
	}
}

static void
learn_known(TuneStore *store, GPtrArray *shortfalls)
{
	guint last = store->days->len - 1;

	if (!*settings_names(store->site->settings, "known"))
		return;
	store->known_of = g_new0(const Known *, store->days->len);
	store->known_of[0] = load_known(store, 0);
	store->known_of[last] = last > 0 ? load_known(store, last) : store->known_of[0];
	fill_known(store, 0, last);
	const GPtrArray *problems = known_problems(store->known_of[last]);
	for (guint i = 0; i < problems->len; i++)
		g_ptr_array_add(shortfalls, g_strdup(problems->pdata[i]));
}

/* The readers of a pass. */
typedef struct {
	GPtrArray *readers;  /* owned; of Reader * */
	GHashTable *damaged; /* owned; paths of tallies that are not to be opened again */
	gint64 from, to;     /* hours of them */
} Pass;

static void
pass_clear(Pass *pass)
{
	g_ptr_array_unref(pass->readers);
	g_hash_table_unref(pass->damaged);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pass, pass_clear)

static gboolean
is_usable(const TuneStore *store, const Pass *pass, const Reader *reader, GPtrArray *shortfalls)
{
	guint grid = reader_hour(reader)->grid_minutes;

	if (g_hash_table_contains(pass->damaged, reader_name(reader)))
		return FALSE;
	if (grid == store->site->grid_minutes)
		return TRUE;
	g_ptr_array_add(
		shortfalls, g_strdup_printf("%s: its hours begin at minute %u, expected %u",
				    reader_name(reader), grid, store->site->grid_minutes));
	return FALSE;
}

/* seen: the starts of all hours with a tally, whoever has it, are added. */
static gboolean
open_sensor(const TuneStore *store, Pass *pass, const char *sensor, GHashTable *seen,
	GPtrArray *shortfalls, GError **error)
{
	const char *const names[] = {sensor, NULL};
	g_autoptr(GPtrArray) opened = store_open(
		store->site->store, names, pass->from, pass->to, PARTS, shortfalls, error);
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	gint64 from = nth_day(store, 0)->from;

	if (!opened)
		return FALSE;
	for (guint i = 0; i < opened->len; i++) {
		Reader *reader = opened->pdata[i];
		gint64 hour = reader_hour(reader)->hour;
		if (!is_usable(store, pass, reader, shortfalls)) {
			reader_free(reader);
			continue;
		}
		g_ptr_array_add(pass->readers, reader);
		g_array_append_val(hours, hour);
		g_hash_table_add(seen, g_memdup2(&hour, sizeof hour));
	}
	g_ptr_array_set_free_func(opened, NULL);
	/* Of the days before, which longer windows hold too, only those since its first tally. */
	if (hours->len > 0)
		from = MIN(from, g_array_index(hours, gint64, 0));
	missing_tell(sensor, (const gint64 *)(gpointer)hours->data, hours->len, from, pass->to,
		store->site->grid_minutes, shortfalls);
	return TRUE;
}

static gboolean
open_all(TuneStore *store, Pass *pass, GPtrArray *shortfalls, GError **error)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	guint hours = 0;

	g_ptr_array_set_size(pass->readers, 0);
	for (char **sensor = store->sensors; *sensor; sensor++)
		if (!open_sensor(store, pass, *sensor, seen, shortfalls, error))
			return FALSE;
	for (guint i = 0; i < store->days->len; i++) {
		TuneDay *day = nth_day(store, i);
		*day = (TuneDay){.from = day->from, .to = day->to, .due = day->due};
		for (gint64 hour = day->from; hour < day->to; hour += HOUR_SECONDS)
			day->hours += g_hash_table_contains(seen, &hour);
		hours += day->hours;
	}
	if (hours > 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no tally of these days",
		store->site->store);
	return FALSE;
}

static gboolean
see_all(TuneStore *store, const Pass *pass, GError **error)
{
	SubjectSpan span = {nth_day(store, 0)->from, last_day(store)->to};
	g_autoptr(Gather) gather =
		gather_new((Reader **)pass->readers->pdata, pass->readers->len, PARTS);
	g_autoptr(SubjectStream) stream =
		subject_stream_new(gather, PREFIX_V6, store->site->grid_minutes, span);
	guint64 total = 0, done = 0, contacts = 0;
	g_autoptr(GError) problem = NULL;
	const Subject *subject;

	for (guint i = 0; i < pass->readers->len; i++)
		total += reader_n_pairs(pass->readers->pdata[i]);
	g_autoptr(Progress) progress =
		progress_new_steps((guint)MIN(total, G_MAXUINT), "pairs of source and target");
	while ((subject = subject_stream_next(stream, &problem))) {
		if (!tune_see(store->tune, subject, error))
			return FALSE;
		done += subject->n_pairs;
		contacts += subject->n_contacts;
		progress_step(progress, (guint)MIN(done, G_MAXUINT), contacts);
	}
	if (!problem)
		return tune_finish(store->tune, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* Looks for the damage that ended a pass. FALSE: there is none. */
static gboolean
find_damaged(Pass *pass, GPtrArray *shortfalls)
{
	guint before = g_hash_table_size(pass->damaged);

	for (guint i = 0; i < pass->readers->len; i++) {
		const char *path = reader_name(pass->readers->pdata[i]);
		g_autoptr(GError) problem = NULL;
		if (reader_verify(path, &problem))
			continue;
		g_hash_table_add(pass->damaged, g_strdup(path));
		g_ptr_array_add(shortfalls, g_strdup(problem->message));
	}
	return g_hash_table_size(pass->damaged) > before;
}

static void
tell_lines(const GPtrArray *lines, GPtrArray *shortfalls)
{
	for (guint i = 0; i < lines->len; i++)
		g_ptr_array_add(shortfalls, g_strdup(lines->pdata[i]));
}

/* A pass that meets a damaged tally counts for nothing: the next one goes without it. */
static gboolean
read_sound(TuneStore *store, const TuneSetup *setup, Pass *pass, GPtrArray *shortfalls,
	GError **error)
{
	for (;;) {
		g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
		g_autoptr(GError) problem = NULL;
		if (!open_all(store, pass, lines, error)) {
			tell_lines(lines, shortfalls);
			return FALSE;
		}
		g_clear_pointer(&store->tune, tune_free);
		store->tune = tune_new(nth_day(store, 0), store->days->len, setup);
		if (see_all(store, pass, &problem)) {
			tell_lines(lines, shortfalls);
			return TRUE;
		}
		if (!g_error_matches(problem, FAILURE, FAILURE_PARTIAL) ||
			!find_damaged(pass, shortfalls)) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
}

gboolean
tune_store_read(TuneStore *store, GPtrArray *shortfalls, GError **error)
{
	const Site *site = store->site;
	const TuneDay *last = last_day(store);
	SubjectSpan span = {
		nth_day(store, 0)->from, last->from + (gint64)last->due * HOUR_SECONDS};
	g_autoptr(DetectorSettings) settings = site_groups_thresholds(site->settings);
	g_auto(Pass) pass = {
		.readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free),
		.damaged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.from = detector_first_hour(span, site->grid_minutes),
		.to = span.to,
	};
	TuneSetup setup = {0};

	learn_known(store, shortfalls);
	store->past = past_open(site->store, (const char *const *)store->sensors, G_MININT64,
		last->from, shortfalls, error);
	if (!store->past)
		return FALSE;
	tune_triggers(settings, setup.triggers);
	setup.past = store->past;
	setup.known = store->known_of;
	return read_sound(store, &setup, &pass, shortfalls, error);
}
