/*
 * Where known sources come from: files, and the [known NAME] groups of a site.
 */
#include "config.h"

#include "tally/known_private.h"

#include <errno.h>
#include <string.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/site.h"

enum { FILE_MAX = 64 << 20 }; /* octets */

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* as some editors begin a file */

static gboolean
check_action(const char *text, GError **error)
{
	for (int action = 0; action < KNOWN_ACTIONS; action++)
		if (strcmp(text, known_action_name((KnownAction)action)) == 0)
			return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected ignore, label or watch");
	return FALSE;
}

static gboolean
check_network(const char *text, GError **error)
{
	Network network;

	if (network_parse(text, &network, error))
		return TRUE;
	g_prefix_error(error, "networks ");
	return FALSE;
}

static gboolean
check_ports(const char *text, GError **error)
{
	g_autoptr(PortSet) set = port_set_new(text, error);

	if (!set)
		g_prefix_error(error, "ports ");
	return set != NULL;
}

static gboolean
check_until(const char *text, GError **error)
{
	if (known_is_date(text))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected a date, like 2027-01-31");
	return FALSE;
}

static const Setting known_settings[] = {
	{"action", SETTING_TEXT, .required = TRUE, .check = check_action,
		.help = "What becomes of findings about these sources: ignore leaves them out "
			"and counts them, label tells them behind all others, watch tells them "
			"first."},
	{"file", SETTING_FOLDER,
		.help = "The file that lists them: lines as described in gnomon.conf(5), or a "
			"MISP warning list of type cidr."},
	{"networks", SETTING_LIST, .check = check_network,
		.help = "Such networks and addresses, like 198.51.100.0/24;2001:db8::1."},
	{"ports", SETTING_LIST, .check = check_ports,
		.help = "Only findings about these service ports alone, like 22;80-90; for "
			"watch, findings about one of them. Without it, all."},
	{"reason", SETTING_TEXT, .help = "Why, for the report."},
	{"until", SETTING_TEXT, .check = check_until,
		.help = "The last day on which the list is in force, like 2027-01-31. Without "
			"it, no day is the last."},
};

const SettingGroup known_group = {
	.name = "known",
	.named = TRUE,
	.help = "Sources that the site knows: research scanners, partners, tests of its own. A "
		"group for each list of them; NAME is what reports call it. Of several entries "
		"the one with the longest prefix applies; of equal ones watch goes before "
		"label, and label before ignore. Ports, reason and until are for entries that "
		"have none of their own.",
	.settings = known_settings,
	.n_settings = G_N_ELEMENTS(known_settings),
	.check_name = site_check_name,
};

void
known_site_check(const Settings *settings, GString *problems)
{
	const char *const *name = settings_names(settings, "known");

	for (; *name; name++) {
		g_autofree char *group = g_strconcat("known ", *name, NULL);
		if (!settings_text(settings, group, "file") &&
			!settings_list(settings, group, "networks"))
			g_string_append_printf(problems,
				"%s%s:%u: [%s]: expected file or networks",
				problems->len > 0 ? "\n" : "", settings_path(settings),
				settings_group_line(settings, group), group);
	}
}

static gboolean
load(const KnownReading *reading, GError **error)
{
	gsize length;
	g_autofree char *text = disk_load(reading->path, FILE_MAX, &length);

	if (!text) {
		gboolean unfit = errno == EFBIG || errno == EISDIR;
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: %s%s", reading->path,
			unfit ? "expected a plain file of 64 MiB at most" : "cannot be read: ",
			unfit ? "" : g_strerror(errno));
		return FALSE;
	}
	gsize mark = g_str_has_prefix(text, BYTE_ORDER_MARK) ? strlen(BYTE_ORDER_MARK) : 0;
	char *start = text + mark;
	if (start[strspn(start, " \t\r\n")] == '{')
		return known_misp_take(reading, start, length - mark, error);
	known_text_take(reading, start, length - mark);
	return TRUE;
}

gboolean
known_load_file(Known *known, const char *name, KnownAction action, const char *path,
	const KnownDefaults *defaults, GError **error)
{
	KnownReading reading = known_begin(known, name, action, path, defaults);
	gboolean loaded = load(&reading, error);

	known_end(&reading);
	return loaded;
}

static KnownAction
action_of(const char *text)
{
	KnownAction action = KNOWN_IGNORE;

	while (strcmp(text, known_action_name(action)) != 0)
		action++;
	return action;
}

static void
load_group(Known *known, const Settings *settings, const char *name)
{
	g_autofree char *group = g_strconcat("known ", name, NULL);
	const char *const *networks = settings_list(settings, group, "networks");
	const char *file = settings_text(settings, group, "file");
	KnownAction action = action_of(settings_text(settings, group, "action"));
	const KnownDefaults defaults = {
		.reason = settings_text(settings, group, "reason"),
		.ports = settings_text(settings, group, "ports"),
		.until = settings_text(settings, group, "until"),
	};
	KnownReading reading =
		known_begin(known, name, action, settings_path(settings), &defaults);
	g_autoptr(GError) error = NULL;

	for (; networks && *networks; networks++) {
		Network network;
		if (network_parse(*networks, &network, NULL))
			known_add(&reading, settings_line(settings, group, "networks"),
				&network, NULL);
	}
	if (file) {
		reading.path = file;
		if (!load(&reading, &error))
			known_fail(&reading, error);
	}
	known_end(&reading);
}

void
known_load_site(Known *known, const Settings *settings)
{
	const char *const *name = settings_names(settings, "known");

	for (; *name; name++)
		load_group(known, settings, *name);
}
