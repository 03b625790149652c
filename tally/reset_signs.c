#include "config.h"

#include "tally/reset_signs.h"

#include "common/hour.h"

enum {
	SCATTERED = 3,    /* destination ports, at least, to call them scattered */
	EPHEMERAL = 1024, /* the first port that stacks give to clients */
	SERVICES = 8,     /* such ports under 1024 are few */
	FEW_PORTS = 3,    /* source ports of a service or few */
	EACH_PORT = 2,    /* packets that each of these must have sent on average */
	AGAIN = 3,        /* packets a target: hit again and again */
	RANDOM = 8,       /* targets from which on their order, or one twice, says something */
	PLANNED = 4,      /* targets from which on order and spacing say something */
	SWEPT_PORTS = 4,  /* source ports of a host that is scanned */
	SWEPT_GAP = 60,   /* seconds from packet to packet of it, on average, at most */
	BALANCED = 4,     /* targets of a load balancer */
	ALONE = 4,        /* IP ID: no more packets went elsewhere in between */
	LATE = 8,         /* targets that conversations ended late with, fewer than */
};

/* Syn-acks and resets: what a stack sends in answer to a SYN. */
static guint64
count_answers(const Unasked *unasked)
{
	return unasked->by_kind[UNASKED_SYNACK] + unasked->by_kind[UNASKED_RST];
}

/* Ports that only services have, as far as a stack assigns them. */
static gboolean
has_service_ports(const Unasked *unasked)
{
	guint n = unasked->ports->len;

	for (guint i = 0; i < n; i++)
		if (g_array_index(unasked->ports, UnaskedPort, i).port >= EPHEMERAL)
			return FALSE;
	return n > 0 && n <= SERVICES;
}

/* Marks are a hash of 32 values: two of three ports may share one, seldom their block too. Two
 * packets to two ports say something only when they come from a service. */
static gboolean
is_scattered(const Unasked *unasked)
{
	guint blocks, ports = unasked_dports(unasked, &blocks);
	guint64 answers = count_answers(unasked);

	if (ports != SCATTERED - 1)
		return ports >= SCATTERED;
	return answers >= SCATTERED ? blocks > 1 || unasked->ports->len == 1
				    : unasked->ports->len == 1 && has_service_ports(unasked);
}

static gboolean
has_few_ports(const Unasked *unasked)
{
	guint n = unasked->ports->len;
	guint64 answers = count_answers(unasked);

	return n == 1 || has_service_ports(unasked) ||
	       (n > 0 && n <= FEW_PORTS && answers >= EACH_PORT * n) ||
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

/* The signs of a map among the targets. */
static guint
find_plan(const DetectorCase *at, const Unasked *unasked)
{
	guint signs = 0;

	if (unasked->targets < PLANNED || unasked->once != unasked->targets)
		return 0;
	if (is_ordered(unasked))
		signs |= RESET_ORDERED;
	if (is_even(unasked))
		signs |= RESET_EVEN;
	if (is_beyond_chance(at, unasked))
		signs |= RESET_NONE_TWICE;
	return signs;
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
	const Trait *synack = unasked_trait(unasked, UNASKED_SYNACK);

	return synack && unasked->targets > 1 && synack->seq_min == synack->seq_max;
}

static gboolean
is_probing(const Unasked *unasked)
{
	const Trait *synack = unasked_trait(unasked, UNASKED_SYNACK);

	return synack && unasked->by_kind[UNASKED_SYNACK] == unasked->packets &&
	       (synack->seen & TRAIT_ACK_SEQ1) && !(synack->seen & TRAIT_ACK_OTHER);
}

/* The IP ID rises by so little from packet to packet that hardly anybody else gets any. */
static gboolean
is_alone(const Unasked *unasked)
{
	const Trait *trait = unasked_trait(unasked, UNASKED_RST);

	if (!trait)
		trait = unasked_trait(unasked, UNASKED_SYNACK);
	return trait && (trait->seen & TRAIT_ID) && unasked->packets > 2 &&
	       trait->id_step_min > 0 && trait->id_step_min <= trait->id_step_max &&
	       trait->id_step_max <= ALONE;
}

static gboolean
is_swept(const Unasked *unasked)
{
	guint64 answers = count_answers(unasked);
	guint64 span = unasked->last - unasked->first;

	return unasked->ports->len >= SWEPT_PORTS && unasked->ports->len >= answers / 2 &&
	       is_scattered(unasked) && span / SECOND_NS <= (answers - 1) * SWEPT_GAP;
}

/* A stack answers a SYN with a SYN-ACK, or with a reset of sequence number 0. Any other number is
 * that of a conversation, which may have ended in an hour that is not looked at. */
static gboolean
is_late(const Unasked *unasked)
{
	const Trait *rst = &unasked->traits[UNASKED_RST];

	if (unasked->targets >= LATE || unasked->dark > 0 ||
		unasked->by_kind[UNASKED_SYNACK] > 0)
		return FALSE;
	return rst->kind == KIND_NONE || rst->seq_min > 0;
}

guint
reset_signs(const DetectorCase *at, const Unasked *unasked)
{
	gboolean answers = count_answers(unasked) * 2 >= unasked->packets;
	guint signs = 0;

	if (is_forged(unasked))
		signs |= RESET_FORGED;
	else if (unasked->retried > 0)
		signs |= RESET_RETRIES;
	if (unasked->aborted > 0)
		signs |= RESET_ABORTS;
	if (answers && has_few_ports(unasked) && is_scattered(unasked))
		signs |= RESET_FIXED;
	if (answers && is_hit_again(unasked))
		signs |= RESET_AGAIN;
	signs |= find_plan(at, unasked);
	/* A router may quote too little to tell which packet it is about. */
	if (unasked->unreachable > 0 || (unasked->errors > 0 && unasked->asked == 0))
		signs |= RESET_ERRORS;
	if (is_alone(unasked))
		signs |= RESET_ALONE;
	if (answers && !(signs & (RESET_PLAN | RESET_ERRORS | RESET_ALONE)) &&
		is_swept(unasked))
		signs |= RESET_SWEPT;
	if (is_probing(unasked))
		signs |= unasked->targets <= BALANCED ? RESET_BALANCER : RESET_PROBES;
	if (is_late(unasked))
		signs |= RESET_LATE;
	if (unasked->talked == unasked->targets ||
		((signs & RESET_LATE) && unasked->visitors >= unasked->targets))
		signs |= RESET_TALKED;
	if (at->scene->one_sided)
		signs |= RESET_ONE_SIDED;
	return signs;
}

Verdict
reset_signs_verdict(guint signs)
{
	gboolean alive =
		(signs & (RESET_RETRIES | RESET_ABORTS | RESET_FIXED | RESET_AGAIN)) != 0;
	gboolean mapped = (signs & RESET_PLAN) && (signs & RESET_ERRORS);

	if (signs & RESET_ONE_SIDED)
		return VERDICT_UNDETERMINED;
	if (signs & RESET_BALANCER)
		return VERDICT_LOAD_BALANCER;
	if (mapped)
		return alive ? VERDICT_UNDETERMINED : VERDICT_INVERSE_MAPPING;
	if (signs & RESET_TALKED)
		return VERDICT_BENIGN;
	if (signs & RESET_LATE)
		return VERDICT_UNDETERMINED;
	return alive || (signs & RESET_SWEPT) ? VERDICT_SECOND_ORDER_EFFECT
					      : VERDICT_UNDETERMINED;
}
