#include "config.h"

#include "tally/tune_days.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/store.h"

/* Starts of hours and days, seconds since 1970. */
typedef struct {
	gint64 first, last;
} Ends;

/* First and last hour of the store; FALSE and error: it has none, or cannot be listed. */
static gboolean
find_ends(const Site *site, const char *const *sensors, Ends *ends, GError **error)
{
	*ends = (Ends){G_MAXINT64, G_MININT64};
	for (; *sensors; sensors++) {
		g_autoptr(GPtrArray) files =
			store_list(site->store, *sensors, G_MININT64, G_MAXINT64, error);
		if (!files)
			return FALSE;
		if (files->len == 0)
			continue;
		ends->first = MIN(ends->first, ((const StoreFile *)files->pdata[0])->hour);
		ends->last = MAX(
			ends->last, ((const StoreFile *)files->pdata[files->len - 1])->hour);
	}
	if (ends->first <= ends->last)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no tally", site->store);
	return FALSE;
}

/* text: NULL leaves the day as it is. */
static gboolean
parse_day(const Site *site, const char *name, const char *text, gint64 open, gint64 *day,
	GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!text)
		return TRUE;
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

/* The last day of the store that is over: one that is not would look like a quiet one. The first
 * day of the store, where none is. */
static gint64
usual_last(const Site *site, const Ends *store, gint64 open)
{
	gint64 day = zone_day(site->zone, store->last);

	while (zone_next_day(site->zone, day) > open && day > store->first)
		day = zone_day(site->zone, day - 1);
	return day;
}

/* As many days as are usual up to the last, none before the store's own. */
static gint64
usual_first(const Site *site, const Ends *store, gint64 last)
{
	gint64 day = last;

	for (guint i = 1; i < TUNE_DAYS_USUAL && day > store->first; i++)
		day = zone_day(site->zone, day - 1);
	return day;
}

static gboolean
settle_dates(const Site *site, const char *const *sensors, const TuneDates *dates, gint64 open,
	Ends *days, GError **error)
{
	Ends store;

	if (!parse_day(site, "--from", dates->from, open, &days->first, error) ||
		!parse_day(site, "--to", dates->to, open, &days->last, error))
		return FALSE;
	if (dates->from && dates->to)
		return TRUE;
	if (!find_ends(site, sensors, &store, error))
		return FALSE;
	if (!dates->to)
		days->last = usual_last(site, &store, open);
	if (!dates->from)
		days->first = usual_first(site, &store, days->last);
	return TRUE;
}

GArray *
tune_days(const Site *site, const char *const *sensors, const TuneDates *dates, gint64 now,
	GError **error)
{
	g_autoptr(GArray) days = g_array_new(FALSE, FALSE, sizeof(TuneDay));
	gint64 open = hour_start((guint64)now * SECOND_NS, site->grid_minutes);
	Ends ends;

	if (!settle_dates(site, sensors, dates, open, &ends, error))
		return NULL;
	while (ends.first <= ends.last && ends.first < open && days->len <= TUNE_DAYS_MAX) {
		TuneDay day = {.from = ends.first, .to = zone_next_day(site->zone, ends.first)};
		day.due = (guint)((MIN(day.to, open) - day.from) / HOUR_SECONDS);
		g_array_append_val(days, day);
		ends.first = day.to;
	}
	if (days->len > 0 && days->len <= TUNE_DAYS_MAX)
		return g_steal_pointer(&days);
	if (days->len == 0)
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"expected a last day (--to) that is not before the first (--from), and "
			"has begun");
	else
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--from, --to: expected at most %d days", TUNE_DAYS_MAX);
	return NULL;
}
