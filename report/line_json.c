/*
 * Findings as JSON, one a line (DESIGN section 5), written as they are found: sources by
 * address.
 */
#include "config.h"

#include "common/hour.h"
#include "common/json.h"
#include "report/known_sources.h"
#include "report/line_format.h"

enum { SCHEMA = 1 }; /* of a finding's line: gnomon-findings(5) */

static void
put_time(GString *out, const char *key, gint64 seconds)
{
	char text[HOUR_TEXT_SIZE];

	json_member_string(out, key, hour_format_s(seconds, text));
}

static void
put_time_ns(GString *out, const char *key, guint64 ns)
{
	char text[HOUR_TEXT_SIZE];

	if (ns != FACTS_NEVER)
		json_member_string(out, key, hour_format_ns(ns, text));
}

static void
put_address(GString *out, const char *key, const Address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	json_member_string(out, key, address_format(address, text));
}

static void
put_detectors(GString *out, const Finding *finding)
{
	json_key(out, "detectors");
	json_begin(out, '[');
	for (guint i = 0; i < finding->windows->len; i++)
		json_string(out, finding_window(finding, i)->detector->name);
	json_end(out, ']');
}

static void
put_sources(GString *out, const Finding *finding)
{
	char text[ADDRESS_TEXT_SIZE];

	json_key(out, "sources");
	json_begin(out, '[');
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		json_string(out, subject_format(&source->source, source->bits, text));
	}
	json_end(out, ']');
}

/* Of several sources, what each did. */
static void
put_group(GString *out, const Finding *finding)
{
	char text[ADDRESS_TEXT_SIZE];

	if (finding->n_sources < 2)
		return;
	json_key(out, "group");
	json_begin(out, '[');
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		json_begin(out, '{');
		json_member_string(
			out, "source", subject_format(&source->source, source->bits, text));
		json_member_number(out, "hosts", source->hosts);
		json_member_number(out, "packets", source->packets);
		put_time_ns(out, "first", source->first);
		put_time_ns(out, "last", source->packets > 0 ? source->last : FACTS_NEVER);
		json_end(out, '}');
	}
	json_end(out, ']');
}

/* The addresses behind one IPv6 prefix. */
static void
put_members(GString *out, const Finding *finding)
{
	const Profile *profile = finding->profile;
	char text[ADDRESS_TEXT_SIZE];

	if (profile->source.family == 4 || finding->n_sources > 1)
		return;
	json_member_number(out, "n_members", profile->n_members);
	json_key(out, "members");
	json_begin(out, '[');
	for (guint i = 0; i < profile->members->len; i++)
		json_string(out,
			address_format(&g_array_index(profile->members, Address, i), text));
	json_end(out, ']');
}

static void
put_ranks(GString *out, const Finding *finding)
{
	json_key(out, "rank");
	json_begin(out, '[');
	for (guint bit = 0; bit < RANKS; bit++)
		if (finding->ranks & 1u << bit)
			json_string(out, finding_rank_name(bit));
	json_end(out, ']');
	if (finding->state != STATE_UNKNOWN)
		json_member_string(out, "state", finding->state == STATE_NEW ? "new" : "still");
}

static void
put_windows(GString *out, const Finding *finding)
{
	json_key(out, "windows");
	json_begin(out, '[');
	for (guint i = 0; i < finding->windows->len; i++) {
		const FindingWindow *window = finding_window(finding, i);
		json_begin(out, '{');
		json_member_string(out, "detector", window->detector->name);
		put_time(out, "window_start", window->start);
		put_time(out, "window_end", window->start + window->length);
		json_member_number(out, "count", window->count);
		json_member_number(out, "threshold", window->threshold);
		if (window->target.family != 0)
			put_address(out, "target", &window->target);
		if (window->detector->groups && finding->scope == SCOPE_PORT && i == 0) {
			json_member_string(out, "kind", kind_table[window->service_kind].name);
			json_member_number(out, "port", window->service_port);
		}
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_targets(GString *out, const Profile *profile)
{
	char text[ADDRESS_TEXT_SIZE];

	json_key(out, "targets");
	json_begin(out, '[');
	for (guint i = 0; i < profile->targets->len; i++)
		json_string(
			out, address_format(
				     &g_array_index(profile->targets, ProfileTarget, i).target,
				     text));
	json_end(out, ']');
}

static void
put_ports(GString *out, const Profile *profile)
{
	json_member_number(out, "n_ports", profile->n_ports);
	json_key(out, "ports");
	json_begin(out, '[');
	for (guint i = 0; i < profile->ports->len; i++) {
		const ProfilePort *port = &g_array_index(profile->ports, ProfilePort, i);
		json_begin(out, '{');
		json_member_string(out, "kind", kind_table[port->kind].name);
		json_member_number(out, "port", port->port);
		json_member_number(out, "targets", port->targets);
		json_member_number(out, "packets", port->packets);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_answers(GString *out, const Profile *profile)
{
	json_member_number(out, "n_answers", profile->n_answers);
	json_key(out, "answers");
	json_begin(out, '[');
	for (guint i = 0; i < profile->answers->len; i++) {
		const ProfileAnswer *answer =
			&g_array_index(profile->answers, ProfileAnswer, i);
		json_begin(out, '{');
		put_address(out, "target", &answer->target);
		json_member_string(out, "kind", kind_table[answer->kind].name);
		json_member_number(out, "port", answer->port);
		json_member_string(out, "answer", profile_answer_name(answer));
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_hours(GString *out, const Profile *profile)
{
	json_key(out, "hours");
	json_begin(out, '[');
	for (guint i = 0; i < profile->hours->len; i++) {
		const ProfileHour *hour = &g_array_index(profile->hours, ProfileHour, i);
		json_begin(out, '{');
		put_time(out, "start", hour->hour);
		json_member_number(out, "hosts", hour->hosts);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_evidence(GString *out, const Finding *finding)
{
	json_key(out, "evidence");
	json_begin(out, '[');
	for (guint i = 0; i < finding->evidence->len; i++) {
		const Evidence *evidence = &g_array_index(finding->evidence, Evidence, i);
		json_begin(out, '{');
		json_member_string(out, evidence->against ? "against" : "for",
			finding_verdict_name(evidence->verdict));
		json_member_string(out, "text", evidence->text);
		json_end(out, '}');
	}
	json_end(out, ']');
}

static void
put_past(GString *out, const FindingPast *past)
{
	if (!past)
		return;
	g_autofree char *own = past_source_text(&past->own);
	g_autofree char *neighbours = past_source_text(&past->neighbours);

	json_key(out, "past");
	json_begin(out, '{');
	json_member_number(out, "days_known", past->own.days_known);
	json_member_number(out, "days_seen", past->own.days_seen);
	if (past->own.days_seen > 0) {
		put_time(out, "first_seen", past->own.first);
		put_time(out, "last_seen", past->own.last);
	}
	json_member_number(out, "sources_seen", past->sources_seen);
	json_member_number(out, "network_days_seen", past->neighbours.days_seen);
	json_key(out, "lines");
	json_begin(out, '[');
	json_string(out, own);
	json_string(out, neighbours);
	for (guint i = 0; past->lines && i < past->lines->len; i++)
		json_string(out, past->lines->pdata[i]);
	json_end(out, ']');
	json_end(out, '}');
}

/* Each target once, by the most that it told. */
static void
put_worth(GString *out, const Profile *profile)
{
	json_key(out, "answered_with");
	json_begin(out, '{');
	for (guint worth = 0; worth < WORTHS; worth++)
		json_member_number(out, profile_worth_name(worth), profile->worth[worth]);
	json_end(out, '}');
}

static void
put_finding(GString *out, const Finding *finding)
{
	const Profile *profile = finding->profile;
	g_autofree char *id = finding_id(finding);

	json_begin(out, '{');
	json_member_number(out, "schema", SCHEMA);
	json_member_string(out, "id", id);
	put_detectors(out, finding);
	json_member_string(out, "verdict", finding_verdict_name(finding->verdict));
	put_sources(out, finding);
	put_members(out, finding);
	json_member_number(out, "hosts", profile->hosts);
	put_time(out, "window_start", profile->start);
	put_time(out, "window_end", profile->start + profile->length);
	json_member_number(out, "answered", profile->answered);
	put_worth(out, profile);
	json_member_number(out, "n_sources", finding->n_sources);
	json_member_string(out, "scope", finding_scope_name(finding->scope));
	put_ranks(out, finding);
	put_past(out, finding->past);
	known_sources_json(out, finding->known);
	put_group(out, finding);
	put_time_ns(out, "first", profile->first);
	put_time_ns(out, "last", profile->packets > 0 ? profile->last : FACTS_NEVER);
	json_member_number(out, "packets", profile->packets);
	json_member_number(out, "bytes", profile->bytes);
	put_windows(out, finding);
	put_targets(out, profile);
	if (finding->ranks & RANK_DARK)
		json_member_number(out, "n_dark", profile->dark);
	put_ports(out, profile);
	put_answers(out, profile);
	put_hours(out, profile);
	put_evidence(out, finding);
	json_end(out, '}');
	g_string_append_c(out, '\n');
}

static void
put_line(GString *out, const ScanHead *head, const Finding *finding)
{
	(void)head;
	put_finding(out, finding);
}

const LineFormat line_json = {
	.name = "json", .help = "one finding a line: gnomon-findings(5)", .line = put_line};
