#include "config.h"

#include "report/database.h"

#include "common/failure.h"

#ifdef HAVE_MAXMINDDB

#include <errno.h>
#include <maxminddb.h>
#include <netinet/in.h>
#include <string.h>

struct Database {
	MMDB_s mmdb;
	char *path; /* owned */
};

static void
damaged(const char *path, int status, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: expected a database in MaxMind's format: %s", path, MMDB_strerror(status));
}

Database *
database_open(const char *path, GError **error)
{
	/* Opening a pipe would wait for its writer. */
	if (!g_file_test(path, G_FILE_TEST_IS_REGULAR)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: cannot be read: expected a file", path);
		return NULL;
	}
	Database *database = g_new0(Database, 1);
	int status = MMDB_open(path, MMDB_MODE_MMAP, &database->mmdb);
	if (status != MMDB_SUCCESS) {
		damaged(path, status, error);
		g_free(database);
		return NULL;
	}
	database->path = g_strdup(path);
	return database;
}

void
database_close(Database *database)
{
	if (!database)
		return;
	MMDB_close(&database->mmdb);
	g_free(database->path);
	g_free(database);
}

gint64
database_built(const Database *database)
{
	return (gint64)MIN(database->mmdb.metadata.build_epoch, (guint64)G_MAXINT64);
}

/* *data: what lies there; has_data FALSE: nothing. */
static gboolean
look_up(const Database *database, const Address *address, const char *const *keys,
	MMDB_entry_data_s *data, GError **error)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	int status = MMDB_SUCCESS;

	*data = (MMDB_entry_data_s){0};
	/* A database of IPv4 knows nothing of others. */
	if (address->family == 6 && database->mmdb.metadata.ip_version == 4)
		return TRUE;
	v4.sin_addr.s_addr = g_htonl((guint32)address->low);
	if (address->family == 6)
		address_to_v6(address, v6.sin6_addr.s6_addr);
	MMDB_lookup_result_s result = MMDB_lookup_sockaddr(&database->mmdb,
		address->family == 4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6,
		&status);
	if (status == MMDB_SUCCESS && result.found_entry)
		status = MMDB_aget_value(&result.entry, data, keys);
	/* What lies there is no map, or has no such key. */
	if (status == MMDB_LOOKUP_PATH_DOES_NOT_MATCH_DATA_ERROR) {
		*data = (MMDB_entry_data_s){0};
		return TRUE;
	}
	if (status != MMDB_SUCCESS)
		damaged(database->path, status, error);
	return status == MMDB_SUCCESS;
}

gboolean
database_text(const Database *database, const Address *address, const char *const *keys,
	char **text, GError **error)
{
	MMDB_entry_data_s data;

	if (!look_up(database, address, keys, &data, error))
		return FALSE;
	*text = data.has_data && data.type == MMDB_DATA_TYPE_UTF8_STRING && data.data_size > 0
			? g_strndup(data.utf8_string, MIN(data.data_size, DATABASE_TEXT_MAX))
			: NULL;
	return TRUE;
}

gboolean
database_number(const Database *database, const Address *address, const char *const *keys,
	guint32 *number, GError **error)
{
	MMDB_entry_data_s data;

	if (!look_up(database, address, keys, &data, error))
		return FALSE;
	*number = 0;
	if (data.has_data && data.type == MMDB_DATA_TYPE_UINT32)
		*number = data.uint32;
	else if (data.has_data && data.type == MMDB_DATA_TYPE_UINT16)
		*number = data.uint16;
	return TRUE;
}

#else

Database *
database_open(const char *path, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: cannot be read: this gnomon was built without libmaxminddb", path);
	return NULL;
}

void
database_close(Database *database)
{
	g_return_if_fail(database == NULL);
}

gint64
database_built(const Database *database)
{
	g_return_val_if_fail(database != NULL, 0);
	return 0;
}

gboolean
database_text(const Database *database, const Address *address, const char *const *keys,
	char **text, GError **error)
{
	(void)address, (void)keys, (void)text, (void)error;
	g_return_val_if_fail(database != NULL, FALSE);
	return FALSE;
}

gboolean
database_number(const Database *database, const Address *address, const char *const *keys,
	guint32 *number, GError **error)
{
	(void)address, (void)keys, (void)number, (void)error;
	g_return_val_if_fail(database != NULL, FALSE);
	return FALSE;
}

#endif
