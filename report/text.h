/*
 * Plain text for people: fields with a label, wrapped at 96 columns, numbers and durations as
 * they are read. ASCII only.
 */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include <glib.h>

enum { TEXT_COLUMNS = 96, TEXT_NUMBER_SIZE = 32 };

/* "label    text", the text wrapped at spaces and indented to the label's width; nothing
 * where text is empty. label "": the continuation of a field. A line break in text begins a
 * new line. */
void text_field(
	GString *out, guint indent, guint label_width, const char *label, const char *text);

/* 1234567 as "1,234,567" into buffer of TEXT_NUMBER_SIZE; returns it. */
char *text_number(guint64 number, char *buffer);

/* Adds ", " unless list is empty, then what the format says. */
void text_item(GString *list, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Adds " and 12 more" where total is more than shown. */
void text_rest(GString *list, guint64 total, guint64 shown);

/* Text from elsewhere as a page may hold it: ? for whatever is not a printable ASCII character.
 * Free with g_free. */
char *text_plain(const char *text);

/* Reads a character of UTF-8 at *text, and moves on; of an octet that begins none *valid is FALSE,
 * and it stands for itself. */
gunichar text_next(const char **text, gboolean *valid);

/* Control characters, those that turn the direction of text or cannot be seen, and what means
 * nothing: text from outside that is to be read by people has them in words. */
gboolean text_is_hidden(gunichar c);

/* "s" unless n is 1. */
const char *text_plural(guint64 n);

#endif
