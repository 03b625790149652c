/*
 * The packets of one traceroute: what a source's row (one target, one hour) holds of it.
 *
 * A trace is, from one source to one target: UDP to the ports that traceroute counts up from
 * 33434, or to at least three others that rise with time; pings; SYNs. All of these only with TTLs
 * that nobody arrives with by chance: one of two at most, or several of which the least is low.
 * TTLs are known of all packets of a kind and hour together, not of each.
 */
#ifndef TALLY_ROUTE_TRACE_H
#define TALLY_ROUTE_TRACE_H

#include "tally/subject.h"

typedef struct {
	Address source; /* of the subject */
	guint8 bits;
	guint8 kind;
	guint8 ttl_min, ttl_max;
	gboolean is_visited; /* a host of ours had turned to it before */
	Address target;
	gint64 hour;
	guint64 packets;
	guint64 first, last; /* ns since 1970 */
	guint16 port_min, port_max;
} RouteTrace;

/* Whether any of its packets may be a traceroute's: spares nearly all sources the rest. */
gboolean route_trace_may(const Subject *subject);

/* What a row holds of a traceroute; FALSE: nothing. pair: of member, member: of subject. */
gboolean route_trace_read(const Subject *subject, const SourceFacts *member,
	const PairHour *pair, RouteTrace *trace);

/* "UDP to ports 33475 to 33478 with TTL 1"; the caller's. */
char *route_trace_describe(const RouteTrace *trace);

#endif
