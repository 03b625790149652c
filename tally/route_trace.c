#include "config.h"

#include "tally/route_trace.h"

#include "common/hour.h"

enum {
	TTL_DYING = 2, /* of a packet that is about to die */
	TTL_LOW = 10,  /* the least of packets whose TTLs */
	TTL_STEPS = 3, /* spread by so many */
	PORT_FIRST = 33434,
	PORT_LAST = PORT_FIRST + 3 * 64 - 1, /* three probes for each of 64 hops */
	RISING = 3,                          /* ports */
};

static gboolean
is_dying(const Trait *trait)
{
	return trait->ttl_min <= TTL_DYING ||
	       (trait->ttl_min <= TTL_LOW && trait->ttl_max - trait->ttl_min >= TTL_STEPS);
}

static gboolean
may_trace(Kind kind)
{
	return kind == KIND_UDP || kind == KIND_ECHO || kind == KIND_SYN;
}

gboolean
route_trace_may(const Subject *subject)
{
	if (subject->ttl_min > TTL_LOW)
		return FALSE;
	for (guint32 i = 0; i < subject->n_members; i++)
		for (guint32 k = 0; k < subject->members[i].n_traits; k++) {
			const Trait *trait = &subject->members[i].traits[k].trait;
			if (may_trace((Kind)trait->kind) && is_dying(trait))
				return TRUE;
		}
	return FALSE;
}

/* The contacts of the kind, in the order of ports: whether they are a traceroute's. */
static gboolean
read_contacts(const SourceFacts *member, const PairHour *pair, Kind kind, RouteTrace *trace)
{
	guint64 start = (guint64)pair->hour * SECOND_NS, before = 0;
	gboolean rises = TRUE, in_range = TRUE;
	guint ports = 0;

	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &member->contacts[pair->contacts + i];
		if (contact->kind != kind)
			continue;
		rises &= contact->first >= before;
		in_range &= contact->port >= PORT_FIRST && contact->port <= PORT_LAST;
		before = contact->first;
		trace->packets += contact->packets;
		trace->first = MIN(trace->first, start + contact->first);
		trace->last = MAX(trace->last, start + contact->last);
		trace->port_min = ports++ == 0 ? contact->port : trace->port_min;
		trace->port_max = contact->port;
	}
	return ports > 0 && (kind != KIND_UDP || in_range || (rises && ports >= RISING));
}

gboolean
route_trace_read(const Subject *subject, const SourceFacts *member, const PairHour *pair,
	RouteTrace *trace)
{
	gboolean asked = !(pair->facts & FACT_OUT_SYN) && pair->udp_in <= pair->udp_out;

	for (guint32 i = 0; i < member->n_traits && asked && member->contacts; i++) {
		const Trait *trait = &member->traits[i].trait;
		if (member->traits[i].hour != pair->hour || !may_trace((Kind)trait->kind) ||
			!is_dying(trait))
			continue;
		*trace = (RouteTrace){.source = subject->source,
			.bits = subject->bits,
			.kind = trait->kind,
			.ttl_min = (guint8)trait->ttl_min,
			.ttl_max = (guint8)trait->ttl_max,
			.target = pair->target,
			.hour = pair->hour,
			.first = FACTS_NEVER};
		if (read_contacts(member, pair, (Kind)trait->kind, trace))
			return TRUE;
	}
	return FALSE;
}

char *
route_trace_describe(const RouteTrace *trace)
{
	g_autoptr(GString) text = g_string_new(NULL);

	if (trace->kind == KIND_ECHO)
		g_string_append(text, "pings");
	else
		g_string_append_printf(
			text, "%s to port", trace->kind == KIND_UDP ? "UDP" : "SYNs");
	if (trace->kind != KIND_ECHO && trace->port_min == trace->port_max)
		g_string_append_printf(text, " %u", trace->port_min);
	else if (trace->kind != KIND_ECHO)
		g_string_append_printf(text, "s %u to %u", trace->port_min, trace->port_max);
	if (trace->ttl_min == trace->ttl_max)
		g_string_append_printf(text, " with TTL %u", trace->ttl_min);
	else
		g_string_append_printf(
			text, " with TTLs from %u to %u", trace->ttl_min, trace->ttl_max);
	return g_string_free(g_steal_pointer(&text), FALSE);
}
