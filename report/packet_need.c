#include "config.h"

#include "report/packet_need.h"

#include <string.h>

#include "common/hour.h"
#include "common/spool.h"
#include "report/tcpdump.h"

enum { FRAME_OCTETS = 2048 }; /* of a packet; tcpdump prints headers */

PacketNeed *
packet_need_new(const char *folder, const PacketsWish *wish)
{
	PacketNeed *need = g_new0(PacketNeed, 1);
	g_autofree char *name = g_strconcat(wish->id, ".txt", NULL);

	need->wish = wish;
	need->path = g_build_filename(folder, name, NULL);
	need->cache = packet_cache_load(need->path, PACKETS_LIMIT);
	if (!need->cache)
		need->cache = packet_cache_new();
	need->read = packet_cache_new();
	need->packets = g_array_new(FALSE, FALSE, sizeof(PickPacket));
	return need;
}

void
packet_need_free(PacketNeed *need)
{
	if (!need)
		return;
	for (guint i = 0; i < need->packets->len; i++) {
		g_free(g_array_index(need->packets, PickPacket, i).frame);
		if (need->texts)
			g_free(need->texts[i]);
	}
	g_free(need->texts);
	g_array_unref(need->packets);
	packet_cache_free(need->cache);
	packet_cache_free(need->read);
	g_free(need->path);
	g_free(need->problem);
	g_free(need);
}

gboolean
packet_need_had_hour(const PacketNeed *need, gint64 hour)
{
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, need->cache->files);
	while (g_hash_table_iter_next(&iter, &key, NULL)) {
		g_auto(GStrv) parts = g_strsplit(key, "/", 3); /* sensor, day, stem */
		gint64 own;
		gsize length;
		if (g_strv_length(parts) == 3 &&
			spool_parse_stem(parts[1], parts[2], &own, &length) && own == hour)
			return TRUE;
	}
	return FALSE;
}

gboolean
packet_need_is_filled(const PacketNeed *need, gint64 hour)
{
	char time[TCPDUMP_TIME_SIZE];
	guint n = 0;

	tcpdump_format_time((guint64)hour * SECOND_NS, time);
	for (guint i = 0; i < need->cache->texts->len; i++)
		n += strncmp(need->cache->texts->pdata[i], time, sizeof time - 1) < 0;
	for (guint i = 0; i < need->packets->len; i++)
		n += g_array_index(need->packets, PickPacket, i).time <
		     (guint64)hour * SECOND_NS;
	return n >= PACKETS_LIMIT;
}

static int
compare_packets(gconstpointer a, gconstpointer b)
{
	const PickPacket *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

void
packet_need_take(PacketNeed *need, const PickPacket *packets, guint n)
{
	for (guint i = 0; i < n; i++) {
		PickPacket packet = packets[i];
		packet.frame = g_memdup2(packet.frame, packet.captured);
		g_array_append_val(need->packets, packet);
	}
	g_array_sort(need->packets, compare_packets);
	while (need->packets->len > PACKETS_LIMIT) {
		guint last = need->packets->len - 1;
		g_free(g_array_index(need->packets, PickPacket, last).frame);
		g_array_set_size(need->packets, last);
	}
}

void
packet_need_ask(const PacketNeed *need, Pick *pick)
{
	const PacketsWish *wish = need->wish;
	const gint64 *hours = wish->hours;
	const Network target = {wish->target, (guint8)network_most_bits(wish->target.family)};
	const PickRule rule = {.sources = wish->sources,
		.n_sources = wish->n_sources,
		.targets = &target,
		.n_targets = wish->target.family ? 1 : 0,
		.from = (guint64)hours[0] * SECOND_NS,
		.to = (guint64)(hours[wish->n_hours - 1] + HOUR_SECONDS) * SECOND_NS,
		.limit = PACKETS_LIMIT,
		.octets = FRAME_OCTETS};

	/* Only an expression can be wrong. */
	pick_add(pick, &rule, NULL);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strncmp(*(const char *const *)a, *(const char *const *)b, TCPDUMP_TIME_SIZE - 1);
}

void
packet_need_join(PacketNeed *need)
{
	GPtrArray *texts = need->cache->texts;
	GHashTableIter iter;
	gpointer name, file;

	for (guint i = 0; i < need->packets->len; i++)
		g_ptr_array_add(texts, g_steal_pointer(&need->texts[i]));
	g_ptr_array_sort(texts, compare_texts);
	if (texts->len > PACKETS_LIMIT)
		g_ptr_array_set_size(texts, PACKETS_LIMIT);
	g_hash_table_iter_init(&iter, need->read->files);
	while (g_hash_table_iter_next(&iter, &name, &file)) {
		const PacketCacheFile *read = file;
		packet_cache_add_file(need->cache, name, read->identity, read->partial);
	}
}

static guint
count_partial(const PacketCache *cache)
{
	GHashTableIter iter;
	gpointer file;
	guint n = 0;

	g_hash_table_iter_init(&iter, cache->files);
	while (g_hash_table_iter_next(&iter, NULL, &file))
		n += ((const PacketCacheFile *)file)->partial;
	return n;
}

G_GNUC_PRINTF(2, 3)
static void
say(GString *reason, const char *format, ...)
{
	va_list arguments;

	if (reason->len > 0)
		g_string_append(reason, "; ");
	va_start(arguments, format);
	g_string_append_vprintf(reason, format, arguments);
	va_end(arguments);
}

char *
packet_need_reason(const PacketNeed *need)
{
	g_autoptr(GString) reason = g_string_new(NULL);
	guint n = need->cache->texts->len, partial = count_partial(need->cache);

	if (n >= PACKETS_LIMIT)
		return NULL;
	if (need->problem)
		say(reason, "%s", need->problem);
	if (need->lacking && need->lacking == need->wish->n_hours)
		say(reason, "packets no longer in the spool");
	else if (need->lacking)
		say(reason, "packets of %u of %u hours no longer in the spool", need->lacking,
			need->wish->n_hours);
	if (need->unread)
		say(reason, "%u hour file%s cannot be read", need->unread,
			need->unread == 1 ? "" : "s");
	if (partial)
		say(reason, "%u hour file%s cut short or damaged", partial,
			partial == 1 ? "" : "s");
	if (n == 0 && reason->len == 0)
		say(reason, "no such packet in the spool's hour files");
	return reason->len ? g_strdup(reason->str) : NULL;
}
