#include "config.h"

#include "tally/site_groups.h"

#include "common/failure.h"
#include "common/hour.h"
#include "tally/infrastructure.h"
#include "tally/known.h"
#include "tally/options.h"
#include "tally/pattern.h"
#include "tally/signatures.h"

enum { HOSTS_MAX = 1000000, DAYS_MAX = 400 };

static gboolean
check_kind(const char *text, GError **error)
{
	guint32 kinds;

	return options_kinds("kind", text, &kinds, error);
}

static gboolean
check_ports(const char *text, GError **error)
{
	g_autofree guint8 *ports = NULL;

	return options_ports("ports", text, &ports, error);
}

static gboolean
check_targets(const char *text, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(Home) targets = home_new(text, &problem);

	if (!targets)
		g_set_error(error, FAILURE, FAILURE_USAGE, "targets: %s", problem->message);
	return targets != NULL;
}

static gboolean
check_window(const char *text, GError **error)
{
	gint64 seconds;

	return options_hours("window", text, 0, &seconds, error);
}

static gboolean
check_step(const char *text, GError **error)
{
	gint64 seconds;

	return options_hours("step", text, 0, &seconds, error);
}

static const Setting tally_settings[] = {
	{"kinds", SETTING_LIST, .check = check_kind,
		.help = "Only contacts of these kinds make a hit: malformed, syn, synack, rst, "
			"finack, xmas, fin, ack, null, echo, echoreply, icmp, udp, other. "
			"Without it, all."},
	{"ports", SETTING_LIST, .check = check_ports,
		.help = "Only these service ports make a hit, like 22;80-90. Without it, all."},
	{"targets", SETTING_LIST, .check = check_targets,
		.help = "Only targets in these networks count, like 192.0.2.0/28. Without it, "
			"all."},
	{"hosts", SETTING_NUMBER, "7", 1, HOSTS_MAX, "hosts",
		"A source is listed when it hit so many."},
	{"window", SETTING_SPAN, "1h", HOUR_SECONDS, DAYS_MAX *DAY_SECONDS, NULL,
		"How long the windows are, in whole hours.", .check = check_window},
	{"step", SETTING_SPAN, .min = HOUR_SECONDS, .max = DAYS_MAX * DAY_SECONDS,
		.help = "From one window's start to the next one's, in whole hours and no more "
			"than the window. Without it, the window.",
		.check = check_step},
};

static const SettingGroup tally_group = {
	.name = "tally",
	.named = TRUE,
	.help = "A tally of the site's own beside the default one, for gnomon-tally count "
		"--tally NAME. A group for each.",
	.settings = tally_settings,
	.n_settings = G_N_ELEMENTS(tally_settings),
	.check_name = site_check_name,
};

static Setting
threshold_setting(const DetectorParameter *parameter)
{
	return (Setting){
		.key = parameter->name,
		.kind = SETTING_NUMBER,
		.initial = g_strdup_printf("%u", parameter->initial),
		.min = parameter->min,
		.max = parameter->max,
		.unit = parameter->unit,
		.help = g_strdup_printf(
			"%c%s.", g_ascii_toupper(parameter->help[0]), parameter->help + 1),
	};
}

static SettingGroup *
detector_group(const Detector *detector)
{
	Setting *settings = g_new0(Setting, detector->n_parameters);
	SettingGroup *group = g_new0(SettingGroup, 1);

	for (gsize i = 0; i < detector->n_parameters; i++)
		settings[i] = threshold_setting(&detector->parameters[i]);
	group->name = detector->name;
	group->help = g_strdup_printf("%s. Origin: %s.", detector->title, detector->origin);
	group->settings = settings;
	group->n_settings = detector->n_parameters;
	return group;
}

static const SettingGroup *const *
make_all(void)
{
	GPtrArray *groups = g_ptr_array_new();
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (const SettingGroup *const *group = site_groups; *group; group++)
		g_ptr_array_add(groups, (gpointer)*group);
	g_ptr_array_add(groups, (gpointer)&tally_group);
	g_ptr_array_add(groups, (gpointer)&known_group);
	g_ptr_array_add(groups, (gpointer)&targets_group);
	g_ptr_array_add(groups, (gpointer)&signature_group);
	g_ptr_array_add(groups, (gpointer)&pattern_group);
	for (gsize i = 0; i < n; i++)
		g_ptr_array_add(groups, detector_group(detectors[i]));
	g_ptr_array_add(groups, NULL);
	return (const SettingGroup *const *)g_ptr_array_free(groups, FALSE);
}

const SettingGroup *const *
site_groups_all(void)
{
	static const SettingGroup *const *all;

	if (g_once_init_enter(&all))
		g_once_init_leave(&all, make_all());
	return all;
}

/* That a step is no more than its window. */
static void
check_tallies(const Settings *settings, GString *problems)
{
	for (const char *const *name = settings_names(settings, "tally"); *name; name++) {
		g_autofree char *group = g_strconcat("tally ", *name, NULL);
		if (settings_number(settings, group, "step") >
			settings_number(settings, group, "window"))
			g_string_append_printf(problems,
				"%s%s:%u: [%s] step = %s: expected no more than the window's "
				"%s",
				problems->len > 0 ? "\n" : "", settings_path(settings),
				settings_line(settings, group, "step"), group,
				settings_text(settings, group, "step"),
				settings_text(settings, group, "window"));
	}
}

/* What no key can tell by itself. */
static gboolean
check_groups(const Settings *settings, GError **error)
{
	g_autoptr(GString) problems = g_string_new(NULL);

	check_tallies(settings, problems);
	known_site_check(settings, problems);
	signatures_site_check(settings, problems);
	if (problems->len > 0)
		g_set_error_literal(error, FAILURE, FAILURE_USAGE, problems->str);
	return problems->len == 0;
}

Site *
site_groups_load(const char *path, GError **error)
{
	g_autoptr(Site) site = site_load(path, site_groups_all(), FALSE, error);

	return site && check_groups(site->settings, error) ? g_steal_pointer(&site) : NULL;
}

DetectorSettings *
site_groups_thresholds(const Settings *settings)
{
	DetectorSettings *thresholds = detector_settings_new();
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (gsize i = 0; i < n; i++) {
		const Detector *detector = detectors[i];
		for (gsize k = 0; k < detector->n_parameters; k++) {
			const char *name = detector->parameters[k].name;
			gboolean set = detector_settings_set(thresholds, detector->name, name,
				settings_number(settings, detector->name, name), NULL);
			g_assert(set); /* the bounds are the same */
		}
	}
	return thresholds;
}

static gboolean
has_tally(const Settings *settings, const char *name, GError **error)
{
	const char *const *names = settings_names(settings, "tally");

	if (g_strv_contains(names, name))
		return TRUE;
	g_autofree char *known = g_strjoinv(", ", (char **)names);
	g_set_error(error, FAILURE, FAILURE_USAGE, "tally \"%s\": expected %s%s", name,
		names[0] ? "one of " : "[tally NAME] in the settings", known);
	return FALSE;
}

/* A list as options take it; NULL: not given. Free with g_free. */
static char *
joined(const Settings *settings, const char *group, const char *key)
{
	const char *const *list = settings_list(settings, group, key);

	return list ? g_strjoinv(",", (char **)list) : NULL;
}

SiteTally *
site_groups_tally(const Settings *settings, const char *name, GError **error)
{
	if (!has_tally(settings, name, error))
		return NULL;
	g_autofree char *group = g_strconcat("tally ", name, NULL);
	g_autofree char *kinds = joined(settings, group, "kinds");
	g_autofree char *ports = joined(settings, group, "ports");
	g_autofree char *targets = joined(settings, group, "targets");
	guint64 step = settings_number(settings, group, "step");
	g_autoptr(SiteTally) tally = g_new0(SiteTally, 1);
	WindowPlan *plan = &tally->plan;

	if (!options_kinds("kinds", kinds, &plan->filter.kinds, error) ||
		!options_ports("ports", ports, &tally->ports, error))
		return NULL;
	if (targets && !(tally->targets = home_new(targets, error)))
		return NULL;
	plan->filter.ports = tally->ports;
	plan->filter.targets = tally->targets;
	plan->filter.prefix_v6 = 128;
	plan->hosts = (guint)settings_number(settings, group, "hosts");
	plan->length = (gint64)settings_number(settings, group, "window");
	plan->step = step > 0 ? (gint64)step : plan->length;
	return g_steal_pointer(&tally);
}

void
site_tally_free(SiteTally *tally)
{
	if (!tally)
		return;
	g_free(tally->ports);
	home_free(tally->targets);
	g_free(tally);
}
