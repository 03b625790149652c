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
	if (head->schema != FORMAT_SCHEMA || (head->flags & ~FORMAT_RUN) || head->zero)
		return reader_fail(reader, 8,
			"a tally of another schema: expected 2; tally the hour again", error);
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

/* A segment by itself; source is valid until the next. */
static gboolean
read_segment(Reader *reader, const FormatSegment *segment, guint64 offset, ColumnSource *source,
	GError **error)
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

	if (!read_segment(reader, &trailer->hour, offset, &source, error))
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
	if (!read_segment(reader, &trailer->lists, offset, &source, error))
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

Address
reader_first_source(const FormatEntry *entry)
{
	return (Address){
		.high = entry->source_high, .low = entry->source_low, .family = entry->family};
}

gboolean
reader_load_page(Reader *reader, guint32 block, GError **error)
{
	guint32 page = block / FORMAT_PAGE_ENTRIES, first = page * FORMAT_PAGE_ENTRIES;
	guint32 n = MIN(FORMAT_PAGE_ENTRIES, reader->trailer.n_blocks - first);
	guint64 offset = reader->trailer.index_offset + format_index_size(first);
	FormatSegment segment = {.plain = n * (guint32)sizeof(FormatEntry)};
	ColumnSource source;

	if (reader->page_n > 0 && reader->page_first == first)
		return TRUE;
	if (!reader_read_at(reader, offset + segment.plain, &segment.check,
		    sizeof segment.check, error))
		return FALSE;
	if (!read_segment(reader, &segment, offset, &source, error))
		return FALSE;
	if (!reader->page)
		reader->page =
			g_new(FormatEntry, MIN(FORMAT_PAGE_ENTRIES, reader->trailer.n_blocks));
	memcpy(reader->page, source.plain, source.plain_left);
	reader->page_first = first;
	reader->page_n = n;
	return TRUE;
}

/* Octets that columns of n_a and n_b values take at most: what an honest segment stays
 * under. */
static guint64
most_octets(guint64 n_a, guint64 n_b)
{
	return 1024 + 128 * (n_a + n_b);
}

static const char *
entry_fault(const Reader *reader, const FormatEntry *entry)
{
	const FormatSegment *segments = entry->segments;
	guint64 at = entry->offset,
		most[SEGMENT_COUNT] = {
			[SEGMENT_PAIRS] = most_octets(entry->n_sources, entry->n_pairs),
			[SEGMENT_CONTACTS] = most_octets(entry->n_pairs, entry->n_contacts),
			[SEGMENT_TRAITS] = most_octets(entry->n_sources, entry->n_traits),
		};

	if (reader->end ? at != reader->end : at < sizeof(FormatHead))
		return "a block does not begin where the one before ends";
	for (guint i = 0; i < SEGMENT_COUNT; i++) {
		guint64 length = format_segment_size(&segments[i]);
		if (segments[i].packed > segments[i].raw || segments[i].zero ||
			(guint64)segments[i].raw + segments[i].plain > most[i])
			return "a segment is longer than its numbers need";
		if (at > reader->trailer.index_offset ||
			length > reader->trailer.index_offset - at)
			return "a block reaches into the index";
		at += length;
	}
	if (entry->goes_on > 1 ||
		memcmp(entry->zero, (const guint8[6]){0}, sizeof entry->zero) != 0)
		return "an octet that should be 0 is not";
	return NULL;
}

static void
mask_signatures(Block *block, guint32 bits)
{
	for (guint32 i = 0; i < block->n_traits; i++)
		block->traits[i].signatures &= bits;
}

/* Unpacks the segments that are asked for into the block. */
static gboolean
unpack(Reader *reader, const FormatEntry *entry, GError **error)
{
	const FormatSegment *segments = entry->segments;
	guint wanted = reader->parts & READER_TRAITS     ? SEGMENT_TRAITS
		       : reader->parts & READER_CONTACTS ? SEGMENT_CONTACTS
							 : SEGMENT_PAIRS;
	SegmentRoom *room = segment_room();
	Address first = reader_first_source(entry);
	gsize length = 0;

	for (guint i = 0; i <= wanted; i++)
		length += format_segment_size(&segments[i]);
	guint8 *stored = segment_room_stored(room, length);
	if (!reader_read_at(reader, entry->offset, stored, length, error))
		return FALSE;
	guint64 offset = 0;
	for (guint i = 0; i <= wanted; offset += format_segment_size(&segments[i]), i++) {
		ColumnSource source;
		if (i == SEGMENT_CONTACTS && !(reader->parts & READER_CONTACTS))
			continue;
		const char *fault = segment_get(room, &segments[i], stored + offset, &source);
		if (!fault && i == SEGMENT_PAIRS)
			fault = block_pairs_get(&reader->block, &first, &source);
		else if (!fault && i == SEGMENT_CONTACTS)
			fault = block_contacts_get(&reader->block, &source);
		else if (!fault)
			fault = block_traits_get(&reader->block, NULL, &source);
		if (fault)
			return reader_fail(reader, entry->offset + offset, fault, error);
	}
	if (wanted == SEGMENT_TRAITS && reader->signatures != G_MAXUINT32)
		mask_signatures(&reader->block, reader->signatures);
	return TRUE;
}

/* Whether the block follows what was read before. went_on: the last source had more to come. */
static const char *
order_fault(const Reader *reader, gboolean went_on)
{
	Address source = block_source(&reader->block, 0),
		target = block_target(&reader->block, 0);

	if (reader->last_source.family == 0)
		return NULL;
	int order = address_compare(&source, &reader->last_source);
	if (went_on ? order != 0 : order <= 0)
		return "a block's first source does not follow the one before";
	if (went_on && address_compare(&target, &reader->last_target) < !reader->run)
		return "a block's first target does not follow the one before";
	return NULL;
}

const FormatEntry *
reader_begin_block(Reader *reader, guint32 number, GError **error)
{
	Block *block = &reader->block;

	if (!reader_load_page(reader, number, error))
		return NULL;
	const FormatEntry *entry = &reader->page[number - reader->page_first];
	guint64 entry_at = reader->trailer.index_offset +
			   format_index_size(reader->page_first) +
			   (number - reader->page_first) * sizeof *entry;
	const char *fault = entry_fault(reader, entry);
	block->family = entry->family;
	block->run = reader->run;
	block->goes_on = entry->goes_on;
	block->n_sources = entry->n_sources;
	block->n_pairs = entry->n_pairs;
	block->n_contacts = entry->n_contacts;
	block->n_traits = entry->n_traits;
	if (!fault)
		fault = block_fault(block);
	if (!fault && block->goes_on && number + 1 == reader->trailer.n_blocks)
		fault = "the last source should go on, and does not";
	if (fault) {
		reader_fail(reader, entry_at, fault, error);
		return NULL;
	}
	reader->end = entry->offset;
	for (guint i = 0; i < SEGMENT_COUNT; i++)
		reader->end += format_segment_size(&entry->segments[i]);
	return entry;
}

gboolean
reader_load_block(Reader *reader, guint32 number, GError **error)
{
	Block *block = &reader->block;
	gboolean went_on = block->goes_on;
	const FormatEntry *entry = reader_begin_block(reader, number, error);

	if (!entry || !unpack(reader, entry, error))
		return FALSE;
	const char *fault = order_fault(reader, went_on);
	if (fault)
		return reader_fail(reader, entry->offset, fault, error);
	if (reader->contacts_end_room < block->n_pairs && (reader->parts & READER_CONTACTS)) {
		reader->contacts_end_room = block->n_pairs;
		reader->contacts_end = g_renew(guint32, reader->contacts_end, block->n_pairs);
	}
	reader->seen.sources += block->n_sources - (went_on ? 1 : 0);
	reader->seen.pairs += block->n_pairs;
	reader->seen.contacts += block->n_contacts;
	reader->seen.traits += block->n_traits;
	reader->last_source = block_source(block, block->n_sources - 1);
	reader->last_target = block_target(block, block->n_pairs - 1);
	reader->next_block = number + 1;
	reader->source = reader->pair = reader->contact = reader->trait = 0;
	return TRUE;
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
		if (!reader_load_block(reader, reader->next_block, error))
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
