/*
 * The store: STORE/SENSOR/YYYY-MM-DD/HHMM.tally, and beside the sensors what a run keeps of
 * itself (names that begin with a dot).
 */
#ifndef TALLY_STORE_H
#define TALLY_STORE_H

#include "tally/reader.h"

/* Path of an hour's tally. */
char *store_path(const char *store, const char *sensor, gint64 hour);

typedef struct {
	gint64 hour;
	char *path; /* owned */
} StoreFile;

/* The tallies of a sensor with from <= hour < to, sorted; array of StoreFile *, owned by the
 * caller; empty where there are none. Looks only into folders of these days. */
GPtrArray *store_list(
	const char *store, const char *sensor, gint64 from, gint64 to, GError **error);
void store_file_free(StoreFile *file);

/*
 * Every *.tally in paths (NULL-terminated): files, taken as they are, and folders, searched to
 * the depth of a store; names that begin with a dot are passed over. Array of char *, sorted,
 * owned by the caller. NULL and FAILURE_FAILED: a folder cannot be listed.
 */
GPtrArray *store_find(const char *const *paths, GError **error);
/* The same, and the roll-ups of days (past_file.h) besides. */
GPtrArray *store_find_all(const char *const *paths, GError **error);

/* Only the facts of an hour: a few reads, whatever the tally's size. Error as reader_new. */
HourFacts *store_facts(const char *path, GError **error);

/* Whether the facts are those of the sensor's hour that the tally's place tells. A tally that
 * names no sensor may lie anywhere. FALSE and FAILURE_PARTIAL "PATH: ...". */
gboolean store_check(const HourFacts *facts, const char *path, const char *sensor, gint64 hour,
	GError **error);
/* The sensor (owned by the caller) and hour that a path SENSOR/YYYY-MM-DD/HHMM.tally tells;
 * FALSE: it is none. */
gboolean store_parse_path(const char *path, char **sensor, gint64 *hour);

/*
 * Opens all tallies of the sensors (NULL-terminated) with from <= hour < to. One that is
 * damaged, or lies in another's place, is told in shortfalls (of char *) and left out. Array of Reader *, owned by the
 * caller.
 */
GPtrArray *store_open(const char *store, const char *const *sensors, gint64 from, gint64 to,
	guint parts, GPtrArray *shortfalls, GError **error);

/* Renames PATH to PATH.damaged, so that nobody takes it for a tally, and it can be looked at. */
gboolean store_set_aside(const char *path, GError **error);

#endif
