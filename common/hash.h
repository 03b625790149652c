/*
 * Keyed mixing of numbers to 64 bits. The key is drawn at random for each process, so that
 * nobody who chooses addresses can choose collisions. Results never reach a file.
 *
 * Method: 64 x 64 -> 128 bit multiplication folded by exclusive or, secret on both factors (the
 * mixing step of wyhash, Wang Yi 2019). A product of zero needs a factor equal to a secret,
 * which nobody outside knows.
 */
#ifndef COMMON_HASH_H
#define COMMON_HASH_H

#include <glib.h>

typedef struct {
	guint64 secret[4];
} HashKey;

/* Fills key from the kernel's random numbers. */
void hash_key_draw(HashKey *key);

static inline guint64
hash_fold(guint64 a, guint64 b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (guint64)product ^ (guint64)(product >> 64);
}

static inline guint64
hash_number(const HashKey *key, guint64 number)
{
	return hash_fold(hash_fold(number ^ key->secret[0], key->secret[1]) ^ key->secret[2],
		key->secret[3]);
}

static inline guint64
hash_pair(const HashKey *key, guint64 a, guint64 b)
{
	return hash_fold(hash_fold(a ^ key->secret[0], b ^ key->secret[1]) ^ key->secret[2],
		key->secret[3]);
}

#endif
