#include "config.h"

#include "common/settings.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/failure.h"
#include "common/settings_lines.h"
#include "common/settings_private.h"

enum { FILE_MAX = 1 << 20 }; /* octets: a larger file is none of settings */

/* One reading of a file. */
typedef struct {
	Settings *settings;
	GKeyFile *values;
	gboolean others;          /* unknown groups are passed over */
	GString *problems;        /* a line each */
	SettingsSection *section; /* that the lines belong to; NULL: they are passed over */
	char *group; /* owned: its name as GKeyFile knows it; NULL: before the first */
} Reading;

static void complain(Reading *reading, guint line, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* line 0: about the whole file. What a file holds is shown as one printable line. */
static void
complain(Reading *reading, guint line, const char *format, ...)
{
	g_autoptr(GString) text = g_string_new(reading->settings->path);
	va_list arguments;

	if (line > 0)
		g_string_append_printf(text, ":%u", line);
	g_string_append(text, ": ");
	va_start(arguments, format);
	g_string_append_vprintf(text, format, arguments);
	va_end(arguments);
	for (char *c = text->str; *c; c++)
		if (g_ascii_iscntrl(*c))
			*c = '?';
	if (reading->problems->len > 0)
		g_string_append_c(reading->problems, '\n');
	g_string_append(reading->problems, text->str);
}

static void
complain_unknown(Reading *reading, guint line, const char *what, const char *nearest)
{
	complain(reading, line, "%s%s%s%s", what, nearest ? ", did you mean " : "",
		nearest ? nearest : "", nearest ? "?" : "");
}

static const char *
nearest_group(const Settings *settings, const char *text)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (const SettingGroup *const *group = settings->groups; *group; group++)
		g_ptr_array_add(names, (char *)(*group)->name);
	g_ptr_array_add(names, NULL);
	return settings_nearest(text, (const char *const *)names->pdata);
}

static const char *
nearest_key(const SettingGroup *group, const char *text)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new();

	for (gsize i = 0; i < group->n_settings; i++)
		g_ptr_array_add(names, (char *)group->settings[i].key);
	g_ptr_array_add(names, NULL);
	return settings_nearest(text, (const char *const *)names->pdata);
}

/* The group of that name; of two, the one that has its sections named, or not. */
static const SettingGroup *
find_group(const Settings *settings, const char *name, gboolean named)
{
	const SettingGroup *found = NULL;

	for (const SettingGroup *const *group = settings->groups; *group; group++)
		if (strcmp((*group)->name, name) == 0 && (!found || (*group)->named == named))
			found = *group;
	return found;
}

/* Whether the section's name is as its group wants it; told otherwise. */
static gboolean
check_name(Reading *reading, guint line, const SettingGroup *group, const char *name)
{
	g_autoptr(GError) error = NULL;

	if (!group->named && name[0] != '\0')
		complain(reading, line, "[%s %s]: expected [%s]", group->name, name,
			group->name);
	else if (group->named && name[0] == '\0')
		complain(reading, line, "[%s]: expected a name, like [%s main]", group->name,
			group->name);
	else if (group->named && group->check_name && !group->check_name(name, &error))
		complain(reading, line, "[%s %s]: %s", group->name, name, error->message);
	else
		return TRUE;
	return FALSE;
}

/* line: "[tally web]" */
static void
take_group(Reading *reading, const SettingsLine *line)
{
	g_auto(GStrv) words = g_strsplit(line->text, " ", 2);
	const char *word = words[0] ? words[0] : "";
	const char *name = words[0] && words[1] ? g_strstrip(words[1]) : "";
	const SettingGroup *group = find_group(reading->settings, word, name[0] != '\0');

	reading->section = NULL;
	g_free(reading->group);
	reading->group = g_strdup(line->text);
	if (!group) {
		const char *nearest = nearest_group(reading->settings, word);
		g_autofree char *what = g_strdup_printf("[%s]: unknown group", line->text);
		if (!reading->others || nearest)
			complain_unknown(reading, line->number, what, nearest);
		return;
	}
	if (!check_name(reading, line->number, group, name))
		return;
	g_autofree char *title =
		group->named ? g_strconcat(word, " ", name, NULL) : g_strdup(word);
	SettingsSection *section = settings_find(reading->settings, title);
	if (section)
		complain(reading, line->number, "[%s]: it began at line %u", title,
			section->line);
	else
		section = settings_add(reading->settings, group, title, line->number);
	reading->section = section;
}

static void
complain_key(Reading *reading, const SettingsLine *line)
{
	const SettingGroup *own = reading->section->group;
	const char *nearest = nearest_key(own, line->text);
	g_autofree char *what =
		g_strdup_printf("[%s] %s: unknown key", reading->section->title, line->text);

	for (const SettingGroup *const *group = reading->settings->groups; *group && !nearest;
		group++)
		if (settings_find_key(*group, line->text) >= 0) {
			complain(reading, line->number, "%s, it belongs to [%s]", what,
				(*group)->name);
			return;
		}
	complain_unknown(reading, line->number, what, nearest);
}

/* GKeyFile says it twice, and warns, when there are two wrong ones. */
static gboolean
has_escapes(const char *value)
{
	for (; (value = strchr(value, '\\')); value += 2)
		if (value[1] == '\0' || !strchr("sntr\\", value[1]))
			return FALSE;
	return TRUE;
}

/* The value of a line; NULL: it has none, which is told. */
static char *
read_text(Reading *reading, const SettingsLine *line)
{
	g_autofree char *value = reading->values ? g_key_file_get_value(reading->values,
							   reading->group, line->text, NULL)
						 : NULL;

	if (!value)
		return NULL;
	if (has_escapes(value))
		return g_strstrip(g_key_file_get_string(
			reading->values, reading->group, line->text, NULL));
	complain(reading, line->number, "[%s] %s = %s: expected \\\\ for a backslash",
		reading->section->title, line->text, value);
	return NULL;
}

static void
take_key(Reading *reading, const SettingsLine *line)
{
	SettingsSection *section = reading->section;
	gssize i = settings_find_key(section->group, line->text);
	g_autoptr(GError) error = NULL;

	if (i < 0) {
		complain_key(reading, line);
		return;
	}
	const Setting *setting = &section->group->settings[i];
	if (section->lines[i] > 0) {
		complain(reading, line->number, "[%s] %s: it was given at line %u",
			section->title, line->text, section->lines[i]);
		return;
	}
	section->lines[i] = line->number;
	g_autofree char *text = read_text(reading, line);
	/* Nothing after the = is nothing given, where that is allowed. */
	if (!text || (*text == '\0' && !setting->initial && !setting->required))
		return;
	SettingValue value = {0};
	if (!setting_value_parse(setting, text, &value, &error)) {
		gboolean bare = g_str_has_prefix(error->message, "expected");
		complain(reading, line->number, "[%s] %s%s%s%s%s", section->title,
			bare ? line->text : "", bare ? " = " : "", bare ? text : "",
			bare ? ": " : "", error->message);
		return;
	}
	setting_value_clear(&section->values[i]);
	section->values[i] = value;
}

static void
take_line(Reading *reading, const SettingsLine *line)
{
	switch (line->kind) {
	case SETTINGS_LINE_GROUP:
		take_group(reading, line);
		return;
	case SETTINGS_LINE_BAD:
		complain(reading, line->number,
			"%s: expected [GROUP], KEY = VALUE or a comment after #", line->text);
		return;
	case SETTINGS_LINE_KEY:
		if (reading->section)
			take_key(reading, line);
		else if (!reading->group)
			complain(reading, line->number, "%s: expected [GROUP] before it",
				line->text);
	}
}

static void
check_required(Reading *reading)
{
	const GPtrArray *sections = reading->settings->sections;

	for (guint i = 0; i < sections->len; i++) {
		const SettingsSection *section = sections->pdata[i];
		for (gsize k = 0; k < section->group->n_settings; k++) {
			const Setting *setting = &section->group->settings[k];
			if (setting->required && !section->values[k].text &&
				section->lines[k] == 0)
				complain(reading, section->line,
					"[%s] %s: expected, but not given", section->title,
					setting->key);
		}
	}
}

static char *
load_text(const char *path, GError **error)
{
	g_autofree char *text = g_malloc(FILE_MAX + 2);
	FILE *file = fopen(path, "re");
	gsize length = file ? fread(text, 1, FILE_MAX + 1, file) : 0;
	int problem = !file || ferror(file) ? errno : 0;

	if (file)
		fclose(file);
	text[length] = '\0';
	if (problem != 0)
		g_set_error(error, FAILURE, FAILURE_USAGE, "%s: settings cannot be read: %s",
			path, g_strerror(problem));
	else if (length > FILE_MAX)
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"%s: expected settings, found more than %d octets", path, FILE_MAX);
	else if (!g_utf8_validate(text, (gssize)length, NULL))
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"%s: expected UTF-8, found other octets", path);
	else
		return g_steal_pointer(&text);
	return NULL;
}

static void
take_lines(Reading *reading, const char *text)
{
	g_autoptr(GArray) lines = settings_lines_new(text);
	g_autoptr(GKeyFile) values = g_key_file_new();
	g_autoptr(GError) error = NULL;

	if (g_key_file_load_from_data(values, text, strlen(text), G_KEY_FILE_NONE, &error))
		reading->values = values;
	for (guint i = 0; i < lines->len; i++)
		take_line(reading, &g_array_index(lines, SettingsLine, i));
	settings_complete(reading->settings);
	check_required(reading);
	if (error && reading->problems->len == 0)
		complain(reading, 0, "%s", error->message);
	reading->values = NULL;
	g_clear_pointer(&reading->group, g_free);
}

Settings *
settings_load(
	const char *path, const SettingGroup *const *groups, gboolean others, GError **error)
{
	g_autofree char *text = load_text(path, error);

	if (!text)
		return NULL;
	g_autoptr(Settings) settings = settings_create(path, groups);
	g_autoptr(GString) problems = g_string_new(NULL);
	Reading reading = {.settings = settings, .others = others, .problems = problems};
	take_lines(&reading, text);
	if (problems->len == 0)
		return g_steal_pointer(&settings);
	g_set_error_literal(error, FAILURE, FAILURE_USAGE, problems->str);
	return NULL;
}
