#include "config.h"

#include "tally/reader_private.h"

#include "common/failure.h"
#include "tally/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
reader_fail(Reader *reader, guint64 offset, const char *what, GError **error)
{
	g_clear_error(&reader->failure);
	g_set_error(&reader->failure, FAILURE, FAILURE_PARTIAL, "%s:%" G_GUINT64_FORMAT ": %s",
		reader->name, offset, what);
	g_propagate_error(error, g_error_copy(reader->failure));
	return FALSE;
}

/* The disk gives it not: it may be as whole as any. */
static gboolean
fail_to_read(Reader *reader, guint64 offset, GError **error)
{
	reader_fail(reader, offset, g_strerror(errno), NULL);
	reader->failure->code = FAILURE_FAILED;
	g_propagate_error(error, g_error_copy(reader->failure));
	return FALSE;
}

gboolean
reader_read_at(Reader *reader, guint64 offset, void *buffer, gsize length, GError **error)
{
	guint8 *at = buffer;

	while (length > 0) {
		gssize got = pread(reader->fd, at, length, (off_t)offset);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return fail_to_read(reader, offset, error);
		if (got == 0)
			return reader_fail(reader, offset,
				"the file ends here: expected more of a tally", error);
		at += got;
		offset += (guint64)got;
		length -= (gsize)got;
	}
	return TRUE;
}

/* Head and trailer: what the file is, and where its parts lie. They must fill it without a
 * gap. */
static gboolean
read_trailer(Reader *reader, guint64 length, GError **error)
{
	struct {
		FormatHead head;
		FormatTrailer trailer;
	} both;
	const FormatHead *head = &both.head;
	FormatTrailer *trailer = &both.trailer;
	guint64 at = length - sizeof *trailer;

	if (length < sizeof both)
		return reader_fail(
			reader, length, "not a tally: it is shorter than the least one", error);
	if (!reader_read_at(reader, 0, &both.head, sizeof both.head, error) ||
		!reader_read_at(reader, at, trailer, sizeof *trailer, error))
		return FALSE;
	if (memcmp(head->magic, FORMAT_MAGIC, sizeof head->magic) != 0)
		return reader_fail(reader, 0, "not a tally: it does not begin as one", error);
	if (head->schema != FORMAT_SCHEMA || (head->flags & ~FORMAT_RUN) || head->zero) {
		g_autofree char *what = g_strdup_printf("a tally of schema %u: expected %d, "
							"which this version reads; tally the "
							"hour again",
			head->schema, FORMAT_SCHEMA);
		return reader_fail(reader, 8, what, error);
	}
	if (memcmp(trailer->magic, FORMAT_END_MAGIC, sizeof trailer->magic) != 0)
		return reader_fail(
			reader, at, "cut short or changed: expected the end of a tally", error);
	if (!segment_is_intact(&both, sizeof both - sizeof trailer->check, trailer->check))
		return reader_fail(
			reader, at, "damaged: the trailer's check sum is another", error);
	if (trailer->length != length || trailer->zero || trailer->hour.zero ||
		trailer->lists.zero || trailer->hour.packed || trailer->hour.raw ||
		trailer->lists.plain || trailer->lists.packed > trailer->lists.raw ||
		trailer->lists.raw / FORMAT_LISTS_RATIO > trailer->lists.packed ||
		trailer->index_offset < sizeof *head || trailer->index_offset > at ||
		trailer->index_offset + format_index_size(trailer->n_blocks) +
				format_segment_size(&trailer->hour) +
				format_segment_size(&trailer->lists) !=
			at)
		return reader_fail(reader, at,
			"damaged: the parts the trailer names do not fill the file", error);
	reader->trailer = *trailer;
	reader->run = head->flags & FORMAT_RUN;
	return TRUE;
}

gboolean
reader_read_segment(Reader *reader, const FormatSegment *segment, guint64 offset,
	ColumnSource *source, GError **error)
{
	SegmentRoom *room = segment_room();
	guint64 length = format_segment_size(segment);
	guint8 *stored = segment_room_stored(room, length);

	if (!reader_read_at(reader, offset, stored, length, error))
		return FALSE;
	const char *fault = segment_get(room, segment, stored, source);
	return fault ? reader_fail(reader, offset, fault, error) : TRUE;
}

static gboolean
read_hour(Reader *reader, GError **error)
{
	const FormatTrailer *trailer = &reader->trailer;
	guint64 offset = trailer->index_offset + format_index_size(trailer->n_blocks);
	guint64 most_pairs = (guint64)trailer->n_blocks * FORMAT_BLOCK_PAIRS;
	const HourCounts *counts = &reader->counts;
	const char *fault = NULL;
	ColumnSource source;

	if (!reader_read_segment(reader, &trailer->hour, offset, &source, error))
		return FALSE;
	reader->hour =
		hour_section_get(source.plain, source.plain_left, &reader->counts, &fault);
	if (!reader->hour)
		return reader_fail(reader, offset, fault, error);
	/* So that nobody is led to make room for more than the file can hold. */
	if (counts->pairs > most_pairs || counts->sources > counts->pairs ||
		counts->contacts > (guint64)trailer->n_blocks * FORMAT_PAIR_CONTACTS ||
		counts->traits > counts->sources * FORMAT_SOURCE_TRAITS)
		return reader_fail(reader, offset,
			"damaged: the hour tells of more than the blocks can hold", error);
	if (reader->parts & READER_NO_LISTS)
		return TRUE;
	offset += format_segment_size(&trailer->hour);
	if (!reader_read_segment(reader, &trailer->lists, offset, &source, error))
		return FALSE;
	fault = hour_section_get_lists(reader->hour, source.packed, source.packed_left);
	return fault ? reader_fail(reader, offset, fault, error) : TRUE;
}

Reader *
reader_new_fd(int fd, const char *name, guint parts, GError **error)
{
	g_autoptr(Reader) reader = g_new0(Reader, 1);
	struct stat status;

	reader->fd = fd;
	reader->name = g_strdup(name);
	reader->parts = parts;
	reader->signatures = G_MAXUINT32;
	reader->end = sizeof(FormatHead);
	reader->whole = TRUE;
	if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
		g_set_error(error, FAILURE, FAILURE_FAILED,
			"%s: not a tally: expected a plain file", name);
		return NULL;
	}
	if (!read_trailer(reader, (guint64)status.st_size, error) || !read_hour(reader, error))
		return NULL;
	return g_steal_pointer(&reader);
}

Reader *
reader_new(const char *path, guint parts, GError **error)
{
	/* Not to wait for a writer, should it be a pipe. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		int number = errno;
		g_set_error(error, FAILURE, FAILURE_FAILED, "%s: cannot be opened: %s", path,
			g_strerror(number));
		return NULL;
	}
	return reader_new_fd(fd, path, parts, error);
}

void
reader_free(Reader *reader)
{
	if (!reader)
		return;
	close(reader->fd);
	block_clear(&reader->block);
	hour_facts_free(reader->hour);
	g_clear_error(&reader->failure);
	g_free(reader->contacts_end);
	g_free(reader->page);
	g_free(reader->name);
	g_free(reader);
}

const HourFacts *
reader_hour(const Reader *reader)
{
	return reader->hour;
}

HourFacts *
reader_steal_hour(Reader *reader)
{
	return g_steal_pointer(&reader->hour);
}

void
reader_keep_signatures(Reader *reader, guint32 bits)
{
	reader->signatures = bits;
}

const char *
reader_name(const Reader *reader)
{
	return reader->name;
}

guint64
reader_n_pairs(const Reader *reader)
{
	return reader->counts.pairs;
}

guint64
reader_n_contacts(const Reader *reader)
{
	return reader->counts.contacts;
}

guint64
reader_n_sources(const Reader *reader)
{
	return reader->counts.sources;
}

/* At the end: what was read must be all that the file holds. */
static gboolean
check_end(Reader *reader, GError **error)
{
	if (reader->end != reader->trailer.index_offset)
		return reader_fail(
			reader, reader->end, "damaged: octets that belong to no block", error);
	if (reader->whole && memcmp(&reader->seen, &reader->counts, sizeof reader->seen) != 0)
		return reader_fail(reader, reader->end,
			"damaged: the blocks do not come to the hour's counts", error);
	return TRUE;
}

/* Fills in the rest of a stretch whose pairs are known, and goes past it. */
static void
take_stretch(Reader *reader, Stretch *stretch)
{
	const Block *block = &reader->block;
	guint32 from = reader->pair, end = 0;

	if (reader->parts & READER_CONTACTS) {
		for (guint32 i = 0; i < stretch->n; i++)
			reader->contacts_end[i] = end += block->pair_contacts[from + i];
		stretch->contacts_end = reader->contacts_end;
		stretch->contacts = block->contacts + reader->contact;
		reader->contact += end;
	}
	if (reader->parts & READER_TRAITS) {
		stretch->n_traits = block->source_traits[reader->source];
		stretch->traits = block->traits + reader->trait;
		reader->trait += stretch->n_traits;
	}
	reader->pair += stretch->n;
	reader->source++;
}

void
reader_pass_source(Reader *reader)
{
	Stretch stretch = {.n = reader->block.source_pairs[reader->source]};

	take_stretch(reader, &stretch);
}

gboolean
reader_next(Reader *reader, Stretch *stretch, GError **error)
{
	const Block *block = &reader->block;

	if (reader->failure) {
		g_propagate_error(error, g_error_copy(reader->failure));
		return FALSE;
	}
	if (reader->source == block->n_sources) {
		if (reader->next_block == reader->trailer.n_blocks) {
			check_end(reader, error);
			return FALSE;
		}
		if (!reader_block_load(reader, reader->next_block, error))
			return FALSE;
	}
	guint32 from = reader->pair;
	*stretch = (Stretch){
		.source = block_source(block, reader->source),
		.n = block->source_pairs[reader->source],
		.more = block->goes_on && reader->source + 1 == block->n_sources,
		.family = block->family,
		.targets_v4 = block->family == 4 ? block->targets_v4 + from : NULL,
		.targets_v6 = block->family == 6 ? block->targets_v6 + from : NULL,
		.facts = block->facts + from,
		.answered = block->answered + from,
		.udp_in = block->has_udp ? block->udp_in + from : NULL,
		.udp_out = block->has_udp ? block->udp_out + from : NULL,
	};
	take_stretch(reader, stretch);
	return TRUE;
}

gboolean
reader_verify(const char *path, GError **error)
{
	g_autoptr(Reader) reader = reader_new(path, READER_CONTACTS | READER_TRAITS, error);
	g_autoptr(GError) failure = NULL;
	Stretch stretch;

	if (!reader)
		return FALSE;
	while (reader_next(reader, &stretch, &failure))
		;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	return TRUE;
}
