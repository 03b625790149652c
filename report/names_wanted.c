#include "config.h"

#include "report/names_wanted.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>

/* Of jansson's two that have the names of ours: never called here. */
#define json_string jansson_string
#define json_real jansson_real
#include <jansson.h>
#undef json_string
#undef json_real

#include "common/address.h"
#include "common/disk.h"
#include "common/failure.h"

enum { LINE_MAX_OCTETS = 4 << 20 };

static gboolean
has_address(const GArray *wanted, GHashTable *seen, const Address *address)
{
	char text[ADDRESS_TEXT_SIZE];

	return wanted->len >= NAMES_WANTED_MAX ||
	       !g_hash_table_add(seen, g_strdup(address_format(address, text)));
}

static void
take_list(GArray *wanted, GHashTable *seen, const json_t *list)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		const char *text = json_string_value(json_array_get(list, i));
		Address address;
		/* A prefix has no name. */
		if (text && address_parse(text, &address) &&
			!has_address(wanted, seen, &address))
			g_array_append_val(wanted, address);
	}
}

static gboolean
fail(GError **error, const char *path)
{
	int number = errno;

	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s", path,
		disk_why(number));
	return FALSE;
}

gboolean
names_wanted(const char *path, GArray *wanted, GError **error)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_autofree char *line = NULL;
	size_t size = 0;
	ssize_t length;

	for (guint i = 0; i < wanted->len; i++) {
		char text[ADDRESS_TEXT_SIZE];
		g_hash_table_add(seen,
			g_strdup(address_format(&g_array_index(wanted, Address, i), text)));
	}
	FILE *file = disk_open(path);
	if (!file)
		return errno == ENOENT || fail(error, path);
	while ((length = getline(&line, &size, file)) > 0 && length <= LINE_MAX_OCTETS) {
		json_t *object = json_loadb(line, (gsize)length, 0, NULL);
		take_list(wanted, seen, json_object_get(object, "sources"));
		take_list(wanted, seen, json_object_get(object, "members"));
		json_decref(object);
	}
	gboolean read = !ferror(file);
	if (!read)
		fail(error, path);
	fclose(file);
	return read;
}
