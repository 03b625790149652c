#include "config.h"

#include "collect/outlet.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/lock.h"

enum { GRID_MAX = 59, FOLDER_MODE = 0777 /* the process's umask takes from it */ };

void
outlet_options_clear(OutletOptions *options)
{
	g_free(options->site);
	g_free(options->spool);
	g_free(options->grid);
	g_free(options->sensor);
}

void
outlet_add_options(OutletOptions *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site,
			"the site's settings; options go before them", "FILE"},
		{"spool", 0, 0, G_OPTION_ARG_FILENAME, &options->spool,
			"SPOOL/SENSOR/YYYY-MM-DD/HHMM.pcap is written", "FOLDER"},
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &options->sensor,
			"whose packets they are (the interface)", "NAME"},
		{"grid", 0, 0, G_OPTION_ARG_STRING, &options->grid,
			"without a site: minutes after the UTC hour at which hours begin (0)",
			"MINUTES"},
		{"no-compress", 0, 0, G_OPTION_ARG_NONE, &options->no_compress,
			"leave hour files as they are", NULL},
		{NULL},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s (gnomon-collect --help)", message);
	return FALSE;
}

static gboolean
load_settings(Outlet *outlet, const OutletOptions *options, GError **error)
{
	guint64 grid = 0;

	if (options->site) {
		outlet->site = site_load(options->site, site_groups, TRUE, error);
		if (!outlet->site)
			return FALSE;
		grid = outlet->site->grid_minutes;
		outlet->spool = outlet->site->spool;
		outlet->settings = outlet->site->settings;
	} else {
		outlet->settings = outlet->initial = settings_new(site_groups);
	}
	if (options->grid && (options->site || !g_ascii_string_to_unsigned(options->grid, 10, 0,
						       GRID_MAX, &grid, NULL)))
		return refuse(error, options->site ? "--grid: a site's zone tells it"
						   : "--grid: expected 0 to 59 minutes");
	outlet->grid_minutes = (guint)grid;
	if (options->spool)
		outlet->spool = options->spool;
	return outlet->spool || refuse(error, "expected --site FILE or --spool FOLDER");
}

/* The first that is given. */
static const char *
choose_sensor(const Outlet *outlet, const OutletOptions *options, const char *interface)
{
	const char *name = options->sensor;

	if (!name)
		name = settings_text(outlet->settings, "collect", "sensor");
	if (!name)
		name = interface;
	if (!name)
		name = settings_text(outlet->settings, "collect", "interface");
	return name;
}

gboolean
outlet_load(Outlet *outlet, const OutletOptions *options, const char *interface, GError **error)
{
	if (!load_settings(outlet, options, error))
		return FALSE;
	outlet->sensor = choose_sensor(outlet, options, interface);
	if (!outlet->sensor)
		return refuse(error, "expected --sensor NAME");
	gboolean compress = !options->no_compress &&
			    settings_number(outlet->settings, "collect", "compress");
	outlet->level =
		compress ? (int)settings_number(outlet->settings, "collect", "compress-level")
			 : 0;
	if (site_check_name(outlet->sensor, error))
		return TRUE;
	g_prefix_error(error, "sensor \"%s\": ", outlet->sensor);
	return FALSE;
}

void
outlet_clear(Outlet *outlet)
{
	g_clear_pointer(&outlet->site, site_free);
	g_clear_pointer(&outlet->initial, settings_free);
}

int
outlet_lock(const char *spool, const char *sensor, GError **error)
{
	g_autofree char *folder = g_build_filename(spool, sensor, NULL);
	g_autofree char *lock = g_build_filename(folder, ".lock", NULL);

	gboolean is_new = g_access(folder, F_OK) != 0;
	if (g_mkdir_with_parents(folder, FOLDER_MODE) == 0 &&
		g_access(folder, W_OK | X_OK) == 0) {
		if (is_new)
			disk_give_folder(folder);
		int fd = lock_take(lock, error);
		if (fd >= 0)
			disk_give(fd, folder);
		return fd;
	}
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: %s: expected a folder that user %u can write", folder, g_strerror(errno),
		geteuid());
	return -1;
}
