#include "config.h"

#include "tally/transport.h"

#include "tally/kind.h"
#include "tally/octets.h"

enum {
	TCP_MIN = 20,
	TCP_READ = 14, /* through the flags: what a packet must have to be TCP */
	UDP_SIZE = 8,
	PORTS_SIZE = 4,
};

enum { PROTOCOL_ICMP = 1, PROTOCOL_TCP = 6, PROTOCOL_UDP = 17, PROTOCOL_ICMPV6 = 58 };

static inline guint32
less(guint32 a, guint32 b)
{
	return a > b ? a - b : 0;
}

/* The TCP options in four bits each, as observation.h says; MSS beside them. */
static void
read_options(Observation *o, const guint8 *options, guint32 length, guint32 there)
{
	static const guint8 names[16] = {
		[1] = LAYOUT_NOP,
		[2] = LAYOUT_MSS,
		[3] = LAYOUT_WSCALE,
		[4] = LAYOUT_SACK_OK,
		[5] = LAYOUT_SACK,
		[8] = LAYOUT_TIMESTAMP,
	};
	static const guint8 timestamp[4] = {1, 1, 8, 10};
	guint shift = 0;
	guint32 at = 0;

	/* What nearly every packet of a live conversation has. */
	if (length == 12 && there >= 12 && memcmp(options, timestamp, sizeof timestamp) == 0) {
		o->options = LAYOUT_NOP | LAYOUT_NOP << 4 | LAYOUT_TIMESTAMP << 8;
		return;
	}
	while (at < length) {
		guint8 kind = at < there ? options[at] : 0;
		guint32 size = kind <= 1 ? 1 : at + 1 < there ? options[at + 1] : 0;
		guint8 name =
			kind < G_N_ELEMENTS(names) && names[kind] ? names[kind] : LAYOUT_OTHER;

		if (at >= there || size == 0 || (kind > 1 && size < 2) || size > length - at)
			name = LAYOUT_DAMAGED;
		else if (kind == 0)
			name = LAYOUT_END;
		else if (kind == 2 && size == 4 && there - at >= 4)
			o->mss = octets_be16(options + at + 2);
		if (shift == 28) {
			o->options |= (guint32)LAYOUT_MORE << shift;
			return;
		}
		o->options |= (guint32)name << shift;
		if (name == LAYOUT_DAMAGED || name == LAYOUT_END)
			return;
		shift += 4;
		at += size;
	}
}

static gboolean
read_tcp(Observation *o, const Transport *t)
{
	const guint8 *tcp = t->data;
	guint32 header = t->there >= TCP_READ ? (tcp[12] >> 4) * 4u : 0;

	if (header < TCP_MIN)
		return FALSE;
	o->kind = kind_of_flags[tcp[13]];
	o->observed |= OBSERVED_TCP;
	o->sport = octets_be16(tcp);
	o->dport = octets_be16(tcp + 2);
	o->seq = octets_be32(tcp + 4);
	o->ack = octets_be32(tcp + 8);
	o->flags = tcp[13];
	if (t->there >= TCP_READ + 2)
		o->window = octets_be16(tcp + TCP_READ);
	if (header > TCP_MIN)
		read_options(o, tcp + TCP_MIN, header - TCP_MIN, less(t->there, TCP_MIN));
	o->payload = (guint16)MIN(less(t->length, header), G_MAXUINT16);
	return TRUE;
}

static gboolean
read_udp(Observation *o, const Transport *t)
{
	if (!transport_ports(t, &o->sport, &o->dport))
		return FALSE;
	o->kind = KIND_UDP;
	o->payload = (guint16)MIN(less(t->length, UDP_SIZE), G_MAXUINT16);
	return TRUE;
}

/* KIND_UNREACH stands for errors both ways here, KIND_NONE for neighbour discovery. */
static Kind
kind_of_icmp(guint8 type, gboolean v6)
{
	if (v6) {
		if (type >= 1 && type <= 4)
			return KIND_UNREACH;
		if (type >= 133 && type <= 137)
			return KIND_NONE;
		return type == 128 ? KIND_ECHO : type == 129 ? KIND_ECHOREPLY : KIND_ICMP;
	}
	switch (type) {
	case 0:
		return KIND_ECHOREPLY;
	case 8:
		return KIND_ECHO;
	case 3:
	case 4:
	case 5:
	case 11:
	case 12:
		return KIND_UNREACH;
	default:
		return KIND_ICMP;
	}
}

static gboolean
read_icmp(Observation *o, const Transport *t)
{
	if (t->there < 1)
		return FALSE;
	guint8 type = t->data[0];

	o->kind = (guint8)kind_of_icmp(type, (o->observed & OBSERVED_V6) != 0);
	o->sport = o->dport = type;
	if (o->kind == KIND_UNREACH) {
		o->kind = o->observed & OBSERVED_OUT ? KIND_ERROR_OUT : KIND_UNREACH;
		o->dport = (guint16)(type << 8 | (t->there >= 2 ? t->data[1] : 0));
	}
	o->payload = (guint16)MIN(less(t->length, TRANSPORT_ICMP_SIZE), G_MAXUINT16);
	return TRUE;
}

void
transport_read(Observation *o, const Transport *t)
{
	guint8 icmp = o->observed & OBSERVED_V6 ? PROTOCOL_ICMPV6 : PROTOCOL_ICMP;
	gboolean known = FALSE;

	if (t->whole) {
		if (G_LIKELY(t->protocol == PROTOCOL_TCP))
			known = read_tcp(o, t);
		else if (t->protocol == PROTOCOL_UDP)
			known = read_udp(o, t);
		else if (t->protocol == icmp)
			known = read_icmp(o, t);
	}
	if (!known) {
		o->kind = KIND_OTHER;
		o->payload = (guint16)MIN(t->length, G_MAXUINT16);
		if (t->fragment)
			o->observed |= OBSERVED_FRAGMENT;
	}
}

gboolean
transport_ports(const Transport *t, guint16 *sport, guint16 *dport)
{
	if (!t->whole || t->there < PORTS_SIZE ||
		(t->protocol != PROTOCOL_TCP && t->protocol != PROTOCOL_UDP))
		return FALSE;
	*sport = octets_be16(t->data);
	*dport = octets_be16(t->data + 2);
	return TRUE;
}
