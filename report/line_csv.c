/*
 * Findings as comma-separated values (RFC 4180): a head, then a line each.
 */
#include "config.h"

#include <string.h>

#include "common/hour.h"
#include "report/card.h"
#include "report/line_format.h"

static const char head_line[] =
	"id,state,verdict,detectors,about,scope,sources,targets,answered,dark,packets,bytes,"
	"first,last,window_start,window_end,rank,reason\r\n";

static void
put_head(GString *out, const ScanHead *head)
{
	(void)head;
	g_string_append(out, head_line);
}

/* A spreadsheet shall not take a text for a formula: such a one gets an apostrophe. */
static void
put_text(GString *out, const char *text)
{
	g_string_append(out, strchr("=+-@\t\r", *text) && *text ? "\"'" : "\"");
	for (; *text; text++)
		g_string_append(out, *text == '"' ? "\"\"" : (char[]){*text, '\0'});
	g_string_append(out, "\",");
}

static void
put_number(GString *out, guint64 number)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT ",", number);
}

static void
put_time_ns(GString *out, guint64 ns, gboolean known)
{
	char text[HOUR_TEXT_SIZE];

	g_string_append_printf(out, "%s,", known ? hour_format_ns(ns, text) : "");
}

static void
put_time(GString *out, gint64 seconds)
{
	char text[HOUR_TEXT_SIZE];

	g_string_append_printf(out, "%s,", hour_format_s(seconds, text));
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	static const char *const states[] = {
		[STATE_UNKNOWN] = "", [STATE_NEW] = "new", [STATE_STILL] = "still"};
	const Profile *profile = finding->profile;
	g_autofree char *id = finding_id(finding);
	g_autofree char *detectors = card_detectors(finding);
	g_autofree char *about = card_about(finding);
	g_autofree char *ranks = card_ranks(finding);
	gboolean known = profile->packets > 0 && profile->first != FACTS_NEVER;

	(void)head;
	put_text(out, id);
	put_text(out, states[finding->state]);
	put_text(out, finding_verdict_name(finding->verdict));
	put_text(out, detectors);
	put_text(out, about);
	put_text(out, finding_scope_name(finding->scope));
	put_number(out, finding->n_sources);
	put_number(out, profile->hosts);
	put_number(out, profile->answered);
	put_number(out, profile->dark);
	put_number(out, profile->packets);
	put_number(out, profile->bytes);
	put_time_ns(out, profile->first, known);
	put_time_ns(out, profile->last, known);
	put_time(out, profile->start);
	put_time(out, profile->start + profile->length);
	put_text(out, ranks);
	put_text(out, finding->evidence->len > 0
			      ? g_array_index(finding->evidence, Evidence, 0).text
			      : "");
	g_string_truncate(out, out->len - 1);
	g_string_append(out, "\r\n");
}

const LineFormat line_csv = {.name = "csv",
	.help = "comma-separated values, with a head",
	.begin = put_head,
	.line = put_line};
