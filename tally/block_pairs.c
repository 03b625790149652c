#include "config.h"

#include "tally/block.h"

/*
 * The segment of sources and pairs, column after column:
 *
 * 	sources   IPv4: each but the first as its step from the one before, less 1 (the first stands in the index)
 * 	          IPv6: upper halves, lower halves
 * 	pairs of each source, less 1
 * 	targets   IPv4: each source's first; then all others as the step from the one before, less 1 (runs: the step)
 * 	          IPv6: upper halves, lower halves
 * 	facts, answered
 * 	UDP       1: udp_in is there, 2: udp_out is there; the udp_in that are there; the udp_out that are there
 *
 * Steps keep IPv4 addresses ascending whatever they say, and a sweep costs nothing. IPv6
 * addresses are too far apart for that.
 */
enum { UDP_IN = 1, UDP_OUT = 2 };

static void
put_addresses_v6(const Address *addresses, guint32 n, guint64 *values, const ColumnSink *out)
{
	for (guint32 i = 0; i < n; i++)
		values[i] = addresses[i].high;
	column_put(out, values, n, 0);
	for (guint32 i = 0; i < n; i++)
		values[i] = addresses[i].low;
	column_put(out, values, n, 0);
}

static void
put_sources(const Block *block, guint64 *values, const ColumnSink *out)
{
	if (block->family == 4) {
		for (guint32 i = 1; i < block->n_sources; i++)
			values[i - 1] =
				(guint64)block->sources_v4[i] - block->sources_v4[i - 1] - 1;
		column_put(out, values, block->n_sources - 1, 0);
	} else {
		put_addresses_v6(block->sources_v6, block->n_sources, values, out);
	}
	for (guint32 i = 0; i < block->n_sources; i++)
		values[i] = block->source_pairs[i] - 1;
	column_put(out, values, block->n_sources, 0);
}

static void
put_targets_v4(const Block *block, guint64 *values, const ColumnSink *out)
{
	const guint32 *targets = block->targets_v4;
	guint32 pair = 0, n = 0;

	for (guint32 i = 0; i < block->n_sources; pair += block->source_pairs[i++])
		values[i] = targets[pair];
	column_put(out, values, block->n_sources, 0);
	pair = 0;
	for (guint32 i = 0; i < block->n_sources; i++) {
		guint32 end = pair + block->source_pairs[i];
		while (++pair < end)
			values[n++] = (guint64)targets[pair] - targets[pair - 1] - !block->run;
	}
	column_put(out, values, n, 0);
}

static void
put_times(const Block *block, const guint64 *times, guint64 *values, const ColumnSink *out)
{
	guint32 n = 0;

	for (guint32 i = 0; block->has_udp && i < block->n_pairs; i++)
		if (times[i] != FACTS_NEVER)
			values[n++] = times[i];
	column_put(out, values, n, COLUMN_PLAIN | COLUMN_TIMES);
}

void
block_pairs_put(const Block *block, const ColumnSink *out)
{
	guint64 values[FORMAT_BLOCK_PAIRS] = {0};
	guint32 n = block->n_pairs;

	put_sources(block, values, out);
	if (block->family == 4)
		put_targets_v4(block, values, out);
	else
		put_addresses_v6(block->targets_v6, n, values, out);
	for (guint32 i = 0; i < n; i++)
		values[i] = block->facts[i];
	column_put(out, values, n, 0);
	for (guint32 i = 0; i < n; i++)
		values[i] = block->answered[i];
	column_put(out, values, n, 0);
	for (guint32 i = 0; i < n; i++)
		values[i] = block->has_udp
				    ? (block->udp_in[i] != FACTS_NEVER ? UDP_IN : 0) |
					      (block->udp_out[i] != FACTS_NEVER ? UDP_OUT : 0)
				    : 0;
	column_put(out, values, n, 0);
	put_times(block, block->udp_in, values, out);
	put_times(block, block->udp_out, values, out);
}

static gboolean
get_addresses_v6(ColumnSource *source, guint32 n, Address *addresses)
{
	guint64 high[FORMAT_BLOCK_PAIRS], low[FORMAT_BLOCK_PAIRS];
	Column column;

	if (!column_take(source, n, 0, &column))
		return FALSE;
	column_read(&column, 0, n, high);
	if (!column_take(source, n, 0, &column))
		return FALSE;
	column_read(&column, 0, n, low);
	for (guint32 i = 0; i < n; i++)
		addresses[i] = (Address){.high = high[i], .low = low[i], .family = 6};
	return TRUE;
}

static const char *
get_sources_v4(Block *block, const Address *first, ColumnSource *source)
{
	guint64 steps[FORMAT_BLOCK_PAIRS], number = first->low;
	Column column;

	if (!column_take(source, block->n_sources - 1, 0, &column))
		return "the column of sources is cut short";
	column_read(&column, 0, column.n, steps);
	if (first->high != 0 || number > G_MAXUINT32)
		return "a source is no IPv4 address";
	block->sources_v4[0] = (guint32)number;
	for (guint32 i = 1; i < block->n_sources; i++) {
		if (steps[i - 1] >= G_MAXUINT32 - number)
			return "a source lies beyond the last IPv4 address";
		number += steps[i - 1] + 1;
		block->sources_v4[i] = (guint32)number;
	}
	return NULL;
}

static const char *
get_sources_v6(Block *block, const Address *first, ColumnSource *source)
{
	if (!get_addresses_v6(source, block->n_sources, block->sources_v6))
		return "a column of sources is cut short";
	if (address_compare(&block->sources_v6[0], first) != 0)
		return "the first source is not the one the index names";
	for (guint32 i = 1; i < block->n_sources; i++)
		if (address_compare(&block->sources_v6[i - 1], &block->sources_v6[i]) >= 0)
			return "sources out of order";
	return NULL;
}

static const char *
get_source_pairs(Block *block, ColumnSource *source)
{
	guint64 sum = 0;
	Column column;

	if (!column_take(source, block->n_sources, 0, &column) ||
		!column_read_u32(&column, block->source_pairs))
		return "the column of pairs of a source is cut short";
	for (guint32 i = 0; i < block->n_sources; i++)
		sum += (guint64)block->source_pairs[i] + 1;
	if (sum != block->n_pairs)
		return "the sources' pairs do not come to the block's";
	for (guint32 i = 0; i < block->n_sources; i++)
		block->source_pairs[i]++;
	return NULL;
}

static const char *
get_targets_v4(Block *block, ColumnSource *source)
{
	guint64 firsts[FORMAT_BLOCK_PAIRS], steps[FORMAT_BLOCK_PAIRS], beyond = 0;
	guint32 least_step = !block->run, pair = 0;
	const guint64 *step = steps;
	Column column;

	if (!column_take(source, block->n_sources, 0, &column))
		return "the column of first targets is cut short";
	column_read(&column, 0, column.n, firsts);
	if (!column_take(source, block->n_pairs - block->n_sources, 0, &column))
		return "the column of targets is cut short";
	column_read(&column, 0, column.n, steps);
	/* Some thousand steps below 2^32 cannot wrap 64 bits: one look at the end sees any
	 * that is too long. */
	for (guint32 i = 0; i < column.n; i++)
		beyond |= steps[i] >> 32;
	for (guint32 i = 0; i < block->n_sources; i++) {
		guint64 number = firsts[i];
		guint32 end = pair + block->source_pairs[i];
		beyond |= number >> 32;
		block->targets_v4[pair] = (guint32)number;
		while (++pair < end) {
			number += *step++ + least_step;
			block->targets_v4[pair] = (guint32)number;
		}
		beyond |= number >> 32;
	}
	return beyond ? "a target lies beyond the last IPv4 address" : NULL;
}

static const char *
get_targets_v6(Block *block, ColumnSource *source)
{
	int least_step = !block->run;
	guint32 pair = 0;

	if (!get_addresses_v6(source, block->n_pairs, block->targets_v6))
		return "a column of targets is cut short";
	for (guint32 i = 0; i < block->n_sources; i++) {
		guint32 end = pair + block->source_pairs[i];
		while (++pair < end)
			if (address_compare(&block->targets_v6[pair],
				    &block->targets_v6[pair - 1]) < least_step)
				return "targets out of order";
	}
	return NULL;
}

/* Spreads the times that are there over the pairs that have one. */
static const char *
get_times(const Block *block, const guint8 *marks, guint8 mark, ColumnSource *source,
	guint64 *times)
{
	guint64 values[FORMAT_BLOCK_PAIRS];
	guint32 n = 0, next = 0;
	Column column;

	for (guint32 i = 0; i < block->n_pairs; i++)
		n += (marks[i] & mark) != 0;
	if (!column_take(source, n, COLUMN_PLAIN | COLUMN_TIMES, &column))
		return "a column of UDP times is cut short";
	if (!block->has_udp)
		return NULL;
	column_read(&column, 0, n, values);
	for (guint32 i = 0; i < block->n_pairs; i++)
		times[i] = marks[i] & mark ? values[next++] : FACTS_NEVER;
	return NULL;
}

static const char *
get_udp(Block *block, ColumnSource *source)
{
	guint8 marks[FORMAT_BLOCK_PAIRS], all = 0;
	const char *fault;
	Column column;

	if (!column_take(source, block->n_pairs, 0, &column) || !column_read_u8(&column, marks))
		return "the column of UDP marks is cut short, or holds a number beyond an "
		       "octet";
	for (guint32 i = 0; i < block->n_pairs; i++)
		all |= marks[i];
	if (all & ~(UDP_IN | UDP_OUT))
		return "a UDP mark is none of 0 to 3";
	block->has_udp = all != 0;
	block_reserve_pairs(block, block->n_pairs);
	fault = get_times(block, marks, UDP_IN, source, block->udp_in);
	return fault ? fault : get_times(block, marks, UDP_OUT, source, block->udp_out);
}

const char *
block_pairs_get(Block *block, const Address *first, ColumnSource *source)
{
	gboolean v4 = block->family == 4;
	const char *fault;
	Column column;

	block->has_udp = FALSE;
	block_reserve_sources(block, block->n_sources);
	block_reserve_pairs(block, block->n_pairs);
	fault = v4 ? get_sources_v4(block, first, source)
		   : get_sources_v6(block, first, source);
	if (!fault)
		fault = get_source_pairs(block, source);
	if (!fault)
		fault = v4 ? get_targets_v4(block, source) : get_targets_v6(block, source);
	if (fault)
		return fault;
	if (!column_take(source, block->n_pairs, 0, &column) ||
		!column_read_u16(&column, block->facts))
		return "the column of facts is cut short, or holds a number beyond 16 bits";
	if (!column_take(source, block->n_pairs, 0, &column) ||
		!column_read_u8(&column, block->answered))
		return "the column of answers is cut short, or holds a number beyond an octet";
	fault = get_udp(block, source);
	if (!fault && !column_source_is_empty(source))
		fault = "octets are left behind the columns of pairs";
	return fault;
}
