#include "config.h"

#include "tally/hits.h"

guint16
hits_wanted(const WindowFilter *filter, guint16 facts, const Contact *contacts, guint32 n)
{
	guint16 wanted = 0;

	if (hits_is_open(filter))
		return facts;
	for (guint32 i = 0; i < n; i++) {
		const Contact *contact = contacts + i;
		if (contact->kind >= KIND_CONTACTS)
			continue;
		if (filter->kinds != 0 && !(filter->kinds >> contact->kind & 1))
			continue;
		if (filter->ports && (contact->port == 0 || !filter->ports[contact->port]))
			continue;
		wanted |= kind_table[contact->kind].fact_in;
	}
	return wanted;
}

/* Appends a span, or lengthens the last when it touches that. Returns how many there are. */
static guint
add_span(HitSpan *spans, guint n, guint32 from, guint32 to)
{
	if (n > 0 && spans[n - 1].to >= from) {
		spans[n - 1].to = to;
		return n;
	}
	spans[n] = (HitSpan){from, to};
	return n + 1;
}

/* Facts, each with the first window that does not have it any more. */
typedef struct {
	guint32 until[16];
} Sliding;

static void
sliding_add(Sliding *sliding, guint16 facts, guint32 until)
{
	for (guint bits = facts; bits != 0; bits &= bits - 1)
		sliding->until[__builtin_ctz(bits)] = until;
}

static guint16
sliding_facts(const Sliding *sliding, guint32 window)
{
	guint16 facts = 0;

	for (guint bit = 0; bit < G_N_ELEMENTS(sliding->until); bit++)
		if (sliding->until[bit] > window)
			facts |= (guint16)(1 << bit);
	return facts;
}

/* Window by window, but only those at which a row comes into W and W+, leaves W, or leaves W+: between them nothing changes. */
static guint
sweep(const AxisHour *hours, const HitRow *rows, guint n, HitSpan *spans)
{
	guint32 window = hours[rows[0].hour].enter, end = hours[rows[n - 1].hour].leave;
	guint entered = 0, left = 0, gone = 0, udp = 0, n_spans = 0;
	Sliding in = {0}, evidence = {0};

	while (window < end) {
		for (; entered < n && hours[rows[entered].hour].enter <= window; entered++) {
			sliding_add(&in, rows[entered].in, hours[rows[entered].hour].leave);
			sliding_add(
				&evidence, rows[entered].facts, hours[rows[entered].hour].gone);
		}
		while (hours[rows[left].hour].leave <= window)
			left++;
		while (hours[rows[gone].hour].gone <= window)
			gone++;
		/* The first row with UDP in W+ tells who spoke first. */
		udp = MAX(udp, gone);
		while (udp < entered && rows[udp].udp_first == FACTS_NEVER)
			udp++;

		guint32 next = MIN(hours[rows[left].hour].leave, hours[rows[gone].hour].gone);
		if (entered < n)
			next = MIN(next, hours[rows[entered].hour].enter);
		if (hits_has(sliding_facts(&in, window), sliding_facts(&evidence, window),
			    udp < entered ? rows[udp].udp_first : FACTS_NEVER))
			n_spans = add_span(spans, n_spans, window, next);
		window = next;
	}
	return n_spans;
}

/* The windows that hold a row with any of these facts. */
static guint
join(const AxisHour *hours, const HitRow *rows, guint n, guint16 facts, HitSpan *spans)
{
	guint n_spans = 0;

	for (guint i = 0; i < n; i++)
		if (rows[i].in & facts)
			n_spans = add_span(spans, n_spans, hours[rows[i].hour].enter,
				hours[rows[i].hour].leave);
	return n_spans;
}

/*
 * Most targets need no sweep: either nothing in any hour speaks against what came in, or what does stands in the same hour, and so is in
 * W+ of every window that holds it.
 */
guint
hits_find(const AxisHour *hours, const HitRow *rows, guint n, HitSpan *spans)
{
	gboolean any_source_first = FALSE, any_target_first = FALSE;
	guint16 all = 0, certain, hits = 0;

	for (guint i = 0; i < n; i++) {
		all |= rows[i].facts;
		any_source_first |= hits_is_source_first(rows[i].udp_first);
		any_target_first |= rows[i].udp_first != FACTS_NEVER &&
				    !hits_is_source_first(rows[i].udp_first);
	}
	certain = hits_counting(all, any_source_first && !any_target_first);
	for (guint i = 0; i < n; i++)
		hits |= rows[i].in & hits_counting(rows[i].facts, any_source_first);
	if (hits & ~certain)
		return sweep(hours, rows, n, spans);
	return hits != 0 ? join(hours, rows, n, hits, spans) : 0;
}
