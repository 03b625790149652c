#include "config.h"

#include "tally/reader_private.h"

#include "tally/segment.h"

#include <string.h>

Address
reader_block_first_source(const FormatEntry *entry)
{
	return (Address){
		.high = entry->source_high, .low = entry->source_low, .family = entry->family};
}

gboolean
reader_block_page(Reader *reader, guint32 block, GError **error)
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
	if (!reader_read_segment(reader, &segment, offset, &source, error))
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
	Address first = reader_block_first_source(entry);
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
reader_block_begin(Reader *reader, guint32 number, GError **error)
{
	Block *block = &reader->block;

	if (!reader_block_page(reader, number, error))
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
reader_block_load(Reader *reader, guint32 number, GError **error)
{
	Block *block = &reader->block;
	gboolean went_on = block->goes_on;
	const FormatEntry *entry = reader_block_begin(reader, number, error);

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
