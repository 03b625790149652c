#include "config.h"

#include "report/fields.h"

#include "report/html.h"
#include "report/text.h"

static void
field_clear(gpointer data)
{
	g_free(((Field *)data)->text);
}

GArray *
fields_new(void)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(Field));

	g_array_set_clear_func(fields, field_clear);
	return fields;
}

void
fields_add(GArray *fields, const char *label, const char *text)
{
	Field field = {label, g_strdup(text)};

	if (*text)
		g_array_append_val(fields, field);
	else
		g_free(field.text);
}

void
fields_format(GArray *fields, const char *label, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	fields_add(fields, label, text);
}

void
fields_text(GString *page, const GArray *fields, guint indent, guint label_width)
{
	for (guint i = 0; i < fields->len; i++) {
		const Field *field = &g_array_index(fields, Field, i);
		g_auto(GStrv) lines = g_strsplit(field->text, "\n", -1);
		for (char **line = lines; *line; line++) {
			g_autofree char *plain = text_plain(*line);
			text_field(page, indent, label_width, line == lines ? field->label : "",
				plain);
		}
	}
}

void
fields_html(GString *page, const GArray *fields)
{
	g_string_append(page, "<dl>\n");
	for (guint i = 0; i < fields->len; i++) {
		const Field *field = &g_array_index(fields, Field, i);
		g_auto(GStrv) lines = g_strsplit(field->text, "\n", -1);
		if (*field->label)
			html_element(page, "dt", NULL, field->label);
		for (char **line = lines; *line; line++)
			html_element(page, "dd", NULL, *line);
		g_string_append_c(page, '\n');
	}
	g_string_append(page, "</dl>\n");
}
