#include "config.h"

#include "report/day_head.h"

#include "common/hour.h"
#include "report/day_hours.h"
#include "report/fields.h"
#include "report/text.h"

enum {
	STRETCHES_MAX = 12, /* stretches of hours that are named */
};

static gboolean
is_missing(const HourFacts *facts)
{
	return facts == NULL;
}

static gboolean
is_cut_short(const HourFacts *facts)
{
	return facts && facts->cut_short;
}

static guint
count(const DayHours *hours, gboolean (*is)(const HourFacts *))
{
	guint n = 0;

	for (guint i = 0; i < hours->n; i++)
		n += (guint)is(hours->facts[i]);
	return n;
}

/* "; missing 2026-03-29T05:00:00Z (3 h), 2026-03-29T11:00:00Z", where there are any. */
static void
append_stretches(GString *text, const char *what, const DayHours *hours,
	gboolean (*is)(const HourFacts *))
{
	g_autoptr(GString) list = g_string_new(NULL);
	char start[HOUR_TEXT_SIZE];
	guint stretches = 0;

	for (guint first = 0, next; first < hours->n; first = next) {
		for (next = first + 1;
			next < hours->n && is(hours->facts[first]) && is(hours->facts[next]);)
			next++;
		if (!is(hours->facts[first]) || stretches++ >= STRETCHES_MAX)
			continue;
		text_item(list, "%s",
			hour_format_s(hours->from + first * (gint64)HOUR_SECONDS, start));
		if (next > first + 1)
			g_string_append_printf(list, " (%u h)", next - first);
	}
	text_rest(list, stretches, MIN(stretches, STRETCHES_MAX));
	if (list->len > 0)
		g_string_append_printf(text, "; %s %s", what, list->str);
}

static void
append_drops(GString *text, const DayHours *hours)
{
	guint64 dropped = FACTS_NEVER;
	char number[TEXT_NUMBER_SIZE];

	for (guint i = 0; i < hours->n; i++) {
		if (hours->facts[i])
			facts_add_known(&dropped, day_hours_dropped(hours->facts[i]));
	}
	if (dropped != FACTS_NEVER)
		g_string_append_printf(text, "; %s packet%s not captured",
			text_number(dropped, number), text_plural(dropped));
}

static void
put_day(GArray *fields, const Day *day)
{
	g_autoptr(GString) text = g_string_new(NULL);
	char start[HOUR_TEXT_SIZE];

	g_string_printf(text, "%s of %s, in %s: %u hours from %s", day->date, day->site->name,
		zone_name(day->site->zone), (guint)((day->to - day->from) / HOUR_SECONDS),
		hour_format_s(day->from, start));
	if (day->span.to < day->to)
		g_string_append_printf(text, ", of which %u are closed",
			(guint)((day->span.to - day->from) / HOUR_SECONDS));
	fields_add(fields, "Day", text->str);
}

static void
put_sensor(GArray *fields, const Day *day, const char *sensor, const char *label)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_auto(DayHours) own = day_hours_list(day, sensor, day->from, day->span.to);
	g_auto(DayHours) before = day_hours_list(day, sensor, day->first, day->from);
	guint missing = count(&own, is_missing), unseen = count(&before, is_missing);

	g_string_printf(text, "%s: %u of %u hours", sensor, own.n - missing, own.n);
	append_stretches(text, "missing", &own, is_missing);
	append_stretches(text, "cut short", &own, is_cut_short);
	append_drops(text, &own);
	if (unseen > 0)
		g_string_append_printf(text,
			"; of the %u hours before, which longer windows hold, %u are missing",
			before.n, unseen);
	fields_add(fields, label, text->str);
}

void
day_head(GArray *fields, const Day *day)
{
	put_day(fields, day);
	if (!*day->sensors)
		fields_add(fields, "Sensors", "none");
	for (const char **sensor = day->sensors; *sensor; sensor++)
		put_sensor(fields, day, *sensor, sensor == day->sensors ? "Sensors" : "");
}

void
day_tell_gaps(const Day *day, GPtrArray *lines)
{
	if (!*day->sensors)
		g_ptr_array_add(lines, g_strdup_printf("%s: no sensor", day->date));
	for (const char **sensor = day->sensors; *sensor; sensor++) {
		g_autoptr(GString) text = g_string_new(NULL);
		g_auto(DayHours) own = day_hours_list(day, *sensor, day->from, day->span.to);
		append_stretches(text, "no tally of", &own, is_missing);
		append_stretches(text, "cut short", &own, is_cut_short);
		if (text->len > 0)
			g_ptr_array_add(lines, g_strdup_printf("%s: sensor %s:%s", day->date,
						       *sensor, text->str + 1));
	}
}

/* Marks the hours of which that is so. */
static void
mark(guint8 *marks, const DayHours *hours, gboolean (*is)(const HourFacts *))
{
	for (guint i = 0; i < hours->n; i++)
		marks[i] |= (guint8)is(hours->facts[i]);
}

static guint
sum(const guint8 *marks, guint n)
{
	guint marked = 0;

	for (guint i = 0; i < n; i++)
		marked += marks[i];
	return marked;
}

void
day_head_count_gaps(const Day *day, guint *missing, guint *cut_short)
{
	guint n = (guint)((day->span.to - day->from) / HOUR_SECONDS);
	g_autofree guint8 *absent = g_new0(guint8, n + 1), *cut = g_new0(guint8, n + 1);

	for (const char **sensor = day->sensors; *sensor; sensor++) {
		g_auto(DayHours) own = day_hours_list(day, *sensor, day->from, day->span.to);
		mark(absent, &own, is_missing);
		mark(cut, &own, is_cut_short);
	}
	*missing = *day->sensors ? sum(absent, n) : n;
	*cut_short = sum(cut, n);
}
