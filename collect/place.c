#include "config.h"

#include "collect/place.h"

#include <string.h>

#include "common/failure.h"

enum { LEVEL = 3 };

static gboolean
fail(GError **error, const char *message)
{
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s", message);
	return FALSE;
}

gboolean
place_load(Place *place, const PlaceOptions *options, GError **error)
{
	if (!options->spool)
		return fail(error, "expected --site FILE, or --spool FOLDER and --sensor NAME");
	if (!options->sensor)
		return fail(error, "expected --sensor NAME: whose packets these are");
	if (options->grid_minutes < -1 || options->grid_minutes > 59)
		return fail(error, "--grid: expected minutes after the hour, 0 to 59");
	place->spool = g_canonicalize_filename(options->spool, NULL);
	place->sensor = g_strdup(options->sensor);
	place->grid_minutes = (guint)MAX(options->grid_minutes, 0);
	place->level = options->no_compress ? 0 : LEVEL;
	return TRUE;
}

void
place_clear(Place *place)
{
	g_free(place->spool);
	g_free(place->sensor);
}
