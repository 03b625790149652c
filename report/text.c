#include "config.h"

#include "report/text.h"

/* How many characters of text fit in the width: up to a space or the end; a word that is
 * longer is not broken. */
static gsize
fitting(const char *text, gsize width)
{
	gsize fits = 0;

	for (gsize i = 0;; i++) {
		if (text[i] != ' ' && text[i] != '\n' && text[i] != '\0')
			continue;
		if (i > width && fits > 0)
			return fits;
		fits = i;
		if (text[i] != ' ' || i > width)
			return fits;
	}
}

void
text_field(GString *out, guint indent, guint label_width, const char *label, const char *text)
{
	gsize width = TEXT_COLUMNS - indent - label_width;

	while (*text != '\0') {
		gsize length = fitting(text, width);
		g_string_append_printf(out, "%*s%-*s%.*s\n", (int)indent, "", (int)label_width,
			label, (int)length, text);
		text += length + (text[length] != '\0');
		label = "";
	}
}

char *
text_number(guint64 number, char *buffer)
{
	char digits[TEXT_NUMBER_SIZE];
	gsize n = (gsize)g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, number),
	      used = 0;

	for (gsize i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			buffer[used++] = ',';
		buffer[used++] = digits[i];
	}
	buffer[used] = '\0';
	return buffer;
}

void
text_item(GString *list, const char *format, ...)
{
	va_list arguments;

	if (list->len > 0)
		g_string_append(list, ", ");
	va_start(arguments, format);
	g_string_append_vprintf(list, format, arguments);
	va_end(arguments);
}

void
text_rest(GString *list, guint64 total, guint64 shown)
{
	char number[TEXT_NUMBER_SIZE];

	if (total > shown)
		g_string_append_printf(
			list, " and %s more", text_number(total - shown, number));
}

char *
text_plain(const char *text)
{
	GString *plain = g_string_new(NULL);

	/* The octets that go on a character of UTF-8 are no characters of their own. */
	for (const char *c = text; *c; c++)
		if (g_ascii_isprint(*c))
			g_string_append_c(plain, *c);
		else if (((guint8)*c & 0xc0) != 0x80)
			g_string_append_c(plain, '?');
	return g_string_free(plain, FALSE);
}

const char *
text_plural(guint64 n)
{
	return n == 1 ? "" : "s";
}

gunichar
text_next(const char **text, gboolean *valid)
{
	gunichar c = g_utf8_get_char_validated(*text, -1);

	*valid = c != (gunichar)-1 && c != (gunichar)-2;
	if (!*valid)
		return (guint8) * (*text)++;
	*text = g_utf8_next_char(*text);
	return c;
}

gboolean
text_is_hidden(gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_SURROGATE:
	case G_UNICODE_PRIVATE_USE:
	case G_UNICODE_UNASSIGNED:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		return TRUE;
	default:
		return FALSE;
	}
}
