#include "config.h"

#include "common/hash.h"

#include <sys/random.h>

void
hash_key_draw(HashKey *key)
{
	gsize have = 0;

	while (have < sizeof *key) {
		gssize got = getrandom((guint8 *)key + have, sizeof *key - have, 0);
		if (got > 0)
			have += (gsize)got;
	}
	/* Odd multipliers lose no bit of what they are multiplied with. */
	key->secret[1] |= 1;
	key->secret[3] |= 1;
}
