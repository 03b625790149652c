/*
 * Findings as Suricata's eve.json has alerts, for what reads such logs (EveBox, SELKS): a line
 * for each source; what is the finding's own stands under "gnomon". Source: Suricata's manual, "Eve
 * JSON Format", and sidallocation.org for the numbers.
 */
#include "config.h"

#include "common/hour.h"
#include "common/json.h"
#include "report/card.h"
#include "report/known_sources.h"
#include "report/line_format.h"

enum {
	/* the end of the range that is left to local rules, 1000000 to 1999999 */
	SIGNATURE_FIRST = 1900000,
	SIGNATURES = 100000,
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

static void
put_port(GString *out, const ProfilePort *port)
{
	static const struct {
		guint8 port; /* as KindInfo has it */
		const char *key;
	} keys[] = {{'s', "src_port"}, {'d', "dest_port"}, {'t', "icmp_type"}};

	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (kind_table[port->kind].port == keys[i].port)
			json_member_number(out, keys[i].key, port->port);
}

/* index: of the source. */
static void
put_addresses(GString *out, const Finding *finding, guint index)
{
	const Address *target = line_format_target(finding);
	const Address source = line_format_source(finding, index);
	const char *protocol = line_format_protocol(finding);
	const ProfilePort *port = line_format_port(finding);
	char text[ADDRESS_TEXT_SIZE];

	json_member_string(out, "src_ip", address_format(&source, text));
	if (target)
		json_member_string(out, "dest_ip", address_format(target, text));
	if (port)
		put_port(out, port);
	if (protocol)
		json_member_string(out, "proto", protocol);
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
put_own(GString *out, const Finding *finding, guint index)
{
	const FindingSource *source = &g_array_index(finding->sources, FindingSource, index);
	const Profile *profile = finding->profile;
	g_autofree char *id = finding_id(finding);
	g_autofree char *detectors = card_detectors(finding);
	char text[ADDRESS_TEXT_SIZE];

	json_key(out, "gnomon");
	json_begin(out, '{');
	json_member_string(out, "id", id);
	json_member_string(out, "verdict", finding_verdict_name(finding->verdict));
	json_member_string(out, "detectors", detectors);
	json_member_string(out, "source", subject_format(&source->source, source->bits, text));
	json_member_number(out, "hosts", profile->hosts);
	json_member_number(out, "answered", profile->answered);
	json_member_number(out, "packets", profile->packets);
	json_member_number(out, "n_sources", finding->n_sources);
	json_member_string(out, "reason", card_reason(finding));
	known_sources_json(out, finding->known);
	json_end(out, '}');
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	(void)head;
	for (guint i = 0; i < line_format_sources(finding); i++) {
		json_begin(out, '{');
		put_time(out, "timestamp", line_format_time(finding, i));
		json_member_string(out, "event_type", "alert");
		put_addresses(out, finding, i);
		put_alert(out, finding);
		put_own(out, finding, i);
		json_end(out, '}');
		g_string_append_c(out, '\n');
	}
}

const LineFormat line_eve = {.name = "eve",
	.help = "alerts as in Suricata's eve.json, a line for each source",
	.line = put_line};
