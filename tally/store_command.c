#include "config.h"

#include "tally/commands.h"

#include <errno.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"

/* FOLDER/YYYY-MM-DDTHHMM.tally */
static char *
tally_path(const char *folder, gint64 hour)
{
	char time[HOUR_TEXT_SIZE];

	hour_format_s(hour, time); /* YYYY-MM-DDTHH:MM:SSZ */
	return g_strdup_printf("%s/%.13s%.2s.tally", folder, time, time + 14);
}

static gboolean
write_hours(Engine *engine, const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777) != 0) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be made: %s", folder,
			g_strerror(errno));
		return FALSE;
	}
	for (guint i = 0; i < engine_n_hours(engine); i++) {
		g_autofree char *path = tally_path(folder, engine_hour(engine, i));
		if (!engine_write(engine, i, path, error))
			return FALSE;
	}
	return TRUE;
}

static int
store_files(const Options *options, char **files, const char *folder)
{
	g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	command_tell_home(options);
	g_autoptr(Engine) engine = command_read(
		options, (const char *const *)files, g_strv_length(files), shortfalls, &error);
	if (!engine)
		return command_fail_reading(shortfalls, error);
	int status = command_tell_shortfalls(shortfalls);
	if (!write_hours(engine, folder, &error))
		return command_fail(error);
	return status;
}

int
store_command_main(int argc, char **argv)
{
	g_auto(Options) options = {0};
	g_autofree char *folder = NULL;
	g_auto(GStrv) files = NULL;
	const GOptionEntry entries[] = {
		{"output", 0, 0, G_OPTION_ARG_FILENAME, &folder,
			"the folder to write to; it is made when it is not there", "FOLDER"},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
			"FILE..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Writes the hourly tallies of captures, FOLDER/YYYY-MM-DDTHHMM.tally "
		"(UTC start) for each hour.");
	g_option_context_set_description(context,
		"Example: gnomon-tally store --home 192.0.2.0/24 --output tallies *.pcap");
	g_option_context_add_main_entries(context, entries, NULL);
	options_add(&options, context);
	options_add_making(&options, context);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (!folder || !files) {
		command_say("expected %s (%s --help)", folder ? "a capture" : "--output FOLDER",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	if (!options_settle(&options, &error))
		return command_fail(error);
	return store_files(&options, files, folder);
}
