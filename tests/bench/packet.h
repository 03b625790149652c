/*
 * One packet of the benchmark's traffic, and how it looks as an Ethernet frame.
 *
 * Hosts are 32-bit numbers; an IPv4 address is its number, an IPv6 address has its number in a
 * place of its own: inside 2001:db8::NUMBER, outside 2a00:NUMBER::INTERFACE, so that every
 * outside host has a /64 of its own.
 */
#ifndef BENCH_PACKET_H
#define BENCH_PACKET_H

#include "tests/bench/random.h"

enum {
	PACKET_TCP = 6,
	PACKET_UDP = 17,
	PACKET_ICMP = 1,          /* also for ICMPv6 */
	PACKET_INSIDE_BITS = 16,  /* the home network is a /16 */
	PACKET_OUTSIDE_BITS = 30, /* so many outside hosts there can be */
	PACKET_FRAME_MAX = 1600,
};

#define PACKET_INSIDE 0xac100000u  /* 172.16.0.0 */
#define PACKET_OUTSIDE 0x10000000u /* 16.0.0.0 .. 79.255.255.255 */
#define PACKET_HOME "172.16.0.0/16,2001:db8::/32"

/* A second home, of the labelled captures: two networks, and an IPv6 /48. */
#define PACKET_SITE_SMALL 0xc0000200u /* 192.0.2.0/24 */
#define PACKET_SITE_LARGE 0xc6120000u /* 198.18.0.0/16 */
#define PACKET_SITE "192.0.2.0/24,198.18.0.0/16,2001:db8::/48"

/* Sets of TCP options that stacks send. */
typedef enum {
	OPTIONS_NONE,
	OPTIONS_MSS,
	OPTIONS_STAMP,
	OPTIONS_OPENING,
	OPTIONS_SACK,
	OPTIONS_SCALED,
	OPTIONS_COUNT
} PacketOptions;

/* All in host byte order. */
typedef struct {
	guint32 source, destination;
	guint32 seq, ack;
	guint32 stamp;        /* TCP timestamp, ICMP echo sequence */
	guint32 about;        /* ICMP error: where the quoted packet went; 0: to the source */
	guint32 interface;    /* the outside host's own part of its /64; 0 is read as 1 */
	guint16 sport, dport; /* ICMP error: those of the packet it quotes */
	guint16 window, id;
	guint16 mss;       /* where the options have one; 0 is read as 1460 */
	guint16 payload;   /* octets behind the transport header, on the wire */
	guint8 protocol;   /* PACKET_* */
	guint8 flags;      /* octet 13 of TCP */
	guint8 type, code; /* ICMP, as in IPv4: 0 echo reply, 8 echo, 3 and 11 errors */
	guint8 ttl;
	guint8 options; /* PacketOptions */
	guint8 quotes;  /* ICMP error: the protocol of the quoted packet; 0: UDP */
	gboolean loose; /* TCP over IPv4 that may be fragmented */
	gboolean v6;
	gboolean hit; /* makes the pair (source, destination) a hit, by construction */
} Packet;

/* Whether a host lies in one of the home networks. */
static inline gboolean
packet_is_inside(guint32 host)
{
	return host >> PACKET_INSIDE_BITS == PACKET_INSIDE >> PACKET_INSIDE_BITS ||
	       host >> 16 == PACKET_SITE_LARGE >> 16 || host >> 8 == PACKET_SITE_SMALL >> 8;
}

/* The outside host of an index (below 2^30): every index another host, scattered widely. */
guint32 packet_outside(guint32 index);

/* The address of a host as text (RFC 5952), into buffer of 48 octets; returns it. */
const char *packet_address(guint32 host, gboolean v6, char *buffer);

/*
 * Writes the first octets, snap at most, of the frame to buffer; *wire is its whole length.
 * Returns how many were written. buffer holds at least snap + 128 octets. Payload is random: as
 * good as encrypted. Checksums of IPv4 are right; those of transport are 0, since nobody who
 * stores 128 octets can verify them.
 */
guint32 packet_write(
	const Packet *packet, Random *random, guint32 snap, guint8 *buffer, guint32 *wire);

#endif
