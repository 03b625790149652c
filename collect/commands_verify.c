#include "config.h"

#include "collect/commands.h"

#include "collect/say.h"
#include "collect/verify.h"
#include "common/failure.h"

int
commands_verify(int argc, char **argv)
{
	gboolean verify = FALSE;
	g_auto(GStrv) files = NULL;
	const GOptionEntry entries[] = {
		{"verify", 0, 0, G_OPTION_ARG_NONE, &verify,
			"compare hour files with their manifests", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &files, NULL,
			"FILE..."},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) problem = NULL;
	guint unchecked = 0, wrong = 0, n = 0;

	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, &problem)) {
		say_format("%s (gnomon-collect --help)", problem->message);
		return FAILURE_USAGE;
	}
	if (!files) {
		say("--verify: expected an hour file (gnomon-collect --help)");
		return FAILURE_USAGE;
	}
	for (; files[n]; n++) {
		g_autoptr(GError) error = NULL;

		if (verify_file(files[n], &error))
			continue;
		say(error->message);
		if (g_error_matches(error, FAILURE, FAILURE_PARTIAL))
			wrong++;
		else
			unchecked++;
	}
	if (unchecked == n)
		return FAILURE_FAILED;
	return wrong + unchecked > 0 ? FAILURE_PARTIAL : 0;
}
