#include "config.h"

#include "tally/count_store.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/missing.h"
#include "tally/store.h"

/* Of the readers of one sensor, by hour, from number `first` on. */
static void
tell_missing(const Site *site, const char *sensor, const CountSpan *span,
	const GPtrArray *readers, guint first, GPtrArray *shortfalls)
{
	g_autoptr(GArray) hours = g_array_new(FALSE, FALSE, sizeof(gint64));

	for (guint i = first; i < readers->len; i++)
		g_array_append_val(hours, reader_hour(readers->pdata[i])->hour);
	missing_tell(sensor, (const gint64 *)hours->data, hours->len, span->from, span->to,
		site->grid_minutes, shortfalls);
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
