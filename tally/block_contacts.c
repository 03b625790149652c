#include "config.h"

#include "tally/block.h"

/*
 * The segment of contacts, column after column: contacts of each pair; then of each contact kind, port, answered, first, last less
 * first (modulo 2^64), packets, bytes, and, in runs, sequence number.
 *
 * Columns are gathered and put together a chunk at a time, so that all of a chunk stays in the nearest cache.
 */
enum { CHUNK = 256 };

enum { KINDS, PORTS, ANSWERED, FIRSTS, SPANS, PACKETS, BYTES, SEQS, COLUMNS };

#define PUT(value, sort)                                                                           \
	do {                                                                                       \
		for (guint32 i = 0; i < n; i++)                                                    \
			values[i] = (value);                                                       \
		column_put(out, values, n, sort);                                                  \
	} while (0)

void
block_contacts_put(const Block *block, GByteArray *out)
{
	guint64 few[FORMAT_BLOCK_CONTACTS] = { 0 };
	const Contact *contacts = block->contacts;
	guint32 n = block->n_contacts;
	/* Only a single pair with more contacts than a block's needs more. */
	g_autofree guint64 *many = n > FORMAT_BLOCK_CONTACTS ? g_new(guint64, n) : NULL;
	guint64 *values = many ? many : few;

	G_STATIC_ASSERT(FORMAT_BLOCK_PAIRS <= FORMAT_BLOCK_CONTACTS);
	for (guint32 i = 0; i < block->n_pairs; i++)
		values[i] = block->pair_contacts[i];
	column_put(out, values, block->n_pairs, COLUMN_PLAIN);
	PUT(contacts[i].kind, COLUMN_PLAIN);
	PUT(contacts[i].port, COLUMN_PLAIN);
	PUT(contacts[i].answered, COLUMN_PLAIN);
	PUT(contacts[i].first, COLUMN_TIMES);
	PUT(contacts[i].last - contacts[i].first, COLUMN_TIMES);
	PUT(contacts[i].packets, COLUMN_PLAIN);
	PUT(contacts[i].bytes, COLUMN_PLAIN);
	if (block->run)
		PUT(contacts[i].seq, COLUMN_PLAIN);
}

static const char *
get_pair_contacts(Block *block, ColumnSource *source)
{
	guint64 sum = 0;
	Column column;

	if (!column_take(source, block->n_pairs, &column) || !column_read_u32(&column, block->pair_contacts))
		return "the column of contacts of a pair is cut short";
	for (guint32 i = 0; i < block->n_pairs; i++)
		sum += block->pair_contacts[i];
	return sum != block->n_contacts ? "the pairs' contacts do not come to the block's" : NULL;
}

static gboolean
read_chunk(const Column columns[COLUMNS], guint32 from, guint32 n, guint64 kinds_end, gboolean run, Contact *contacts)
{
	guint64 values[COLUMNS][CHUNK], beyond = 0;
	guint8 fine = 1;

	for (guint c = 0; c < COLUMNS - !run; c++)
		column_read(&columns[c], from, n, values[c]);
	for (guint32 i = 0; i < n; i++) {
		fine &= values[KINDS][i] < kinds_end;
		beyond |= values[PORTS][i] >> 16 | values[ANSWERED][i] >> 8;
		contacts[i] = (Contact){
			.first = values[FIRSTS][i],
			.last = values[FIRSTS][i] + values[SPANS][i],
			.packets = values[PACKETS][i],
			.bytes = values[BYTES][i],
			.port = (guint16)values[PORTS][i],
			.kind = (guint8)values[KINDS][i],
			.answered = (guint8)values[ANSWERED][i],
		};
	}
	for (guint32 i = 0; run && i < n; i++) {
		beyond |= values[SEQS][i] >> 32;
		contacts[i].seq = (guint32)values[SEQS][i];
	}
	return fine && beyond == 0;
}

/* Whether each pair's contacts ascend by kind and port: strictly, but in runs. */
static gboolean
in_order(const Block *block)
{
	const Contact *contact = block->contacts;
	guint32 least_step = !block->run;
	gboolean ordered = TRUE;

	for (guint32 i = 0; i < block->n_pairs; i++) {
		guint32 least = 0;
		for (const Contact *end = contact + block->pair_contacts[i]; contact < end; contact++) {
			guint32 key = (guint32)contact->kind << 16 | contact->port;
			ordered &= key >= least;
			least = key + least_step;
		}
	}
	return ordered;
}

const char *
block_contacts_get(Block *block, const guint8 *octets, gsize length)
{
	ColumnSource source = { octets, length };
	Column columns[COLUMNS] = { 0 };
	guint32 n = block->n_contacts;
	const char *fault = get_pair_contacts(block, &source);

	if (fault)
		return fault;
	for (guint c = 0; c < COLUMNS - !block->run; c++)
		if (!column_take(&source, n, &columns[c]))
			return "a column of contacts is cut short";
	if (source.left > 0)
		return "octets are left behind the columns of contacts";
	block_reserve_contacts(block, n);
	for (guint32 from = 0; from < n; from += CHUNK)
		if (!read_chunk(columns, from, MIN(CHUNK, n - from), block->run ? KIND_COUNT : KIND_AT_REST,
			    block->run, block->contacts + from))
			return "a contact's kind, port, answers or sequence number is beyond its range";
	return in_order(block) ? NULL : "contacts out of order";
}
