#include "config.h"

#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <glib.h>

#include "common/descriptors.h"
#include "common/failure.h"
#include "tally/command.h"
#include "tally/commands.h"
#include "tally/dump.h"

typedef struct {
	const char *name;
	const char *help;
	int (*run)(int argc, char **argv);
} Command;

static const Command commands[] = {
	{"count", "how many hosts each source hit, by window, from captures or tallies",
		count_main},
	{"hour", "the hourly tally of one hour's packets, to a file", hour_command_main},
	{"store", "the hourly tallies of captures, one file an hour, to a folder",
		store_command_main},
	{"status", "how a site stands: captured, tallied, missing, dropped, disk",
		status_command_main},
	{"verify", "whether tallies are sound, all that a store holds", verify_command_main},
	{"past", "what is remembered of sources, networks, service ports and constants",
		past_command_main},
	{"run", "every closed hour of a site that is due; what cron calls", run_command_main},
	{"search", "who was seen when, by source, target, port, kind, traits, in tallies",
		search_command_main},
	{"tune", "how many sources a day other thresholds would list, and which may fit",
		tune_command_main},
	{"extract",
		"packets out of a site's spool, by address, time and BPF expression, as pcap",
		extract_command_main},
	{"dump", "what a tally holds, as text or JSON", dump_main},
	{"settings", "what a site's settings are, or may be", settings_command_main},
	{"check", "whether a site is ready: settings, folders, and a scan that must be found",
		check_main},
};

static void
print_help(void)
{
	puts("Usage: gnomon-tally COMMAND [OPTION...] FILE...\n\nReads captures, keeps hourly "
	     "tallies, counts who hit how many hosts.\n\n"
	     "Commands (gnomon-tally COMMAND --help tells more):");
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		printf("  %-8s %s\n", commands[i].name, commands[i].help);
	puts("\n  gnomon-tally count --home 192.0.2.0/24 --window 24h --step 1h monday.pcap\n\n"
	     "Exit status: 0 done; 1 failed, nothing could be read; 2 usage; 3 done, but "
	     "something was missing.");
}

static int
run(const Command *command, int argc, char **argv)
{
	g_autofree char *name = g_strconcat("gnomon-tally ", command->name, NULL);

	g_set_prgname(name);
	return command->run(argc, argv);
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	/* For characters; numbers are written the same everywhere. */
	setlocale(LC_CTYPE, "");
	/* A file beyond the limit of its size is a full disk: told, nothing left behind. */
	signal(SIGXFSZ, SIG_IGN);
	descriptors_keep_standard();
	descriptors_allow();
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
		print_help();
		return 0;
	}
	if (strcmp(name, "--version") == 0) {
		puts("gnomon-tally " PACKAGE_VERSION);
		return 0;
	}
	for (guint i = 0; i < G_N_ELEMENTS(commands); i++)
		if (strcmp(name, commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	if (argc > 1)
		command_say("unknown command \"%s\" (gnomon-tally --help)", name);
	else
		command_say("expected a command (gnomon-tally --help)");
	return FAILURE_USAGE;
}
