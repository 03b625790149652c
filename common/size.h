/*
 * Sizes in octets as users write them: "64M", "2G", "500K", or a number; K, M, G and T are
 * powers of 1024.
 */
#ifndef COMMON_SIZE_H
#define COMMON_SIZE_H

#include <glib.h>

enum { SIZE_TEXT_SIZE = 24 };

/* FALSE, *octets untouched: text is none, or beyond G_MAXINT64. */
gboolean size_parse(const char *text, guint64 *octets);
/* In the greatest unit that leaves nothing over, so that it reads back as the same: "64M",
 * "1536K". buffer of SIZE_TEXT_SIZE; returns it. */
char *size_format(guint64 octets, char *buffer);

#endif
