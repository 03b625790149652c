/*
 * From the octets of a captured frame to observations: link layer, IP, transport. Reads, never
 * writes, never past `captured`; allocates nothing; any octets at all are fine.
 */
#ifndef TALLY_DECODE_H
#define TALLY_DECODE_H

#include "common/home.h"
#include "tally/observation.h"

/* What became of a packet; the names (decode_outcome_name) stand in tallies and JSON. Written
 * to tallies: append only. */
typedef enum {
	OUTCOME_IN = 0,       /* external to internal */
	OUTCOME_OUT,          /* internal to external */
	OUTCOME_INTERNAL,     /* internal to internal */
	OUTCOME_EXTERNAL,     /* external to external */
	OUTCOME_NO_DIRECTION, /* to or from an address that is never a source nor a target */
	OUTCOME_NOT_IP,       /* decodes to something that is not IP (ARP, ...) */
	/* undecodable, by reason */
	OUTCOME_LINK_UNKNOWN, /* link type not in the table */
	OUTCOME_LINK_CUT,     /* cut short within the link header */
	OUTCOME_IP_CUT,       /* cut short before the end of the IP addresses */
	OUTCOME_IP_VERSION,   /* version neither 4 nor 6, or not what the link layer said */
	OUTCOME_IP_HEADER,    /* IPv4 header length under 20 */
	OUTCOME_IP_LENGTH,    /* IPv4 total length, not 0, under the header's */
	OUTCOME_TIME,         /* time outside what a capture can hold */
	OUTCOME_COUNT,
} Outcome;

enum { OUTCOME_UNDECODABLE = OUTCOME_LINK_UNKNOWN }; /* this and all after it */

const char *decode_outcome_name(Outcome outcome); /* "in", "out", ... "ip-length" */

/* Capture totals of an hour: sums, once per (sensor, hour). Written to tallies: append only. */
typedef struct {
	guint64 packets[OUTCOME_COUNT];
	guint64 bytes[OUTCOME_COUNT]; /* by the IP packet's own length, else the frame's */
} CaptureTotals;

/* Where a link layer's payload begins and what it is. */
typedef struct {
	const guint8 *payload;
	guint32 captured; /* octets there */
	guint32 wire;     /* octets on the wire */
	gint16 version;   /* 4, 6: it is said; 0: by the nibble; <0: -Outcome, no IP */
} LinkPayload;

/* wire is captured at least. */
typedef LinkPayload (*LinkFunction)(const guint8 *frame, guint32 captured, guint32 wire);

/* To add a link type: a function and a line in link.c's table. NULL: unknown. type: DLT_* or
 * LINKTYPE_* as in a pcap file header. */
typedef struct {
	guint32 type;
	const char *name;
	LinkFunction function;
} LinkType;
const LinkType *link_find(guint32 type);
enum { LINK_ETHERNET = 1, LINK_RAW = 101 };
/* The number in files of a type that libpcap has a number of its own for; else type itself. */
guint32 link_file_type(guint32 type);
/* By name, because decode_frame has a shorter way for it. */
LinkPayload link_ethernet(const guint8 *frame, guint32 captured, guint32 wire);

/* What observations are appended to: room must be there for two more of them and four
 * addresses. */
typedef struct {
	Observation *items;
	guint32 n;
	guint8 *v6; /* n_v6 addresses of 16 octets, network byte order */
	guint32 n_v6;
} ObservationList;

/*
 * Decodes one frame seen at `time` (ns since 1970). An inbound or outbound packet appends one
 * observation; an outbound ICMP error that quotes a packet of an external address to an
 * internal one appends a second (OBSERVED_NOTED, kind ANSWER_UNREACH, outbound, pair and ports
 * as quoted, all else 0); an internal to internal packet appends one with OBSERVED_SPOKE (its
 * sender in `internal`). IPv6 neighbour discovery that comes in or goes out appends none; its
 * external and its internal address are left in v6, behind the n_v6 that count.
 * Totals are added to. link: NULL for a type that link_find does not know. Returns the outcome.
 */
Outcome decode_frame(LinkFunction link, const Home *home, guint64 time, const guint8 *frame,
	guint32 captured, guint32 wire, ObservationList *list, CaptureTotals *totals);

#endif
