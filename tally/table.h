/*
 * The contact table of one hour (or of one shard of it): what all packets so far said of each
 * pair, contact and source. Facts only, in sets, minima, maxima and sums: the order of packets
 * does not matter (but for the traits marked so in trait.h).
 *
 * Records lie dense in arenas, each found through an index of four-octet slots (slots.h): a
 * pair with its first contact in 48 octets, each further contact in 40, traits in 96. Hashes
 * are keyed. Nothing is allocated for a packet; arenas grow by doubling. Packets are taken in
 * batches, in stages that fetch ahead of each other.
 */
#ifndef TALLY_TABLE_H
#define TALLY_TABLE_H

#include "common/hash.h"
#include "tally/decode.h"
#include "tally/feed.h"
#include "tally/trait.h"

typedef struct Table Table;

/* hour: start in ns since 1970. key: copied. signatures: borrowed. */
Table *table_new(
	guint64 hour_ns, const HashKey *key, const Signature *signatures, gsize n_signatures);
void table_free(Table *table);

/* Takes in observations, all of the table's hour. */
void table_add(Table *table, const ObservationList *list);

/* Octets in use: pairs and contacts with their indexes; traits with theirs and interned
 * addresses. */
gsize table_octets(const Table *table);
gsize table_trait_octets(const Table *table);
/* Contacts, kinds at rest only; traits. */
guint64 table_n_contacts(const Table *table);
guint64 table_n_traits(const Table *table);

/*
 * Sorts and hands out what the table holds, rows as they lie: not normalised (feed.h). The
 * table takes no more observations; its indexes are given up for room to sort in. The feed
 * borrows the table.
 */
Feed *table_feed(Table *table);

#endif
