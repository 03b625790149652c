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
		{ "ack-674711610", "first seed, 4.3 (reset scan); second seed (shaft, SYN flood backscatter)",
			SIGNATURE_ACK, { 674711610 }, { 674711610 } },
		{ "ack-674719802", "first seed, figure 7 (reset scan); second seed (synk4, SYN flood backscatter)",
			SIGNATURE_ACK, { 674719802 }, { 674719802 } },
	};

	*n = G_N_ELEMENTS(signatures);
	return signatures;
}

void
trait_clear(Trait *trait)
{
	memset(trait, 0, sizeof *trait);
	trait->ttl_min = G_MAXUINT8;
	trait->window_min = trait->id_min = trait->id_step_min = G_MAXUINT16;
	trait->sport_min = trait->sport_step_min = trait->payload_min = trait->mss_min = G_MAXUINT16;
	trait->seq_min = trait->ack_min = G_MAXUINT32;
}

/* Widens one field's range; a macro, because the fields differ in width. */
#define WIDEN(trait, field, value)                                                                 \
	do {                                                                                       \
		(trait)->field##_min = MIN((trait)->field##_min, (value));                         \
		(trait)->field##_max = MAX((trait)->field##_max, (value));                         \
	} while (0)

#define JOIN(a, b, field)                                                                          \
	do {                                                                                       \
		(a)->field##_min = MIN((a)->field##_min, (b)->field##_min);                        \
		(a)->field##_max = MAX((a)->field##_max, (b)->field##_max);                        \
	} while (0)

/*
 * The set of flag octets in 32 bits. All kinds but malformed fix F, S and R, which leaves P A U E C: one bit for each value of
 * octet >> 3. Malformed has four sets of F, S, R times eight of P, A, U; those of P and U alone, and E and C, have
 * their bits in dport_marks, which no malformed packet needs for ports.
 */
static void
add_malformed_flags(Trait *trait, guint8 flags)
{
	static const guint8 sets[8] = { [3] = 0, [5] = 1, [6] = 2, [7] = 3 }; /* by F S R */

	if (flags & (FLAG_FIN | FLAG_SYN | FLAG_RST))
		trait->flag_sets |= 1u << (sets[flags & 7] * 8 + ((flags >> 3) & 7));
	else if ((flags & (FLAG_PSH | FLAG_URG)) == (FLAG_PSH | FLAG_URG))
		trait->dport_marks |= MALFORMED_PU;
	else
		trait->dport_marks |= flags & FLAG_PSH ? MALFORMED_P : MALFORMED_U;
	trait->dport_marks |= (guint32)(flags >> 6) << MALFORMED_EC_SHIFT;
}

static void
add_signatures(Trait *trait, const Observation *o, const Signature *signatures, gsize n)
{
	const guint32 values[6] = { o->ack, o->seq, o->window, o->id, o->ttl, o->payload };

	for (gsize i = 0; i < n; i++) {
		gboolean hit = TRUE;
		for (guint field = 0; field < G_N_ELEMENTS(values); field++)
			if (signatures[i].fields & (1u << field))
				hit &= values[field] >= signatures[i].low[field] && values[field] <= signatures[i].high[field];
		if (hit && (o->observed & OBSERVED_TCP))
			trait->signatures |= 1u << i;
	}
}

void
trait_add(Trait *trait, const Observation *o, guint second, const Signature *signatures, gsize n_signatures)
{
	guint16 seen = trait->seen;

	WIDEN(trait, ttl, o->ttl);
	WIDEN(trait, payload, o->payload);
	if (o->observed & OBSERVED_ID) {
		if (seen & TRAIT_ID)
			WIDEN(trait, id_step, (guint16)(o->id - trait->id_last));
		WIDEN(trait, id, o->id);
		trait->id_last = o->id;
		seen |= TRAIT_ID | (o->observed & OBSERVED_DF ? TRAIT_DF_SET : TRAIT_DF_CLEAR);
	}
	if (o->observed & OBSERVED_TCP) {
		WIDEN(trait, window, o->window);
		WIDEN(trait, seq, o->seq);
		WIDEN(trait, ack, o->ack);
		seen |= o->ack == o->seq - 1 ? TRAIT_ACK_SEQ1 : TRAIT_ACK_OTHER;
		if (seen & TRAIT_TCP) {
			if (trait->options != o->options) {
				seen |= TRAIT_OPTIONS_VARY;
				trait->options = MIN(trait->options, o->options);
			}
		} else {
			trait->options = o->options;
		}
		if (o->mss) {
			WIDEN(trait, mss, o->mss);
			seen |= TRAIT_MSS;
		} else {
			seen |= TRAIT_MSS_NONE;
		}
		seen |= TRAIT_TCP;
		if (o->kind == KIND_MALFORMED)
			add_malformed_flags(trait, o->flags);
		else
			trait->flag_sets |= 1u << (o->flags >> 3);
		if (n_signatures)
			add_signatures(trait, o, signatures, n_signatures);
	}
	if ((o->observed & OBSERVED_TCP) || o->kind == KIND_UDP) {
		if (seen & TRAIT_PORTS)
			WIDEN(trait, sport_step, (guint16)(o->sport - trait->sport_last));
		WIDEN(trait, sport, o->sport);
		trait->sport_last = o->sport;
		seen |= TRAIT_PORTS | (o->sport == o->dport ? TRAIT_PORTS_EQUAL : TRAIT_PORTS_DIFFER);
		if (o->kind != KIND_MALFORMED) {
			guint block = o->dport >> 10;
			if (block < 32)
				trait->dport_blocks_low |= 1u << block;
			else
				trait->dport_blocks_high |= 1u << (block - 32);
			trait->dport_marks |= 1u << ((o->dport * 0x9E3779B1u) >> 27);
		}
	}
	if (o->observed & OBSERVED_FRAGMENT)
		seen |= TRAIT_FRAGMENT;
	trait->seen = seen;

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
	JOIN(a, b, ttl);
	JOIN(a, b, payload);
	JOIN(a, b, id);
	JOIN(a, b, id_step);
	JOIN(a, b, window);
	JOIN(a, b, seq);
	JOIN(a, b, ack);
	JOIN(a, b, mss);
	JOIN(a, b, sport);
	JOIN(a, b, sport_step);
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
	guint32 seam = a->second == b->second ? a->second_packets + b->second_packets : b->second_packets;
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
