#include "config.h"

#include "common/json.h"

#include <math.h>
#include <string.h>

static void
separate(GString *out)
{
	if (out->len > 0 && strchr("{[:\n", out->str[out->len - 1]) == NULL)
		g_string_append_c(out, ',');
}

void
json_begin(GString *out, char bracket)
{
	separate(out);
	g_string_append_c(out, bracket);
}

void
json_end(GString *out, char bracket)
{
	g_string_append_c(out, bracket);
}

void
json_key(GString *out, const char *key)
{
	json_string(out, key);
	g_string_append_c(out, ':');
}

static void
append_ascii(GString *out, char octet)
{
	static const char plain[] = "\"\\\n\r\t\b\f", letters[] = "\"\\nrtbf";
	const char *escape;

	if (octet >= ' ' && octet <= '~' && octet != '"' && octet != '\\') {
		g_string_append_c(out, octet);
		return;
	}
	escape = strchr(plain, octet);
	if (escape != NULL)
		g_string_append_printf(out, "\\%c", letters[escape - plain]);
	else if (g_ascii_iscntrl(octet))
		g_string_append_printf(out, "\\u%04x", (guint)octet);
	else
		g_string_append_c(out, octet);
}

/* What is not seen, or turns the direction of what is, is escaped: people read these lines on
 * terminals, too. */
static void
append_character(GString *out, gunichar c)
{
	switch (g_unichar_type(c)) {
	case G_UNICODE_CONTROL:
	case G_UNICODE_FORMAT:
	case G_UNICODE_LINE_SEPARATOR:
	case G_UNICODE_PARAGRAPH_SEPARATOR:
		if (c >= 0x10000)
			g_string_append_printf(out, "\\u%04x\\u%04x", 0xd7c0 + (c >> 10),
				0xdc00 + (c & 0x3ff));
		else
			g_string_append_printf(out, "\\u%04x", c);
		return;
	default:
		g_string_append_unichar(out, c);
	}
}

void
json_string(GString *out, const char *text)
{
	separate(out);
	if (text == NULL) {
		g_string_append(out, "null");
		return;
	}
	g_string_append_c(out, '"');
	/* One validation finds the whole valid stretch, so that the cost stays linear whatever
	 * the octets are. */
	while (*text != '\0') {
		const char *end;
		g_utf8_validate(text, -1, &end);
		while (text < end) {
			if ((guchar)*text < 0x80) {
				append_ascii(out, *text++);
			} else {
				append_character(out, g_utf8_get_char(text));
				text = g_utf8_next_char(text);
			}
		}
		if (*text != '\0') {
			g_string_append(out, "\357\277\275"); /* U+FFFD */
			text++;
		}
	}
	g_string_append_c(out, '"');
}

void
json_number(GString *out, guint64 number)
{
	separate(out);
	g_string_append_printf(out, "%" G_GUINT64_FORMAT, number);
}

void
json_signed(GString *out, gint64 number)
{
	separate(out);
	g_string_append_printf(out, "%" G_GINT64_FORMAT, number);
}

void
json_real(GString *out, double number)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE], format[] = "%.15g";

	separate(out);
	if (!isfinite(number)) {
		g_string_append(out, "null");
		return;
	}
	/* 15 digits are often enough, 17 always (IEEE 754 doubles). */
	for (int digits = 15; digits <= 17; digits++) {
		format[3] = (char)('0' + digits - 10);
		g_ascii_formatd(buffer, sizeof buffer, format, number);
		if (g_ascii_strtod(buffer, NULL) == number)
			break;
	}
	g_string_append(out, buffer);
}

void
json_bool(GString *out, gboolean value)
{
	separate(out);
	g_string_append(out, value ? "true" : "false");
}
