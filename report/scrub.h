/*
 * A packet made fit to be shown to others: the site's addresses replaced (sanitize.h), everything
 * that could tell more of it cut. What is left are the headers that scans are judged by.
 *
 * Kept: IPv4 and IPv6 headers with their own lengths, so that sizes stay true; TCP's header with
 * its options; UDP's; ICMP's, and of an ICMP error the packet it quotes, treated likewise.
 * Cut: the link layer (hardware addresses, tags), all payload, whatever follows IP in protocols
 * other than these (tunnels, ESP), and in later fragments; and what an ICMP error of ours quotes
 * that was not for us, or one for us that was not from us: an address of ours behind translation.
 * Replaced: addresses in IP headers and in the routes of IPv4 options; a redirect's gateway; and
 * the address that some scanners send as TCP's sequence number, or get back as acknowledgment, or
 * mix into the IP ID (masscan).
 * Cleared, length and place kept: other IPv4 options, IPv6 hop-by-hop and destination options, and
 * TCP options other than MSS, window scale, SACK, timestamps.
 * Checksums: one that was right is right for what is there now (RFC 1624), its payload counted in
 * where it is cut; one that was wrong, or left to the network card, becomes 0, because a
 * wrong one would tell the sum of the address that was replaced.
 *
 * A packet is left out, with the reason, rather than shown with something in it that was not
 * understood. At last no internal address that it had in its headers is in any of its octets.
 */
#ifndef REPORT_SCRUB_H
#define REPORT_SCRUB_H

#include "report/sanitize.h"
#include "tally/decode.h"

typedef enum {
	SCRUB_KEPT = 0,
	SCRUB_NOT_IP,    /* ARP and the like, or of an unknown link type */
	SCRUB_CUT,       /* cut short within the headers, or these are longer than SCRUB_SIZE */
	SCRUB_ROUTED,    /* an IPv6 routing header: addresses in several forms */
	SCRUB_NEIGHBOUR, /* ICMPv6 that tells of neighbours: hardware addresses */
	SCRUB_PLACE, /* multicast, link-local and the like, or where replacements come from */
	SCRUB_ELSEWHERE, /* an internal address is in it where none is looked for */
	SCRUB_COUNT,
} ScrubOutcome;

/* "not IP", "an IPv6 routing header", ... */
const char *scrub_outcome_name(ScrubOutcome outcome);

enum { SCRUB_SIZE = 512 }; /* octets of a packet at most */

enum { SCRUB_LINK_TYPE = LINK_RAW }; /* LINKTYPE_RAW: from the IP header on */

typedef struct {
	guint8 octets[SCRUB_SIZE];
	guint32 length; /* of octets */
	guint32 wire;   /* octets of the IP packet, length at least */
} ScrubPacket;

/* frame: as captured, any octets at all. packet is set only when it is kept. */
ScrubOutcome scrub_packet(const Sanitize *sanitize, LinkFunction link, const guint8 *frame,
	guint32 captured, guint32 wire, ScrubPacket *packet);

#endif
