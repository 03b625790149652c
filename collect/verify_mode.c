/*
 * gnomon-collect --verify FILE...
 */
#include "config.h"

#include "collect/mode.h"
#include "collect/verify.h"
#include "common/failure.h"

static gboolean asked;

static const GOptionEntry entries[] = {
	{"verify", 0, 0, G_OPTION_ARG_NONE, &asked,
		"hold hour files FILE... against the manifests beside them", NULL},
	{NULL},
};

static gboolean
is_asked(void)
{
	return asked;
}

static int
run(const PlaceOptions *options, char **files, GError **error)
{
	guint n = 0, wrong = 0, unchecked = 0;

	(void)options;
	if (!files[0]) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--verify: expected an hour file (gnomon-collect --help)");
		return FAILURE_USAGE;
	}
	for (; files[n]; n++) {
		g_autoptr(GError) problem = NULL;

		if (verify_file(files[n], &problem))
			continue;
		mode_say(problem->message);
		if (g_error_matches(problem, FAILURE, FAILURE_PARTIAL))
			wrong++;
		else
			unchecked++;
	}
	if (unchecked == n)
		return FAILURE_FAILED;
	return wrong + unchecked > 0 ? FAILURE_PARTIAL : 0;
}

const Mode mode_verify = {entries, is_asked, run};
