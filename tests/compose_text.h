/*
 * A line of a trace while it is read: where we are, and how to say what was expected there.
 */
#ifndef TESTS_COMPOSE_TEXT_H
#define TESTS_COMPOSE_TEXT_H

#include <glib.h>

typedef struct {
	const char *file; /* borrowed, for messages */
	guint line;       /* from 1 */
	const char *at;   /* borrowed: what is still to be read of the line */
} ComposeText;

/* Sets error to 'FILE:LINE: found "...", expected ...'. Always FALSE, so that callers can
 * return it. */
gboolean compose_text_fail(const ComposeText *text, GError **error, const char *expected, ...)
	G_GNUC_PRINTF(3, 4);

/* Passes blanks and commas; TRUE when nothing is left. */
gboolean compose_text_at_end(ComposeText *text);

/* Passes blanks and commas, then literal when it comes next (as whole word where it ends in a
 * letter or digit); TRUE when it did. */
gboolean compose_text_accept(ComposeText *text, const char *literal);

/* As accept, but its absence is an error. */
gboolean compose_text_expect(ComposeText *text, const char *literal, GError **error);

/* Decimal, or hexadecimal after 0x, at most max. */
gboolean compose_text_number(ComposeText *text, guint64 max, guint64 *number, GError **error);

/* The next word, up to a blank; free with g_free. NULL at the end. */
char *compose_text_word(ComposeText *text);

/* Pieces of number and unit, "21m45s": ns, us, ms, s, m, h, d. */
gboolean compose_text_duration(ComposeText *text, guint64 *ns, GError **error);

/* "17:40:45.87", at most `digits` decimals, as nanoseconds of the day. */
gboolean compose_text_clock(ComposeText *text, guint digits, guint64 *ns, GError **error);

/* TRUE when a date "1999-03-01" comes next. */
gboolean compose_text_is_date(ComposeText *text);

/* A date, as seconds since 1970 UTC of its midnight. */
gboolean compose_text_date(ComposeText *text, guint64 *seconds, GError **error);

#endif
