/*
 * What must not be called a stealth scan or a gap: clients that give up, numbers that other
 * packets of the source used; and the counting of ports window by window.
 */
#include "config.h"

#include "tests/maker.h"
#include "tests/suite.h"

#include <string.h>

#include "common/hour.h"
#include "tally/bare.h"

static gboolean
is_told(Maker *maker, const char *detector)
{
	g_autoptr(GPtrArray) findings = maker_find(maker);

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		for (guint k = 0; k < finding->windows->len; k++)
			if (strcmp(finding_window(finding, k)->detector->name, detector) == 0)
				return TRUE;
	}
	return FALSE;
}

static void
add_syns(Maker *maker, guint first, guint targets, guint8 answered)
{
	for (guint t = first; t < first + targets; t++) {
		PairHour *pair = maker_add(maker, t, 5, KIND_SYN, 1);
		pair->answered = maker_contacts(maker, pair)->answered = answered;
		if (answered & ANSWER_SYNACK)
			pair->facts |= FACT_OUT_TCP;
	}
}

/* Targets that stay silent, that the source resets, and with which it completes a handshake. */
static const struct {
	const char *what;
	guint silent, reset, completed;
	guint16 payload;
	gboolean is_found;
} halves[] = {
	{"a crawler that gives up slow hosts", 10, 2, 2, 400, FALSE},
	{"the same without a word", 10, 2, 2, 0, TRUE},
	{"six resets and data", 10, 6, 2, 400, FALSE},
	{"seven: who asks what it found open", 10, 7, 2, 400, TRUE},
	{"more conversations than resets", 10, 7, 8, 400, FALSE},
};

START_TEST(who_sends_data_is_half_open_by_many_resets_alone)
{
	g_autoptr(Maker) maker = maker_new();

	add_syns(maker, 1, halves[_i].silent, 0);
	add_syns(maker, 50, halves[_i].reset, ANSWER_SYNACK | ANSWER_HALFOPEN);
	add_syns(maker, 100, halves[_i].completed, ANSWER_SYNACK | ANSWER_COMPLETED);
	maker_trait(maker, 5, KIND_SYN);
	Trait *trait = maker_trait(maker, 5, KIND_ACK);
	trait->payload_min = 0;
	trait->payload_max = halves[_i].payload;
	ck_assert_msg(is_told(maker, "stealth") == halves[_i].is_found, "%s", halves[_i].what);
}
END_TEST

/* Five SYNs with IP IDs 100 to 108, beside them so many packets of a kind; source ports out of
 * order unless told. */
static const struct {
	const char *what;
	Kind kind;
	guint packets;
	guint16 first, last; /* IP IDs or source ports of these */
	gboolean by_ports;
	gboolean is_found;
} others[] = {
	{"SYNs alone", KIND_RST, 0, 0, 0, FALSE, TRUE},
	{"resets of half-open probes between them", KIND_RST, 4, 101, 107, FALSE, FALSE},
	{"more resets than numbers", KIND_RST, 9, 101, 107, FALSE, FALSE},
	{"resets for all but one", KIND_RST, 3, 101, 107, FALSE, TRUE},
	{"ACKs with numbers of their own", KIND_ACK, 4, 39426, 39426, FALSE, TRUE},
	{"numbers just before", KIND_RST, 4, 96, 99, FALSE, TRUE},
	{"numbers that begin with the last", KIND_RST, 4, 108, 111, FALSE, FALSE},
	{"FINs between them, by source port", KIND_FIN, 4, 101, 107, TRUE, FALSE},
	{"UDP between them, by source port", KIND_UDP, 4, 101, 107, TRUE, FALSE},
	{"resets go from the SYNs' own ports", KIND_RST, 4, 101, 107, TRUE, TRUE},
};

START_TEST(numbers_that_other_packets_used_are_no_gap)
{
	g_autoptr(Maker) maker = maker_new();
	Trait *trait = maker_trait(maker, 5, KIND_SYN);

	maker_add(maker, 1, 5, KIND_SYN, 5);
	*(others[_i].by_ports ? &trait->sport_min : &trait->id_min) = 100;
	*(others[_i].by_ports ? &trait->sport_max : &trait->id_max) = 108;
	*(others[_i].by_ports ? &trait->sport_step_min : &trait->id_step_min) = 2;
	*(others[_i].by_ports ? &trait->sport_step_max : &trait->id_step_max) = 2;
	trait->seen = TRAIT_ID | TRAIT_PORTS;
	if (others[_i].packets > 0) {
		maker_add_contact(maker, others[_i].kind, 0)->packets = others[_i].packets;
		trait = maker_trait(maker, 5, others[_i].kind);
		trait->seen = TRAIT_ID | TRAIT_PORTS;
		trait->id_min = trait->sport_min = others[_i].first;
		trait->id_max = trait->sport_max = others[_i].last;
	}
	ck_assert_msg(is_told(maker, "gap") == others[_i].is_found, "%s", others[_i].what);
}
END_TEST

/* What any hour of one target holds: nothing, ACKs from one port, ACKs from several, or a
 * conversation; ports by lot. */
static void
add_hour(Maker *maker, GRand *lot, int hour)
{
	int what = g_rand_int_range(lot, 0, 12);

	if (what < 5)
		return;
	if (what == 5) {
		maker_add(maker, 1, hour, KIND_SYN, 1);
		return;
	}
	PairHour *pair =
		maker_add(maker, 1, hour, KIND_ACK, (guint)g_rand_int_range(lot, 1, 5));
	maker_move_ports(maker, pair, (guint)g_rand_int_range(lot, 1018, 1030));
	Trait *trait = maker_trait(maker, hour, KIND_ACK);
	trait->sport_min = 80;
	trait->sport_max = what < 9 ? 80 : 81;
}

/* Oracle: each window by itself, its hours with ACKs as a set of ports. */
static guint
count_slowly(const SourceFacts *facts, gint64 start, gint64 length)
{
	g_autoptr(GHashTable) ports = g_hash_table_new(NULL, NULL);
	gboolean counts = FALSE;

	for (guint32 i = 0; i < facts->n_pairs; i++) {
		const PairHour *pair = &facts->pairs[i];
		if (pair->hour < start - HOUR_SECONDS || pair->hour >= start + length)
			continue;
		if (pair->facts & FACT_CONVERSATION)
			return 0;
		if (pair->hour < start)
			continue;
		for (guint32 k = 0; k < facts->n_traits; k++)
			counts |= facts->traits[k].hour == pair->hour &&
				  facts->traits[k].trait.sport_max == 81;
		for (guint32 k = 0; k < pair->n_contacts; k++) {
			guint port = facts->contacts[pair->contacts + k].port;
			g_hash_table_add(ports, GUINT_TO_POINTER(port));
			counts |= port < 1024;
		}
	}
	return counts ? g_hash_table_size(ports) : 0;
}

START_TEST(ports_are_counted_as_if_each_window_stood_alone)
{
	g_autoptr(GRand) lot = g_rand_new_with_seed((guint32)_i);
	g_autoptr(BarePorts) counter = bare_ports_new();
	g_autoptr(Maker) maker = maker_new();
	gint64 length = (_i % 3 == 0 ? 1 : 6) * HOUR_SECONDS;
	guint enough = 1 + (guint)_i % 7, found = 0;

	for (int hour = 0; hour < 60; hour++)
		add_hour(maker, lot, hour);
	Subject subject = subject_of(maker_facts(maker), 1, 32, 0);
	g_autoptr(GArray) rows = subject_rows(&subject);
	const SubjectRow *row = (const SubjectRow *)(gpointer)rows->data;
	g_autoptr(GArray) starts = g_array_new(FALSE, FALSE, sizeof(gint64));
	/* twice: the first target leaves nothing behind for the second */
	bare_ports_find(counter, row, rows->len, length, enough, starts);
	g_array_set_size(starts, 0);
	bare_ports_find(counter, row, rows->len, length, enough, starts);

	for (guint i = 0; i < rows->len; i++) {
		gint64 start = row[i].pair->hour + HOUR_SECONDS - length;
		guint ports = count_slowly(row[i].member, start, length);
		ck_assert_uint_eq(bare_ports_in(counter, row, rows->len, start, length), ports);
		if (ports < enough || !bare_has_acks(&row[i]))
			continue;
		ck_assert_uint_lt(found, starts->len);
		ck_assert_int_eq(g_array_index(starts, gint64, found), start);
		found++;
	}
	ck_assert_uint_eq(found, starts->len);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, who_sends_data_is_half_open_by_many_resets_alone, 0,
		G_N_ELEMENTS(halves));
	tcase_add_loop_test(
		tests, numbers_that_other_packets_used_are_no_gap, 0, G_N_ELEMENTS(others));
	tcase_add_loop_test(tests, ports_are_counted_as_if_each_window_stood_alone, 0, 200);
}

int
main(void)
{
	return suite_run("detect-stealth", add_tests);
}
