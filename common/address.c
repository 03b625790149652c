#include "config.h"

#include "common/address.h"

#include <arpa/inet.h>
#include <string.h>

/* Both ends of inet_pton and the packet header are big-endian; these are the only two places
 * that care. */
static guint64
load_be64(const guint8 *octets)
{
	guint64 number;

	memcpy(&number, octets, sizeof number);
	return GUINT64_FROM_BE(number);
}

static void
store_be64(guint8 *octets, guint64 number)
{
	number = GUINT64_TO_BE(number);
	memcpy(octets, &number, sizeof number);
}

Address
address_from_v6(const guint8 octets[16])
{
	return (Address){.high = load_be64(octets), .low = load_be64(octets + 8), .family = 6};
}

void
address_to_v6(const Address *address, guint8 octets[16])
{
	store_be64(octets, address->high);
	store_be64(octets + 8, address->low);
}

gboolean
address_parse(const char *text, Address *address)
{
	guint8 octets[16];
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1)
		*address = address_from_v4(g_ntohl(v4.s_addr));
	else if (inet_pton(AF_INET6, text, octets) == 1)
		*address = address_from_v6(octets);
	else
		return FALSE;
	return TRUE;
}

static void
format_v4(guint32 number, char *buffer, gsize size)
{
	g_snprintf(buffer, size, "%u.%u.%u.%u", number >> 24, number >> 16 & 255,
		number >> 8 & 255, number & 255);
}

static guint
group_of(const Address *address, guint i)
{
	guint64 half = i < 4 ? address->high : address->low;

	return half >> (48 - 16 * (i % 4)) & 0xffff;
}

/* The run of zero groups that "::" stands for: the longest of at least two, the first of
 * equals. Length 0: none. */
static guint
zero_run(const Address *address, guint *length)
{
	guint best = 0;

	*length = 0;
	for (guint i = 0; i < 8; i++) {
		guint end = i;
		while (end < 8 && group_of(address, end) == 0)
			end++;
		if (end - i >= 2 && end - i > *length) {
			best = i;
			*length = end - i;
		}
	}
	return best;
}

/* RFC 5952, 5: the mixed notation only where the prefix tells that an IPv4 address is inside.
 * inet_ntop also takes it for ::/96, which is why it is not used here. */
static gboolean
is_v4_mapped(const Address *address)
{
	return address->high == 0 && address->low >> 32 == 0xffff;
}

static void
format_v6(const Address *address, char *buffer, gsize size)
{
	guint run_length, run = zero_run(address, &run_length);
	gsize used = 0;

	for (guint i = 0; i < 8; i++) {
		if (run_length > 0 && i == run) {
			used += (gsize)g_snprintf(buffer + used, size - used, "::");
			i += run_length - 1;
			continue;
		}
		const char *colon = i > 0 && buffer[used - 1] != ':' ? ":" : "";
		used += (gsize)g_snprintf(
			buffer + used, size - used, "%s%x", colon, group_of(address, i));
	}
}

char *
address_format(const Address *address, char *buffer)
{
	if (address->family == 4) {
		format_v4((guint32)address->low, buffer, ADDRESS_TEXT_SIZE);
	} else if (is_v4_mapped(address)) {
		gsize used = g_strlcpy(buffer, "::ffff:", ADDRESS_TEXT_SIZE);
		format_v4((guint32)address->low, buffer + used, ADDRESS_TEXT_SIZE - used);
	} else {
		format_v6(address, buffer, ADDRESS_TEXT_SIZE);
	}
	return buffer;
}

/* The first bits (0..64) of 64 set. A shift by 64 would be undefined. */
static guint64
leading_ones(guint bits)
{
	return bits == 0 ? 0 : G_MAXUINT64 << (64 - bits);
}

Address
address_mask(const Address *address, guint bits)
{
	Address masked = *address;

	if (address->family == 4) {
		masked.low &= leading_ones(32 + MIN(bits, 32));
	} else {
		masked.high &= leading_ones(MIN(bits, 64));
		masked.low &= leading_ones(bits > 64 ? MIN(bits, 128) - 64 : 0);
	}
	return masked;
}
