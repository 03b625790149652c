#include "config.h"

#include "tests/compose_packet.h"

#include <string.h>

void
compose_packet_init(ComposePacket *packet)
{
	*packet = (ComposePacket){
		.ttl = 64,
		.total_length = COMPOSE_AS_IS,
		.header_words = COMPOSE_AS_IS,
		.version = COMPOSE_AS_IS,
		.data_offset = COMPOSE_AS_IS,
		.cut = COMPOSE_AS_IS,
		.cut_frame = COMPOSE_AS_IS,
	};
}

void
compose_packet_clear(ComposePacket *packet)
{
	g_clear_pointer(&packet->quoted, g_byte_array_unref);
}

static void
put(guint8 *at, guint octets, guint32 number)
{
	while (octets-- > 0) {
		at[octets] = (guint8)number;
		number >>= 8;
	}
}

static guint8 *
grow(GByteArray *octets, guint n)
{
	guint before = octets->len;

	g_byte_array_set_size(octets, before + n);
	memset(octets->data + before, 0, n);
	return octets->data + before;
}

/* The Internet checksum (RFC 1071) of n octets, going on from sum. */
static guint16
checksum(guint32 sum, const guint8 *at, guint n)
{
	for (guint i = 0; i < n; i++)
		sum += i % 2 == 0 ? (guint32)at[i] << 8 : at[i];
	while (sum >> 16 != 0)
		sum = (sum & 0xffff) + (sum >> 16);
	return (guint16)~sum;
}

static guint
address_size(const ComposePacket *packet)
{
	return packet->from.family == 4 ? 4 : 16;
}

/* Sum of the pseudo-header: addresses, protocol, length. */
static guint32
pseudo_sum(const ComposePacket *packet, guint length)
{
	guint size = address_size(packet);
	guint16 addresses[2] = {
		~checksum(0, packet->from.octets, size), ~checksum(0, packet->to.octets, size)};

	return (guint32)addresses[0] + addresses[1] + packet->protocol + length;
}

static void
write_transport(const ComposePacket *packet, GByteArray *octets)
{
	guint start = octets->len, at_sum, size;
	guint32 pseudo = 0;
	guint8 *at;

	switch (packet->protocol) {
	case COMPOSE_TCP:
		at = grow(octets, 20 + packet->n_options + packet->length);
		put(at + 4, 4, packet->seq);
		put(at + 8, 4, packet->ack);
		at[12] = (guint8)((packet->data_offset == COMPOSE_AS_IS
						  ? 5 + packet->n_options / 4
						  : (guint)packet->data_offset)
				  << 4);
		at[13] = packet->flags;
		put(at + 14, 2, packet->window);
		put(at + 18, 2, packet->urgent);
		memcpy(at + 20, packet->options, packet->n_options);
		at_sum = 16;
		break;
	case COMPOSE_UDP:
		at = grow(octets, 8 + packet->length);
		put(at + 4, 2, 8 + packet->length);
		at_sum = 6;
		break;
	case COMPOSE_ICMP:
	case COMPOSE_ICMP6:
		at = grow(octets, 8 + packet->length);
		at[0] = packet->type;
		at[1] = packet->code;
		if (packet->quoted != NULL)
			g_byte_array_append(octets, packet->quoted->data, packet->quoted->len);
		at = octets->data + start;
		at_sum = 2;
		break;
	default:
		grow(octets, packet->length);
		return;
	}
	size = octets->len - start;
	if (at_sum != 2) {
		put(at, 2, packet->from.port);
		put(at + 2, 2, packet->to.port);
	}
	if (packet->protocol != COMPOSE_ICMP)
		pseudo = pseudo_sum(packet, size);
	put(at + at_sum, 2, checksum(pseudo, at, size));
}

/* A fragment carries just so many octets: what the transport has too many goes, what it has too
 * few comes as zeros. */
static void
fit_fragment(const ComposePacket *packet, GByteArray *octets, guint start)
{
	guint end = start + packet->fragment_length;

	if (octets->len > end)
		g_byte_array_set_size(octets, end);
	else
		grow(octets, end - octets->len);
}

static void
write_v4(const ComposePacket *packet, GByteArray *octets)
{
	guint start = octets->len, header = 20 + packet->ip_options;
	guint flags = (packet->df ? 0x4000 : 0) | (packet->more ? 0x2000 : 0);
	guint8 *at = grow(octets, header);

	memset(at + 20, 1, packet->ip_options); /* no operation */
	write_transport(packet, octets);
	if (packet->fragment)
		fit_fragment(packet, octets, start + header);
	at = octets->data + start;
	at[0] = (guint8)((packet->version == COMPOSE_AS_IS ? 4 : packet->version) << 4 |
			 (packet->header_words == COMPOSE_AS_IS ? (int)header / 4
								: packet->header_words));
	at[1] = packet->tos;
	put(at + 2, 2,
		packet->total_length == COMPOSE_AS_IS ? octets->len - start
						      : (guint)packet->total_length);
	put(at + 4, 2, packet->id);
	put(at + 6, 2, flags | packet->fragment_offset / 8);
	at[8] = packet->ttl;
	at[9] = packet->protocol;
	memcpy(at + 12, packet->from.octets, 4);
	memcpy(at + 16, packet->to.octets, 4);
	put(at + 10, 2, checksum(0, at, header));
}

static void
write_extension(const ComposePacket *packet, guint8 kind, guint8 next, GByteArray *octets)
{
	static const guint8 padding[] = {1, 4}; /* PadN over what is left of eight octets */
	guint8 *at = grow(octets, 8);

	at[0] = next;
	if (kind == COMPOSE_FRAGMENT) {
		put(at + 2, 2, packet->fragment_offset | (packet->more ? 1 : 0));
		put(at + 4, 4, packet->id);
	} else if (kind != COMPOSE_ROUTING) {
		memcpy(at + 2, padding, sizeof padding);
	}
}

static void
write_v6(const ComposePacket *packet, GByteArray *octets)
{
	guint start = octets->len, behind = 0;
	guint8 *at = grow(octets, 40);

	at[6] = packet->n_extensions > 0 ? packet->extensions[0] : packet->protocol;
	for (guint i = 0; i < packet->n_extensions; i++) {
		guint8 next = i + 1 < packet->n_extensions ? packet->extensions[i + 1]
							   : packet->protocol;

		write_extension(packet, packet->extensions[i], next, octets);
		if (packet->extensions[i] == COMPOSE_FRAGMENT)
			behind = octets->len;
	}
	write_transport(packet, octets);
	if (packet->fragment)
		fit_fragment(packet, octets, behind);
	at = octets->data + start;
	at[0] = (guint8)((packet->version == COMPOSE_AS_IS ? 6 : packet->version) << 4 |
			 packet->tos >> 4);
	at[1] = (guint8)(packet->tos << 4);
	put(at + 4, 2,
		packet->total_length == COMPOSE_AS_IS ? octets->len - start - 40
						      : (guint)packet->total_length);
	at[7] = packet->ttl;
	memcpy(at + 8, packet->from.octets, 16);
	memcpy(at + 24, packet->to.octets, 16);
}

void
compose_packet_write(const ComposePacket *packet, GByteArray *octets)
{
	if (packet->from.family == 4)
		write_v4(packet, octets);
	else
		write_v6(packet, octets);
}
