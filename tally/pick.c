#include "config.h"

#include "tally/pick.h"

#include "common/failure.h"
#include "common/prefix_table.h"
#include "tally/bpf.h"
#include "tally/decode.h"

enum {
	CHUNK_RECORDS = 4096,
	BLOCKS = 1 << 16, /* /16s of IPv4 */
	/* a packet and what it quotes; neighbour discovery leaves its pair behind them */
	PAIRS = 2,
};

typedef struct {
	PickRule rule; /* its pointers are not followed: what they led to is below */
	guint number;
	Network *targets;  /* owned; where the sources are in the tables */
	char *expression;  /* owned; NULL: none */
	Bpf *bpf;          /* owned; for the file at hand; NULL: none, or none can be made */
	char *problem;     /* owned */
	GArray *kept;      /* owned: of PickPacket; sorted unless all are kept */
	gboolean unsorted; /* all are kept, and some came since they were sorted */
	guint64 count;
	guint64 seen; /* the packet that was looked at last, from 1 on */
} Rule;

/* Networks of rules, by what they are of. */
typedef struct {
	PrefixTable *networks; /* owned; value: the rule */
	guint8 *blocks; /* owned: BLOCKS; nonzero where some network has part of the /16 */
	guint n;
} Index;

struct Pick {
	const Home *home; /* borrowed */
	GPtrArray *rules; /* owned: of Rule * */
	Index sources;    /* rules with sources */
	Index targets;    /* rules with targets only */
	GArray *others;   /* owned: of Rule *, rules without addresses */
	gboolean settled;
	guint64 seen; /* packets of all files */
	/* what a packet decodes to, from one to the next */
	Observation items[PAIRS];
	guint8 v6[2 * PAIRS * 16];
	CaptureTotals totals;
};

/* The file at hand. */
typedef struct {
	const char *path;
	LinkFunction link;
	guint32 link_type;
	gboolean nanoseconds;
	const PickListener *listener;
} Reading;

static void
rule_free(gpointer data)
{
	Rule *rule = data;

	for (guint i = 0; i < rule->kept->len; i++)
		g_free(g_array_index(rule->kept, PickPacket, i).frame);
	g_array_unref(rule->kept);
	bpf_free(rule->bpf);
	g_free(rule->targets);
	g_free(rule->expression);
	g_free(rule->problem);
	g_free(rule);
}

static void
index_init(Index *index)
{
	index->networks = prefix_table_new();
	index->blocks = g_malloc0(BLOCKS);
}

static void
index_clear(Index *index)
{
	prefix_table_free(index->networks);
	g_free(index->blocks);
}

static void
index_add(Index *index, const Network *network, guint32 rule)
{
	prefix_table_add(index->networks, network, rule);
	index->n++;
	if (network->first.family != 4)
		return;
	guint first = (guint)(network->first.low >> 16);
	guint n = network->bits < 16 ? 1u << (16 - network->bits) : 1;
	memset(index->blocks + first, 1, n);
}

Pick *
pick_new(const Home *home)
{
	Pick *pick = g_new0(Pick, 1);

	pick->home = home;
	pick->rules = g_ptr_array_new_with_free_func(rule_free);
	pick->others = g_array_new(FALSE, FALSE, sizeof(Rule *));
	index_init(&pick->sources);
	index_init(&pick->targets);
	return pick;
}

void
pick_free(Pick *pick)
{
	if (!pick)
		return;
	g_ptr_array_unref(pick->rules);
	g_array_unref(pick->others);
	index_clear(&pick->sources);
	index_clear(&pick->targets);
	g_free(pick);
}

gboolean
pick_check_expression(const char *expression, GError **error)
{
	return bpf_check(expression, error);
}

gboolean
pick_add(Pick *pick, const PickRule *wanted, GError **error)
{
	g_return_val_if_fail(!pick->settled, FALSE);

	if (wanted->expression && !bpf_check(wanted->expression, error))
		return FALSE;
	Rule *rule = g_new0(Rule, 1);
	rule->rule = *wanted;
	rule->number = pick->rules->len;
	rule->expression = g_strdup(wanted->expression);
	rule->kept = g_array_new(FALSE, FALSE, sizeof(PickPacket));
	g_ptr_array_add(pick->rules, rule);

	for (guint i = 0; i < wanted->n_sources; i++)
		index_add(&pick->sources, &wanted->sources[i], rule->number);
	if (wanted->n_sources)
		rule->targets =
			g_memdup2(wanted->targets, wanted->n_targets * sizeof *wanted->targets);
	else
		for (guint i = 0; i < wanted->n_targets; i++)
			index_add(&pick->targets, &wanted->targets[i], rule->number);
	if (!wanted->n_sources && !wanted->n_targets)
		g_array_append_val(pick->others, rule);
	return TRUE;
}

/* --- what is kept */

/* Where it belongs among those kept, behind those of the same time; no further than the limit. */
static guint
place_of(const Rule *rule, guint64 time)
{
	guint low = 0, high = rule->kept->len;

	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (g_array_index(rule->kept, PickPacket, middle).time <= time)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
keep(Rule *rule, const CaptureRecord *record, guint32 link_type)
{
	guint limit = rule->rule.limit;
	guint place = limit ? place_of(rule, record->time) : rule->kept->len;
	guint32 captured = record->captured;

	if (limit && place == limit)
		return;
	if (rule->rule.octets)
		captured = MIN(captured, rule->rule.octets);
	const PickPacket packet = {.time = record->time,
		.frame = g_memdup2(record->frame, captured),
		.captured = captured,
		.wire = MAX(record->wire, record->captured),
		.link_type = link_type};
	if (limit && rule->kept->len == limit) {
		g_free(g_array_index(rule->kept, PickPacket, limit - 1).frame);
		g_array_set_size(rule->kept, limit - 1);
	}
	g_array_insert_val(rule->kept, place, packet);
	rule->unsorted = limit == 0;
}

/* --- what fits */

/* The packet fits the rule's addresses: does it the rest? */
static void
try_rule(Pick *pick, Rule *rule, const CaptureRecord *record, const Reading *reading)
{
	const PickRule *wanted = &rule->rule;

	if (rule->seen == pick->seen || record->time < wanted->from ||
		(wanted->to && record->time >= wanted->to) ||
		(rule->expression && !(rule->bpf && bpf_matches(rule->bpf, record))))
		return;
	rule->seen = pick->seen;
	rule->count++;
	if (reading->listener->found)
		reading->listener->found(reading->listener->data, rule->number, record,
			reading->link_type, reading->nanoseconds);
	else
		keep(rule, record, reading->link_type);
}

static gboolean
has_target(const Rule *rule, const Address *target)
{
	for (guint i = 0; i < rule->rule.n_targets; i++)
		if (network_has(&rule->targets[i], target))
			return TRUE;
	return rule->rule.n_targets == 0;
}

static gboolean
index_may_have(const Index *index, const Address *address)
{
	return index->n && (address->family != 4 || index->blocks[address->low >> 16]);
}

static void
try_pair(Pick *pick, const Address *source, const Address *target, const CaptureRecord *record,
	const Reading *reading)
{
	const guint bits = network_most_bits(source->family);
	const PrefixTable *sources = pick->sources.networks, *targets = pick->targets.networks;

	if (index_may_have(&pick->sources, source))
		for (gint at = prefix_table_find(sources, source, bits);
			at != PREFIX_TABLE_NONE; at = prefix_table_next(sources, at)) {
			Rule *rule = pick->rules->pdata[prefix_table_value(sources, at)];
			if (has_target(rule, target))
				try_rule(pick, rule, record, reading);
		}
	if (index_may_have(&pick->targets, target))
		for (gint at = prefix_table_find(targets, target, bits);
			at != PREFIX_TABLE_NONE; at = prefix_table_next(targets, at))
			try_rule(pick, pick->rules->pdata[prefix_table_value(targets, at)],
				record, reading);
}

static Address
address_at(const Pick *pick, gboolean v6, guint32 number)
{
	return v6 ? address_from_v6(pick->v6 + (gsize)number * 16) : address_from_v4(number);
}

static void
try_addresses(Pick *pick, const CaptureRecord *record, const Reading *reading)
{
	ObservationList list = {.items = pick->items, .v6 = pick->v6};
	Outcome outcome = decode_frame(reading->link, pick->home, record->time, record->frame,
		record->captured, record->wire, &list, &pick->totals);

	if (outcome != OUTCOME_IN && outcome != OUTCOME_OUT)
		return;
	if (list.n == 0) /* neighbour discovery, which is no observation but a packet */
		list.items[list.n++] = (Observation){.internal = 1, .observed = OBSERVED_V6};
	for (guint i = 0; i < list.n; i++) {
		const Observation *o = &list.items[i];
		gboolean v6 = (o->observed & OBSERVED_V6) != 0;
		Address source = address_at(pick, v6, o->external);
		Address target = address_at(pick, v6, o->internal);
		try_pair(pick, &source, &target, record, reading);
	}
}

static void
try_packet(Pick *pick, const CaptureRecord *record, const Reading *reading)
{
	pick->seen++;
	if (pick->sources.n || pick->targets.n)
		try_addresses(pick, record, reading);
	for (guint i = 0; i < pick->others->len; i++)
		try_rule(pick, g_array_index(pick->others, Rule *, i), record, reading);
}

/* --- files */

static void
settle(Pick *pick)
{
	if (pick->settled)
		return;
	prefix_table_settle(pick->sources.networks);
	prefix_table_settle(pick->targets.networks);
	pick->settled = TRUE;
}

/* Sets up for the file's link type, which its first chunk tells. */
static void
begin(Pick *pick, Reading *reading, const CaptureChunk *chunk)
{
	const LinkType *link = link_find(chunk->link_type);

	reading->link = link ? link->function : NULL;
	reading->link_type = link_file_type(chunk->link_type);
	reading->nanoseconds = chunk->nanoseconds;
	for (guint i = 0; i < pick->rules->len; i++) {
		g_autoptr(GError) problem = NULL;
		Rule *rule = pick->rules->pdata[i];

		g_clear_pointer(&rule->bpf, bpf_free);
		if (!rule->expression)
			continue;
		rule->bpf = bpf_new(rule->expression, chunk->link_type, &problem);
		if (problem && !rule->problem)
			rule->problem =
				g_strdup_printf("%s: %s", reading->path, problem->message);
	}
}

gboolean
pick_read(Pick *pick, const char *path, const PickListener *listener, GError **error)
{
	static const PickListener nobody = {0};
	Reading reading = {.path = path, .listener = listener ? listener : &nobody};
	g_autoptr(Capture) capture = capture_open(path, error);
	g_autoptr(GError) problem = NULL;
	CaptureChunk chunk = {0};
	guint64 packets = 0, size;
	gboolean more = TRUE;

	if (!capture)
		return FALSE;
	settle(pick);
	while (more && capture_next(capture, CHUNK_RECORDS, &chunk, &problem)) {
		const guint8 *at = chunk.data, *end = chunk.data + chunk.length;
		if (packets == 0)
			begin(pick, &reading, &chunk);
		while (at < end) {
			CaptureRecord record;
			at = capture_record(&chunk, at, &record);
			try_packet(pick, &record, &reading);
		}
		packets += chunk.n_records;
		if (reading.listener->progress)
			more = reading.listener->progress(reading.listener->data, packets,
				capture_position(capture, &size), size);
	}
	capture_chunk_clear(&chunk);
	if (!problem)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&problem));
	return FALSE;
}

/* --- results */

static const Rule *
rule_at(const Pick *pick, guint rule)
{
	return pick->rules->pdata[rule];
}

guint64
pick_count(const Pick *pick, guint rule)
{
	return rule_at(pick, rule)->count;
}

static int
compare_packets(gconstpointer a, gconstpointer b)
{
	const PickPacket *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

const PickPacket *
pick_packets(Pick *pick, guint number, guint *n)
{
	Rule *rule = pick->rules->pdata[number];

	/* GLib's sort is stable. */
	if (rule->unsorted)
		g_array_sort(rule->kept, compare_packets);
	rule->unsorted = FALSE;
	*n = rule->kept->len;
	return (const PickPacket *)rule->kept->data;
}

const char *
pick_problem(const Pick *pick, guint rule)
{
	return rule_at(pick, rule)->problem;
}
