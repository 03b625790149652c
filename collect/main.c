#include "config.h"

#include <locale.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include <glib.h>

#include "collect/commands.h"
#include "common/descriptors.h"

/* The option that asks for it, wherever it stands; the last is what is done without one. */
static const struct {
	const char *option;
	int (*run)(int argc, char **argv);
} modes[] = {
	{"--read", commands_read},
	{"--verify", commands_verify},
	{NULL, commands_live},
};

static gboolean
is_asked(const char *option, char **argv)
{
	for (; *argv && strcmp(*argv, "--") != 0; argv++)
		if (strcmp(*argv, option) == 0)
			return TRUE;
	return FALSE;
}

int
main(int argc, char **argv)
{
	guint i = 0;

	/* For characters; numbers are written the same everywhere. */
	setlocale(LC_CTYPE, "");
	/* A file beyond the limit of its size is a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	/* Whoever read the messages may be gone: packets are still to be kept. */
	signal(SIGPIPE, SIG_IGN);
	/* Packets are for those who watch. */
	umask(S_IWGRP | S_IRWXO);
	descriptors_keep_standard();
	descriptors_allow();
	while (modes[i].option && !is_asked(modes[i].option, argv))
		i++;
	return modes[i].run(argc, argv);
}
