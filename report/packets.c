#include "config.h"

#include "report/packets.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/hour.h"
#include "report/packet_need.h"
#include "report/tcpdump.h"
#include "tally/captures.h"
#include "tally/inputs.h"
#include "tally/options.h"

/* An hour file, for whom it is to be read. */
typedef struct {
	const char *path; /* borrowed from captures */
	char *name;       /* owned; as in caches */
	guint64 identity;
	gint64 hour;      /* the first that it has packets of */
	GPtrArray *needs; /* owned: of PacketNeed * */
} File;

typedef struct {
	const Site *site;   /* borrowed */
	const char *folder; /* borrowed */
	Captures *captures; /* owned */
	GHashTable *hours;  /* owned: gint64 -> GPtrArray of File *, both owned */
	GHashTable *paths;  /* owned: path -> File *, owned */
	GPtrArray *needs;   /* owned: of PacketNeed * */
} Search;

void
packets_found_free(PacketsFound *found)
{
	if (!found)
		return;
	g_ptr_array_unref(found->texts);
	g_free(found->reason);
	g_free(found);
}

static void
file_free(gpointer data)
{
	File *file = data;

	g_ptr_array_unref(file->needs);
	g_free(file->name);
	g_free(file);
}

static void
search_clear(Search *search)
{
	captures_free(search->captures);
	g_hash_table_unref(search->hours);
	g_hash_table_unref(search->paths);
	g_ptr_array_unref(search->needs);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Search, search_clear)

/* --- which files */

static File *
take_file(Search *search, const CapturesFile *listed, gint64 hour)
{
	File *file = g_hash_table_lookup(search->paths, listed->file->path);

	if (!file) {
		g_autofree char *line = inputs_line(listed->file);
		*strchrnul(line, ' ') = '\0';
		file = g_new(File, 1);
		*file = (File){.path = listed->file->path,
			.name = g_strdup_printf("%s/%s", listed->sensor, line),
			.identity = listed->file->identity,
			.hour = hour,
			.needs = g_ptr_array_new()};
		g_hash_table_insert(search->paths, listed->file->path, file);
	}
	file->hour = MIN(file->hour, hour);
	return file;
}

/* The files of an hour (of File *), owned by search. */
static const GPtrArray *
files_of(Search *search, gint64 hour, GError **error)
{
	GPtrArray *known = g_hash_table_lookup(search->hours, &hour);
	g_autoptr(GArray) listed = NULL;

	if (known)
		return known;
	listed = g_array_new(FALSE, FALSE, sizeof(CapturesFile));
	if (!captures_list(search->captures, hour, listed, error))
		return NULL;
	known = g_ptr_array_new();
	for (guint i = 0; i < listed->len; i++)
		g_ptr_array_add(known,
			take_file(search, &g_array_index(listed, CapturesFile, i), hour));
	g_hash_table_insert(search->hours, g_memdup2(&hour, sizeof hour), known);
	return known;
}

/* The files of a wish (of File *), each once; owned by the caller. */
static GPtrArray *
files_of_wish(Search *search, PacketNeed *need, GError **error)
{
	g_autoptr(GHashTable) taken = g_hash_table_new(NULL, NULL);
	g_autoptr(GPtrArray) files = g_ptr_array_new();

	for (guint i = 0; i < need->wish->n_hours; i++) {
		gint64 hour = need->wish->hours[i];
		const GPtrArray *listed = files_of(search, hour, error);
		if (!listed)
			return NULL;
		for (guint j = 0; j < listed->len; j++)
			if (g_hash_table_add(taken, listed->pdata[j]))
				g_ptr_array_add(files, listed->pdata[j]);
		if (listed->len == 0 && !packet_need_had_hour(need, hour))
			need->lacking++;
	}
	return g_steal_pointer(&files);
}

/* A file that was replaced makes the cache void, unless others of its files are gone: then it is
 * all that is left of them. */
static void
judge_cache(PacketNeed *need, const GPtrArray *files)
{
	gboolean replaced = FALSE;
	guint there = 0;

	for (guint i = 0; i < files->len; i++) {
		const File *file = files->pdata[i];
		const PacketCacheFile *known = packet_cache_file(need->cache, file->name);
		there += known != NULL;
		replaced |= known && known->identity != file->identity;
	}
	if (!replaced || there < g_hash_table_size(need->cache->files))
		return;
	packet_cache_free(need->cache);
	need->cache = packet_cache_new();
}

/* Which files are to be read for a wish. */
static gboolean
plan(Search *search, PacketNeed *need, GError **error)
{
	g_autoptr(GPtrArray) files = files_of_wish(search, need, error);

	if (!files)
		return FALSE;
	judge_cache(need, files);
	if (need->cache->texts->len >= PACKETS_LIMIT)
		return TRUE;
	for (guint i = 0; i < files->len; i++) {
		File *file = files->pdata[i];
		if (!packet_cache_file(need->cache, file->name))
			g_ptr_array_add(file->needs, need);
	}
	return TRUE;
}

/* --- reading */

/* Reads a file for all that need it and are not filled yet. */
static void
read_file(const Search *search, const File *file)
{
	g_autoptr(Pick) pick = pick_new(search->site->home);
	g_autoptr(GPtrArray) needs = g_ptr_array_new();
	g_autoptr(GError) error = NULL;

	for (guint i = 0; i < file->needs->len; i++) {
		PacketNeed *need = file->needs->pdata[i];
		if (packet_need_is_filled(need, file->hour))
			continue;
		packet_need_ask(need, pick);
		g_ptr_array_add(needs, need);
	}
	if (needs->len == 0)
		return;
	g_autofree char *path = captures_path_now(file->path);
	gboolean whole = pick_read(pick, path, NULL, &error);
	gboolean opened = whole || g_error_matches(error, FAILURE, FAILURE_PARTIAL);
	for (guint i = 0; i < needs->len; i++) {
		PacketNeed *need = needs->pdata[i];
		guint n;
		const PickPacket *packets = pick_packets(pick, i, &n);

		packet_need_take(need, packets, n);
		need->unread += !opened;
		if (opened)
			packet_cache_add_file(need->read, file->name, file->identity, !whole);
	}
}

static int
compare_files(gconstpointer a, gconstpointer b)
{
	const File *x = *(const File *const *)a, *y = *(const File *const *)b;

	return x->hour != y->hour ? (x->hour < y->hour ? -1 : 1) : strcmp(x->name, y->name);
}

/* The files that somebody needs (of const File *), by hour; owned by the caller. */
static GPtrArray *
needed_files(const Search *search)
{
	GPtrArray *files = g_ptr_array_new();
	GHashTableIter iter;
	gpointer value;

	g_hash_table_iter_init(&iter, search->paths);
	while (g_hash_table_iter_next(&iter, NULL, &value))
		if (((const File *)value)->needs->len > 0)
			g_ptr_array_add(files, value);
	g_ptr_array_sort(files, compare_files);
	return files;
}

/* --- printing */

/* Wishes are printed many at a time: where that fails, each half is tried alone, down to the one
 * whose packets tcpdump cannot bear. */
enum { PRINT_NEEDS = 100, PATIENCE_US = TCPDUMP_SECONDS * G_USEC_PER_SEC };

typedef struct {
	const char *tcpdump; /* borrowed */
	gint64 wasted; /* microseconds in vain; beyond PATIENCE_US nothing is tried again */
} Printer;

/* A packet that is to be printed, and where its text goes. */
typedef struct {
	const PickPacket *packet;
	char **text;
} Print;

static int
compare_prints(gconstpointer a, gconstpointer b)
{
	guint32 x = ((const Print *)a)->packet->link_type;
	guint32 y = ((const Print *)b)->packet->link_type;

	return (x > y) - (x < y);
}

/* Packets of one link type. */
static gboolean
print_alike(const Printer *printer, const Print *prints, guint n, GError **error)
{
	g_autoptr(GPtrArray) packets = g_ptr_array_new();

	for (guint i = 0; i < n; i++)
		g_ptr_array_add(packets, (gpointer)prints[i].packet);
	g_autoptr(GPtrArray) texts = tcpdump_print(printer->tcpdump,
		(const PickPacket *const *)packets->pdata, n, options_temp_folder(), error);
	for (guint i = 0; texts && i < n; i++) {
		g_free(*prints[i].text);
		*prints[i].text = g_steal_pointer(&texts->pdata[i]);
	}
	return texts != NULL;
}

static gboolean
print_needs(const Printer *printer, PacketNeed *const *needs, guint n, GError **error)
{
	g_autoptr(GArray) prints = g_array_new(FALSE, FALSE, sizeof(Print));

	for (guint i = 0; i < n; i++)
		for (guint j = 0; j < needs[i]->packets->len; j++) {
			const Print print = {&g_array_index(needs[i]->packets, PickPacket, j),
				&needs[i]->texts[j]};
			g_array_append_val(prints, print);
		}
	g_array_sort(prints, compare_prints);
	for (guint from = 0, to; from < prints->len; from = to) {
		const Print *first = &g_array_index(prints, Print, from);
		for (to = from + 1; to < prints->len; to++)
			if (compare_prints(first, &g_array_index(prints, Print, to)) != 0)
				break;
		if (!print_alike(printer, first, to - from, error))
			return FALSE;
	}
	return TRUE;
}

static void
print_or_halve(Printer *printer, PacketNeed *const *needs, guint n)
{
	g_autoptr(GError) error = NULL;
	gint64 begun = g_get_monotonic_time();

	if (printer->wasted >= PATIENCE_US)
		g_set_error(&error, FAILURE, FAILURE_FAILED,
			"tcpdump: not tried after %d s in vain", TCPDUMP_SECONDS);
	else if (print_needs(printer, needs, n, &error))
		return;
	printer->wasted += g_get_monotonic_time() - begun;
	if (n > 1 && printer->wasted < PATIENCE_US) {
		print_or_halve(printer, needs, n / 2);
		print_or_halve(printer, needs + n / 2, n - n / 2);
		return;
	}
	for (guint i = 0; i < n; i++)
		if (needs[i]->packets->len > 0)
			needs[i]->problem = g_strdup(error->message);
}

static void
print_packets(const Search *search, const char *tcpdump)
{
	PacketNeed *const *needs = (PacketNeed *const *)search->needs->pdata;
	Printer printer = {.tcpdump = tcpdump};
	guint n = search->needs->len;

	for (guint i = 0; i < n; i++)
		needs[i]->texts = g_new0(char *, needs[i]->packets->len);
	for (guint i = 0; i < n; i += PRINT_NEEDS)
		print_or_halve(&printer, needs + i, MIN(n - i, PRINT_NEEDS));
}

/* --- what is told and kept */

/* One line for a folder that cannot be written, not one for each wish. */
static void
keep(const Search *search, const PacketNeed *need, GPtrArray *problems)
{
	g_autoptr(GError) error = NULL;

	if (problems->len > 0)
		return;
	if (g_mkdir_with_parents(search->folder, 0777) != 0)
		g_ptr_array_add(problems, g_strdup_printf("%s: cannot be made: %s",
						  search->folder, g_strerror(errno)));
	else if (!packet_cache_save(need->cache, need->path, PACKETS_LIMIT, &error))
		g_ptr_array_add(problems, g_strdup(error->message));
}

static PacketsFound *
finish(const Search *search, PacketNeed *need, GPtrArray *problems)
{
	PacketsFound *found = g_new(PacketsFound, 1);

	if (!need->problem && g_hash_table_size(need->read->files) > 0) {
		packet_need_join(need);
		keep(search, need, problems);
	}
	found->reason = packet_need_reason(need);
	found->texts = g_ptr_array_ref(need->cache->texts);
	return found;
}

/* Without tcpdump nothing is read: it would be for nothing. */
static void
read_and_print(const Search *search)
{
	g_autoptr(GPtrArray) files = needed_files(search);
	g_autofree char *tcpdump = files->len ? tcpdump_path() : NULL;

	for (guint i = 0; i < files->len; i++) {
		const File *file = files->pdata[i];
		if (tcpdump)
			read_file(search, file);
		for (guint j = 0; !tcpdump && j < file->needs->len; j++) {
			PacketNeed *need = file->needs->pdata[j];
			g_free(need->problem);
			need->problem = g_strdup("tcpdump is not installed");
		}
	}
	if (tcpdump)
		print_packets(search, tcpdump);
}

GPtrArray *
packets_find(const Site *site, const char *folder, const PacketsWish *wishes, guint n,
	GPtrArray *problems, GError **error)
{
	g_auto(Search) search = {.site = site,
		.folder = folder,
		.captures = captures_new(site, NULL, error),
		.hours = g_hash_table_new_full(
			g_int64_hash, g_int64_equal, g_free, (GDestroyNotify)g_ptr_array_unref),
		.paths = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, file_free),
		.needs = g_ptr_array_new_with_free_func((GDestroyNotify)packet_need_free)};
	g_autoptr(GPtrArray) unkept = g_ptr_array_new_with_free_func(g_free);

	if (!search.captures)
		return NULL;
	for (guint i = 0; i < n; i++) {
		PacketNeed *need = packet_need_new(folder, &wishes[i]);
		g_ptr_array_add(search.needs, need);
		if (!plan(&search, need, error))
			return NULL;
	}
	read_and_print(&search);
	GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)packets_found_free);
	for (guint i = 0; i < n; i++)
		g_ptr_array_add(found, finish(&search, search.needs->pdata[i], unkept));
	g_ptr_array_extend_and_steal(problems, g_steal_pointer(&unkept));
	return found;
}
