#include "config.h"

#include "tally/commands.h"

#include "common/failure.h"
#include "common/spool.h"
#include "tally/command.h"
#include "tally/past_file.h"
#include "tally/site_groups.h"
#include "tally/store.h"
#include "tally/verify.h"

enum { THREADS_MAX = 256 };

/* The roll-ups that are there. */
static gboolean
add_past(const char *store, const char *sensor, GPtrArray *found, GError **error)
{
	g_auto(GStrv) days = spool_days(store, sensor, error);

	for (char **day = days; day && *day; day++) {
		g_autofree char *path = past_file_path(store, sensor, *day);
		if (g_file_test(path, G_FILE_TEST_EXISTS))
			g_ptr_array_add(found, g_steal_pointer(&path));
	}
	return days != NULL;
}

/* All tallies and roll-ups of the site's sensors. */
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
		if (!add_past(site->store, *sensor, found, error))
			return NULL;
	}
	return g_steal_pointer(&found);
}

/* "24 tallies and 1 roll-up" */
static void
append_count(GString *out, guint tallies, guint past)
{
	if (tallies + past == 0)
		g_string_append(out, "no tallies");
	if (tallies > 0)
		g_string_append_printf(
			out, "%u %s", tallies, tallies == 1 ? "tally" : "tallies");
	if (past > 0)
		g_string_append_printf(out, "%s%u roll-up%s", tallies > 0 ? " and " : "", past,
			past == 1 ? "" : "s");
}

/* Tells what is wrong; returns the exit status. */
static int
tell(const GPtrArray *paths, const GPtrArray *faults, GError **error)
{
	g_autoptr(GString) out = g_string_new(NULL);
	guint n = faults->len, n_past = 0, n_unsound = 0;

	for (guint i = 0; i < n; i++) {
		n_past += verify_is_past(paths->pdata[i]);
		if (!faults->pdata[i])
			continue;
		command_say("%s", (const char *)faults->pdata[i]);
		n_unsound++;
	}
	append_count(out, n - n_past, n_past);
	if (n_unsound > 0)
		g_string_append_printf(out, ", %u not sound", n_unsound);
	else if (n > 0)
		g_string_append(out, n == 1 ? ", sound" : ", all sound");
	g_string_append_c(out, '\n');
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
	int status = tell(paths, faults, &error);

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
		"Reads tallies and roll-ups of days whole, and tells of each that is not "
		"sound:\n"
		"check sums, order, and whether it lies where its sensor and hour belong. "
		"Changes nothing.");
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
					  : store_find_all((const char *const *)files, &error);
	return paths ? verify(paths, (guint)threads) : command_fail_settings(error);
}
