/*
 * A database about addresses in MaxMind's format; without libmaxminddb, an error that says so.
 */
#ifndef REPORT_DATABASE_H
#define REPORT_DATABASE_H

#include "common/address.h"

enum { DATABASE_TEXT_MAX = 255 /* octets of a text; what is longer is cut */ };

typedef struct Database Database;

/* NULL: it cannot be read, or is none. */
Database *database_open(const char *path, GError **error);
void database_close(Database *database);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Database, database_close)

/* When it was made, seconds since 1970. */
gint64 database_built(const Database *database);

/* What lies under a path of keys, ending in NULL: a text (free with g_free; of any octets but
 * NUL), or a number. What is not there is NULL, or 0. FALSE: the database is damaged. */
gboolean database_text(const Database *database, const Address *address,
	const char *const *keys, char **text, GError **error);
gboolean database_number(const Database *database, const Address *address,
	const char *const *keys, guint32 *number, GError **error);

#endif
