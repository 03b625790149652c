/*
 * The hour files of a site, of all its sensors or some, by hour: those that an hour is made of,
 * whatever hour's name they bear.
 */
#ifndef TALLY_CAPTURES_H
#define TALLY_CAPTURES_H

#include "common/site.h"
#include "common/spool.h"

typedef struct Captures Captures;

typedef struct {
	const char *sensor;    /* borrowed from captures */
	const SpoolFile *file; /* likewise; it has packets */
} CapturesFile;

/* What an hour of a sensor has. */
typedef enum {
	CAPTURES_WHOLE,  /* files, and all of them with their packets */
	CAPTURES_PRUNED, /* at least one whose packets are gone */
	CAPTURES_NONE,   /* no file at all */
} CapturesState;

/* site: borrowed. sensor: NULL for every one of the site. FAILURE_USAGE: the site has none of
 * that name. */
Captures *captures_new(const Site *site, const char *sensor, GError **error);
void captures_free(Captures *captures);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Captures, captures_free)

/* NULL-terminated, sorted; owned by captures. */
const char *const *captures_sensors(const Captures *captures);

/* Appends the hour's files to list (of CapturesFile), by sensor, then hour and stem. */
gboolean captures_list(Captures *captures, gint64 hour, GArray *list, GError **error);

/* The path of a file that was listed a while ago: it may have been compressed since. Owned by the
 * caller. */
char *captures_path_now(const char *path);

/* sensor: its place among the sensors. */
gboolean captures_state(
	Captures *captures, guint sensor, gint64 hour, CapturesState *state, GError **error);

/* The hours of the first and of the last file in the spool, packets or not. first is after last
 * when there is none. */
gboolean captures_span(Captures *captures, gint64 *first, gint64 *last, GError **error);

#endif
