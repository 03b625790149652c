#include "config.h"

#include "tally/commands.h"

#include "common/failure.h"
#include "tally/command.h"
#include "tally/site_groups.h"
#include "tally/store.h"
#include "tally/verify.h"

enum { THREADS_MAX = 256 };

/* All tallies of the site's sensors. */
static GPtrArray *
find_of_site(const char *path, GError **error)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(Site) site = site_groups_load(path, error);
	g_auto(GStrv) sensors = site ? site_sensors(site, error) : NULL;

	if (!sensors)
		return NULL;
	for (char **sensor = sensors; *sensor; sensor++) {
		g_autoptr(GPtrArray) files =
			store_list(site->store, *sensor, G_MININT64, G_MAXINT64, error);
		if (!files)
			return NULL;
		for (guint i = 0; i < files->len; i++) {
			StoreFile *file = files->pdata[i];
			g_ptr_array_add(found, g_steal_pointer(&file->path));
		}
	}
	return g_steal_pointer(&found);
}

/* Tells what is wrong; returns the exit status. */
static int
tell(const GPtrArray *faults, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	guint n = faults->len, n_unsound = 0;

	for (guint i = 0; i < n; i++) {
		if (!faults->pdata[i])
			continue;
		command_say("%s", (const char *)faults->pdata[i]);
		n_unsound++;
	}
	if (n == 0)
		g_string_assign(out, "no tallies\n");
	else if (n_unsound == 0)
		g_string_printf(
			out, n == 1 ? "%u tally, sound\n" : "%u tallies, all sound\n", n);
	else
		g_string_printf(out, "%u %s, %u not sound\n", n, n == 1 ? "tally" : "tallies",
			n_unsound);
	if (!command_print(out, error))
		return FAILURE_FAILED;
	if (n_unsound == 0)
		return 0;
	return n_unsound < n ? FAILURE_PARTIAL : FAILURE_FAILED;
}

static int
verify(const GPtrArray *paths, guint threads)
{
	g_autoptr(GPtrArray) faults = verify_tallies(paths, threads);
	g_autoptr(GError) error = NULL;
	int status = tell(faults, &error);

	return error ? command_fail(error) : status;
}

int
verify_command_main(int argc, char **argv)
{
	g_autofree char *site = NULL, *threads_text = NULL;
	g_auto(GStrv) files = NULL;
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &site,
			"all tallies of the site's sensors", "FILE"},
		{"threads", 0, 0, G_OPTION_ARG_STRING, &threads_text,
			"default: one a processor", "N"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
			"TALLY|FOLDER..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	guint64 threads;

	g_option_context_set_summary(context,
		"Reads tallies whole, and tells of each that is not sound: check sums, order, "
		"and whether\nit lies where its sensor and hour belong. Changes nothing.");
	g_option_context_set_description(
		context, "Example: gnomon-tally verify --site /etc/gnomon/site.conf");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error) ||
		!options_number("--threads", threads_text, 1, THREADS_MAX,
			g_get_num_processors(), &threads, &error))
		return command_fail(error);
	if (!site == !files) {
		command_say("expected %s (%s --help)",
			site ? "either --site FILE or tallies" : "a tally, or --site FILE",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	g_autoptr(GPtrArray) paths = site ? find_of_site(site, &error)
					  : store_find((const char *const *)files, &error);
	return paths ? verify(paths, (guint)threads) : command_fail_settings(error);
}
