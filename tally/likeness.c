#include "config.h"

#include "tally/likeness.h"

#include <string.h>

enum {
	STEP_JUMP = 256, /* from one source port to the next: no single counter in a hurry */
	STEP_SLACK = 64, /* by which the counters of two processes move meanwhile */
};

/* In the order in which they tell what a source is after. */
static const guint8 kinds[] = {KIND_SYN, KIND_UDP, KIND_ECHO, KIND_MALFORMED, KIND_FIN,
	KIND_NULL, KIND_XMAS, KIND_ICMP, KIND_ACK, KIND_SYNACK, KIND_RST, KIND_FINACK};

static gboolean
find_kind(const Subject *subject, guint8 *kind)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (subject->kinds & 1u << kinds[i]) {
			*kind = kinds[i];
			return TRUE;
		}
	}
	return FALSE;
}

static Trait
join_traits(const Subject *subject, guint8 kind)
{
	Trait joint;
	gboolean any = FALSE;

	trait_clear(&joint);
	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_traits; k++) {
			const Trait *own = &member->traits[k].trait;
			if (own->kind != kind)
				continue;
			if (any)
				trait_merge(&joint, own);
			else
				joint = *own;
			any = TRUE;
		}
	}
	return joint;
}

static guint8
first_ttl(guint ttl)
{
	return ttl <= 32 ? 32 : ttl <= 64 ? 64 : ttl <= 128 ? 128 : 255;
}

static void
set_constant(Likeness *likeness, guint8 bit, gboolean is_constant)
{
	if (is_constant)
		likeness->constant |= bit;
}

static void
take_tcp(Likeness *likeness, const Trait *trait)
{
	if (!(trait->seen & TRAIT_TCP))
		return;
	set_constant(likeness, LIKENESS_WINDOW, trait->window_min == trait->window_max);
	set_constant(likeness, LIKENESS_SEQ, trait->seq_min == trait->seq_max);
	set_constant(likeness, LIKENESS_OPTIONS, !(trait->seen & TRAIT_OPTIONS_VARY));
	set_constant(likeness, LIKENESS_MSS,
		!(trait->seen & TRAIT_MSS) ||
			(!(trait->seen & TRAIT_MSS_NONE) && trait->mss_min == trait->mss_max));
	likeness->window = likeness->constant & LIKENESS_WINDOW ? trait->window_min : 0;
	likeness->seq = likeness->constant & LIKENESS_SEQ ? trait->seq_min : 0;
	likeness->options = likeness->constant & LIKENESS_OPTIONS ? trait->options : 0;
	if ((trait->seen & TRAIT_MSS) && (likeness->constant & LIKENESS_MSS))
		likeness->mss = trait->mss_min;
}

static void
take_trait(Likeness *likeness, const Trait *trait)
{
	likeness->family = trait->family;
	likeness->df = (guint8)(trait->seen & (TRAIT_DF_SET | TRAIT_DF_CLEAR));
	likeness->ttl_min = (guint8)trait->ttl_min;
	likeness->ttl_max = (guint8)trait->ttl_max;
	likeness->first_ttl = first_ttl(trait->ttl_max);
	set_constant(likeness, LIKENESS_PAYLOAD, trait->payload_min == trait->payload_max);
	likeness->payload = likeness->constant & LIKENESS_PAYLOAD ? trait->payload_min : 0;
	if (trait->seen & TRAIT_PORTS) {
		set_constant(likeness, LIKENESS_SPORT, trait->sport_min == trait->sport_max);
		likeness->sport = likeness->constant & LIKENESS_SPORT ? trait->sport_min : 0;
		likeness->sport_min = trait->sport_min;
		likeness->sport_max = trait->sport_max;
	}
	if (trait->seen & TRAIT_ID) {
		set_constant(likeness, LIKENESS_ID, trait->id_min == trait->id_max);
		likeness->id = likeness->constant & LIKENESS_ID ? trait->id_min : 0;
	}
	likeness->sport_step_min = trait->sport_step_min;
	likeness->sport_step_max = trait->sport_step_max;
	take_tcp(likeness, trait);
}

static void
add_port(Likeness *likeness, guint16 port)
{
	guint at = 0;

	if (likeness->n_ports > LIKENESS_PORTS)
		return;
	while (at < likeness->n_ports && likeness->ports[at] < port)
		at++;
	if (at < likeness->n_ports && likeness->ports[at] == port)
		return;
	if (likeness->n_ports == LIKENESS_PORTS) {
		memset(likeness->ports, 0, sizeof likeness->ports);
		likeness->n_ports++;
		return;
	}
	memmove(&likeness->ports[at + 1], &likeness->ports[at],
		(likeness->n_ports - at) * sizeof likeness->ports[0]);
	likeness->ports[at] = port;
	likeness->n_ports++;
}

/* Ports, and packets for each contact. */
static void
take_contacts(Likeness *likeness, const Subject *subject)
{
	guint64 packets = 0, n = 0;

	for (guint32 i = 0; i < subject->n_members; i++) {
		const SourceFacts *member = &subject->members[i];
		for (guint32 k = 0; k < member->n_pairs; k++) {
			const PairHour *pair = &member->pairs[k];
			for (guint32 c = 0; c < pair->n_contacts; c++) {
				const Contact *contact = &member->contacts[pair->contacts + c];
				if (contact->kind != likeness->kind)
					continue;
				add_port(likeness, contact->port);
				packets += contact->packets;
				n++;
			}
		}
	}
	likeness->tries = (guint8)MIN(255, n > 0 ? (packets + n / 2) / n : 0);
}

static guint64
mix_in(guint64 mixed, guint64 word)
{
	mixed = (mixed ^ word) * G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	return mixed ^ mixed >> 32;
}

static guint64
mix_stack(const Likeness *likeness)
{
	guint64 mixed =
		mix_in(0, (guint64)likeness->kind << 32 | (guint64)likeness->family << 24 |
				  (guint64)(likeness->constant & LIKENESS_STACK) << 16 |
				  (guint64)likeness->df << 8 | likeness->first_ttl);

	mixed = mix_in(mixed, (guint64)likeness->window << 32 |
				      (guint64)likeness->payload << 16 | likeness->mss);
	return mix_in(mixed, likeness->options);
}

static guint64
mix_ports(const Likeness *likeness)
{
	guint64 mixed = mix_in(likeness->stack_key, likeness->n_ports);

	return mix_in(mixed, (guint64)likeness->ports[0] << 48 |
				     (guint64)likeness->ports[1] << 32 |
				     (guint64)likeness->ports[2] << 16 | likeness->ports[3]);
}

gboolean
likeness_of(const Subject *subject, Likeness *likeness)
{
	guint8 kind;

	if (!find_kind(subject, &kind))
		return FALSE;
	Trait trait = join_traits(subject, kind);
	*likeness = (Likeness){.kind = kind};
	take_trait(likeness, &trait);
	take_contacts(likeness, subject);
	likeness->stack_key = mix_stack(likeness);
	likeness->key = mix_ports(likeness);
	return TRUE;
}

gboolean
likeness_is_asking(const Likeness *likeness)
{
	KindClass class = kind_table[likeness->kind].class;

	return class == CLASS_REQUEST || class == CLASS_UDP;
}

/* Steps up and steps down of nearly the same width, and none that a single counter would take. */
gboolean
likeness_is_two_processes(const Likeness *likeness)
{
	guint up = likeness->sport_step_min, down = 65536u - likeness->sport_step_max;

	return likeness->sport_step_min <= likeness->sport_step_max && up >= STEP_JUMP &&
	       down >= STEP_JUMP && (up > down ? up - down : down - up) <= STEP_SLACK;
}

static void
append_ports(GString *text, const Likeness *likeness)
{
	if (kind_table[likeness->kind].port != 's' && kind_table[likeness->kind].port != 'd')
		return;
	if (likeness->n_ports > LIKENESS_PORTS) {
		g_string_append(text, " to many ports");
		return;
	}
	g_string_append_printf(text, " %s port%s",
		kind_table[likeness->kind].port == 's' ? "from" : "to",
		likeness->n_ports == 1 ? "" : "s");
	for (guint i = 0; i < likeness->n_ports; i++)
		g_string_append_printf(text, "%s %u", i > 0 ? "," : "", likeness->ports[i]);
}

static void
append_tcp(GString *text, const Likeness *likeness)
{
	if (likeness->constant & LIKENESS_WINDOW)
		g_string_append_printf(text, ", window %u", likeness->window);
	if (likeness->constant & LIKENESS_OPTIONS) {
		g_autofree char *options = trait_options_text(likeness->options);
		g_string_append_printf(text, ", options %s", options);
	}
	if (likeness->mss > 0)
		g_string_append_printf(text, ", MSS %u", likeness->mss);
}

char *
likeness_text(const Likeness *likeness)
{
	GString *text = g_string_new(kind_table[likeness->kind].name);

	append_ports(text, likeness);
	switch (likeness->kind) {
	case KIND_UDP:
	case KIND_ECHO:
	case KIND_ICMP:
		break;
	default:
		append_tcp(text, likeness);
	}
	if (likeness->payload > 0)
		g_string_append_printf(text, ", payload of %u octets", likeness->payload);
	if (likeness->df == TRAIT_DF_SET)
		g_string_append(text, ", DF");
	return g_string_free(text, FALSE);
}
