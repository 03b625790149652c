/*
 * Reads a day's roll-up (PAST.md): STORE/SENSOR/YYYY-MM-DD/day.past, what one sensor's tallies of
 * a UTC day come to, small enough that months are looked through for a report. It is derived:
 * whoever deletes it loses nothing.
 *
 * Everything read is checked: what is cut short, changed, or of another schema is refused with
 * file and octet offset ("day.past:1742: ...", FAILURE_PARTIAL); no octets can make it read past
 * a buffer or loop.
 */
#ifndef TALLY_PAST_FILE_H
#define TALLY_PAST_FILE_H

#include "tally/past_block.h"

#define PAST_FILE_NAME "day.past"

/* What is told of the day. */
typedef struct {
	gint64 day;        /* its start, seconds since 1970 */
	char *sensor;      /* owned */
	GArray *inputs;    /* owned; of PastInput, by hour */
	guint64 forgotten; /* traits that there was no room for */
	guint64 rows[PAST_TABLES];
} PastDay;

typedef struct PastFile PastFile;

PastFile *past_file_new(const char *path, GError **error);
/* takes fd over */
PastFile *past_file_new_fd(int fd, const char *name, GError **error);
void past_file_free(PastFile *file);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastFile, past_file_free)

const char *past_file_name(const PastFile *file);
const PastDay *past_file_day(const PastFile *file); /* owned by file */

/* The blocks, by table and key; owned by file. */
const PastEntry *past_file_entries(const PastFile *file, guint32 *n);

/* Reads a block. */
gboolean past_file_read(PastFile *file, guint32 number, PastBlock *block, GError **error);

/* Reads everything, checks every check sum and order; and whether its place, if it is a store's,
 * is that sensor's day. */
gboolean past_file_verify(const char *path, GError **error);

/* Path of a sensor's day (name, "2017-09-10"); owned by the caller. */
char *past_file_path(const char *store, const char *sensor, const char *day);

#endif
