#include "config.h"

#include "tally/judge_reset.h"

#include "common/hour.h"
#include "tally/judge.h"
#include "tally/victim.h"

enum {
	RANDOM = 8,   /* targets from which on it is worth a word that they have no order */
	LOW_TTL = 10, /* what arrives with less was sent to expire here */
};

void
judge_reset_constant(Finding *finding, guint32 ack)
{
	static const struct {
		guint32 ack;
		const char *tool;
	} known[] = {
		{674711610, "shaft, which sends SYNs with sequence number 674711609"},
		{674719802,
			"synk4, which sends SYNs with sequence number 0x28376839 (674719801)"},
	};

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		if (known[i].ack != ack)
			continue;
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"ack %u is what a victim of the flood tool %s answers (second seed: "
			"floods that their victims confirmed)",
			ack, known[i].tool);
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"ack %u was the mark of a reset scanner (first seed, 4.3 and figure 7)",
			ack);
	}
}

/* What shows a live stack, whose answers these are. */
static void
say_alive(const Unasked *unasked, guint signs, Finding *finding)
{
	guint blocks, dports = unasked_dports(unasked, &blocks);

	if (signs & RESET_RETRIES)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"SYN-ACKs sent again with the same sequence number to %u target%s: a "
			"live stack that retries",
			unasked->retried, unasked->retried == 1 ? "" : "s");
	if (signs & RESET_ABORTS)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"%u target%s got SYN-ACK and reset from the same port: a listener that "
			"gives up",
			unasked->aborted, unasked->aborted == 1 ? "" : "s");
	if (signs & RESET_ABORTS)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"or a man in the middle: somebody scans it in our name and reads its "
			"answers at our site or on the way (first seed, 4.2: unlikely)");
	if (signs & RESET_FIXED)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"%u source port%s towards %u or more scattered ports: %s that answer%s "
			"spoofed packets",
			unasked->ports->len, unasked->ports->len == 1 ? "" : "s", dports,
			unasked->ports->len == 1 ? "a service" : "services",
			unasked->ports->len == 1 ? "s" : "");
	if (signs & RESET_AGAIN)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"%u of %u targets hit more than once: a map needs each but once",
			unasked->targets - unasked->once, unasked->targets);
	if (signs & RESET_SWEPT)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"%u source ports towards %u or more scattered ports, in no order, and "
			"no ICMP error of ours tells it anything",
			unasked->ports->len, dports);
}

static void
say_plan(const DetectorCase *at, const Unasked *unasked, guint signs, Finding *finding)
{
	char gap[HOUR_TEXT_SIZE];

	if (unasked->targets > 1 && unasked->once == unasked->targets)
		finding_for(
			finding, VERDICT_INVERSE_MAPPING, "each target got exactly one packet");
	if (signs & RESET_PLAN) {
		if (signs & RESET_ORDERED)
			finding_for(finding, VERDICT_INVERSE_MAPPING, "targets in %s order",
				unasked->ascending > 0 ? "ascending" : "descending");
		if (signs & RESET_EVEN)
			finding_for(finding, VERDICT_INVERSE_MAPPING,
				"evenly spaced: a new target every %s",
				hour_format_span((guint64)unasked->gap, gap));
		if (signs & RESET_NONE_TWICE)
			finding_for(finding, VERDICT_INVERSE_MAPPING,
				"no target twice: at random some of %" G_GUINT64_FORMAT
				" addresses would have been",
				home_size_v4(at->scene->home));
	} else if (unasked->targets >= RANDOM) {
		finding_against(finding, VERDICT_INVERSE_MAPPING,
			"targets in no order, and not evenly spaced");
	}
	if (signs & RESET_ERRORS)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"%" G_GUINT64_FORMAT
			" ICMP error%s of ours went back to it, about %u of %u targets: a map "
			"would work",
			unasked->errors, unasked->errors == 1 ? "" : "s", unasked->unreachable,
			unasked->targets);
	else if (!at->scene->one_sided)
		finding_against(finding, VERDICT_INVERSE_MAPPING,
			"no ICMP error of ours went back to it: nothing to draw a map from");
	if (unasked->dark > 0 && !(signs & RESET_PLAN))
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"%u of %u targets never spoke: addresses drawn without regard to who "
			"is there",
			unasked->dark, unasked->targets);
}

static void
say_constants(const Unasked *unasked, guint signs, Finding *finding)
{
	const Trait *rst = unasked_trait(unasked, UNASKED_RST);

	for (guint kind = 0; kind <= UNASKED_RST; kind++) {
		const Trait *trait = unasked_trait(unasked, kind);
		const char *name = kind == UNASKED_RST ? "resets" : "SYN-ACKs";
		if (!trait || unasked->by_kind[kind] < 2 || trait->ack_min != trait->ack_max ||
			trait->ack_min == 0)
			continue;
		if (trait->ack_min == 1)
			finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
				"%s: ack always 1, as of a flood tool that sends the sequence "
				"number 0 (weak)",
				name);
		else
			finding_for(finding, VERDICT_UNDETERMINED,
				"%s: ack always %u, a tool's constant: no verdict by itself",
				name, trait->ack_min);
		judge_reset_constant(finding, trait->ack_min);
	}
	if (signs & RESET_FORGED)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"SYN-ACKs to %u targets with one sequence number, %u: no live stack "
			"does that",
			unasked->targets, unasked_trait(unasked, UNASKED_SYNACK)->seq_min);
	if (rst && rst->seq_max == 0)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"resets with sequence number 0, as in answer to a SYN for a closed "
			"port (weak: easily forged)");
}

/* As of which host: TTL and IP ID. */
static void
say_host(const Unasked *unasked, guint signs, Finding *finding)
{
	guint kind = unasked->by_kind[UNASKED_RST] >= unasked->by_kind[UNASKED_SYNACK]
			     ? UNASKED_RST
			     : UNASKED_SYNACK;
	const Trait *trait = unasked_trait(unasked, kind);
	char steps[32];

	if (!trait || unasked->by_kind[kind] < 3)
		return;
	if (trait->ttl_min <= LOW_TTL)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"TTL %u when it came here: sent so that it may expire", trait->ttl_min);
	if (!(trait->seen & TRAIT_ID) || trait->id_min == trait->id_max ||
		trait->id_step_min > trait->id_step_max || trait->id_step_max >= 32768 ||
		trait->id_step_min == 0)
		return;
	if (trait->id_step_min == trait->id_step_max)
		g_snprintf(steps, sizeof steps, "%u", trait->id_step_min);
	else
		g_snprintf(steps, sizeof steps, "%u to %u", trait->id_step_min,
			trait->id_step_max);
	if (signs & RESET_ALONE)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"IP ID rises by %u at most from packet to packet: it sends to hardly "
			"anybody else",
			trait->id_step_max);
	else if (trait->ttl_min == trait->ttl_max)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"TTL always %u and IP ID rising by %s, as of one host that sends to "
			"many",
			trait->ttl_min, steps);
}

static void
say_balancer(const Unasked *unasked, guint signs, Finding *finding)
{
	finding_for(finding, VERDICT_LOAD_BALANCER,
		"SYN-ACKs whose ack is their own sequence number less one: a latency probe, no "
		"answer (second seed, final case)");
	if (signs & RESET_PROBES)
		finding_against(finding, VERDICT_LOAD_BALANCER,
			"%u targets: a load balancer asks a few name servers",
			unasked->targets);
}

/* What else it did, and what may be missing. */
static void
say_rest(const Unasked *unasked, guint signs, Finding *finding)
{
	guint64 bare = unasked->by_kind[UNASKED_ACK];

	if (unasked->asked > 0)
		finding_for(finding, VERDICT_SCAN,
			"%u further target%s it asked something in the same window",
			unasked->asked, unasked->asked == 1 ? "" : "s");
	if (bare > 0 && !(signs & RESET_ONE_SIDED))
		finding_for(finding, VERDICT_SCAN,
			"%" G_GUINT64_FORMAT " bare ACK%s: no stack sends them unasked", bare,
			bare == 1 ? "" : "s");
	if (unasked->talked > 0)
		finding_for(finding, VERDICT_BENIGN,
			"%u of %u targets had a conversation with it before this window: late "
			"answers",
			unasked->talked, unasked->targets);
	if (signs & RESET_LATE)
		finding_for(finding, VERDICT_BENIGN,
			"few, and none answers a SYN: late packets of conversations that "
			"ended, or began, before what is looked at");
	if (unasked->visitors > 0)
		finding_for(finding, VERDICT_BENIGN,
			"%u further target%s opened connections to it: a service that is in "
			"use here",
			unasked->visitors, unasked->visitors == 1 ? "" : "s");
	if (signs & RESET_ONE_SIDED)
		finding_for(finding, VERDICT_UNDETERMINED,
			"hardly an outbound packet was captured: these may be answers to what "
			"our hosts asked, so the verdict is held back");
}

void
judge_reset(const DetectorCase *at, const Unasked *unasked, guint signs, Finding *finding)
{
	finding->verdict = reset_signs_verdict(signs);
	if (finding->verdict == VERDICT_SECOND_ORDER_EFFECT)
		victim_say(at, unasked, finding);
	if (signs & (RESET_BALANCER | RESET_PROBES))
		say_balancer(unasked, signs, finding);
	else
		say_alive(unasked, signs, finding);
	say_plan(at, unasked, signs, finding);
	say_constants(unasked, signs, finding);
	say_host(unasked, signs, finding);
	judge_rests(finding);
	say_rest(unasked, signs, finding);
}
