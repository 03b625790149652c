#include "config.h"

#include "report/mime.h"

#include "report/text.h"

#include <string.h>

enum {
	HEADER_COLUMNS = 76,
	BODY_COLUMNS = 76,
	/* Octets of an encoded word: 48 in base64, which with their frame fit behind a name. */
	WORD_OCTETS = 36,
	WORD_MAX = 64, /* longer ones are encoded, which tears them */
};

static void
strip_end(GString *out)
{
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
}

static void
append_space(GString *out, gboolean lines)
{
	if (lines || (out->len > 0 && out->str[out->len - 1] != ' '))
		g_string_append_c(out, ' ');
}

char *
mime_harmless(const char *text, gboolean lines)
{
	g_autoptr(GString) out = g_string_new(NULL);

	while (*text) {
		gboolean valid;
		gunichar c = text_next(&text, &valid);
		if (lines && c == '\n') {
			strip_end(out);
			g_string_append_c(out, '\n');
		} else if (valid && (g_unichar_isspace(c) || c == '\n'))
			append_space(out, lines);
		else if (!valid || text_is_hidden(c))
			g_string_append_c(out, '?');
		else
			g_string_append_unichar(out, c);
	}
	strip_end(out);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Whether it can stand as it is, folded at its spaces. */
static gboolean
is_plain(const char *text)
{
	if (!g_str_is_ascii(text) || strstr(text, "=?"))
		return FALSE;
	for (; *text; text += strcspn(text, " "), text += *text == ' ')
		if (strcspn(text, " ") > WORD_MAX)
			return FALSE;
	return TRUE;
}

/* Words with single spaces between them; column: octets on the line so far. */
static void
append_folded(GString *out, const char *text, gsize column)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);

	for (char **word = words; *word; word++) {
		gsize length = strlen(*word);
		if (word > words && column + 1 + length > HEADER_COLUMNS) {
			g_string_append(out, "\n ");
			column = 1;
		} else if (word > words) {
			g_string_append_c(out, ' ');
			column++;
		}
		g_string_append(out, *word);
		column += length;
	}
}

/* Encoded words, a line each; no character is torn. */
static void
append_encoded(GString *out, const char *text)
{
	for (const char *end; *text; text = end) {
		for (end = text; *end && g_utf8_next_char(end) - text <= WORD_OCTETS;)
			end = g_utf8_next_char(end);
		g_autofree char *word =
			g_base64_encode((const guchar *)text, (gsize)(end - text));
		g_string_append_printf(out, "=?UTF-8?B?%s?=%s", word, *end ? "\n " : "");
	}
}

void
mime_header(GString *out, const char *name, const char *text)
{
	g_autofree char *whole = mime_harmless(text, FALSE);
	g_autoptr(GString) shown = g_string_new(whole);

	if (g_utf8_strlen(whole, -1) > MIME_HEADER_MAX) {
		g_string_truncate(shown,
			(gsize)(g_utf8_offset_to_pointer(whole, MIME_HEADER_MAX - 3) - whole));
		g_string_append(shown, "...");
	}
	g_string_append_printf(out, "%s: ", name);
	if (is_plain(shown->str))
		append_folded(out, shown->str, strlen(name) + 2);
	else
		append_encoded(out, shown->str);
	g_string_append_c(out, '\n');
}

/* An octet as itself or as "=2E"; first: of a line. */
static void
encode_octet(const char *octet, gboolean first, char token[4])
{
	gboolean last = octet[1] == '\n' || octet[1] == '\0';
	gboolean literal = g_ascii_isgraph(*octet) || (*octet == ' ' && !last);

	/* What a mailbox or a mailer would take for its own. */
	if (first && (*octet == '.' || g_str_has_prefix(octet, "From ")))
		literal = FALSE;
	if (literal && *octet != '=')
		g_snprintf(token, 4, "%c", *octet);
	else
		g_snprintf(token, 4, "=%02X", (guint8)*octet);
}

void
mime_body(GString *out, const char *text)
{
	g_autofree char *harmless = mime_harmless(text, TRUE);
	gsize column = 0;
	char token[4];

	for (const char *octet = harmless; *octet; octet++) {
		if (*octet == '\n') {
			g_string_append_c(out, '\n');
			column = 0;
			continue;
		}
		encode_octet(octet, column == 0, token);
		/* The last column is for the sign that the line goes on. */
		if (column + strlen(token) > BODY_COLUMNS - 1) {
			g_string_append(out, "=\n");
			column = 0;
			encode_octet(octet, TRUE, token);
		}
		g_string_append(out, token);
		column += strlen(token);
	}
	if (column > 0)
		g_string_append_c(out, '\n');
}
