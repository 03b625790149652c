#include "config.h"

#include "tally/writer.h"

#include "common/failure.h"
#include "tally/hour_section.h"
#include "tally/packer.h"

#include <string.h>

/* zstd's levels; below zero faster still. */
enum { LEVEL_TALLY = -1, LEVEL_RUN = -5 };

struct Writer {
	Output *output; /* owned; NULL: closed */
	Packer *packer; /* owned; NULL: closed */
	Block *block;   /* owned; being filled */
	gboolean run;
	char *failure;  /* owned; NULL: none so far */
	guint64 size;   /* once closed */
	HourCounts counts;

	Address source, target;  /* the last ones; family 0: none yet */
	gboolean source_counted; /* it has a pair */
	gboolean source_here;    /* ... in this block */
	gboolean source_traits;  /* it has got its traits */
};

static Writer *
writer_of(Output *output, gboolean run)
{
	Writer *writer;

	if (!output)
		return NULL;
	writer = g_new0(Writer, 1);
	writer->output = output;
	writer->run = run;
	writer->packer = packer_new(output, run ? LEVEL_RUN : LEVEL_TALLY, run);
	return writer;
}

Writer *
writer_new(const char *path, GError **error)
{
	return writer_of(output_new(path, error), FALSE);
}

Writer *
writer_new_run(const char *folder, GError **error)
{
	return writer_of(output_new_unnamed(folder, error), TRUE);
}

void
writer_set_threads(Writer *writer, guint threads)
{
	if (threads > 1)
		packer_start_thread(writer->packer);
}

/* The first failure is the one told. */
static void
fail(Writer *writer, const char *what)
{
	if (!writer->failure)
		writer->failure = g_strdup_printf("%s: not written: %s", output_name(writer->output), what);
}

static gboolean
is_stopped(const Writer *writer)
{
	return writer->failure || !writer->packer;
}

static void
flush_block(Writer *writer)
{
	writer->block->goes_on = writer->source_here;
	packer_give(writer->packer, g_steal_pointer(&writer->block));
	writer->source_here = FALSE;
	if (packer_has_failed(writer->packer))
		fail(writer, "the file system refused");
}

static void
end_source(Writer *writer)
{
	if (writer->source.family != 0 && !writer->source_counted)
		fail(writer, "a source without pairs");
	writer->source_here = FALSE;
}

void
writer_source(Writer *writer, const Address *source)
{
	if (is_stopped(writer))
		return;
	end_source(writer);
	if (address_compare(&writer->source, source) >= 0)
		fail(writer, "sources out of order");
	writer->source = *source;
	writer->target = (Address){ 0 };
	writer->source_counted = writer->source_traits = FALSE;
}

static gboolean
has_room(const Writer *writer, const Pair *pair)
{
	const Block *block = writer->block;

	return block->n_pairs == 0 ||
	       (block->n_pairs < FORMAT_BLOCK_PAIRS && block->family == writer->source.family &&
		       (guint64)block->n_contacts + pair->n_contacts <= FORMAT_BLOCK_CONTACTS);
}

static void
begin_block(Writer *writer)
{
	Block *block = writer->block = packer_take(writer->packer);

	block->family = writer->source.family;
	block_reserve_sources(block, FORMAT_BLOCK_PAIRS);
	block_reserve_pairs(block, FORMAT_BLOCK_PAIRS);
	block_reserve_contacts(block, FORMAT_BLOCK_CONTACTS);
}

static void
add_source(Writer *writer)
{
	Block *block = writer->block;

	if (block->family == 4)
		block->sources_v4[block->n_sources] = (guint32)writer->source.low;
	else
		block->sources_v6[block->n_sources] = writer->source;
	block->source_pairs[block->n_sources] = 0;
	block->source_traits[block->n_sources] = 0;
	block->n_sources++;
	writer->source_here = TRUE;
	writer->counts.sources += !writer->source_counted;
	writer->source_counted = TRUE;
}

/* Most pairs of most blocks have no UDP: the arrays are begun with the first that has. */
static void
add_udp(Block *block, const Pair *pair)
{
	if (!block->has_udp) {
		if (pair->udp_in == FACTS_NEVER && pair->udp_out == FACTS_NEVER)
			return;
		block->has_udp = TRUE;
		block_reserve_pairs(block, FORMAT_BLOCK_PAIRS);
		memset(block->udp_in, 0xff, block->n_pairs * sizeof *block->udp_in);
		memset(block->udp_out, 0xff, block->n_pairs * sizeof *block->udp_out);
		G_STATIC_ASSERT(FACTS_NEVER == G_MAXUINT64);
	}
	block->udp_in[block->n_pairs] = pair->udp_in;
	block->udp_out[block->n_pairs] = pair->udp_out;
}

static void
add_pair(Writer *writer, const Pair *pair)
{
	Block *block = writer->block;
	guint32 n = block->n_pairs;

	if (block->family == 4)
		block->targets_v4[n] = (guint32)pair->target.low;
	else
		block->targets_v6[n] = pair->target;
	block->facts[n] = pair->facts;
	block->answered[n] = pair->answered;
	add_udp(block, pair);
	block->pair_contacts[n] = pair->n_contacts;
	block_reserve_contacts(block, (gsize)block->n_contacts + pair->n_contacts);
	for (guint32 i = 0; i < pair->n_contacts; i++)
		block->contacts[block->n_contacts + i] = pair->contacts[i];
	block->n_contacts += pair->n_contacts;
	block->source_pairs[block->n_sources - 1]++;
	block->n_pairs++;
	writer->counts.pairs++;
	writer->counts.contacts += pair->n_contacts;
}

/* What the reader would refuse must not get into a file. */
static const char *
pair_fault(const Writer *writer, const Pair *pair)
{
	guint kinds_end = writer->run ? KIND_COUNT : KIND_AT_REST;
	guint32 least = 0;

	if (writer->source.family == 0 || writer->source_traits)
		return "a pair without its source before it";
	if (pair->target.family != writer->source.family)
		return "a pair of two families";
	if (writer->target.family && address_compare(&pair->target, &writer->target) < !writer->run)
		return "targets out of order";
	if (pair->n_contacts > FORMAT_PAIR_CONTACTS)
		return "more contacts than a pair can have";
	for (guint32 i = 0; i < pair->n_contacts; i++) {
		guint32 key = (guint32)pair->contacts[i].kind << 16 | pair->contacts[i].port;
		if (key < least || pair->contacts[i].kind >= kinds_end)
			return "contacts out of order, or of a kind that is not kept";
		least = key + !writer->run;
	}
	return NULL;
}

void
writer_pair(Writer *writer, const Pair *pair)
{
	const char *fault;

	if (is_stopped(writer))
		return;
	fault = pair_fault(writer, pair);
	if (fault) {
		fail(writer, fault);
		return;
	}
	if (writer->block && !has_room(writer, pair))
		flush_block(writer);
	if (!writer->block)
		begin_block(writer);
	if (!writer->source_here)
		add_source(writer);
	add_pair(writer, pair);
	writer->target = pair->target;
}

static const char *
traits_fault(const Writer *writer, const Trait *traits, guint n)
{
	guint kinds_end = writer->run ? KIND_COUNT : KIND_AT_REST, least = 0;

	if (!writer->source_here || writer->source_traits)
		return "traits without pairs before them, or twice";
	for (guint i = 0; i < n; i++) {
		if (traits[i].kind < least || traits[i].kind >= kinds_end)
			return "traits out of order, or of a kind that is not kept";
		least = traits[i].kind + 1u;
	}
	return NULL;
}

void
writer_traits(Writer *writer, const Trait *traits, guint n)
{
	Block *block = writer->block;
	const char *fault;

	if (is_stopped(writer) || n == 0)
		return;
	fault = traits_fault(writer, traits, n);
	if (fault) {
		fail(writer, fault);
		return;
	}
	block_reserve_traits(block, (gsize)block->n_traits + n);
	memcpy(block->traits + block->n_traits, traits, n * sizeof *traits);
	block->n_traits += n;
	block->source_traits[block->n_sources - 1] = n;
	writer->counts.traits += n;
	writer->source_traits = TRUE;
}

/* Whatever is not renamed by now is removed with the output. */
static void
close_writer(Writer *writer)
{
	if (writer->block)
		packer_give(writer->packer, g_steal_pointer(&writer->block));
	if (writer->packer)
		writer->size = packer_size(writer->packer);
	g_clear_pointer(&writer->packer, packer_free);
}

static gboolean
finish(Writer *writer, const HourFacts *hour, GError **error)
{
	g_autoptr(GByteArray) section = g_byte_array_new();
	g_autoptr(GByteArray) lists = g_byte_array_new();

	end_source(writer);
	if (writer->block)
		flush_block(writer);
	if (!hour_section_put(hour, &writer->counts, section, lists))
		fail(writer, "addresses that spoke out of order");
	/* A refusal of the file system has more to say than that there was one. */
	if (!packer_finish(writer->packer, section, lists, error))
		return FALSE;
	if (writer->failure) {
		g_set_error_literal(error, FAILURE, FAILURE_FAILED, writer->failure);
		return FALSE;
	}
	return output_finish(writer->output, error);
}

gboolean
writer_finish(Writer *writer, const HourFacts *hour, GError **error)
{
	g_return_val_if_fail(writer->packer, FALSE);
	gboolean done = finish(writer, hour, error);

	close_writer(writer);
	if (!done || !writer->run)
		g_clear_pointer(&writer->output, output_free);
	return done;
}

int
writer_steal_fd(Writer *writer)
{
	return writer->run && writer->output ? output_steal_fd(writer->output) : -1;
}

guint64
writer_size(const Writer *writer)
{
	return writer->packer ? packer_size(writer->packer) : writer->size;
}

void
writer_free(Writer *writer)
{
	if (!writer)
		return;
	close_writer(writer);
	output_free(writer->output);
	g_free(writer->failure);
	g_free(writer);
}
