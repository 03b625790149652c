#include "config.h"

#include "tests/bench/packet.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	ETHERNET_SIZE = 14,
	IPV4_SIZE = 20,
	IPV6_SIZE = 40,
	UDP_SIZE = 8,
	ICMP_SIZE = 8,
	QUOTED_SIZE = 8, /* an ICMP error quotes so much behind the IP header */
};

static const struct {
	guint8 size;
	guint8 octets[20];
} option_table[OPTIONS_COUNT] = {
	[OPTIONS_NONE] = {0, {0}},
	[OPTIONS_MSS] = {4, {2, 4, 0x05, 0xb4}},
	/* nop, nop, timestamp */
	[OPTIONS_STAMP] = {12, {1, 1, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0}},
	/* MSS 1460, sackOK, timestamp, nop, window scale 7 */
	[OPTIONS_OPENING] = {20,
		{2, 4, 0x05, 0xb4, 4, 2, 8, 10, 0, 0, 0, 0, 0, 0, 0, 0, 1, 3, 3, 7}},
	/* MSS, nop, nop, sackOK */
	[OPTIONS_SACK] = {8, {2, 4, 0x05, 0xb4, 1, 1, 4, 2}},
	/* MSS, nop, window scale 8, nop, nop, sackOK */
	[OPTIONS_SCALED] = {12, {2, 4, 0x05, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2}},
};

static guint8 *
put16(guint8 *at, guint16 number)
{
	number = GUINT16_TO_BE(number);
	return (guint8 *)memcpy(at, &number, sizeof number) + sizeof number;
}

static guint8 *
put32(guint8 *at, guint32 number)
{
	number = GUINT32_TO_BE(number);
	return (guint8 *)memcpy(at, &number, sizeof number) + sizeof number;
}

guint32
packet_outside(guint32 index)
{
	const guint32 mask = (1u << PACKET_OUTSIDE_BITS) - 1;

	/* an odd factor and a shift to the right are both one-to-one on 30 bits */
	index = index * 0x2c1b3c6du & mask;
	index ^= index >> 15;
	index = index * 0x297a2d39u & mask;
	return PACKET_OUTSIDE + index;
}

static void
address_v6(guint32 host, guint32 interface, guint8 octets[16])
{
	memset(octets, 0, 16);
	if (packet_is_inside(host)) {
		put32(octets, 0x20010db8);
		put32(octets + 12, host);
	} else {
		put16(octets, 0x2a00);
		put32(octets + 2, host);
		put32(octets + 12, interface != 0 ? interface : 1);
	}
}

const char *
packet_address(guint32 host, gboolean v6, char *buffer)
{
	guint8 octets[16];

	if (v6) {
		address_v6(host, 0, octets);
		return inet_ntop(AF_INET6, octets, buffer, 48);
	}
	put32(octets, host);
	return inet_ntop(AF_INET, octets, buffer, 48);
}

static guint16
checksum(const guint8 *octets, guint n)
{
	guint32 sum = 0;

	for (guint i = 0; i < n; i += 2)
		sum += (guint32)octets[i] << 8 | octets[i + 1];
	sum = (sum & 0xffff) + (sum >> 16);
	return (guint16) ~(sum + (sum >> 16));
}

/* An IP header that announces `size` octets behind it. */
static guint8 *
put_ip(guint8 *at, const Packet *packet, guint32 size)
{
	if (packet->v6) {
		at = put32(at, 0x60000000);
		at = put16(at, (guint16)size);
		*at++ = packet->protocol == PACKET_ICMP ? 58 : packet->protocol;
		*at++ = packet->ttl;
		address_v6(packet->source, packet->interface, at);
		address_v6(packet->destination, packet->interface, at + 16);
		return at + 32;
	}

	guint8 *start = at;

	at = put16(at, 0x4500);
	at = put16(at, (guint16)(IPV4_SIZE + size));
	at = put16(at, packet->id);
	/* TCP stacks ask not to be fragmented */
	at = put16(at, packet->protocol == PACKET_TCP && !packet->loose ? 0x4000 : 0);
	*at++ = packet->ttl;
	*at++ = packet->protocol;
	at = put16(at, 0);
	at = put32(at, packet->source);
	at = put32(at, packet->destination);
	put16(start + 10, checksum(start, IPV4_SIZE));
	return at;
}

static guint8 *
put_tcp(guint8 *at, const Packet *packet)
{
	const guint options = option_table[packet->options].size;

	at = put16(at, packet->sport);
	at = put16(at, packet->dport);
	at = put32(at, packet->seq);
	at = put32(at, packet->ack);
	*at++ = (guint8)((20 + options) / 4 << 4);
	*at++ = packet->flags;
	at = put16(at, packet->window);
	at = put32(at, 0); /* checksum, urgent pointer */
	memcpy(at, option_table[packet->options].octets, options);
	if (packet->mss != 0 && options > 0 && at[0] == 2)
		put16(at + 2, packet->mss);
	if (packet->options == OPTIONS_STAMP)
		put32(at + 4, packet->stamp);
	else if (packet->options == OPTIONS_OPENING)
		put32(at + 8, packet->stamp);
	return at + options;
}

static guint8 *
put_udp(guint8 *at, const Packet *packet)
{
	at = put16(at, packet->sport);
	at = put16(at, packet->dport);
	at = put16(at, (guint16)(UDP_SIZE + packet->payload));
	return put16(at, 0);
}

static gboolean
is_error(const Packet *packet)
{
	return packet->protocol == PACKET_ICMP && (packet->type == 3 || packet->type == 11);
}

static guint8
icmp_v6_type(guint8 type)
{
	switch (type) {
	case 0:
		return 129;
	case 8:
		return 128;
	case 11:
		return 3;
	default:
		return 1;
	}
}

static guint8
icmp_request(const Packet *packet)
{
	return packet->v6 ? icmp_v6_type(8) : 8;
}

static guint8 *
put_icmp(guint8 *at, const Packet *packet)
{
	*at++ = packet->v6 ? icmp_v6_type(packet->type) : packet->type;
	*at++ = packet->code;
	at = put16(at, 0);
	if (!is_error(packet)) {
		at = put16(at, packet->id);
		return put16(at, (guint16)packet->stamp);
	}
	at = put32(at, 0);

	Packet quoted = *packet;

	quoted.source = packet->destination;
	quoted.destination = packet->about != 0 ? packet->about : packet->source;
	quoted.protocol = packet->quotes != 0 ? packet->quotes : PACKET_UDP;
	quoted.payload = 32;
	at = put_ip(at, &quoted, UDP_SIZE + quoted.payload);
	if (quoted.protocol == PACKET_TCP)
		return put32(put16(put16(at, quoted.sport), quoted.dport), quoted.seq);
	if (quoted.protocol == PACKET_ICMP)
		return put32(put32(at, (guint32)icmp_request(&quoted) << 24), quoted.stamp);
	return put_udp(at, &quoted);
}

static guint32
transport_size(const Packet *packet)
{
	switch (packet->protocol) {
	case PACKET_TCP:
		return 20u + option_table[packet->options].size;
	case PACKET_UDP:
		return UDP_SIZE;
	default:
		return is_error(packet)
			       ? ICMP_SIZE + (packet->v6 ? IPV6_SIZE : IPV4_SIZE) + QUOTED_SIZE
			       : ICMP_SIZE;
	}
}

guint32
packet_write(const Packet *packet, Random *random, guint32 snap, guint8 *buffer, guint32 *wire)
{
	/* the sensor sits between two routers: two hardware addresses, whichever host speaks */
	static const guint8 outer[6] = {0x02, 0, 0, 0, 0, 0x01},
			    inner[6] = {0x02, 0, 0, 0, 0, 0x02};
	const gboolean inbound = packet_is_inside(packet->destination);
	const guint32 size = transport_size(packet) + packet->payload;
	guint8 *at = buffer;

	at = (guint8 *)memcpy(at, inbound ? inner : outer, 6) + 6;
	at = (guint8 *)memcpy(at, inbound ? outer : inner, 6) + 6;
	at = put16(at, packet->v6 ? 0x86dd : 0x0800);
	at = put_ip(at, packet, size);
	at = packet->protocol == PACKET_TCP   ? put_tcp(at, packet)
	     : packet->protocol == PACKET_UDP ? put_udp(at, packet)
					      : put_icmp(at, packet);
	*wire = ETHERNET_SIZE + (packet->v6 ? IPV6_SIZE : IPV4_SIZE) + size;

	const guint32 captured = MIN(*wire, snap);

	for (guint8 *end = buffer + captured; at < end; at += 8) {
		guint64 octets = random_next(random);

		memcpy(at, &octets, sizeof octets);
	}
	return captured;
}
