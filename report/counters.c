#include "config.h"

#include "report/counters.h"

#include <string.h>

#include "common/hour.h"
#include "report/text.h"

enum {
	COUNTERS_MAX = 200, /* hours with a counter */
	LINES_MAX = 50,     /* lines of a counter */
	COUNT_WIDTH = 3,    /* figure 8's */
	SOURCE_WIDTH = 24,  /* before a window's start */
};

Counters *
counters_new(const DetectorSettings *settings, SubjectSpan span)
{
	Counters *counters = g_new0(Counters, 1);
	const guint *slow = detector_settings_values(settings, &detect_slow);

	counters->span = span;
	counters->triggers[PROFILE_HOUR] =
		detector_settings_values(settings, &detect_hourly)[0];
	counters->triggers[PROFILE_DAY] = slow[detect_slow.windows[0].parameter];
	counters->triggers[PROFILE_WEEK] = slow[detect_slow.windows[1].parameter];
	for (guint i = 0; i < PROFILE_SPANS; i++)
		counters->lines[i] = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	return counters;
}

void
counters_free(Counters *counters)
{
	for (guint i = 0; i < PROFILE_SPANS; i++)
		g_array_unref(counters->lines[i]);
	g_free(counters);
}

static void
add_hours(Counters *counters, const Profile *profile)
{
	for (guint i = 0; i < profile->hours->len; i++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, i);
		WindowHit line = {hour->hour, hour->hosts, profile->source, profile->bits};
		if (hour->hosts >= counters->triggers[PROFILE_HOUR] &&
			hour->hour >= counters->span.from && hour->hour < counters->span.to)
			g_array_append_val(counters->lines[PROFILE_HOUR], line);
	}
}

void
counters_add(Counters *counters, const Profile *profile)
{
	add_hours(counters, profile);
	for (guint span = PROFILE_DAY; span < PROFILE_SPANS; span++) {
		WindowHit line = profile->best[span];
		if (line.hosts < counters->triggers[span] ||
			(span == PROFILE_WEEK &&
				line.hosts == profile->best[PROFILE_DAY].hosts))
			continue;
		line.source = profile->source;
		line.bits = profile->bits;
		g_array_append_val(counters->lines[span], line);
	}
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	const WindowHit *x = a, *y = b;

	if (x->hosts != y->hosts)
		return x->hosts > y->hosts ? -1 : 1;
	return address_compare(&x->source, &y->source);
}

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const WindowHit *x = a, *y = b;

	return x->start != y->start ? (x->start < y->start ? -1 : 1) : compare_lines(a, b);
}

/* The source of a line, filled with spaces to the width; with a link where it has one. */
static void
put_source(GString *page, const WindowHit *line, int width, const CounterLinks *links)
{
	char source[ADDRESS_TEXT_SIZE];
	const char *id;
	int length = (int)strlen(subject_format(&line->source, line->bits, source));

	id = links ? g_hash_table_lookup(links->ids, source) : NULL;
	if (id)
		g_string_append_printf(
			page, "<a href=\"%s#f-%s\">%s</a>", links->page, id, source);
	else
		g_string_append(page, source);
	g_string_append_printf(page, "%*s", MAX(width - length, 0), "");
}

/* n lines of a counter, the greatest first; with_start: each has its own window. */
static void
put_lines(GString *page, const WindowHit *lines, guint n, gboolean with_start,
	const CounterLinks *links)
{
	char start[HOUR_TEXT_SIZE];
	int width = MAX(g_snprintf(NULL, 0, "%u", lines[0].hosts), COUNT_WIDTH);

	for (guint i = 0; i < MIN(n, LINES_MAX); i++) {
		g_string_append_printf(page, "%*u ", width, lines[i].hosts);
		put_source(page, &lines[i], with_start ? SOURCE_WIDTH : 0, links);
		if (with_start)
			g_string_append_printf(
				page, " from %s", hour_format_s(lines[i].start, start));
		g_string_append_c(page, '\n');
	}
	if (n > LINES_MAX)
		g_string_append_printf(page, "    and %u more\n", n - LINES_MAX);
}

void
counters_hour_text(
	GString *page, const Counters *counters, gint64 hour, const CounterLinks *links)
{
	GArray *lines = counters->lines[PROFILE_HOUR];
	guint first = 0, next;

	g_array_sort(lines, compare_hours);
	while (first < lines->len && g_array_index(lines, WindowHit, first).start < hour)
		first++;
	for (next = first;
		next < lines->len && g_array_index(lines, WindowHit, next).start == hour;)
		next++;
	if (next > first)
		put_lines(page, &g_array_index(lines, WindowHit, first), next - first, FALSE,
			links);
}

static void
put_hourly_counters(GString *page, GArray *lines, const CounterLinks *links)
{
	const WindowHit *line = (const WindowHit *)(gpointer)lines->data;
	char start[HOUR_TEXT_SIZE];
	guint counters = 0;

	g_array_sort(lines, compare_hours);
	for (guint first = 0, next; first < lines->len; first = next) {
		for (next = first; next < lines->len && line[next].start == line[first].start;)
			next++;
		if (counters++ >= COUNTERS_MAX)
			continue;
		g_string_append_printf(page, "\n%s\nHourly Tally Counter\n\n",
			hour_format_s(line[first].start, start));
		put_lines(page, line + first, next - first, FALSE, links);
	}
	if (counters > COUNTERS_MAX)
		g_string_append_printf(page, "\nand %u more hours\n", counters - COUNTERS_MAX);
}

void
counters_text(GString *page, const Counters *counters, const CounterLinks *links)
{
	char length[HOUR_TEXT_SIZE];

	put_hourly_counters(page, counters->lines[PROFILE_HOUR], links);
	for (guint span = PROFILE_DAY; span < PROFILE_SPANS; span++) {
		GArray *lines = counters->lines[span];
		if (lines->len == 0)
			continue;
		g_array_sort(lines, compare_lines);
		g_string_append_printf(page, "\n%s Tally Counter%s\n\n",
			finding_format_length(profile_spans[span].length, length),
			span == PROFILE_WEEK ? ", where it says more than 24 h" : "");
		put_lines(page, (const WindowHit *)(gpointer)lines->data, lines->len, TRUE,
			links);
	}
}

guint
counters_hour(const Counters *counters, gint64 hour)
{
	const GArray *lines = counters->lines[PROFILE_HOUR];
	guint n = 0;

	for (guint i = 0; i < lines->len; i++)
		n += g_array_index(lines, WindowHit, i).start == hour;
	return n;
}
