/*
 * Many hours tallied, several at a time, within one budget of memory.
 */
#ifndef TALLY_BATCH_H
#define TALLY_BATCH_H

#include "tally/hour_job.h"

typedef struct {
	const char *spool, *store; /* borrowed */
	/* of one hour; its budget and threads are those of all hours together */
	EngineSettings engine;
} BatchSettings;

/* An hour to tally, and what came of it. */
typedef struct {
	const char *sensor; /* borrowed */
	gint64 hour;
	Strays *strays; /* borrowed: the sensor's */
	gboolean begun; /* FALSE: it was stopped before */
	guint64 spent_us;
	HourResult result; /* once it is begun; owned */
} BatchHour;

/* hours: array of BatchHour, in the order in which they are begun. One that fails stops no
 * other; EngineSettings.stop stops them all soon. Clear the results by batch_clear. */
void batch_run(const BatchSettings *settings, GArray *hours);
void batch_clear(GArray *hours);

#endif
