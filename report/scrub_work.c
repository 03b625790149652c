#include "config.h"

#include "report/scrub_private.h"

#include <string.h>

#include "tally/octets.h"

/* A number that is so little above an internal address counts on from it: a sequence number in
 * the course of a conversation that began with the address. */
enum { COUNTS_ON = 65536 };

guint8 *
scrub_work_copy(ScrubWork *work, const guint8 *octets, guint32 n)
{
	ScrubPacket *packet = work->packet;

	if (n > SCRUB_SIZE - packet->length)
		return NULL;
	guint8 *at = packet->octets + packet->length;
	memcpy(at, octets, n);
	packet->length += n;
	return at;
}

void
scrub_work_put_be16(guint8 *octets, guint16 number)
{
	number = GUINT16_TO_BE(number);
	memcpy(octets, &number, sizeof number);
}

static void
put_be32(guint8 *octets, guint32 number)
{
	number = GUINT32_TO_BE(number);
	memcpy(octets, &number, sizeof number);
}

static Address
read_address(const guint8 *octets, guint8 family)
{
	return family == 4 ? address_from_v4(octets_be32(octets)) : address_from_v6(octets);
}

static void
write_address(guint8 *octets, const Address *address)
{
	if (address->family == 4)
		put_be32(octets, (guint32)address->low);
	else
		address_to_v6(address, octets);
}

/* The one that stands for it at its place. */
static void
replace_address(ScrubWork *work, guint8 *octets, const Address *address)
{
	Address result = sanitize_address(work->sanitize, address);

	if (address_compare(address, &result) == 0)
		return;
	write_address(octets, &result);
	if (work->n_replaced < SCRUB_REPLACED_MAX)
		work->replaced[work->n_replaced++] = *address;
}

gboolean
scrub_work_address(ScrubWork *work, guint8 *octets, guint8 family)
{
	Address address = read_address(octets, family);

	if (sanitize_place(work->sanitize, &address) == PLACE_NEVER ||
		sanitize_is_range(&address))
		return FALSE;
	replace_address(work, octets, &address);
	return TRUE;
}

gboolean
scrub_work_is_internal(const ScrubWork *work, const guint8 *octets, guint8 family)
{
	Address address = read_address(octets, family);

	return sanitize_place(work->sanitize, &address) == PLACE_INTERNAL;
}

void
scrub_work_hop(ScrubWork *work, guint8 *octets)
{
	if (!scrub_work_address(work, octets, 4))
		memset(octets, 0, 4);
}

void
scrub_work_number(const ScrubWork *work, guint8 *octets)
{
	guint32 number = octets_be32(octets);

	for (guint i = 0; i < work->n_replaced; i++) {
		if (work->replaced[i].family != 4)
			continue;
		guint32 address = (guint32)work->replaced[i].low;
		Address result = sanitize_address(work->sanitize, &work->replaced[i]);
		guint32 on = number - address;
		guint32 turned_on = GUINT32_SWAP_LE_BE(number) - address;
		if (on < COUNTS_ON)
			put_be32(octets, (guint32)result.low + on);
		else if (turned_on < COUNTS_ON)
			put_be32(octets, GUINT32_SWAP_LE_BE((guint32)result.low + turned_on));
		else
			continue;
		return;
	}
}

void
scrub_work_options(ScrubWork *work, guint8 *options, guint32 length,
	void (*take)(ScrubWork *work, guint8 kind, guint8 *data, guint32 length))
{
	guint32 at = 0;

	while (at < length && options[at] != 0) {
		if (options[at] == 1) {
			at++;
			continue;
		}
		guint32 size = at + 1 < length ? options[at + 1] : 0;
		if (size < 2 || size > length - at)
			break;
		take(work, options[at], options + at + 2, size - 2);
		at += size;
	}
	memset(options + at, 0, length - at);
}

gboolean
scrub_work_is_left(const ScrubWork *work)
{
	const ScrubPacket *packet = work->packet;

	for (guint i = 0; i < work->n_replaced; i++) {
		guint8 octets[16];
		write_address(octets, &work->replaced[i]);
		if (memmem(packet->octets, packet->length, octets,
			    work->replaced[i].family == 4 ? 4 : 16))
			return TRUE;
	}
	return FALSE;
}
