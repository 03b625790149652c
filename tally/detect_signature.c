/*
 * The site's signature rules: values of header fields that somebody or something is known by.
 *
 * Packets are held against the rules when they are read; of a source the tallies keep which rules
 * were met by its packets of a kind in an hour, not by how many packets. So the threshold is
 * about hours, of which one is met by one packet.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge_reset.h"
#include "tally/slide.h"

static const DetectorParameter parameters[] = {
	{"hours", "hours", "hours of 24 in which a packet meets a rule; one packet makes one",
		1, 1, 24},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0},
};

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const SlideEvent *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

/* Hours in which a rule was met, each once, numbered; of SlideEvent. */
static GArray *
list_hours(const Subject *subject)
{
	GArray *events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	guint kept = 0;

	for (guint32 m = 0; m < subject->n_members; m++) {
		const SourceFacts *member = &subject->members[m];
		for (guint32 i = 0; i < member->n_traits; i++) {
			SlideEvent event = {member->traits[i].hour, 0, 0};
			if (member->traits[i].trait.signatures != 0)
				g_array_append_val(events, event);
		}
	}
	g_array_sort(events, compare_hours);
	for (guint i = 0; i < events->len; i++) {
		SlideEvent *event = &g_array_index(events, SlideEvent, i);
		if (kept > 0 && g_array_index(events, SlideEvent, kept - 1).hour == event->hour)
			continue;
		SlideEvent next = {event->hour, kept, 0};
		g_array_index(events, SlideEvent, kept++) = next;
	}
	g_array_set_size(events, kept);
	return events;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	SlidePlan plan = {windows[0].length, windows[0].step, at->subject->grid_minutes,
		at->values[0], 0};

	if (at->subject->signatures == 0)
		return;

	g_autoptr(GArray) events = list_hours(at->subject);
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
	slide_find(events, events->len, &plan, found);
	for (guint i = 0; i < found->len; i++) {
		const SlideWindow *item = &g_array_index(found, SlideWindow, i);
		FindingWindow window = {
			detector, item->start, plan.length, item->targets, at->values[0], {0}};
		g_array_append_val(fired, window);
	}
}

/* Kinds (set of 1 << KIND_*) of which packets met the rule in the window. */
static guint32
find_kinds(const Profile *profile, guint rule)
{
	guint32 kinds = 0;

	for (guint i = 0; i < profile->traits->len; i++) {
		const Trait *trait = &g_array_index(profile->traits, Trait, i);
		if (trait->signatures >> rule & 1)
			kinds |= 1u << trait->kind;
	}
	return kinds;
}

/* "rst, synack"; free with g_free. */
static char *
name_kinds(guint32 kinds)
{
	GString *text = g_string_new(NULL);

	for (guint kind = 0; kind < KIND_CONTACTS; kind++)
		if (kinds >> kind & 1)
			g_string_append_printf(
				text, "%s%s", text->len > 0 ? ", " : "", kind_table[kind].name);
	return g_string_free(text, FALSE);
}

/* "ack 674711610", "window 512 to 1024, TTL 1 to 5"; free with g_free. */
static char *
name_fields(const Signature *rule)
{
	static const char *const names[] = {"ack", "seq", "window", "IP ID", "TTL", "payload"};
	GString *text = g_string_new(NULL);

	for (guint field = 0; field < G_N_ELEMENTS(names); field++) {
		if (!(rule->fields >> field & 1))
			continue;
		g_string_append_printf(text, "%s%s %u", text->len > 0 ? ", " : "", names[field],
			rule->low[field]);
		if (rule->high[field] != rule->low[field])
			g_string_append_printf(text, " to %u", rule->high[field]);
	}
	return g_string_free(text, FALSE);
}

static void
say_rule(const DetectorCase *at, guint rule, guint32 met_by, Finding *finding)
{
	g_autofree char *kinds = name_kinds(met_by);

	if (rule >= at->scene->n_signatures) {
		finding_for(finding, VERDICT_UNDETERMINED,
			"rule %u, which the settings do not have any more, met by %s", rule + 1,
			kinds);
		return;
	}
	const Signature *signature = &at->scene->signatures[rule];
	g_autofree char *fields = name_fields(signature);
	finding_for(finding, VERDICT_UNDETERMINED, "rule %s (%s) met by %s; its origin: %s",
		signature->name, fields, kinds, signature->origin);
	if (signature->fields == SIGNATURE_ACK && signature->low[0] == signature->high[0])
		judge_reset_constant(finding, signature->low[0]);
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];

	finding_for(finding, VERDICT_UNDETERMINED,
		"packets that meet a signature rule in %u hour%s of %s from %s (threshold %u): "
		"a value alone is no verdict",
		told->count, told->count == 1 ? "" : "s",
		finding_format_length(told->length, length), hour_format_s(told->start, start),
		told->threshold);
	for (guint rule = 0; rule < TRAIT_SIGNATURES_MAX; rule++) {
		guint32 kinds = find_kinds(finding->profile, rule);
		if (kinds != 0)
			say_rule(at, rule, kinds, finding);
	}
}

const Detector detect_signature = {
	.name = "signature",
	.title = "Values that somebody is known by",
	.topic = TOPIC_RESETS,
	.origin = "the site's settings; the two acks: first seed, 4.3, and second seed",
	.misses = "whatever has no rule",
	.mistakes = "values that come by chance: of a rule on 16 bits once in 65,536 packets",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
	.also_without_hits = TRUE,
};
