#include "config.h"

#include "tally/count_store.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/store.h"

/* The first hour of the grid that begins then or later. */
static gint64
next_hour(gint64 time, guint grid_minutes)
{
	gint64 hour = hour_start((guint64)time * SECOND_NS, grid_minutes);

	return hour < time ? hour + HOUR_SECONDS : hour;
}

/* Readers of one sensor, by hour, from number `first` on: hours that lack between them, and
 * between them and the ends of the span where it has any. */
static void
tell_missing(const Site *site, const char *sensor, const CountSpan *span, GPtrArray *readers,
	guint first, GPtrArray *shortfalls)
{
	gint64 missing = 0, since = 0, next = G_MININT64, end = G_MININT64;
	char time[HOUR_TEXT_SIZE];

	if (span->from != G_MININT64)
		next = next_hour(span->from, site->grid_minutes);
	if (span->to != G_MAXINT64)
		end = hour_start((guint64)span->to * SECOND_NS, site->grid_minutes);
	for (guint i = first; i <= readers->len; i++) {
		gint64 hour = i < readers->len ? reader_hour(readers->pdata[i])->hour : end;
		if (next != G_MININT64 && hour > next) {
			since = missing == 0 ? next : since;
			missing += (hour - next) / HOUR_SECONDS;
		}
		if (hour != G_MININT64)
			next = MAX(next, hour + HOUR_SECONDS);
	}
	if (missing > 0)
		g_ptr_array_add(
			shortfalls, g_strdup_printf("%s: %" G_GINT64_FORMAT
						    " hour%s without a tally, the first %s",
					    sensor, missing, missing == 1 ? "" : "s",
					    hour_format_s(since, time)));
}

gboolean
count_store_open(const Site *site, const CountSpan *span, guint parts, GPtrArray *readers,
	GPtrArray *shortfalls, GError **error)
{
	g_auto(GStrv) all = span->sensor ? NULL : site_sensors(site, error);
	const char *one[] = {span->sensor, NULL};
	gint64 from = span->from == G_MININT64 ? G_MININT64 : span->from - HOUR_SECONDS;

	if (!span->sensor && !all)
		return FALSE;
	for (const char *const *name = all ? (const char *const *)all : one; *name; name++) {
		const char *const names[] = {*name, NULL};
		guint first = readers->len;
		g_autoptr(GPtrArray) opened = store_open(
			site->store, names, from, span->to, parts, shortfalls, error);
		if (!opened)
			return FALSE;
		while (opened->len > 0)
			g_ptr_array_add(readers, g_ptr_array_steal_index(opened, 0));
		tell_missing(site, *name, span, readers, first, shortfalls);
	}
	if (readers->len > 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no tally%s%s%s", site->store,
		span->sensor ? " of sensor " : "", span->sensor ? span->sensor : "",
		span->from != G_MININT64 || span->to != G_MAXINT64 ? " within that span" : "");
	return FALSE;
}

void
count_store_trim(GArray *lines, const CountSpan *span, gint64 length)
{
	guint kept = 0;

	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		if ((span->from == G_MININT64 || line->start >= span->from) &&
			(span->to == G_MAXINT64 || line->start + length <= span->to))
			g_array_index(lines, WindowHit, kept++) = *line;
	}
	g_array_set_size(lines, kept);
}
