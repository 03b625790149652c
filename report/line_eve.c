/*
 * Findings as Suricata's eve.json has alerts, for what reads such logs (EveBox, SELKS): a line
 * for each source; what is the finding's own stands under "gnomon".
 */
#include "config.h"

#include "common/hour.h"
#include "common/json.h"
#include "report/card.h"
#include "report/line_format.h"

enum {
	SIGNATURE_FIRST = 9000000, /* of the range left to local rules */
	SIGNATURES = 900000,
};

/* A number of its own for each detector, which another detector beside it does not change
 * (FNV-1a). */
static guint32
signature_of(const Detector *detector)
{
	guint32 hash = 2166136261u;

	for (const char *c = detector->name; *c; c++)
		hash = (hash ^ (guint8)*c) * 16777619u;
	return SIGNATURE_FIRST + hash % SIGNATURES;
}

/* As Suricata writes it: microseconds, and the zone's offset. */
static void
put_time(GString *out, const char *key, guint64 ns)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc((gint64)(ns / SECOND_NS));
	g_autofree char *seconds = g_date_time_format(time, "%Y-%m-%dT%H:%M:%S");
	g_autofree char *text = g_strdup_printf(
		"%s.%06" G_GUINT64_FORMAT "+0000", seconds, ns % SECOND_NS / 1000);

	json_member_string(out, key, text);
}

static guint
severity_of(Verdict verdict)
{
	switch (verdict) {
	case VERDICT_COORDINATED_SCAN:
	case VERDICT_HIJACK:
	case VERDICT_INVERSE_MAPPING:
		return 1;
	case VERDICT_SCAN:
	case VERDICT_FLOOD:
	case VERDICT_DECOY:
		return 2;
	default:
		return 3;
	}
}

static const char *
protocol_of(const ProfilePort *port)
{
	if (port->kind == KIND_UDP)
		return "UDP";
	return kind_table[port->kind].port == 't' ? "ICMP" : "TCP";
}

static void
put_addresses(GString *out, const Finding *finding, const FindingSource *source)
{
	const Profile *profile = finding->profile;
	const FindingWindow *window = finding_window(finding, 0);
	const ProfilePort *port =
		profile->ports->len > 0 ? &g_array_index(profile->ports, ProfilePort, 0) : NULL;
	char text[ADDRESS_TEXT_SIZE];

	json_member_string(out, "src_ip", address_format(&source->source, text));
	if (window->target.family != 0)
		json_member_string(out, "dest_ip", address_format(&window->target, text));
	else if (profile->targets->len > 0)
		json_member_string(out, "dest_ip",
			address_format(
				&g_array_index(profile->targets, ProfileTarget, 0).target,
				text));
	if (!port || port->kind == KIND_OTHER)
		return;
	if (profile->n_ports == 1 && kind_table[port->kind].port == 'd')
		json_member_number(out, "dest_port", port->port);
	if (profile->n_ports == 1 && kind_table[port->kind].port == 's')
		json_member_number(out, "src_port", port->port);
	json_member_string(out, "proto", protocol_of(port));
}

static void
put_alert(GString *out, const Finding *finding)
{
	const Detector *detector = finding_window(finding, 0)->detector;
	g_autofree char *signature = g_strdup_printf(
		"GNOMON %s: %s", detector->name, finding_verdict_name(finding->verdict));

	json_key(out, "alert");
	json_begin(out, '{');
	json_member_string(out, "action", "allowed");
	json_member_number(out, "gid", 1);
	json_member_number(out, "signature_id", signature_of(detector));
	json_member_number(out, "rev", 1);
	json_member_string(out, "signature", signature);
	json_member_string(out, "category", detector_topic_title(detector->topic));
	json_member_number(out, "severity", severity_of(finding->verdict));
	json_end(out, '}');
}

static void
put_own(GString *out, const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_autofree char *id = finding_id(finding);
	g_autofree char *detectors = card_detectors(finding);

	json_key(out, "gnomon");
	json_begin(out, '{');
	json_member_string(out, "id", id);
	json_member_string(out, "verdict", finding_verdict_name(finding->verdict));
	json_member_string(out, "detectors", detectors);
	json_member_number(out, "hosts", profile->hosts);
	json_member_number(out, "answered", profile->answered);
	json_member_number(out, "packets", profile->packets);
	json_member_number(out, "n_sources", finding->n_sources);
	if (finding->evidence->len > 0)
		json_member_string(
			out, "reason", g_array_index(finding->evidence, Evidence, 0).text);
	json_end(out, '}');
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	const Profile *profile = finding->profile;
	gboolean known = profile->packets > 0 && profile->first != FACTS_NEVER;

	(void)head;
	for (guint i = 0; i < line_format_sources(finding); i++) {
		json_begin(out, '{');
		put_time(out, "timestamp",
			known ? profile->first : (guint64)profile->start * SECOND_NS);
		json_member_string(out, "event_type", "alert");
		put_addresses(out, finding, &g_array_index(finding->sources, FindingSource, i));
		put_alert(out, finding);
		put_own(out, finding);
		json_end(out, '}');
		g_string_append_c(out, '\n');
	}
}

const LineFormat line_eve = {.name = "eve",
	.help = "alerts as in Suricata's eve.json, a line for each source",
	.line = put_line};
