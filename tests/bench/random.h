/*
 * Random numbers that are the same on every machine for the same seed, at about a nanosecond
 * each.
 *
 * Source: xoshiro256++ and the SplitMix64 that fills its state (Blackman and Vigna, "Scrambled
 * linear pseudorandom number generators", 2019).
 */
#ifndef BENCH_RANDOM_H
#define BENCH_RANDOM_H

#include <glib.h>

typedef struct {
	guint64 state[4];
} Random;

static inline guint64
random_rotate(guint64 number, guint by)
{
	return number << by | number >> (64 - by);
}

static inline void
random_seed(Random *random, guint64 seed)
{
	for (guint i = 0; i < 4; i++) {
		guint64 mixed = seed += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

		mixed = (mixed ^ mixed >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
		mixed = (mixed ^ mixed >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
		random->state[i] = mixed ^ mixed >> 31;
	}
}

/* 64 random bits. */
static inline guint64
random_next(Random *random)
{
	guint64 *s = random->state;
	guint64 result = random_rotate(s[0] + s[3], 23) + s[0];
	guint64 shifted = s[1] << 17;

	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= shifted;
	s[3] = random_rotate(s[3], 45);
	return result;
}

/* 0 .. limit - 1, each as likely to within 2^-32; limit 1 .. 2^32 - 1. */
static inline guint32
random_below(Random *random, guint32 limit)
{
	return (guint32)((random_next(random) >> 32) * limit >> 32);
}

/* The same, low numbers more often: as some hosts are busier than others. */
static inline guint32
random_skewed(Random *random, guint32 limit)
{
	return (guint32)((guint64)random_below(random, limit) * random_below(random, limit) /
			 limit);
}

#endif
