/*
 * Text from anywhere as a mail may hold it: in headers (RFC 5322, RFC 2047) and in bodies
 * (quoted-printable, RFC 2045). Lines end in "\n", as sendmail(8) reads them, and have at most 78
 * octets.
 */
#ifndef REPORT_MIME_H
#define REPORT_MIME_H

#include <glib.h>

enum { MIME_HEADER_MAX = 300 }; /* characters of a header's text */

/*
 * Valid UTF-8 that moves nothing: ? for control characters, for those that turn the direction or
 * cannot be seen, and for each octet that is no UTF-8. lines: line breaks stay, and the ends of
 * lines lose their spaces; else every run of white space is one space, none at the ends. Free with
 * g_free.
 */
char *mime_harmless(const char *text, gboolean lines);

/* "Name: text", folded; encoded where it is not plain ASCII. Beyond MIME_HEADER_MAX characters
 * it ends in "...". No text ends the header, or begins another. */
void mime_header(GString *out, const char *name, const char *text);

/* The text in quoted-printable; ends in a line break. No line of it begins with "." or "From ",
 * and "=_" is never in it, so that a boundary with these can stand behind it. */
void mime_body(GString *out, const char *text);

#endif
