/*
 * A day's scans as DShield takes logs: tab-separated, a line for each contact of a source that
 * was found to scan. Source: DShield's own format: date and zone, submitter, count, source
 * address and port, target address and port, protocol, flags; "???" where one is not known.
 */
#ifndef REPORT_DSHIELD_H
#define REPORT_DSHIELD_H

#include <stdio.h>

#include "report/day.h"
#include "report/line_format.h"

/* Not a format of its own: the sources of findings whose verdict is that somebody sent us this on
 * purpose, a line each. */
extern const LineFormat dshield_sources;

/*
 * Writes the contacts of the day's hours: requests, bare ACKs, and UDP that was not asked for, of
 * the sources that dshield_sources wrote to sources (at its end; read from its start). Reads the
 * day's tallies once more. IPv6 sources are those of their /64.
 */
gboolean dshield_write(Day *day, FILE *sources, FILE *out, GError **error);

#endif
