#include "config.h"

#include "tally/judge_reset.h"

#include "common/hour.h"
#include "tally/judge.h"
#include "tally/victim.h"

enum {
	SCATTERED = 3,   /* destination ports, at least, to call them scattered */
	FEW_PORTS = 3,   /* source ports of a service or few */
	EACH_PORT = 2,   /* packets that each of these must have sent on average */
	AGAIN = 3,       /* packets a target: hit again and again */
	RANDOM = 8,      /* targets from which on their order, or one twice, says something */
	PLANNED = 4,     /* targets from which on order and spacing say something */
	SWEPT_PORTS = 4, /* source ports of a host that is scanned */
	SWEPT_GAP = 300, /* seconds from packet to packet of it, on average, at most */
	BALANCED = 4,    /* targets of a load balancer */
	LATE = 4,        /* targets that conversations ended late with, fewer than */
	LOW_TTL = 10,    /* what arrives with less was sent to expire here */
	LOW_STEP = 4,    /* IP ID: no more packets than that went elsewhere in between */
};

static const Trait *
trait_of(const Unasked *unasked, guint kind)
{
	return unasked_trait(unasked, kind);
}

/* Syn-acks and resets: what a stack sends in answer to a SYN. */
static guint64
count_answers(const Unasked *unasked)
{
	return unasked->by_kind[UNASKED_SYNACK] + unasked->by_kind[UNASKED_RST];
}

/* Destination ports of syn-acks and resets: at least so many, at most 32. */
static guint
count_dports(const Unasked *unasked, guint *blocks)
{
	guint32 marks = 0;
	guint64 in = 0;

	for (guint kind = UNASKED_SYNACK; kind <= UNASKED_RST; kind++) {
		const Trait *trait = trait_of(unasked, kind);
		if (!trait)
			continue;
		marks |= trait->dport_marks;
		in |= trait->dport_blocks_low | (guint64)trait->dport_blocks_high << 32;
	}
	*blocks = (guint)__builtin_popcountll(in);
	return (guint)__builtin_popcount(marks);
}

/* Marks are a hash of 32 values: two of three ports may share one, seldom their block too. */
static gboolean
is_scattered(const Unasked *unasked)
{
	guint blocks, ports = count_dports(unasked, &blocks);

	return ports >= SCATTERED ||
	       (ports == SCATTERED - 1 && (blocks > 1 || unasked->ports->len == 1) &&
		       count_answers(unasked) >= SCATTERED);
}

static gboolean
has_few_ports(const Unasked *unasked)
{
	guint n = unasked->ports->len;
	guint64 answers = count_answers(unasked);

	return n == 1 || (n > 0 && n <= FEW_PORTS && answers >= EACH_PORT * n) ||
	       (n > 0 && answers >= 8 * (guint64)n);
}

static gboolean
is_ordered(const Unasked *unasked)
{
	guint steps = unasked->ascending + unasked->descending;

	return MAX(unasked->ascending, unasked->descending) * 10 >= steps * 9;
}

/* Chance gives gaps that deviate by their mean. */
static gboolean
is_even(const Unasked *unasked)
{
	double part = unasked->targets > 16 ? 0.5 : 0.25;

	return unasked->gap > 0 &&
	       unasked->gap_variance <= part * part * unasked->gap * unasked->gap;
}

/* Of n addresses drawn at random from `size`, none comes twice with a chance of about
 * exp(-n^2 / 2 size): here under 1 %. */
static gboolean
is_beyond_chance(const DetectorCase *at, const Unasked *unasked)
{
	guint64 n = unasked->targets,
		size = at->scene->home ? home_size_v4(at->scene->home) : 0;

	return size > 0 && at->subject->source.family == 4 &&
	       (double)n * (double)(n - 1) > 9.3 * (double)size;
}

static gboolean
is_planned(const DetectorCase *at, const Unasked *unasked)
{
	return unasked->targets >= PLANNED && unasked->once == unasked->targets &&
	       (is_ordered(unasked) || is_even(unasked) || is_beyond_chance(at, unasked));
}

static gboolean
is_hit_again(const Unasked *unasked)
{
	guint twice = unasked->targets - unasked->once;

	if (unasked->packets >= AGAIN * (guint64)unasked->targets)
		return TRUE;
	return unasked->targets >= RANDOM && twice * 10 >= unasked->targets &&
	       !is_ordered(unasked);
}

/* One number for several connections: no stack does that. */
static gboolean
is_forged(const Unasked *unasked)
{
	const Trait *synack = trait_of(unasked, UNASKED_SYNACK);

	return synack && unasked->targets > 1 && synack->seq_min == synack->seq_max;
}

static gboolean
is_balancer(const Unasked *unasked)
{
	const Trait *synack = trait_of(unasked, UNASKED_SYNACK);

	return synack && unasked->by_kind[UNASKED_SYNACK] == unasked->packets &&
	       (synack->seen & TRAIT_ACK_SEQ1) && !(synack->seen & TRAIT_ACK_OTHER);
}

static gboolean
is_swept(const Unasked *unasked)
{
	guint64 answers = count_answers(unasked);
	guint64 span = unasked->last - unasked->first;

	return unasked->ports->len >= SWEPT_PORTS && unasked->ports->len >= answers / 2 &&
	       is_scattered(unasked) && span / SECOND_NS <= (answers - 1) * SWEPT_GAP;
}

/* A stack answers a SYN with a reset of sequence number 0; another number is that of a
 * conversation, which may have ended in an hour that is not looked at. */
static gboolean
is_late(const Unasked *unasked)
{
	const Trait *rst = trait_of(unasked, UNASKED_RST);

	if (unasked->targets >= LATE || unasked->dark > 0 ||
		unasked->by_kind[UNASKED_SYNACK] > 0)
		return FALSE;
	return !rst || rst->seq_min > 0;
}

guint
judge_reset_signs(const DetectorCase *at, const Unasked *unasked)
{
	gboolean answers = count_answers(unasked) * 2 >= unasked->packets;
	guint signs = 0;

	if (unasked->retried > 0 && !is_forged(unasked))
		signs |= RESET_RETRIES;
	if (unasked->aborted > 0)
		signs |= RESET_ABORTS;
	if (answers && has_few_ports(unasked) && is_scattered(unasked))
		signs |= RESET_FIXED;
	if (answers && is_hit_again(unasked))
		signs |= RESET_AGAIN;
	if (is_planned(at, unasked))
		signs |= RESET_PLAN;
	/* A router may quote too little to tell which packet it is about. */
	if (unasked->unreachable > 0 || (unasked->errors > 0 && unasked->asked == 0))
		signs |= RESET_ERRORS;
	if (answers && !(signs & (RESET_PLAN | RESET_ERRORS)) && is_swept(unasked))
		signs |= RESET_SWEPT;
	if (is_balancer(unasked) && unasked->targets <= BALANCED)
		signs |= RESET_BALANCER;
	if (unasked->talked == unasked->targets)
		signs |= RESET_TALKED;
	if (is_late(unasked))
		signs |= RESET_LATE;
	if (at->scene->one_sided)
		signs |= RESET_ONE_SIDED;
	return signs;
}

Verdict
judge_reset_verdict(guint signs)
{
	gboolean alive =
		(signs & (RESET_RETRIES | RESET_ABORTS | RESET_FIXED | RESET_AGAIN)) != 0;
	gboolean mapped = (signs & RESET_PLAN) && (signs & RESET_ERRORS);

	if (signs & RESET_ONE_SIDED)
		return VERDICT_UNDETERMINED;
	if (signs & RESET_TALKED)
		return VERDICT_BENIGN;
	if (signs & RESET_BALANCER)
		return VERDICT_LOAD_BALANCER;
	if (mapped)
		return alive ? VERDICT_UNDETERMINED : VERDICT_INVERSE_MAPPING;
	if (signs & RESET_LATE)
		return VERDICT_UNDETERMINED;
	return alive || (signs & RESET_SWEPT) ? VERDICT_SECOND_ORDER_EFFECT
					      : VERDICT_UNDETERMINED;
}

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
	guint blocks, dports = count_dports(unasked, &blocks);

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
		if (is_ordered(unasked))
			finding_for(finding, VERDICT_INVERSE_MAPPING, "targets in %s order",
				unasked->ascending > 0 ? "ascending" : "descending");
		if (is_even(unasked))
			finding_for(finding, VERDICT_INVERSE_MAPPING,
				"evenly spaced: a new target every %s",
				hour_format_span((guint64)unasked->gap, gap));
		if (is_beyond_chance(at, unasked))
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
say_constants(const Unasked *unasked, Finding *finding)
{
	const Trait *rst = trait_of(unasked, UNASKED_RST);

	for (guint kind = 0; kind <= UNASKED_RST; kind++) {
		const Trait *trait = trait_of(unasked, kind);
		const char *name = kind == UNASKED_RST ? "resets" : "SYN-ACKs";
		if (!trait || unasked->packets < 2 || trait->ack_min != trait->ack_max ||
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
	if (is_forged(unasked))
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"SYN-ACKs to %u targets with one sequence number, %u: no live stack "
			"does that",
			unasked->targets, trait_of(unasked, UNASKED_SYNACK)->seq_min);
	if (rst && rst->seq_max == 0)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"resets with sequence number 0, as in answer to a SYN for a closed "
			"port (weak: easily forged)");
}

/* As of which host: TTL and IP ID. */
static void
say_host(const Unasked *unasked, Finding *finding)
{
	guint kind = unasked->by_kind[UNASKED_RST] >= unasked->by_kind[UNASKED_SYNACK]
			     ? UNASKED_RST
			     : UNASKED_SYNACK;
	const Trait *trait = trait_of(unasked, kind);

	if (!trait || unasked->by_kind[kind] < 3)
		return;
	if (trait->ttl_min <= LOW_TTL)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"TTL %u when it came here: sent so that it may expire", trait->ttl_min);
	if (!(trait->seen & TRAIT_ID) || trait->id_min == trait->id_max ||
		trait->id_step_min > trait->id_step_max || trait->id_step_max >= 32768 ||
		trait->id_step_min == 0)
		return;
	if (trait->id_step_max <= LOW_STEP)
		finding_for(finding, VERDICT_INVERSE_MAPPING,
			"IP ID rises by %u at most from packet to packet: it sends to hardly "
			"anybody else",
			trait->id_step_max);
	else if (trait->ttl_min == trait->ttl_max)
		finding_for(finding, VERDICT_SECOND_ORDER_EFFECT,
			"TTL always %u and IP ID rising by %u to %u, as of one host that sends "
			"to many",
			trait->ttl_min, trait->id_step_min, trait->id_step_max);
}

static void
say_balancer(const Unasked *unasked, Finding *finding)
{
	finding_for(finding, VERDICT_LOAD_BALANCER,
		"SYN-ACKs whose ack is their own sequence number less one: a latency probe, no "
		"answer (second seed, final case)");
	if (unasked->targets > BALANCED)
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
	if (bare > 0)
		finding_for(finding, VERDICT_SCAN,
			"%" G_GUINT64_FORMAT " bare ACK%s: no stack sends them unasked", bare,
			bare == 1 ? "" : "s");
	if (unasked->talked > 0)
		finding_for(finding, VERDICT_BENIGN,
			"%u of %u targets had a conversation with it before this window: late "
			"answers",
			unasked->talked, unasked->targets);
	else if (signs & RESET_LATE)
		finding_for(finding, VERDICT_BENIGN,
			"few, and none answers a SYN: conversations may have ended before what "
			"was captured");
	if (signs & RESET_ONE_SIDED)
		finding_for(finding, VERDICT_UNDETERMINED,
			"hardly an outbound packet was captured: these may be answers to what "
			"our hosts asked, so the verdict is held back");
}

void
judge_reset(const DetectorCase *at, const Unasked *unasked, Finding *finding)
{
	guint signs = judge_reset_signs(at, unasked);

	finding->verdict = judge_reset_verdict(signs);
	if (finding->verdict == VERDICT_SECOND_ORDER_EFFECT)
		victim_say(at, unasked, finding);
	if (is_balancer(unasked))
		say_balancer(unasked, finding);
	else
		say_alive(unasked, signs, finding);
	say_plan(at, unasked, signs, finding);
	say_constants(unasked, finding);
	say_host(unasked, finding);
	judge_rests(finding);
	say_rest(unasked, signs, finding);
}
