#include "config.h"

#include "tally/search_lines.h"

#include <string.h>

#include "common/hour.h"
#include "common/json.h"

enum {
	CLOCK_AT = 11,  /* of "2017-09-10T00:10:01Z" */
	CLOCK_SIZE = 9, /* "00:10:01" and its end */
	SOURCE_WIDTH = 15,
	SENSOR_WIDTH_MAX = 64,
};

/* Formats: one is a line of the table below. */
typedef struct {
	void (*begin)(GString *out);
	void (*hit)(
		SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out);
	/* NULL: there is none */
	void (*summary)(const SearchSummary *summary, const SearchEnding *ending, GString *out);
} SearchFormat;

struct SearchLines {
	const SearchFormat *format;
	const SearchTraits *asked;      /* borrowed */
	int sensor_width, source_width; /* columns; the second grows */
};

static guint64
time_of(const SearchFile *file, guint64 time)
{
	return (guint64)file->hour * SECOND_NS + time;
}

static const char *
plural(guint64 n)
{
	return n == 1 ? "" : "s";
}

/* "00:10:01" */
static const char *
clock_of(const SearchFile *file, guint64 time, char text[CLOCK_SIZE])
{
	char whole[HOUR_TEXT_SIZE];

	hour_format_s((gint64)(time_of(file, time) / SECOND_NS), whole);
	g_strlcpy(text, whole + CLOCK_AT, CLOCK_SIZE);
	return text;
}

/* A name out of a file may hold anything. */
static char *
printable(const char *name)
{
	char *text = g_strdup(name);

	for (char *at = text; *at; at++)
		if (g_ascii_iscntrl(*at))
			*at = '?';
	return text;
}

static void
begin_nothing(GString *out)
{
	(void)out;
}

/* The fields that are asked for, or the others: "ttl 64, window 512-1024". before: put before the
 * first. */
static void
text_fields(const SearchHit *hit, guint fields, const char *before, GString *out)
{
	guint32 least, greatest;

	for (guint field = 0; field < SEARCH_FIELDS; field++) {
		if (!(fields >> field & 1) ||
			!search_trait_range(&hit->trait, (SearchField)field, &least, &greatest))
			continue;
		g_string_append_printf(
			out, "%s%s %u", before, search_fields[field].name, least);
		if (greatest != least)
			g_string_append_printf(out, "-%u", greatest);
		before = ", ";
	}
}

static void
text_traits(const SearchLines *lines, const SearchHit *hit, GString *out)
{
	static const char *const words[] = {
		[SEARCH_MAY] = "may hold", [SEARCH_HAS] = "has", [SEARCH_IS] = "is"};
	guint asked = lines->asked->fields;

	g_string_append(out, "  ");
	if (asked) {
		g_string_append_printf(out, "%-8s ", words[hit->match]);
		text_fields(hit, asked, "", out);
	}
	if (hit->has_trait)
		text_fields(hit, ~asked, asked ? "; " : "", out);
}

static void
text_hit(SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out)
{
	char hour[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE], first[CLOCK_SIZE],
		last[CLOCK_SIZE], port[16];
	g_autofree char *sensor = printable(file->sensor);

	address_format(&hit->source, source);
	lines->source_width = MAX(lines->source_width, (int)strlen(source));
	if (hit->n_ports == 1)
		g_snprintf(port, sizeof port, "port %u", hit->port);
	else
		g_snprintf(port, sizeof port, "%u ports", hit->n_ports);
	g_string_append_printf(out, "%s  %-*s  %-*s  %-9s  %5u target%s  %-11s",
		hour_format_s(file->hour, hour), lines->sensor_width, *sensor ? sensor : "-",
		lines->source_width, source, kind_table[hit->kind].name, hit->n_targets,
		hit->n_targets == 1 ? " " : "s", port);
	g_string_append_printf(out, "  %6" G_GUINT64_FORMAT " packet%s  %s to %s  %5u answered",
		hit->packets, hit->packets == 1 ? " " : "s", clock_of(file, hit->first, first),
		clock_of(file, hit->last, last), hit->n_answered);
	text_traits(lines, hit, out);
	g_string_append_c(out, '\n');
}

/* How much was searched: "48 hours of 2 sensors searched, ... to ...". */
static void
append_searched(const SearchSummary *summary, const SearchEnding *ending, GString *out)
{
	guint sensors = g_hash_table_size(summary->sensors);
	char from[HOUR_TEXT_SIZE], to[HOUR_TEXT_SIZE];

	g_string_append_printf(out, "%u hour%s of %u sensor%s searched",
		summary->searched_hours, plural(summary->searched_hours), sensors,
		plural(sensors));
	if (summary->tallies > 0)
		g_string_append_printf(out, ", %s to %s", hour_format_s(summary->from, from),
			hour_format_s(summary->to, to));
	if (summary->cut_short > 0)
		g_string_append_printf(out, "; %u tall%s of captures cut short",
			summary->cut_short, summary->cut_short == 1 ? "y" : "ies");
	if (summary->lost > 0)
		g_string_append_printf(out,
			"; %" G_GUINT64_FORMAT " packet%s lost while capturing", summary->lost,
			plural(summary->lost));
	if (ending->limit > 0)
		g_string_append_printf(out,
			"; ended at the limit of %" G_GUINT64_FORMAT
			" line%s, there may be more",
			ending->limit, plural(ending->limit));
	else if (ending->interrupted)
		g_string_append(out, "; stopped");
	if (summary->tallies < ending->n_files)
		g_string_append_printf(out, "; %u of %u tallies not searched to the end",
			ending->n_files - summary->tallies, ending->n_files);
}

char *
search_lines_text(const SearchSummary *summary, const SearchEnding *ending)
{
	GString *out = g_string_new(NULL);
	guint64 sources = address_set_size(summary->sources),
		targets = address_set_size(summary->targets);
	char first[HOUR_TEXT_SIZE], last[HOUR_TEXT_SIZE];

	if (summary->hits == 0) {
		g_string_append(out, "nothing matched: ");
		append_searched(summary, ending, out);
		return g_string_free(out, FALSE);
	}
	g_string_append_printf(out,
		"%s: %" G_GUINT64_FORMAT " source%s, %" G_GUINT64_FORMAT
		" target%s, in %u hour%s of %u day%s, first %s, last %s; ",
		summary->perhaps == summary->hits ? "perhaps seen" : "seen", sources,
		plural(sources), targets, plural(targets), summary->hours,
		plural(summary->hours), summary->days, plural(summary->days),
		hour_format_ns(summary->first, first), hour_format_ns(summary->last, last));
	if (summary->perhaps > 0)
		g_string_append_printf(out,
			"%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " line%s perhaps; ",
			summary->perhaps, summary->hits, plural(summary->hits));
	append_searched(summary, ending, out);
	return g_string_free(out, FALSE);
}

static void
text_summary(const SearchSummary *summary, const SearchEnding *ending, GString *out)
{
	g_autofree char *text = search_lines_text(summary, ending);

	g_string_append_printf(out, "%s\n", text);
}

static void
put_time(GString *out, const char *key, guint64 time_ns)
{
	char text[HOUR_TEXT_SIZE];

	json_member_string(out, key, hour_format_ns(time_ns, text));
}

static void
json_traits(const SearchHit *hit, GString *out)
{
	guint32 least, greatest;
	char name[16];

	for (guint field = 0; field < SEARCH_FIELDS; field++) {
		if (!search_trait_range(&hit->trait, (SearchField)field, &least, &greatest))
			continue;
		g_snprintf(name, sizeof name, "%s_min", search_fields[field].name);
		json_member_number(out, name, least);
		g_snprintf(name, sizeof name, "%s_max", search_fields[field].name);
		json_member_number(out, name, greatest);
	}
}

static void
json_hit(SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out)
{
	char text[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE];

	json_begin(out, '{');
	json_member_string(out, "record", "hit");
	json_member_string(out, "hour", hour_format_s(file->hour, text));
	json_member_string(out, "sensor", file->sensor);
	json_member_string(out, "source", address_format(&hit->source, source));
	json_member_string(out, "kind", kind_table[hit->kind].name);
	json_member_number(out, "targets", hit->n_targets);
	json_member_number(out, "ports", hit->n_ports);
	if (hit->n_ports == 1)
		json_member_number(out, "port", hit->port);
	json_member_number(out, "packets", hit->packets);
	json_member_number(out, "bytes", hit->bytes);
	put_time(out, "first", time_of(file, hit->first));
	put_time(out, "last", time_of(file, hit->last));
	json_member_number(out, "answered", hit->n_answered);
	if (lines->asked->fields)
		json_member_string(out, "match", search_match_names[hit->match]);
	if (hit->has_trait)
		json_traits(hit, out);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
json_searched(const SearchSummary *summary, const SearchEnding *ending, GString *out)
{
	char text[HOUR_TEXT_SIZE];

	json_key(out, "searched");
	json_begin(out, '{');
	json_member_number(out, "tallies", summary->tallies);
	json_member_number(out, "of", ending->n_files);
	json_member_number(out, "hours", summary->searched_hours);
	json_member_number(out, "sensors", g_hash_table_size(summary->sensors));
	json_member_number(out, "cut_short", summary->cut_short);
	json_member_number(out, "lost", summary->lost);
	if (summary->tallies > 0) {
		json_member_string(out, "from", hour_format_s(summary->from, text));
		json_member_string(out, "to", hour_format_s(summary->to, text));
	}
	json_end(out, '}');
}

static void
json_summary(const SearchSummary *summary, const SearchEnding *ending, GString *out)
{
	json_begin(out, '{');
	json_member_string(out, "record", "summary");
	json_member_number(out, "hits", summary->hits);
	json_member_number(out, "perhaps", summary->perhaps);
	json_member_number(out, "sources", address_set_size(summary->sources));
	json_member_number(out, "targets", address_set_size(summary->targets));
	json_member_number(out, "hours", summary->hours);
	json_member_number(out, "days", summary->days);
	if (summary->hits > 0) {
		put_time(out, "first", summary->first);
		put_time(out, "last", summary->last);
	}
	json_searched(summary, ending, out);
	json_key(out, "stopped");
	json_bool(out, ending->interrupted);
	json_key(out, "limited");
	json_bool(out, ending->limit > 0);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
csv_begin(GString *out)
{
	g_string_append(out, "hour,sensor,source,kind,targets,ports,port,packets,bytes,first,"
			     "last,answered,match");
	for (guint field = 0; field < SEARCH_FIELDS; field++)
		g_string_append_printf(out, ",%s_min,%s_max", search_fields[field].name,
			search_fields[field].name);
	g_string_append_c(out, '\n');
}

/* In quotes where it has to be. */
static void
csv_text(GString *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		g_string_append(out, text);
		return;
	}
	g_string_append_c(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

static void
csv_hit(SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out)
{
	char hour[HOUR_TEXT_SIZE], source[ADDRESS_TEXT_SIZE], first[HOUR_TEXT_SIZE],
		last[HOUR_TEXT_SIZE];
	guint32 least, greatest;

	g_string_append_printf(out, "%s,", hour_format_s(file->hour, hour));
	csv_text(out, file->sensor);
	g_string_append_printf(out, ",%s,%s,%u,%u,", address_format(&hit->source, source),
		kind_table[hit->kind].name, hit->n_targets, hit->n_ports);
	if (hit->n_ports == 1)
		g_string_append_printf(out, "%u", hit->port);
	g_string_append_printf(out, ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT ",%s,%s,%u,%s",
		hit->packets, hit->bytes, hour_format_ns(time_of(file, hit->first), first),
		hour_format_ns(time_of(file, hit->last), last), hit->n_answered,
		lines->asked->fields ? search_match_names[hit->match] : "");
	for (guint field = 0; field < SEARCH_FIELDS; field++)
		if (hit->has_trait &&
			search_trait_range(&hit->trait, (SearchField)field, &least, &greatest))
			g_string_append_printf(out, ",%u,%u", least, greatest);
		else
			g_string_append(out, ",,");
	g_string_append_c(out, '\n');
}

const char *const search_lines_formats[] = {"text", "json", "csv", NULL};
/* By the names' order. */
static const SearchFormat formats[] = {
	{begin_nothing, text_hit, text_summary},
	{begin_nothing, json_hit, json_summary},
	{csv_begin, csv_hit, NULL},
};

SearchLines *
search_lines_new(guint format, const SearchTraits *asked, const GPtrArray *files)
{
	SearchLines *lines = g_new0(SearchLines, 1);

	lines->format = &formats[format];
	lines->asked = asked;
	lines->source_width = SOURCE_WIDTH;
	lines->sensor_width = 1;
	for (guint i = 0; i < files->len; i++) {
		const SearchFile *file = files->pdata[i];
		int width = (int)MIN(strlen(file->sensor), SENSOR_WIDTH_MAX);
		lines->sensor_width = MAX(lines->sensor_width, width);
	}
	return lines;
}

void
search_lines_free(SearchLines *lines)
{
	g_free(lines);
}

void
search_lines_begin(SearchLines *lines, GString *out)
{
	lines->format->begin(out);
}

void
search_lines_hit(SearchLines *lines, const SearchFile *file, const SearchHit *hit, GString *out)
{
	lines->format->hit(lines, file, hit, out);
}

void
search_lines_summary(SearchLines *lines, const SearchSummary *summary,
	const SearchEnding *ending, GString *out)
{
	if (lines->format->summary)
		lines->format->summary(summary, ending, out);
}

gboolean
search_lines_has_summary(const SearchLines *lines)
{
	return lines->format->summary != NULL;
}
