#include "config.h"

#include "tally/packer.h"

#include "common/failure.h"
#include "tally/segment.h"

#include <string.h>

enum { BLOCKS_UNDER_WAY = 4, FLUSH_OCTETS = 256 * 1024 };

struct Packer {
	Output *output; /* borrowed */
	gboolean run;

	/* Touched by whoever packs: the thread while there is one. */
	ZSTD_CCtx *context;
	ColumnSink columns; /* of one segment; owned */
	GByteArray *stored; /* not written yet */
	GArray *index;      /* of FormatEntry */
	guint64 offset;     /* where stored ends in the file */
	GError *failure;    /* owned; the first */
	gint failed;        /* atomic */
	guint64 size;       /* atomic */

	/* The blocks go round from one to the other. */
	GThread *thread;   /* NULL: none */
	GAsyncQueue *full; /* of Block *; the packer itself: the end */
	GAsyncQueue *empty;
};

static void
block_destroy(gpointer data)
{
	block_clear(data);
	g_free(data);
}

Packer *
packer_new(Output *output, int level, gboolean run)
{
	Packer *packer = g_new0(Packer, 1);
	FormatHead head = { .magic = FORMAT_MAGIC, .schema = FORMAT_SCHEMA, .flags = run ? FORMAT_RUN : 0 };

	packer->output = output;
	packer->run = run;
	packer->context = ZSTD_createCCtx();
	ZSTD_CCtx_setParameter(packer->context, ZSTD_c_compressionLevel, level);
	packer->columns = (ColumnSink){ g_byte_array_new(), g_byte_array_new() };
	packer->stored = g_byte_array_sized_new(2 * FLUSH_OCTETS);
	packer->index = g_array_new(FALSE, FALSE, sizeof(FormatEntry));
	packer->empty = g_async_queue_new_full(block_destroy);
	packer->full = g_async_queue_new();
	g_byte_array_append(packer->stored, (const guint8 *)&head, sizeof head);
	packer->offset = packer->size = sizeof head;
	g_async_queue_push(packer->empty, g_new0(Block, 1));
	return packer;
}

static void
flush(Packer *packer)
{
	if (!packer->failure && !output_write(packer->output, packer->stored->data, packer->stored->len, &packer->failure))
		g_atomic_int_set(&packer->failed, TRUE);
	g_byte_array_set_size(packer->stored, 0);
}

static void
account(Packer *packer, gsize octets)
{
	packer->offset += octets;
	__atomic_store_n(&packer->size, packer->offset, __ATOMIC_RELAXED);
	if (packer->stored->len >= FLUSH_OCTETS)
		flush(packer);
}

static void
pack(Packer *packer, const Block *block)
{
	static void (*const put[SEGMENT_COUNT])(const Block *, const ColumnSink *) = {
		[SEGMENT_PAIRS] = block_pairs_put,
		[SEGMENT_CONTACTS] = block_contacts_put,
		[SEGMENT_TRAITS] = block_traits_put,
	};
	Address first = block_source(block, 0);
	FormatEntry entry = {
		.source_high = first.high,
		.source_low = first.low,
		.offset = packer->offset,
		.n_sources = block->n_sources,
		.n_pairs = block->n_pairs,
		.n_contacts = block->n_contacts,
		.n_traits = block->n_traits,
		.family = block->family,
		.goes_on = block->goes_on != FALSE,
	};
	const ColumnSink *columns = &packer->columns;
	gsize octets = 0;

	for (guint i = 0; i < SEGMENT_COUNT; i++) {
		g_byte_array_set_size(columns->packed, 0);
		g_byte_array_set_size(columns->plain, 0);
		put[i](block, columns);
		entry.segments[i] =
			segment_put(packer->context, columns->packed, columns->plain, 0, packer->stored);
		octets += format_segment_size(&entry.segments[i]);
	}
	g_array_append_val(packer->index, entry);
	account(packer, octets);
}

static void
empty_block(Packer *packer, Block *block)
{
	block->n_sources = block->n_pairs = block->n_contacts = block->n_traits = 0;
	block->goes_on = block->has_udp = FALSE;
	g_async_queue_push(packer->empty, block);
}

static gpointer
run_thread(gpointer data)
{
	Packer *packer = data;
	gpointer block;

	while ((block = g_async_queue_pop(packer->full)) != packer) {
		if (!packer->failure)
			pack(packer, block);
		empty_block(packer, block);
	}
	return NULL;
}

void
packer_start_thread(Packer *packer)
{
	g_return_if_fail(!packer->thread && packer->offset == sizeof(FormatHead));
	for (guint i = 1; i < BLOCKS_UNDER_WAY; i++)
		g_async_queue_push(packer->empty, g_new0(Block, 1));
	packer->thread = g_thread_new("pack", run_thread, packer);
}

static void
join_thread(Packer *packer)
{
	if (!packer->thread)
		return;
	g_async_queue_push(packer->full, packer);
	g_thread_join(packer->thread);
	packer->thread = NULL;
}

Block *
packer_take(Packer *packer)
{
	Block *block = g_async_queue_pop(packer->empty);

	block->run = packer->run;
	return block;
}

void
packer_give(Packer *packer, Block *block)
{
	if (packer->thread) {
		g_async_queue_push(packer->full, block);
		return;
	}
	if (!packer->failure && block->n_pairs > 0)
		pack(packer, block);
	empty_block(packer, block);
}

static void
put_index(Packer *packer)
{
	const FormatEntry *entries = (const FormatEntry *)(void *)packer->index->data;
	guint n = packer->index->len;

	for (guint from = 0; from < n; from += FORMAT_PAGE_ENTRIES) {
		guint octets = (guint)sizeof *entries * MIN(FORMAT_PAGE_ENTRIES, n - from);
		guint64 check = segment_check(entries + from, octets);
		g_byte_array_append(packer->stored, (const guint8 *)(entries + from), octets);
		g_byte_array_append(packer->stored, (const guint8 *)&check, sizeof check);
		account(packer, octets + sizeof check);
	}
}

static guint64
check_trailer(const Packer *packer, const FormatTrailer *trailer)
{
	struct {
		FormatHead head;
		FormatTrailer trailer;
	} both = { { .magic = FORMAT_MAGIC, .schema = FORMAT_SCHEMA, .flags = packer->run ? FORMAT_RUN : 0 }, *trailer };

	return segment_check(&both, sizeof both - sizeof trailer->check);
}

gboolean
packer_finish(Packer *packer, GByteArray *hour, GByteArray *lists, GError **error)
{
	FormatTrailer trailer = { .n_blocks = 0, .magic = FORMAT_END_MAGIC };

	join_thread(packer);
	trailer.index_offset = packer->offset;
	trailer.n_blocks = packer->index->len;
	put_index(packer);
	trailer.hour = (FormatSegment){ .plain = hour->len, .check = segment_check(hour->data, hour->len) };
	g_byte_array_append(packer->stored, hour->data, hour->len);
	trailer.lists = segment_put(packer->context, lists, NULL, FORMAT_LISTS_RATIO, packer->stored);
	trailer.length = packer->offset + format_segment_size(&trailer.hour) + format_segment_size(&trailer.lists) +
			 sizeof trailer;
	trailer.check = check_trailer(packer, &trailer);
	g_byte_array_append(packer->stored, (const guint8 *)&trailer, sizeof trailer);
	account(packer, trailer.length - packer->offset);
	flush(packer);
	if (packer->failure) {
		g_propagate_error(error, g_steal_pointer(&packer->failure));
		return FALSE;
	}
	return TRUE;
}

gboolean
packer_has_failed(Packer *packer)
{
	return g_atomic_int_get(&packer->failed);
}

guint64
packer_size(Packer *packer)
{
	return __atomic_load_n(&packer->size, __ATOMIC_RELAXED);
}

void
packer_free(Packer *packer)
{
	if (!packer)
		return;
	join_thread(packer);
	ZSTD_freeCCtx(packer->context);
	g_byte_array_unref(packer->columns.packed);
	g_byte_array_unref(packer->columns.plain);
	g_byte_array_unref(packer->stored);
	g_array_unref(packer->index);
	g_async_queue_unref(packer->full);
	g_async_queue_unref(packer->empty);
	g_clear_error(&packer->failure);
	g_free(packer);
}
