#include "config.h"

#include "tally/trait.h"
#include "tally/kind.h"

#include <string.h>

/* Bits 3 and 4 of dport_marks of kind malformed: ECE, CWR occurred. */
enum { MALFORMED_P = 1, MALFORMED_U = 2, MALFORMED_PU = 4, MALFORMED_EC_SHIFT = 3 };

const Signature *
trait_default_signatures(gsize *n)
{
	static const Signature signatures[] = {
		{"ack-674711610",
			"first seed, 4.3 (reset scan); second seed (shaft, SYN flood "
			"backscatter)",
			SIGNATURE_ACK, {674711610}, {674711610}},
		{"ack-674719802",
			"first seed, figure 7 (reset scan); second seed (synk4, SYN flood "
			"backscatter)",
			SIGNATURE_ACK, {674719802}, {674719802}},
	};

	*n = G_N_ELEMENTS(signatures);
	return signatures;
}

void
trait_clear(Trait *trait)
{
	memset(trait, 0, sizeof *trait);
	memset(&trait->least, 0xff, sizeof trait->least);
	trait->seq_min = trait->ack_min = G_MAXUINT32;
}

/* Which lanes a packet has: window; id; source port; payload; MSS; TTL; step of id; step of
 * port. */
enum {
	HAS_TCP = 1,
	HAS_ID = 2,
	HAS_PORTS = 4,
	HAS_MSS = 8,
	HAS_ID_STEP = 16,
	HAS_PORT_STEP = 32,
	HAS_ALL = 64
};

#define LANE(has, bit) ((has) & (bit) ? 0xffff : 0)
#define LANES_1(has)                                                                           \
	{                                                                                      \
		LANE(has, HAS_TCP), LANE(has, HAS_ID), LANE(has, HAS_PORTS), 0xffff,           \
			LANE(has, HAS_MSS), 0xffff, LANE(has, HAS_ID_STEP),                    \
			LANE(has, HAS_PORT_STEP)                                               \
	}
#define LANES_4(has) LANES_1(has), LANES_1((has) + 1), LANES_1((has) + 2), LANES_1((has) + 3)
#define LANES_16(has) LANES_4(has), LANES_4((has) + 4), LANES_4((has) + 8), LANES_4((has) + 12)

static const TraitLanes lanes_of[HAS_ALL] = {
	LANES_16(0), LANES_16(16), LANES_16(32), LANES_16(48)};

/* Lane by lane the lesser, the greater. A comparison of vectors gives all ones where it
 * holds. */
static inline void
widen_lanes(Trait *trait, TraitLanes least, TraitLanes greatest)
{
	TraitLanes low = trait->least, high = trait->greatest;

	trait->least = low ^ ((low ^ least) & (TraitLanes)(least < low));
	trait->greatest = high ^ ((high ^ greatest) & (TraitLanes)(greatest > high));
}

/*
 * The set of flag octets in 32 bits. All kinds but malformed fix F, S and R, which leaves P A U
 * E C: one bit for each value of octet >> 3. Malformed has four sets of F, S, R times eight of
 * P, A, U; those of P and U alone, and E and C, have their bits in dport_marks, which no
 * malformed packet needs for ports.
 */
static void
add_malformed_flags(Trait *trait, guint8 flags)
{
	static const guint8 sets[8] = {[3] = 0, [5] = 1, [6] = 2, [7] = 3}; /* by F S R */

	if (flags & (FLAG_FIN | FLAG_SYN | FLAG_RST))
		trait->flag_sets |= 1u << (sets[flags & 7] * 8 + ((flags >> 3) & 7));
	else if ((flags & (FLAG_PSH | FLAG_URG)) == (FLAG_PSH | FLAG_URG))
		trait->dport_marks |= MALFORMED_PU;
	else
		trait->dport_marks |= flags & FLAG_PSH ? MALFORMED_P : MALFORMED_U;
	trait->dport_marks |= (guint32)(flags >> 6) << MALFORMED_EC_SHIFT;
}

static inline guint32
signature_value(const Observation *o, guint field)
{
	switch (1u << field) {
	case SIGNATURE_ACK:
		return o->ack;
	case SIGNATURE_SEQ:
		return o->seq;
	case SIGNATURE_WINDOW:
		return o->window;
	case SIGNATURE_ID:
		return o->id;
	case SIGNATURE_TTL:
		return o->ttl;
	default:
		return o->payload;
	}
}

/* A rule on a field that the packet does not have does not hit. */
static inline guint32
match_signatures(const Observation *o, const Signature *signatures, gsize n)
{
	guint32 hits = 0, there = SIGNATURE_TTL | SIGNATURE_PAYLOAD;

	if (o->observed & OBSERVED_TCP)
		there |= SIGNATURE_ACK | SIGNATURE_SEQ | SIGNATURE_WINDOW;
	if (o->observed & OBSERVED_ID)
		there |= SIGNATURE_ID;
	for (gsize i = 0; i < n; i++) {
		guint32 fields = signatures[i].fields;
		if (fields & ~there)
			continue;
		for (; fields; fields &= fields - 1) {
			guint field = (guint)__builtin_ctz(fields);
			guint32 low = signatures[i].low[field];
			if (signature_value(o, field) - low > signatures[i].high[field] - low)
				break;
		}
		hits |= (guint32)(fields == 0) << i;
	}
	return hits;
}

static guint16
add_tcp(Trait *trait, const Observation *o, guint16 seen)
{
	trait->seq_min = MIN(trait->seq_min, o->seq);
	trait->seq_max = MAX(trait->seq_max, o->seq);
	trait->ack_min = MIN(trait->ack_min, o->ack);
	trait->ack_max = MAX(trait->ack_max, o->ack);
	if (trait->options != o->options) {
		if (seen & TRAIT_TCP)
			seen |= TRAIT_OPTIONS_VARY;
		trait->options =
			seen & TRAIT_TCP ? MIN(trait->options, o->options) : o->options;
	}
	if (G_UNLIKELY(o->kind == KIND_MALFORMED))
		add_malformed_flags(trait, o->flags);
	else
		trait->flag_sets |= 1u << (o->flags >> 3);
	return seen | TRAIT_TCP | (o->ack == o->seq - 1 ? TRAIT_ACK_SEQ1 : TRAIT_ACK_OTHER) |
	       (o->mss ? TRAIT_MSS : TRAIT_MSS_NONE);
}

static void
add_port(Trait *trait, guint16 dport)
{
	guint32 bit = 1u << (dport >> 10) % 32;

	if (dport >> 15)
		trait->dport_blocks_high |= bit;
	else
		trait->dport_blocks_low |= bit;
	trait->dport_marks |= 1u << ((dport * 0x9E3779B1u) >> 27);
}

void
trait_add(Trait *trait, const Observation *o, guint second, const Signature *signatures,
	gsize n_signatures)
{
	guint16 seen = trait->seen;
	guint has = 0;
	const TraitLanes values = {o->window, o->id, o->sport, o->payload, o->mss, o->ttl,
		(guint16)(o->id - trait->id_last), (guint16)(o->sport - trait->sport_last)};

	if (o->observed & OBSERVED_ID) {
		has = seen & TRAIT_ID ? HAS_ID | HAS_ID_STEP : HAS_ID;
		seen |= TRAIT_ID | (o->observed & OBSERVED_DF ? TRAIT_DF_SET : TRAIT_DF_CLEAR);
		trait->id_last = o->id;
	}
	if ((o->observed & OBSERVED_TCP) || o->kind == KIND_UDP) {
		has |= seen & TRAIT_PORTS ? HAS_PORTS | HAS_PORT_STEP : HAS_PORTS;
		seen |= TRAIT_PORTS |
			(o->sport == o->dport ? TRAIT_PORTS_EQUAL : TRAIT_PORTS_DIFFER);
		trait->sport_last = o->sport;
		if (o->kind != KIND_MALFORMED)
			add_port(trait, o->dport);
	}
	if (o->observed & OBSERVED_TCP) {
		has |= o->mss ? HAS_TCP | HAS_MSS : HAS_TCP;
		seen = add_tcp(trait, o, seen);
	}
	trait->signatures |= match_signatures(o, signatures, n_signatures);
	if (G_UNLIKELY(o->observed & OBSERVED_FRAGMENT))
		seen |= TRAIT_FRAGMENT;
	trait->seen = seen;
	widen_lanes(trait, values | ~lanes_of[has], values & lanes_of[has]);

	trait->second_packets = trait->second == second ? trait->second_packets + 1 : 1;
	trait->second = (guint16)second;
	if (trait->second_packets > trait->peak_packets) {
		trait->peak_packets = trait->second_packets;
		trait->peak_second = (guint16)second;
	}
}

void
trait_merge(Trait *a, const Trait *b)
{
	widen_lanes(a, b->least, b->greatest);
	a->seq_min = MIN(a->seq_min, b->seq_min);
	a->seq_max = MAX(a->seq_max, b->seq_max);
	a->ack_min = MIN(a->ack_min, b->ack_min);
	a->ack_max = MAX(a->ack_max, b->ack_max);
	if (b->seen & TRAIT_ID)
		a->id_last = b->id_last;
	if (b->seen & TRAIT_PORTS)
		a->sport_last = b->sport_last;
	if (b->seen & TRAIT_TCP) {
		if ((a->seen & TRAIT_TCP) && a->options != b->options)
			a->seen |= TRAIT_OPTIONS_VARY;
		a->options = a->seen & TRAIT_TCP ? MIN(a->options, b->options) : b->options;
	}
	a->seen |= b->seen;
	a->flag_sets |= b->flag_sets;
	a->dport_blocks_low |= b->dport_blocks_low;
	a->dport_blocks_high |= b->dport_blocks_high;
	a->dport_marks |= b->dport_marks;
	a->signatures |= b->signatures;

	/* A second that was cut in two counts whole where the cut can be seen: at the seam. */
	guint32 seam = a->second == b->second ? a->second_packets + b->second_packets
					      : b->second_packets;
	if (b->peak_packets > a->peak_packets) {
		a->peak_packets = b->peak_packets;
		a->peak_second = b->peak_second;
	}
	a->second = b->second;
	a->second_packets = seam;
	if (seam > a->peak_packets) {
		a->peak_packets = seam;
		a->peak_second = b->second;
	}
}
