/*
 * What the tallies of its day say of an incident: found anew, as the day's pages tell it.
 */
#ifndef REPORT_INCIDENT_CARD_H
#define REPORT_INCIDENT_CARD_H

#include "report/incident.h"
#include "report/line_format.h"

/*
 * *fields: those of its card (fields.h), owned by the caller; NULL when the store does not have
 * it any more. now: hours that end later are not closed. shortfalls (of char *): what could
 * not be read. FALSE and error: the store cannot be listed.
 */
gboolean incident_card_find(const Site *site, const Incident *incident, gint64 now,
	GPtrArray *shortfalls, GArray **fields, GError **error);

#endif
