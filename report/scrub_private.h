/*
 * What scrubbing is made of: scrub.c reads IP headers, scrub_transport.c what lies behind them,
 * scrub_work.c writes octets and replaces addresses.
 */
#ifndef REPORT_SCRUB_PRIVATE_H
#define REPORT_SCRUB_PRIVATE_H

#include "report/scrub.h"

/* two in each of two headers, and nine in the options of each */
enum { SCRUB_REPLACED_MAX = 24 };

typedef struct {
	const Sanitize *sanitize;
	ScrubPacket *packet;
	Address replaced[SCRUB_REPLACED_MAX]; /* as they were */
	guint n_replaced;
} ScrubWork;

/* What lies behind an IP header. */
typedef struct {
	const guint8 *data;
	guint32 there, length; /* octets captured; by the IP header's account */
	guint8 protocol, family;
	const guint8 *addresses; /* source and target, as they were */
	/* What its checksum covers of the IP header: both addresses, without protocol and length,
	 * as they were and as they are. */
	guint64 before, after;
	gboolean quoted; /* within an ICMP error */
} ScrubPart;

/* The packet from its IP header on: available octets are captured, of wire. quoted: it lies in an
 * ICMP error. What is shown of it is appended; nothing certain is there when it is not kept. */
ScrubOutcome scrub_ip(ScrubWork *work, const guint8 *ip, guint32 available, guint32 wire,
	guint8 family, gboolean quoted);

/* Behind the IP header: TCP, UDP and ICMP of the right family; of all else nothing. */
ScrubOutcome scrub_transport_take(ScrubWork *work, const ScrubPart *part);

/* Appends octets to the packet; NULL: there is no room. */
guint8 *scrub_work_copy(ScrubWork *work, const guint8 *octets, guint32 n);

void scrub_work_put_be16(guint8 *octets, guint16 number);

/* Replaces the address of an IP header at its place. FALSE: it is none to be shown. */
gboolean scrub_work_address(ScrubWork *work, guint8 *octets, guint8 family);

/* The same of one of a route: one that is not to be shown is cleared. */
void scrub_work_hop(ScrubWork *work, guint8 *octets);

/* Whether the address, as it was, is one of the site's. */
gboolean scrub_work_is_internal(const ScrubWork *work, const guint8 *octets, guint8 family);

/* Four octets that an internal address of the packet was put into, as it is or turned round, or
 * that count on from it. */
void scrub_work_number(const ScrubWork *work, guint8 *octets);

/*
 * IPv4 and TCP options have one form: a kind; but for kinds 0 (the end) and 1 (nothing) its length
 * in octets; data. Gives each one's data to `take`; what is no option any more becomes the end.
 */
void scrub_work_options(ScrubWork *work, guint8 *options, guint32 length,
	void (*take)(ScrubWork *work, guint8 kind, guint8 *data, guint32 length));

/* Whether an address that was replaced is still in the packet, wherever. */
gboolean scrub_work_is_left(const ScrubWork *work);

#endif
