/*
 * JSON (RFC 8259) written onto a string, value after value.
 *
 * Commas come by themselves: a value or key puts one before itself unless the string is empty
 * or ends in an opening bracket, a colon or a newline. So objects, arrays and one object a line
 * all need no bookkeeping:
 *
 *	json_begin(out, '{');
 *	json_key(out, "sources");
 *	json_begin(out, '[');
 *	json_string(out, "192.0.2.1");
 *	json_end(out, ']');
 *	json_end(out, '}');
 *	g_string_append_c(out, '\n');
 *
 * Nothing checks that what is begun is ended. The result is valid UTF-8 always.
 *
 * Hidden, because libjansson, which reads JSON, has functions of the same names, and must go on
 * calling its own.
 */
#ifndef COMMON_JSON_H
#define COMMON_JSON_H

#include <glib.h>

#pragma GCC visibility push(hidden)

void json_begin(GString *out, char bracket); /* '{' or '[' */
void json_end(GString *out, char bracket);   /* '}' or ']' */

/* The next value's key within an object. */
void json_key(GString *out, const char *key);

/* text: any octets up to NUL. Quote, backslash, control characters (DEL among them) and
 * what is not seen or turns the direction of text are escaped; every octet outside valid UTF-8 becomes U+FFFD. NULL is written as null. */
void json_string(GString *out, const char *text);

void json_number(GString *out, guint64 number);
void json_signed(GString *out, gint64 number);
/* The shortest decimal that reads back as the same double; null when it is not finite. Never
 * depends on the locale. */
void json_real(GString *out, double number);
void json_bool(GString *out, gboolean value);

#pragma GCC visibility pop

#endif
