/*
 * Whose hour files are written, and where: by the site's settings, and by options, which come
 * first.
 */
#ifndef COLLECT_PLACE_H
#define COLLECT_PLACE_H

#include <glib.h>

typedef struct {
	const char *site, *spool, *sensor; /* NULL: not given */
	int grid_minutes;                  /* -1: not given */
	gboolean no_compress;
} PlaceOptions;

typedef struct {
	char *spool, *sensor; /* owned */
	guint grid_minutes;
	int level; /* of zstd; 0: hour files are not compressed */
} Place;

/* FALSE and FAILURE_USAGE: an option is missing or wrong, or the settings are. place: zeroed by
 * the caller. */
gboolean place_load(Place *place, const PlaceOptions *options, GError **error);
void place_clear(Place *place);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Place, place_clear)

#endif
