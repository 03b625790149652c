#include "config.h"

#include "report/html.h"

#include <string.h>

#include "report/text.h"

static void
append_character(GString *out, gunichar c)
{
	switch (c) {
	case '&':
		g_string_append(out, "&amp;");
		return;
	case '<':
		g_string_append(out, "&lt;");
		return;
	case '>':
		g_string_append(out, "&gt;");
		return;
	case '"':
		g_string_append(out, "&quot;");
		return;
	case '\'':
		g_string_append(out, "&#39;");
		return;
	case '\n':
	case '\t':
		g_string_append_c(out, ' ');
		return;
	default:
		if (text_is_hidden(c))
			g_string_append_printf(out, "[U+%04X]", c);
		else
			g_string_append_unichar(out, c);
	}
}

/* At most `shown` characters. */
static void
append_text(GString *out, const char *text, guint64 shown)
{
	gboolean valid;
	guint64 rest = 0;
	char number[TEXT_NUMBER_SIZE];

	for (guint64 n = 0; *text; n++) {
		gunichar c = text_next(&text, &valid);
		if (n >= shown)
			rest++;
		else if (valid)
			append_character(out, c);
		else
			g_string_append_printf(out, "[x%02X]", c);
	}
	if (rest > 0)
		g_string_append_printf(out, "[and %s more]", text_number(rest, number));
}

void
html_text(GString *out, const char *text)
{
	append_text(out, text, HTML_TEXT_MAX);
}

void
html_line(GString *out, const char *text)
{
	html_text(out, text);
	while (out->len > 0 && out->str[out->len - 1] == ' ')
		g_string_truncate(out, out->len - 1);
	g_string_append_c(out, '\n');
}

void
html_long_text(GString *out, const char *text)
{
	append_text(out, text, G_MAXUINT64);
}

void
html_format(GString *out, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	g_autofree char *text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	html_text(out, text);
}

void
html_element(GString *out, const char *name, const char *class, const char *text)
{
	g_string_append_printf(out, "<%s", name);
	if (class)
		g_string_append_printf(out, " class=\"%s\"", class);
	g_string_append_c(out, '>');
	html_text(out, text);
	g_string_append_printf(out, "</%s>", name);
}

/* 'sha256-...' of a text, as a policy names it. */
static void
append_digest(GString *out, const char *text)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize length = sizeof digest;

	g_checksum_update(checksum, (const guchar *)text, -1);
	g_checksum_get_digest(checksum, digest, &length);
	g_autofree char *base64 = g_base64_encode(digest, length);
	g_string_append_printf(out, "'sha256-%s'", base64);
}

/* Around each list of links, so that it can be found again: no value can hold them. */
#define LINKS_BEGIN "<!-- links -->\n"
#define LINKS_END "<!-- end of links -->\n"

static void
append_link(GString *out, const HtmlLink *link)
{
	g_string_append(out, "<li>");
	if (link->href) {
		g_string_append(out, "<a href=\"");
		html_text(out, link->href);
		if (link->rel)
			g_string_append_printf(out, "\" rel=\"%s", link->rel);
		g_string_append(out, "\">");
	}
	html_text(out, link->text);
	g_string_append(out, link->href ? "</a></li>\n" : "</li>\n");
}

static void
append_links(GString *out, const HtmlPage *page, const char *label)
{
	if (page->n_links == 0)
		return;
	g_string_append_printf(out, LINKS_BEGIN "<nav aria-label=\"%s\"><ul>\n", label);
	for (guint i = 0; i < page->n_links; i++)
		append_link(out, &page->links[i]);
	g_string_append(out, "</ul></nav>\n" LINKS_END);
}

static const char *const labels[] = {"Pages", "Pages, at the foot"};

char *
html_relink(const char *text, const HtmlPage *page)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		const char *begin = strstr(text, LINKS_BEGIN);
		const char *end = begin ? strstr(begin, LINKS_END) : NULL;
		if (!end)
			return NULL;
		g_string_append_len(out, text, begin - text);
		append_links(out, page, labels[i]);
		text = end + strlen(LINKS_END);
	}
	g_string_append(out, text);
	return g_string_free(g_steal_pointer(&out), FALSE);
}

void
html_begin(GString *out, const HtmlPage *page)
{
	g_string_append(out,
		"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
		"style-src ");
	append_digest(out, html_style);
	g_string_append(out, "; script-src ");
	append_digest(out, html_script);
	g_string_append(out,
		"; base-uri 'none'; form-action 'none'\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n"
		"<meta name=\"referrer\" content=\"no-referrer\">\n");
	html_element(out, "title", NULL, page->title);
	g_string_append_c(out, '\n');
	if (page->feed) {
		g_string_append(out, "<link rel=\"alternate\" type=\"application/atom+xml\" "
				     "title=\"Findings\" href=\"");
		html_text(out, page->feed);
		g_string_append(out, "\">\n");
	}
	g_string_append_printf(
		out, "<style>%s</style>\n</head>\n<body>\n<header>\n", html_style);
	append_links(out, page, labels[0]);
	g_string_append(out, "</header>\n<main>\n");
}

void
html_end(GString *out, const HtmlPage *page)
{
	g_string_append(out, "</main>\n<footer>\n");
	append_links(out, page, labels[1]);
	g_string_append_printf(out,
		"<p>Made by Gnomon %s from packet headers alone.</p>\n</footer>\n"
		"<script>%s</script>\n</body>\n</html>\n",
		PACKAGE_VERSION, html_script);
}
