#include "config.h"

#include "tally/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/size.h"
#include "tally/kind.h"
#include "tally/port_set.h"

enum { THREADS_MAX = 256, MINUTES_MAX = 59, PORT_MAX = 65535 };

static const guint64 memory_least = 1 << 20;

void
options_clear(Options *options)
{
	g_free(options->home_text);
	g_free(options->memory_text);
	g_free(options->threads_text);
	g_free(options->temp);
	g_free(options->sensor);
	g_free(options->grid_text);
	g_clear_pointer(&options->home, home_free);
	memset(options, 0, sizeof *options);
}

void
options_add(Options *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"home", 0, 0, G_OPTION_ARG_STRING, &options->home_text,
			"the site's own networks (default: the private ranges)", "CIDR,..."},
		{NULL},
	};
	const GOptionEntry limits[] = {
		{"memory", 0, 0, G_OPTION_ARG_STRING, &options->memory_text,
			"for tables; beyond it they go to disk (default: a quarter)", "SIZE"},
		{"threads", 0, 0, G_OPTION_ARG_STRING, &options->threads_text,
			"default: one a processor", "N"},
		{"temp", 0, 0, G_OPTION_ARG_FILENAME, &options->temp,
			"for what goes to disk (default: $TMPDIR or /var/tmp)", "FOLDER"},
		{NULL},
	};

	GOptionGroup *group = g_option_group_new(
		"limits", "What it may use:", "memory, threads, room on disk", NULL, NULL);

	g_option_context_add_main_entries(context, entries, NULL);
	g_option_group_add_entries(group, limits);
	g_option_context_add_group(context, group);
}

void
options_add_making(Options *options, GOptionContext *context)
{
	const GOptionEntry entries[] = {
		{"sensor", 0, 0, G_OPTION_ARG_STRING, &options->sensor,
			"the name that the tally bears (default: none)", "NAME"},
		{"grid", 0, 0, G_OPTION_ARG_STRING, &options->grid_text,
			"minutes after the UTC hour at which hours begin (default: 0)",
			"MINUTES"},
		{NULL},
	};

	g_option_context_add_main_entries(context, entries, NULL);
}

gboolean
options_parse(GOptionContext *context, int *argc, char ***argv, GError **error)
{
	g_autoptr(GError) problem = NULL;

	if (g_option_context_parse(context, argc, argv, &problem))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s (%s --help)", problem->message,
		g_get_prgname());
	return FALSE;
}

static gboolean
refuse(GError **error, const char *name, const char *text, const char *expected)
{
	g_set_error(
		error, FAILURE, FAILURE_USAGE, "%s \"%s\": expected %s", name, text, expected);
	return FALSE;
}

gboolean
options_number(const char *name, const char *text, guint64 low, guint64 high, guint64 initial,
	guint64 *number, GError **error)
{
	if (!text) {
		*number = initial;
		return TRUE;
	}
	if (g_ascii_string_to_unsigned(text, 10, low, high, number, NULL))
		return TRUE;
	g_autofree char *expected = g_strdup_printf(
		"a number from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, low, high);
	return refuse(error, name, text, expected);
}

gboolean
options_size(
	const char *name, const char *text, guint64 initial, guint64 *octets, GError **error)
{
	guint64 size = initial;

	if (text && (!size_parse(text, &size) || size < memory_least))
		return refuse(error, name, text, "a size of 1M or more, like 64M or 2G");
	*octets = size;
	return TRUE;
}

gboolean
options_hours(
	const char *name, const char *text, gint64 initial, gint64 *seconds, GError **error)
{
	gint64 duration = initial;

	if (text &&
		(!hour_parse_duration(text, &duration, NULL) || duration % HOUR_SECONDS != 0))
		return refuse(error, name, text, "whole hours, like 1h, 24h or 7d");
	*seconds = duration;
	return TRUE;
}

static char *
list_kinds(Kind end)
{
	const char *names[KIND_COUNT + 1] = {NULL};

	for (guint kind = 0; kind < end; kind++)
		names[kind] = kind_table[kind].name;
	return g_strjoinv(", ", (char **)names);
}

/* Those before `end` in kind_table. */
static gboolean
read_kinds(const char *name, const char *text, Kind end, guint32 *kinds, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);
	guint32 set = 0;

	if (text && !words[0])
		return refuse(error, name, text, "kinds, like syn,fin");
	for (char **word = words; *word; word++) {
		Kind kind = kind_from_name(*word, end);
		if (kind == KIND_NONE) {
			g_autofree char *known = list_kinds(end);
			g_autofree char *expected = g_strconcat("kinds among ", known, NULL);
			return refuse(error, name, *word, expected);
		}
		set |= 1u << kind;
	}
	*kinds = set;
	return TRUE;
}

gboolean
options_kinds(const char *name, const char *text, guint32 *kinds, GError **error)
{
	return read_kinds(name, text, KIND_CONTACTS, kinds, error);
}

gboolean
options_kinds_seen(const char *name, const char *text, guint32 *kinds, GError **error)
{
	return read_kinds(name, text, KIND_UNREACH + 1, kinds, error);
}

/* "80" or "80-90". */
static gboolean
read_range(const char *word, guint64 most, guint64 *low, guint64 *high)
{
	const char *dash = strchr(word, '-');
	g_autofree char *first = dash ? g_strndup(word, (gsize)(dash - word)) : g_strdup(word);

	return g_ascii_string_to_unsigned(first, 10, 0, most, low, NULL) &&
	       g_ascii_string_to_unsigned(dash ? dash + 1 : first, 10, *low, most, high, NULL);
}

gboolean
options_range(const char *name, const char *text, guint32 most, guint32 *low, guint32 *high,
	GError **error)
{
	guint64 least, greatest;

	if (!read_range(text, most, &least, &greatest)) {
		g_autofree char *expected =
			g_strdup_printf("a number from 0 to %u, or two like 5-9", most);
		return refuse(error, name, text, expected);
	}
	*low = (guint32)least;
	*high = (guint32)greatest;
	return TRUE;
}

gboolean
options_ports(const char *name, const char *text, guint8 **ports, GError **error)
{
	g_auto(GStrv) words = g_strsplit(text ? text : "", ",", -1);
	g_autofree guint8 *wanted = text ? g_new0(guint8, PORT_MAX + 1) : NULL;
	guint16 low, high;

	if (text && !words[0])
		return refuse(error, name, text, "ports from 1 to 65535, like 22,80-90");
	for (char **word = words; *word; word++) {
		if (!port_set_read(*word, &low, &high))
			return refuse(
				error, name, *word, "ports from 1 to 65535, like 22,80-90");
		memset(wanted + low, 1, (gsize)(high - low) + 1);
	}
	*ports = g_steal_pointer(&wanted);
	return TRUE;
}

gboolean
options_networks(const char *name, const char *text, Home **networks, GError **error)
{
	g_autoptr(GError) problem = NULL;

	*networks = text ? home_new(text, &problem) : NULL;
	if (*networks || !text)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s: %s", name, problem->message);
	return FALSE;
}

gboolean
options_choice(const char *name, const char *text, const char *const *names, guint *choice,
	GError **error)
{
	for (guint i = 0; names[i]; i++)
		if (!text || strcmp(text, names[i]) == 0) {
			*choice = i;
			return TRUE;
		}
	g_autofree char *expected = g_strjoinv(", ", (char **)names);
	return refuse(error, name, text, expected);
}

guint64
options_default_memory(void)
{
	long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

	return pages > 0 && size > 0 ? MAX((guint64)pages * (guint64)size / 4, memory_least)
				     : 64 * memory_least;
}

guint
options_default_threads(void)
{
	glong processors = sysconf(_SC_NPROCESSORS_ONLN);

	return (guint)CLAMP(processors, 1, THREADS_MAX);
}

const char *
options_temp_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && *folder ? folder : "/var/tmp";
}

static gboolean
settle_home(Options *options, GError **error)
{
	if (!options_networks("--home", options->home_text, &options->home, error))
		return FALSE;
	if (!options->home)
		options->home = home_new_private();
	return TRUE;
}

gboolean
options_settle(Options *options, GError **error)
{
	guint64 threads, grid;

	if (!settle_home(options, error) ||
		!options_size("--memory", options->memory_text, options_default_memory(),
			&options->memory, error) ||
		!options_number("--threads", options->threads_text, 1, THREADS_MAX,
			options_default_threads(), &threads, error) ||
		!options_number("--grid", options->grid_text, 0, MINUTES_MAX, 0, &grid, error))
		return FALSE;
	options->threads = (guint)threads;
	options->grid_minutes = (guint)grid;
	if (!options->temp)
		options->temp = g_strdup(options_temp_folder());
	if (!g_file_test(options->temp, G_FILE_TEST_IS_DIR))
		return refuse(error, "--temp", options->temp, "a folder");
	return TRUE;
}
