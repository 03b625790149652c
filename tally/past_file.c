#include "config.h"

#include "tally/past_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "common/spool.h"
#include "tally/segment.h"

enum {
	/* What a block can be at most, unpacked: every number of eight octets. */
	BLOCK_OCTETS = (PAST_NUMBERS + 2) * (8 * PAST_BLOCK_ROWS + COLUMN_HEAD_MAX),
	/* An hour begins at a minute of its own: no day has more tallies. */
	INPUTS_MAX = 24 * 60,
	SENSOR_MAX = 4096,
};

struct PastFile {
	int fd;     /* owned */
	char *name; /* owned */
	PastTrailer trailer;
	PastEntry *entries; /* owned; trailer.n_blocks */
	PastDay day;
};

/* Sets error to "FILE:OFFSET: WHAT". */
static gboolean
fail(const PastFile *file, guint64 offset, const char *what, GError **error)
{
	g_set_error(error, FAILURE, FAILURE_PARTIAL, "%s:%" G_GUINT64_FORMAT ": %s", file->name,
		offset, what);
	return FALSE;
}

static gboolean
read_at(const PastFile *file, guint64 offset, void *buffer, gsize length, GError **error)
{
	guint8 *at = buffer;

	while (length > 0) {
		gssize got = pread(file->fd, at, length, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			g_set_error(error, FAILURE, FAILURE_FAILED,
				"%s:%" G_GUINT64_FORMAT ": %s", file->name, offset,
				g_strerror(errno));
			return FALSE;
		}
		if (got == 0)
			return fail(file, offset,
				"the file ends here: expected more of a roll-up", error);
		at += got;
		offset += (guint64)got;
		length -= (gsize)got;
	}
	return TRUE;
}

static gboolean
is_plain(const FormatSegment *segment)
{
	return segment->packed == 0 && segment->raw == 0 && segment->zero == 0;
}

static gboolean
read_trailer(PastFile *file, guint64 length, GError **error)
{
	struct {
		PastHead head;
		PastTrailer trailer;
	} both;
	const PastHead *head = &both.head;
	const PastTrailer *trailer = &both.trailer;
	const guint16 nothing[3] = {0};

	if (length < sizeof both)
		return fail(
			file, length, "not a roll-up: it is shorter than the least one", error);
	guint64 at = length - sizeof *trailer;
	if (!read_at(file, 0, &both.head, sizeof both.head, error) ||
		!read_at(file, at, &both.trailer, sizeof both.trailer, error))
		return FALSE;
	if (memcmp(head->magic, PAST_MAGIC, sizeof head->magic) != 0)
		return fail(file, 0, "not a roll-up: it does not begin as one", error);
	if (head->schema != PAST_SCHEMA || memcmp(head->zero, nothing, sizeof nothing) != 0)
		return fail(file, 8, "a roll-up of another schema: expected 1", error);
	if (memcmp(trailer->magic, PAST_END_MAGIC, sizeof trailer->magic) != 0)
		return fail(
			file, at, "cut short or changed: expected the end of a roll-up", error);
	if (!segment_is_intact(&both, sizeof both - sizeof trailer->check, trailer->check))
		return fail(file, at, "damaged: the trailer's check sum is another", error);
	if (trailer->length != length || trailer->zero || !is_plain(&trailer->index) ||
		!is_plain(&trailer->told) || trailer->index_offset < sizeof *head ||
		trailer->index_offset > at ||
		trailer->index.plain != trailer->n_blocks * sizeof(PastEntry) ||
		trailer->index_offset + trailer->index.plain + trailer->told.plain != at)
		return fail(file, at,
			"damaged: the parts the trailer names do not fill the file", error);
	file->trailer = *trailer;
	return TRUE;
}

/* A plain segment, with an octet 0 behind it; owned by the caller. */
static guint8 *
read_plain(const PastFile *file, const FormatSegment *segment, guint64 offset, GError **error)
{
	g_autofree guint8 *octets = g_malloc0((gsize)segment->plain + 1);

	if (!read_at(file, offset, octets, segment->plain, error))
		return NULL;
	if (!segment_is_intact(octets, segment->plain, segment->check)) {
		fail(file, offset, "damaged: a check sum is another", error);
		return NULL;
	}
	return g_steal_pointer(&octets);
}

/* What can be said of the i-th entry without reading its block; *end: where it begins. */
static gboolean
entry_is_sound(const PastFile *file, guint32 i, guint64 *end, guint64 rows[PAST_TABLES])
{
	const PastEntry *entry = &file->entries[i], *before = i > 0 ? entry - 1 : NULL;
	const guint8 nothing[3] = {0};

	if (entry->table >= PAST_TABLES || entry->n_rows == 0 ||
		entry->n_rows > PAST_BLOCK_ROWS || memcmp(entry->zero, nothing, 3) != 0 ||
		entry->offset != *end || entry->segment.plain || entry->segment.zero ||
		entry->segment.packed > entry->segment.raw || entry->segment.raw > BLOCK_OCTETS)
		return FALSE;
	if (before && (before->table > entry->table ||
			      (before->table == entry->table &&
				      past_block_compare(before->high, before->low, entry->high,
					      entry->low) >= 0)))
		return FALSE;
	*end += format_segment_size(&entry->segment);
	rows[entry->table] += entry->n_rows;
	return TRUE;
}

static gboolean
read_index(PastFile *file, GError **error)
{
	const PastTrailer *trailer = &file->trailer;
	guint64 end = sizeof(PastHead), rows[PAST_TABLES] = {0};

	file->entries = (PastEntry *)(gpointer)read_plain(
		file, &trailer->index, trailer->index_offset, error);
	if (!file->entries)
		return FALSE;
	for (guint32 i = 0; i < trailer->n_blocks; i++)
		if (!entry_is_sound(file, i, &end, rows))
			return fail(file, trailer->index_offset + i * sizeof(PastEntry),
				"damaged: the index is not of this file", error);
	if (end != trailer->index_offset || memcmp(rows, file->day.rows, sizeof rows) != 0)
		return fail(file, trailer->index_offset,
			"damaged: the index is not of this file", error);
	return TRUE;
}

static gboolean
input_is_sound(const GArray *inputs, guint i)
{
	const PastInput *input = &g_array_index(inputs, PastInput, i);
	const guint8 nothing[5] = {0};

	return input->minute < INPUTS_MAX && input->unread <= 1 &&
	       memcmp(input->zero, nothing, sizeof nothing) == 0 &&
	       (i == 0 || (input - 1)->minute < input->minute);
}

static gboolean
read_told(PastFile *file, GError **error)
{
	const FormatSegment *segment = &file->trailer.told;
	guint64 offset = file->trailer.index_offset + file->trailer.index.plain;
	PastDay *day = &file->day;
	PastTold told;

	if (segment->plain < sizeof told)
		return fail(file, offset, "damaged: too little is told of the day", error);
	g_autofree guint8 *octets = read_plain(file, segment, offset, error);
	if (!octets)
		return FALSE;
	memcpy(&told, octets, sizeof told);
	if (told.n_inputs > INPUTS_MAX || told.sensor_length > SENSOR_MAX ||
		segment->plain !=
			sizeof told + told.n_inputs * sizeof(PastInput) + told.sensor_length)
		return fail(file, offset, "damaged: lengths are others", error);
	const guint8 *name = octets + segment->plain - told.sensor_length;
	if (memchr(name, 0, told.sensor_length))
		return fail(file, offset, "damaged: the sensor's name", error);
	day->day = told.day;
	day->forgotten = told.forgotten;
	memcpy(day->rows, told.rows, sizeof day->rows);
	day->sensor = g_strndup((const char *)name, told.sensor_length);
	g_array_append_vals(day->inputs, octets + sizeof told, told.n_inputs);
	for (guint i = 0; i < day->inputs->len; i++)
		if (!input_is_sound(day->inputs, i))
			return fail(file, offset, "damaged: tallies out of order", error);
	return TRUE;
}

PastFile *
past_file_new_fd(int fd, const char *name, GError **error)
{
	g_autoptr(PastFile) file = g_new0(PastFile, 1);
	struct stat status;

	file->fd = fd;
	file->name = g_strdup(name);
	file->day.inputs = g_array_new(FALSE, FALSE, sizeof(PastInput));
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: expected a plain file", name);
		return NULL;
	}
	if (!read_trailer(file, (guint64)status.st_size, error) || !read_told(file, error) ||
		!read_index(file, error))
		return NULL;
	return g_steal_pointer(&file);
}

PastFile *
past_file_new(const char *path, GError **error)
{
	/* Opening a pipe must not wait for its other end. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return past_file_new_fd(fd, path, error);
	g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be opened: %s", path,
		g_strerror(errno));
	return NULL;
}

void
past_file_free(PastFile *file)
{
	if (!file)
		return;
	if (file->fd >= 0)
		close(file->fd);
	g_array_unref(file->day.inputs);
	g_free(file->day.sensor);
	g_free(file->entries);
	g_free(file->name);
	g_free(file);
}

const char *
past_file_name(const PastFile *file)
{
	return file->name;
}

const PastDay *
past_file_day(const PastFile *file)
{
	return &file->day;
}

const PastEntry *
past_file_entries(const PastFile *file, guint32 *n)
{
	*n = file->trailer.n_blocks;
	return file->entries;
}

/* The next block of the same table begins behind all rows of this one. */
static gboolean
ends_before_next(const PastFile *file, guint32 number, const PastBlock *block)
{
	const PastEntry *entry = &file->entries[number], *next = entry + 1;

	return number + 1 == file->trailer.n_blocks || next->table != entry->table ||
	       past_block_compare(block->high[block->n - 1], block->low[block->n - 1],
		       next->high, next->low) < 0;
}

gboolean
past_file_read(PastFile *file, guint32 number, PastBlock *block, GError **error)
{
	const PastEntry *entry = &file->entries[number];
	SegmentRoom *room = segment_room();
	guint64 length = format_segment_size(&entry->segment);
	guint8 *stored = segment_room_stored(room, length);
	ColumnSource source;

	if (!read_at(file, entry->offset, stored, length, error))
		return FALSE;
	const char *wrong = segment_get(room, &entry->segment, stored, &source);
	if (!wrong)
		wrong = past_block_get(block, entry, &source);
	if (!wrong && !ends_before_next(file, number, block))
		wrong = "damaged: blocks out of order";
	return !wrong || fail(file, entry->offset, wrong, error);
}

char *
past_file_path(const char *store, const char *sensor, const char *day)
{
	return g_build_filename(store, sensor, day, PAST_FILE_NAME, NULL);
}

static gboolean
is_in_place(const PastFile *file, GError **error)
{
	g_autofree char *whole = g_canonicalize_filename(file->name, NULL);
	g_auto(GStrv) parts = g_strsplit(whole, "/", -1);
	guint n = g_strv_length(parts);
	gint64 day;

	if (n < 4 || strcmp(parts[n - 1], PAST_FILE_NAME) != 0 ||
		!spool_parse_day(parts[n - 2], &day))
		return TRUE;
	if (file->day.day == day && strcmp(file->day.sensor, parts[n - 3]) == 0)
		return TRUE;
	char inside[HOUR_TEXT_SIZE];
	g_set_error(error, FAILURE, FAILURE_PARTIAL,
		"%s: out of place: it holds %s of sensor %s", file->name,
		hour_format_s(file->day.day, inside), file->day.sensor);
	return FALSE;
}

gboolean
past_file_verify(const char *path, GError **error)
{
	g_autoptr(PastFile) file = past_file_new(path, error);
	g_autofree PastBlock *block = g_new(PastBlock, 1);

	for (guint32 i = 0; file && i < file->trailer.n_blocks; i++)
		if (!past_file_read(file, i, block, error))
			return FALSE;
	return file && is_in_place(file, error);
}
