/*
 * Findings as Zeek's notice.log has them, tab-separated: a line for each source, for what reads
 * such logs. Source: Notice::Info in Zeek 6's scripts/base/frameworks/notice/main.zeek and
 * actions/add-geodata.zeek, and the head that its ASCII writer gives a log; #open and #close, times
 * of writing, are left out.
 */
#include "config.h"

#include "common/hour.h"
#include "report/card.h"
#include "report/known_sources.h"
#include "report/line_format.h"

/* Fields and their types, side by side. */
static const char *const fields[][2] = {
	{"ts", "time"},
	{"uid", "string"},
	{"id.orig_h", "addr"},
	{"id.orig_p", "port"},
	{"id.resp_h", "addr"},
	{"id.resp_p", "port"},
	{"fuid", "string"},
	{"file_mime_type", "string"},
	{"file_desc", "string"},
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
	{"email_dest", "set[string]"},
	{"suppress_for", "interval"},
	{"remote_location.country_code", "string"},
	{"remote_location.region", "string"},
	{"remote_location.city", "string"},
	{"remote_location.latitude", "double"},
	{"remote_location.longitude", "double"},
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

/* "tcp", "udp", "icmp" (IPv6 alike). */
static void
put_protocol(GString *out, const Finding *finding)
{
	const char *name = line_format_protocol(finding);
	g_autofree char *lower = g_ascii_strdown(name ? name : "-", -1);

	g_string_append(out, g_str_has_suffix(lower, "icmp") ? "icmp" : lower);
}

static void
put_message(GString *out, const Finding *finding)
{
	g_autofree char *about = card_about(finding);
	g_autofree char *text = g_strdup_printf("%s, %s: %s", about,
		finding_verdict_name(finding->verdict), card_reason(finding));

	put_text(out, text);
}

static void
put_sub(GString *out, const Finding *finding)
{
	g_autofree char *id = finding_id(finding);
	g_autofree char *known = finding->known ? known_sources_text(finding->known) : NULL;

	g_string_append_printf(out, "id %s%s", id, known ? ", " : "");
	if (known)
		put_text(out, known);
}

static void
put_address(GString *out, const Address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	g_string_append(out, address ? address_format(address, text) : "-");
}

/* index: of the source. */
static void
put_source(GString *out, const Finding *finding, guint index)
{
	const Profile *profile = finding->profile;
	const FindingSource *source = &g_array_index(finding->sources, FindingSource, index);
	const Address from = line_format_source(finding, index);
	const Address *target = &finding_window(finding, 0)->target;
	const Address *to = profile->hosts == 1   ? line_format_target(finding)
			    : target->family != 0 ? target
						  : NULL;
	const ProfilePort *port = line_format_port(finding);
	guint64 at = line_format_time(finding, index);

	g_string_append_printf(out,
		"%" G_GUINT64_FORMAT ".%06" G_GUINT64_FORMAT "\t-\t-\t-\t-\t-\t-\t-\t-\t",
		at / SECOND_NS, at % SECOND_NS / 1000);
	put_protocol(out, finding);
	g_string_append_c(out, '\t');
	put_note(out, finding_window(finding, 0)->detector->name);
	g_string_append_c(out, '\t');
	put_message(out, finding);
	g_string_append_c(out, '\t');
	put_sub(out, finding);
	g_string_append_c(out, '\t');
	put_address(out, &from);
	g_string_append_c(out, '\t');
	put_address(out, to);
	if (port)
		g_string_append_printf(out, "\t%u", port->port);
	else
		g_string_append(out, "\t-");
	g_string_append_printf(out,
		"\t%u\t-\tNotice::ACTION_LOG\t(empty)\t0.000000\t-\t-\t-\t-\t-\n",
		source->hosts > 0 ? source->hosts : profile->hosts);
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	(void)head;
	for (guint i = 0; i < line_format_sources(finding); i++)
		put_source(out, finding, i);
}

const LineFormat line_zeek = {.name = "zeek",
	.help = "Zeek's notice.log, a line for each source",
	.begin = put_head,
	.line = put_line};
