#include "config.h"

#include "collect/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collect/compress.h"
#include "collect/import.h"
#include "collect/say.h"
#include "common/failure.h"
#include "common/lock.h"
#include "common/progress.h"
#include "common/site.h"

enum { GRID_MAX = 59, FOLDER_MODE = 0777 };

/* As given; owned. */
typedef struct {
	gboolean read, no_compress;
	char *site, *spool, *grid, *sensor;
	char **files;
	/* by settle */
	Site *loaded;       /* owned; NULL without --site */
	Settings *settings; /* loaded's, or owned */
	const char *to, *name;
	guint64 grid_minutes;
} Request;

static gint stop; /* atomic: the signal that came */

static void
request_clear(Request *request)
{
	g_free(request->site);
	g_free(request->spool);
	g_free(request->grid);
	g_free(request->sensor);
	g_strfreev(request->files);
	if (!request->loaded)
		settings_free(request->settings);
	site_free(request->loaded);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s (gnomon-collect --help)", message);
	return FALSE;
}

static gboolean
parse(Request *request, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{"read", 0, 0, G_OPTION_ARG_NONE, &request->read,
			"sort captures into the spool", NULL},
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &request->site, "the site's settings",
			"FILE"},
		{"spool", 0, 0, G_OPTION_ARG_FILENAME, &request->spool,
			"the spool, where there is no site", "FOLDER"},
		{"grid", 0, 0, G_OPTION_ARG_STRING, &request->grid,
			"with --spool: minutes after the UTC hour at which hours begin (0)",
			"MINUTES"},
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &request->sensor, "whose packets they are",
			"NAME"},
		{"no-compress", 0, 0, G_OPTION_ARG_NONE, &request->no_compress,
			"leave hour files as they are", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request->files, NULL,
			"FILE..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) problem = NULL;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, argc, argv, &problem))
		return refuse(error, problem->message);
	if (!request->files)
		return refuse(error, "--read: expected a capture");
	if (!request->site == !request->spool)
		return refuse(error, "--read: expected one of --site and --spool");
	if (request->grid && request->site)
		return refuse(error, "--grid: a site's zone tells it");
	return TRUE;
}

/* Of --sensor, [collect] sensor and [collect] interface the first that is given. */
static const char *
choose_name(const Request *request)
{
	const char *name = request->sensor;

	if (!name)
		name = settings_text(request->settings, "collect", "sensor");
	if (!name)
		name = settings_text(request->settings, "collect", "interface");
	return name;
}

static gboolean
settle(Request *request, GError **error)
{
	if (request->site) {
		request->loaded = site_load(request->site, site_groups, TRUE, error);
		if (!request->loaded)
			return FALSE;
		request->settings = request->loaded->settings;
		request->to = request->loaded->spool;
		request->grid_minutes = request->loaded->grid_minutes;
	} else {
		request->settings = settings_new(site_groups);
		request->to = request->spool;
	}
	if (request->grid && !g_ascii_string_to_unsigned(request->grid, 10, 0, GRID_MAX,
				     &request->grid_minutes, NULL))
		return refuse(error, "--grid: expected a number from 0 to 59");
	request->name = choose_name(request);
	if (!request->name)
		return refuse(error, "--read: expected --sensor");
	return site_check_name(request->name, error);
}

/* A file that is given twice is read once: its packets are there once. */
static GPtrArray *
list_files(const Request *request)
{
	GPtrArray *files = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; request->files[i]; i++) {
		char *file = request->files[i];
		g_autofree char *real = realpath(file, NULL);

		if (g_hash_table_add(seen, g_strdup(real ? real : file)))
			g_ptr_array_add(files, file);
		else
			say_format("%s: given twice, read once", file);
	}
	return files;
}

static void
take_signal(int number)
{
	g_atomic_int_set(&stop, number);
}

/* A signal ends the import in order; the second of a kind at once, for the first may wait for a
 * pipe that nothing comes from. */
static void
take_signals(void)
{
	struct sigaction action = {.sa_handler = take_signal, .sa_flags = (int)SA_RESETHAND};

	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* The lock of the sensor's folder, which is made. -1: error. */
static int
lock_sensor(const Request *request, GError **error)
{
	g_autofree char *folder = g_build_filename(request->to, request->name, NULL);
	g_autofree char *lock = g_build_filename(folder, ".lock", NULL);

	if (g_mkdir_with_parents(folder, FOLDER_MODE) == 0)
		return lock_take(lock, error);
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
		g_strerror(errno));
	return -1;
}

/* For want of room they stay as they are. */
static void
compress(const Request *request, const GPtrArray *raw_files)
{
	int level = (int)settings_number(request->settings, "collect", "compress-level");

	if (request->no_compress || !settings_number(request->settings, "collect", "compress"))
		return;
	for (guint i = 0; i < raw_files->len && !g_atomic_int_get(&stop); i++) {
		g_autoptr(GError) error = NULL;
		if (compress_file(raw_files->pdata[i], level, &stop, &error))
			continue;
		if (!g_atomic_int_get(&stop))
			say(error->message);
		return;
	}
}

static int
tell(const ImportReport *report)
{
	for (guint i = 0; i < report->shortfalls->len; i++)
		say(report->shortfalls->pdata[i]);
	if (report->parts.already_there > 0)
		say_format("%u of %u hour files were there already, of the same content",
			report->parts.already_there,
			report->parts.already_there + report->parts.closed);
	if (report->inputs == 0)
		return FAILURE_FAILED;
	return report->shortfalls->len > 0 ? FAILURE_PARTIAL : 0;
}

static int
import(const Request *request)
{
	g_autoptr(GPtrArray) files = list_files(request);
	const char *const *paths = (const char *const *)files->pdata;
	g_auto(ImportReport) report = {0};
	g_autoptr(GError) error = NULL;
	int lock = lock_sensor(request, &error);

	if (lock < 0)
		return say_error(error);
	Progress *progress = progress_new(paths, files->len);
	const ImportSettings settings = {
		.spool = request->to,
		.sensor = request->name,
		.grid_minutes = (guint)request->grid_minutes,
		.stop = &stop,
		.progress = progress_tell,
		.progress_data = progress,
	};
	gboolean done = import_run(&settings, paths, files->len, &report, &error);
	progress_free(progress);
	int status = tell(&report);
	if (!done)
		status = say_error(error);
	else
		compress(request, report.parts.raw_files);
	close(lock);
	return status;
}

int
commands_read(int argc, char **argv)
{
	g_auto(Request) request = {0};
	g_autoptr(GError) error = NULL;

	if (!parse(&request, &argc, &argv, &error) || !settle(&request, &error))
		return say_error(error);
	take_signals();
	int status = import(&request);
	/* The handler was reset with the signal. */
	if (g_atomic_int_get(&stop))
		raise(g_atomic_int_get(&stop));
	return status;
}
