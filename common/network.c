#include "config.h"

#include "common/network.h"

#include <string.h>

#include "common/failure.h"

gboolean
network_parse(const char *text, Network *network, GError **error)
{
	g_auto(GStrv) halves = g_strsplit(text, "/", 2);
	Address address;

	if (!halves[0] || !address_parse(halves[0], &address)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"\"%s\": expected an address, or one with /bits, like 192.0.2.0/24",
			text);
		return FALSE;
	}
	guint64 bits = network_most_bits(address.family);
	if (halves[1] && !g_ascii_string_to_unsigned(halves[1], 10, 0, bits, &bits, NULL)) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"\"%s\": expected a prefix length from 0 to %u after the slash", text,
			network_most_bits(address.family));
		return FALSE;
	}
	Address first = address_mask(&address, (guint)bits);
	if (address_compare(&first, &address) != 0) {
		char expected[ADDRESS_TEXT_SIZE];
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"\"%s\": bits are set beyond the prefix: expected %s/%u", text,
			address_format(&first, expected), (guint)bits);
		return FALSE;
	}
	*network = (Network){first, (guint8)bits};
	return TRUE;
}

char *
network_format(const Network *network, char *buffer)
{
	address_format(&network->first, buffer);
	if (network->bits < network_most_bits(network->first.family)) {
		gsize used = strlen(buffer);
		g_snprintf(buffer + used, ADDRESS_TEXT_SIZE - used, "/%u", network->bits);
	}
	return buffer;
}

gboolean
network_has(const Network *network, const Address *address)
{
	if (address->family != network->first.family)
		return FALSE;
	Address masked = address_mask(address, network->bits);
	return address_compare(&masked, &network->first) == 0;
}
