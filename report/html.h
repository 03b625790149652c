/*
 * HTML: the one escaper through which every value passes, and what each page begins and ends
 * with. A page is one file: nothing is fetched, all of it is there without JavaScript, and it
 * stands under the policy that it carries itself (default-src 'none', the digests of its one
 * style sheet and its one script).
 */
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <glib.h>

enum { HTML_TEXT_MAX = 1000 }; /* characters of a value that are shown */

/*
 * Appends text as it may stand in an element or in a quoted attribute. & < > " ' become
 * references; control characters, and those that turn the direction or cannot be seen, "[U+202E]";
 * octets that are no UTF-8 "[xFF]". Beyond HTML_TEXT_MAX characters: "[and 9,000 more]".
 */
void html_text(GString *out, const char *text);

/* The same as a line of <pre>, without spaces before its end. */
void html_line(GString *out, const char *text);

/* The same without an end to it, for what must be whole to be of use. */
void html_long_text(GString *out, const char *text);

/* The same of what a format makes; for text of our own around values. */
void html_format(GString *out, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* <name class="class">text</name>; class: of our own, NULL: none. */
void html_element(GString *out, const char *name, const char *class, const char *text);

/* A way from page to page, at the top and at the foot; href NULL: there is no such page, text
 * stands there alone. */
typedef struct {
	const char *href; /* relative, or NULL */
	const char *text;
	const char *rel; /* "prev", "next", "up"; NULL: none */
} HtmlLink;

typedef struct {
	const char *title;
	const char *feed; /* href of the Atom feed; NULL: none */
	const HtmlLink *links;
	guint n_links;
} HtmlPage;

/* From the document type to within <main>. */
void html_begin(GString *out, const HtmlPage *page);
/* From the end of <main> to the end, the links once more. */
void html_end(GString *out, const HtmlPage *page);

/* The same page with other links, as html_begin and html_end would have made it; NULL: it is
 * none of ours, or has no links. Owned by the caller. */
char *html_relink(const char *text, const HtmlPage *page);

/* The one style sheet and the one script (html_style.c, html_script.c). */
extern const char html_style[], html_script[];

#endif
