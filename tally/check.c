/*
 * Whether a site is ready: its settings, folders, clock and interface, and whether a known scan
 * is found here.
 */
#include "config.h"

#include "tally/commands.h"

#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/command.h"
#include "tally/known.h"
#include "tally/selftest.h"
#include "tally/signatures.h"
#include "tally/site_groups.h"

enum { GIB_PER_TENTH = (1 << 30) / 10 };

typedef struct {
	const Site *site;
	gint64 now;   /* seconds since 1970 */
	GString *out; /* a line an item */
	gboolean failed;
} Check;

typedef enum { CHECK_OK, CHECK_NOTE, CHECK_FAILED } CheckResult;

static void tell(Check *check, CheckResult result, const char *item, const char *format, ...)
	G_GNUC_PRINTF(4, 5);

/* "ok      spool      /var/spool/gnomon: ..." */
static void
tell(Check *check, CheckResult result, const char *item, const char *format, ...)
{
	static const char *const words[] = {"ok", "note", "FAILED"};
	va_list arguments;

	g_string_append_printf(check->out, "%-7s %-10s ", words[result], item);
	va_start(arguments, format);
	g_string_append_vprintf(check->out, format, arguments);
	va_end(arguments);
	g_string_append_c(check->out, '\n');
	check->failed |= result == CHECK_FAILED;
}

/* The nearest folder on the way to path that is there. Free with g_free. */
static char *
find_existing(const char *path)
{
	char *folder = g_strdup(path);

	while (access(folder, F_OK) != 0 && strcmp(folder, "/") != 0) {
		char *above = g_path_get_dirname(folder);
		g_free(folder);
		folder = above;
	}
	return folder;
}

/* Free space of the file system that path is, or will be, in. */
static gboolean
measure_free(const char *path, guint64 *octets, guint *percent)
{
	g_autofree char *folder = find_existing(path);
	struct statvfs space;

	if (statvfs(folder, &space) != 0 || space.f_blocks == 0)
		return FALSE;
	*octets = (guint64)space.f_bavail * space.f_frsize;
	*percent = (guint)((guint64)space.f_bavail * 100 / space.f_blocks);
	return TRUE;
}

static void
check_space(Check *check, const char *item, const char *path)
{
	guint64 least = settings_number(check->site->settings, "keep", "free"), octets;
	guint percent;

	if (!measure_free(path, &octets, &percent)) {
		tell(check, CHECK_FAILED, item, "%s: free space cannot be told: %s", path,
			g_strerror(errno));
		return;
	}
	guint64 tenths = octets / GIB_PER_TENTH;
	tell(check,
		octets == 0       ? CHECK_FAILED
		: percent < least ? CHECK_NOTE
				  : CHECK_OK,
		item,
		"%s: %" G_GUINT64_FORMAT ".%" G_GUINT64_FORMAT
		" GiB free, %u %% ([keep] free = %" G_GUINT64_FORMAT "%%)",
		path, tenths / 10, tenths % 10, percent, least);
}

/* By doing so: permissions are not all that may be in the way. */
static gboolean
is_writable(const char *folder)
{
	g_autofree char *path = g_build_filename(folder, ".check-XXXXXX", NULL);

	return g_mkdtemp(path) && rmdir(path) == 0;
}

static gboolean
is_readable(const char *folder)
{
	return access(folder, R_OK | X_OK) == 0;
}

static void
check_folder(Check *check, const char *item, const char *path, const char *word,
	gboolean (*is_right)(const char *folder))
{
	g_autofree char *existing = find_existing(path);
	gboolean there = strcmp(existing, path) == 0;

	if (there && !g_file_test(path, G_FILE_TEST_IS_DIR))
		tell(check, CHECK_FAILED, item, "%s: expected a folder", path);
	else if (there && !is_right(path))
		tell(check, CHECK_FAILED, item, "%s: expected a %s folder: %s", path, word,
			g_strerror(errno));
	else if (there)
		tell(check, CHECK_OK, item, "%s: %s", path, word);
	else if (!is_writable(existing))
		tell(check, CHECK_FAILED, item,
			"%s: is not there, and cannot be made in %s: %s", path, existing,
			g_strerror(errno));
	else
		tell(check, CHECK_OK, item, "%s: is not there yet, can be made", path);
}

static void
check_folders(Check *check)
{
	const Site *site = check->site;

	check_folder(check, "spool", site->spool, "readable", is_readable);
	if (!g_file_test(site->spool, G_FILE_TEST_EXISTS))
		tell(check, CHECK_NOTE, "spool",
			"%s: gnomon run fails until a collector, an import or a fetch made it",
			site->spool);
	check_space(check, "spool", site->spool);
	check_folder(check, "store", site->store, "writable", is_writable);
	check_space(check, "store", site->store);
	check_folder(check, "reports", site->reports, "writable", is_writable);
	if (geteuid() == 0)
		tell(check, CHECK_NOTE, "user",
			"looked at as root, who may do what others may not");
}

static void
check_sensors(Check *check)
{
	g_autoptr(GError) error = NULL;
	g_auto(GStrv) sensors = site_sensors(check->site, &error);

	if (!sensors) {
		tell(check, CHECK_FAILED, "sensors", "%s", error->message);
		return;
	}
	g_autofree char *names = g_strjoinv(", ", sensors);
	tell(check, sensors[0] ? CHECK_OK : CHECK_NOTE, "sensors", "%s",
		sensors[0] ? names : "none yet");
}

static void
check_zone(Check *check)
{
	const Zone *zone = check->site->zone;
	gint64 start = zone_day(zone, check->now), end = zone_next_day(zone, check->now),
	       change;
	char day[HOUR_TEXT_SIZE], first[HOUR_TEXT_SIZE], next[HOUR_TEXT_SIZE];

	tell(check, CHECK_OK, "zone", "%s: hours begin at minute %u of an hour of UTC",
		zone_name(zone), zone_grid_minutes(zone));
	tell(check, CHECK_OK, "zone",
		"the day %s has %" G_GINT64_FORMAT " hours, from %s to %s",
		zone_format_day(zone, check->now, day), (end - start) / HOUR_SECONDS,
		hour_format_s(start, first), hour_format_s(end, next));
	if (zone_next_change(zone, check->now, &change))
		tell(check, CHECK_OK, "zone", "the clocks change next at %s",
			zone_format(zone, change, day));
	else
		tell(check, CHECK_OK, "zone", "the clocks do not change within a year");
}

static void
check_list(Check *check, const KnownList *list)
{
	guint64 out = list->damaged + list->others;
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "%s: %" G_GUINT64_FORMAT " entr%s to %s", list->name,
		list->entries, list->entries == 1 ? "y" : "ies",
		known_action_name(list->action));
	if (list->expired > 0)
		g_string_append_printf(text, ", %" G_GUINT64_FORMAT " expired", list->expired);
	if (out > 0)
		g_string_append_printf(text, ", %" G_GUINT64_FORMAT " left out", out);
	if (list->unread)
		g_string_append(text, ", its file is not read");
	tell(check,
		list->unread              ? CHECK_FAILED
		: list->expired + out > 0 ? CHECK_NOTE
					  : CHECK_OK,
		"known", "%s", text->str);
}

static void
check_known(Check *check)
{
	char today[HOUR_TEXT_SIZE];
	g_autoptr(Known) known =
		known_new(zone_format_day(check->site->zone, check->now, today));

	known_load_site(known, check->site->settings);
	const GPtrArray *const details[] = {known_problems(known), known_expired(known)};
	for (guint i = 0; i < known_lists(known)->len; i++)
		check_list(check, known_lists(known)->pdata[i]);
	for (gsize i = 0; i < G_N_ELEMENTS(details); i++)
		for (guint k = 0; k < details[i]->len; k++)
			tell(check, CHECK_NOTE, "known", "%s", (char *)details[i]->pdata[k]);
}

static void
check_rules(Check *check)
{
	g_autoptr(GString) names = g_string_new(NULL);
	gsize n;
	g_autofree Signature *rules = signatures_new(check->site->settings, &n);

	for (gsize i = 0; i < n; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", rules[i].name);
	tell(check, CHECK_OK, "signatures", "%s", names->str);
}

/* One that lies elsewhere is nobody's target. */
static void
check_infrastructure(Check *check)
{
	const char *const *text =
		settings_list(check->site->settings, "targets", "infrastructure");

	for (; text && *text; text++) {
		g_autofree char *host = g_strndup(*text, strcspn(*text, " \t"));
		Network network;
		gboolean home = network_parse(host, &network, NULL) &&
				home_place(check->site->home, &network.first) == PLACE_INTERNAL;
		tell(check, home ? CHECK_OK : CHECK_NOTE, "targets", "%s%s", *text,
			home ? "" : ": is not in home");
	}
}

/* Where no collector runs, the interface is another machine's. */
static void
check_interface(Check *check)
{
	const char *name = settings_text(check->site->settings, "collect", "interface");

	if (!name)
		tell(check, CHECK_NOTE, "interface",
			"[collect] interface is not given: nothing is captured here");
	else if (strcmp(name, "any") != 0 && if_nametoindex(name) == 0)
		tell(check, CHECK_NOTE, "interface",
			"%s: is not there; a collector would not start here", name);
	else
		tell(check, CHECK_OK, "interface", "%s", name);
}

static void
tell_shipped(Check *check, const SelftestRun *run)
{
	if (run->found == 0)
		tell(check, CHECK_FAILED, "self-test",
			"the known scan is not found with the thresholds as shipped");
	else if (run->others > 0)
		tell(check, CHECK_FAILED, "self-test",
			"ordinary traffic is found with the thresholds as shipped");
	else
		tell(check, CHECK_OK, "self-test",
			"a known scan of %d targets, %d an hour at most, is found with the "
			"thresholds as shipped",
			SELFTEST_TARGETS, SELFTEST_AN_HOUR);
}

/* A site may want to hear of greater scans only; then it hears here what it misses. */
static void
tell_own(Check *check, const SelftestRun *run)
{
	const guint *slow = detector_settings_values(run->thresholds, &detect_slow);
	guint least = MIN(slow[0], slow[1]);

	if (run->found > 0)
		tell(check, CHECK_OK, "self-test", "it is found with the site's thresholds");
	else
		tell(check, least <= SELFTEST_TARGETS ? CHECK_FAILED : CHECK_NOTE, "self-test",
			"it is not found with the site's thresholds (at least %u targets)",
			least);
	if (run->others > 0)
		tell(check, CHECK_NOTE, "self-test",
			"the site's thresholds find ordinary traffic, too");
}

static void
check_finding(Check *check)
{
	g_autoptr(DetectorSettings) shipped = detector_settings_new();
	g_autoptr(DetectorSettings) own = site_groups_thresholds(check->site->settings);
	SelftestRun runs[] = {{.thresholds = shipped}, {.thresholds = own}};
	g_autoptr(GError) error = NULL;

	if (!selftest_run(check->site->grid_minutes, options_temp_folder(), runs,
		    G_N_ELEMENTS(runs), &error)) {
		tell(check, CHECK_FAILED, "self-test", "%s", error->message);
		return;
	}
	tell_shipped(check, &runs[0]);
	tell_own(check, &runs[1]);
}

/* Returns the exit status for one site. first: of several. */
static int
check_site(const char *path, gint64 now, gboolean first)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Site) site = site_groups_load(path, &error);
	g_autoptr(GString) out = g_string_new(NULL);
	Check check = {.site = site, .now = now, .out = out};

	if (!site)
		return command_fail_settings(error);
	g_string_append_printf(out, "%s%s\n\n", first ? "" : "\n", path);
	settings_tell(site->settings, out);
	g_string_append_c(out, '\n');
	check_folders(&check);
	check_sensors(&check);
	check_zone(&check);
	check_interface(&check);
	check_known(&check);
	check_infrastructure(&check);
	check_rules(&check);
	check_finding(&check);
	if (!command_print(out, &error))
		return command_fail(error);
	return check.failed ? FAILURE_FAILED : 0;
}

static int
check_all(char **files, gint64 now)
{
	int worst = 0;

	for (char **file = files; *file; file++) {
		int status = check_site(*file, now, file == files);
		worst = MAX(worst, status);
	}
	return worst;
}

int
check_main(int argc, char **argv)
{
	g_autofree char *given = NULL, *now_text = NULL;
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &given,
			"the site's settings (default: all in " SYSCONFDIR "/gnomon)", "FILE"},
		{"now", 0, 0, G_OPTION_ARG_STRING, &now_text,
			"the time to take for now (default: the clock)", "TIME"},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) error = NULL;
	gint64 now = time(NULL);

	g_option_context_set_summary(context,
		"Tells whether a site is ready: what is in force and from where, its folders, "
		"its days,\nand whether a known scan is found.");
	g_option_context_set_description(
		context, "Example: gnomon-tally check --site /etc/gnomon/site.conf");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (argc > 1) {
		command_say("unexpected \"%s\" (%s --help)", argv[1], g_get_prgname());
		return FAILURE_USAGE;
	}
	if (now_text && !hour_parse_time(now_text, &now, &error))
		return command_fail(error);
	g_auto(GStrv) files = site_files(given, &error);
	return files ? check_all(files, now) : command_fail(error);
}
