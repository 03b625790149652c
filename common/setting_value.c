#include "config.h"

#include "common/setting_value.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/size.h"

void
setting_value_clear(SettingValue *value)
{
	g_clear_pointer(&value->text, g_free);
	g_clear_pointer(&value->list, g_strfreev);
	value->number = 0;
}

/* The unit may be written after the number: "10%", "7 hosts". */
static gboolean
parse_number(const Setting *setting, const char *text, guint64 *number)
{
	gsize length = strspn(text, "0123456789");
	g_autofree char *digits = g_strndup(text, length);
	const char *rest = text + length;

	while (*rest == ' ')
		rest++;
	if (*rest != '\0' && (!setting->unit || strcmp(rest, setting->unit) != 0))
		return FALSE;
	return g_ascii_string_to_unsigned(digits, 10, setting->min, setting->max, number, NULL);
}

static gboolean
parse_span(const char *text, guint64 *number)
{
	gint64 seconds = 0;

	/* "0", "0s": elsewhere no duration, here as good as any. */
	gsize zeros = strspn(text, "0");
	gboolean none = zeros > 0 && (text[zeros] == '\0' || (strchr("smhd", text[zeros]) &&
								     text[zeros + 1] == '\0'));

	if (!none && !hour_parse_duration(text, &seconds, NULL))
		return FALSE;
	*number = (guint64)seconds;
	return TRUE;
}

static gboolean
parse_switch(const char *text, guint64 *number)
{
	static const char *const words[] = {"no", "yes", "false", "true"};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (strcmp(text, words[i]) == 0) {
			*number = i % 2;
			return TRUE;
		}
	return FALSE;
}

static gboolean
is_folder(const char *text)
{
	for (const char *c = text; *c; c++)
		if (g_ascii_iscntrl(*c))
			return FALSE;
	return g_path_is_absolute(text);
}

static gboolean
is_within(const Setting *setting, guint64 number)
{
	return number >= setting->min && number <= setting->max;
}

/* Whether text has the form of setting's kind, and its number. */
static gboolean
parse_form(const Setting *setting, const char *text, guint64 *number)
{
	switch (setting->kind) {
	case SETTING_NUMBER:
		return parse_number(setting, text, number);
	case SETTING_SIZE:
		return size_parse(text, number) && is_within(setting, *number);
	case SETTING_SPAN:
		return parse_span(text, number) && is_within(setting, *number);
	case SETTING_SWITCH:
		return parse_switch(text, number);
	case SETTING_FOLDER:
		return is_folder(text);
	case SETTING_TEXT:
	case SETTING_LIST:
		return text[0] != '\0';
	}
	g_return_val_if_reached(FALSE);
}

/* The texts between the semicolons. */
static char **
split_list(const char *text)
{
	g_autoptr(GPtrArray) found = g_ptr_array_new();
	g_auto(GStrv) words = g_strsplit(text, ";", -1);

	for (char **word = words; *word; word++) {
		g_strstrip(*word);
		if (**word)
			g_ptr_array_add(found, g_strdup(*word));
	}
	g_ptr_array_add(found, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&found), FALSE);
}

static gboolean
check_all(const Setting *setting, char *const *texts, GError **error)
{
	for (; setting->check && *texts; texts++)
		if (!setting->check(*texts, error))
			return FALSE;
	return TRUE;
}

gboolean
setting_value_parse(
	const Setting *setting, const char *text, SettingValue *value, GError **error)
{
	char *const alone[] = {(char *)text, NULL};
	g_auto(GStrv) list = setting->kind == SETTING_LIST ? split_list(text) : NULL;
	guint64 number = 0;

	if (!parse_form(setting, text, &number) || (list && !list[0])) {
		g_autoptr(GString) expected = g_string_new("expected ");
		setting_value_describe(setting, expected);
		g_set_error_literal(error, FAILURE, FAILURE_USAGE, expected->str);
		return FALSE;
	}
	if (!check_all(setting, list ? list : alone, error))
		return FALSE;
	value->text = g_strdup(text);
	value->list = g_steal_pointer(&list);
	value->number = number;
	return TRUE;
}

/* In the greatest unit that leaves nothing over. */
static void
append_span(GString *out, guint64 seconds)
{
	static const struct {
		guint64 seconds;
		char unit;
	} units[] = {{24 * HOUR_SECONDS, 'd'}, {HOUR_SECONDS, 'h'}, {60, 'm'}, {1, 's'}};
	guint i = 0;

	while (seconds % units[i].seconds != 0)
		i++;
	if (seconds == 0)
		g_string_append_c(out, '0');
	else
		g_string_append_printf(out, "%" G_GUINT64_FORMAT "%c",
			seconds / units[i].seconds, units[i].unit);
}

static void
append_size(GString *out, guint64 octets)
{
	char text[SIZE_TEXT_SIZE];

	g_string_append(out, size_format(octets, text));
}

static void
append_number(GString *out, guint64 number)
{
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
}

static void
append_bounds(
	GString *out, const Setting *setting, void (*append)(GString *out, guint64 number))
{
	g_string_append(out, " from ");
	append(out, setting->min);
	g_string_append(out, " to ");
	append(out, setting->max);
}

void
setting_value_describe(const Setting *setting, GString *out)
{
	switch (setting->kind) {
	case SETTING_NUMBER:
		g_string_append(out, "a number");
		append_bounds(out, setting, append_number);
		if (setting->unit)
			g_string_append_printf(out, " %s", setting->unit);
		return;
	case SETTING_SIZE:
		g_string_append(out, "a size");
		append_bounds(out, setting, append_size);
		return;
	case SETTING_SPAN:
		g_string_append(out, "a duration");
		append_bounds(out, setting, append_span);
		return;
	case SETTING_SWITCH:
		g_string_append(out, "yes or no");
		return;
	case SETTING_FOLDER:
		g_string_append(out, "an absolute path");
		return;
	case SETTING_TEXT:
		g_string_append(out, "a text");
		return;
	case SETTING_LIST:
		g_string_append(out, "texts with ; between them");
		return;
	}
}
