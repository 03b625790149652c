/*
 * A finding's packets as text, beside the page: a file whose first line says what it was made of.
 *
 * "gnomon-packets 1 LIMIT FILE..." with FILE "SENSOR/DAY/STEM=IDENTITY" (spool_identity), a "~"
 * behind it when the file was cut short or damaged; then the packets, each from the start of a
 * line, further lines of it behind a tab.
 */
#ifndef REPORT_PACKET_CACHE_H
#define REPORT_PACKET_CACHE_H

#include <glib.h>

typedef struct {
	GHashTable *files; /* owned: name SENSOR/DAY/STEM -> PacketCacheFile, both owned */
	GPtrArray *texts;  /* owned: of char *, by time */
} PacketCache;

typedef struct {
	guint64 identity;
	gboolean partial; /* cut short or damaged */
} PacketCacheFile;

/* Of nothing. */
PacketCache *packet_cache_new(void);
void packet_cache_free(PacketCache *cache);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PacketCache, packet_cache_free)

/* NULL: there is none, or it is not of this form and limit. */
PacketCache *packet_cache_load(const char *path, guint limit);
/* Whole or not at all; untouched when it would hold the same. */
gboolean packet_cache_save(
	const PacketCache *cache, const char *path, guint limit, GError **error);

void packet_cache_add_file(
	PacketCache *cache, const char *name, guint64 identity, gboolean partial);
/* NULL: it was not read for this cache. */
const PacketCacheFile *packet_cache_file(const PacketCache *cache, const char *name);

#endif
