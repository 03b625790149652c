#include "config.h"

#include "tally/past_block.h"

#include "tally/kind.h"

const char *const past_group_names[PAST_GROUPS] = {
	[PAST_TCP] = "tcp",
	[PAST_TCP_RESPONSE] = "tcp-response",
	[PAST_UDP] = "udp",
	[PAST_ICMP] = "icmp",
};

const char *const past_field_names[PAST_FIELDS] = {
	[PAST_ACK] = "ack",
	[PAST_SEQ] = "seq",
	[PAST_SYN] = "syn",
	[PAST_SPORT] = "sport",
	[PAST_ID] = "id",
};

/* To add a table: a line here. */
static const struct {
	gboolean wide;                /* keys have an upper half */
	guint64 low_max, high_max;    /* of keys */
	guint n_numbers;              /* of a row */
	guint64 limits[PAST_NUMBERS]; /* of each */
} tables[PAST_TABLES] = {
#define SOURCE_LIMITS                                                                          \
	{                                                                                      \
		[PAST_SOURCE_PACKETS] = G_MAXUINT64, [PAST_SOURCE_TARGETS] = G_MAXUINT32,      \
		[PAST_SOURCE_KINDS] = (1 << KIND_CONTACTS) - 1,                                \
		[PAST_SOURCE_ANSWERS] = ANSWER_AGAIN - 1,                                      \
		[PAST_SOURCE_FIRST] = PAST_HOURS - 1, [PAST_SOURCE_LAST] = PAST_HOURS - 1,     \
	}
	[PAST_SOURCES_V4] = {FALSE, G_MAXUINT32, 0, PAST_NUMBERS, SOURCE_LIMITS},
	[PAST_SOURCES_V6] = {TRUE, G_MAXUINT64, G_MAXUINT64, PAST_NUMBERS, SOURCE_LIMITS},
	[PAST_PORTS] = {FALSE, PAST_GROUPS * 65536 - 1, 0, 3,
		{[PAST_PORT_PACKETS] = G_MAXUINT64,
			[PAST_PORT_SOURCES] = G_MAXUINT32,
			[PAST_PORT_PAIRS] = G_MAXUINT64}},
	[PAST_TRAITS] = {TRUE, G_MAXUINT64, PAST_FIELDS - 1, 2,
		{[PAST_TRAIT_PACKETS] = G_MAXUINT64, [PAST_TRAIT_SOURCES] = G_MAXUINT32}},
};

PastGroup
past_block_group(guint8 kind, guint16 port)
{
	switch (kind) {
	case KIND_ECHO:
	case KIND_ECHOREPLY:
	case KIND_ICMP:
		return PAST_ICMP;
	case KIND_UDP:
		return port != 0 ? PAST_UDP : PAST_GROUPS;
	default:
		break;
	}
	if (kind >= KIND_CONTACTS)
		return PAST_GROUPS;
	if (kind_table[kind].class == CLASS_REQUEST)
		return PAST_TCP;
	return kind_table[kind].class == CLASS_RESPONSE && port != 0 ? PAST_TCP_RESPONSE
								     : PAST_GROUPS;
}

guint
past_block_numbers(PastTable table)
{
	return tables[table].n_numbers;
}

void
past_block_put(const PastBlock *block, GByteArray *packed)
{
	const ColumnSink sink = {packed, NULL};
	guint64 steps[PAST_BLOCK_ROWS];

	if (tables[block->table].wide) {
		column_put(&sink, block->high, block->n, 0);
		column_put(&sink, block->low, block->n, 0);
	} else {
		for (guint32 i = 1; i < block->n; i++)
			steps[i - 1] = block->low[i] - block->low[i - 1] - 1;
		column_put(&sink, steps, block->n - 1, 0);
	}
	for (guint i = 0; i < tables[block->table].n_numbers; i++)
		column_put(&sink, block->numbers[i], block->n, 0);
}

static gboolean
take(ColumnSource *source, guint32 n, guint64 *values)
{
	Column column;

	if (!column_take(source, n, 0, &column))
		return FALSE;
	column_read(&column, 0, n, values);
	return TRUE;
}

static gboolean
get_keys(PastBlock *block, const PastEntry *entry, ColumnSource *source)
{
	if (tables[entry->table].wide)
		return take(source, block->n, block->high) &&
		       take(source, block->n, block->low);
	if (!take(source, block->n - 1, block->low + 1))
		return FALSE;
	block->high[0] = 0;
	block->low[0] = entry->low;
	for (guint32 i = 1; i < block->n; i++) {
		block->high[i] = 0;
		block->low[i] += block->low[i - 1] + 1;
	}
	return TRUE;
}

static gboolean
keys_are_sound(const PastBlock *block, const PastEntry *entry)
{
	guint64 high_max = tables[block->table].high_max,
		low_max = tables[block->table].low_max;

	if (past_block_compare(block->high[0], block->low[0], entry->high, entry->low) != 0)
		return FALSE;
	for (guint32 i = 0; i < block->n; i++)
		if (block->high[i] > high_max || block->low[i] > low_max ||
			(i > 0 && past_block_compare(block->high[i - 1], block->low[i - 1],
					  block->high[i], block->low[i]) >= 0))
			return FALSE;
	return TRUE;
}

static gboolean
numbers_are_sound(const PastBlock *block)
{
	for (guint k = 0; k < tables[block->table].n_numbers; k++)
		for (guint32 i = 0; i < block->n; i++)
			if (block->numbers[k][i] > tables[block->table].limits[k])
				return FALSE;
	return TRUE;
}

const char *
past_block_get(PastBlock *block, const PastEntry *entry, ColumnSource *source)
{
	block->table = entry->table;
	block->n = entry->n_rows;
	gboolean there = get_keys(block, entry, source);
	for (guint i = 0; there && i < tables[block->table].n_numbers; i++)
		there = take(source, block->n, block->numbers[i]);
	if (!there || !column_source_is_empty(source))
		return "damaged: a block is not as long as its rows";
	if (!keys_are_sound(block, entry))
		return "damaged: rows out of order";
	return numbers_are_sound(block) ? NULL : "damaged: a number is beyond its bounds";
}
