#include "config.h"

#include "collect/parts.h"

#include <string.h>

#include <glib/gstdio.h>

#include "collect/hour_file.h"
#include "common/failure.h"
#include "common/spool.h"

/* A record of any length fits into an empty buffer. */
enum { BUFFER_OCTETS = PCAP_RECORD_SIZE + PCAP_CAPTURED_MAX };

typedef struct {
	gint64 hour;
	const HourFileKind *kind; /* borrowed */
	HourFile *file;           /* owned; NULL: closed or dropped */
	GList used;               /* in Parts.open */
	/* Records not yet appended; NULL: not among the open ones. */
	guint8 *buffer; /* owned */
	gsize length;
	guint64 n, bytes, first, last;
} Part;

struct Parts {
	char *spool, *sensor; /* owned */
	guint grid_minutes;
	GPtrArray *kinds;  /* of HourFileKind *, owned: one a link type */
	GHashTable *known; /* a set of Part *, owned, by hour and kind */
	GQueue open;       /* of Part *, used last first */
	Part *last;        /* borrowed: where the last packet went, or NULL */
};

void
parts_report_clear(PartsReport *report)
{
	g_clear_pointer(&report->raw_files, g_ptr_array_unref);
}

static guint
part_hash(gconstpointer data)
{
	const Part *part = data;

	return g_int64_hash(&part->hour) ^ (guint)part->kind->link_type;
}

static gboolean
part_equal(gconstpointer a, gconstpointer b)
{
	const Part *one = a, *other = b;

	return one->hour == other->hour && one->kind == other->kind;
}

/* Not closed: as if it had never been there. */
static void
part_free(gpointer data)
{
	Part *part = data;

	if (part->file) {
		g_autofree char *folder = g_path_get_dirname(hour_file_path(part->file));
		hour_file_remove(part->file);
		hour_file_free(part->file);
		g_rmdir(folder); /* refused when there is anything in it */
	}
	g_free(part->buffer);
	g_free(part);
}

Parts *
parts_new(const char *spool, const char *sensor, guint grid_minutes)
{
	Parts *parts = g_new0(Parts, 1);

	parts->spool = g_strdup(spool);
	parts->sensor = g_strdup(sensor);
	parts->grid_minutes = grid_minutes;
	parts->kinds = g_ptr_array_new_with_free_func(g_free);
	parts->known = g_hash_table_new_full(part_hash, part_equal, part_free, NULL);
	g_queue_init(&parts->open);
	return parts;
}

void
parts_free(Parts *parts)
{
	if (!parts)
		return;
	g_hash_table_unref(parts->known);
	g_ptr_array_unref(parts->kinds);
	g_free(parts->spool);
	g_free(parts->sensor);
	g_free(parts);
}

static HourFileKind *
find_kind(const Parts *parts, int link_type)
{
	for (guint i = 0; i < parts->kinds->len; i++) {
		HourFileKind *kind = parts->kinds->pdata[i];
		if (kind->link_type == link_type)
			return kind;
	}
	return NULL;
}

void
parts_expect(Parts *parts, int link_type, guint32 snap_length)
{
	HourFileKind *kind = find_kind(parts, link_type);

	if (!kind) {
		kind = g_new(HourFileKind, 1);
		*kind = (HourFileKind){.spool = parts->spool,
			.sensor = parts->sensor,
			.filter = "",
			.interface = "",
			.link_type = link_type,
			.imported = TRUE};
		g_ptr_array_add(parts->kinds, kind);
	}
	kind->snap_length = MAX(kind->snap_length, snap_length);
}

static gboolean
flush(Part *part, GError **error)
{
	gboolean done = hour_file_append(part->file, part->buffer, part->length, part->n,
		part->bytes, part->first, part->last, error);

	part->length = 0;
	part->n = part->bytes = 0;
	return done;
}

/* Neither buffer nor descriptors from now on. */
static gboolean
shut(Parts *parts, Part *part, GError **error)
{
	gboolean done = flush(part, error);

	hour_file_suspend(part->file);
	g_clear_pointer(&part->buffer, g_free);
	g_queue_unlink(&parts->open, &part->used);
	return done;
}

/* To the front of the open ones; the one used longest ago makes room. */
static gboolean
open_part(Parts *parts, Part *part, GError **error)
{
	if (part->buffer) {
		g_queue_unlink(&parts->open, &part->used);
	} else {
		if (parts->open.length == PARTS_OPEN &&
			!shut(parts, g_queue_peek_tail(&parts->open), error))
			return FALSE;
		part->buffer = g_malloc(BUFFER_OCTETS);
	}
	g_queue_push_head_link(&parts->open, &part->used);
	return TRUE;
}

/* The part of an hour, a new one if need be. NULL without error: that would be one too many. */
static Part *
take_part(Parts *parts, gint64 hour, const HourFileKind *kind, GError **error)
{
	const Part wanted = {.hour = hour, .kind = kind};
	Part *part = g_hash_table_lookup(parts->known, &wanted);

	if (!part) {
		if (g_hash_table_size(parts->known) == PARTS_MAX)
			return NULL;
		HourFile *file = hour_file_new(kind, hour, -1, error);
		if (!file)
			return NULL;
		/* It is opened again with the first octets that it gets. */
		hour_file_suspend(file);
		part = g_new(Part, 1);
		*part = (Part){.hour = hour, .kind = kind, .file = file, .used.data = part};
		g_hash_table_add(parts->known, part);
	}
	return open_part(parts, part, error) ? part : NULL;
}

static void
put(Part *part, const PcapRecord *record, const guint8 *frame)
{
	guint64 time = pcap_record_time(record);

	memcpy(part->buffer + part->length, record, PCAP_RECORD_SIZE);
	memcpy(part->buffer + part->length + PCAP_RECORD_SIZE, frame, record->captured);
	part->length += PCAP_RECORD_SIZE + record->captured;
	part->first = part->n == 0 ? time : MIN(part->first, time);
	part->last = part->n == 0 ? time : MAX(part->last, time);
	part->bytes += record->length;
	part->n++;
}

gboolean
parts_add(Parts *parts, int link_type, const PcapRecord *record, const guint8 *frame,
	PartsReport *report, GError **error)
{
	gint64 hour = hour_start(pcap_record_time(record), parts->grid_minutes);
	Part *part = parts->last;

	g_return_val_if_fail(record->captured <= PCAP_CAPTURED_MAX, FALSE);
	if (!part || part->hour != hour || part->kind->link_type != link_type) {
		g_autoptr(GError) problem = NULL;
		part = take_part(parts, hour, find_kind(parts, link_type), &problem);
		if (problem) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return FALSE;
		}
	}
	if (!part) {
		report->beyond++;
		return TRUE;
	}
	parts->last = part;
	if (part->length + PCAP_RECORD_SIZE + record->captured > BUFFER_OCTETS &&
		!flush(part, error))
		return FALSE;
	put(part, record, frame);
	return TRUE;
}

/* Closing. */

static int
compare_parts(gconstpointer a, gconstpointer b)
{
	const Part *one = *(const Part *const *)a, *other = *(const Part *const *)b;

	if (one->hour != other->hour)
		return one->hour < other->hour ? -1 : 1;
	return one->kind->link_type < other->kind->link_type ? -1 : 1;
}

static GPtrArray *
sort_parts(const Parts *parts)
{
	GPtrArray *sorted = g_ptr_array_sized_new(g_hash_table_size(parts->known));
	GHashTableIter iter;
	gpointer part;

	g_hash_table_iter_init(&iter, parts->known);
	while (g_hash_table_iter_next(&iter, &part, NULL))
		g_ptr_array_add(sorted, part);
	g_ptr_array_sort(sorted, compare_parts);
	return sorted;
}

static gboolean
is_same_content(const Manifest *one, const Manifest *other)
{
	return one->hour == other->hour && one->packets == other->packets &&
	       one->octets == other->octets && one->digest == other->digest &&
	       strcmp(one->link_type, other->link_type) == 0;
}

static void
note_raw(PartsReport *report, const char *path)
{
	if (g_str_has_suffix(path, ".pcap"))
		g_ptr_array_add(report->raw_files, g_strdup(path));
}

/*
 * Whether a file of the spool (those of the part's day) has the part's content. A manifest of
 * the same content without packets is removed: a run that was killed between the two names left
 * it, or the packets were pruned and come back with a manifest of their own.
 */
static gboolean
is_there(Part *part, const GPtrArray *files, PartsReport *report)
{
	const Manifest *ours = hour_file_manifest(part->file);

	for (guint i = 0; i < files->len; i++) {
		const SpoolFile *file = files->pdata[i];
		g_autoptr(Manifest) theirs = file->hour == part->hour && file->manifest
						     ? manifest_load(file->manifest, NULL)
						     : NULL;

		if (!theirs || !is_same_content(ours, theirs))
			continue;
		if (file->path) {
			if (theirs->imported)
				note_raw(report, file->path);
			return TRUE;
		}
		g_unlink(file->manifest);
	}
	return FALSE;
}

static gboolean
close_part(
	Parts *parts, Part *part, const GPtrArray *files, PartsReport *report, GError **error)
{
	if (part->buffer && !shut(parts, part, error))
		return FALSE;
	if (is_there(part, files, report)) {
		hour_file_remove(part->file);
		report->already_there++;
	} else {
		g_autofree char *path = hour_file_close(part->file, error);
		if (!path)
			return FALSE;
		note_raw(report, path);
		report->closed++;
	}
	g_clear_pointer(&part->file, hour_file_free);
	return TRUE;
}

gboolean
parts_close(Parts *parts, const gint *stop, PartsReport *report, GError **error)
{
	g_autoptr(GPtrArray) sorted = sort_parts(parts);
	g_autoptr(GPtrArray) files = NULL; /* of SpoolFile *: the day's, before any of ours */
	char day[SPOOL_DAY_SIZE] = "", listed[SPOOL_DAY_SIZE] = "";

	parts->last = NULL;
	if (!report->raw_files)
		report->raw_files = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < sorted->len; i++) {
		Part *part = sorted->pdata[i];

		if (g_atomic_int_get(stop)) {
			g_set_error(error, FAILURE, FAILURE_FAILED, "stopped");
			return FALSE;
		}
		if (strcmp(spool_format_day(part->hour, day), listed) != 0) {
			g_clear_pointer(&files, g_ptr_array_unref);
			files = spool_day_files(parts->spool, parts->sensor, day, NULL, error);
			if (!files)
				return FALSE;
			memcpy(listed, day, sizeof listed);
		}
		if (!close_part(parts, part, files, report, error))
			return FALSE;
	}
	return TRUE;
}
