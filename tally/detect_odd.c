/*
 * Flags that no stack sets together, with or without a visit of ours that may have caused them.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/judge.h"
#include "tally/slide.h"

enum { ROLES_NAMED = 6 };

static const DetectorParameter parameters[] = {
	{"packets", "packets", "malformed packets (SF, SFR, SFRP, P, U, ...) in 24 hours", 1, 1,
		1000000},
};

static const DetectorWindow windows[] = {
	{24 * HOUR_SECONDS, HOUR_SECONDS, 0},
};

static guint64
count_malformed(const SubjectRow *row)
{
	const PairHour *pair = row->pair;
	guint64 packets = 0;

	for (guint32 i = 0; row->member->contacts && i < pair->n_contacts; i++) {
		const Contact *contact = &row->member->contacts[pair->contacts + i];
		if (contact->kind == KIND_MALFORMED)
			packets += contact->packets;
	}
	return packets;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	SlidePlan plan = {windows[0].length, windows[0].step, at->subject->grid_minutes, 0,
		at->values[0]};

	if (!(at->subject->kinds & 1u << KIND_MALFORMED))
		return;

	g_autoptr(GArray) rows = subject_rows(at->subject);
	g_autoptr(GArray) events = g_array_new(FALSE, FALSE, sizeof(SlideEvent));
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(SlideWindow));
	for (guint i = 0; i < rows->len; i++) {
		const SubjectRow *row = &g_array_index(rows, SubjectRow, i);
		SlideEvent event = {row->pair->hour, 0, count_malformed(row)};
		if (event.packets > 0)
			g_array_append_val(events, event);
	}
	slide_find(events, 1, &plan, found);
	for (guint i = 0; i < found->len; i++) {
		const SlideWindow *item = &g_array_index(found, SlideWindow, i);
		FindingWindow window = {detector, item->start, plan.length,
			(guint)MIN(item->packets, G_MAXUINT), at->values[0], {0}};
		g_array_append_val(fired, window);
	}
}

/* Targets of malformed packets in the window, and those of them that had opened a connection to
 * the source in it or in the hour before. */
typedef struct {
	guint targets, visitors;
	GString *roles; /* "192.0.2.53 (dns), ...": those that the site calls infrastructure */
	guint n_roles;
} Stimulus;

static void
add_role(Stimulus *stimulus, const Scene *scene, const Address *target)
{
	const char *role = scene->infrastructure
				   ? infrastructure_role(scene->infrastructure, target)
				   : NULL;
	char text[ADDRESS_TEXT_SIZE];

	if (role && stimulus->n_roles++ < ROLES_NAMED)
		g_string_append_printf(stimulus->roles, "%s%s (%s)",
			stimulus->roles->len > 0 ? ", " : "", address_format(target, text),
			role);
}

/* roles: an empty text, borrowed. */
static Stimulus
find_stimulus(const DetectorCase *at, gint64 start, gint64 end, GString *roles)
{
	g_autoptr(GArray) array = subject_rows(at->subject);
	const SubjectRow *rows = (const SubjectRow *)(gpointer)array->data;
	Stimulus stimulus = {.roles = roles};

	for (guint first = 0, next; first < array->len; first = next) {
		gboolean hit = FALSE, visited = FALSE;
		for (next = first;
			next < array->len && address_compare(&rows[next].pair->target,
						     &rows[first].pair->target) == 0;
			next++) {
			const PairHour *pair = rows[next].pair;
			if (pair->hour < start - HOUR_SECONDS || pair->hour >= end)
				continue;
			visited |= (pair->facts & FACT_OUT_SYN) != 0;
			hit |= pair->hour >= start && count_malformed(&rows[next]) > 0;
		}
		stimulus.targets += hit;
		stimulus.visitors += hit && visited;
		if (hit)
			add_role(&stimulus, at->scene, &rows[first].pair->target);
	}
	return stimulus;
}

/* "SF, SFRPAU"; free with g_free. In the order in which traces print them. */
static char *
name_flags(const Trait *trait)
{
	static const struct {
		guint8 flag;
		char letter;
	} letters[] = {{FLAG_SYN, 'S'}, {FLAG_FIN, 'F'}, {FLAG_RST, 'R'}, {FLAG_PSH, 'P'},
		{FLAG_ACK, 'A'}, {FLAG_URG, 'U'}};
	GString *text = g_string_new(NULL);
	guint8 octets[64];
	guint n = trait ? trait_flag_octets(trait, octets) : 0;

	for (guint i = 0; i < n; i++) {
		g_string_append(text, i > 0 ? ", " : "");
		for (gsize k = 0; k < G_N_ELEMENTS(letters); k++)
			if (octets[i] & letters[k].flag)
				g_string_append_c(text, letters[k].letter);
	}
	return g_string_free(text, FALSE);
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	g_autoptr(GString) roles = g_string_new(NULL);
	Stimulus stimulus = find_stimulus(at, told->start, told->start + told->length, roles);
	g_autofree char *flags = name_flags(profile_trait(finding->profile, KIND_MALFORMED));
	guint alone = stimulus.targets - stimulus.visitors;
	char start[HOUR_TEXT_SIZE], length[HOUR_TEXT_SIZE];

	finding->verdict = VERDICT_ODD;
	finding_for(finding, VERDICT_ODD,
		"%u malformed packet%s to %u target%s in %s from %s (threshold %u), flags that "
		"no stack sets together: %s",
		told->count, told->count == 1 ? "" : "s", stimulus.targets,
		stimulus.targets == 1 ? "" : "s", finding_format_length(told->length, length),
		hour_format_s(told->start, start), told->threshold, flags);
	if (stimulus.visitors > 0)
		finding_for(finding, VERDICT_BENIGN,
			"%u of %u targets had just visited it: a mistake of the visited "
			"server's stack, or it analyses its visitors' (first seed, section 5)",
			stimulus.visitors, stimulus.targets);
	if (alone > 0 && at->scene->one_sided)
		finding_for(finding, VERDICT_UNDETERMINED,
			"hardly an outbound packet was captured: whether the other targets had "
			"visited it is not known");
	else if (alone > 0)
		finding_against(finding, VERDICT_BENIGN,
			"%u of %u targets had not visited it: nothing of ours caused these "
			"(first seed, section 5: hostile)",
			alone, stimulus.targets);
	if (stimulus.n_roles > 0)
		finding_for(finding, VERDICT_SCAN, "%u of %u targets are infrastructure: %s%s",
			stimulus.n_roles, stimulus.targets, roles->str,
			stimulus.n_roles > ROLES_NAMED ? ", ..." : "");
}

const Detector detect_odd = {
	.name = "odd-flags",
	.title = "Flags that no stack sets together",
	.topic = TOPIC_ODD,
	.origin = "first seed, section 5 and figures 10, 11 (SFRP scans)",
	.misses = "odd packets with possible flags: wrong options, lengths, numbers",
	.mistakes = "damaged packets, a broken stack or middlebox on the way",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
