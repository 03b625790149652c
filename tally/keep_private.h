/*
 * What the files of retention share.
 */
#ifndef TALLY_KEEP_PRIVATE_H
#define TALLY_KEEP_PRIVATE_H

#include "tally/keep.h"

typedef struct {
	const char *name;                      /* borrowed from the rules */
	gint64 packets_before, tallies_before; /* hours that ended by then go */
	char **spooled, **stored;              /* owned: the days of both, NULL: not known */
} KeepSensor;

typedef struct {
	const KeepRules *rules;
	KeepReport *report; /* borrowed */
	KeepSensor *sensors;
	guint n_sensors;
	GHashTable *gone;   /* of char *, borrowed from report->removed: the same as a set */
	guint free_percent; /* 0: no matter */
	guint64 gained;     /* octets that a dry run would have freed in the spool */
} Keep;

/* A line of the report's problems. */
void keep_tell(Keep *keep, const char *path, const char *what, int number);
void keep_tell_error(Keep *keep, const GError *error);

/* FALSE: it is still there. What is gone already was not removed by us. */
gboolean keep_remove(Keep *keep, const char *path);

gint64 keep_day_start(const char *day);

/* Packets that are too old, and those in the way of room; days (of char *): sorted, of the
 * spool. */
void keep_packets_run(Keep *keep, const GPtrArray *days);

#endif
