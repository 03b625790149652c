/*
 * What stands behind an IP header: TCP, UDP, ICMP, or anything else. Reads only octets that are
 * there.
 */
#ifndef TALLY_TRANSPORT_H
#define TALLY_TRANSPORT_H

#include "tally/observation.h"

/* Octets of the header, in front of the packet that an error quotes. */
enum { TRANSPORT_ICMP_SIZE = 8 };

/* What the IP header says of what follows it. */
typedef struct {
	const guint8 *data;
	guint32 there;  /* octets both captured and the packet's own */
	guint32 length; /* octets by the packet's own length */
	guint8 protocol;
	/* data is where the protocol's header begins: FALSE for later fragments and cut
	 * headers */
	gboolean whole;
	gboolean fragment; /* a later one */
} Transport;

/*
 * Sets kind, ports, payload, and what TCP has. Of the observation, `observed` tells family and
 * direction already, and the members to be set are 0. Kind is KIND_NONE for IPv6 neighbour
 * discovery.
 */
void transport_read(Observation *observation, const Transport *transport);

/* Ports of TCP or UDP, of which no more needs to be there. FALSE: there are none; nothing is
 * set. */
gboolean transport_ports(const Transport *transport, guint16 *sport, guint16 *dport);

#endif
