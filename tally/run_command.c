#include "config.h"

#include "tally/commands.h"

#include <signal.h>
#include <stdio.h>
#include <syslog.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/run.h"
#include "tally/site_groups.h"

/* As given. */
typedef struct {
	char *site, *from, *to, *now; /* owned */
	gboolean dry_run, verbose;
} RunWords;

static void
run_words_clear(RunWords *words)
{
	g_free(words->site);
	g_free(words->from);
	g_free(words->to);
	g_free(words->now);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(RunWords, run_words_clear)

static gint stop; /* atomic */

static void
ask_to_stop(int number)
{
	(void)number;
	g_atomic_int_set(&stop, 1);
}

/* The run ends soon, and in order. */
static void
catch_signals(void)
{
	static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = ask_to_stop};

	sigemptyset(&action.sa_mask);
	for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaction(signals[i], &action, NULL);
	/* Where whoever called ignores it, nobody would hear how the hook ended. */
	action.sa_handler = SIG_DFL;
	sigaction(SIGCHLD, &action, NULL);
}

static gboolean
parse_time(const char *name, const char *text, gint64 *time, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (!text || hour_parse_time(text, time, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s", name, problem->message);
	return FALSE;
}

static gboolean
settle(const RunWords *words, RunSettings *settings, GError **error)
{
	settings->clock_ns = (guint64)g_get_real_time() * 1000;
	settings->now = (gint64)(settings->clock_ns / SECOND_NS);
	settings->asked = words->from || words->to;
	settings->from = G_MININT64 / 2;
	settings->to = G_MAXINT64 / 2;
	settings->dry_run = words->dry_run;
	settings->verbose = words->verbose;
	settings->stop = &stop;
	if (!parse_time("--now", words->now, &settings->now, error) ||
		!parse_time("--from", words->from, &settings->from, error) ||
		!parse_time("--to", words->to, &settings->to, error))
		return FALSE;
	if (settings->from < settings->to)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "--to \"%s\": expected a time after --from",
		words->to);
	return FALSE;
}

/* One site after the other; the worst that came of them. */
static int
run_sites(const char *given, RunSettings *settings, GError **error)
{
	g_auto(GStrv) files = site_files(given, error);
	int status = 0;

	if (!files)
		return FAILURE_USAGE;
	for (char **file = files; *file && g_atomic_int_get(&stop) == 0; file++) {
		g_autoptr(GError) problem = NULL;
		g_autoptr(Site) site = site_groups_load(*file, &problem);
		if (!site) {
			status = run_worse(status, command_fail_settings(problem));
			continue;
		}
		settings->path = *file;
		settings->site = site;
		status = run_worse(status, run_site(settings));
	}
	return status;
}

int
run_command_main(int argc, char **argv)
{
	g_auto(RunWords) words = {0};
	RunSettings settings = {0};
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &words.site,
			"the site's settings (default: all *.conf in " SYSCONFDIR "/gnomon)",
			"FILE"},
		{"from", 0, 0, G_OPTION_ARG_STRING, &words.from,
			"tally all hours from then on, whether they are due or not", "TIME"},
		{"to", 0, 0, G_OPTION_ARG_STRING, &words.to, "and before then", "TIME"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &words.now,
			"an hour that ends later is not over (default: the clock)", "TIME"},
		{"dry-run", 0, 0, G_OPTION_ARG_NONE, &words.dry_run,
			"tell what would be done, and why; change nothing", NULL},
		{"verbose", 0, 0, G_OPTION_ARG_NONE, &words.verbose, "tell what is done", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context,
		"Tallies every closed hour whose tally is missing or out of date, and writes "
		"the findings\nthat this touches. What cron calls: silent when all is well.");
	g_option_context_set_description(context,
		"Example: gnomon-tally run --site /etc/gnomon/site.conf --from 2017-09-10 --to "
		"2017-09-11");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error) || !settle(&words, &settings, &error))
		return command_fail(error);
	if (argc > 1) {
		command_say("unexpected \"%s\" (%s --help)", argv[1], g_get_prgname());
		return FAILURE_USAGE;
	}
	catch_signals();
	openlog("gnomon", LOG_PID, LOG_DAEMON);
	int status = run_sites(words.site, &settings, &error);
	if (error)
		return command_fail(error);
	if (fflush(stdout) != 0)
		status = run_worse(status, FAILURE_FAILED);
	return status;
}
