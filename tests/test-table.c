/*
 * The contact table against an oracle that keeps every packet: two passes over a list, straight
 * from DESIGN section 2, no hashing, no merging.
 */
#include "config.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/hour.h"
#include "tally/settle.h"
#include "tally/table.h"

#define HOUR_AT (G_GUINT64_CONSTANT(1505001600) * SECOND_NS)

enum { PACKETS = 3000, SOURCES = 5, TARGETS = 6, PORTS = 3 };

typedef struct {
	Observation items[PACKETS];
	guint8 v6[PACKETS * 2 * 16];
	guint32 n_v6;
} Packets;

static guint8
flags_of(guint8 kind)
{
	for (guint flags = 0; flags < 256; flags++)
		if (kind_of_flags[flags] == kind)
			return (guint8)flags;
	return 0;
}

static Observation
draw(GRand *rand, Packets *packets)
{
	static const guint8 kinds[] = {KIND_MALFORMED, KIND_SYN, KIND_SYNACK, KIND_RST,
		KIND_FINACK, KIND_FIN, KIND_ACK, KIND_NULL, KIND_ECHO, KIND_ECHOREPLY,
		KIND_ICMP, KIND_UDP, KIND_OTHER, KIND_UNREACH};
	Observation o = {0};

	o.time = HOUR_AT + (guint64)g_rand_int_range(rand, 0, 3600) * SECOND_NS +
		 (guint64)g_rand_int_range(rand, 0, 3);
	o.kind = kinds[g_rand_int_range(rand, 0, G_N_ELEMENTS(kinds))];
	o.sport = (guint16)(1000 + g_rand_int_range(rand, 0, PORTS));
	o.dport = (guint16)(1000 + g_rand_int_range(rand, 0, PORTS));
	if (o.kind >= KIND_ECHO && o.kind <= KIND_ICMP)
		o.sport = o.dport = o.kind == KIND_ECHO ? 8 : o.kind == KIND_ECHOREPLY ? 0 : 13;
	o.bytes = (guint32)g_rand_int_range(rand, 20, 1500);
	o.seq = g_rand_int(rand);
	if (g_rand_boolean(rand))
		o.observed |= OBSERVED_OUT;
	if (o.kind <= KIND_NULL) {
		o.observed |= OBSERVED_TCP;
		o.flags = flags_of(o.kind);
	}
	if (o.kind == KIND_UNREACH && (o.observed & OBSERVED_OUT))
		o.kind = KIND_ERROR_OUT;
	o.external = (guint32)g_rand_int_range(rand, 1, 1 + SOURCES);
	o.internal = (guint32)g_rand_int_range(rand, 1, 1 + TARGETS);
	if (g_rand_int_range(rand, 0, 3) == 0) {
		o.observed |= OBSERVED_V6;
		packets->v6[16 * packets->n_v6 + 15] = (guint8)o.external;
		o.external = packets->n_v6++;
		packets->v6[16 * packets->n_v6 + 14] = (guint8)o.internal;
		o.internal = packets->n_v6++;
	}
	return o;
}

static Address
end_of(const Packets *packets, const Observation *o, guint32 number)
{
	return o->observed & OBSERVED_V6 ? address_from_v6(packets->v6 + 16 * number)
					 : address_from_v4(number);
}

static gboolean
is_of(const Packets *packets, const Observation *o, const Address *source,
	const Address *target)
{
	Address external = end_of(packets, o, o->external),
		internal = end_of(packets, o, o->internal);

	return address_compare(&external, source) == 0 &&
	       address_compare(&internal, target) == 0;
}

/* What a pair's packets say, by the words of the design. */
typedef struct {
	gboolean syn, out_tcp;
	guint16 facts;
	guint64 udp_in, udp_out;
	guint32 n;
} Truth;

static Truth
truth_of(const Packets *packets, const Address *source, const Address *target)
{
	Truth t = {.udp_in = FACTS_NEVER, .udp_out = FACTS_NEVER};

	for (guint i = 0; i < PACKETS; i++) {
		const Observation *o = packets->items + i;
		if (!is_of(packets, o, source, target))
			continue;
		t.n++;
		if (o->observed & OBSERVED_OUT) {
			gboolean reset = o->kind <= KIND_NULL && (o->flags & FLAG_RST),
				 error = o->kind == KIND_ERROR_OUT;
			t.facts |= FACT_OUT_ANY;
			if (o->kind <= KIND_NULL && !reset)
				t.facts |= FACT_OUT_TCP;
			if (o->kind == KIND_SYN)
				t.facts |= FACT_OUT_SYN;
			if (!reset && !error)
				t.facts |= FACT_OUT_SPOKE;
			if (o->kind == KIND_ECHO)
				t.facts |= FACT_OUT_ECHO;
			if (o->kind == KIND_UDP) {
				t.facts |= FACT_OUT_UDP;
				t.udp_out = MIN(t.udp_out, o->time - HOUR_AT);
			}
		} else {
			if (o->kind == KIND_UDP)
				t.udp_in = MIN(t.udp_in, o->time - HOUR_AT);
			t.facts |= kind_table[o->kind].fact_in;
		}
	}
	return t;
}

static guint16
port_of(const Observation *o, const Truth *t)
{
	gboolean response = o->kind == KIND_SYNACK || o->kind == KIND_RST ||
			    o->kind == KIND_ACK || o->kind == KIND_FINACK;

	if (response && (t->facts & (FACT_IN_SYN | FACT_OUT_TCP)))
		return 0;
	if (o->kind == KIND_UDP && t->udp_out <= t->udp_in)
		return 0;
	if (o->kind == KIND_OTHER)
		return 0;
	if (o->kind == KIND_SYNACK || o->kind == KIND_RST)
		return o->sport;
	return o->kind >= KIND_ECHO && o->kind <= KIND_ICMP ? o->sport : o->dport;
}

static void
check_contact(const Packets *packets, const Address *source, const Pair *pair, const Truth *t,
	const Contact *c)
{
	guint64 n = 0, bytes = 0, first = FACTS_NEVER, last = 0;

	for (guint i = 0; i < PACKETS; i++) {
		const Observation *o = packets->items + i;
		if (!is_of(packets, o, source, &pair->target))
			continue;
		gboolean out = (o->observed & OBSERVED_OUT) != 0;
		if (o->kind != c->kind || out != (c->kind == KIND_ERROR_OUT) ||
			port_of(o, t) != c->port)
			continue;
		n++;
		bytes += o->bytes;
		first = MIN(first, o->time - HOUR_AT);
		last = MAX(last, o->time - HOUR_AT);
	}
	ck_assert_uint_gt(c->packets, 0);
	ck_assert_uint_eq(c->packets, n);
	ck_assert_uint_eq(c->bytes, bytes);
	ck_assert_uint_eq(c->first, first);
	ck_assert_uint_eq(c->last, last);
}

/* Packets in the pair's contacts and evidence: nothing may be lost or counted twice. */
static guint32
counted_packets(const Packets *packets, const Address *source, const Address *target)
{
	guint32 n = 0;

	for (guint i = 0; i < PACKETS; i++) {
		const Observation *o = packets->items + i;
		if (is_of(packets, o, source, target) &&
			(!(o->observed & OBSERVED_OUT) || o->kind == KIND_ERROR_OUT))
			n++;
	}
	return n;
}

static void
check_table(const Packets *packets, Table *table)
{
	Feed *feed = table_feed(table);
	guint32 seen = 0;
	Address last_source = {0};

	while (feed->methods->next_source(feed, NULL)) {
		guint n_traits;
		Address last_target = {0};

		ck_assert_int_lt(address_compare(&last_source, &feed->source), 0);
		last_source = feed->source;
		while (feed->methods->next_pair(feed, NULL)) {
			Pair pair = feed->pair;
			Contact *rows = g_new(Contact, pair.n_contacts + 1);
			guint64 counted = 0;

			ck_assert_int_lt(address_compare(&last_target, &pair.target), 0);
			last_target = pair.target;
			if (pair.n_contacts)
				memcpy(rows, pair.contacts, pair.n_contacts * sizeof *rows);
			settle_pair(&pair, rows, settle_join(rows, pair.n_contacts));
			Truth t = truth_of(packets, &feed->source, &pair.target);
			ck_assert_uint_eq(pair.facts, t.facts);
			ck_assert_uint_eq(pair.udp_in, t.udp_in);
			ck_assert_uint_eq(pair.udp_out, t.udp_out);
			for (guint32 i = 0; i < pair.n_contacts; i++) {
				check_contact(
					packets, &feed->source, &pair, &t, pair.contacts + i);
				counted += pair.contacts[i].packets;
			}
			ck_assert_uint_eq(
				counted, counted_packets(packets, &feed->source, &pair.target));
			seen += t.n;
			g_free(rows);
		}
		feed->methods->traits(feed, &n_traits);
	}
	ck_assert_uint_eq(seen, PACKETS);
	feed_free(feed);
}

START_TEST(a_table_says_of_every_pair_what_its_packets_say)
{
	GRand *rand = g_rand_new_with_seed((guint32)_i);
	Packets *packets = g_new0(Packets, 1);
	HashKey key;

	hash_key_draw(&key);
	for (guint i = 0; i < PACKETS; i++)
		packets->items[i] = draw(rand, packets);
	Table *table = table_new(HOUR_AT, &key, NULL, 0);
	const ObservationList list = {packets->items, PACKETS, packets->v6, packets->n_v6};
	table_add(table, &list);
	check_table(packets, table);
	table_free(table);
	g_free(packets);
	g_rand_free(rand);
}
END_TEST

/* What a table holds, settled, as text: a line a pair and a line a contact. */
static char *
table_text(Table *table)
{
	Feed *feed = table_feed(table);
	GString *text = g_string_new(NULL);

	while (feed->methods->next_source(feed, NULL)) {
		guint n_traits;
		while (feed->methods->next_pair(feed, NULL)) {
			Pair pair = feed->pair;
			Contact *rows = g_new(Contact, pair.n_contacts + 1);
			if (pair.n_contacts)
				memcpy(rows, pair.contacts, pair.n_contacts * sizeof *rows);
			settle_pair(&pair, rows, settle_join(rows, pair.n_contacts));
			g_string_append_printf(text, "%x > %x %x %x\n", (guint)feed->source.low,
				(guint)pair.target.low, pair.facts, pair.answered);
			for (guint32 i = 0; i < pair.n_contacts; i++)
				g_string_append_printf(text, " %u %u %x %u\n", rows[i].kind,
					rows[i].port, rows[i].answered, (guint)rows[i].packets);
			g_free(rows);
		}
		feed->methods->traits(feed, &n_traits);
	}
	feed_free(feed);
	return g_string_free(text, FALSE);
}

START_TEST(it_does_not_matter_in_what_pieces_packets_come)
{
	GRand *rand = g_rand_new_with_seed((guint32)_i + 100);
	Packets *packets = g_new0(Packets, 1);
	HashKey key;
	Table *whole, *pieces;

	hash_key_draw(&key);
	for (guint i = 0; i < PACKETS; i++)
		packets->items[i] = draw(rand, packets);
	whole = table_new(HOUR_AT, &key, NULL, 0);
	pieces = table_new(HOUR_AT, &key, NULL, 0);
	const ObservationList list = {packets->items, PACKETS, packets->v6, packets->n_v6};
	table_add(whole, &list);
	for (guint32 done = 0; done < PACKETS;) {
		guint32 n = MIN((guint32)g_rand_int_range(rand, 1, 20), PACKETS - done);
		const ObservationList piece = {
			packets->items + done, n, packets->v6, packets->n_v6};
		table_add(pieces, &piece);
		done += n;
	}
	g_autofree char *text = table_text(whole), *text_of_pieces = table_text(pieces);
	ck_assert_str_eq(text, text_of_pieces);
	table_free(whole);
	table_free(pieces);
	g_free(packets);
	g_rand_free(rand);
}
END_TEST

/* One contact's rows as they come to settle_pair, and what must stand of them. */
typedef struct {
	const char *what;
	guint16 facts;
	Contact rows[4];
	guint n_rows;
	guint8 answered;       /* of the pair */
	guint8 first_answered; /* of the first contact left */
	guint32 left;
} SettleCase;

static const SettleCase settle_cases[] = {
	{"a SYN, a SYN-ACK, an ACK: completed", FACT_IN_SYN | FACT_OUT_TCP,
		{{.kind = KIND_SYN, .port = 80, .packets = 1},
			{.kind = KIND_ACK, .port = 80, .packets = 1, .last = 9},
			{.kind = KIND_ANSWER_SYNACK, .port = 80, .packets = 1, .first = 5}},
		3, ANSWER_SYNACK | ANSWER_COMPLETED, ANSWER_SYNACK | ANSWER_COMPLETED, 2},
	{"an ACK before the SYN completes nothing", FACT_IN_SYN | FACT_OUT_TCP,
		{{.kind = KIND_SYN, .port = 80, .packets = 1, .first = 5},
			{.kind = KIND_ACK, .port = 80, .packets = 1, .last = 4},
			{.kind = KIND_ANSWER_SYNACK, .port = 80, .packets = 1, .first = 5}},
		3, ANSWER_SYNACK, ANSWER_SYNACK, 2},
	{"an ACK to another port completes nothing", FACT_IN_SYN | FACT_OUT_TCP,
		{{.kind = KIND_SYN, .port = 80, .packets = 1},
			{.kind = KIND_ACK, .port = 81, .packets = 1, .last = 9},
			{.kind = KIND_ANSWER_SYNACK, .port = 80, .packets = 1, .first = 5}},
		3, ANSWER_SYNACK, ANSWER_SYNACK, 2},
	{"a reset after the SYN-ACK: half-open", FACT_IN_SYN | FACT_OUT_TCP,
		{{.kind = KIND_SYN, .port = 80, .packets = 1},
			{.kind = KIND_RST, .port = 4000, .packets = 1, .last = 9},
			{.kind = KIND_ANSWER_SYNACK, .port = 80, .packets = 1, .first = 5}},
		3, ANSWER_SYNACK | ANSWER_HALFOPEN, ANSWER_SYNACK | ANSWER_HALFOPEN, 2},
	{"a SYN-ACK noted in the SYN's contact counts as one of its own",
		FACT_IN_SYN | FACT_OUT_TCP,
		{{.kind = KIND_SYN, .port = 80, .packets = 1, .answered = ANSWER_SYNACK},
			{.kind = KIND_FINACK, .port = 80, .packets = 1, .last = 9}},
		2, ANSWER_SYNACK | ANSWER_COMPLETED, ANSWER_SYNACK | ANSWER_COMPLETED, 2},
	{"a reset noted in a contact is told to all of its port", 0,
		{{.kind = KIND_NULL, .port = 21, .packets = 1, .answered = ANSWER_RST},
			{.kind = KIND_FIN, .port = 21, .packets = 1}},
		2, ANSWER_RST, ANSWER_RST, 2},
	{"a lone response of a conversation gives up its port", FACT_OUT_TCP | FACT_IN_RESPONSE,
		{{.kind = KIND_ACK, .port = 4000, .packets = 1}}, 1, 0, 0, 1},
	{"a reset from the port probed: closed", 0,
		{{.kind = KIND_FIN, .port = 21, .packets = 1},
			{.kind = KIND_ANSWER_RST, .port = 21, .packets = 1}},
		2, ANSWER_RST, ANSWER_RST, 1},
	{"a reset from another port is the pair's, not the contact's", 0,
		{{.kind = KIND_FIN, .port = 21, .packets = 1},
			{.kind = KIND_ANSWER_RST, .port = 22, .packets = 1}},
		2, ANSWER_RST, 0, 1},
	{"an error quoting the datagram answers it", FACT_IN_UDP,
		{{.kind = KIND_UDP, .port = 53, .packets = 1},
			{.kind = KIND_ANSWER_UNREACH, .port = 53, .packets = 1}},
		2, ANSWER_UNREACH, ANSWER_UNREACH, 1},
	{"a UDP answer alone is no contact", FACT_OUT_UDP,
		{{.kind = KIND_UDP, .port = 53, .answered = ANSWER_UDP},
			{.kind = KIND_UDP_OUT, .packets = 1, .first = 5}},
		2, 0, 0, 0},
	{"UDP of which the first was inbound keeps its port", FACT_IN_UDP | FACT_OUT_UDP,
		{{.kind = KIND_UDP,
			 .port = 53,
			 .packets = 1,
			 .first = 4,
			 .answered = ANSWER_UDP},
			{.kind = KIND_UDP, .port = 54, .packets = 1, .first = 9},
			{.kind = KIND_UDP_OUT, .packets = 1, .first = 5}},
		3, ANSWER_UDP, ANSWER_UDP, 2},
	{"UDP of which the first was outbound lies together under port 0",
		FACT_IN_UDP | FACT_OUT_UDP,
		{{.kind = KIND_UDP, .port = 53, .packets = 1, .first = 5},
			{.kind = KIND_UDP, .port = 54, .packets = 1, .first = 9},
			{.kind = KIND_UDP_OUT, .packets = 1, .first = 5}},
		3, 0, 0, 1},
};

START_TEST(a_pair_is_settled_as_its_whole_hour_says)
{
	const SettleCase *c = settle_cases + _i;
	Contact rows[4];
	Pair pair = {.facts = c->facts};

	memcpy(rows, c->rows, sizeof rows);
	settle_pair(&pair, rows, settle_join(rows, c->n_rows));
	ck_assert_msg(pair.answered == c->answered, "%s: pair answered %#x, not %#x", c->what,
		pair.answered, c->answered);
	ck_assert_msg(pair.n_contacts == c->left, "%s: %u contacts, not %u", c->what,
		pair.n_contacts, c->left);
	if (c->left)
		ck_assert_msg(rows[0].answered == c->first_answered, "%s: contact answered %#x",
			c->what, rows[0].answered);
}
END_TEST

/* Question and answer, in one batch or `apart` packets from each other: the answer must be told
 * by the port that was asked. */
START_TEST(an_answer_by_udp_is_told_by_port_however_near_the_question)
{
	enum { APART = 100 };
	Observation items[APART + 2] = {{0}};
	guint32 n = _i ? APART + 2 : 2;
	HashKey key;
	guint told = 0;

	for (guint32 i = 0; i < n; i++)
		items[i] = (Observation){.time = HOUR_AT + i,
			.external = 7 + i,
			.internal = 9,
			.sport = 4000,
			.dport = 53,
			.kind = KIND_UDP};
	items[n - 1] = (Observation){.time = HOUR_AT + n,
		.external = 7,
		.internal = 9,
		.sport = 53,
		.dport = 4000,
		.kind = KIND_UDP,
		.observed = OBSERVED_OUT};
	hash_key_draw(&key);
	Table *table = table_new(HOUR_AT, &key, NULL, 0);
	table_add(table, &(ObservationList){items, n, NULL, 0});
	Feed *feed = table_feed(table);
	ck_assert(feed->methods->next_source(feed, NULL));
	ck_assert(feed->methods->next_pair(feed, NULL));
	for (guint32 i = 0; i < feed->pair.n_contacts; i++) {
		const Contact *c = feed->pair.contacts + i;
		told += c->kind == KIND_UDP && c->port == 53 && c->answered == ANSWER_UDP;
	}
	ck_assert_uint_eq(told, 1);
	feed_free(feed);
	table_free(table);
}
END_TEST

int
main(void)
{
	Suite *suite = suite_create("table");
	TCase *tests = tcase_create("table");
	SRunner *runner;

	tcase_set_timeout(tests, 60);
	tcase_add_loop_test(tests, a_table_says_of_every_pair_what_its_packets_say, 1, 9);
	tcase_add_loop_test(tests, it_does_not_matter_in_what_pieces_packets_come, 0, 4);
	tcase_add_loop_test(
		tests, a_pair_is_settled_as_its_whole_hour_says, 0, G_N_ELEMENTS(settle_cases));
	tcase_add_loop_test(
		tests, an_answer_by_udp_is_told_by_port_however_near_the_question, 0, 2);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	int failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
