/*
 * Who asks ours for which service on which day, unasked by ours and without a completed handshake:
 * what a port campaign is looked for in (detect_campaign.c).
 *
 * A source that asks for more than 16 services is left out, as is UDP in the range of a traceroute.
 * 16 octets are kept for each source, service and day, 4 million of them at most; who comes then is
 * counted.
 */
#ifndef TALLY_ASKERS_H
#define TALLY_ASKERS_H

#include "tally/group.h"
#include "tally/port_history.h"
#include "tally/subject.h"

/* A source that asks for a service on a day. */
typedef struct {
	guint32 service; /* askers_service tells which */
	guint32 source;  /* number, in the order of addresses */
	gint32 day;      /* since 1970, on the grid */
	guint32 target;  /* a digest of the first target */
} Asking;

typedef struct Askers Askers;

Askers *askers_new(guint grid_minutes);
void askers_free(Askers *askers);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Askers, askers_free)

/* Subjects come by address, each once. */
void askers_add(Askers *askers, const Subject *subject);

/*
 * Once all are added: what they ask for, by service, day and source; *n of them, owned by askers.
 * Left out are services that fewer than `least` ask for, or on one day alone, and those on which
 * ours complete handshakes with a tenth of who asks.
 */
const Asking *askers_sort(Askers *askers, guint least, guint *n);

PortKey askers_service(guint32 service);
GroupSource askers_source(const Askers *askers, guint32 number);
/* The first day that any source was seen on; G_MAXINT32: none was. */
gint32 askers_first_day(const Askers *askers);
/* When a day begins: seconds since 1970. */
gint64 askers_day(const Askers *askers, gint32 day);
/* Sources there was no room for. */
guint64 askers_left_out(const Askers *askers);
/* Sources of which not all services and days were kept, as there are more than 1,024. */
guint64 askers_cut(const Askers *askers);

#endif
