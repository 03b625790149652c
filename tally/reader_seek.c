#include "config.h"

#include "tally/reader_private.h"

#include "tally/segment.h"

/* The last of the first n blocks that begins before source; the first block when none does.
 * All in one page, or each the first of its page. */
static gboolean
find_block(Reader *reader, const Address *source, guint32 first, guint32 n, guint32 stride,
	guint32 *found, GError **error)
{
	guint32 low = 0,
		/* block first + low * stride begins before source, or low is 0; high's does
		 * not */
		high = n;

	while (high - low > 1) {
		guint32 middle = low + (high - low) / 2, number = first + middle * stride;
		if (!reader_block_page(reader, number, error))
			return FALSE;
		Address begin =
			reader_block_first_source(&reader->page[number - reader->page_first]);
		if (address_compare(&begin, source) < 0)
			low = middle;
		else
			high = middle;
	}
	*found = first + low * stride;
	return TRUE;
}

/* What was read before is no neighbour of what comes. */
static void
forget_place(Reader *reader)
{
	reader->whole = FALSE;
	reader->end = 0;
	reader->last_source = (Address){0};
}

/* The failure that a damaged tally stays. */
static gboolean
has_failed(const Reader *reader, GError **error)
{
	if (reader->failure)
		g_propagate_error(error, g_error_copy(reader->failure));
	return reader->failure != NULL;
}

gboolean
reader_seek(Reader *reader, const Address *source, GError **error)
{
	guint32 n_blocks = reader->trailer.n_blocks, block;
	guint32 n_pages =
		n_blocks / FORMAT_PAGE_ENTRIES + (n_blocks % FORMAT_PAGE_ENTRIES != 0);

	if (has_failed(reader, error))
		return FALSE;
	if (n_blocks == 0)
		return TRUE;
	if (!find_block(reader, source, 0, n_pages, FORMAT_PAGE_ENTRIES, &block, error) ||
		!find_block(reader, source, block, MIN(FORMAT_PAGE_ENTRIES, n_blocks - block),
			1, &block, error))
		return FALSE;
	forget_place(reader);
	if (!reader_block_load(reader, block, error))
		return FALSE;
	while (reader->source < reader->block.n_sources) {
		Address here = block_source(&reader->block, reader->source);
		if (address_compare(&here, source) >= 0)
			break;
		reader_pass_source(reader);
	}
	return TRUE;
}

/* The segment that tells whether a block is wanted. */
static guint
telling_segment(const ReaderWanted *wanted)
{
	if (wanted->any_trait)
		return SEGMENT_TRAITS;
	return wanted->any_contact ? SEGMENT_CONTACTS : SEGMENT_PAIRS;
}

/* Reads of a block, of which the entry is at hand, that segment alone. */
static gboolean
load_segment(
	Reader *reader, const FormatEntry *entry, const ReaderWanted *wanted, GError **error)
{
	guint segment = telling_segment(wanted);
	SegmentRoom *room = segment_room();
	guint64 offset = entry->offset, length = format_segment_size(&entry->segments[segment]);
	guint8 *stored = segment_room_stored(room, length);
	Address first = reader_block_first_source(entry);
	Block *block = &reader->block;
	ColumnSource source;

	for (guint i = 0; i < segment; i++)
		offset += format_segment_size(&entry->segments[i]);
	if (!reader_read_at(reader, offset, stored, length, error))
		return FALSE;
	block->has_udp = FALSE;
	block_reserve_sources(block, block->n_sources);
	block_reserve_pairs(block, block->n_pairs);
	const char *fault = segment_get(room, &entry->segments[segment], stored, &source);
	if (!fault && segment == SEGMENT_TRAITS)
		fault = block_traits_get(block, &wanted->fields, &source);
	else if (!fault && segment == SEGMENT_CONTACTS)
		fault = block_contacts_get(block, &source);
	else if (!fault)
		fault = block_pairs_get(block, &first, &source);
	return fault ? reader_fail(reader, offset, fault, error) : TRUE;
}

/* Asks the one that is not NULL. */
static gboolean
is_wanted(const Block *block, const ReaderWanted *wanted)
{
	gboolean v4 = block->family == 4;

	if (wanted->any_trait)
		return wanted->any_trait(block->traits, block->n_traits, wanted->data);
	if (wanted->any_contact)
		return wanted->any_contact(block->contacts, block->n_contacts, wanted->data);
	return wanted->any_target(v4 ? block->targets_v4 : NULL, v4 ? NULL : block->targets_v6,
		block->n_pairs, wanted->data);
}

/* Where a search for a wanted block stands. */
typedef struct {
	guint32 number; /* of the block that is looked at */
	guint32 start;  /* of the block in which its first source begins */
	Address first;  /* of the block before; family 0: there was none */
	gboolean went_on;
} Skip;

/* TRUE: the block is not wanted, and passed over. FALSE without error: it is. */
static gboolean
pass_block(Reader *reader, Skip *skip, const ReaderWanted *wanted, GError **error)
{
	const FormatEntry *entry = reader_block_begin(reader, skip->number, error);
	const Block *block = &reader->block;

	if (!entry)
		return FALSE;
	Address first = reader_block_first_source(entry);
	if (skip->first.family != 0 && address_compare(&first, &skip->first) < !skip->went_on)
		return reader_fail(reader, entry->offset,
			"a block's first source does not follow the one before", error);
	if (!load_segment(reader, entry, wanted, error) || is_wanted(block, wanted))
		return FALSE;
	skip->number++;
	if (!block->goes_on)
		skip->start = skip->number;
	else if (!skip->went_on || block->n_sources > 1)
		skip->start = skip->number - 1;
	skip->went_on = block->goes_on;
	skip->first = first;
	return TRUE;
}

/* Whether the block begins beyond the last source that is wanted. */
static gboolean
lies_beyond(
	Reader *reader, guint32 number, const Address *last, gboolean *beyond, GError **error)
{
	*beyond = FALSE;
	if (!last)
		return TRUE;
	if (!reader_block_page(reader, number, error))
		return FALSE;
	Address first = reader_block_first_source(&reader->page[number - reader->page_first]);
	*beyond = address_compare(&first, last) > 0;
	return TRUE;
}

/* The block at hand is used up; what comes is block `number`. */
static void
stand_before(Reader *reader, guint32 number)
{
	reader->block.n_sources = reader->source = 0;
	reader->block.goes_on = FALSE;
	reader->next_block = number;
}

gboolean
reader_skip(Reader *reader, const ReaderWanted *wanted, GError **error)
{
	guint32 n_blocks = reader->trailer.n_blocks;
	Skip skip = {.number = reader->next_block, .start = reader->next_block};
	g_autoptr(GError) failure = NULL;
	gboolean beyond = FALSE;

	if (has_failed(reader, error))
		return FALSE;
	if (reader->source < reader->block.n_sources || reader->block.goes_on)
		return TRUE;
	while (skip.number < n_blocks) {
		if (!lies_beyond(reader, skip.number, wanted->last, &beyond, error))
			return FALSE;
		if (beyond || !pass_block(reader, &skip, wanted, &failure))
			break;
	}
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	stand_before(reader, beyond ? n_blocks : skip.start);
	if (beyond || skip.number == n_blocks) {
		reader->whole = FALSE;
		reader->end = reader->trailer.index_offset;
		return TRUE;
	}
	forget_place(reader);
	if (skip.start == skip.number)
		return TRUE;
	/* What the block holds before the source that goes on has been looked at. */
	if (!reader_block_load(reader, skip.start, error))
		return FALSE;
	while (reader->source + 1 < reader->block.n_sources)
		reader_pass_source(reader);
	return TRUE;
}
