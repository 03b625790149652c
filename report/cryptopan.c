#include "config.h"

#include "report/cryptopan.h"

#include <string.h>

#include <nettle/aes.h>

struct CryptoPan {
	struct aes128_ctx cipher;
	guint8 pad[AES_BLOCK_SIZE];
};

CryptoPan *
cryptopan_new(const guint8 key[CRYPTOPAN_KEY_SIZE])
{
	CryptoPan *pan = g_new0(CryptoPan, 1);

	aes128_set_encrypt_key(&pan->cipher, key);
	aes128_encrypt(&pan->cipher, AES_BLOCK_SIZE, pan->pad, key + AES128_KEY_SIZE);
	return pan;
}

void
cryptopan_free(CryptoPan *pan)
{
	if (!pan)
		return;
	memset(pan, 0, sizeof *pan);
	g_free(pan);
}

/* The address as it goes over the wire; returns its bits. */
static guint
to_octets(const Address *address, guint8 octets[AES_BLOCK_SIZE])
{
	if (address->family == 6) {
		address_to_v6(address, octets);
		return 128;
	}
	guint32 number = GUINT32_TO_BE((guint32)address->low);
	memcpy(octets, &number, sizeof number);
	return 32;
}

static Address
from_octets(guint8 family, const guint8 octets[AES_BLOCK_SIZE])
{
	guint32 number;

	if (family == 6)
		return address_from_v6(octets);
	memcpy(&number, octets, sizeof number);
	return address_from_v4(GUINT32_FROM_BE(number));
}

Address
cryptopan_map(const CryptoPan *pan, const Address *address)
{
	guint8 octets[AES_BLOCK_SIZE], result[AES_BLOCK_SIZE], input[AES_BLOCK_SIZE],
		output[AES_BLOCK_SIZE];
	guint bits = to_octets(address, octets);

	memcpy(result, octets, sizeof result);
	memcpy(input, pan->pad, sizeof input);
	for (guint i = 0; i < bits; i++) {
		guint8 bit = (guint8)(0x80 >> i % 8);
		aes128_encrypt(&pan->cipher, AES_BLOCK_SIZE, output, input);
		if (output[0] & 0x80)
			result[i / 8] ^= bit;
		/* The next bit's input has one more of the address's own. */
		input[i / 8] = (guint8)((input[i / 8] & ~bit) | (octets[i / 8] & bit));
	}
	return from_octets(address->family, result);
}
