/*
 * Labelled fields in their order, that a text page and an HTML page tell alike: "Addresses   9
 * targets hit in 24 h ...".
 */
#ifndef REPORT_FIELDS_H
#define REPORT_FIELDS_H

#include <glib.h>

typedef struct {
	const char *label; /* of static life; "": the field before goes on, on a new line */
	char *text;        /* owned; may hold line breaks, and what came from outside */
} Field;

/* An array of Field, which owns its texts; owned by the caller. */
GArray *fields_new(void);

/* Adds a field; nothing where text is empty. label: not copied. */
void fields_add(GArray *fields, const char *label, const char *text);

/* The same of what a format makes. */
void fields_format(GArray *fields, const char *label, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

/* Appends them as text: ASCII only (text_plain), wrapped, labels of so many columns. */
void fields_text(GString *page, const GArray *fields, guint indent, guint label_width);

/* Appends them as a list of terms. */
void fields_html(GString *page, const GArray *fields);

#endif
