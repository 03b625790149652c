#include "config.h"

#include "tally/pattern.h"

#include <string.h>

#include "common/site.h"
#include "tally/pick.h"

static const Setting pattern_settings[] = {
	{"filter", SETTING_TEXT, .required = TRUE, .check = pick_check_expression,
		.help = "Packets that the hour's page shall show, as tcpdump takes it, like: "
			"dst host 192.0.2.53 and not port 53."},
	{"comment", SETTING_TEXT, .help = "What it is for, as the page tells it."},
};

const SettingGroup pattern_group = {
	.name = "pattern",
	.named = TRUE,
	.help = "A BPF pattern: every hour's page shows the packets that it hits, by source. A "
		"group for each.",
	.settings = pattern_settings,
	.n_settings = G_N_ELEMENTS(pattern_settings),
	.check_name = site_check_name,
};

static int
compare_patterns(gconstpointer a, gconstpointer b)
{
	return strcmp(((const Pattern *)a)->name, ((const Pattern *)b)->name);
}

Pattern *
pattern_list(const Settings *settings, guint *n)
{
	GArray *patterns = g_array_new(FALSE, FALSE, sizeof(Pattern));

	for (const char *const *name = settings_names(settings, "pattern"); *name; name++) {
		g_autofree char *group = g_strconcat("pattern ", *name, NULL);
		const char *comment = settings_text(settings, group, "comment");
		Pattern pattern = {*name, settings_text(settings, group, "filter"),
			comment ? comment : ""};
		g_array_append_val(patterns, pattern);
	}
	g_array_sort(patterns, compare_patterns);
	*n = patterns->len;
	return (Pattern *)(gpointer)g_array_free(patterns, FALSE);
}
