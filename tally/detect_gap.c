/*
 * Gap-counting: a source whose source ports, or IP IDs, rise in small steps from packet to packet
 * numbers all that it sends; numbers that are missing went to where this sensor does not see.
 *
 * That is ordinary for a client that visits others as well. So it says something only of a source
 * that probes: requests of TCP to several services, none answered with a completed handshake.
 * Steps are in the order of the files, within an hour (trait.h); a packet sent again has its
 * number again, which is no step that counts.
 */
#include "config.h"

#include "common/hour.h"
#include "tally/detector.h"

enum {
	PACKETS,
	GAPS,
	STEP_MAX =
		16,   /* more from one packet to the next is no sequence that can be followed */
	SERVICES = 3, /* (target, port) asked, at least: a probe's, not a client's */
};

static const DetectorParameter parameters[] = {
	{"packets", "packets",
		"requests in an hour whose source port or IP ID rises in small steps", 5, 3,
		100000},
	{"gaps", "numbers", "numbers missing among theirs", 1, 1, 60000},
};

static const DetectorWindow windows[] = {
	{HOUR_SECONDS, HOUR_SECONDS, PACKETS},
};

/* An orderly sequence: `missing` of its numbers from first to last were not seen. */
typedef struct {
	guint16 first, last;
	guint16 step_max;
	guint missing;
} Sequence;

/* All requests of one kind in an hour. */
typedef struct {
	Kind kind;
	guint64 packets;
	Sequence ports, ids; /* missing 0: none, or not in order */
} Probes;

static gboolean
is_rising(guint16 step_min, guint16 step_max)
{
	return step_min >= 1 && step_min <= step_max && step_max <= STEP_MAX;
}

/* n numbers, each greater than the last by step_max at most; from least to greatest, unless they
 * began anew at 0. */
static Sequence
find_sequence(guint16 least, guint16 greatest, guint16 step_min, guint16 step_max, guint64 n)
{
	Sequence sequence = {least, greatest, step_max, 0};
	guint span = (guint)greatest - least + 1;

	if (is_rising(step_min, step_max) && span - 1 <= (n - 1) * step_max && span > n)
		sequence.missing = (guint)(span - n);
	return sequence;
}

/* Packets of the kind in the hour, and to how many services. FALSE: some handshake was
 * completed. */
static gboolean
count_hour(const SourceFacts *member, gint64 hour, Kind kind, guint64 *packets, guint *services)
{
	*packets = *services = 0;
	for (guint32 i = 0; i < member->n_pairs; i++) {
		const PairHour *pair = &member->pairs[i];
		if (pair->hour != hour)
			continue;
		if ((pair->answered & ANSWER_COMPLETED) || (pair->facts & FACT_OUT_SYN))
			return FALSE;
		for (guint32 k = 0; k < pair->n_contacts; k++) {
			const Contact *contact = &member->contacts[pair->contacts + k];
			if (contact->kind != kind)
				continue;
			*packets += contact->packets;
			++*services;
		}
	}
	return TRUE;
}

/* Whether the trait of an hour shows probes with numbers missing. */
static gboolean
find_probes(
	const SourceFacts *member, const TraitHour *item, const guint *values, Probes *probes)
{
	const Trait *trait = &item->trait;
	guint services;

	*probes = (Probes){.kind = (Kind)trait->kind};
	if ((!is_rising(trait->sport_step_min, trait->sport_step_max) &&
		    !is_rising(trait->id_step_min, trait->id_step_max)) ||
		kind_table[trait->kind].class != CLASS_REQUEST ||
		kind_table[trait->kind].port != 'd' || !member->contacts ||
		!count_hour(member, item->hour, probes->kind, &probes->packets, &services) ||
		services < SERVICES || probes->packets < values[PACKETS])
		return FALSE;
	probes->ports = find_sequence(trait->sport_min, trait->sport_max, trait->sport_step_min,
		trait->sport_step_max, probes->packets);
	probes->ids = find_sequence(trait->id_min, trait->id_max, trait->id_step_min,
		trait->id_step_max, probes->packets);
	return MAX(probes->ports.missing, probes->ids.missing) >= values[GAPS];
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	Probes probes;

	if (at->subject->facts & FACT_OUT_SYN || !(at->subject->facts & FACT_IN_REQUEST))
		return;
	for (guint32 i = 0; i < at->subject->n_members; i++) {
		const SourceFacts *member = &at->subject->members[i];
		for (guint32 k = 0; k < member->n_traits; k++) {
			const TraitHour *item = &member->traits[k];
			if (!find_probes(member, item, at->values, &probes))
				continue;
			FindingWindow window = {detector, item->hour, HOUR_SECONDS,
				(guint)MIN(probes.packets, G_MAXUINT), at->values[PACKETS],
				{0}};
			g_array_append_val(fired, window);
		}
	}
}

static void
say_sequence(const Probes *probes, const Sequence *sequence, const char *what, Finding *finding)
{
	if (sequence->missing > 0)
		finding_for(finding, VERDICT_SCAN,
			"gaps in %s: they rise from %u to %u in steps of %u at most, and %u of "
			"these %u numbers are missing among %" G_GUINT64_FORMAT
			" packets: at least so many went where this sensor does not see",
			what, sequence->first, sequence->last, sequence->step_max,
			sequence->missing, sequence->last - sequence->first + 1u,
			probes->packets);
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE];
	Probes probes;

	finding_for(finding, VERDICT_SCAN,
		"%u requests in the hour from %s (threshold %u), numbered in order but not "
		"without gaps",
		told->count, hour_format_s(told->start, start), told->threshold);
	for (guint32 i = 0; i < at->subject->n_members; i++) {
		const SourceFacts *member = &at->subject->members[i];
		for (guint32 k = 0; k < member->n_traits; k++) {
			const TraitHour *item = &member->traits[k];
			if (item->hour != told->start ||
				!find_probes(member, item, at->values, &probes))
				continue;
			say_sequence(&probes, &probes.ports, "source ports", finding);
			say_sequence(&probes, &probes.ids, "IP IDs", finding);
		}
	}
	finding_against(finding, VERDICT_SCAN,
		"a busy client or a translator of addresses leaves such gaps when it turns to "
		"others in between");
}

const Detector detect_gap = {
	.name = "gap",
	.title = "Probes that this sensor did not see",
	.origin = "second seed (\"gap-counting\")",
	.misses = "sources whose numbers are random or constant, that try again, or whose "
		  "probes lie in several hours",
	.mistakes = "a client whose connections to us all fail while it talks to others",
	.parameters = parameters,
	.n_parameters = G_N_ELEMENTS(parameters),
	.windows = windows,
	.n_windows = G_N_ELEMENTS(windows),
	.run = run,
	.judge = judge,
};
