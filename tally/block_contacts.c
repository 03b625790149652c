#include "config.h"

#include "tally/block.h"

/*
 * The segment of contacts, column after column: contacts of each pair; then of each contact
 * kind, port, answered, first, packets, bytes, and, in runs, sequence number; then how many
 * spans there are (a column of one value), and the spans.
 *
 * A span is last less first, modulo 2^64. A contact of one packet has none, as nearly all
 * scans' contacts: spans are told of those with another number of packets only (or of all,
 * should one packet ever have two times).
 *
 * Columns are gathered and put together a chunk at a time, so that all of a chunk stays in the
 * nearest cache.
 */
enum { CHUNK = 256 };

enum { KINDS, PORTS, ANSWERED, FIRSTS, PACKETS, BYTES, SEQS, COLUMNS };

static const guint8 sorts[COLUMNS] = {
	[FIRSTS] = COLUMN_PLAIN | COLUMN_TIMES,
	[SEQS] = COLUMN_PLAIN,
};

/* Fills values with the spans that are told; returns how many. */
static guint32
gather_spans(const Contact *contacts, guint32 n, guint64 *values)
{
	guint32 told = 0;
	guint64 untold = 0;

	for (guint32 i = 0; i < n; i++) {
		guint64 span = contacts[i].last - contacts[i].first;
		gboolean single = contacts[i].packets == 1;
		values[told] = span;
		told += !single;
		untold |= single ? span : 0;
	}
	if (untold == 0)
		return told;
	for (guint32 i = 0; i < n; i++)
		values[i] = contacts[i].last - contacts[i].first;
	return n;
}

#define PUT(column, value)                                                                     \
	do {                                                                                   \
		for (guint32 i = 0; i < n; i++)                                                \
			values[i] = (value);                                                   \
		column_put(out, values, n, sorts[column]);                                     \
	} while (0)

void
block_contacts_put(const Block *block, const ColumnSink *out)
{
	guint64 few[FORMAT_BLOCK_CONTACTS] = {0};
	const Contact *contacts = block->contacts;
	guint32 n = block->n_contacts;
	/* Only a single pair with more contacts than a block's needs more. */
	g_autofree guint64 *many = n > FORMAT_BLOCK_CONTACTS ? g_new(guint64, n) : NULL;
	guint64 *values = many ? many : few;

	G_STATIC_ASSERT(FORMAT_BLOCK_PAIRS <= FORMAT_BLOCK_CONTACTS);
	for (guint32 i = 0; i < block->n_pairs; i++)
		values[i] = block->pair_contacts[i];
	column_put(out, values, block->n_pairs, 0);
	PUT(KINDS, contacts[i].kind);
	PUT(PORTS, contacts[i].port);
	PUT(ANSWERED, contacts[i].answered);
	PUT(FIRSTS, contacts[i].first);
	PUT(PACKETS, contacts[i].packets);
	PUT(BYTES, contacts[i].bytes);
	if (block->run)
		PUT(SEQS, contacts[i].seq);
	guint64 told = gather_spans(contacts, n, values);
	column_put(out, &told, 1, 0);
	column_put(out, values, told, COLUMN_PLAIN | COLUMN_TIMES);
}

static const char *
get_pair_contacts(Block *block, ColumnSource *source)
{
	guint64 sum = 0;
	Column column;

	if (!column_take(source, block->n_pairs, 0, &column) ||
		!column_read_u32(&column, block->pair_contacts))
		return "the column of contacts of a pair is cut short";
	for (guint32 i = 0; i < block->n_pairs; i++)
		sum += block->pair_contacts[i];
	return sum != block->n_contacts ? "the pairs' contacts do not come to the block's"
					: NULL;
}

static const char *
take_spans(ColumnSource *source, guint32 n, Column *spans)
{
	guint64 told;
	Column count;

	if (!column_take(source, 1, 0, &count))
		return "the number of spans is missing";
	column_read(&count, 0, 1, &told);
	if (told > n)
		return "there are more spans than contacts";
	if (!column_take(source, told, COLUMN_PLAIN | COLUMN_TIMES, spans))
		return "the column of spans is cut short";
	return column_source_is_empty(source)
		       ? NULL
		       : "octets are left behind the columns of contacts";
}

/* Makes first of last, where a span is told; *next: the next span. FALSE: they do not
 * suffice. */
static gboolean
add_spans(const Column *spans, gsize *next, gboolean of_all, Contact *contacts, guint32 n)
{
	guint64 values[CHUNK + 1] = {0}; /* one more than is told may be looked at */
	guint32 told = 0, used = 0;

	for (guint32 i = 0; i < n; i++)
		told += of_all | (contacts[i].packets != 1);
	if (told > spans->n - *next)
		return FALSE;
	column_read(spans, *next, told, values);
	for (guint32 i = 0; i < n; i++) {
		gboolean has = of_all | (contacts[i].packets != 1);
		contacts[i].last += has ? values[used] : 0;
		used += (guint32)has;
	}
	*next += told;
	return TRUE;
}

static gboolean
read_chunk(const Column columns[COLUMNS], guint32 from, guint32 n, guint64 kinds_end,
	gboolean run, Contact *contacts)
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
			.last = values[FIRSTS][i],
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
		for (const Contact *end = contact + block->pair_contacts[i]; contact < end;
			contact++) {
			guint32 key = (guint32)contact->kind << 16 | contact->port;
			ordered &= key >= least;
			least = key + least_step;
		}
	}
	return ordered;
}

const char *
block_contacts_get(Block *block, ColumnSource *source)
{
	Column columns[COLUMNS] = {0}, spans;
	guint32 n = block->n_contacts;
	gsize next = 0;
	const char *fault = get_pair_contacts(block, source);

	if (fault)
		return fault;
	for (guint c = 0; c < COLUMNS - !block->run; c++)
		if (!column_take(source, n, sorts[c], &columns[c]))
			return "a column of contacts is cut short";
	fault = take_spans(source, n, &spans);
	if (fault)
		return fault;
	block_reserve_contacts(block, n);
	for (guint32 from = 0; from < n; from += CHUNK) {
		Contact *contacts = block->contacts + from;
		guint32 these = MIN(CHUNK, n - from);
		if (!read_chunk(columns, from, these, block->run ? KIND_COUNT : KIND_AT_REST,
			    block->run, contacts))
			return "a contact's kind, port, answers or sequence number is beyond "
			       "its range";
		if (!add_spans(&spans, &next, spans.n == n, contacts, these))
			return "there are fewer spans than contacts that have one";
	}
	if (next != spans.n)
		return "there are more spans than contacts that have one";
	return in_order(block) ? NULL : "contacts out of order";
}
