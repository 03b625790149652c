/*
 * Writes a day's roll-up (PAST.md).
 */
#ifndef TALLY_PAST_WRITER_H
#define TALLY_PAST_WRITER_H

#include "tally/past_block.h"

typedef struct PastWriter PastWriter;

/* Nothing is seen at path before it is finished. */
PastWriter *past_writer_new(const char *path, GError **error);
void past_writer_free(PastWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PastWriter, past_writer_free)

/* The next row: tables in their order, keys ascending strictly. numbers: as many as the table
 * has. Errors stick until past_writer_finish. */
void past_writer_add(
	PastWriter *writer, PastTable table, guint64 high, guint64 low, const guint64 *numbers);

/* Whether something failed, so that the rest may be spared. */
gboolean past_writer_has_failed(const PastWriter *writer);

/* How many rows the table has so far. */
guint64 past_writer_rows(const PastWriter *writer, PastTable table);

/* inputs: of PastInput, by hour. forgotten: traits that there was no room for. */
gboolean past_writer_finish(PastWriter *writer, gint64 day, const char *sensor,
	const GArray *inputs, guint64 forgotten, GError **error);

#endif
