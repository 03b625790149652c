/*
 * Findings as comma-separated values (RFC 4180): a head, then a line each.
 */
#include "config.h"

#include "common/hour.h"
#include "report/card.h"
#include "report/known_sources.h"
#include "report/line_format.h"
#include "report/text.h"

static const char head_line[] =
	"id,state,verdict,detectors,about,scope,sources,targets,answered,dark,packets,bytes,"
	"first,last,window_start,window_end,rank,reason,known\r\n";

static void
put_head(GString *out, const ScanHead *head)
{
	(void)head;
	g_string_append(out, head_line);
}

/* Whether a spreadsheet takes a text that begins so for a formula; some pass over spaces first, some
 * take the wide forms as well. */
static gboolean
is_formula(const char *text)
{
	static const char signs[] = "=+-@\357\274\235\357\274\213\357\274\215\357\274\240";

	while (*text == ' ')
		text++;
	return g_utf8_strchr(signs, -1, g_utf8_get_char_validated(text, -1)) != NULL;
}

/* Quoted; on one line, with what is hidden shown, whatever it holds. A formula gets an apostrophe
 * before it. */
static void
put_text(GString *out, const char *text)
{
	gboolean valid;

	g_string_append(out, *text && is_formula(text) ? "\"'" : "\"");
	while (*text) {
		gunichar c = text_next(&text, &valid);
		if (!valid)
			g_string_append_printf(out, "[x%02X]", c);
		else if (text_is_hidden(c))
			g_string_append_printf(out, "[U+%04X]", c);
		else if (c == '"')
			g_string_append(out, "\"\"");
		else
			g_string_append_unichar(out, c);
	}
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
	g_autofree char *known_as =
		finding->known ? known_sources_text(finding->known) : g_strdup("");
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
	put_text(out, card_reason(finding));
	put_text(out, known_as);
	g_string_truncate(out, out->len - 1);
	g_string_append(out, "\r\n");
}

const LineFormat line_csv = {.name = "csv",
	.help = "comma-separated values, with a head",
	.begin = put_head,
	.line = put_line};
