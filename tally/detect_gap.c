/*
 * Gap-counting: a source whose source ports, or IP IDs, rise in small steps from packet to packet
 * numbers all that it sends; numbers that are missing went to where this sensor does not see.
 *
 * That is ordinary for a client that visits others as well. So it says something only of a source
 * that probes: requests of TCP to several services, none answered with a completed handshake.
 * Steps are in the order of the files, within an hour (trait.h); a packet sent again has its
 * number again, which is no step that counts. What else the source sent us may have used some
 * of the numbers: all of it that can have is taken as seen, so that "missing" is at least.
 */
#include "config.h"

#include <stdlib.h>

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
	gint64 hour;
	Kind kind;
	guint64 packets;
	Sequence ports, ids; /* missing 0: none, or not in order */
} Probes;

static gboolean
is_rising(guint16 step_min, guint16 step_max)
{
	return step_min >= 1 && step_min <= step_max && step_max <= STEP_MAX;
}

/* What a source sent in an hour, by kind. */
typedef struct {
	gint64 hour;
	guint64 packets[KIND_CONTACTS];
	guint services[KIND_CONTACTS]; /* (target, port) */
	gboolean talked;               /* a handshake was completed, or we opened */
} Hour;

static int
compare_hours(gconstpointer a, gconstpointer b)
{
	const Hour *x = a, *y = b;

	return (x->hour > y->hour) - (x->hour < y->hour);
}

/* n numbers, each greater than the last by step_max at most, from least to greatest, unless they
 * began anew at 0; `others` of those between may have gone to other packets. */
static Sequence
find_sequence(guint16 least, guint16 greatest, guint16 step_min, guint16 step_max, guint64 n,
	guint64 others)
{
	Sequence sequence = {least, greatest, step_max, 0};
	guint span = (guint)greatest - least + 1;

	if (is_rising(step_min, step_max) && span - 1 <= (n - 1) * step_max &&
		span > n + others)
		sequence.missing = (guint)(span - n - others);
	return sequence;
}

static gboolean
overlap(guint16 a_min, guint16 a_max, guint16 b_min, guint16 b_max)
{
	return a_min <= b_max && b_min <= a_max;
}

/* Packets of other kinds in the hour that may have used numbers of the trait's. Any packet has an
 * IP ID of its own; a source port of its own only what begins something. */
static void
count_others(const SourceFacts *member, const TraitHour *probes, const Hour *hour,
	guint64 *by_port, guint64 *by_id)
{
	const Trait *own = &probes->trait;
	guint32 ports = 0, ids = 0; /* sets of kinds: two sensors have a trait each */

	*by_port = *by_id = 0;
	for (guint32 i = 0; i < member->n_traits; i++) {
		const Trait *trait = &member->traits[i].trait;
		KindClass class = kind_table[trait->kind].class;
		guint32 bit = 1u << trait->kind;
		if (member->traits[i].hour != probes->hour || trait->kind == own->kind ||
			trait->kind >= KIND_CONTACTS)
			continue;
		if ((class == CLASS_REQUEST || class == CLASS_UDP) &&
			(trait->seen & TRAIT_PORTS) &&
			overlap(trait->sport_min, trait->sport_max, own->sport_min,
				own->sport_max))
			ports |= bit;
		if ((trait->seen & TRAIT_ID) &&
			overlap(trait->id_min, trait->id_max, own->id_min, own->id_max))
			ids |= bit;
	}
	for (int kind = 0; kind < KIND_CONTACTS; kind++) {
		*by_port += ports >> kind & 1 ? hour->packets[kind] : 0;
		*by_id += ids >> kind & 1 ? hour->packets[kind] : 0;
	}
}

/* Whether the trait may be of probes that can be followed, as far as it alone tells. */
static gboolean
is_candidate(const Trait *trait)
{
	return (is_rising(trait->sport_step_min, trait->sport_step_max) ||
		       is_rising(trait->id_step_min, trait->id_step_max)) &&
	       kind_table[trait->kind].class == CLASS_REQUEST &&
	       kind_table[trait->kind].port == 'd';
}

/* The hours in which some trait is a candidate, by time: array of Hour, owned by the caller. */
static GArray *
list_hours(const SourceFacts *member)
{
	GArray *hours = g_array_new(FALSE, FALSE, sizeof(Hour));
	guint kept = 0;

	for (guint32 i = 0; i < member->n_traits && member->contacts; i++) {
		Hour hour = {.hour = member->traits[i].hour};
		if (is_candidate(&member->traits[i].trait))
			g_array_append_val(hours, hour);
	}
	g_array_sort(hours, compare_hours);
	Hour *hour = (Hour *)(gpointer)hours->data;
	for (guint i = 0; i < hours->len; i++)
		if (kept == 0 || hour[kept - 1].hour != hour[i].hour)
			hour[kept++] = hour[i];
	g_array_set_size(hours, kept);
	return hours;
}

static Hour *
find_hour(const GArray *hours, gint64 time)
{
	Hour wanted = {.hour = time};

	return hours->len > 0
		       ? bsearch(&wanted, hours->data, hours->len, sizeof(Hour), compare_hours)
		       : NULL;
}

static void
count_hours(const SourceFacts *member, const GArray *hours)
{
	for (guint32 i = 0; i < member->n_pairs && hours->len > 0; i++) {
		const PairHour *pair = &member->pairs[i];
		const Contact *contacts = member->contacts + pair->contacts;
		Hour *hour = find_hour(hours, pair->hour);
		if (!hour)
			continue;
		hour->talked |= (pair->answered & ANSWER_COMPLETED) != 0 ||
				(pair->facts & FACT_OUT_SYN) != 0;
		for (guint32 k = 0; k < pair->n_contacts; k++) {
			if (contacts[k].kind >= KIND_CONTACTS)
				continue;
			hour->packets[contacts[k].kind] += contacts[k].packets;
			hour->services[contacts[k].kind]++;
		}
	}
}

/* Whether the trait of an hour shows probes with numbers missing. */
static gboolean
is_probing(const SourceFacts *member, const TraitHour *item, const GArray *hours,
	const guint *values, Probes *probes)
{
	const Trait *trait = &item->trait;
	const Hour *hour = is_candidate(trait) ? find_hour(hours, item->hour) : NULL;
	guint64 by_port, by_id;

	if (!hour || hour->talked || hour->services[trait->kind] < SERVICES ||
		hour->packets[trait->kind] < values[PACKETS])
		return FALSE;
	count_others(member, item, hour, &by_port, &by_id);
	*probes = (Probes){.hour = item->hour,
		.kind = (Kind)trait->kind,
		.packets = hour->packets[trait->kind]};
	probes->ports = find_sequence(trait->sport_min, trait->sport_max, trait->sport_step_min,
		trait->sport_step_max, probes->packets, by_port);
	probes->ids = find_sequence(trait->id_min, trait->id_max, trait->id_step_min,
		trait->id_step_max, probes->packets, by_id);
	return MAX(probes->ports.missing, probes->ids.missing) >= values[GAPS];
}

/* All of a subject: array of Probes, owned by the caller. */
static GArray *
list_probes(const DetectorCase *at)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(Probes));
	Probes probes;

	for (guint32 i = 0; i < at->subject->n_members; i++) {
		const SourceFacts *member = &at->subject->members[i];
		g_autoptr(GArray) hours = list_hours(member);
		count_hours(member, hours);
		for (guint32 k = 0; k < member->n_traits && hours->len > 0; k++)
			if (is_probing(member, &member->traits[k], hours, at->values, &probes))
				g_array_append_val(list, probes);
	}
	return list;
}

/* Spares nearly all sources the rest. */
static gboolean
has_candidate(const Subject *subject)
{
	for (guint32 i = 0; i < subject->n_members; i++)
		for (guint32 k = 0; k < subject->members[i].n_traits; k++)
			if (is_candidate(&subject->members[i].traits[k].trait))
				return TRUE;
	return FALSE;
}

static void
run(const Detector *detector, const DetectorCase *at, GArray *fired)
{
	if (at->subject->facts & FACT_OUT_SYN || !(at->subject->facts & FACT_IN_REQUEST) ||
		!has_candidate(at->subject))
		return;
	g_autoptr(GArray) list = list_probes(at);
	for (guint i = 0; i < list->len; i++) {
		const Probes *probes = &g_array_index(list, Probes, i);
		FindingWindow window = {detector, probes->hour, HOUR_SECONDS,
			(guint)MIN(probes->packets, G_MAXUINT), at->values[PACKETS], {0}};
		g_array_append_val(fired, window);
	}
}

static void
say_sequence(const Probes *probes, const Sequence *sequence, const char *what, Finding *finding)
{
	if (sequence->missing > 0)
		finding_for(finding, VERDICT_SCAN,
			"gaps in %s: they rise from %u to %u in steps of %u at most, and %u of "
			"these %u numbers are missing among %" G_GUINT64_FORMAT
			" packets, and in what else it sent here: at least so many went where "
			"this sensor does not see",
			what, sequence->first, sequence->last, sequence->step_max,
			sequence->missing, sequence->last - sequence->first + 1u,
			probes->packets);
}

static void
judge(const DetectorCase *at, const FindingWindow *told, Finding *finding)
{
	char start[HOUR_TEXT_SIZE];
	g_autoptr(GArray) list = list_probes(at);

	finding_for(finding, VERDICT_SCAN,
		"%u requests in the hour from %s (threshold %u), numbered in order but not "
		"without gaps",
		told->count, hour_format_s(told->start, start), told->threshold);
	for (guint i = 0; i < list->len; i++) {
		const Probes *probes = &g_array_index(list, Probes, i);
		if (probes->hour != told->start)
			continue;
		say_sequence(probes, &probes->ports, "source ports", finding);
		say_sequence(probes, &probes->ids, "IP IDs", finding);
	}
	finding_against(finding, VERDICT_SCAN,
		"a busy client or a translator of addresses leaves such gaps when it turns to "
		"others in between");
}

const Detector detect_gap = {
	.name = "gap",
	.title = "Probes that this sensor did not see",
	.topic = TOPIC_ODD,
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
