/*
 * Strays: packets that lie in another hour's file, as tcpdump -G leaves them at the edges.
 * STORE/SENSOR/.strays tells which files hold packets of which other hours, a line each:
 * "2017-09-10T02:00:00Z 2017-09-10/0100 12345" (hour, then the file as inputs.h tells it). Such a
 * file is an input of that hour as well.
 *
 * The file is written before the tally of the hour whose file it was: else nobody would look
 * into that file again.
 */
#ifndef TALLY_STRAYS_H
#define TALLY_STRAYS_H

#include <glib.h>

typedef struct Strays Strays;

/* Those of a sensor; none where there is no file. Lines that are none are passed over. Error:
 * there is a file, but it cannot be read. */
Strays *strays_load(const char *store, const char *sensor, GError **error);
void strays_free(Strays *strays);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Strays, strays_free)

gboolean strays_is_empty(const Strays *strays);

/* The file (a line of inputs.h) holds packets of these n hours (starts, seconds since 1970, any
 * order) and of no other: what was known of it, or of another of its name, is replaced. */
void strays_set(Strays *strays, const char *file, const gint64 *hours, guint n);
/* Forgets the files of days (names) that are not listed; days: NULL-terminated, sorted. */
void strays_keep(Strays *strays, const char *const *days);

/* Appends the files that hold packets of the hour to files (of const char *, owned by strays,
 * valid until the next change). */
void strays_list(const Strays *strays, gint64 hour, GPtrArray *files);
/* The hours with from <= hour < to of which there are strays: appends to hours (of gint64,
 * ascending, each once). */
void strays_hours(const Strays *strays, gint64 from, gint64 to, GArray *hours);
/* The other hours of which files of the hour (start) hold packets: appends to hours (of gint64,
 * ascending, may come twice). */
void strays_found_in(const Strays *strays, gint64 hour, GArray *hours);
/* A number that changes with all that is told of the hours from <= hour < to. */
guint64 strays_digest(const Strays *strays, gint64 from, gint64 to, guint64 seed);

/* Writes them down when anything changed; whole or not at all (output.h). */
gboolean strays_save(Strays *strays, GError **error);

#endif
