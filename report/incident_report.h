/*
 * An incident's report as text ready to be sent, in the seven fields of SHADOW's: report date,
 * incident date, type, source and targets, the detector's place, cost, summary with the trace.
 * Source: NSWC, "Intrusion Detection - Shadow Style", 1998.
 */
#ifndef REPORT_INCIDENT_REPORT_H
#define REPORT_INCIDENT_REPORT_H

#include "report/incident_packets.h"

typedef struct {
	const Site *site; /* borrowed, as all below */
	const char *number;
	const Incident *incident;
	const GArray *card; /* fields (fields.h); NULL: the store does not have it any more */
	const IncidentPackets *packets;
	const Sanitize *sanitize; /* NULL: addresses as they are */
	gint64 now;               /* the report's date, seconds since 1970 */
} IncidentReport;

/* Appends it: ASCII only. packets: those of the same sanitize. FALSE: the sensors cannot be
 * listed. */
gboolean incident_report_write(GString *page, const IncidentReport *report, GError **error);

#endif
