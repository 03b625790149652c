#include "config.h"

#include "report/day.h"

#include "common/failure.h"
#include "common/hour.h"
#include "report/find.h"
#include "tally/store.h"

static GPtrArray *
lines_new(void)
{
	return g_ptr_array_new_with_free_func(g_free);
}

Day *
day_new(const Site *site, const char **sensors, const char *date, gint64 now, GError **error)
{
	gint64 past = (now - site->grid_minutes * 60) % HOUR_SECONDS;
	gint64 open = now - (past < 0 ? past + HOUR_SECONDS : past), from;

	if (!zone_parse_day(site->zone, date, &from, error))
		return NULL;
	if (from >= open) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"day %s: expected one that has begun: no hour of it is closed", date);
		return NULL;
	}

	Day *day = g_new0(Day, 1);
	day->site = site;
	day->sensors = sensors;
	day->date = g_strdup(date);
	day->from = from;
	day->to = zone_next_day(site->zone, from);
	day->span = (SubjectSpan){from, MIN(day->to, open)};
	day->first = detector_first_hour(day->span, site->grid_minutes);
	day->readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);
	day->unread = lines_new();
	day->damaged = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	return day;
}

void
day_free(Day *day)
{
	g_free(day->date);
	g_ptr_array_unref(day->readers);
	g_ptr_array_unref(day->unread);
	g_hash_table_unref(day->damaged);
	g_free(day);
}

/* Why the tally that was opened is of no use; NULL: it is. */
static char *
find_fault(const Day *day, const Reader *reader)
{
	guint grid = reader_hour(reader)->grid_minutes;

	if (grid != day->site->grid_minutes)
		return g_strdup_printf("%s: its hours begin at minute %u, expected %u",
			reader_name(reader), grid, day->site->grid_minutes);
	return g_strdup(g_hash_table_lookup(day->damaged, reader_name(reader)));
}

gboolean
day_open(Day *day, GError **error)
{
	g_autoptr(GPtrArray) unread = lines_new();
	GPtrArray *readers = store_open(day->site->store, (const char *const *)day->sensors,
		day->first, day->span.to, FIND_PARTS, unread, error);

	if (!readers)
		return FALSE;
	g_ptr_array_unref(day->readers);
	g_ptr_array_unref(day->unread);
	day->readers = readers;
	day->unread = g_steal_pointer(&unread);
	for (guint i = 0; i < readers->len;) {
		char *fault = find_fault(day, readers->pdata[i]);
		if (fault) {
			g_ptr_array_add(day->unread, fault);
			g_ptr_array_remove_index(readers, i);
		} else {
			i++;
		}
	}
	return TRUE;
}

gboolean
day_find_damaged(Day *day)
{
	guint before = g_hash_table_size(day->damaged);

	while (day->readers->len > 0) {
		g_autoptr(GError) problem = NULL;
		const char *path = reader_name(day->readers->pdata[day->readers->len - 1]);
		if (!reader_verify(path, &problem))
			g_hash_table_insert(
				day->damaged, g_strdup(path), g_strdup(problem->message));
		g_ptr_array_set_size(day->readers, (int)day->readers->len - 1);
	}
	return g_hash_table_size(day->damaged) > before;
}

static Coverage *
cover(const Day *day, gint64 from, GError **error)
{
	g_autoptr(GPtrArray) hours = g_ptr_array_new();

	for (guint i = 0; i < day->readers->len; i++) {
		const HourFacts *hour = reader_hour(day->readers->pdata[i]);
		if (hour->hour >= from)
			g_ptr_array_add(hours, (gpointer)hour);
	}
	Coverage *coverage = coverage_new_from_hours(
		(const HourFacts *const *)hours->pdata, hours->len, error);
	if (coverage)
		coverage->grid_minutes = day->site->grid_minutes; /* also without hours */
	return coverage;
}

Coverage *
day_coverage(const Day *day, GError **error)
{
	return cover(day, day->span.from, error);
}

gboolean
day_is_one_sided(const Day *day)
{
	g_autoptr(Coverage) coverage = cover(day, day->first, NULL);

	return coverage && coverage_is_one_sided(coverage);
}

gboolean
day_has_hour(const Day *day, gint64 hour)
{
	for (guint i = 0; i < day->readers->len; i++)
		if (reader_hour(day->readers->pdata[i])->hour == hour)
			return TRUE;
	return FALSE;
}
