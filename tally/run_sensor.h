/*
 * A sensor of a run: what is kept beside its tallies, and what is due.
 */
#ifndef TALLY_RUN_SENSOR_H
#define TALLY_RUN_SENSOR_H

#include "tally/plan.h"
#include "tally/run.h"

typedef struct {
	const char *name;      /* borrowed */
	PlanSettings settings; /* borrows from the run */
	Strays *strays;        /* owned, like all below */
	Days *days;
	Plan *plan;
	HourFiles
		*tallied; /* listings for run_sensor_is_tallied, made while asked of one day */
	gint64 tallied_day; /* its start */
} RunSensor;

/* Looks at spool and store. NULL: error. */
RunSensor *run_sensor_new(
	const RunSettings *run, const char *name, guint64 digest, GError **error);
void run_sensor_free(RunSensor *sensor);

/* Appends lines (of char *) about what has not been captured: gaps, and a sensor that has
 * fallen silent. */
void run_sensor_tell_missing(const RunSensor *sensor, GPtrArray *lines);

/* Makes the sensor's folder in the store, once it has one in the spool, and removes what killed
 * writers left in the folders that will be written to. */
gboolean run_sensor_prepare(const RunSensor *sensor, GError **error);

/*
 * Whether everything its spool has of the hour is in tallies, by settings in force. Listings are
 * made anew for hours of another day than the last one asked for: whoever lists a day, then asks
 * for its hours, hears of all that was listed.
 */
gboolean run_sensor_is_tallied(RunSensor *sensor, gint64 hour);

/* Writes down strays and days in order. */
gboolean run_sensor_save(RunSensor *sensor, GError **error);

#endif
