/*
 * One hour of one sensor: from its files in the spool to its tally in the store.
 */
#ifndef TALLY_HOUR_JOB_H
#define TALLY_HOUR_JOB_H

#include "tally/engine.h"
#include "tally/strays.h"

typedef struct {
	const char *spool, *store, *sensor; /* borrowed, like all below */
	gint64 hour;
	/* home, grid, signatures, budget, folder, threads, stop; the rest is the job's */
	EngineSettings engine;
	Strays *strays; /* the sensor's, shared with other jobs */
	GMutex *lock;   /* held while strays are looked at or changed */
} HourJob;

typedef struct {
	gboolean written;
	/* of char *: what is wrong, a line each, without sensor and hour; owned */
	GPtrArray *problems;
	/* of char *: paths of its files that were not read as captures; owned */
	GPtrArray *refused;
	GArray *strays; /* of gint64: other hours its files have packets of; owned */
} HourResult;

/*
 * Reads the hour's files, those with strays of it too, and writes its tally over whatever was
 * there, with what the manifests tell: drops, and what was cut short. What its own files hold of
 * other hours is noted in strays before.
 *
 * A file that vanishes meanwhile (compressed, pruned) makes it look again, once. One that is no
 * capture is told, the rest goes on. Not written: problems say why.
 */
void hour_job_run(const HourJob *job, HourResult *result);
void hour_result_clear(HourResult *result);

#endif
