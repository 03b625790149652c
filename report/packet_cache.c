#include "config.h"

#include "report/packet_cache.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/disk.h"
#include "common/failure.h"

static const char form[] = "gnomon-packets 1";

PacketCache *
packet_cache_new(void)
{
	PacketCache *cache = g_new(PacketCache, 1);

	cache->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	cache->texts = g_ptr_array_new_with_free_func(g_free);
	return cache;
}

void
packet_cache_free(PacketCache *cache)
{
	if (!cache)
		return;
	g_hash_table_unref(cache->files);
	g_ptr_array_unref(cache->texts);
	g_free(cache);
}

void
packet_cache_add_file(PacketCache *cache, const char *name, guint64 identity, gboolean partial)
{
	const PacketCacheFile file = {identity, partial};

	g_hash_table_insert(cache->files, g_strdup(name), g_memdup2(&file, sizeof file));
}

const PacketCacheFile *
packet_cache_file(const PacketCache *cache, const char *name)
{
	return g_hash_table_lookup(cache->files, name);
}

static gboolean
read_file(PacketCache *cache, char *word)
{
	char *equals = strrchr(word, '=');
	char *end;

	if (!equals || !g_ascii_isdigit(equals[1]))
		return FALSE;
	*equals = '\0';
	guint64 identity = g_ascii_strtoull(equals + 1, &end, 10);
	gboolean partial = *end == '~';
	packet_cache_add_file(cache, word, identity, partial);
	return end[partial] == '\0';
}

/* The line without its end. */
static gboolean
read_head(PacketCache *cache, char *line, guint limit)
{
	g_autofree char *expected = g_strdup_printf("%s %u", form, limit);
	gsize length = strlen(expected);

	if (strncmp(line, expected, length) != 0 || (line[length] && line[length] != ' '))
		return FALSE;
	g_auto(GStrv) words = g_strsplit(line + length, " ", -1);
	for (char **word = words; *word; word++)
		if (**word && !read_file(cache, *word))
			return FALSE;
	return TRUE;
}

PacketCache *
packet_cache_load(const char *path, guint limit)
{
	g_autoptr(PacketCache) cache = packet_cache_new();
	gsize length;
	g_autofree char *content = disk_load(path, DISK_TEXT_MAX, &length);

	if (!content || strlen(content) != length)
		return NULL;
	char *at = strchr(content, '\n');
	if (!at)
		return NULL;
	*at++ = '\0';
	if (!read_head(cache, content, limit))
		return NULL;
	while (*at) {
		/* As far as the end of the last line that a tab begins. */
		char *end = strchr(at, '\n');
		while (end && end[1] == '\t')
			end = strchr(end + 1, '\n');
		if (!end)
			return NULL;
		*end = '\0';
		g_ptr_array_add(cache->texts, g_strdup(at));
		at = end + 1;
	}
	return cache->texts->len <= limit ? g_steal_pointer(&cache) : NULL;
}

static void
append_files(GString *out, const PacketCache *cache)
{
	g_autoptr(GList) names = g_list_sort(
		g_hash_table_get_keys(cache->files), (GCompareFunc)(void (*)(void))strcmp);

	for (GList *name = names; name; name = name->next) {
		const PacketCacheFile *file = packet_cache_file(cache, name->data);
		g_string_append_printf(out, " %s=%" G_GUINT64_FORMAT "%s", (char *)name->data,
			file->identity, file->partial ? "~" : "");
	}
}

/* Under its name when it is whole, as output_save (what is left by a kill has a name of that kind,
 * and is swept with it); but never synced, which for thousands of findings takes a minute: after a
 * crash of the machine an empty one is made again. */
static gboolean
replace(const char *path, const GString *content, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(path), *name = g_path_get_basename(path);
	g_autofree char *part = g_strdup_printf("%s/.%s.part-cached", folder, name);

	/* What was left there, or a link that somebody laid, is not written through. */
	g_unlink(part);
	int fd = open(part, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
	gboolean written = fd >= 0 && disk_write(fd, content->str, content->len);

	if (fd >= 0)
		written &= close(fd) == 0;
	if (written && g_rename(part, path) == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be written: %s", path,
		g_strerror(errno));
	g_unlink(part);
	return FALSE;
}

gboolean
packet_cache_save(const PacketCache *cache, const char *path, guint limit, GError **error)
{
	g_autoptr(GString) out = g_string_new(form);
	gsize length;

	g_string_append_printf(out, " %u", limit);
	append_files(out, cache);
	g_string_append_c(out, '\n');
	for (guint i = 0; i < cache->texts->len; i++)
		g_string_append_printf(out, "%s\n", (const char *)cache->texts->pdata[i]);
	g_autofree char *before = disk_load(path, out->len, &length);
	if (before && length == out->len && memcmp(before, out->str, length) == 0)
		return TRUE;
	return replace(path, out, error);
}
