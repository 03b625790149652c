#include "config.h"

#include "common/settings.h"

#include <string.h>

#include "common/settings_private.h"

enum { SOURCE_COLUMN = 48 }; /* where settings_tell says where a value comes from */

static void
section_free(SettingsSection *section)
{
	for (gsize i = 0; i < section->group->n_settings; i++)
		setting_value_clear(&section->values[i]);
	g_free(section->title);
	g_free(section->values);
	g_free(section->lines);
	g_free(section);
}

/* With every value initial. title: taken over. */
static SettingsSection *
section_new(const SettingGroup *group, char *title)
{
	SettingsSection *section = g_new0(SettingsSection, 1);

	section->group = group;
	section->title = title;
	section->name = group->named ? title + strlen(group->name) + 1 : NULL;
	section->values = g_new0(SettingValue, group->n_settings);
	section->lines = g_new0(guint, group->n_settings);
	for (gsize i = 0; i < group->n_settings; i++) {
		const Setting *setting = &group->settings[i];
		g_autoptr(GError) error = NULL;
		if (setting->initial && !setting_value_parse(setting, setting->initial,
						&section->values[i], &error))
			g_error("[%s] %s: initially %s", title, setting->key, error->message);
	}
	return section;
}

SettingsSection *
settings_find(const Settings *settings, const char *title)
{
	for (guint i = 0; i < settings->sections->len; i++) {
		SettingsSection *section = settings->sections->pdata[i];
		if (strcmp(section->title, title) == 0)
			return section;
	}
	return NULL;
}

SettingsSection *
settings_add(Settings *settings, const SettingGroup *group, const char *title, guint line)
{
	SettingsSection *section = section_new(group, g_strdup(title));

	section->line = line;
	g_ptr_array_add(settings->sections, section);
	return section;
}

static const char **
section_names(const Settings *settings, const SettingGroup *group)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (guint i = 0; i < settings->sections->len; i++) {
		const SettingsSection *section = settings->sections->pdata[i];
		if (section->group == group && section->name)
			g_ptr_array_add(names, (char *)section->name);
	}
	g_ptr_array_add(names, NULL);
	return (const char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

/* Groups without names are there even where the file lacks them. */
void
settings_complete(Settings *settings)
{
	for (const SettingGroup *const *group = settings->groups; *group; group++) {
		if (!(*group)->named && !settings_find(settings, (*group)->name))
			settings_add(settings, *group, (*group)->name, 0);
		g_ptr_array_add(settings->names, section_names(settings, *group));
	}
}

Settings *
settings_create(const char *path, const SettingGroup *const *groups)
{
	Settings *settings = g_new0(Settings, 1);

	settings->path = g_strdup(path);
	settings->groups = groups;
	settings->sections = g_ptr_array_new_with_free_func((GDestroyNotify)section_free);
	settings->names = g_ptr_array_new_with_free_func(g_free);
	return settings;
}

Settings *
settings_new(const SettingGroup *const *groups)
{
	Settings *settings = settings_create("", groups);

	settings_complete(settings);
	return settings;
}

void
settings_free(Settings *settings)
{
	if (!settings)
		return;
	g_free(settings->path);
	g_ptr_array_unref(settings->sections);
	g_ptr_array_unref(settings->names);
	g_free(settings);
}

const char *
settings_path(const Settings *settings)
{
	return settings->path;
}

gssize
settings_find_key(const SettingGroup *group, const char *key)
{
	for (gsize i = 0; i < group->n_settings; i++)
		if (strcmp(group->settings[i].key, key) == 0)
			return (gssize)i;
	return -1;
}

/* The value of a key; *line: where it was given. */
static const SettingValue *
find_value(const Settings *settings, const char *group, const char *key, guint *line)
{
	const SettingsSection *section = settings_find(settings, group);
	gssize i = section ? settings_find_key(section->group, key) : -1;

	if (i < 0) {
		g_critical("[%s] %s is in no table of settings", group, key);
		return NULL;
	}
	if (line)
		*line = section->lines[i];
	return &section->values[i];
}

const char *
settings_text(const Settings *settings, const char *group, const char *key)
{
	const SettingValue *value = find_value(settings, group, key, NULL);

	return value ? value->text : NULL;
}

const char *const *
settings_list(const Settings *settings, const char *group, const char *key)
{
	const SettingValue *value = find_value(settings, group, key, NULL);

	return value ? (const char *const *)value->list : NULL;
}

guint64
settings_number(const Settings *settings, const char *group, const char *key)
{
	const SettingValue *value = find_value(settings, group, key, NULL);

	return value ? value->number : 0;
}

const Setting *
settings_setting(const Settings *settings, const char *group, const char *key)
{
	const SettingsSection *section = settings_find(settings, group);
	gssize i = section ? settings_find_key(section->group, key) : -1;

	return i < 0 ? NULL : &section->group->settings[i];
}

guint
settings_line(const Settings *settings, const char *group, const char *key)
{
	guint line = 0;

	find_value(settings, group, key, &line);
	return line;
}

guint
settings_group_line(const Settings *settings, const char *group)
{
	const SettingsSection *section = settings_find(settings, group);

	return section ? section->line : 0;
}

const char *const *
settings_names(const Settings *settings, const char *group)
{
	const char *const *names = NULL;

	/* of two that bear the name, the one whose sections have names */
	for (guint i = 0; settings->groups[i]; i++)
		if (strcmp(settings->groups[i]->name, group) == 0 &&
			(!names || settings->groups[i]->named))
			names = settings->names->pdata[i];
	g_return_val_if_fail(names != NULL, NULL);
	return names;
}

void
settings_tell(const Settings *settings, GString *out)
{
	for (guint i = 0; i < settings->sections->len; i++) {
		const SettingsSection *section = settings->sections->pdata[i];
		for (gsize k = 0; k < section->group->n_settings; k++) {
			const char *text = section->values[k].text;
			gsize start = out->len;
			g_string_append_printf(out, "[%s] %s =%s%s", section->title,
				section->group->settings[k].key, text ? " " : "",
				text ? text : "");
			g_string_append_printf(out, "%*s",
				(int)MAX(SOURCE_COLUMN - (gssize)(out->len - start), 1), "");
			if (section->lines[k] > 0)
				g_string_append_printf(out, "(line %u)\n", section->lines[k]);
			else
				g_string_append(out, text ? "(initial)\n" : "(not given)\n");
		}
	}
}
