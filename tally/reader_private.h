/*
 * What the files of the reader share: reader.c opens a tally and reads it from front to end,
 * reader_block.c brings the blocks and checks them, reader_seek.c goes elsewhere in it.
 */
#ifndef TALLY_READER_PRIVATE_H
#define TALLY_READER_PRIVATE_H

#include "tally/block.h"
#include "tally/format.h"
#include "tally/hour_section.h"
#include "tally/reader.h"

struct Reader {
	int fd;     /* owned */
	char *name; /* owned */
	guint parts;
	gboolean run;
	FormatTrailer trailer;
	HourFacts *hour; /* owned */
	HourCounts counts;

	/* The page of the index at hand. */
	FormatEntry *page;  /* owned; FORMAT_PAGE_ENTRIES at most */
	guint32 page_first; /* number of its first block */
	guint32 page_n;     /* 0: none at hand */

	/* The block at hand and where in it the next stretch begins. */
	Block block;
	guint32 next_block; /* number of the one after */
	guint32 source, pair, contact, trait;
	guint32 *contacts_end; /* owned; as Stretch has it */
	gsize contacts_end_room;

	guint32 signatures; /* bits that are told */

	/* What must come before whatever follows. */
	Address last_source,
		last_target; /* family 0: nothing has been read since the start or a seek */
	guint64 end;         /* where the next block begins; 0: not known, after a seek */
	gboolean whole;      /* no seek so far: seen counts from the start */
	HourCounts seen;
	GError *failure; /* owned; NULL: none. A damaged tally stays one */
};

/* Sets error, once and for all, to "FILE:OFFSET: WHAT"; returns FALSE. */
gboolean reader_fail(Reader *reader, guint64 offset, const char *what, GError **error);
gboolean reader_read_at(
	Reader *reader, guint64 offset, void *buffer, gsize length, GError **error);
/* A segment by itself; source is valid until the next. */
gboolean reader_read_segment(Reader *reader, const FormatSegment *segment, guint64 offset,
	ColumnSource *source, GError **error);

Address reader_block_first_source(const FormatEntry *entry);
/* Brings the page of the index that has the block's entry. */
gboolean reader_block_page(Reader *reader, guint32 block, GError **error);
/* Checks the block's entry, and makes family and counts of the block at hand its own: of the
 * arrays nothing is read. Owned by the reader. */
const FormatEntry *reader_block_begin(Reader *reader, guint32 number, GError **error);
/* Reads the block, which is at hand then, with its first source. */
gboolean reader_block_load(Reader *reader, guint32 number, GError **error);
/* Goes past the source at hand, as if its stretch had been given. */
void reader_pass_source(Reader *reader);

#endif
