/*
 * What is still to be told: STORE/.pending, the hours whose tallies changed since findings were
 * last written, "SENSOR 2017-09-10T01:00:00Z" a line. It is written before the first tally
 * changes, and goes when the findings are there.
 */
#ifndef TALLY_PENDING_H
#define TALLY_PENDING_H

#include <glib.h>

typedef struct Pending Pending;

/* Lines that are none are passed over. Error: there is a file, but it cannot be read. */
Pending *pending_load(const char *store, GError **error);
void pending_free(Pending *pending);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pending, pending_free)

void pending_add(Pending *pending, const char *sensor, gint64 hour);
/* The hours of these sensors (NULL-terminated), ascending, each once: array of gint64, owned by
 * the caller. Another site that shares the store has sensors of its own. */
GArray *pending_hours(const Pending *pending, const char *const *sensors);
/* Of these sensors no hour up to and with the newest is pending any more. */
void pending_told(Pending *pending, const char *const *sensors, gint64 newest);

/* Writes it down when it changed; removes the file when nothing is left. */
gboolean pending_save(Pending *pending, GError **error);

#endif
