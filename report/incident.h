/*
 * A finding that is to be reported: looked up by its id among those of the days that were
 * written, findings.ndjson of REPORTS/SITE/YYYY/MM/DD.
 */
#ifndef REPORT_INCIDENT_H
#define REPORT_INCIDENT_H

#include "common/network.h"
#include "common/site.h"

typedef struct {
	char *path; /* owned, as all below; of the findings */
	char *date; /* the local day that told it last: "2026-03-29" */
	char *id, *verdict, *scope;
	GPtrArray *detectors; /* of char *: the telling one first */
	GPtrArray *sources;   /* of char *: addresses, IPv6 networks */
	GPtrArray *targets;   /* of char *: the first ones */
	GPtrArray *evidence;  /* of char *: "for scan: 9 targets in 24 h ..." */
	GPtrArray *ports;     /* of char *: "syn 80" */
	guint64 n_sources, hosts, packets;
	gint64 from, to;    /* of all its windows together; seconds since 1970 */
	char *first, *last; /* of its packets, UTC as text; NULL: not known */
	GArray *hours;      /* of gint64: starts of those in which its sources hit somebody */
	Address target;     /* of scope "target"; else family 0 */
	char *kind;         /* of scope "port"; else NULL */
	guint16 port;
} Incident;

void incident_free(Incident *incident);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Incident, incident_free)

/* As an option: FAILURE_USAGE, 'finding "7": expected 16 hexadecimal digits'. */
gboolean incident_check_id(const char *id, GError **error);

/*
 * The finding as the latest day told it. shortfalls (of char *): a line for a file that cannot be
 * read. NULL and FAILURE_FAILED: no day tells it, or what it says is no finding: "PATH:17:
 * expected a finding".
 */
Incident *incident_find(
	const Site *site, const char *id, GPtrArray *shortfalls, GError **error);

/* Its sources as networks; owned by the caller. Empty: they are too many to be known, or whoever
 * came to the target or port. */
GArray *incident_sources(const Incident *incident);

#endif
