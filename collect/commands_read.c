#include "config.h"

#include "collect/commands.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/compress.h"
#include "collect/import.h"
#include "collect/outlet.h"
#include "collect/recover.h"
#include "collect/say.h"
#include "common/failure.h"
#include "common/progress.h"

/* As given; owned. */
typedef struct {
	OutletOptions outlet;
	gboolean read;
	char **files;
} Request;

static gint stop; /* atomic: the signal that came */

static void
request_clear(Request *request)
{
	outlet_options_clear(&request->outlet);
	g_strfreev(request->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error(
		error, FAILURE, FAILURE_USAGE, "%s (gnomon-collect --read --help)", message);
	return FALSE;
}

static gboolean
parse(Request *request, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{"read", 0, 0, G_OPTION_ARG_NONE, &request->read,
			"sort captures into the spool's hours", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request->files, NULL,
			"FILE..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) problem = NULL;

	g_option_context_set_summary(context,
		"Sorts captures (pcap, pcapng, .gz or .zst of one; \"-\": standard input) into "
		"the\n"
		"hour files of a sensor. The same import again changes nothing.");
	g_option_context_set_description(context,
		"  gnomon-collect --read --spool /var/spool/gnomon --sensor dmz "
		"old/*.pcap.gz\n\n"
		"Exit status: 0 done; 1 failed, nothing could be read; 2 usage; 3 done, but "
		"something\n"
		"was missing; 75 another process writes this sensor's files.\n");
	g_option_context_add_main_entries(context, entries, NULL);
	outlet_add_options(&request->outlet, context);
	if (!g_option_context_parse(context, argc, argv, &problem))
		return refuse(error, problem->message);
	return request->files || refuse(error, "--read: expected a capture");
}

/* A file that is given twice is read once, for its packets were there once. Borrows files. */
static GPtrArray *
list_once(char **files)
{
	GPtrArray *once = g_ptr_array_new();
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; files[i]; i++) {
		char *real = realpath(files[i], NULL);

		if (g_hash_table_add(seen, g_strdup(real ? real : files[i])))
			g_ptr_array_add(once, files[i]);
		else
			say_format("%s: given twice, read once", files[i]);
		free(real);
	}
	return once;
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

static gboolean
read_files(const Outlet *outlet, const GPtrArray *files, ImportReport *report, GError **error)
{
	const char *const *paths = (const char *const *)files->pdata;
	g_autoptr(Progress) progress = progress_new(paths, files->len);
	const ImportSettings settings = {
		.spool = outlet->spool,
		.sensor = outlet->sensor,
		.grid_minutes = outlet->grid_minutes,
		.stop = &stop,
		.progress = progress_tell,
		.progress_data = progress,
	};

	return import_run(&settings, paths, files->len, report, error);
}

static void
tell(const ImportReport *report)
{
	guint there = report->parts.already_there;

	for (guint i = 0; i < report->shortfalls->len; i++)
		say(report->shortfalls->pdata[i]);
	if (there > 0)
		say_format("%u of %u hour files were there already, of the same content", there,
			there + report->parts.closed);
}

/* Where one finds no room the others will not either: they stay as they are. */
static void
compress(const GPtrArray *raw_files, int level)
{
	for (guint i = 0; i < raw_files->len && !g_atomic_int_get(&stop); i++) {
		g_autoptr(GError) error = NULL;

		if (compress_file(raw_files->pdata[i], level, &stop, &error))
			continue;
		if (!g_atomic_int_get(&stop))
			say(error->message);
		return;
	}
}

/* Under the sensor's lock. */
static int
import(const Outlet *outlet, char **files)
{
	g_autoptr(GPtrArray) once = list_once(files);
	g_auto(ImportReport) report = {0};
	g_autoptr(GError) error = NULL;

	g_autoptr(Recovery) recovery = recover_new(outlet->spool, outlet->sensor, say);
	recover_run(recovery, NULL);
	gboolean done = read_files(outlet, once, &report, &error);
	tell(&report);
	if (!done)
		return say_error(error);
	if (report.inputs == 0)
		return FAILURE_FAILED;
	if (outlet->level > 0)
		compress(report.parts.raw_files, outlet->level);
	return report.shortfalls->len > 0 ? FAILURE_PARTIAL : 0;
}

int
commands_read(int argc, char **argv)
{
	g_auto(Request) request = {0};
	g_auto(Outlet) outlet = {0};
	g_autoptr(GError) error = NULL;

	if (!parse(&request, &argc, &argv, &error) ||
		!outlet_load(&outlet, &request.outlet, NULL, &error))
		return say_error(error);
	int lock = outlet_lock(outlet.spool, outlet.sensor, &error);
	if (lock < 0)
		return say_error(error);
	take_signals();
	int status = import(&outlet, request.files);
	close(lock);
	/* Its handler went when it came. */
	if (g_atomic_int_get(&stop))
		raise(g_atomic_int_get(&stop));
	return status;
}
