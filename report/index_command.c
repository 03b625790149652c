/*
 * gnomon-report index: calendar, months, weeks and feed of a site, made anew of its days' pages
 * at rest.
 */
#include "config.h"

#include "common/failure.h"
#include "common/lock.h"
#include "report/archive.h"
#include "report/command.h"
#include "report/reports_lock.h"
#include "tally/site_groups.h"

static gboolean
parse_options(char **arguments, char **file, GError **error)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, file, "the site's settings", "FILE"},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- calendar, months, weeks and feed of a site");

	g_option_context_set_description(context,
		"Made of the summaries that `gnomon-report day` wrote; nothing else is read "
		"again.\n\nExample:\n  gnomon-report index --site /etc/gnomon/site.conf\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse_strv(context, &arguments, error))
		return FALSE;
	if (*file && !arguments[1])
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "index: expected %s",
		*file ? "nothing but options" : "--site FILE");
	return FALSE;
}

static gboolean
run(char **arguments, gint64 now, FILE *out, CommandLines *lines, GError **error)
{
	g_autofree char *file = NULL;

	(void)now;
	(void)out;
	if (!parse_options(arguments, &file, error))
		return FALSE;
	g_autoptr(Site) site = site_groups_load(file, error);
	g_auto(GStrv) sensors = site ? site_sensors(site, error) : NULL;
	int lock = sensors ? reports_lock(site, error) : -1;
	if (lock < 0)
		return FALSE;
	g_autoptr(Archive) archive = archive_new(site, error);
	gboolean done = archive && archive_update(archive, NULL, (const char *const *)sensors,
					   lines->shortfalls, error);
	lock_release(lock);
	return done;
}

const Command command_index = {
	.name = "index",
	.summary = "makes a site's calendar, months, weeks and feed anew",
	.run = run,
};
