#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include "collect/mode.h"
#include "common/descriptors.h"
#include "common/failure.h"

/* The first that is asked for works; the last when none is. */
static const Mode *const modes[] = {
	&mode_import,
	&mode_verify,
	&mode_live,
};

void
mode_say(const char *message)
{
	g_autofree char *text = g_strdup_printf("gnomon-collect: %s", message);

	/* File names may hold anything, a message is one line. */
	g_strdelimit(text, "\n\r\033", '?');
	fprintf(stderr, "%s\n", text);
}

static const Mode *
find_mode(void)
{
	for (guint i = 0; i < G_N_ELEMENTS(modes); i++)
		if (modes[i]->is_asked())
			return modes[i];
	return modes[G_N_ELEMENTS(modes) - 1];
}

static gboolean
parse(int *argc, char ***argv, PlaceOptions *options, gboolean *version, GError **error)
{
	const GOptionEntry common[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site,
			"the site's settings; options go before them", "FILE"},
		{"spool", 0, 0, G_OPTION_ARG_FILENAME, &options->spool,
			"where hour files go: SPOOL/SENSOR/YYYY-MM-DD/HHMM.pcap", "FOLDER"},
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &options->sensor,
			"whose packets they are", "NAME"},
		{"grid", 0, 0, G_OPTION_ARG_INT, &options->grid_minutes,
			"minutes after the UTC hour at which hours begin (0)", "MINUTES"},
		{"no-compress", 0, 0, G_OPTION_ARG_NONE, &options->no_compress,
			"leave closed hour files as they are", NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, version, "print the version", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new("[FILE...]");

	g_option_context_set_summary(context, "Writes packets into hour files.");
	g_option_context_set_description(context,
		"  gnomon-collect --interface eth0 --spool /var/spool/gnomon --sensor dmz\n\n"
		"Signals: TERM ends, HUP begins a new file, USR1 prints how it is.\n"
		"Exit status: 0 done; 1 failed; 2 usage; 3 done, but something was missing; "
		"75 another\nprocess writes this sensor's files.\n");
	for (guint i = 0; i < G_N_ELEMENTS(modes); i++)
		g_option_context_add_main_entries(context, modes[i]->entries, NULL);
	g_option_context_add_main_entries(context, common, NULL);
	return g_option_context_parse(context, argc, argv, error);
}

static int
exit_status(const GError *error)
{
	if (error->domain == FAILURE)
		return error->code;
	return error->domain == G_OPTION_ERROR ? FAILURE_USAGE : FAILURE_FAILED;
}

int
main(int argc, char **argv)
{
	PlaceOptions options = {.grid_minutes = -1};
	gboolean version = FALSE;
	g_autoptr(GError) error = NULL;
	int status = 0;

	setlocale(LC_CTYPE, "");
	/* A file beyond the limit of its size is a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	umask(S_IWGRP | S_IRWXO); /* packets are for those who watch */
	descriptors_keep_standard();
	descriptors_allow();
	if (parse(&argc, &argv, &options, &version, &error)) {
		if (version)
			puts("gnomon-collect " PACKAGE_VERSION);
		else
			status = find_mode()->run(&options, argv + 1, &error);
	}
	if (!error)
		return status;
	mode_say(error->message);
	return exit_status(error);
}
