/*
 * Hourly tallies of made-up sources, for the benches that need millions of rows but no packets.
 */
#ifndef TESTS_BENCH_HOURS_H
#define TESTS_BENCH_HOURS_H

#include <glib.h>

typedef enum {
	/* of twenty sources twelve touch one or two targets, seven some dozens, one sweeps */
	HOURS_DENSE,
	/* of five thousand sources one sweeps, fifteen touch some dozens, the others one to three:
	 * what a day from the net is like */
	HOURS_THIN,
} HoursMix;

/* Writes the tally of hour number `hour` (from 2017-09-10T00:00:00Z) with some `rows` rows, whose
 * sources are drawn so that many show in several hours. home: 10.0.0.0/16. */
gboolean hours_write(const char *path, guint hour, guint64 rows, HoursMix mix, GError **error);

#endif
