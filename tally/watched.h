/*
 * How much of an hour was captured, as the manifests of its files tell.
 */
#ifndef TALLY_WATCHED_H
#define TALLY_WATCHED_H

#include "common/manifest.h"

typedef struct Watched Watched;

Watched *watched_new(gint64 hour); /* start, seconds since 1970 */
void watched_free(Watched *watched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watched, watched_free)

/* A file of the hour; NULL: it has no manifest. */
void watched_add(Watched *watched, const Manifest *manifest);

/*
 * "not captured for 51 min 47 s", owned by the caller. NULL: all of the hour was captured but for
 * less than a second, or a file does not tell (no manifest, imported, ended by a crash), or
 * there was none.
 */
char *watched_tell(Watched *watched);

#endif
