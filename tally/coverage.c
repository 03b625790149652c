#include "config.h"

#include "tally/coverage.h"

#include "common/failure.h"
#include "common/hour.h"

enum {
	ONE_SIDED = 100,
	ENOUGH = 100 /* inbound packets from which on the share says anything */
}; /* inbound packets for an outbound one, from which on a capture is one-sided */

static void
add_line(GPtrArray *lines, const char *line)
{
	if (*line != '\0' && !g_ptr_array_find_with_equal_func(lines, line, g_str_equal, NULL))
		g_ptr_array_add(lines, g_strdup(line));
}

static void
add_hour(Coverage *coverage, const HourFacts *hour)
{
	g_auto(GStrv) lines = g_strsplit(hour->shortfall ? hour->shortfall : "", "\n", -1);

	for (char **line = lines; *line; line++)
		add_line(coverage->shortfalls, *line);
	add_line(coverage->homes, hour->home);
	coverage->first = MIN(coverage->first, hour->first);
	coverage->last = MAX(coverage->last, hour->last);
	coverage->cut_short |= hour->cut_short;
	facts_add_known(&coverage->dropped_kernel, hour->dropped_kernel);
	facts_add_known(&coverage->dropped_interface, hour->dropped_interface);
	facts_add_known(&coverage->discarded, hour->discarded);
	coverage->live_evicted += hour->live_evicted;
	for (int i = 0; i < OUTCOME_COUNT; i++) {
		coverage->totals.packets[i] += hour->totals.packets[i];
		coverage->totals.bytes[i] += hour->totals.bytes[i];
	}
}

static int
compare_times(gconstpointer a, gconstpointer b)
{
	gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;

	return (x > y) - (x < y);
}

/* Several sensors may have a tally of the same hour. */
static void
count_hours(Coverage *coverage, GArray *starts)
{
	g_array_sort(starts, compare_times);
	for (guint i = 0; i < starts->len; i++)
		coverage->n_hours += i == 0 || g_array_index(starts, gint64, i) !=
						       g_array_index(starts, gint64, i - 1);
	if (starts->len == 0)
		return;
	coverage->first_hour = g_array_index(starts, gint64, 0);
	coverage->last_hour = g_array_index(starts, gint64, starts->len - 1);
}

Coverage *
coverage_new_from_hours(const HourFacts *const *hours, guint n_hours, GError **error)
{
	g_autoptr(Coverage) coverage = g_new0(Coverage, 1);
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gint64));

	coverage->first = FACTS_NEVER;
	coverage->dropped_kernel = coverage->dropped_interface = coverage->discarded =
		FACTS_NEVER;
	coverage->homes = g_ptr_array_new_with_free_func(g_free);
	coverage->shortfalls = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < n_hours; i++) {
		if (i > 0 && hours[i]->grid_minutes != coverage->grid_minutes) {
			g_set_error(error, FAILURE, FAILURE_FAILED,
				"tallies whose hours begin at minute %u and at minute %u "
				"cannot be joined",
				coverage->grid_minutes, hours[i]->grid_minutes);
			return NULL;
		}
		coverage->grid_minutes = hours[i]->grid_minutes;
		g_array_append_val(starts, hours[i]->hour);
		add_hour(coverage, hours[i]);
	}
	count_hours(coverage, starts);
	return g_steal_pointer(&coverage);
}

Coverage *
coverage_new(Reader **readers, guint n_readers, GError **error)
{
	g_autofree const HourFacts **hours = g_new(const HourFacts *, MAX(n_readers, 1));

	for (guint i = 0; i < n_readers; i++)
		hours[i] = reader_hour(readers[i]);
	return coverage_new_from_hours(hours, n_readers, error);
}

void
coverage_free(Coverage *coverage)
{
	g_ptr_array_unref(coverage->homes);
	g_ptr_array_unref(coverage->shortfalls);
	g_free(coverage);
}

guint64
coverage_n_gaps(const Coverage *coverage)
{
	if (coverage->n_hours == 0)
		return 0;
	return (guint64)(coverage->last_hour - coverage->first_hour) / HOUR_SECONDS + 1 -
	       coverage->n_hours;
}

gboolean
coverage_is_one_sided(const Coverage *coverage)
{
	guint64 in = coverage->totals.packets[OUTCOME_IN];

	return in >= ENOUGH &&
	       coverage->totals.packets[OUTCOME_OUT] < (in + ONE_SIDED - 1) / ONE_SIDED;
}
