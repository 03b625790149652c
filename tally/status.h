/*
 * How a site stands, sensor by sensor: what was captured and tallied, what is missing, what was
 * dropped, and how long the disk will do. From names, sizes, manifests and what tallies say of
 * themselves; packets are not read.
 */
#ifndef TALLY_STATUS_H
#define TALLY_STATUS_H

#include "common/site.h"

#define STATUS_NEVER G_MININT64
#define STATUS_UNKNOWN G_MAXUINT64

/* Hours: start, seconds since 1970. "The last 7 d" and "24 h" end with the hour that ended last,
 * what was captured since included. */

/* Packets that are in no file, by the manifests: sums of what is known, STATUS_UNKNOWN where no
 * file tells. */
typedef struct {
	guint64 kernel, interface, discarded;
	guint unknown; /* files that do not tell all three */
} StatusDrops;

typedef struct {
	char *file; /* owned: "2017-09-10/0100-2315" */
	char *reason;
} StatusCut;

typedef struct {
	char *name;
	/* STATUS_NEVER: none */
	gint64 captured;  /* newest hour with a file or a tally, closed or not */
	gint64 tallied;   /* newest hour with a tally */
	gint64 capturing; /* second at which the file being written was begun */
	/* Nothing of the last 7 d: an archive, of which no hour is missing. */
	gboolean archive;
	GArray *waiting; /* of gint64: closed hours with packets that are in no tally */
	/* Of the last 7 d: */
	GArray *gaps;   /* of gint64: closed hours, not before the sensor's first, without file
			 * or tally */
	GArray *empty;  /* of gint64: hours captured, without a packet */
	GPtrArray *cut; /* of StatusCut *: files written to their last whole packet only */
	StatusDrops day, week;
} StatusSensor;

typedef struct {
	guint64 spool, store; /* octets of these sensors' files */
	gboolean known;       /* of the next two: the spool's file system */
	guint64 free, size;
	/* Octets that the spool and store grew by a day, mean of the last 7 d; 0: no estimate,
	 * there is under a day of data */
	guint64 growth;
} StatusDisk;

typedef struct {
	char *site;
	gint64 now;         /* seconds since 1970 */
	GPtrArray *sensors; /* of StatusSensor * */
	StatusDisk disk;
	GPtrArray *problems; /* of char *: what cannot be read or is of no name, a line each */
} Status;

/* Octets free (to whoever has no privileges) and in all of the file system of path; FALSE: not
 * known. */
typedef gboolean (*StatusMeasure)(const char *path, guint64 *free, guint64 *size);

/* measure: NULL for statvfs(3). Error: the sensors cannot be listed. */
Status *status_new(const Site *site, gint64 now, StatusMeasure measure, GError **error);
void status_free(Status *status);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Status, status_free)

/* Whether an hour or a sensor is missing, a file was cut short or could not be read. */
gboolean status_is_lacking(const Status *status);

/* Whole days that the free space will do; -1: no estimate. */
gint64 status_days_left(const StatusDisk *disk);

/* For people; and one JSON object with a line break at its end. */
void status_text(const Status *status, GString *out);
void status_json(const Status *status, GString *out);

#endif
