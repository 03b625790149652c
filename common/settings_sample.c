#include "config.h"

#include "common/settings.h"

#include <string.h>

#include "common/setting_value.h"

enum { COLUMNS = 96 };

/* text as comments, broken at spaces. */
static void
append_comment(GString *out, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	gsize used = 0;

	for (char **word = words; *word; word++) {
		if (used > 0 && used + 1 + strlen(*word) > COLUMNS) {
			g_string_append_c(out, '\n');
			used = 0;
		}
		g_string_append_printf(out, "%s%s", used > 0 ? " " : "# ", *word);
		used += strlen(*word) + (used > 0 ? 1 : strlen("# "));
	}
	g_string_append_c(out, '\n');
}

/* " (a duration from 1h to 400d; required)": what help does not say. */
static void
append_form(GString *out, const Setting *setting)
{
	gboolean plain = setting->kind == SETTING_TEXT;

	if (plain && !setting->required)
		return;
	g_string_append(out, " (");
	if (!plain)
		setting_value_describe(setting, out);
	if (setting->required)
		g_string_append(out, plain ? "required" : "; required");
	g_string_append_c(out, ')');
}

static void
append_setting(GString *out, const SettingGroup *group, const Setting *setting)
{
	g_autoptr(GString) comment = g_string_new(setting->help);

	append_form(comment, setting);
	append_comment(out, comment->str);
	g_string_append_printf(out, "%s%s =%s%s\n\n",
		setting->required && !group->named ? "" : "#", setting->key,
		setting->initial ? " " : "", setting->initial ? setting->initial : "");
}

void
settings_sample(const SettingGroup *const *groups, GString *out)
{
	append_comment(out, "The settings of a site, see gnomon.conf(5). Lines that begin with "
			    "# are comments; a key that stands in one has the value that it "
			    "has without being given.");
	for (; *groups; groups++) {
		const SettingGroup *group = *groups;
		g_string_append_c(out, '\n');
		append_comment(out, group->help);
		g_string_append_printf(out, "%s[%s%s]\n\n", group->named ? "#" : "",
			group->name, group->named ? " NAME" : "");
		for (gsize i = 0; i < group->n_settings; i++)
			append_setting(out, group, &group->settings[i]);
		/* One empty line ends the group, not two. */
		g_string_truncate(out, out->len - 1);
	}
}
