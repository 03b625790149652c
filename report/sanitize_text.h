/*
 * A text in which the site's addresses are replaced (sanitize.h), wherever they stand: alone,
 * with a port behind a dot or colon as tcpdump writes it, as networks (192.0.2.0/24), and as the
 * number that a 32-bit field shows which an address was put into ("seq 3221225985").
 */
#ifndef REPORT_SANITIZE_TEXT_H
#define REPORT_SANITIZE_TEXT_H

#include "report/sanitize.h"

/* text: any octets up to NUL. Free with g_free. */
char *sanitize_text(const Sanitize *sanitize, const char *text);

#endif
