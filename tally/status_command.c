#include "config.h"

#include "tally/commands.h"

#include <stdio.h>
#include <time.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/site_groups.h"
#include "tally/status.h"

/* Prints how one site stands; returns the exit status. */
static int
tell_site(const char *path, gint64 now, gboolean json)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(Site) site = site_groups_load(path, &error);
	g_autoptr(Status) status = site ? status_new(site, now, NULL, &error) : NULL;

	if (!status)
		return command_fail_settings(error);
	(json ? status_json : status_text)(status, out);
	if (!command_print(out, &error))
		return command_fail(error);
	command_tell_shortfalls(status->problems);
	return status_is_lacking(status) ? FAILURE_PARTIAL : 0;
}

static int
tell_sites(char **files, gint64 now, gboolean json)
{
	int worst = 0;

	for (char **file = files; *file; file++) {
		if (!json && file > files)
			putchar('\n');
		int status = tell_site(*file, now, json);
		worst = MAX(worst, status);
	}
	return worst;
}

int
status_command_main(int argc, char **argv)
{
	static const char *const formats[] = {"text", "json", NULL};
	g_autofree char *path = NULL, *now_text = NULL, *format_text = NULL;
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &path,
			"the site's settings (default: every site in " SYSCONFDIR "/gnomon)",
			"FILE"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &now_text,
			"as if it were then (UTC; default: the clock)", "TIME"},
		{"format", 0, 0, G_OPTION_ARG_STRING, &format_text,
			"text (default), or json: one object", "FORMAT"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	gint64 now = (gint64)time(NULL);
	guint format;

	g_option_context_set_summary(context,
		"Tells of each sensor what was captured and tallied last, which hours are "
		"missing, what\nwas dropped, and how long the disk will do.");
	g_option_context_set_description(
		context, "Example: gnomon-tally status --site /etc/gnomon/site.conf");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error) ||
		!options_choice("--format", format_text, formats, &format, &error) ||
		(now_text && !hour_parse_time(now_text, &now, &error)))
		return command_fail(error);
	if (argc > 1) {
		command_say("unexpected \"%s\" (%s --help)", argv[1], g_get_prgname());
		return FAILURE_USAGE;
	}
	g_auto(GStrv) files = site_files(path, &error);
	return files ? tell_sites(files, now, format == 1) : command_fail(error);
}
