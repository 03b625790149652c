/*
 * What is said of sources that share a plan, in sentences that can be checked.
 */
#include "config.h"

#include "tally/joint.h"

#include "common/hour.h"

enum {
	SITE_BITS_V4 = 24, /* targets of one network */
	SITE_BITS_V6 = 64,
	OWNER_BITS_V4 = 24, /* sources of one owner */
	OWNER_BITS_V6 = 48,
	SITES_MAX = 4,    /* told */
	TELLING_BITS = 3, /* a sign of fewer is not worth a sentence */
};

static const RosterSource *
member(const Joint *joint, const Roster *roster, guint i)
{
	return roster_source(roster, g_array_index(joint->members, guint, i));
}

/* Whether one network holds all members; its text into buffer. */
static gboolean
is_one_owner(const Joint *joint, const Roster *roster, char *buffer)
{
	const Address *first = &member(joint, roster, 0)->source;
	guint bits = first->family == 4 ? OWNER_BITS_V4 : OWNER_BITS_V6;
	Address prefix = address_mask(first, bits);

	for (guint i = 1; i < joint->members->len; i++) {
		Address own = address_mask(&member(joint, roster, i)->source, bits);
		if (address_compare(&own, &prefix) != 0)
			return FALSE;
	}
	subject_format(&prefix, bits, buffer);
	return TRUE;
}

static Verdict
judge(const Joint *joint, const Roster *roster)
{
	char buffer[ADDRESS_TEXT_SIZE];

	if (!likeness_is_asking(&member(joint, roster, 0)->likeness))
		return VERDICT_INVERSE_MAPPING;
	return is_one_owner(joint, roster, buffer) ? VERDICT_SCAN : VERDICT_COORDINATED_SCAN;
}

static void
say_reason(const Joint *joint, Verdict verdict, Group *group)
{
	char length[HOUR_TEXT_SIZE];
	const Weights *w = &joint->weights;

	group_for(group, verdict,
		"%u sources, none with %u targets by itself, hit %u together in %s (threshold "
		"%u)",
		w->sources, group->window.threshold, w->targets,
		finding_format_length(group->window.length, length), group->window.threshold);
}

static void
say_likeness(const Joint *joint, const Roster *roster, Verdict verdict, Group *group)
{
	const Likeness *first = &member(joint, roster, 0)->likeness;
	g_autofree char *text = likeness_text(first);
	guint least = 255, greatest = 0, tries = first->tries;
	char ttls[GROUP_TTLS_SIZE];

	for (guint i = 0; i < joint->members->len; i++) {
		const Likeness *own = &member(joint, roster, i)->likeness;
		least = MIN(least, own->ttl_min);
		greatest = MAX(greatest, own->ttl_max);
		if (own->tries != tries)
			tries = 0;
	}
	group_for(group, verdict, "all alike: %s", text);
	if (tries > 1)
		group_for(group, verdict, "%u tries for each target from all of them", tries);
	if (joint->constants)
		group_for(group, verdict, "all share a constant of one tool:%s%s%s",
			joint->constants & LIKENESS_SPORT ? " source port" : "",
			joint->constants & LIKENESS_SEQ ? " sequence number" : "",
			joint->constants & LIKENESS_ID ? " IP ID" : "");
	if (!likeness_is_asking(first))
		group_against(group, VERDICT_SCAN, "%s packets that nobody asked for: %s",
			kind_table[first->kind].name,
			first->kind == KIND_RST ? "resets are no scan by themselves"
						: "answers are no scan by themselves");
	if (joint->hops > 0)
		group_for(group, VERDICT_DECOY, "%s, within three hops: points to one computer",
			group_format_ttls(least, greatest, ttls));
}

/* Targets by network: a plan often takes a few here and many there. */
static void
say_sites(const Joint *joint, const Roster *roster, Verdict verdict, Group *group)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
	guint sites = 0;

	for (guint i = 0; i < joint->touches->len; i++)
		g_array_append_val(
			targets, g_array_index(joint->touches, WeighTouch, i).target);
	roster_keep_each_once(targets);
	for (guint i = 0, next; i < targets->len; i = next) {
		const Address *target =
			roster_target(roster, g_array_index(targets, guint32, i));
		guint bits = target->family == 4 ? SITE_BITS_V4 : SITE_BITS_V6;
		Address site = address_mask(target, bits);
		char buffer[ADDRESS_TEXT_SIZE];
		for (next = i + 1; next < targets->len; next++) {
			Address own = address_mask(
				roster_target(roster, g_array_index(targets, guint32, next)),
				bits);
			if (address_compare(&own, &site) != 0)
				break;
		}
		if (sites++ < SITES_MAX)
			g_string_append_printf(text, "%s%u in %s", text->len > 0 ? ", " : "",
				next - i, subject_format(&site, bits, buffer));
	}
	if (sites > 1)
		group_for(group, verdict, "targets by network: %s%s", text->str,
			sites > SITES_MAX ? " and others" : "");
}

static void
say_coverage(const Joint *joint, const Roster *roster, Verdict verdict, Group *group)
{
	char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];
	const Weights *w = &joint->weights;
	guint32 least = G_MAXUINT32, greatest = 0;

	for (guint i = 0; i < joint->touches->len; i++) {
		guint32 target = g_array_index(joint->touches, WeighTouch, i).target;
		least = MIN(least, target);
		greatest = MAX(greatest, target);
	}
	group_for(group, verdict,
		"together they cover %u of the %" G_GUINT64_FORMAT " %s from %s to %s",
		w->targets, joint->field, joint->is_living ? "known living hosts" : "addresses",
		address_format(roster_target(roster, least), from),
		address_format(roster_target(roster, greatest), to));
	say_sites(joint, roster, verdict, group);
	if (w->hits == w->targets)
		group_for(group, verdict, "no target twice: overlap 0 %%, chance gives %.1f",
			w->expected);
	else
		group_for(group, verdict,
			"%u target%s of several sources, overlap %u %%: chance gives %.1f",
			w->hits - w->targets, w->hits - w->targets == 1 ? "" : "s",
			100 * (w->hits - w->targets) / w->targets, w->expected);
}

static void
say_time(const Joint *joint, Verdict verdict, Group *group)
{
	char span[HOUR_TEXT_SIZE];
	const Weights *w = &joint->weights;

	if (w->order >= TELLING_BITS)
		group_for(group, verdict, "one sequence of targets, %s, %s",
			w->descending ? "descending" : "ascending",
			w->interleaved ? "the sources interleaved" : "source by source");
	if (w->spacing >= TELLING_BITS)
		group_for(group, verdict,
			w->own_step > 0 ? "each source evenly spaced alike: a new target every "
					  "%s"
					: "evenly spaced together: a new target every %s",
			hour_format_span(w->own_step > 0 ? w->own_step : w->step, span));
	if (w->starts >= TELLING_BITS)
		group_for(group, verdict, "all began within %s",
			hour_format_span(w->start_span, span));
	if (w->shares > 0)
		group_for(group, verdict, "as many targets for each of them");
}

/* The source of echo requests that asked most of the targets before; NULL: none. */
static const RosterSource *
find_pinger(const Joint *joint, const Roster *roster, guint *pinged)
{
	const RosterSource *best = NULL;
	guint64 first = g_array_index(joint->touches, WeighTouch, 0).time;

	*pinged = 0;
	for (guint i = 0; i < roster->sources->len; i++) {
		const RosterSource *source = roster_source(roster, i);
		const Touch *touches = roster_touches(roster, source);
		guint n = 0;
		if (source->likeness.kind != KIND_ECHO || touches[0].time >= first)
			continue;
		for (guint k = 0; k < joint->touches->len; k++)
			for (guint t = 0; t < source->n; t++)
				n += touches[t].target ==
					     g_array_index(joint->touches, WeighTouch, k)
						     .target &&
				     touches[t].time < first;
		if (n > *pinged) {
			*pinged = n;
			best = source;
		}
	}
	return 2 * *pinged >= joint->weights.targets ? best : NULL;
}

static void
say_pinger(const Joint *joint, const Roster *roster, Verdict verdict, Group *group)
{
	char buffer[ADDRESS_TEXT_SIZE];
	guint pinged;
	const RosterSource *pinger = find_pinger(joint, roster, &pinged);

	if (!pinger || member(joint, roster, 0)->likeness.kind == KIND_ECHO)
		return;
	group_for(group, verdict,
		"%s pinged %u of the targets before: pings first, others after",
		subject_format(&pinger->source, pinger->bits, buffer), pinged);
}

static void
say_bits(const Joint *joint, Verdict verdict, Group *group)
{
	const Weights *w = &joint->weights;

	group_for(group, verdict,
		"strangers fit together so well by a chance of 1 in 2^%.0f (bits: rare "
		"likeness %.0f, constants %.0f, hops %.0f, overlap %.0f, order %.0f, spacing "
		"%.0f, shares %.0f, starts %.0f)",
		joint->bits, joint->rare, joint->constant, joint->hops, w->disjoint, w->order,
		w->spacing, w->shares, w->starts);
}

Verdict
joint_tell(const Joint *joint, const Roster *roster, Group *group)
{
	char owner[ADDRESS_TEXT_SIZE];
	Verdict verdict = judge(joint, roster);

	say_reason(joint, verdict, group);
	if (is_one_owner(joint, roster, owner))
		group_against(group, VERDICT_COORDINATED_SCAN,
			"all sources in %s: one actor that rotates its addresses", owner);
	say_likeness(joint, roster, verdict, group);
	say_coverage(joint, roster, verdict, group);
	say_time(joint, verdict, group);
	say_pinger(joint, roster, verdict, group);
	say_bits(joint, verdict, group);
	if (joint->candidates > joint->members->len)
		group_against(group, verdict, "%u more sources are alike, but do not fit",
			joint->candidates - joint->members->len);
	if (roster->left_out > 0)
		group_against(group, verdict,
			"%" G_GUINT64_FORMAT " more sources were too many to be compared",
			roster->left_out);
	return verdict;
}
