/*
 * Days in order: STORE/SENSOR/.days tells which days a run need not look into, as long as
 * neither folder of the day changed. Deleting the file is harmless.
 *
 * A line a day: "2017-09-10 SPOOL STORE DIGEST BARE", the times of the last change of both day
 * folders in ns since 1970 (0: there is none), a digest of whatever else
 * decides, and 1 when the spool has no packets of the day.
 */
#ifndef TALLY_DAYS_H
#define TALLY_DAYS_H

#include <glib.h>

typedef struct {
	guint64 spool, store; /* ns */
	guint64 digest;
	gboolean bare; /* the spool has no packets of the day: told, not compared */
} DayState;

typedef struct Days Days;

/* Of a sensor. What cannot be read is not there: the run looks into every day then. */
Days *days_load(const char *spool, const char *store, const char *sensor);
/* The same of days whose roll-ups are in order (past_make.h), in STORE/SENSOR/.past: only the
 * store's folders count. */
Days *days_load_past(const char *store, const char *sensor);
void days_free(Days *days);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Days, days_free)

/* When the day's folders changed: state->spool and state->store. */
void days_look(Days *days, const char *day, DayState *state);
/* Whether the day (name) was noted in this very state. */
gboolean days_has(const Days *days, const char *day, const DayState *state);
/* Of a day that is noted: whether it has no packets; whether both folders were last changed before
 * that time (ns since 1970). */
gboolean days_is_bare(const Days *days, const char *day);
gboolean days_is_older(const Days *days, const char *day, guint64 time_ns);
/* Notes the day; state NULL: forgets it. */
void days_set(Days *days, const char *day, const DayState *state);
/* Forgets days that are not listed; names: NULL-terminated. */
void days_keep(Days *days, const char *const *names);

/* Writes them down when anything changed. */
gboolean days_save(Days *days, GError **error);

#endif
