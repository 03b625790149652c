#include "config.h"

#include "tally/plan.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/format.h"
#include "tally/inputs.h"
#include "tally/store.h"

/* A folder that changed less than this ago may change again without another time. */
static const guint64 settle_ns = 2 * SECOND_NS;

static const char *const reasons[] = {
	[PLAN_SETTLED] = "in order",
	[PLAN_EMPTY] = "no packets",
	[PLAN_OPEN] = "not over yet",
	[PLAN_KEPT] = "kept: its packets are not all in the spool any more",
	[PLAN_LATE] = "packets came that its tally, of packets since pruned, does not count",
	[PLAN_NEW] = "no tally yet",
	[PLAN_DAMAGED] = "its tally is damaged",
	[PLAN_FILES] = "its files are others",
	[PLAN_SETTINGS] = "settings are others",
	[PLAN_ASKED] = "asked for",
};

const char *
plan_reason_text(PlanReason reason)
{
	return reasons[reason];
}

static PlanReason
reason_to_renew(const PlanCase *at)
{
	SpoolFile *const *files = (SpoolFile *const *)at->files->pdata;

	if (!inputs_have(at->tally->inputs, files, at->files->len) || at->inputs_changed)
		return PLAN_FILES;
	if (at->tally->settings != at->digest)
		return PLAN_SETTINGS;
	return at->asked ? PLAN_ASKED : PLAN_SETTLED;
}

PlanReason
plan_decide(const PlanCase *at)
{
	if (!at->closed)
		return PLAN_OPEN;
	if (at->files->len == 0)
		return PLAN_EMPTY;
	if (at->damaged)
		return PLAN_DAMAGED;
	if (!at->tally)
		return PLAN_NEW;
	PlanReason reason = reason_to_renew(at);

	if (!plan_is_due(reason) || at->inputs_there)
		return reason;
	return reason == PLAN_FILES ? PLAN_LATE : PLAN_KEPT;
}

gint64
plan_newest_closed(gint64 now, guint grid_minutes)
{
	gint64 offset = 60 * (gint64)grid_minutes, since = now - offset;
	gint64 hours = since / HOUR_SECONDS - (since % HOUR_SECONDS < 0);

	return (hours - 1) * HOUR_SECONDS + offset;
}

static gboolean
is_closed(const PlanSettings *settings, gint64 hour)
{
	return hour <= plan_newest_closed(settings->now, settings->grid_minutes);
}

static gboolean
is_of_grid(const PlanSettings *settings, gint64 hour)
{
	return (hour - 60 * (gint64)settings->grid_minutes) % HOUR_SECONDS == 0;
}

static gboolean
is_asked(const PlanSettings *settings, gint64 hour)
{
	return settings->asked && hour + HOUR_SECONDS > settings->from && hour < settings->to;
}

/* The tally's facts; NULL without error: there is none. *damaged: it is, and error says how. */
static HourFacts *
load_facts(const PlanSettings *settings, gint64 hour, const char *path, gboolean *damaged,
	GError **error)
{
	g_autoptr(GError) problem = NULL;

	*damaged = FALSE;
	if (!g_file_test(path, G_FILE_TEST_EXISTS))
		return NULL;
	g_autoptr(HourFacts) facts = store_facts(path, &problem);
	if (facts && store_check(facts, path, settings->sensor, hour, &problem))
		return g_steal_pointer(&facts);
	*damaged = g_error_matches(problem, FAILURE, FAILURE_PARTIAL);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

static void
add_problem(Plan *plan, const char *message)
{
	g_ptr_array_add(plan->problems, g_strdup(message));
}

gboolean
plan_add_hour(Plan *plan, const PlanSettings *settings, const Strays *strays, HourFiles *files,
	gint64 hour, PlanReason *reason, GError **error)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new();
	g_autofree char *path = store_path(settings->store, settings->sensor, hour);
	g_autoptr(GError) problem = NULL;
	PlanCase at = {
		.closed = is_closed(settings, hour),
		.asked = is_asked(settings, hour),
		.files = list,
		.inputs_there = TRUE,
		.digest = settings->digest,
	};

	if (!hour_files_list(files, strays, hour, list, error))
		return FALSE;
	g_autoptr(HourFacts) facts = load_facts(settings, hour, path, &at.damaged, &problem);
	if (problem) {
		if (!at.damaged) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
		add_problem(plan, problem->message);
		g_ptr_array_add(plan->damaged, g_steal_pointer(&path));
	}
	at.tally = facts;
	if (facts && !hour_files_have(
			     files, facts->inputs, &at.inputs_there, &at.inputs_changed, error))
		return FALSE;
	PlanHour planned = {settings->sensor, hour, plan_decide(&at)};
	if (planned.reason == PLAN_KEPT || planned.reason == PLAN_LATE)
		g_array_append_val(plan->kept, planned);
	else if (plan_is_due(planned.reason))
		g_array_append_val(plan->due, planned);
	*reason = planned.reason;
	return TRUE;
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* The hours of a day with files of their own, and those with strays; each may come twice. */
static GArray *
list_hours(Plan *plan, const PlanSettings *settings, const Strays *strays, HourFiles *files,
	const char *day, gint64 start, GError **error)
{
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GPtrArray) unknown = g_ptr_array_new_with_free_func(g_free);
	const GPtrArray *listed = hour_files_day(files, day, unknown, error);

	if (!listed)
		return NULL;
	for (guint i = 0; i < unknown->len; i++) {
		g_autofree char *text = g_strdup_printf(
			"%s/%s: not read: expected HHMM.pcap", day, (char *)unknown->pdata[i]);
		add_problem(plan, text);
	}
	for (guint i = 0; i < listed->len; i++) {
		const SpoolFile *file = listed->pdata[i];
		if (is_of_grid(settings, file->hour)) {
			g_array_append_val(hours, file->hour);
			if (is_closed(settings, file->hour))
				g_array_append_val(plan->with_files, file->hour);
			continue;
		}
		g_autofree char *text = g_strdup_printf(
			"%s/%s: not read: the site's hours begin at minute %02u", day,
			file->stem, settings->grid_minutes);
		add_problem(plan, text);
	}
	strays_hours(strays, start, start + DAY_SECONDS, hours);
	g_array_sort(hours, compare_hours);
	return g_steal_pointer(&hours);
}

/* FALSE: error. *in_order: nothing is left to do in it, now or when an hour of it ends. */
static gboolean
look_into_day(Plan *plan, const PlanSettings *settings, const Strays *strays, HourFiles *files,
	const char *day, gint64 start, gboolean *in_order, GError **error)
{
	g_autoptr(GArray) hours = list_hours(plan, settings, strays, files, day, start, error);

	*in_order = hours != NULL;
	for (guint i = 0; hours && i < hours->len; i++) {
		gint64 hour = g_array_index(hours, gint64, i);
		PlanReason reason;
		if ((i > 0 && g_array_index(hours, gint64, i - 1) == hour) ||
			(settings->asked && !is_asked(settings, hour)))
			continue;
		g_autoptr(GError) problem = NULL;
		if (!plan_add_hour(plan, settings, strays, files, hour, &reason, &problem)) {
			add_problem(plan, problem->message);
			*in_order = FALSE;
			continue;
		}
		if (reason == PLAN_OPEN || plan_is_due(reason))
			*in_order = FALSE;
	}
	return hours != NULL;
}

static gboolean
is_bare(HourFiles *files, const char *day)
{
	const GPtrArray *listed = hour_files_day(files, day, NULL, NULL);

	for (guint i = 0; listed && i < listed->len; i++)
		if (((const SpoolFile *)listed->pdata[i])->path)
			return FALSE;
	return listed != NULL;
}

static gboolean
plan_day(Plan *plan, const PlanSettings *settings, const Strays *strays, HourFiles *files,
	const char *day, Days *days)
{
	gint64 start;
	gboolean in_order;
	g_autoptr(GError) problem = NULL;

	if (!spool_parse_day(day, &start) ||
		(settings->asked &&
			(start >= settings->to ||
				start + DAY_SECONDS + HOUR_SECONDS <= settings->from)))
		return TRUE;
	/* Before it is looked into: what changes meanwhile is seen the next time. A version that
	 * writes another schema finds no day in order. */
	DayState state = {.digest = strays_digest(strays, start, start + DAY_SECONDS,
				  settings->digest + FORMAT_SCHEMA)};
	days_look(days, day, &state);
	if (!settings->asked && days_has(days, day, &state))
		return TRUE;
	plan->days_looked++;
	g_ptr_array_add(
		plan->folders, g_build_filename(settings->store, settings->sensor, day, NULL));
	guint damaged = plan->damaged->len;
	if (!look_into_day(plan, settings, strays, files, day, start, &in_order, &problem)) {
		add_problem(plan, problem->message);
		return FALSE;
	}
	if (settings->asked)
		return TRUE;
	gboolean settled = in_order && plan->damaged->len == damaged &&
			   MAX(state.spool, state.store) + settle_ns < settings->clock_ns;
	state.bare = is_bare(files, day);
	days_set(days, day, settled ? &state : NULL);
	return TRUE;
}

/* The days of the spool, and those that strays lie in; sorted, each once. */
static char **
list_days(const PlanSettings *settings, const Strays *strays, GError **error)
{
	g_auto(GStrv) days = spool_days(settings->spool, settings->sensor, error);
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_autoptr(GPtrArray) all = g_ptr_array_new();
	char day[SPOOL_DAY_SIZE], last[SPOOL_DAY_SIZE] = "";

	if (!days)
		return NULL;
	strays_hours(strays, G_MININT64, G_MAXINT64, hours);
	char **next = days;
	for (guint i = 0; i < hours->len; i++) {
		spool_format_day(g_array_index(hours, gint64, i), day);
		if (strcmp(day, last) == 0)
			continue;
		g_strlcpy(last, day, sizeof last);
		while (*next && strcmp(*next, day) < 0)
			g_ptr_array_add(all, g_strdup(*next++));
		if (!*next || strcmp(*next, day) != 0)
			g_ptr_array_add(all, g_strdup(day));
	}
	while (*next)
		g_ptr_array_add(all, g_strdup(*next++));
	g_ptr_array_add(all, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&all), FALSE);
}

/* The newest tally: of the newest day that has one. */
static gboolean
find_newest_tally(Plan *plan, const PlanSettings *settings, GError **error)
{
	g_auto(GStrv) days = spool_days(settings->store, settings->sensor, error);
	gint64 start;

	for (guint i = days ? g_strv_length(days) : 0; i-- > 0;) {
		if (!spool_parse_day(days[i], &start))
			continue;
		g_autoptr(GPtrArray) files = store_list(
			settings->store, settings->sensor, start, start + DAY_SECONDS, error);
		if (!files)
			return FALSE;
		if (files->len == 0)
			continue;
		const StoreFile *last = files->pdata[files->len - 1];
		plan->newest_tally = last->hour;
		break;
	}
	return days != NULL;
}

static gboolean
find_newest_file(
	Plan *plan, const PlanSettings *settings, HourFiles *files, char **days, GError **error)
{
	for (guint i = g_strv_length(days); i-- > 0 && plan->newest_file == G_MININT64;) {
		const GPtrArray *listed = hour_files_day(files, days[i], NULL, error);
		if (!listed)
			return FALSE;
		/* A clock that was wrong once must not hide that a sensor is silent. */
		for (guint k = 0; k < listed->len; k++) {
			const SpoolFile *file = listed->pdata[k];
			if (file->hour <= settings->now)
				plan->newest_file = MAX(plan->newest_file, file->hour);
		}
	}
	return TRUE;
}

Plan *
plan_new_empty(void)
{
	Plan *plan = g_new0(Plan, 1);

	plan->due = g_array_new(FALSE, FALSE, sizeof(PlanHour));
	plan->kept = g_array_new(FALSE, FALSE, sizeof(PlanHour));
	plan->with_files = g_array_new(FALSE, FALSE, sizeof(gint64));
	plan->damaged = g_ptr_array_new_with_free_func(g_free);
	plan->problems = g_ptr_array_new_with_free_func(g_free);
	plan->folders = g_ptr_array_new_with_free_func(g_free);
	plan->newest_tally = plan->newest_file = G_MININT64;
	return plan;
}

Plan *
plan_new(const PlanSettings *settings, const Strays *strays, Days *days, GError **error)
{
	g_autoptr(Plan) plan = plan_new_empty();
	g_autoptr(HourFiles) files = hour_files_new(settings->spool, settings->sensor);

	g_auto(GStrv) names = list_days(settings, strays, error);
	if (!names || !find_newest_tally(plan, settings, error))
		return NULL;
	for (char **name = names; *name; name++)
		plan_day(plan, settings, strays, files, *name, days);
	if (!find_newest_file(plan, settings, files, names, error))
		return NULL;
	if (!settings->asked)
		days_keep(days, (const char *const *)names);
	return g_steal_pointer(&plan);
}

void
plan_free(Plan *plan)
{
	if (!plan)
		return;
	g_array_unref(plan->due);
	g_array_unref(plan->kept);
	g_array_unref(plan->with_files);
	g_ptr_array_unref(plan->damaged);
	g_ptr_array_unref(plan->problems);
	g_ptr_array_unref(plan->folders);
	g_free(plan);
}

void
plan_foreach_gap(
	const Plan *plan, void (*tell)(gpointer data, gint64 from, gint64 to), gpointer data)
{
	gint64 last = plan->newest_tally;

	for (guint i = 0; i < plan->with_files->len; i++) {
		gint64 hour = g_array_index(plan->with_files, gint64, i);
		if (last != G_MININT64 && hour > last + HOUR_SECONDS)
			tell(data, last + HOUR_SECONDS, hour);
		last = MAX(last, hour);
	}
}
