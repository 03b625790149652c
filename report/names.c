#include "config.h"

#include "report/names.h"

#include <errno.h>
#include <string.h>

#include "common/disk.h"
#include "common/failure.h"
#include "common/output.h"

#define HEAD "gnomon-names 1\n"

enum { FILE_MAX = 64 << 20 };

typedef struct {
	gint64 asked;
	char *name; /* owned */
} Entry;

struct Names {
	GHashTable *entries; /* owned; an address's text, owned -> Entry *, owned */
};

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	g_free(entry->name);
	g_free(entry);
}

char *
names_path(const char *store)
{
	return g_build_filename(store, ".names", NULL);
}

Names *
names_new(void)
{
	Names *names = g_new0(Names, 1);

	names->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
	return names;
}

void
names_free(Names *names)
{
	if (!names)
		return;
	g_hash_table_unref(names->entries);
	g_free(names);
}

static void
read_line(Names *names, const char *line)
{
	g_auto(GStrv) parts = g_strsplit(line, " ", 3);
	Address address;
	gint64 asked;

	if (g_strv_length(parts) >= 2 && address_parse(parts[0], &address) &&
		g_ascii_string_to_signed(parts[1], 10, 0, G_MAXINT64, &asked, NULL))
		names_set(names, &address, asked, parts[2] ? parts[2] : "");
}

Names *
names_load(const char *path, GError **error)
{
	g_autoptr(Names) names = names_new();
	gsize length;
	g_autofree char *text = disk_load(path, FILE_MAX, &length);

	if (!text && errno == ENOENT)
		return g_steal_pointer(&names);
	if (!text) {
		int number = errno;
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be read: %s", path,
			disk_why(number));
		return NULL;
	}
	if (!g_str_has_prefix(text, HEAD)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: expected names as gnomon-names writes them", path);
		return NULL;
	}
	g_auto(GStrv) lines = g_strsplit(text + strlen(HEAD), "\n", -1);
	for (char **line = lines; *line; line++)
		read_line(names, *line);
	return g_steal_pointer(&names);
}

gboolean
names_save(const Names *names, const char *path, GError **error)
{
	g_autoptr(GString) text = g_string_new(HEAD);
	g_autoptr(GList) addresses = g_hash_table_get_keys(names->entries);

	addresses = g_list_sort(addresses, (GCompareFunc)strcmp);
	for (GList *item = addresses; item; item = item->next) {
		const Entry *entry = g_hash_table_lookup(names->entries, item->data);
		g_string_append_printf(text, "%s %" G_GINT64_FORMAT "%s%s\n",
			(const char *)item->data, entry->asked, *entry->name ? " " : "",
			entry->name);
	}
	return output_save(path, text->str, text->len, error);
}

gboolean
names_find(const Names *names, const Address *address, gint64 *asked, const char **name)
{
	char text[ADDRESS_TEXT_SIZE];
	const Entry *entry = g_hash_table_lookup(names->entries, address_format(address, text));

	if (!entry)
		return FALSE;
	*asked = entry->asked;
	*name = entry->name;
	return TRUE;
}

void
names_set(Names *names, const Address *address, gint64 asked, const char *name)
{
	char text[ADDRESS_TEXT_SIZE];
	Entry *entry = g_new0(Entry, 1);

	entry->asked = asked;
	entry->name = g_strndup(name, MIN(strcspn(name, "\n"), NAMES_NAME_MAX));
	g_hash_table_replace(names->entries, g_strdup(address_format(address, text)), entry);
}

static gboolean
is_before(gpointer key, gpointer value, gpointer before)
{
	(void)key;
	return ((const Entry *)value)->asked < *(const gint64 *)before;
}

void
names_forget(Names *names, gint64 before)
{
	g_hash_table_foreach_remove(names->entries, is_before, &before);
}
