/*
 * gnomon-names: asks the name server for the names of sources that were found, and keeps them for
 * reports, which talk to nobody. Off unless a site's settings say "names = yes".
 */
#include "config.h"

#include <locale.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "common/descriptors.h"
#include "common/failure.h"
#include "common/hour.h"
#include "common/lock.h"
#include "common/message.h"
#include "report/names.h"
#include "report/names_wanted.h"
#include "report/resolve.h"
#include "report/yesterday.h"
#include "tally/site_groups.h"

enum {
	ASK_AGAIN = 7 * DAY_SECONDS,
	FORGET = 30 * DAY_SECONDS,
};

typedef struct {
	char *site;
	char *now;
	gboolean verbose, version;
	gint64 time; /* what is taken for now */
} NamesOptions;

static void
names_options_clear(NamesOptions *options)
{
	g_free(options->site);
	g_free(options->now);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(NamesOptions, names_options_clear)

static gboolean
parse_options(int argc, char **argv, NamesOptions *options, GError **error)
{
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options->site,
			"the site's settings (default: every " SYSCONFDIR "/gnomon/*.conf)",
			"FILE"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &options->now,
			"as if it were TIME (default: the clock)", "TIME"},
		{"verbose", 0, 0, G_OPTION_ARG_NONE, &options->verbose, "say what is done",
			NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, &options->version, "print the version",
			NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context =
		g_option_context_new("- ask for the names of sources that were found");

	g_option_context_set_description(context,
		"Asks where the site's settings have [context] names = yes, and nowhere "
		"else.\n\n"
		"Example:\n  gnomon-names --site /etc/gnomon/site.conf --verbose\n");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!g_option_context_parse(context, &argc, &argv, error))
		return FALSE;
	if (argc > 1) {
		g_set_error(error, FAILURE, FAILURE_USAGE, "unexpected \"%s\"", argv[1]);
		return FALSE;
	}
	options->time = time(NULL);
	return !options->now || hour_parse_time(options->now, &options->time, error);
}

/* The addresses in the findings of today and yesterday. */
static GArray *
find_wanted(const Site *site, gint64 now, GError **error)
{
	g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(Address));
	gint64 today = zone_day(site->zone, now);
	g_autofree char *new = yesterday_path(site, zone_next_day(site->zone, today));
	g_autofree char *old = yesterday_path(site, today);

	if (!names_wanted(new, wanted, error) || !names_wanted(old, wanted, error))
		return NULL;
	return g_steal_pointer(&wanted);
}

/* Those that are to be asked for. */
static GArray *
find_items(const Names *names, const GArray *wanted, gint64 now)
{
	GArray *items = g_array_new(FALSE, TRUE, sizeof(ResolveItem));

	for (guint i = 0; i < wanted->len; i++) {
		ResolveItem item = {.address = g_array_index(wanted, Address, i)};
		const char *name;
		gint64 asked;
		/* What was asked in the future was asked by a clock that was wrong. */
		if (!names_find(names, &item.address, &asked, &name) || asked > now ||
			now - asked >= ASK_AGAIN)
			g_array_append_val(items, item);
	}
	return items;
}

/* Takes what was told; returns how many were. What failed stays as it was known before. */
static gsize
take_answers(Names *names, GArray *items, gint64 now)
{
	gsize answered = 0;

	for (guint i = 0; i < items->len; i++) {
		ResolveItem *item = &g_array_index(items, ResolveItem, i);
		if (item->result != RESOLVE_FAILED) {
			names_set(names, &item->address, now, item->name ? item->name : "");
			answered++;
		}
		g_free(item->name);
	}
	return answered;
}

static gboolean
ask_names(const Site *site, const NamesOptions *options, GError **error)
{
	g_autofree char *path = names_path(site->store);
	g_autoptr(Names) names = names_load(path, error);
	g_autoptr(GArray) wanted = names ? find_wanted(site, options->time, error) : NULL;

	if (!wanted)
		return FALSE;
	g_autoptr(GArray) items = find_items(names, wanted, options->time);
	gsize asked = resolve_all((ResolveItem *)(void *)items->data, items->len,
		(guint)settings_number(site->settings, "context", "names-deadline"));
	gsize answered = take_answers(names, items, options->time);
	names_forget(names, options->time - FORGET);
	if (options->verbose)
		fprintf(stderr,
			"gnomon-names: %s: %u sources, %u to be asked for, %" G_GSIZE_FORMAT
			" asked for, %" G_GSIZE_FORMAT " answered\n",
			site->name, wanted->len, items->len, asked, answered);
	if (asked > 0 && answered == 0 && !resolve_works()) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: no name server answers",
			site->name);
		return FALSE;
	}
	return asked == 0 || names_save(names, path, error);
}

static gboolean
do_site(const char *file, const NamesOptions *options, GError **error)
{
	g_autoptr(Site) site = site_groups_load(file, error);

	if (!site)
		return FALSE;
	if (!settings_number(site->settings, "context", "names"))
		return TRUE;
	if (!site_check_owner(site, error))
		return FALSE;
	g_autofree char *path = names_path(site->store);
	g_autofree char *lock_path = g_strconcat(path, ".lock", NULL);
	int lock = lock_take(lock_path, error);
	if (lock < 0)
		return FALSE;
	gboolean done = ask_names(site, options, error);
	close(lock);
	return done;
}

static int
tell_error(const GError *error)
{
	message_print_lines("gnomon-names", error->message);
	if (error->domain == FAILURE)
		return error->code;
	return error->domain == G_OPTION_ERROR ? FAILURE_USAGE : FAILURE_FAILED;
}

int
main(int argc, char **argv)
{
	g_auto(NamesOptions) options = {0};
	g_autoptr(GError) error = NULL;
	int status = 0;

	setlocale(LC_CTYPE, "");
	descriptors_keep_standard();
	if (!parse_options(argc, argv, &options, &error))
		return tell_error(error);
	if (options.version) {
		printf("gnomon-names %s\n", PACKAGE_VERSION);
		return 0;
	}
	g_auto(GStrv) files = site_files(options.site, &error);
	if (!files)
		return tell_error(error);
	for (char **file = files; *file; file++) {
		g_autoptr(GError) problem = NULL;
		/* Of several sites the worst counts: one that failed before one that is busy. */
		if (!do_site(*file, &options, &problem)) {
			int own = tell_error(problem);
			status = status == 0 || status == FAILURE_LOCKED ? own : status;
		}
	}
	return status;
}
