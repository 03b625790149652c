/*
 * gnomon-collect --read FILE...
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/compress.h"
#include "collect/import.h"
#include "collect/mode.h"
#include "collect/recover.h"
#include "common/failure.h"
#include "common/lock.h"
#include "common/progress.h"

enum { FOLDER_MODE = 0777 }; /* the process's umask takes from it */

static gboolean asked;
static gint stop; /* atomic: the signal that came */

static const GOptionEntry entries[] = {
	{"read", 'r', 0, G_OPTION_ARG_NONE, &asked,
		"sort captures FILE... (\"-\": standard input) into the spool", NULL},
	{NULL},
};

static gboolean
is_asked(void)
{
	return asked;
}

static void
take_signal(int number)
{
	g_atomic_int_set(&stop, number);
}

/* The first signal ends the import in order, a second one at once: the first may have to wait
 * for a pipe that nothing comes from. */
static void
take_signals(void)
{
	struct sigaction action = {.sa_handler = take_signal, .sa_flags = (int)SA_RESETHAND};

	sigaction(SIGHUP, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* A file that is given twice is read once, for its packets were there once. Borrows files. */
static GPtrArray *
list_once(char **files)
{
	GPtrArray *once = g_ptr_array_new();
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; files[i]; i++) {
		char *real = realpath(files[i], NULL);

		if (g_hash_table_add(seen, g_strdup(real ? real : files[i]))) {
			g_ptr_array_add(once, files[i]);
		} else {
			g_autofree char *message =
				g_strconcat(files[i], ": given twice, read once", NULL);
			mode_say(message);
		}
		free(real);
	}
	return once;
}

/* The lock of the sensor's folder, which is made. -1: error. */
static int
lock_sensor(const Place *place, GError **error)
{
	g_autofree char *folder = g_build_filename(place->spool, place->sensor, NULL);
	g_autofree char *lock = g_build_filename(folder, ".lock", NULL);

	if (g_mkdir_with_parents(folder, FOLDER_MODE) == 0)
		return lock_take(lock, error);
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
		g_strerror(errno));
	return -1;
}

static gboolean
read_files(const Place *place, const GPtrArray *files, ImportReport *report, GError **error)
{
	const char *const *paths = (const char *const *)files->pdata;
	g_autoptr(Progress) progress = progress_new(paths, files->len);
	const ImportSettings settings = {
		.spool = place->spool,
		.sensor = place->sensor,
		.grid_minutes = place->grid_minutes,
		.stop = &stop,
		.progress = progress_tell,
		.progress_data = progress,
	};

	return import_run(&settings, paths, files->len, report, error);
}

static void
tell(const ImportReport *report)
{
	guint there = report->parts.already_there, all = there + report->parts.closed;

	for (guint i = 0; i < report->shortfalls->len; i++)
		mode_say(report->shortfalls->pdata[i]);
	if (there > 0) {
		g_autofree char *message = g_strdup_printf(
			"%u of %u hour files were there already, of the same content", there,
			all);
		mode_say(message);
	}
}

/* Where one finds no room the others will not either: they stay as they are. */
static void
compress(const GPtrArray *raw_files, int level)
{
	for (guint i = 0; i < raw_files->len && !g_atomic_int_get(&stop); i++) {
		g_autoptr(GError) problem = NULL;

		if (compress_file(raw_files->pdata[i], level, &stop, &problem))
			continue;
		if (!g_atomic_int_get(&stop))
			mode_say(problem->message);
		return;
	}
}

/* Under the sensor's lock. */
static int
import(const Place *place, const GPtrArray *files, GError **error)
{
	g_auto(ImportReport) report = {0};

	recover_run(place->spool, place->sensor, mode_say, NULL);
	gboolean done = read_files(place, files, &report, error);
	tell(&report);
	if (!done || report.inputs == 0)
		return FAILURE_FAILED;
	if (place->level > 0)
		compress(report.parts.raw_files, place->level);
	return report.shortfalls->len > 0 ? FAILURE_PARTIAL : 0;
}

static int
run(const PlaceOptions *options, char **files, GError **error)
{
	g_auto(Place) place = {0};
	g_autoptr(GPtrArray) once = list_once(files);

	if (once->len == 0) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--read: expected a capture (gnomon-collect --help)");
		return FAILURE_USAGE;
	}
	if (!place_load(&place, options, error))
		return FAILURE_USAGE;
	int lock = lock_sensor(&place, error);
	if (lock < 0)
		return FAILURE_FAILED;
	take_signals();
	int status = import(&place, once, error);
	close(lock);
	/* Its handler went when it came. */
	if (g_atomic_int_get(&stop))
		raise(g_atomic_int_get(&stop));
	return status;
}

const Mode mode_import = {entries, is_asked, run};
