/*
 * Findings as Zeek's notice.log has them, tab-separated: a line for each source, for what reads
 * such logs. Source: the log's own head, fields and types as Zeek 6 writes them.
 */
#include "config.h"

#include "common/hour.h"
#include "report/card.h"
#include "report/line_format.h"

/* Fields and their types, side by side. */
static const char *const fields[][2] = {
	{"ts", "time"},
	{"uid", "string"},
	{"id.orig_h", "addr"},
	{"id.orig_p", "port"},
	{"id.resp_h", "addr"},
	{"id.resp_p", "port"},
	{"proto", "enum"},
	{"note", "enum"},
	{"msg", "string"},
	{"sub", "string"},
	{"src", "addr"},
	{"dst", "addr"},
	{"p", "port"},
	{"n", "count"},
	{"peer_descr", "string"},
	{"actions", "set[enum]"},
	{"suppress_for", "interval"},
};

static void
put_names(GString *out, const char *name, guint column)
{
	g_string_append(out, name);
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++)
		g_string_append_printf(out, "\t%s", fields[i][column]);
	g_string_append_c(out, '\n');
}

static void
put_head(GString *out, const ScanHead *head)
{
	(void)head;
	g_string_append(out, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n"
			     "#unset_field\t-\n#path\tnotice\n");
	put_names(out, "#fields", 0);
	put_names(out, "#types", 1);
}

/* What would end a field or a line, and what no log should hold, as \xHH. */
static void
put_text(GString *out, const char *text)
{
	if (*text == '\0')
		g_string_append(out, "(empty)");
	for (; *text; text++)
		if ((guint8)*text < 0x20 || (guint8)*text >= 0x7f || *text == '\\')
			g_string_append_printf(out, "\\x%02x", (guint8)*text);
		else
			g_string_append_c(out, *text);
}

/* "Gnomon::Low_And_Slow" of "low-and-slow". */
static void
put_note(GString *out, const char *detector)
{
	gboolean first = TRUE;

	g_string_append(out, "Gnomon::");
	for (; *detector; detector++) {
		g_string_append_c(out, *detector == '-' ? '_'
				       : first          ? g_ascii_toupper(*detector)
							: *detector);
		first = *detector == '-';
	}
}

static const char *
protocol_of(const Profile *profile)
{
	guint8 kind = profile->ports->len > 0
			      ? g_array_index(profile->ports, ProfilePort, 0).kind
			      : KIND_OTHER;

	if (kind == KIND_UDP)
		return "udp";
	if (kind == KIND_OTHER)
		return "-";
	return kind_table[kind].port == 't' ? "icmp" : "tcp";
}

static void
put_source(GString *out, const Finding *finding, const FindingSource *source)
{
	const Profile *profile = finding->profile;
	const FindingWindow *window = finding_window(finding, 0);
	g_autofree char *id = finding_id(finding);
	g_autofree char *about = card_about(finding);
	char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE] = "-", port[8] = "-";
	gboolean known = profile->packets > 0 && profile->first != FACTS_NEVER;
	guint64 at = known ? profile->first : (guint64)profile->start * SECOND_NS;

	address_format(&source->source, from);
	if (window->target.family != 0)
		address_format(&window->target, to);
	else if (profile->targets->len == 1)
		address_format(&g_array_index(profile->targets, ProfileTarget, 0).target, to);
	if (profile->n_ports == 1 && profile->ports->len == 1)
		g_snprintf(port, sizeof port, "%u",
			g_array_index(profile->ports, ProfilePort, 0).port);
	g_string_append_printf(out,
		"%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT "\t-\t-\t-\t-\t-\t%s\t",
		at / SECOND_NS, at % SECOND_NS / 1000, protocol_of(profile));
	put_note(out, window->detector->name);
	g_string_append_c(out, '\t');
	g_autofree char *message = g_strdup_printf("%s, %s: %s", about,
		finding_verdict_name(finding->verdict),
		finding->evidence->len > 0 ? g_array_index(finding->evidence, Evidence, 0).text
					   : "");
	put_text(out, message);
	g_string_append_printf(out,
		"\tid %s\t%s\t%s\t%s\t%u\t-\tNotice::ACTION_LOG\t0.000000\n", id, from, to,
		port, source->hosts > 0 ? source->hosts : profile->hosts);
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	(void)head;
	for (guint i = 0; i < line_format_sources(finding); i++)
		put_source(out, finding, &g_array_index(finding->sources, FindingSource, i));
}

const LineFormat line_zeek = {.name = "zeek",
	.help = "Zeek's notice.log, a line for each source",
	.begin = put_head,
	.line = put_line};
