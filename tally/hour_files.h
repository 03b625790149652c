/*
 * The files of an hour in the spool: its own, and others with strays of it. Listings are kept:
 * one of these sees each day as it was when it was first asked for.
 */
#ifndef TALLY_HOUR_FILES_H
#define TALLY_HOUR_FILES_H

#include "common/spool.h"
#include "tally/strays.h"

typedef struct HourFiles HourFiles;

/* spool, sensor: borrowed. */
HourFiles *hour_files_new(const char *spool, const char *sensor);
void hour_files_free(HourFiles *files);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HourFiles, hour_files_free)

/* All files of a day, pruned ones too (of SpoolFile *), sorted by stem; owned by files. unknown
 * (of char *, NULL to pass over): as spool_day_files, and only told by the first call. */
const GPtrArray *hour_files_day(
	HourFiles *files, const char *day, GPtrArray *unknown, GError **error);

/* Appends what an hour is made of to list (of const SpoolFile *, owned by files): files that
 * have packets, by hour and stem. */
gboolean hour_files_list(
	HourFiles *files, const Strays *strays, gint64 hour, GPtrArray *list, GError **error);

/* Whether each file that a tally names as its input (HourFacts.inputs) still has packets in the
 * spool, be it under another identity; and whether one has another identity. */
gboolean hour_files_have(HourFiles *files, const char *inputs, gboolean *have,
	gboolean *changed, GError **error);

#endif
