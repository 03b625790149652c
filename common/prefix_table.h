/*
 * Networks, each with a number, looked up by address: the most specific first, then those that
 * enclose it.
 *
 * Method: networks never overlap in part, so sorted by first address, then bits, each lies behind
 * those that enclose it. The last one that does not begin after an address is the most
 * specific that holds it, or lies within that one, or within one beside; each knows the one that
 * encloses it, and that way leads there. A look-up is a binary search and at most 128 steps
 * outwards.
 */
#ifndef COMMON_PREFIX_TABLE_H
#define COMMON_PREFIX_TABLE_H

#include "common/network.h"

typedef struct PrefixTable PrefixTable;

enum { PREFIX_TABLE_NONE = -1 };

PrefixTable *prefix_table_new(void);
void prefix_table_free(PrefixTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PrefixTable, prefix_table_free)

/* The same network may be added several times, at most G_MAXINT32 - 1 all together. */
void prefix_table_add(PrefixTable *table, const Network *network, guint32 value);
/* After the last add, before the first look-up. */
void prefix_table_settle(PrefixTable *table);

/* Where the most specific network that holds all of address/bits is, PREFIX_TABLE_NONE: there
 * is none. Of equal ones the one with the least value. */
gint prefix_table_find(const PrefixTable *table, const Address *address, guint bits);
/* The next after it: an equal one with a greater value, else the one that encloses it. */
gint prefix_table_next(const PrefixTable *table, gint at);
guint32 prefix_table_value(const PrefixTable *table, gint at);

/* How many networks prefix_table_find looks at: what a look-up costs. */
guint prefix_table_steps(const PrefixTable *table, const Address *address, guint bits);

#endif
