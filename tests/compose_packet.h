/*
 * An IP packet as a trace describes it, and its octets.
 */
#ifndef TESTS_COMPOSE_PACKET_H
#define TESTS_COMPOSE_PACKET_H

#include "tests/compose_names.h"

enum {
	COMPOSE_HOP_BY_HOP = 0,
	COMPOSE_ICMP = 1,
	COMPOSE_TCP = 6,
	COMPOSE_UDP = 17,
	COMPOSE_ROUTING = 43,
	COMPOSE_FRAGMENT = 44,
	COMPOSE_ICMP6 = 58,
	COMPOSE_DESTINATION = 60,
};

enum {
	COMPOSE_AS_IS = -1
}; /* a field that follows from the rest, unless the trace lies about it */

typedef struct {
	ComposeEnd from, to;

	/* IP */
	guint8 tos, ttl;
	guint32 id;        /* 32 bits in an IPv6 fragment header, 16 in IPv4 */
	gboolean df, more; /* do not fragment; more fragments */
	gboolean fragment; /* fragment_* hold something */
	guint16 fragment_offset, fragment_length; /* octets */
	guint8 extensions[16]; /* IPv6 extension headers, COMPOSE_*, in order */
	guint n_extensions;
	guint ip_options; /* octets of IPv4 options, a multiple of 4 */
	int total_length; /* IPv4 total length or IPv6 payload length */
	int header_words; /* IPv4 header length field */
	int version;

	/* Behind it */
	guint8 protocol;
	guint length; /* octets behind the transport header, all zero */
	guint8 flags; /* TCP's octet 13 */
	guint32 seq, ack;
	guint16 window, urgent;
	guint8 options[40];
	guint n_options;    /* a multiple of 4 */
	int data_offset;    /* 32-bit words */
	guint8 type, code;  /* ICMP */
	GByteArray *quoted; /* owned; NULL: nothing; what an ICMP error brings back */

	/* How it was captured: octets, COMPOSE_AS_IS when whole */
	int cut;       /* of the IP packet */
	int cut_frame; /* of the frame, link header included */
} ComposePacket;

/* The customary values: TTL 64, nothing cut, no lies. */
void compose_packet_init(ComposePacket *packet);
void compose_packet_clear(ComposePacket *packet);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ComposePacket, compose_packet_clear)

/* Appends the packet's octets, checksums right, from the first of its IP header. */
void compose_packet_write(const ComposePacket *packet, GByteArray *octets);

#endif
