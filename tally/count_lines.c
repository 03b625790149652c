#include "config.h"

#include "tally/count_lines.h"

#include <string.h>

#include "common/hour.h"
#include "common/json.h"
#include "tally/command.h"

enum {
	FLUSH_OCTETS = 1 << 16,
	DAYS_FROM = 72, /* hours from which a window of whole days is named by days */
};

/* Formats: one is a line of the table below. */
typedef struct {
	void (*begin)(GString *out);
	/* first: the window's first line */
	void (*line)(
		GString *out, const WindowPlan *plan, const WindowHit *hit, gboolean first);
} CountFormat;

static void
begin_nothing(GString *out)
{
	(void)out;
}

/* An address, or a prefix in CIDR. */
static void
format_source(const WindowHit *hit, char text[ADDRESS_TEXT_SIZE])
{
	gsize used;

	address_format(&hit->source, text);
	used = strlen(text);
	if (hit->source.family == 6 && hit->bits < 128)
		g_snprintf(text + used, ADDRESS_TEXT_SIZE - used, "/%u", hit->bits);
}

static void
text_heading(GString *out, const WindowPlan *plan, const WindowHit *hit)
{
	gint64 hours = plan->length / HOUR_SECONDS;
	char start[HOUR_TEXT_SIZE], end[HOUR_TEXT_SIZE];

	g_string_append_printf(out, "%s%s to %s\n", out->len > 0 ? "\n" : "",
		hour_format_s(hit->start, start),
		hour_format_s(hit->start + plan->length, end));
	if (hours == 1)
		g_string_append(out, "Hourly Tally Counter\n\n");
	else if (hours >= DAYS_FROM && hours % 24 == 0)
		g_string_append_printf(
			out, "Tally Counter, %" G_GINT64_FORMAT " d\n\n", hours / 24);
	else
		g_string_append_printf(out, "Tally Counter, %" G_GINT64_FORMAT " h\n\n", hours);
}

static void
text_line(GString *out, const WindowPlan *plan, const WindowHit *hit, gboolean first)
{
	char source[ADDRESS_TEXT_SIZE];

	if (first)
		text_heading(out, plan, hit);
	format_source(hit, source);
	g_string_append_printf(out, "%3u %s\n", hit->hosts, source);
}

static void
json_line(GString *out, const WindowPlan *plan, const WindowHit *hit, gboolean first)
{
	char time[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE];

	(void)first;
	format_source(hit, source);
	json_begin(out, '{');
	json_key(out, "window_start");
	json_string(out, hour_format_s(hit->start, time));
	json_key(out, "window_end");
	json_string(out, hour_format_s(hit->start + plan->length, time));
	json_key(out, "source");
	json_string(out, source);
	json_key(out, "hosts");
	json_number(out, hit->hosts);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
csv_begin(GString *out)
{
	g_string_append(out, "window_start,window_end,source,hosts\n");
}

static void
csv_line(GString *out, const WindowPlan *plan, const WindowHit *hit, gboolean first)
{
	char start[HOUR_TEXT_SIZE], end[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE];

	(void)first;
	format_source(hit, source);
	g_string_append_printf(out, "%s,%s,%s,%u\n", hour_format_s(hit->start, start),
		hour_format_s(hit->start + plan->length, end), source, hit->hosts);
}

const char *const count_lines_formats[] = {"text", "json", "csv", NULL};
/* By the names' order. */
static const CountFormat formats[] = {
	{begin_nothing, text_line},
	{begin_nothing, json_line},
	{csv_begin, csv_line},
};

gboolean
count_lines_print(
	const GArray *lines, const WindowPlan *plan, guint format_number, GError **error)
{
	const CountFormat *format = &formats[format_number];
	g_autoptr(GString) out = g_string_new(NULL);
	gint64 window = G_MININT64;

	format->begin(out);
	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *hit = &g_array_index(lines, WindowHit, i);
		format->line(out, plan, hit, hit->start != window);
		window = hit->start;
		if (out->len < FLUSH_OCTETS)
			continue;
		if (!command_print(out, error))
			return FALSE;
		g_string_truncate(out, 0);
	}
	return command_print(out, error);
}
