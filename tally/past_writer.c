#include "config.h"

#include "tally/past_writer.h"

#include <string.h>

#include "common/output.h"
#include "tally/segment.h"

enum { LEVEL = 3, FLUSH_OCTETS = 256 * 1024 };

struct PastWriter {
	Output *output;     /* owned */
	ZSTD_CCtx *context; /* owned */
	PastBlock block;    /* being filled */
	GByteArray *packed; /* owned; of one block */
	GByteArray *stored; /* owned; not written yet */
	GArray *index;      /* owned; of PastEntry */
	guint64 offset;     /* where stored ends in the file */
	guint64 rows[PAST_TABLES];
	GError *failure; /* owned; the first */
};

static const PastHead past_head = {.magic = PAST_MAGIC, .schema = PAST_SCHEMA};

static void
flush(PastWriter *writer)
{
	if (!writer->failure)
		output_write(writer->output, writer->stored->data, writer->stored->len,
			&writer->failure);
	g_byte_array_set_size(writer->stored, 0);
}

static void
put(PastWriter *writer, gconstpointer octets, gsize length)
{
	g_byte_array_append(writer->stored, octets, (guint)length);
	writer->offset += length;
}

PastWriter *
past_writer_new(const char *path, GError **error)
{
	g_autoptr(Output) output = output_new(path, error);

	if (!output)
		return NULL;
	PastWriter *writer = g_new0(PastWriter, 1);
	writer->output = g_steal_pointer(&output);
	writer->context = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(writer->context, ZSTD_c_compressionLevel, LEVEL);
	writer->packed = g_byte_array_new();
	writer->stored = g_byte_array_sized_new(2 * FLUSH_OCTETS);
	writer->index = g_array_new(FALSE, FALSE, sizeof(PastEntry));
	put(writer, &past_head, sizeof past_head);
	return writer;
}

void
past_writer_free(PastWriter *writer)
{
	if (!writer)
		return;
	output_free(writer->output);
	ZSTD_freeCCtx(writer->context);
	g_byte_array_unref(writer->packed);
	g_byte_array_unref(writer->stored);
	g_array_unref(writer->index);
	g_clear_error(&writer->failure);
	g_free(writer);
}

/* The block that is full, or the last of its table. */
static void
put_block(PastWriter *writer)
{
	PastBlock *block = &writer->block;
	PastEntry entry = {
		.high = block->high[0],
		.low = block->low[0],
		.offset = writer->offset,
		.n_rows = block->n,
		.table = block->table,
	};

	if (block->n == 0)
		return;
	g_byte_array_set_size(writer->packed, 0);
	past_block_put(block, writer->packed);
	entry.segment = segment_put(writer->context, writer->packed, NULL, 0, writer->stored);
	g_array_append_val(writer->index, entry);
	writer->offset += format_segment_size(&entry.segment);
	block->n = 0;
	if (writer->stored->len >= FLUSH_OCTETS)
		flush(writer);
}

void
past_writer_add(
	PastWriter *writer, PastTable table, guint64 high, guint64 low, const guint64 *numbers)
{
	PastBlock *block = &writer->block;

	if (block->n == PAST_BLOCK_ROWS || block->table != table)
		put_block(writer);
	block->table = (guint8)table;
	block->high[block->n] = high;
	block->low[block->n] = low;
	for (guint i = 0; i < past_block_numbers(table); i++)
		block->numbers[i][block->n] = numbers[i];
	block->n++;
	writer->rows[table]++;
}

gboolean
past_writer_has_failed(const PastWriter *writer)
{
	return writer->failure != NULL;
}

guint64
past_writer_rows(const PastWriter *writer, PastTable table)
{
	return writer->rows[table];
}

static FormatSegment
put_plain(PastWriter *writer, gconstpointer octets, gsize length)
{
	put(writer, octets, length);
	return (FormatSegment){
		.plain = (guint32)length, .check = segment_check(octets, length)};
}

static FormatSegment
put_told(PastWriter *writer, gint64 day, const char *sensor, const GArray *inputs,
	guint64 forgotten)
{
	g_autoptr(GByteArray) octets = g_byte_array_new();
	PastTold told = {
		.day = day,
		.forgotten = forgotten,
		.n_inputs = inputs->len,
		.sensor_length = (guint32)strlen(sensor),
	};

	memcpy(told.rows, writer->rows, sizeof told.rows);
	g_byte_array_append(octets, (const guint8 *)&told, sizeof told);
	if (inputs->len > 0)
		g_byte_array_append(octets, (const guint8 *)inputs->data,
			(guint)(inputs->len * sizeof(PastInput)));
	g_byte_array_append(octets, (const guint8 *)sensor, told.sensor_length);
	return put_plain(writer, octets->data, octets->len);
}

gboolean
past_writer_finish(PastWriter *writer, gint64 day, const char *sensor, const GArray *inputs,
	guint64 forgotten, GError **error)
{
	PastTrailer trailer = {.magic = PAST_END_MAGIC};

	put_block(writer);
	trailer.index_offset = writer->offset;
	trailer.n_blocks = writer->index->len;
	trailer.index =
		put_plain(writer, writer->index->data, writer->index->len * sizeof(PastEntry));
	trailer.told = put_told(writer, day, sensor, inputs, forgotten);
	trailer.length = writer->offset + sizeof trailer;
	struct {
		PastHead head;
		PastTrailer trailer;
	} both = {past_head, trailer};
	trailer.check = segment_check(&both, sizeof both - sizeof trailer.check);
	put(writer, &trailer, sizeof trailer);
	flush(writer);
	if (!writer->failure)
		return output_finish(writer->output, error);
	g_propagate_error(error, g_steal_pointer(&writer->failure));
	return FALSE;
}
