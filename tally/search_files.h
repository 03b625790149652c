/*
 * The tallies that a search looks through.
 */
#ifndef TALLY_SEARCH_FILES_H
#define TALLY_SEARCH_FILES_H

#include "common/site.h"
#include "tally/reader.h"

typedef struct {
	gint64 hour;
	char *path;      /* owned */
	char *sensor;    /* owned; "" where neither place nor tally names one */
	gboolean placed; /* hour and sensor are those of its place, not yet of its facts */
} SearchFile;

/* Hours that touch the time from `from` up to `to`; G_MININT64, G_MAXINT64: no such end. */
typedef struct {
	gint64 from, to;
} SearchSpan;

/*
 * All of the site's sensors, or (site NULL) in paths, which are tallies and folders of them,
 * within the span; array of SearchFile *, by hour, then sensor, each path once; owned by the
 * caller. One that cannot be opened, and a site's hours that lack, are told in shortfalls (of
 * char *). NULL and error: a folder cannot be listed.
 */
GPtrArray *search_files_of_site(
	const Site *site, const SearchSpan *span, GPtrArray *shortfalls, GError **error);
GPtrArray *search_files_of_paths(const char *const *paths, const SearchSpan *span,
	GPtrArray *shortfalls, GError **error);

/* NULL and error also where the tally lies in another's place. */
Reader *search_files_open(const SearchFile *file, guint parts, GError **error);

#endif
