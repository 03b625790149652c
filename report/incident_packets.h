/*
 * The packets of an incident out of the spool: the first of them as tcpdump prints them, all of
 * them as a pcap file; as they are, or scrubbed (scrub.h).
 */
#ifndef REPORT_INCIDENT_PACKETS_H
#define REPORT_INCIDENT_PACKETS_H

#include "report/incident.h"
#include "report/sanitize.h"

enum { INCIDENT_PACKETS_SHOWN = 20 };

typedef struct {
	guint64 n;        /* packets that fit, those left out among them */
	guint64 left_out; /* that cannot be shown, or have another link type than the first */
	char *reasons;    /* owned; "2 of multicast, 1 ..."; NULL: none was left out */
	GPtrArray *
		texts; /* of char *, owned: the first ones, by time; octets as tcpdump printed */
	char *problem; /* owned; why there are no texts though there are packets; NULL: none */
} IncidentPackets;

/*
 * Of the hours in which its sources hit somebody: what they and the site's hosts sent each other
 * (or of whoever came, to its target or port). sanitize: NULL for packets as they are. path: of
 * the pcap file, NULL for none; of nanoseconds, by time. now: hours that end later are not missed.
 * shortfalls (of char *): hours without packets, captures that are damaged or cannot be read.
 * NULL and error: the spool cannot be listed, or the file cannot be written: what was there
 * before stays.
 */
IncidentPackets *incident_packets_find(const Site *site, const Incident *incident,
	const Sanitize *sanitize, const char *path, gint64 now, GPtrArray *shortfalls,
	GError **error);
void incident_packets_free(IncidentPackets *packets);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IncidentPackets, incident_packets_free)

#endif
