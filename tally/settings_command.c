#include "config.h"

#include "tally/commands.h"

#include <string.h>

#include "common/failure.h"
#include "common/setting_value.h"
#include "common/size.h"
#include "tally/command.h"
#include "tally/site_groups.h"

typedef struct {
	char *site, *get; /* owned */
	gboolean sample, list, page;
} SettingsOptions;

static void
settings_options_clear(SettingsOptions *options)
{
	g_free(options->site);
	g_free(options->get);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SettingsOptions, settings_options_clear)

/* "[keep] packets: a duration from 1h to 49710d, like 36h or 7d", a key a line. */
static void
list_keys(GString *out)
{
	for (const SettingGroup *const *group = site_groups_all(); *group; group++) {
		for (gsize i = 0; i < (*group)->n_settings; i++) {
			const Setting *setting = &(*group)->settings[i];
			g_string_append_printf(out, "[%s%s] %s: ", (*group)->name,
				(*group)->named ? " NAME" : "", setting->key);
			setting_value_describe(setting, out);
			g_string_append_c(out, '\n');
		}
	}
}

/* As a script wants it: a number without its unit, sizes as they are written here. */
static void
append_value(GString *out, const Setting *setting, const char *text, guint64 number)
{
	char size[SIZE_TEXT_SIZE];

	if (setting->kind == SETTING_NUMBER)
		g_string_append_printf(out, "%" G_GUINT64_FORMAT "\n", number);
	else if (setting->kind == SETTING_SIZE)
		g_string_append_printf(out, "%s\n", size_format(number, size));
	else
		g_string_append_printf(out, "%s\n", text);
}

/* "GROUP.KEY" or "GROUP NAME.KEY": the name may hold dots, the key does not. */
static gboolean
get_value(const Settings *settings, const char *what, GString *out, GError **error)
{
	const char *dot = strrchr(what, '.');
	g_autofree char *group = g_strndup(what, dot ? (gsize)(dot - what) : 0);
	const Setting *setting = dot ? settings_setting(settings, group, dot + 1) : NULL;

	if (!setting) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"--get \"%s\": expected GROUP.KEY, like keep.packets (%s --list)", what,
			g_get_prgname());
		return FALSE;
	}
	const char *text = settings_text(settings, group, setting->key);
	if (text)
		append_value(
			out, setting, text, settings_number(settings, group, setting->key));
	return TRUE;
}

/* As roff has it: a hyphen that can be copied, no line that is taken for a request. */
static void
append_roff(GString *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		g_string_append(out, "\\&");
	for (; *text != '\0'; text++)
		if (*text == '-')
			g_string_append(out, "\\-");
		else if (*text == '\\')
			g_string_append(out, "\\e");
		else
			g_string_append_c(out, *text);
	g_string_append_c(out, '\n');
}

static void
page_parameter(GString *out, const DetectorParameter *parameter)
{
	g_autofree char *help = g_strdup_printf(
		"%c%s.", g_ascii_toupper(parameter->help[0]), parameter->help + 1);
	g_autofree char *form = g_strdup_printf(
		"A number from %u to %u %s.", parameter->min, parameter->max, parameter->unit);
	g_auto(GStrv) parts = g_strsplit(parameter->name, "-", -1);
	g_autofree char *name = g_strjoinv("\\-", parts);

	g_string_append_printf(
		out, ".TP\n.BR %s \" (initially %u)\"\n", name, parameter->initial);
	append_roff(out, help);
	append_roff(out, form);
}

/* The detectors' part of gnomon.conf(5). */
static void
print_page(GString *out)
{
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		const Detector *detector = detectors[i];
		g_autofree char *heading = g_strdup_printf(".SS [%s]", detector->name);
		g_autofree char *title = g_strdup_printf("%s.", detector->title);
		g_autofree char *origin = g_strdup_printf("Origin: %s.", detector->origin);
		g_autofree char *misses = g_strdup_printf("It misses %s.", detector->misses);
		g_autofree char *mistakes =
			g_strdup_printf("What sets it off wrongly: %s.", detector->mistakes);
		g_auto(GStrv) parts = g_strsplit(heading, "-", -1);
		g_autofree char *section = g_strjoinv("\\-", parts);
		g_string_append_printf(out, "%s\n", section);
		append_roff(out, title);
		append_roff(out, origin);
		append_roff(out, misses);
		append_roff(out, mistakes);
		for (gsize k = 0; k < detector->n_parameters; k++)
			page_parameter(out, &detector->parameters[k]);
	}
}

/* Appends what was asked for. */
static gboolean
answer(const SettingsOptions *options, GString *out, GError **error)
{
	if (options->list) {
		list_keys(out);
		return TRUE;
	}
	if (options->sample) {
		settings_sample(site_groups_all(), out);
		return TRUE;
	}
	if (options->page) {
		print_page(out);
		return TRUE;
	}
	g_autoptr(Site) site = options->site ? site_groups_load(options->site, error) : NULL;
	if (options->site && !site)
		return FALSE;
	g_autoptr(Settings) initial = settings_new(site_groups_all());
	const Settings *settings = site ? site->settings : initial;
	if (options->get)
		return get_value(settings, options->get, out, error);
	settings_tell(settings, out);
	return TRUE;
}

int
settings_command_main(int argc, char **argv)
{
	g_auto(SettingsOptions) options = {0};
	const GOptionEntry entries[] = {
		{"site", 0, 0, G_OPTION_ARG_FILENAME, &options.site,
			"the site's settings (default: none, all values initial)", "FILE"},
		{"get", 0, 0, G_OPTION_ARG_STRING, &options.get,
			"print one value: keep.packets, \"tally web.hosts\"", "GROUP.KEY"},
		{"list", 0, 0, G_OPTION_ARG_NONE, &options.list,
			"print every key and what it may be", NULL},
		{"sample", 0, 0, G_OPTION_ARG_NONE, &options.sample,
			"print a file to start from", NULL},
		{"page", 0, 0, G_OPTION_ARG_NONE, &options.page,
			"print the detectors' part of gnomon.conf(5)", NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GString) out = g_string_new(NULL);
	g_autoptr(GError) error = NULL;

	g_option_context_set_summary(context, "Prints the settings in force, and where each "
					      "comes from.");
	g_option_context_set_description(context,
		"Example: gnomon-tally settings --site /etc/gnomon/site.conf --get "
		"keep.packets");
	g_option_context_add_main_entries(context, entries, NULL);
	if (!options_parse(context, &argc, &argv, &error))
		return command_fail(error);
	if (argc > 1) {
		command_say("unexpected \"%s\" (%s --help)", argv[1], g_get_prgname());
		return FAILURE_USAGE;
	}
	if ((options.get != NULL) + options.list + options.sample + options.page > 1) {
		command_say("expected one of --get, --list, --sample and --page (%s --help)",
			g_get_prgname());
		return FAILURE_USAGE;
	}
	if (!answer(&options, out, &error))
		return command_fail_settings(error);
	return command_print(out, &error) ? 0 : command_fail(error);
}
