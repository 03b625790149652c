#include "config.h"

#include "tally/judge.h"

#include "common/hour.h"

enum {
	PATIENCE =
		/* SYNs to one target that a client sends before it gives up (first seed,
		 * 4.1) */
	4,
	PATIENCE_MAIL = 25, /* the same of a mail or web client */
	VISIT = 8,          /* packets a target, at least, of a visit with data */
	TALK = 20,          /* packets a target from which on it looks like conversations */
};

gboolean
judge_is_udp_answer(const Trait *udp)
{
	return udp && (udp->seen & TRAIT_PORTS) && udp->sport_min == udp->sport_max &&
	       udp->sport_min > 0 && udp->sport_min < 1024;
}

gboolean
judge_is_ack_sweep(const Profile *profile)
{
	const Trait *ack = profile_trait(profile, KIND_ACK);

	return ack && ack->payload_max == 0 && profile->once == profile->hosts &&
	       profile->rests[REST_ACK] == profile->hosts;
}

/* Targets that were asked something: hit by kinds that are no answer to somebody else, or to
 * us. */
static guint
count_asked(const DetectorCase *at, const Profile *profile)
{
	gboolean udp_asks = !judge_is_udp_answer(profile_trait(profile, KIND_UDP));

	if (at->scene->one_sided && !judge_is_ack_sweep(profile))
		return profile->rests[udp_asks ? REST_REQUEST_UDP : REST_REQUEST];
	return profile->rests[udp_asks ? REST_ASKING : REST_REQUEST_ACK];
}

Verdict
judge_suspicion(const DetectorCase *at, guint enough, const Finding *finding)
{
	return count_asked(at, finding->profile) >= enough ? VERDICT_SCAN
							   : VERDICT_INVERSE_MAPPING;
}

void
judge_rests(Finding *finding)
{
	const Profile *profile = finding->profile;

	for (int rest = REST_REQUEST; rest <= REST_UDP; rest++)
		if (profile->rests[rest] > 0)
			finding_for(finding, VERDICT_SCAN, "%u of %u targets hit by %s",
				profile->rests[rest], profile->hosts,
				profile_rest_name((Rest)rest));
	for (int rest = REST_RESPONSE; rest <= REST_OTHER; rest++)
		if (profile->rests[rest] > 0)
			finding_against(finding, VERDICT_SCAN,
				"%u of %u targets hit by %s: no scan by itself",
				profile->rests[rest], profile->hosts,
				profile_rest_name((Rest)rest));
}

static void
say_one_sided(const DetectorCase *at, Finding *finding)
{
	const Profile *profile = finding->profile;
	guint answered = profile->hosts - profile->rests[REST_REQUEST_UDP];

	if (at->scene->one_sided && answered > 0 && !judge_is_ack_sweep(profile))
		finding_against(finding, VERDICT_SCAN,
			"hardly an outbound packet was captured: %u of %u targets may have "
			"asked for this",
			answered, profile->hosts);
}

/* A service that answers packets with our addresses spoofed; of TCP the reset-scan detector says
 * more. */
static void
say_udp_answer(Finding *finding)
{
	const Trait *udp = profile_trait(finding->profile, KIND_UDP);

	if (judge_is_udp_answer(udp) && finding->profile->rests[REST_UDP] > 0)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"udp from port %u alone: a service that answers, not one that asks",
			udp->sport_min);
}

static void
say_answers(Finding *finding)
{
	const Profile *profile = finding->profile;

	if (profile->rests[REST_ASKING] == 0)
		return;
	if (profile->answered == 0)
		finding_for(finding, VERDICT_SCAN, "none of its targets answered");
	else if (profile->answered == profile->worth[WORTH_ERROR])
		finding_for(finding, VERDICT_SCAN,
			"none of its targets answered but %u with ICMP errors",
			profile->answered);
	else if (profile->completed == 0)
		finding_for(finding, VERDICT_SCAN,
			"%u of %u targets answered, none completed a handshake",
			profile->answered, profile->hosts);
	else
		finding_against(finding, VERDICT_SCAN, "%u of %u targets completed a handshake",
			profile->completed, profile->hosts);
	if (profile->halfopen > 0)
		finding_for(finding, VERDICT_SCAN,
			"reset after the SYN-ACK of %u targets: half-open probes",
			profile->halfopen);
}

static void
say_packets(Finding *finding)
{
	const Profile *profile = finding->profile;
	const Trait *syn = profile_trait(profile, KIND_SYN);
	guint64 each = profile->hosts > 0 ? profile->packets / profile->hosts : 0;

	if (profile->rests[REST_ASKING] == 0 || profile->hosts < 2)
		return;
	if (profile->once == profile->hosts)
		finding_for(finding, VERDICT_SCAN, "each target got exactly one packet");
	else if (syn && (syn->seen & TRAIT_SEQ_AGAIN) && each <= PATIENCE_MAIL)
		finding_against(finding, VERDICT_SCAN,
			"SYNs sent again with the same sequence number: a client's patience "
			"(%d, up to %d), no sign of a scan",
			PATIENCE, PATIENCE_MAIL);
	else if (each >= TALK)
		finding_against(finding, VERDICT_SCAN,
			"%" G_GUINT64_FORMAT
			" packets a target: more like conversations than probes",
			each);
}

/* A tool's constants; TTL and window are any host's. */
static void
say_constants(Finding *finding)
{
	const Profile *profile = finding->profile;

	for (guint i = 0; i < profile->traits->len && profile->packets >= 3; i++) {
		const Trait *trait = &g_array_index(profile->traits, Trait, i);
		const char *name = kind_table[trait->kind].name;
		if (kind_table[trait->kind].class != CLASS_REQUEST && trait->kind != KIND_ACK)
			continue;
		if ((trait->seen & TRAIT_TCP) && trait->seq_min == trait->seq_max &&
			!(trait->seen & TRAIT_SEQ_AGAIN))
			finding_for(finding, VERDICT_SCAN,
				"%s: sequence number always %u, a tool's constant", name,
				trait->seq_min);
		if ((trait->seen & TRAIT_ID) && trait->id_min == trait->id_max &&
			trait->id_min != 0)
			finding_for(finding, VERDICT_SCAN,
				"%s: IP ID always %u, a tool's constant", name, trait->id_min);
	}
}

static void
say_order(Finding *finding)
{
	const Profile *profile = finding->profile;
	const ProfileOrder *order = &profile->order;
	Verdict verdict =
		profile->rests[REST_ASKING] > 0 ? VERDICT_SCAN : VERDICT_INVERSE_MAPPING;
	char span[HOUR_TEXT_SIZE];

	if (profile->hosts < 4 || order->mean == 0)
		return;
	if (order->ascending || order->descending)
		finding_for(finding, verdict, "targets in %s order",
			order->ascending ? "ascending" : "descending");
	if (order->longest - order->shortest <= order->mean / 5)
		finding_for(finding, verdict, "evenly spaced: a new target every %s",
			hour_format_span(order->mean, span));
}

void
judge_manner(const DetectorCase *at, Finding *finding)
{
	/* What was not captured is no silence. */
	if (!at->scene->one_sided)
		say_answers(finding);
	say_packets(finding);
	say_constants(finding);
	say_order(finding);
}

/* Whether nearly every target was talked with: a handshake, and data in more packets than a probe
 * sends. Many hosts behind one address, a crawler, a mail exchanger. */
static gboolean
is_visiting(const Profile *profile)
{
	const Trait *ack = profile_trait(profile, KIND_ACK);

	return profile->hosts > 0 && 10 * profile->completed >= 9 * profile->hosts && ack &&
	       ack->payload_max > 0 && profile->packets >= (guint64)VISIT * profile->hosts;
}

void
judge_sweep(const DetectorCase *at, guint enough, Finding *finding)
{
	const Profile *profile = finding->profile;

	if (count_asked(at, profile) >= enough && !is_visiting(profile))
		finding->verdict = VERDICT_SCAN;
	if (is_visiting(profile))
		finding_for(finding, VERDICT_BENIGN,
			"%u of %u targets completed a handshake and exchanged data: visits, of "
			"many clients behind one address perhaps",
			profile->completed, profile->hosts);
	judge_rests(finding);
	say_one_sided(at, finding);
	say_udp_answer(finding);
	judge_manner(at, finding);
}
