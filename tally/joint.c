#include "config.h"

#include "tally/joint.h"

#include <math.h>

enum {
	/* bits that a sign counts at most: none decides by itself */
	RARE_MAX = 8,
	CONSTANT_MAX = 8, /* a tool's constant alone says nothing of its users */
	HOPS_MAX = 6,
	ORDER_MAX = 24,
	DISJOINT_MAX = 24,
	SPACING_MAX = 12,
	SHARES_MAX = 4,
	STARTS_MAX = 6,
};

void
joint_free(Joint *joint)
{
	g_array_unref(joint->members);
	g_array_unref(joint->touches);
	g_free(joint);
}

/* Appends the source's first touch of each target in the window, unless it is over the trigger. */
static void
add_candidate(Joint *joint, const JointPlan *plan, guint number)
{
	const RosterSource *source = roster_source(plan->roster, number);
	const Touch *touches = roster_touches(plan->roster, source);
	guint first = joint->touches->len;

	for (guint i = 0; i < source->n; i++) {
		WeighTouch touch = {touches[i].time, touches[i].target, joint->members->len};
		gboolean again = FALSE;
		for (guint k = first; k < joint->touches->len; k++)
			again |= g_array_index(joint->touches, WeighTouch, k).target ==
				 touch.target;
		if (!again && touch.time >= plan->from && touch.time < plan->to)
			g_array_append_val(joint->touches, touch);
	}
	if (joint->touches->len == first)
		return;
	if (joint->touches->len - first >= plan->hosts)
		g_array_set_size(joint->touches, first);
	else
		g_array_append_val(joint->members, number);
}

/* How many of those who spoke lie before the address, or are it. */
static guint
count_up_to(const GArray *spoke, const Address *address)
{
	guint low = 0, high = spoke->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (address_compare(
			    &g_array_index(spoke, DarkSpoke, middle).address, address) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many of the addresses from..to speak; both do. */
static guint
count_living(const Scene *scene, const Address *from, const Address *to)
{
	const GArray *spoke = dark_spoke(scene->dark);

	return count_up_to(spoke, to) - count_up_to(spoke, from) + 1;
}

/* What they could have chosen from: the addresses between the first and the last target; of IPv6,
 * where nobody could try all, those that anybody tried. */
static void
measure_field(Joint *joint, const JointPlan *plan)
{
	guint32 least = G_MAXUINT32, greatest = 0;
	gboolean living = plan->scene->dark != NULL;

	for (guint i = 0; i < joint->touches->len; i++) {
		guint32 target = g_array_index(joint->touches, WeighTouch, i).target;
		least = MIN(least, target);
		greatest = MAX(greatest, target);
		living = living && dark_find(plan->scene->dark,
					   roster_target(plan->roster, target)) != NULL;
	}
	const Address *from = roster_target(plan->roster, least);
	const Address *to = roster_target(plan->roster, greatest);
	joint->is_living = living;
	if (living)
		joint->field = count_living(plan->scene, from, to);
	else if (to->family == 4 && from->family == 4)
		joint->field = to->low - from->low + 1;
	else
		joint->field = greatest - least + 1;
	if (!living && plan->scene->home && to->family == 4)
		joint->field = MIN(joint->field, home_size_v4(plan->scene->home));
}

/* Sources alike are compared because they are alike: it says something only where hardly anybody
 * else is. */
static double
rare_bits(guint alike, guint n)
{
	guint others = alike > n ? alike - n : 0;

	return CLAMP(3 * log2((n + 1.0) / (others + 1)), 0, RARE_MAX);
}

/* Constants that each source keeps to, and all share. */
static double
constant_bits(const Joint *joint, const Roster *roster)
{
	static const struct {
		guint8 bit;
		double bits;
	} tools[] = {{LIKENESS_SPORT, 6}, {LIKENESS_SEQ, 8}, {LIKENESS_ID, 4}};
	const Likeness *first =
		&roster_source(roster, g_array_index(joint->members, guint, 0))->likeness;
	guint8 shared = first->constant;
	double bits = 0;

	for (guint i = 1; i < joint->members->len; i++) {
		const Likeness *own =
			&roster_source(roster, g_array_index(joint->members, guint, i))
				 ->likeness;
		shared &= own->constant;
		if (own->sport != first->sport)
			shared &= (guint8)~LIKENESS_SPORT;
		if (own->seq != first->seq)
			shared &= (guint8)~LIKENESS_SEQ;
		if (own->id != first->id || own->id == 0)
			shared &= (guint8)~LIKENESS_ID;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(tools); i++)
		bits += shared & tools[i].bit ? tools[i].bits : 0;
	return MIN(bits, CONSTANT_MAX);
}

static double
hops_bits(const Joint *joint, const Roster *roster)
{
	guint least = 255, greatest = 0;

	for (guint i = 0; i < joint->members->len; i++) {
		const Likeness *own =
			&roster_source(roster, g_array_index(joint->members, guint, i))
				 ->likeness;
		least = MIN(least, own->ttl_min);
		greatest = MAX(greatest, own->ttl_max);
	}
	if (greatest > least + LIKENESS_TTL_REACH)
		return 0;
	return MIN(HOPS_MAX, (joint->members->len - 1) * 2.0);
}

static double
sum_weights(const Weights *w)
{
	return w->disjoint + w->order + w->spacing + w->shares + w->starts;
}

static void
cap_weights(Weights *w)
{
	w->disjoint = MIN(w->disjoint, DISJOINT_MAX);
	w->order = MIN(w->order, ORDER_MAX);
	w->spacing = MIN(w->spacing, SPACING_MAX);
	w->shares = MIN(w->shares, SHARES_MAX);
	w->starts = MIN(w->starts, STARTS_MAX);
}

static void
weigh(Joint *joint, const JointPlan *plan, guint candidates)
{
	guint members = joint->members->len;
	double alike;

	joint->candidates = candidates;
	measure_field(joint, plan);
	joint->weights = weigh_touches((WeighTouch *)(gpointer)joint->touches->data,
		joint->touches->len, members, joint->field, plan->span);
	joint->rare = rare_bits(plan->alike, members);
	joint->constant = constant_bits(joint, plan->roster);
	joint->hops = plan->by_hops ? 0 : hops_bits(joint, plan->roster);
	alike = joint->rare + joint->constant + joint->hops -
		weigh_choice(candidates, candidates - members);
	joint->full = sum_weights(&joint->weights) + alike;
	cap_weights(&joint->weights);
	joint->together = sum_weights(&joint->weights) - joint->weights.shares;
	joint->bits = sum_weights(&joint->weights) + alike;
}

/* How many of all were active in the window, or in as much time before or after. */
static guint
count_active(const JointPlan *plan)
{
	guint64 length = plan->to - plan->from;
	guint active = 0;

	for (guint i = 0; i < plan->n_all; i++) {
		const RosterSource *source = roster_source(plan->roster, plan->all[i]);
		const Touch *touches = roster_touches(plan->roster, source);
		active += touches[0].time < plan->to + length &&
			  touches[source->n - 1].time + length >= plan->from;
	}
	return active;
}

static Joint *
joint_of(const JointPlan *plan, const guint *numbers, guint n)
{
	Joint *joint = g_new0(Joint, 1);

	joint->members = g_array_new(FALSE, FALSE, sizeof(guint));
	joint->touches = g_array_new(FALSE, FALSE, sizeof(WeighTouch));
	for (guint i = 0; i < n; i++)
		add_candidate(joint, plan, numbers[i]);
	return joint;
}

Joint *
joint_new(const JointPlan *plan, const guint *numbers, guint n)
{
	Joint *joint = joint_of(plan, numbers, n);

	if (joint->members->len > 0)
		weigh(joint, plan, count_active(plan));
	return joint;
}

/* The members without the i-th, or with a source that is none of them; NULL: it is, or has no
 * touch in the window. */
static Joint *
vary(const Joint *joint, const JointPlan *plan, guint number)
{
	const guint *members = (const guint *)(gpointer)joint->members->data;
	g_autofree guint *numbers = g_new(guint, joint->members->len + 1);
	guint n = 0;

	for (guint i = 0; i < joint->members->len; i++)
		if (members[i] != number)
			numbers[n++] = members[i];
	if (n == joint->members->len)
		numbers[n++] = number;
	Joint *other = joint_of(plan, numbers, n);
	if (other->members->len > 0)
		weigh(other, plan, joint->candidates);
	return other;
}

Joint *
joint_improve(Joint *joint, const JointPlan *plan, guint64 *work)
{
	g_autoptr(Joint) best = joint;
	gboolean better = joint->members->len > 0 && plan->n_near <= JOINT_CHOICE;

	while (better && *work < JOINT_WORK) {
		g_autoptr(Joint) next = NULL;
		better = FALSE;
		for (guint i = 0; i < plan->n_near; i++) {
			g_autoptr(Joint) other = vary(best, plan, plan->near[i]);
			*work += other->touches->len;
			if (other->members->len > 0 &&
				other->full > (next ? next->full : best->full) + 0.01) {
				g_clear_pointer(&next, joint_free);
				next = g_steal_pointer(&other);
			}
		}
		if (next) {
			joint_free(best);
			best = g_steal_pointer(&next);
			better = TRUE;
		}
	}
	return g_steal_pointer(&best);
}
