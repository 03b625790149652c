/*
 * Whose hour files are written, and where: by options, and where these are silent by the site's
 * settings.
 */
#ifndef COLLECT_OUTLET_H
#define COLLECT_OUTLET_H

#include "common/site.h"

/* As given; zeroed before they are parsed. */
typedef struct {
	char *site, *spool, *grid, *sensor; /* owned */
	gboolean no_compress;
} OutletOptions;

void outlet_options_clear(OutletOptions *options);
/* Adds --site, --spool, --grid, --sensor, --no-compress. */
void outlet_add_options(OutletOptions *options, GOptionContext *context);

typedef struct {
	const Settings *settings; /* the site's, or initial values */
	const char *spool, *sensor;
	guint grid_minutes;
	int level;         /* of zstd; 0: hour files are not compressed */
	Site *site;        /* owned; NULL without --site */
	Settings *initial; /* owned; likewise with it */
} Outlet;

/* Zeroed by the caller; borrows from options. interface: as given, NULL: it was not; the sensor
 * is called like it where nothing names it. FALSE and FAILURE_USAGE: an option is missing or
 * wrong, or settings are. */
gboolean outlet_load(
	Outlet *outlet, const OutletOptions *options, const char *interface, GError **error);
void outlet_clear(Outlet *outlet);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(OutletOptions, outlet_options_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outlet, outlet_clear)

/* SPOOL/SENSOR, made and locked (lock.h): the descriptor to be closed at the end; -1 and error. */
int outlet_lock(const char *spool, const char *sensor, GError **error);

#endif
