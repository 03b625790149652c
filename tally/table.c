#include "config.h"

#include "tally/table_private.h"

#include "common/hour.h"

#include <string.h>

/*
 * A batch goes through stages. Each stage touches memory that the one before it asked for, so
 * that the waits of many packets overlap. Stage by stage: the pair's slot, the pair, the row's
 * slot, the row, the traits.
 */
enum { BATCH = 64 };

/* What an observation asks of a row: most packets one, outbound UDP two. */
typedef struct {
	const Observation *observation;
	guint64 hash; /* of the row, when it is not in the pair */
	guint32 pair;
	guint16 port;
	guint8 kind;
	guint8 bits;      /* ANSWER_* to set */
	gboolean count;   /* packets, bytes and times are taken in */
	Cell *cell;       /* NULL: to be found among the rows */
	gboolean traited; /* has traits to take in */
} Errand;

typedef struct {
	guint64 hashes[BATCH];
	guint32 external[BATCH], internal[BATCH];
	Errand errands[2 * BATCH];
	guint n_errands;
} Batch;

Table *
table_new(guint64 hour_ns, const HashKey *key, const Signature *signatures, gsize n_signatures)
{
	Table *table = g_new0(Table, 1);

	table->hour_ns = hour_ns;
	table->key = *key;
	table->signatures = signatures;
	table->n_signatures = n_signatures;
	return table;
}

void
table_free(Table *table)
{
	if (!table)
		return;
	arena_clear(&table->pairs);
	arena_clear(&table->rows);
	arena_clear(&table->traits);
	arena_clear(&table->v6);
	slots_clear(&table->pair_slots);
	slots_clear(&table->row_slots);
	slots_clear(&table->trait_slots);
	slots_clear(&table->v6_slots);
	g_free(table);
}

gsize
table_octets(const Table *table)
{
	return table->n_pairs * sizeof(PairRecord) + table->n_rows * sizeof(RowRecord) +
	       slots_octets(&table->pair_slots) + slots_octets(&table->row_slots);
}

gsize
table_trait_octets(const Table *table)
{
	return table->n_traits * sizeof(Trait) + table->n_v6 * 16 +
	       slots_octets(&table->trait_slots) + slots_octets(&table->v6_slots);
}

guint64
table_n_traits(const Table *table)
{
	return table->n_traits;
}

guint64
table_n_contacts(const Table *table)
{
	return table->n_contacts;
}

static guint32
intern_v6(Table *table, const guint8 *octets)
{
	Probe probe = slots_probe(&table->v6_slots, table_v6_hash(table, octets));

	for (guint32 i; (i = slots_next(&table->v6_slots, &probe)) != SLOTS_NONE;
		slots_skip(&table->v6_slots, &probe))
		if (memcmp(table_v6(table, i), octets, 16) == 0)
			return i;
	memcpy((guint8 *)table->v6.data + 16 * (gsize)table->n_v6, octets, 16);
	slots_put(&table->v6_slots, &probe, table->n_v6);
	return table->n_v6++;
}

static guint32
find_pair(Table *table, guint64 hash, guint32 external, guint32 internal, guint8 family)
{
	Probe probe = slots_probe(&table->pair_slots, hash);
	PairRecord *pairs = table_pairs(table);

	for (guint32 i; (i = slots_next(&table->pair_slots, &probe)) != SLOTS_NONE;
		slots_skip(&table->pair_slots, &probe))
		if (pairs[i].external == external && pairs[i].internal == internal &&
			pairs[i].family == family)
			return i;
	slots_put(&table->pair_slots, &probe, table->n_pairs);
	pairs[table->n_pairs] = (PairRecord){
		.external = external,
		.internal = internal,
		.family = family,
		.cell = {.kind = KIND_NONE},
	};
	return table->n_pairs++;
}

static void
start_cell(Table *table, Cell *cell, guint8 kind, guint16 port)
{
	*cell = (Cell){
		.first_bytes = CELL_TIME_MASK,
		.trait = SLOTS_NONE,
		.kind = kind,
		.port = port,
	};
	table->n_contacts += kind < KIND_CONTACTS;
}

static Cell *
find_row(Table *table, const Errand *errand)
{
	Probe probe = slots_probe(&table->row_slots, errand->hash);
	RowRecord *rows = table_rows(table);

	for (guint32 i; (i = slots_next(&table->row_slots, &probe)) != SLOTS_NONE;
		slots_skip(&table->row_slots, &probe))
		if (rows[i].pair == errand->pair && rows[i].cell.kind == errand->kind &&
			rows[i].cell.port == errand->port)
			return &rows[i].cell;
	slots_put(&table->row_slots, &probe, table->n_rows);
	rows[table->n_rows].pair = errand->pair;
	start_cell(table, &rows[table->n_rows].cell, errand->kind, errand->port);
	return &rows[table->n_rows++].cell;
}

static guint32
find_trait(Table *table, const PairRecord *pair, const Errand *errand)
{
	Probe probe = slots_probe(&table->trait_slots, errand->hash);
	Trait *traits = table_traits(table);

	for (guint32 i; (i = slots_next(&table->trait_slots, &probe)) != SLOTS_NONE;
		slots_skip(&table->trait_slots, &probe))
		if (traits[i].source == pair->external && traits[i].family == pair->family &&
			traits[i].kind == errand->kind)
			return i;
	slots_put(&table->trait_slots, &probe, table->n_traits);
	Trait *trait = &traits[table->n_traits];
	trait_clear(trait);
	trait->source = pair->external;
	trait->family = pair->family;
	trait->kind = errand->kind;
	return table->n_traits++;
}

static void
fetch_trait(const Table *table, guint32 trait)
{
	const char *record = (const char *)(table_traits(table) + trait);

	__builtin_prefetch(record, 1);
	__builtin_prefetch(record + sizeof(Trait) - 1, 1);
}

/* The pair's first errand begins its own cell, at once: what comes later in the batch looks
 * there for what the pair began with. */
static void
add_errand(Table *table, Batch *batch, const Observation *o, guint32 pair, guint8 kind,
	guint16 port, guint8 bits, gboolean count)
{
	Errand *errand = &batch->errands[batch->n_errands++];
	Cell *cell = &table_pairs(table)[pair].cell;

	*errand = (Errand){
		.observation = o,
		.pair = pair,
		.kind = kind,
		.port = port,
		.bits = bits,
		.count = count,
	};
	/* The first contact lies in the pair; others are asked for by their slots. */
	if (cell->kind == KIND_NONE)
		start_cell(table, cell, kind, port);
	if (cell->kind == kind && cell->port == port) {
		errand->cell = cell;
	} else {
		errand->hash = table_row_hash(table, pair, kind, port);
		slots_prefetch(&table->row_slots, errand->hash);
	}
}

/*
 * Most answers are to what the pair began with, which lies in the pair: then they need no row
 * of their own. SYN-ACKs answer SYNs, resets any TCP request.
 */
static gboolean
answer_first(PairRecord *record, guint16 port, guint8 answer)
{
	guint8 kind = record->cell.kind;

	if (record->cell.port != port || kind > KIND_NULL ||
		kind_table[kind].class != CLASS_REQUEST ||
		(answer == ANSWER_SYNACK && kind != KIND_SYN))
		return FALSE;
	record->cell.bits |= answer;
	return TRUE;
}

/* What an outbound packet says of its pair; see kind.h. */
static void
note_outbound(
	Table *table, Batch *batch, const Observation *o, PairRecord *record, guint32 pair)
{
	if (o->observed & OBSERVED_NOTED) {
		add_errand(table, batch, o, pair, KIND_ANSWER_UNREACH, o->dport, ANSWER_UNREACH,
			TRUE);
		return;
	}
	if (kind_table[o->kind].class == CLASS_EVIDENCE) {
		record->facts |= FACT_OUT_ANY;
		add_errand(table, batch, o, pair, KIND_ERROR_OUT, o->dport, 0, TRUE);
		return;
	}
	if (o->observed & OBSERVED_TCP) {
		if (o->flags & FLAG_RST) {
			record->facts |= FACT_OUT_ANY;
			if (o->kind == KIND_RST && !answer_first(record, o->sport, ANSWER_RST))
				add_errand(table, batch, o, pair, KIND_ANSWER_RST, o->sport,
					ANSWER_RST, TRUE);
			return;
		}
		record->facts |= FACT_OUT_TCP | FACT_OUT_SPOKE | FACT_OUT_ANY;
		if (o->kind == KIND_SYN)
			record->facts |= FACT_OUT_SYN;
		else if (o->kind == KIND_SYNACK &&
			 !answer_first(record, o->sport, ANSWER_SYNACK))
			add_errand(table, batch, o, pair, KIND_ANSWER_SYNACK, o->sport,
				ANSWER_SYNACK, TRUE);
		return;
	}
	record->facts |= FACT_OUT_SPOKE | FACT_OUT_ANY;
	if (o->kind == KIND_UDP) {
		record->facts |= FACT_OUT_UDP;
		add_errand(table, batch, o, pair, KIND_UDP_OUT, 0, 0, TRUE);
		/* Whether the source asked first is known in the end only: what it asked may come
		 * later in the files, or lie in a run. */
		add_errand(table, batch, o, pair, KIND_UDP, o->sport, ANSWER_UDP, FALSE);
	} else if (o->kind == KIND_ECHO) {
		record->facts |= FACT_OUT_ECHO;
	} else if (o->kind == KIND_ECHOREPLY) {
		record->answered |= ANSWER_ECHOREPLY;
	}
}

/*
 * The service port of an inbound packet. The ports of responses in a conversation are given up
 * in the end (fuse.c); here as soon as that is certain, so that a client's ephemeral ports take
 * no room. Not certain is an ACK's where the source may have opened the conversation, too: its
 * port tells which handshake it completes.
 */
static guint16
inbound_port(const Observation *o, guint16 facts)
{
	const KindInfo *info = &kind_table[o->kind];

	if (info->fact_in == FACT_IN_RESPONSE && (facts & FACT_CONVERSATION) &&
		(info->port == 's' || (facts & (FACT_OUT_SYN | FACT_IN_SYN)) == FACT_OUT_SYN))
		return 0;
	switch (info->port) {
	case 's':
		return o->sport;
	case 'd':
		return o->dport;
	case 't':
		return info->class == CLASS_EVIDENCE ? o->dport : o->sport;
	default:
		return 0;
	}
}

static void
take_pairs(Table *table, Batch *batch, const Observation *items, guint n)
{
	PairRecord *pairs = table_pairs(table);

	batch->n_errands = 0;
	for (guint i = 0; i < n; i++) {
		const Observation *o = items + i;
		guint8 family = o->observed & OBSERVED_V6 ? 6 : 4;
		guint32 pair = find_pair(table, batch->hashes[i], batch->external[i],
			batch->internal[i], family);
		PairRecord *record = pairs + pair;

		if (o->observed & OBSERVED_SPOKE) {
			record->facts |= FACT_OUT_ANY;
		} else if (o->observed & OBSERVED_OUT) {
			note_outbound(table, batch, o, record, pair);
		} else {
			guint16 port = inbound_port(o, record->facts);
			record->facts |= kind_table[o->kind].fact_in;
			add_errand(table, batch, o, pair, o->kind, port, 0, TRUE);
		}
	}
}

static void
fetch_rows(Table *table, Batch *batch)
{
	for (guint i = 0; i < batch->n_errands; i++) {
		if (batch->errands[i].cell)
			continue;
		Probe probe = slots_probe(&table->row_slots, batch->errands[i].hash);
		guint32 row = slots_next(&table->row_slots, &probe);
		if (row != SLOTS_NONE) {
			const char *record = (const char *)(table_rows(table) + row);
			__builtin_prefetch(record, 1);
			__builtin_prefetch(record + sizeof(RowRecord) - 1, 1);
		}
	}
}

static void
count_packet(Cell *cell, const Observation *o, guint64 time)
{
	guint64 first = cell->first_bytes & CELL_TIME_MASK,
		last = cell->last_packets & CELL_TIME_MASK;

	if ((o->observed & OBSERVED_TCP) && cell->packets > 0 && cell->seq == o->seq)
		cell->bits |= ANSWER_AGAIN;
	cell->seq = o->seq;
	if (time < first)
		cell->first_bytes += time - first;
	if (time > last)
		cell->last_packets += time - last;
	if (__builtin_add_overflow(cell->bytes, o->bytes, &cell->bytes))
		cell->first_bytes += G_GUINT64_CONSTANT(1) << CELL_HIGH_SHIFT;
	if (++cell->packets == 0)
		cell->last_packets += G_GUINT64_CONSTANT(1) << CELL_HIGH_SHIFT;
}

static void
take_rows(Table *table, Batch *batch)
{
	for (guint i = 0; i < batch->n_errands; i++) {
		Errand *errand = batch->errands + i;
		const Observation *o = errand->observation;

		if (!errand->cell)
			errand->cell = find_row(table, errand);
		Cell *cell = errand->cell;
		cell->bits |= errand->bits;
		if (!errand->count)
			continue;
		count_packet(cell, o, o->time - table->hour_ns);
		errand->traited = !(o->observed & OBSERVED_OUT);
		if (!errand->traited)
			continue;
		if (cell->trait == SLOTS_NONE) {
			const PairRecord *pair = table_pairs(table) + errand->pair;
			errand->hash = table_trait_hash(
				table, pair->external, pair->family, errand->kind);
			slots_prefetch(&table->trait_slots, errand->hash);
		} else {
			fetch_trait(table, cell->trait);
		}
	}
}

/* A contact that is new does not know its traits yet. */
static void
fetch_new_traits(Table *table, Batch *batch)
{
	for (guint i = 0; i < batch->n_errands; i++) {
		const Errand *errand = batch->errands + i;

		if (!errand->traited || errand->cell->trait != SLOTS_NONE)
			continue;
		Probe probe = slots_probe(&table->trait_slots, errand->hash);
		guint32 trait = slots_next(&table->trait_slots, &probe);
		if (trait != SLOTS_NONE)
			fetch_trait(table, trait);
	}
}

static void
take_traits(Table *table, Batch *batch)
{
	for (guint i = 0; i < batch->n_errands; i++) {
		const Errand *errand = batch->errands + i;
		const Observation *o = errand->observation;

		if (!errand->traited)
			continue;
		if (errand->cell->trait == SLOTS_NONE)
			errand->cell->trait =
				find_trait(table, table_pairs(table) + errand->pair, errand);
		trait_add(table_traits(table) + errand->cell->trait, o,
			(guint)((o->time - table->hour_ns) / SECOND_NS), table->signatures,
			table->n_signatures);
	}
}

static void
fetch_pairs(Table *table, const Batch *batch, guint n)
{
	for (guint i = 0; i < n; i++) {
		Probe probe = slots_probe(&table->pair_slots, batch->hashes[i]);
		guint32 pair = slots_next(&table->pair_slots, &probe);
		if (pair != SLOTS_NONE) {
			const char *record = (const char *)(table_pairs(table) + pair);
			__builtin_prefetch(record, 1);
			__builtin_prefetch(record + sizeof(PairRecord) - 1, 1);
		}
	}
}

/* Addresses as the table knows them, and the pair's hash. */
static void
name_pairs(Table *table, Batch *batch, const Observation *items, guint n, const guint8 *v6)
{
	for (guint i = 0; i < n; i++) {
		const Observation *o = items + i;
		guint8 family = 4;

		batch->external[i] = o->external;
		batch->internal[i] = o->internal;
		if (G_UNLIKELY(o->observed & OBSERVED_V6)) {
			static const guint8 nobody[16];
			gboolean mark = o->observed & OBSERVED_SPOKE;

			family = 6;
			batch->external[i] =
				intern_v6(table, mark ? nobody : v6 + 16 * (gsize)o->external);
			batch->internal[i] = intern_v6(table, v6 + 16 * (gsize)o->internal);
		} else if (G_UNLIKELY(o->observed & OBSERVED_SPOKE)) {
			batch->external[i] = 0;
		}
		batch->hashes[i] =
			table_pair_hash(table, batch->external[i], batch->internal[i], family);
		slots_prefetch(&table->pair_slots, batch->hashes[i]);
	}
}

void
table_add(Table *table, const ObservationList *list)
{
	Batch batch;

	for (guint32 done = 0; done < list->n; done += BATCH) {
		const Observation *items = list->items + done;
		guint n = MIN(list->n - done, BATCH);

		table_room_make(table, BATCH);
		name_pairs(table, &batch, items, n, list->v6);
		fetch_pairs(table, &batch, n);
		take_pairs(table, &batch, items, n);
		fetch_rows(table, &batch);
		take_rows(table, &batch);
		fetch_new_traits(table, &batch);
		take_traits(table, &batch);
	}
}
