/*
 * Room on the disk that hour files are written to.
 */
#ifndef COLLECT_SPACE_H
#define COLLECT_SPACE_H

#include <glib.h>

/* Octets that this process may still write below folder; G_MAXUINT64: nobody knows. */
guint64 space_free(const char *folder);

/* Whether keep_free octets and more are free. again: it had been too little, and now there must
 * be somewhat more, so that it does not go to and fro: a fiftieth of the file system, within
 * SPACE_MARGIN_MIN and _MAX. */
gboolean space_is_enough(const char *folder, guint64 keep_free, gboolean again);

enum { SPACE_MARGIN_MIN = 1 << 20, SPACE_MARGIN_MAX = 256 << 20 };

#endif
