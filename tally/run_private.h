/*
 * What the parts of a run share: run.c its course, run_tally.c the tallying, run_past.c the
 * roll-ups of days, run_findings.c what is told of it.
 */
#ifndef TALLY_RUN_PRIVATE_H
#define TALLY_RUN_PRIVATE_H

#include "tally/batch.h"
#include "tally/pending.h"
#include "tally/run_sensor.h"

typedef struct {
	const RunSettings *settings; /* borrowed */
	const Site *site;            /* borrowed */
	BatchSettings batch;
	Signature *signatures; /* owned: by the site's settings */
	GStrv names;           /* owned: the sensors' */
	GPtrArray *sensors;    /* of RunSensor *; owned */
	Pending *pending;      /* owned */
	int lock;              /* -1: not taken */
	guint new_hours, renewed_hours, failed_hours, kept_hours;
	guint rolled_days;
	gboolean unread; /* a tally that findings need could not be read, and is not damaged */
	int status;
} Run;

/* Makes the exit status as bad as that. */
void run_note(Run *run, int status);
/* Problems, on standard error: of the site (error is freed), of a sensor, of its hour. */
void run_say_error(Run *run, int status, GError *error);
void run_say_of_sensor(Run *run, const char *sensor, const char *line);
void run_say_of_hour(Run *run, const char *sensor, gint64 hour, const char *line);
/* On standard output. */
void run_tell(const Run *run, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Sets the plan's damaged tallies aside, and says so. */
void run_set_aside(Run *run, const char *sensor, const Plan *plan);

gboolean run_is_stopped(const Run *run);
gboolean run_has_hook(const Run *run);
RunSensor *run_find_sensor(const Run *run, const char *name);

/* What is due of all sensors, oldest first: array of PlanHour, owned by the caller. */
GArray *run_tally_list(const Run *run);
/* Tallies these hours, then those that strays found on the way make due. */
gboolean run_tally_due(Run *run, const GArray *due, GError **error);
/* Sets aside damaged tallies that the report on these hours (of gint64, ascending) may have come
 * upon, and tallies theirs. One that cannot be read just now stays: run->unread. *found: whether
 * there was any of either kind. */
gboolean run_tally_mend(Run *run, const GArray *hours, gboolean *found, GError **error);

/* Rolls days up that are over and have no roll-up, or an old one (past_make.h), newest first,
 * until it is stopped; the next run goes on. A dry run tells which. */
void run_past(Run *run);

/* The newest tally before the run becomes pending: windows that ended since then are told now. */
void run_findings_add_newest(Run *run);
/* The findings of the days that changed; what is not told stays pending. */
gboolean run_findings_write(Run *run, GError **error);

#endif
