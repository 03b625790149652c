#include "config.h"

#include "tally/block.h"

#include <stddef.h>
#include <string.h>

/*
 * The segment of traits: a column of how many each source has, then one of each field below, in
 * this order.
 *
 * A source that sends one packet of a kind, or the same field in all, has its maxima equal to
 * its minima: such fields are written as their distance, modulo 2^(8 size), from the field they
 * are likely to equal, which comes before them. Source and family are known from the block.
 */
typedef struct {
	guint8 offset, size;
	guint8 from; /* offset of the field it is told from; its own: none */
	guint8 sort; /* ColumnSort */
} Field;

#define FIELD(field)                                                                           \
	{                                                                                      \
		offsetof(Trait, field), sizeof((Trait){0}.field), offsetof(Trait, field), 0    \
	}
#define LIKE(field, other)                                                                     \
	{                                                                                      \
		offsetof(Trait, field), sizeof((Trait){0}.field), offsetof(Trait, other), 0    \
	}
#define RANDOM(field)                                                                          \
	{                                                                                      \
		offsetof(Trait, field), sizeof((Trait){0}.field), offsetof(Trait, field),      \
			COLUMN_PLAIN                                                           \
	}

static const Field fields[] = {
	FIELD(kind),
	FIELD(ttl_min),
	LIKE(ttl_max, ttl_min),
	FIELD(seen),
	FIELD(window_min),
	LIKE(window_max, window_min),
	RANDOM(id_min),
	LIKE(id_max, id_min),
	LIKE(id_last, id_max),
	FIELD(id_step_min),
	LIKE(id_step_max, id_step_min),
	RANDOM(sport_min),
	LIKE(sport_max, sport_min),
	LIKE(sport_last, sport_max),
	FIELD(sport_step_min),
	LIKE(sport_step_max, sport_step_min),
	FIELD(payload_min),
	LIKE(payload_max, payload_min),
	FIELD(mss_min),
	LIKE(mss_max, mss_min),
	RANDOM(seq_min),
	LIKE(seq_max, seq_min),
	FIELD(ack_min),
	LIKE(ack_max, ack_min),
	FIELD(options),
	FIELD(flag_sets),
	FIELD(dport_blocks_low),
	FIELD(dport_blocks_high),
	FIELD(dport_marks),
	FIELD(signatures),
	FIELD(peak_packets),
	LIKE(second_packets, peak_packets),
	FIELD(peak_second),
	LIKE(second, peak_second),
};

enum { CHUNK = 256 };

static guint64
mask_of(const Field *field)
{
	return (G_GUINT64_CONSTANT(1) << 8 * field->size) - 1;
}

/* With the size known when compiling; fields are 1, 2 or 4 octets. */
static inline __attribute__((always_inline)) void
gather(const Trait *traits, guint32 n, const Field *field, guint size, guint64 *values)
{
	gboolean plain = field->offset == field->from;
	guint64 mask = mask_of(field);

	for (guint32 i = 0; i < n; i++) {
		guint32 value = 0, other = 0;
		memcpy(&value, (const guint8 *)&traits[i] + field->offset, size);
		if (!plain)
			memcpy(&other, (const guint8 *)&traits[i] + field->from, size);
		values[i] = (value - other) & mask;
	}
}

static inline __attribute__((always_inline)) void
scatter(Trait *traits, guint32 n, const Field *field, guint size, const guint64 *values)
{
	gboolean plain = field->offset == field->from;

	for (guint32 i = 0; i < n; i++) {
		guint32 other = 0, value;
		if (!plain)
			memcpy(&other, (const guint8 *)&traits[i] + field->from, size);
		value = (guint32)values[i] + other;
		memcpy((guint8 *)&traits[i] + field->offset, &value, size);
	}
}

void
block_traits_put(const Block *block, const ColumnSink *out)
{
	guint32 n = block->n_traits;
	g_autofree guint64 *values = g_new(guint64, MAX(n, block->n_sources));

	for (guint32 i = 0; i < block->n_sources; i++)
		values[i] = block->source_traits[i];
	column_put(out, values, block->n_sources, 0);
	for (guint f = 0; f < G_N_ELEMENTS(fields); f++) {
		if (fields[f].size == 1)
			gather(block->traits, n, &fields[f], 1, values);
		else if (fields[f].size == 2)
			gather(block->traits, n, &fields[f], 2, values);
		else
			gather(block->traits, n, &fields[f], 4, values);
		column_put(out, values, n, fields[f].sort);
	}
}

static gboolean
read_field(const Column *column, const Field *field, Trait *traits)
{
	guint64 values[CHUNK], beyond = 0;

	for (gsize from = 0; from < column->n; from += CHUNK) {
		guint32 n = (guint32)MIN(CHUNK, column->n - from);
		column_read(column, from, n, values);
		for (guint32 i = 0; i < n; i++)
			beyond |= values[i] & ~mask_of(field);
		if (field->size == 1)
			scatter(traits + from, n, field, 1, values);
		else if (field->size == 2)
			scatter(traits + from, n, field, 2, values);
		else
			scatter(traits + from, n, field, 4, values);
	}
	return beyond == 0;
}

/* Strictly by kind within a source, and no kind that cannot be. */
static gboolean
in_order(const Block *block)
{
	guint kinds_end = block->run ? KIND_COUNT : KIND_AT_REST;
	const Trait *trait = block->traits;
	gboolean ordered = TRUE;

	for (guint32 i = 0; i < block->n_sources; i++) {
		guint least = 0;
		for (const Trait *end = trait + block->source_traits[i]; trait < end; trait++) {
			ordered &= trait->kind >= least && trait->kind < kinds_end;
			least = trait->kind + 1u;
		}
	}
	return ordered;
}

static const char *
get_source_traits(Block *block, ColumnSource *source)
{
	guint64 sum = 0;
	Column column;

	if (!column_take(source, block->n_sources, 0, &column) ||
		!column_read_u32(&column, block->source_traits))
		return "the column of traits of a source is cut short";
	for (guint32 i = 0; i < block->n_sources; i++)
		sum += block->source_traits[i];
	if (sum != block->n_traits)
		return "the sources' traits do not come to the block's";
	if (block->goes_on && block->source_traits[block->n_sources - 1] != 0)
		return "a source has traits before its last block";
	return NULL;
}

/* Marks the fields to read: those that are wanted, and those that they are told from, which
 * come before them. */
static void
choose_fields(const Trait *wanted, gboolean chosen[G_N_ELEMENTS(fields)])
{
	static const guint8 nothing[sizeof(guint64)];

	for (guint f = G_N_ELEMENTS(fields); f-- > 0;) {
		const Field *field = &fields[f];
		chosen[f] |= f == 0 || !wanted ||
			     memcmp((const guint8 *)wanted + field->offset, nothing,
				     field->size) != 0;
		for (guint from = 0; chosen[f] && from < f; from++)
			chosen[from] |= fields[from].offset == field->from;
	}
}

const char *
block_traits_get(Block *block, const Trait *wanted, ColumnSource *source)
{
	gboolean chosen[G_N_ELEMENTS(fields)] = {FALSE};
	const char *fault = get_source_traits(block, source);
	guint32 n = block->n_traits;

	if (fault)
		return fault;
	choose_fields(wanted, chosen);
	block_reserve_traits(block, n);
	if (n > 0)
		memset(block->traits, 0, n * sizeof(Trait));
	for (guint32 i = 0; i < n; i++)
		block->traits[i].family = block->family;
	for (guint f = 0; f < G_N_ELEMENTS(fields); f++) {
		Column column;
		if (!column_take(source, n, fields[f].sort, &column) ||
			(chosen[f] && !read_field(&column, &fields[f], block->traits)))
			return "a column of traits is cut short, or holds a number beyond its "
			       "field";
	}
	if (!column_source_is_empty(source))
		return "octets are left behind the columns of traits";
	return in_order(block) ? NULL : "traits out of order";
}
