/*
 * The rows of a day's roll-up: four tables of one shape. A row is a key of 128 bits and a few
 * numbers; rows ascend strictly by key. A block is some rows of one table, as columns.
 */
#ifndef TALLY_PAST_BLOCK_H
#define TALLY_PAST_BLOCK_H

#include "common/address.h"
#include "tally/column.h"
#include "tally/past_format.h"

/*
 * Which table, and what its rows say. Written to files: append only.
 *
 * Sources: every external address that sent contacts that day (kinds below KIND_CONTACTS); key:
 * its address. Ports: high 0, low = PastGroup << 16 | service port. Traits: high = PastField,
 * low = value.
 */
typedef enum {
	PAST_SOURCES_V4,
	PAST_SOURCES_V6,
	PAST_PORTS,
	PAST_TRAITS,
	PAST_TABLES,
} PastTable;

/* The numbers of a source's row. */
enum {
	PAST_SOURCE_PACKETS,
	PAST_SOURCE_TARGETS, /* distinct ones of the whole day */
	PAST_SOURCE_KINDS,   /* set of 1 << KIND_* */
	PAST_SOURCE_ANSWERS, /* set of ANSWER_*, of all its targets; never ANSWER_AGAIN */
	PAST_SOURCE_FIRST,   /* first and last hour of the day with a packet: 0 .. 23 */
	PAST_SOURCE_LAST,
	PAST_NUMBERS,
};

/* The numbers of a port's row. */
enum {
	PAST_PORT_PACKETS,
	PAST_PORT_SOURCES, /* distinct ones */
	PAST_PORT_PAIRS,   /* distinct (source, target): each source's targets, summed */
};

/* The numbers of a trait's row: packets and distinct sources that had it constant. */
enum {
	PAST_TRAIT_PACKETS,
	PAST_TRAIT_SOURCES,
};

/* What a service port is a port of; its kinds. Port 0 of responses and UDP, where conversations
 * lie, is in no table. Written to files: append only. */
typedef enum {
	PAST_TCP,          /* requests: malformed, syn, xmas, fin, null */
	PAST_TCP_RESPONSE, /* synack, rst, finack, ack */
	PAST_UDP,
	PAST_ICMP, /* echo, echoreply, icmp: by type */
	PAST_GROUPS,
} PastGroup;

/* Constants that are remembered. Written to files: append only. */
typedef enum {
	PAST_ACK, /* acknowledgement number, other than 0 */
	PAST_SEQ,
	PAST_SYN, /* of kind syn: window | MSS << 16 | option layout << 32; MSS 0: none given */
	PAST_SPORT, /* source port, of requests and UDP */
	PAST_ID,    /* IP ID, other than 0 */
	PAST_FIELDS,
} PastField;

extern const char *const past_group_names[PAST_GROUPS]; /* "tcp", "tcp-response", ... */
extern const char *const past_field_names[PAST_FIELDS]; /* "ack", ... */

/* The group of a contact; PAST_GROUPS: it is in none. */
PastGroup past_block_group(guint8 kind, guint16 port);

typedef struct {
	guint8 table;
	guint32 n;
	guint64 high[PAST_BLOCK_ROWS], low[PAST_BLOCK_ROWS];
	guint64 numbers[PAST_NUMBERS][PAST_BLOCK_ROWS]; /* the first few: see table */
} PastBlock;

/* How many numbers a row of the table has. */
guint past_block_numbers(PastTable table);

static inline int
past_block_compare(guint64 high, guint64 low, guint64 other_high, guint64 other_low)
{
	if (high != other_high)
		return high < other_high ? -1 : 1;
	return (low > other_low) - (low < other_low);
}

/* Appends the block's columns to packed; n >= 1. */
void past_block_put(const PastBlock *block, GByteArray *packed);

/* Reads what entry says; the last row before it has the key high, low (first: there is none).
 * Returns what is wrong, NULL when nothing is. */
const char *past_block_get(PastBlock *block, const PastEntry *entry, ColumnSource *source);

#endif
