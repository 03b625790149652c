/*
 * The rules of DESIGN section 2, "Hits": they stand here and nowhere else.
 */
#ifndef TALLY_HITS_H
#define TALLY_HITS_H

#include "tally/axis.h"

/* What one pair's row of an hour means to the rules. */
typedef struct {
	/* time of the pair's first UDP packet, times two, plus one when it was inbound;
	 * FACTS_NEVER: none */
	guint64 udp_first;
	guint32 hour;  /* index into the axis's hours */
	guint16 in;    /* FACT_IN_* of the contacts that the filter lets make a hit */
	guint16 facts; /* all FACT_*: evidence */
} HitRow;

/* Windows [from, to), by number, in which a target was hit. */
typedef struct {
	guint32 from, to;
} HitSpan;

/* For HitRow.udp_first; in, out: times of the first UDP packet each way, or FACTS_NEVER. The
 * lesser of two is the earlier, and the target's at the same instant. */
static inline guint64
hits_udp_first(guint64 in, guint64 out)
{
	guint64 first_in = in == FACTS_NEVER ? FACTS_NEVER : in << 1 | 1;
	guint64 first_out = out == FACTS_NEVER ? FACTS_NEVER : out << 1;

	return MIN(first_in, first_out);
}

/* Whether the filter lets contacts of every kind and port through. */
static inline gboolean
hits_is_open(const WindowFilter *filter)
{
	return filter->kinds == 0 && !filter->ports;
}

/* Whether the filter lets contacts with this target make a hit. */
static inline gboolean
hits_is_target(const WindowFilter *filter, const Address *target)
{
	return !filter->targets || home_place(filter->targets, target) == PLACE_INTERNAL;
}

/* The facts that kinds and ports of the filter let make a hit. facts: all of the pair; contacts: its n, not
 * read when the filter is open. */
guint16 hits_wanted(
	const WindowFilter *filter, guint16 facts, const Contact *contacts, guint32 n);

static inline gboolean
hits_is_source_first(guint64 udp_first)
{
	return udp_first != FACTS_NEVER && (udp_first & 1);
}

/* What is left of hits_wanted where an hour's sensors together give up ports that one of them
 * kept: conversation and first UDP packet are the pair's, whoever saw them, and port 0 fits no
 * filter. */
static inline guint16
hits_keeping_ports(const WindowFilter *filter, guint16 wanted, guint16 facts, guint64 udp_first)
{
	guint16 given_up = 0;

	if (!filter->ports)
		return wanted;
	if (facts & FACT_CONVERSATION)
		given_up |= FACT_IN_RESPONSE;
	if (!hits_is_source_first(udp_first))
		given_up |= FACT_IN_UDP;
	return wanted & (guint16)~given_up;
}

/* Which facts of W make a hit, given all facts of W+ and whether its first UDP packet was
 * the source's. */
static inline guint16
hits_counting(guint16 evidence, gboolean source_first)
{
	guint16 counting = FACT_IN_REQUEST;

	if (!(evidence & FACT_CONVERSATION))
		counting |= FACT_IN_RESPONSE;
	if (!(evidence & FACT_OUT_ECHO))
		counting |= FACT_IN_ECHOREPLY;
	if (source_first)
		counting |= FACT_IN_UDP;
	if (!(evidence & FACT_OUT_SPOKE))
		counting |= FACT_IN_OTHER;
	return counting;
}

/* Whether a pair is a hit. in: what came in within W, as hits_wanted; evidence, udp_first:
 * all of W+. */
static inline gboolean
hits_has(guint16 in, guint16 evidence, guint64 udp_first)
{
	return (in & hits_counting(evidence, hits_is_source_first(udp_first))) != 0;
}

/*
 * All windows in which one target was hit. rows: n >= 1, by hour, each hour once; spans: room
 * for HITS_SPANS(n). Spans come in order and do not touch. Returns their number. Cost: linear
 * in rows, whatever the window's length.
 */
#define HITS_SPANS(n) (3 * (gsize)(n))
guint hits_find(const AxisHour *hours, const HitRow *rows, guint n, HitSpan *spans);

#endif
