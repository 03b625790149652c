#include "config.h"

#include "tests/suite.h"

#include <stdlib.h>
#include <string.h>

#include "common/hour.h"
#include "tally/window.h"
#include "tests/fake_reader.h"

/*
 * Oracle of the property test: packets drawn at random are (a) put into tallies, as facts, and
 * counted by window.c; (b) looked at one by one, for every window, source and target, as DESIGN
 * section 2 says it, sentence by sentence. Both must give the same lines.
 */

enum { ROUNDS = 4000, PACKETS = 48, SENSORS = 2, SOURCES = 5, TARGETS = 4, BASE = 1505001600 };

/* A packet as the rules speak of it. */
typedef enum {
	IN_SYN,
	IN_FIN,
	IN_SYNACK,
	IN_RST,
	IN_ACK,
	IN_ECHO,
	IN_ECHOREPLY,
	IN_ICMP,
	IN_UDP,
	IN_OTHER,
	OUT_SYN,
	OUT_ACK,
	OUT_RST,
	OUT_ECHO,
	OUT_ECHOREPLY,
	OUT_UDP,
	OUT_OTHER,
	OUT_ERROR,
	WHAT_COUNT,
} What;

static const struct {
	const char *name;
	guint16 facts;
	guint8 kind;  /* inbound */
	guint16 port; /* of kinds that have no ports of TCP or UDP */
} whats[WHAT_COUNT] = {
	[IN_SYN] = {"in syn", FACT_IN_REQUEST | FACT_IN_SYN, KIND_SYN, 0},
	[IN_FIN] = {"in fin", FACT_IN_REQUEST, KIND_FIN, 0},
	[IN_SYNACK] = {"in synack", FACT_IN_RESPONSE, KIND_SYNACK, 0},
	[IN_RST] = {"in rst", FACT_IN_RESPONSE, KIND_RST, 0},
	[IN_ACK] = {"in ack", FACT_IN_RESPONSE, KIND_ACK, 0},
	[IN_ECHO] = {"in echo", FACT_IN_REQUEST, KIND_ECHO, 8},
	[IN_ECHOREPLY] = {"in echoreply", FACT_IN_ECHOREPLY, KIND_ECHOREPLY, 0},
	[IN_ICMP] = {"in icmp", FACT_IN_REQUEST, KIND_ICMP, 13},
	[IN_UDP] = {"in udp", FACT_IN_UDP, KIND_UDP, 0},
	[IN_OTHER] = {"in other", FACT_IN_OTHER, KIND_OTHER, 0},
	[OUT_SYN] = {"out syn", FACT_OUT_TCP | FACT_OUT_SYN | FACT_OUT_SPOKE | FACT_OUT_ANY,
		KIND_NONE, 0},
	[OUT_ACK] = {"out ack", FACT_OUT_TCP | FACT_OUT_SPOKE | FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_RST] = {"out rst", FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_ECHO] = {"out echo", FACT_OUT_ECHO | FACT_OUT_SPOKE | FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_ECHOREPLY] = {"out echoreply", FACT_OUT_SPOKE | FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_UDP] = {"out udp", FACT_OUT_UDP | FACT_OUT_SPOKE | FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_OTHER] = {"out other", FACT_OUT_SPOKE | FACT_OUT_ANY, KIND_NONE, 0},
	[OUT_ERROR] = {"out error", FACT_OUT_ANY, KIND_NONE, 0},
};

typedef struct {
	guint64 time; /* ns since 1970 */
	Address source, target;
	What what;
	guint16 port;
	guint sensor;
} Packet;

typedef struct {
	Packet packets[PACKETS];
	guint n;
	guint grid;
	gint64 hours[PACKETS]; /* those that have packets, each once */
	guint n_hours;
	WindowPlan plan;
	guint8 ports[65536];
} Case;

static gint64
hour_of(const Case *test, const Packet *packet)
{
	return hour_start(packet->time, test->grid);
}

static gboolean
same_pair(const Packet *a, const Packet *b)
{
	return address_compare(&a->source, &b->source) == 0 &&
	       address_compare(&a->target, &b->target) == 0;
}

/* The first UDP packet of the packet's pair with times in [from, to), of one sensor or
 * (SENSORS) of all. NULL: none. */
static const Packet *
first_udp(const Case *test, const Packet *packet, gint64 from, gint64 to, guint sensor)
{
	const Packet *first = NULL;

	for (guint i = 0; i < test->n; i++) {
		const Packet *other = test->packets + i;
		gint64 hour = hour_of(test, other);
		if (!same_pair(packet, other) || hour < from || hour >= to ||
			(other->what != IN_UDP && other->what != OUT_UDP))
			continue;
		if (sensor != SENSORS && sensor != other->sensor)
			continue;
		if (!first || other->time < first->time ||
			(other->time == first->time && other->what == OUT_UDP))
			first = other;
	}
	return first;
}

/* The service port as the tally of one sensor keeps it, or (SENSORS) one of all would. */
static guint16
port_at_rest(const Case *test, const Packet *packet, guint sensor)
{
	gint64 hour = hour_of(test, packet);

	if (packet->what == IN_UDP &&
		first_udp(test, packet, hour, hour + HOUR_SECONDS, sensor)->what == OUT_UDP)
		return 0;
	return packet->port;
}

static gboolean
fits(const Case *test, const Packet *packet)
{
	const WindowFilter *filter = &test->plan.filter;
	/* All sensors of a site are one capture. */
	guint16 port = port_at_rest(test, packet, SENSORS);

	if (filter->targets && home_place(filter->targets, &packet->target) != PLACE_INTERNAL)
		return FALSE;
	return (filter->kinds == 0 || (filter->kinds & 1u << whats[packet->what].kind)) &&
	       (!filter->ports || (port != 0 && filter->ports[port]));
}

/* Whether the packet's pair has a packet of one of these (set of 1 << What) in [from, to). */
static gboolean
has_any(const Case *test, const Packet *packet, gint64 from, gint64 to, guint set)
{
	for (guint i = 0; i < test->n; i++) {
		gint64 hour = hour_of(test, test->packets + i);
		if (same_pair(packet, test->packets + i) && hour >= from && hour < to &&
			(set & 1u << test->packets[i].what))
			return TRUE;
	}
	return FALSE;
}

/* The five sentences: whether this packet makes its pair a hit in the window. */
static gboolean
makes_hit(const Case *test, const Packet *packet, gint64 start)
{
	enum { TALKS = 1 << IN_SYN | 1 << OUT_SYN | 1 << OUT_ACK };
	enum {
		SILENT = 1 << OUT_RST | 1 << OUT_ERROR,
		OUT = ((1 << WHAT_COUNT) - 1) & ~((1 << OUT_SYN) - 1)
	};
	gint64 end = start + test->plan.length, before = start - HOUR_SECONDS,
	       hour = hour_of(test, packet);

	if (hour < start || hour >= end || packet->what >= OUT_SYN || !fits(test, packet))
		return FALSE;
	switch (packet->what) {
	case IN_SYN:
	case IN_FIN:
	case IN_ECHO:
	case IN_ICMP:
		return TRUE;
	case IN_SYNACK:
	case IN_RST:
	case IN_ACK:
		return !has_any(test, packet, before, end, TALKS);
	case IN_ECHOREPLY:
		return !has_any(test, packet, before, end, 1 << OUT_ECHO);
	case IN_UDP:
		return first_udp(test, packet, before, end, SENSORS)->what == IN_UDP;
	default:
		return !has_any(test, packet, before, end, OUT & ~SILENT);
	}
}

static Address
tallied_as(const Case *test, const Address *source)
{
	return source->family == 6 ? address_mask(source, test->plan.filter.prefix_v6)
				   : *source;
}

/* Distinct targets that the sources tallied as `source` hit. */
static guint
count_hosts(const Case *test, const Address *source, gint64 start)
{
	Address seen[PACKETS];
	guint n = 0;

	for (guint i = 0; i < test->n; i++) {
		const Packet *packet = test->packets + i;
		Address own = tallied_as(test, &packet->source);
		gboolean again = FALSE;
		if (address_compare(&own, source) != 0 || !makes_hit(test, packet, start))
			continue;
		for (guint k = 0; k < n; k++)
			again |= address_compare(&seen[k], &packet->target) == 0;
		if (!again)
			seen[n++] = packet->target;
	}
	return n;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
	const WindowHit *hit_a = a, *hit_b = b;

	if (hit_a->start != hit_b->start)
		return hit_a->start < hit_b->start ? -1 : 1;
	if (hit_a->hosts != hit_b->hosts)
		return hit_a->hosts > hit_b->hosts ? -1 : 1;
	return address_compare(&hit_a->source, &hit_b->source);
}

static gboolean
is_first_of_source(const Case *test, guint i)
{
	Address own = tallied_as(test, &test->packets[i].source);

	for (guint k = 0; k < i; k++) {
		Address other = tallied_as(test, &test->packets[k].source);
		if (address_compare(&own, &other) == 0)
			return FALSE;
	}
	return TRUE;
}

/* Every window that could hold a packet: found by trying all starts around each hour. */
static GArray *
expected_lines(const Case *test)
{
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	g_autoptr(GHashTable) tried =
		g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (guint h = 0; h < test->n_hours; h++) {
		for (gint64 start = test->hours[h] - test->plan.length; start <= test->hours[h];
			start += HOUR_SECONDS) {
			if ((start - test->grid * 60) % test->plan.step != 0 ||
				!g_hash_table_add(tried, g_memdup2(&start, sizeof start)))
				continue;
			for (guint i = 0; i < test->n; i++) {
				if (!is_first_of_source(test, i))
					continue;
				Address source = tallied_as(test, &test->packets[i].source);
				WindowHit line = {start, count_hosts(test, &source, start),
					source,
					source.family == 6 ? (guint8)test->plan.filter.prefix_v6
							   : 32};
				if (line.hosts >= test->plan.hosts)
					g_array_append_val(lines, line);
			}
		}
	}
	g_array_sort(lines, compare_lines);
	return lines;
}

/* (a): one sensor's hour. */
static Reader *
tally_of(const Case *test, guint sensor, gint64 hour, guint stretch_rows)
{
	FakeRow rows[PACKETS];
	guint n = 0;

	for (guint i = 0; i < test->n; i++) {
		const Packet *packet = test->packets + i;
		FakeRow *row = rows;
		if (packet->sensor != sensor || hour_of(test, packet) != hour)
			continue;
		while (row < rows + n &&
			(address_compare(&row->source, &packet->source) != 0 ||
				address_compare(&row->target, &packet->target) != 0))
			row++;
		if (row == rows + n) {
			*row = (FakeRow){packet->source, packet->target, 0, FACTS_NEVER,
				FACTS_NEVER, 0, {{0}}};
			n++;
		}
		row->facts |= whats[packet->what].facts;
		guint64 time = packet->time - (guint64)hour * SECOND_NS;
		if (packet->what == IN_UDP)
			row->udp_in = MIN(row->udp_in, time);
		if (packet->what == OUT_UDP)
			row->udp_out = MIN(row->udp_out, time);
		if (packet->what < OUT_SYN) {
			ck_assert(row->n_contacts < FAKE_CONTACTS);
			row->contacts[row->n_contacts++] =
				(Contact){.kind = whats[packet->what].kind,
					.port = port_at_rest(test, packet, packet->sensor)};
		}
	}
	return n > 0 ? fake_reader_new(hour, test->grid, rows, n, stretch_rows, 0) : NULL;
}

static GPtrArray *
tallies_of(const Case *test, guint stretch_rows)
{
	GPtrArray *readers = g_ptr_array_new_with_free_func((GDestroyNotify)reader_free);

	/* Latest first: the order must not matter. */
	for (guint h = test->n_hours; h-- > 0;)
		for (guint sensor = 0; sensor < SENSORS; sensor++) {
			Reader *reader = tally_of(test, sensor, test->hours[h], stretch_rows);
			if (reader)
				g_ptr_array_add(readers, reader);
		}
	return readers;
}

static char *
show(const Case *test, const GArray *lines)
{
	GString *text = g_string_new(NULL);
	char name[ADDRESS_TEXT_SIZE];

	g_string_append_printf(text,
		"length %d step %d hosts %u grid %u prefix %u kinds %x ports %d targets %d\n",
		(int)(test->plan.length / 3600), (int)(test->plan.step / 3600),
		test->plan.hosts, test->grid, test->plan.filter.prefix_v6,
		test->plan.filter.kinds, test->plan.filter.ports != NULL,
		test->plan.filter.targets != NULL);
	for (guint i = 0; i < test->n; i++) {
		g_string_append_printf(text, "%.3f h: %s",
			(double)(test->packets[i].time / 1000000000 - BASE) / 3600,
			address_format(&test->packets[i].source, name));
		g_string_append_printf(text, " %s port %u %s sensor %u\n",
			address_format(&test->packets[i].target, name), test->packets[i].port,
			whats[test->packets[i].what].name, test->packets[i].sensor);
	}
	for (guint i = 0; i < lines->len; i++) {
		const WindowHit *line = &g_array_index(lines, WindowHit, i);
		g_string_append_printf(text, "[%d h %u %s/%u]\n",
			(int)((line->start - BASE) / 3600), line->hosts,
			address_format(&line->source, name), line->bits);
	}
	return g_string_free(text, FALSE);
}

static void
assert_same(const Case *test, const GArray *lines, const GArray *expected)
{
	gboolean same = lines->len == expected->len;

	for (guint i = 0; same && i < lines->len; i++) {
		const WindowHit *a = &g_array_index(lines, WindowHit, i),
				*b = &g_array_index(expected, WindowHit, i);
		same = compare_lines(a, b) == 0 && a->bits == b->bits;
	}
	if (!same) {
		g_autofree char *is = show(test, lines), *should = show(test, expected);
		/* Too long for Check's own message. */
		g_printerr("counted:\n%s\nexpected:\n%s", is, should);
		ck_abort_msg("counts differ, see above");
	}
}

/* By gather, window_source and window_targets: the same without prefixes. */
static GArray *
lines_by_source(const Case *test, GPtrArray *readers)
{
	g_autoptr(Gather) gather =
		gather_new((Reader **)readers->pdata, readers->len, READER_CONTACTS);
	GArray *lines = g_array_new(FALSE, FALSE, sizeof(WindowHit));
	g_autoptr(GArray) targets = g_array_new(FALSE, FALSE, sizeof(guint32));
	GError *error = NULL;
	const SourceFacts *source;

	while ((source = gather_next(gather, test->plan.hosts, &error))) {
		guint first = lines->len;
		window_source(source, &test->plan, test->grid, lines);
		for (guint i = first; i < lines->len; i++) {
			const WindowHit *line = &g_array_index(lines, WindowHit, i);
			g_array_set_size(targets, 0);
			ck_assert_uint_eq(window_targets(source, line->start, test->plan.length,
						  &test->plan.filter, targets),
				line->hosts);
		}
	}
	ck_assert_ptr_null(error);
	g_array_sort(lines, compare_lines);
	return lines;
}

static Address
draw_source(GRand *rand)
{
	guint8 octets[16] = {0x20, 1, 0xd, 0xb8};
	guint number = (guint)g_rand_int_range(rand, 0, SOURCES);

	if (number < 2)
		return address_from_v4(0xc6336400 + number);
	octets[7] = (guint8)(number & 1);
	octets[15] = (guint8)number;
	return address_from_v6(octets);
}

static Address
draw_target(GRand *rand, guint8 family)
{
	guint8 octets[16] = {0xfd};
	guint number = (guint)g_rand_int_range(rand, 0, TARGETS);

	if (family == 4)
		return address_from_v4(0x0a000000 + number * 0x010001);
	octets[7] = (guint8)(number & 1);
	octets[15] = (guint8)(number >> 1);
	return address_from_v6(octets);
}

static void
add_hour(Case *test, gint64 hour)
{
	for (guint i = 0; i < test->n_hours; i++)
		if (test->hours[i] == hour)
			return;
	test->hours[test->n_hours++] = hour;
}

static void
draw_packets(Case *test, GRand *rand)
{
	static const gint64 places[] = {0, 1, 2, 3, 4, 5, 7, 26, 27, 90000};
	guint sensors = (guint)g_rand_int_range(rand, 1, SENSORS + 1),
	      used = (guint)g_rand_int_range(rand, 1, 11);
	guint at_most = (guint)g_rand_int_range(rand, 1, PACKETS + 1);
	guint first = (guint)g_rand_int_range(rand, 0, WHAT_COUNT),
	      last = (guint)g_rand_int_range(rand, 0, WHAT_COUNT);

	test->n = test->n_hours = 0;
	while (test->n < at_most) {
		Packet *packet = test->packets + test->n++;
		gint64 place = places[g_rand_int_range(rand, 0, (gint32)used)];
		/* Few instants, so that some are equal, and hours' first and last. */
		guint64 instant = (guint64)g_rand_int_range(rand, 0, 5) * (HOUR_NS - 1) / 4;
		packet->time =
			(guint64)(BASE + 60 * (gint64)test->grid + place * HOUR_SECONDS) *
				SECOND_NS +
			instant;
		packet->source = draw_source(rand);
		packet->target = draw_target(rand, packet->source.family);
		/* Often few sorts of packets, so that the rarer rules get their turn. */
		packet->what = g_rand_boolean(rand)
				       ? (g_rand_boolean(rand) ? first : last)
				       : (guint)g_rand_int_range(rand, 0, WHAT_COUNT);
		packet->port = whats[packet->what].port;
		if (packet->what < IN_ECHO || packet->what == IN_UDP)
			packet->port = (guint16)g_rand_int_range(rand, 0, 3) * 40;
		packet->sensor = (guint)g_rand_int_range(rand, 0, (gint32)sensors);
		/* A row of the double holds few contacts. */
		guint alike = 0;
		for (guint i = 0; i < test->n; i++)
			alike += same_pair(packet, test->packets + i) &&
				 test->packets[i].sensor == packet->sensor &&
				 hour_of(test, test->packets + i) == hour_of(test, packet);
		if (alike > FAKE_CONTACTS)
			test->n--, at_most--;
		else
			add_hour(test, hour_of(test, packet));
	}
}

static void
draw_plan(Case *test, const Home *some_targets, GRand *rand)
{
	static const gint64 lengths[] = {1, 2, 3, 5, 24, 25, 48};

	test->plan.length =
		lengths[g_rand_int_range(rand, 0, G_N_ELEMENTS(lengths))] * HOUR_SECONDS;
	test->plan.step = g_rand_boolean(rand) ? test->plan.length : HOUR_SECONDS;
	if (g_rand_int_range(rand, 0, 3) == 0)
		test->plan.step = g_rand_int_range(rand, 1,
					  (gint32)(test->plan.length / HOUR_SECONDS) + 1) *
				  HOUR_SECONDS;
	test->plan.hosts = (guint)g_rand_int_range(rand, 1, 4);
	test->plan.filter = (WindowFilter){.prefix_v6 = g_rand_boolean(rand) ? 128 : 64};
	if (g_rand_int_range(rand, 0, 3) == 0)
		test->plan.filter.kinds = g_rand_int(rand) & ((1u << KIND_CONTACTS) - 1);
	if (g_rand_int_range(rand, 0, 3) == 0) {
		memset(test->ports, 0, sizeof test->ports);
		test->ports[g_rand_int_range(rand, 0, 3) * 40] = 1;
		test->ports[g_rand_boolean(rand) ? 8 : 13] = 1;
		test->plan.filter.ports = test->ports;
	}
	if (g_rand_int_range(rand, 0, 3) == 0)
		test->plan.filter.targets = some_targets;
}

START_TEST(windows_of_random_packets_count_what_the_five_sentences_say)
{
	static Case test;
	g_autoptr(GRand) rand = g_rand_new_with_seed(20170910);
	/* Every other one that draw_target makes, and one alone. */
	g_autoptr(Home) some_targets =
		home_new("10.0.0.0/16,10.2.0.0/15,fd00:0:0:1::/64,fd00::1", NULL);

	for (guint round = 0; round < ROUNDS; round++) {
		GError *error = NULL;

		test.grid = g_rand_int_range(rand, 0, 4) == 0 ? 30 : 0;
		draw_plan(&test, some_targets, rand);
		draw_packets(&test, rand);
		guint stretch_rows =
			g_rand_boolean(rand) ? 1000 : (guint)g_rand_int_range(rand, 1, 4);
		g_autoptr(GPtrArray) readers = tallies_of(&test, stretch_rows);
		g_autoptr(GArray) expected = expected_lines(&test);
		g_autoptr(GArray) lines = window_tally(
			(Reader **)readers->pdata, readers->len, &test.plan, NULL, &error);
		ck_assert_ptr_null(error);
		assert_same(&test, lines, expected);

		test.plan.filter.prefix_v6 = 128;
		g_autoptr(GPtrArray) again = tallies_of(&test, stretch_rows);
		g_autoptr(GArray) by_source = lines_by_source(&test, again);
		g_autoptr(GArray) single = expected_lines(&test);
		assert_same(&test, by_source, single);
	}
}
END_TEST

/* One pair; hours from the window's start (-1: the hour before). */
static const struct {
	const char *sentence;
	gboolean hit;
	struct {
		int hour, minute;
		What what;
	} packets[4];
	guint n;
} sentences[] = {
	{"an inbound request is a hit", TRUE, {{0, 0, IN_SYN}}, 1},
	{"a request of the hour before is not", FALSE, {{-1, 59, IN_SYN}}, 1},
	{"a request is a hit in a conversation too", TRUE, {{0, 0, OUT_SYN}, {0, 1, IN_FIN}},
		2},
	{"an ICMP request is a hit", TRUE, {{23, 59, IN_ICMP}}, 1},
	{"a response without conversation is a hit", TRUE, {{0, 0, IN_RST}}, 1},
	{"a response after we spoke is none", FALSE, {{0, 0, OUT_SYN}, {0, 1, IN_SYNACK}}, 2},
	{"a response before we spoke is none", FALSE, {{0, 1, IN_SYNACK}, {0, 2, OUT_ACK}}, 2},
	{"we may have spoken many hours later", FALSE, {{0, 1, IN_SYNACK}, {23, 2, OUT_ACK}},
		2},
	{"after the window is too late", TRUE, {{0, 1, IN_SYNACK}, {24, 0, OUT_ACK}}, 2},
	{"we may have spoken in the hour before", FALSE,
		{{-1, 0, OUT_SYN}, {23, 59, IN_SYNACK}}, 2},
	{"two hours before is too early", TRUE, {{-2, 59, OUT_SYN}, {0, 0, IN_SYNACK}}, 2},
	{"a reset of ours is no conversation", TRUE, {{0, 0, OUT_RST}, {0, 1, IN_ACK}}, 2},
	{"their own syn is one", FALSE, {{-1, 0, IN_SYN}, {0, 1, IN_ACK}}, 2},
	{"their own fin is none", TRUE, {{-1, 0, IN_FIN}, {0, 1, IN_ACK}}, 2},
	{"outbound other is no conversation", TRUE, {{0, 0, OUT_OTHER}, {0, 1, IN_ACK}}, 2},
	{"an echo reply unasked is a hit", TRUE, {{0, 0, IN_ECHOREPLY}}, 1},
	{"an echo reply that was asked for is none", FALSE,
		{{-1, 0, OUT_ECHO}, {0, 0, IN_ECHOREPLY}}, 2},
	{"nor when it was asked for later", FALSE, {{0, 0, IN_ECHOREPLY}, {9, 0, OUT_ECHO}}, 2},
	{"TCP asks for no echo reply", TRUE, {{0, 0, OUT_SYN}, {0, 0, IN_ECHOREPLY}}, 2},
	{"UDP of which they spoke first is a hit", TRUE, {{0, 0, IN_UDP}, {0, 1, OUT_UDP}}, 2},
	{"UDP of which we spoke first is none", FALSE, {{0, 0, OUT_UDP}, {0, 1, IN_UDP}}, 2},
	{"at the same instant we spoke first", FALSE, {{0, 1, IN_UDP}, {0, 1, OUT_UDP}}, 2},
	{"we may have spoken in the hour before, UDP", FALSE,
		{{-1, 0, OUT_UDP}, {0, 0, IN_UDP}}, 2},
	{"they may have, before us", TRUE, {{-1, 0, IN_UDP}, {-1, 1, OUT_UDP}, {5, 0, IN_UDP}},
		3},
	{"and then need to be heard in the window", FALSE, {{-1, 0, IN_UDP}, {0, 1, OUT_UDP}},
		2},
	{"what was said two hours before is forgotten", TRUE,
		{{-2, 0, OUT_UDP}, {5, 0, IN_UDP}}, 2},
	{"other into silence is a hit", TRUE, {{0, 0, IN_OTHER}}, 1},
	{"other after our reset is one", TRUE, {{0, 0, OUT_RST}, {0, 1, IN_OTHER}}, 2},
	{"other after our ICMP error is one", TRUE, {{-1, 0, OUT_ERROR}, {0, 1, IN_OTHER}}, 2},
	{"other after our UDP is none", FALSE, {{-1, 0, OUT_UDP}, {0, 1, IN_OTHER}}, 2},
	{"other after our other is none", FALSE, {{0, 1, IN_OTHER}, {3, 0, OUT_OTHER}}, 2},
	{"other after our echo reply is none", FALSE, {{0, 0, OUT_ECHOREPLY}, {0, 1, IN_OTHER}},
		2},
	{"what only we sent is none", FALSE,
		{{0, 0, OUT_SYN}, {0, 1, OUT_UDP}, {0, 2, OUT_ECHO}}, 3},
};

START_TEST(a_window_of_a_day_knows_the_hour_before_it)
{
	static Case test;
	GError *error = NULL;

	test.plan = (WindowPlan){24 * HOUR_SECONDS, 24 * HOUR_SECONDS, 1, {.prefix_v6 = 128}};
	test.n = test.n_hours = 0;
	for (guint i = 0; i < sentences[_i].n; i++) {
		int minutes =
			60 * sentences[_i].packets[i].hour + sentences[_i].packets[i].minute;
		Packet packet = {(guint64)(BASE + 60 * minutes) * SECOND_NS,
			address_from_v4(0xc6336401), address_from_v4(0x0a000001),
			sentences[_i].packets[i].what, 80, 0};
		test.packets[test.n++] = packet;
		add_hour(&test, hour_of(&test, &packet));
	}
	g_autoptr(GPtrArray) readers = tallies_of(&test, 100);
	g_autoptr(GArray) lines =
		window_tally((Reader **)readers->pdata, readers->len, &test.plan, NULL, &error);
	gboolean hit = FALSE;
	for (guint i = 0; i < lines->len; i++)
		hit |= g_array_index(lines, WindowHit, i).start == BASE;
	ck_assert_msg(hit == sentences[_i].hit, "%s", sentences[_i].sentence);
}
END_TEST

static FakeRow
row_of(guint32 source, guint32 target, guint16 facts)
{
	return (FakeRow){address_from_v4(source), address_from_v4(target), facts, FACTS_NEVER,
		FACTS_NEVER, 0, {{0}}};
}

/* More rows than a batch takes: three tallies, unlike in size and stretches. */
START_TEST(a_source_of_many_targets_is_counted_in_batches_without_loss)
{
	enum { N = 70000 };
	g_autofree FakeRow *rows = g_new(FakeRow, N);
	Reader *readers[3];
	WindowPlan plan = {3 * HOUR_SECONDS, HOUR_SECONDS, 1, {.prefix_v6 = 128}};
	GError *error = NULL;

	for (guint32 i = 0; i < N; i++)
		rows[i] = row_of(0xc6336401, 0x0a000000 + i, FACT_IN_RESPONSE);
	readers[0] = fake_reader_new(BASE, 0, rows, N, 1 << 20, 0);
	/* In the next hour every tenth has a conversation, in the third only the last ten
	 * thousand show. */
	for (guint32 i = 0; i < N / 10; i++)
		rows[i] = row_of(0xc6336401, 0x0a000000 + 10 * i, FACT_OUT_TCP | FACT_OUT_ANY);
	readers[1] = fake_reader_new(BASE + HOUR_SECONDS, 0, rows, N / 10, 999, 0);
	for (guint32 i = 0; i < 10000; i++)
		rows[i] = row_of(0xc6336401, 0x0a000000 + N - 10000 + i, FACT_IN_RESPONSE);
	readers[2] = fake_reader_new(BASE + 2 * HOUR_SECONDS, 0, rows, 10000, 100, 0);

	g_autoptr(GArray) lines = window_tally(readers, 3, &plan, NULL, &error);
	/* Windows that begin 2 h and 1 h before, and 0, 1, 2 h after; the last begins an
	 * hour after the conversations, still in its W+. */
	static const guint hosts[] = {N, N - N / 10, N - N / 10, 9000, 9000};
	ck_assert_uint_eq(lines->len, 5);
	for (guint i = 0; i < 5; i++) {
		ck_assert_int_eq(g_array_index(lines, WindowHit, i).start,
			BASE + (gint64)(i - 2.0) * HOUR_SECONDS);
		ck_assert_uint_eq(g_array_index(lines, WindowHit, i).hosts, hosts[i]);
	}
	for (guint i = 0; i < 3; i++)
		reader_free(readers[i]);
}
END_TEST

START_TEST(a_damaged_tally_counts_as_far_as_it_goes_and_is_told)
{
	FakeRow rows[] = {row_of(1 << 24, 0x0a000001, FACT_IN_REQUEST),
		row_of(2 << 24, 0x0a000001, FACT_IN_REQUEST),
		row_of(3 << 24, 0x0a000001, FACT_IN_REQUEST)};
	WindowPlan plan = {HOUR_SECONDS, HOUR_SECONDS, 1, {.prefix_v6 = 128}};
	GError *error = NULL;

	for (guint strict = 0; strict < 2; strict++) {
		g_autoptr(GPtrArray) shortfalls = g_ptr_array_new_with_free_func(g_free);
		Reader *readers[] = {fake_reader_new(BASE, 0, rows, 3, 9, 2),
			fake_reader_new(BASE + HOUR_SECONDS, 0, rows, 3, 9, 0)};
		g_autoptr(GArray) lines =
			window_tally(readers, 2, &plan, strict ? NULL : shortfalls, &error);
		if (strict) {
			ck_assert_ptr_null(lines);
			ck_assert_str_eq(error->message, "fake: damaged");
			g_clear_error(&error);
		} else {
			ck_assert_uint_eq(lines->len, 5);
			ck_assert_uint_eq(shortfalls->len, 1);
			ck_assert_str_eq(shortfalls->pdata[0], "fake: damaged");
		}
		reader_free(readers[0]);
		reader_free(readers[1]);
	}
}
END_TEST

/* One sensor saw only what came in, the other that we had spoken before: together they give the
 * port up, as one capture of both would. */
START_TEST(a_port_that_one_sensor_gives_up_is_given_up_by_all)
{
	static guint8 ports[65536] = {[53] = 1};
	const Contact udp = {.kind = KIND_UDP, .port = 53, .packets = 1};
	FakeRow before = row_of(1 << 24, 0x0a000001, FACT_IN_UDP);
	FakeRow in = before, out = row_of(1 << 24, 0x0a000001, FACT_OUT_UDP | FACT_OUT_SPOKE);
	WindowPlan plan = {HOUR_SECONDS, HOUR_SECONDS, 1, {.prefix_v6 = 128, .ports = ports}};
	GError *error = NULL;

	before.udp_in = in.udp_in = 5;
	out.udp_out = 1;
	before.contacts[0] = in.contacts[0] = udp;
	before.n_contacts = in.n_contacts = 1;
	Reader *readers[] = {fake_reader_new(BASE, 0, &before, 1, 9, 0),
		fake_reader_new(BASE + HOUR_SECONDS, 0, &in, 1, 9, 0),
		fake_reader_new(BASE + HOUR_SECONDS, 0, &out, 1, 9, 0)};
	g_autoptr(GArray) lines = window_tally(readers, 3, &plan, NULL, &error);
	ck_assert_uint_eq(lines->len, 1);
	ck_assert_int_eq(g_array_index(lines, WindowHit, 0).start, BASE);
	for (guint i = 0; i < G_N_ELEMENTS(readers); i++)
		reader_free(readers[i]);
}
END_TEST

START_TEST(tallies_of_two_grids_are_refused)
{
	FakeRow row = row_of(1 << 24, 0x0a000001, FACT_IN_REQUEST);
	Reader *readers[] = {fake_reader_new(BASE, 0, &row, 1, 9, 0),
		fake_reader_new(BASE + 1800, 30, &row, 1, 9, 0)};
	WindowPlan plan = {HOUR_SECONDS, HOUR_SECONDS, 1, {.prefix_v6 = 128}};
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(window_tally(readers, 2, &plan, NULL, &error));
	ck_assert_ptr_nonnull(strstr(error->message, "expected one grid"));
	reader_free(readers[0]);
	reader_free(readers[1]);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, windows_of_random_packets_count_what_the_five_sentences_say);
	tcase_add_loop_test(
		tests, a_window_of_a_day_knows_the_hour_before_it, 0, G_N_ELEMENTS(sentences));
	tcase_add_test(tests, a_source_of_many_targets_is_counted_in_batches_without_loss);
	tcase_add_test(tests, a_damaged_tally_counts_as_far_as_it_goes_and_is_told);
	tcase_add_test(tests, a_port_that_one_sensor_gives_up_is_given_up_by_all);
	tcase_add_test(tests, tallies_of_two_grids_are_refused);
}

int
main(void)
{
	return suite_run("window", add_tests);
}
