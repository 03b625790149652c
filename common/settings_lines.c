#include "config.h"

#include "common/settings_lines.h"

#include <string.h>

static void
clear_line(gpointer data)
{
	g_free(((SettingsLine *)data)->text);
}

/* text: stripped, no comment. */
static SettingsLine
read_line(const char *text, guint number)
{
	gsize length = strlen(text);
	const char *equals = strchr(text, '=');

	if (text[0] == '[' && text[length - 1] == ']')
		return (SettingsLine){
			SETTINGS_LINE_GROUP, number, g_strndup(text + 1, length - 2)};
	if (text[0] != '[' && equals && equals > text)
		return (SettingsLine){SETTINGS_LINE_KEY, number,
			g_strchomp(g_strndup(text, (gsize)(equals - text)))};
	return (SettingsLine){SETTINGS_LINE_BAD, number, g_strdup(text)};
}

GArray *
settings_lines_new(const char *text)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(SettingsLine));
	guint number = 0;

	g_array_set_clear_func(found, clear_line);
	for (const char *end; *text; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		g_autofree char *line = g_strstrip(g_strndup(text, (gsize)(end - text)));
		number++;
		if (*line == '\0' || *line == '#')
			continue;
		SettingsLine read = read_line(line, number);
		g_array_append_val(found, read);
	}
	return found;
}
