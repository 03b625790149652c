#include "config.h"

#include "tally/past_tables.h"

#include "common/hour.h"
#include "tally/past_traits.h"

enum { PORTS = PAST_GROUPS * 65536 };

/* A service port. */
typedef struct {
	guint64 last_pair;   /* the last (source, target) that was counted here */
	guint64 last_source; /* likewise */
	guint64 packets, pairs;
	guint32 sources;
} PortCount;

/* What a source sent of one kind in one hour: what its trait of that hour is about. */
typedef struct {
	guint64 source; /* whose numbers these are */
	guint64 packets, contacts;
} KindHour;

/* A constant of the source at hand. */
typedef struct {
	guint64 value, packets, contacts;
	guint8 field;
} Constant;

struct PastTables {
	gint64 day;
	guint64 source, pair; /* how many there were so far */
	PortCount *ports;     /* owned; by key */
	KindHour hours[KIND_CONTACTS][PAST_HOURS];
	GArray *constants;  /* owned; of Constant */
	PastTraits *traits; /* owned */
};

PastTables *
past_tables_new(gint64 day)
{
	PastTables *tables = g_new0(PastTables, 1);

	tables->day = day;
	tables->ports = g_new0(PortCount, PORTS);
	tables->constants = g_array_new(FALSE, FALSE, sizeof(Constant));
	tables->traits = past_traits_new(PAST_TRAITS_MAX);
	return tables;
}

void
past_tables_free(PastTables *tables)
{
	if (!tables)
		return;
	past_traits_free(tables->traits);
	g_array_unref(tables->constants);
	g_free(tables->ports);
	g_free(tables);
}

static guint
hour_of_day(const PastTables *tables, gint64 hour)
{
	return (guint)((hour - tables->day) / HOUR_SECONDS);
}

static void
count_port(PastTables *tables, const Contact *contact)
{
	PastGroup group = past_block_group(contact->kind, contact->port);

	if (group == PAST_GROUPS)
		return;
	PortCount *port = &tables->ports[group << 16 | contact->port];
	port->packets += contact->packets;
	port->sources += port->last_source != tables->source;
	port->pairs += port->last_pair != tables->pair;
	port->last_source = tables->source;
	port->last_pair = tables->pair;
}

static void
count_kind(PastTables *tables, const Contact *contact, guint hour)
{
	KindHour *at = &tables->hours[contact->kind][hour];

	if (at->source != tables->source)
		*at = (KindHour){.source = tables->source};
	at->packets += contact->packets;
	at->contacts++;
}

/* One pair in one hour; FALSE: the source sent nothing that is a contact. */
static gboolean
see_pair(PastTables *tables, const SourceFacts *source, const PairHour *pair,
	guint64 numbers[PAST_NUMBERS])
{
	guint hour = hour_of_day(tables, pair->hour);
	gboolean sent = FALSE;

	for (guint32 i = 0; i < pair->n_contacts; i++) {
		const Contact *contact = &source->contacts[pair->contacts + i];
		if (contact->kind >= KIND_CONTACTS)
			continue;
		sent = TRUE;
		numbers[PAST_SOURCE_PACKETS] += contact->packets;
		numbers[PAST_SOURCE_KINDS] |= 1u << contact->kind;
		count_port(tables, contact);
		count_kind(tables, contact, hour);
	}
	if (!sent)
		return FALSE;
	numbers[PAST_SOURCE_ANSWERS] |= pair->answered & (ANSWER_AGAIN - 1u);
	numbers[PAST_SOURCE_FIRST] = MIN(numbers[PAST_SOURCE_FIRST], hour);
	numbers[PAST_SOURCE_LAST] = MAX(numbers[PAST_SOURCE_LAST], hour);
	return TRUE;
}

static void
add_constant(PastTables *tables, const KindHour *at, PastField field, guint64 value)
{
	Constant constant = {value, at->packets, at->contacts, (guint8)field};

	g_array_append_val(tables->constants, constant);
}

/* The constants of one kind in one hour. */
static void
see_trait(PastTables *tables, const TraitHour *seen)
{
	const Trait *trait = &seen->trait;
	guint kind = trait->kind;

	if (kind >= KIND_CONTACTS)
		return;
	const KindHour *at = &tables->hours[kind][hour_of_day(tables, seen->hour)];
	if (at->source != tables->source)
		return;
	KindClass class = kind_table[kind].class;
	if (trait->seen & TRAIT_TCP) {
		if (trait->ack_min == trait->ack_max && trait->ack_min != 0)
			add_constant(tables, at, PAST_ACK, trait->ack_min);
		if (trait->seq_min == trait->seq_max)
			add_constant(tables, at, PAST_SEQ, trait->seq_min);
	}
	gboolean no_mss = !(trait->seen & TRAIT_MSS);
	if (kind == KIND_SYN && !(trait->seen & TRAIT_OPTIONS_VARY) &&
		trait->window_min == trait->window_max &&
		(no_mss ||
			(!(trait->seen & TRAIT_MSS_NONE) && trait->mss_min == trait->mss_max)))
		add_constant(tables, at, PAST_SYN,
			trait->window_min | (guint64)(no_mss ? 0 : trait->mss_min) << 16 |
				(guint64)trait->options << 32);
	if ((trait->seen & TRAIT_PORTS) && trait->sport_min == trait->sport_max &&
		(class == CLASS_REQUEST || class == CLASS_UDP))
		add_constant(tables, at, PAST_SPORT, trait->sport_min);
	if ((trait->seen & TRAIT_ID) && trait->id_min == trait->id_max && trait->id_min != 0)
		add_constant(tables, at, PAST_ID, trait->id_min);
}

static int
compare_constants(gconstpointer a, gconstpointer b)
{
	const Constant *x = a, *y = b;

	if (x->field != y->field)
		return x->field < y->field ? -1 : 1;
	return (x->value > y->value) - (x->value < y->value);
}

/* Equal ones of several kinds and hours count as one. */
static void
take_constants(PastTables *tables)
{
	GArray *constants = tables->constants;
	guint n = constants->len;

	if (n > 1)
		g_array_sort(constants, compare_constants);
	for (guint i = 0; i < n;) {
		Constant sum = g_array_index(constants, Constant, i++);
		for (; i < n; i++) {
			const Constant *next = &g_array_index(constants, Constant, i);
			if (compare_constants(&sum, next) != 0)
				break;
			sum.packets += next->packets;
			sum.contacts += next->contacts;
		}
		past_traits_add(
			tables->traits, sum.field, sum.value, sum.packets, sum.contacts);
	}
	g_array_set_size(constants, 0);
}

void
past_tables_see(PastTables *tables, const SourceFacts *source, PastWriter *writer)
{
	guint64 numbers[PAST_NUMBERS] = {[PAST_SOURCE_FIRST] = PAST_HOURS};
	const PairHour *pairs = source->pairs;

	tables->source++;
	for (guint32 i = 0, next; i < source->n_pairs; i = next) {
		gboolean sent = FALSE;
		tables->pair++;
		for (next = i; next < source->n_pairs &&
			       address_compare(&pairs[next].target, &pairs[i].target) == 0;
			next++)
			sent |= see_pair(tables, source, &pairs[next], numbers);
		numbers[PAST_SOURCE_TARGETS] += sent;
	}
	if (numbers[PAST_SOURCE_TARGETS] == 0)
		return;
	past_writer_add(writer, source->source.family == 4 ? PAST_SOURCES_V4 : PAST_SOURCES_V6,
		source->source.high, source->source.low, numbers);
	for (guint32 i = 0; i < source->n_traits; i++)
		see_trait(tables, &source->traits[i]);
	take_constants(tables);
}

guint64
past_tables_write(PastTables *tables, PastWriter *writer)
{
	g_autoptr(GArray) traits = past_traits_take(tables->traits);

	for (guint32 key = 0; key < PORTS; key++) {
		const PortCount *port = &tables->ports[key];
		const guint64 numbers[] = {
			[PAST_PORT_PACKETS] = port->packets,
			[PAST_PORT_SOURCES] = port->sources,
			[PAST_PORT_PAIRS] = port->pairs,
		};
		if (port->sources > 0)
			past_writer_add(writer, PAST_PORTS, 0, key, numbers);
	}
	for (guint i = 0; i < traits->len; i++) {
		const PastTraitCount *trait = &g_array_index(traits, PastTraitCount, i);
		const guint64 numbers[] = {
			[PAST_TRAIT_PACKETS] = trait->packets,
			[PAST_TRAIT_SOURCES] = trait->sources,
		};
		past_writer_add(writer, PAST_TRAITS, trait->field, trait->value, numbers);
	}
	return past_traits_forgotten(tables->traits);
}
