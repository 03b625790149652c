/*
 * SYN floods, out of tallies on disk through all of a Detection. Oracle of the cases: DESIGN
 * section 3 and what flood.h says of pieces, by hand beside each case; of the property tests:
 * all rows counted in memory.
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "common/hour.h"
#include "tally/flood.h"
#include "tests/suite.h"
#include "tests/written.h"

enum {
	MS_NS = 1000000,
	HOUR_MS = 3600 * 1000,
	TARGETS = 3, /* of random tallies, like the hours */
	HOURS = 3,
	LINE_SIZE = 64,
};

/* SYNs of several sources; 0 sources: the end of a list. */
typedef struct {
	guint sources, first; /* so many, from this number on */
	guint target;         /* 192.0.2.x, 2001:db8::x */
	guint start;          /* ms since midnight: the first packet of the first source */
	guint length;         /* ms from the first packet of each to its last */
	guint apart;          /* ms between one source and the next */
	guint packets;        /* of each contact */
	guint ports;          /* of the target, a contact each; 0: one */
	guint port_step;      /* each source asks for ports so many further on */
	guint targets;        /* from `target` on; 0: one */
	guint8 answered;
	guint8 also;      /* a packet of this kind comes besides, unless it is 0 */
	guint also_ports; /* to so many ports; 0: one */
	gboolean v6;      /* two sources in each /64 */
} Burst;

static Address
source_of(guint number, gboolean v6)
{
	if (v6)
		return (Address){
			G_GUINT64_CONSTANT(0x2a00000000000000) + number / 2, number % 2, 6};
	return address_from_v4(0xc6120000 + number); /* 198.18.0.0 */
}

static Address
target_of(guint number, gboolean v6)
{
	if (v6)
		return (Address){G_GUINT64_CONSTANT(0x20010db800000000), number, 6};
	return address_from_v4(0xc0000200 + number);
}

static void
add_source(Written *written, const Burst *burst, guint number)
{
	guint start = burst->start + number * burst->apart;
	Address source = source_of(burst->first + number, burst->v6);
	Contact contact = {.first = (guint64)(start % HOUR_MS) * MS_NS,
		.packets = burst->packets,
		.bytes = 40 * burst->packets,
		.answered = burst->answered};

	int hour = (int)(start / HOUR_MS);

	contact.last = contact.first + (guint64)burst->length * MS_NS;
	for (guint k = 0; k < MAX(burst->targets, 1); k++) {
		Address target = target_of(burst->target + k, burst->v6);
		contact.kind = KIND_SYN;
		for (guint i = 0; i < MAX(burst->ports, 1); i++) {
			contact.port = (guint16)(80 + number * burst->port_step + i);
			written_add(written, &source, &target, hour, &contact);
		}
		contact.kind = burst->also;
		for (guint i = 0; burst->also != 0 && i < MAX(burst->also_ports, 1); i++) {
			contact.port = (guint16)(80 + i);
			written_add(written, &source, &target, hour, &contact);
		}
	}
}

static void
add_bursts(Written *written, const Burst *bursts, gsize n)
{
	for (gsize i = 0; i < n && bursts[i].sources > 0; i++)
		for (guint k = 0; k < bursts[i].sources; k++)
			add_source(written, &bursts[i], k);
	written_close(written);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* "1 +0h 120 from 80; 2 ..." sorted. */
static char *
join_lines(GPtrArray *lines)
{
	g_ptr_array_sort(lines, compare_texts);
	g_ptr_array_add(lines, NULL);
	return g_strjoinv("; ", (char **)lines->pdata);
}

static void
add_line(GPtrArray *lines, const Address *target, gint64 hour, guint64 syns, guint64 sources)
{
	g_ptr_array_add(
		lines, g_strdup_printf("%u +%dh %u from %u", (guint)(target->low & 0xff),
			       (int)((hour - WRITTEN_MIDNIGHT) / HOUR_SECONDS), (guint)syns,
			       (guint)sources));
}

/* Of each flood the target, the hour of the fullest ten seconds, the SYNs in these, the
 * sources. */
static char *
tell_floods(const GPtrArray *findings)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		const FindingWindow *window = finding_window(finding, 0);
		if (window->detector != &detect_flood)
			continue;
		ck_assert_int_eq(finding->scope, SCOPE_TARGET);
		ck_assert_int_eq(finding->verdict, VERDICT_FLOOD);
		add_line(lines, &window->target, window->start, window->count,
			finding->n_sources);
	}
	return join_lines(lines);
}

static const struct {
	const char *what;
	Burst bursts[4];
	const char *expected;
} cases[] = {
	{"99 SYNs within five seconds",
		{{.sources = 99, .target = 1, .start = 10000, .packets = 1}}, ""},
	{"100 SYNs within five seconds, one from each source",
		{{.sources = 100, .target = 1, .start = 10000, .packets = 1}},
		"1 +0h 100 from 100"},
	{"100 SYNs of one source",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 100}},
		"1 +0h 100 from 1"},
	{"100 within ten seconds, in two pieces",
		{{.sources = 50, .target = 1, .start = 10000, .packets = 1},
			{.sources = 50,
				.first = 50,
				.target = 1,
				.start = 19999,
				.packets = 1}},
		"1 +0h 100 from 100"},
	{"the last of them in the emptier piece",
		{{.sources = 70, .target = 1, .start = 10000, .packets = 1},
			{.sources = 30,
				.first = 70,
				.target = 1,
				.start = 15000,
				.packets = 1}},
		"1 +0h 100 from 100"},
	{"the last of them in the emptier piece, which is the earlier",
		{{.sources = 99, .target = 1, .start = 15000, .packets = 1},
			{.sources = 1, .first = 99, .target = 1, .start = 10000, .packets = 1}},
		"1 +0h 100 from 100"},
	{"100 within nine seconds, but in pieces apart",
		{{.sources = 50, .target = 1, .start = 12000, .packets = 1},
			{.sources = 50,
				.first = 50,
				.target = 1,
				.start = 21000,
				.packets = 1}},
		""},
	{"in the hour's first and last piece",
		{{.sources = 100, .target = 1, .start = 0, .packets = 1},
			{.sources = 100,
				.first = 100,
				.target = 2,
				.start = HOUR_MS - 1,
				.packets = 1}},
		"1 +0h 100 from 100; 2 +0h 100 from 100"},
	{"100 evenly within ten seconds",
		{{.sources = 100, .target = 1, .start = 10000, .apart = 100, .packets = 1}},
		"1 +0h 100 from 100"},
	{"100 spread over a minute",
		{{.sources = 100, .target = 1, .start = 10000, .apart = 600, .packets = 1}},
		""},
	{"1,000 of one contact within a hundred seconds",
		{{.sources = 1, .target = 1, .length = 99999, .packets = 1000}},
		"1 +0h 100 from 1"},
	{"980 of one contact within a hundred seconds",
		{{.sources = 1, .target = 1, .length = 99999, .packets = 980}}, ""},
	{"under a tenth completed",
		{{.sources = 109, .target = 1, .start = 10000, .packets = 1},
			{.sources = 12,
				.first = 109,
				.target = 1,
				.start = 10000,
				.packets = 1,
				.answered = ANSWER_SYNACK | ANSWER_COMPLETED}},
		"1 +0h 109 from 121"},
	{"a tenth completed",
		{{.sources = 108, .target = 1, .start = 10000, .packets = 1},
			{.sources = 12,
				.first = 108,
				.target = 1,
				.start = 10000,
				.packets = 1,
				.answered = ANSWER_SYNACK | ANSWER_COMPLETED}},
		""},
	{"what was completed does not count as come to nothing",
		{{.sources = 99, .target = 1, .start = 10000, .packets = 1},
			{.sources = 9,
				.first = 99,
				.target = 1,
				.start = 10000,
				.packets = 1,
				.answered = ANSWER_SYNACK | ANSWER_COMPLETED}},
		""},
	{"half-open probes come to nothing",
		{{.sources = 100,
			.target = 1,
			.start = 10000,
			.packets = 1,
			.answered = ANSWER_SYNACK | ANSWER_HALFOPEN}},
		"1 +0h 100 from 100"},
	{"sources that go on to acknowledge",
		{{.sources = 100, .target = 1, .start = 10000, .packets = 9, .also = KIND_ACK}},
		""},
	{"sources that close what they opened",
		{{.sources = 100,
			.target = 1,
			.start = 10000,
			.packets = 9,
			.also = KIND_FINACK}},
		""},
	{"sources that reset what they opened have not gone on",
		{{.sources = 100, .target = 1, .start = 10000, .packets = 1, .also = KIND_RST}},
		"1 +0h 100 from 100"},
	{"19 ports of one source",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 6, .ports = 19}},
		"1 +0h 114 from 1"},
	{"20 ports of one source are a port scan",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 6, .ports = 20}}, ""},
	{"a port scan adds nothing to a flood",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 1, .ports = 20},
			{.sources = 99, .first = 1, .target = 1, .start = 10000, .packets = 1}},
		""},
	{"over the turn of an hour",
		{{.sources = 120, .target = 1, .start = HOUR_MS - 1000, .packets = 1},
			{.sources = 130,
				.first = 60,
				.target = 1,
				.start = HOUR_MS,
				.packets = 1}},
		"1 +0h 250 from 190"},
	{"in hours that do not follow each other",
		{{.sources = 120, .target = 1, .start = 1000, .packets = 1},
			{.sources = 120, .target = 1, .start = 2 * HOUR_MS, .packets = 1}},
		"1 +0h 120 from 120; 1 +2h 120 from 120"},
	{"half on either side of the turn of an hour",
		{{.sources = 60, .target = 1, .start = HOUR_MS - 1, .packets = 1},
			{.sources = 60,
				.first = 60,
				.target = 1,
				.start = HOUR_MS,
				.packets = 1}},
		"1 +0h 120 from 120"},
	{"two targets",
		{{.sources = 100, .target = 1, .start = 10000, .packets = 1},
			{.sources = 101, .target = 2, .start = 10000, .packets = 1}},
		"1 +0h 100 from 100; 2 +0h 101 from 101"},
	{"an IPv6 target, two sources in each /64",
		{{.sources = 100, .target = 1, .start = 10000, .packets = 1, .v6 = TRUE}},
		"1 +0h 100 from 50"},
	{"one of them swept 63 targets besides",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 1, .targets = 64},
			{.sources = 99, .first = 1, .target = 1, .start = 10000, .packets = 1}},
		"1 +0h 100 from 100"},
	{"one of them swept 64 targets besides",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 1, .targets = 65},
			{.sources = 99, .first = 1, .target = 1, .start = 10000, .packets = 1}},
		"1 +0h 100 from 100"},
	{"most of them swept 64 targets besides",
		{{.sources = 60, .target = 1, .start = 10000, .packets = 1, .targets = 65},
			{.sources = 40,
				.first = 60,
				.target = 1,
				.start = 10000,
				.packets = 1}},
		""},
	{"a sweep of many SYNs each is a flood of many",
		{{.sources = 1, .target = 1, .start = 10000, .packets = 4, .targets = 65},
			{.sources = 96, .first = 1, .target = 1, .start = 10000, .packets = 1}},
		"1 +0h 100 from 97"},
};

START_TEST(floods_are_found_from_their_threshold)
{
	g_autoptr(Written) written = written_new();
	g_autoptr(GError) error = NULL;

	add_bursts(written, cases[_i].bursts, G_N_ELEMENTS(cases[_i].bursts));
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, &error);
	ck_assert_msg(findings != NULL, "%s", error ? error->message : "");
	g_autofree char *told = tell_floods(findings);
	ck_assert_msg(strcmp(told, cases[_i].expected) == 0, "%s: %s", cases[_i].what, told);
}
END_TEST

START_TEST(a_flood_of_many_ports_counts_them_all)
{
	const Burst bursts[] = {
		{.sources = 300, .target = 1, .start = 10000, .packets = 1, .port_step = 1},
		{.sources = 300,
			.first = 200,
			.target = 1,
			.start = HOUR_MS,
			.packets = 1,
			.port_step = 2},
	};
	g_autoptr(Written) written = written_new();

	add_bursts(written, bursts, G_N_ELEMENTS(bursts));
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, NULL);
	ck_assert_uint_eq(findings->len, 1);
	const Finding *finding = findings->pdata[0];
	/* 80 to 379, and every other one to 678 */
	ck_assert_uint_eq(finding->profile->n_ports, 450);
}
END_TEST

START_TEST(a_flood_of_many_sources_lists_some_and_counts_all)
{
	const Burst burst = {.sources = 300, .target = 1, .start = 10000, .packets = 2};
	g_autoptr(Written) written = written_new();

	add_bursts(written, &burst, 1);
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, NULL);
	ck_assert_uint_eq(findings->len, 1);
	const Finding *finding = findings->pdata[0];
	ck_assert_uint_eq(finding->n_sources, 300);
	ck_assert_uint_eq(finding->sources->len, GROUP_SOURCES_MAX);
	ck_assert_uint_eq(finding->profile->packets, 600);
	for (guint i = 0; i < finding->sources->len; i++) {
		const FindingSource *source =
			&g_array_index(finding->sources, FindingSource, i);
		ck_assert_uint_eq(source->source.low, 0xc6120000 + i);
		ck_assert_uint_eq(source->hosts, 1);
		ck_assert_uint_eq(source->packets, 2);
	}
}
END_TEST

static gboolean
says(const Finding *finding, const char *text)
{
	for (guint i = 0; i < finding->evidence->len; i++)
		if (strstr(g_array_index(finding->evidence, Evidence, i).text, text))
			return TRUE;
	return FALSE;
}

START_TEST(a_flood_says_what_its_sources_have_in_common)
{
	const Burst burst = {.sources = 120, .target = 1, .start = 10000, .packets = 1};
	g_autoptr(Written) written = written_new();

	add_bursts(written, &burst, 1);
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, NULL);
	ck_assert_uint_eq(findings->len, 1);
	ck_assert(says(findings->pdata[0],
		"120 SYNs that came to nothing at 192.0.2.1 within 10 s from "
		"2017-09-10T00:00:10Z"));
	ck_assert(says(findings->pdata[0], "0 of 120 SYNs completed a handshake"));
	ck_assert(says(findings->pdata[0], "hardly a source sent a second one"));
	ck_assert(says(findings->pdata[0], "TTL 60 from all 120 sources"));
}
END_TEST

/* The sources of findings that no flood tells: the last octet of each. */
static char *
tell_others(const GPtrArray *findings)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		if (finding_window(finding, 0)->detector != &detect_flood)
			g_ptr_array_add(
				lines, g_strdup_printf("%s of %u",
					       finding_window(finding, 0)->detector->name,
					       (guint)finding->profile->source.low & 0xff));
	}
	return join_lines(lines);
}

START_TEST(a_flood_tells_what_its_sources_did_to_its_target_and_nothing_else)
{
	const Burst bursts[] = {
		{.sources = 100, .target = 1, .start = 10000, .packets = 1},
		/* UDP to many ports of the flood's target alone; of that and of another; by
		 * no flooder */
		{.sources = 1,
			.first = 100,
			.target = 1,
			.start = 10000,
			.packets = 1,
			.also = KIND_UDP,
			.also_ports = 20},
		{.sources = 1,
			.first = 101,
			.target = 1,
			.start = 10000,
			.packets = 1,
			.targets = 2,
			.also = KIND_UDP,
			.also_ports = 20},
		{.sources = 1,
			.first = 102,
			.target = 1,
			.start = 10000,
			.packets = 1,
			.ports = 20},
	};
	g_autoptr(Written) written = written_new();

	add_bursts(written, bursts, G_N_ELEMENTS(bursts));
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, NULL);
	g_autofree char *floods = tell_floods(findings);
	g_autofree char *others = tell_others(findings);
	ck_assert_str_eq(floods, "1 +0h 102 from 102");
	for (guint i = 0; i < findings->len; i++) {
		const Finding *finding = findings->pdata[i];
		if (finding->scope == SCOPE_TARGET)
			ck_assert(says(finding, "198.18.0.100: 21 service ports of 192.0.2.1"));
	}
	ck_assert_str_eq(others, "port-scan of 101; port-scan of 102");
}
END_TEST

START_TEST(a_detection_given_up_before_its_end_leaves_nothing_behind)
{
	const Burst burst = {.sources = 120,
		.target = 1,
		.start = 10000,
		.packets = 1,
		.targets = 8,
		.also = KIND_XMAS};
	g_autoptr(Written) written = written_new();

	add_bursts(written, &burst, 1);
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_SEEN, NULL, NULL);
	ck_assert_uint_eq(findings->len, 0);
}
END_TEST

/* Octets of every sort of place, the header's aside: the readers have it. */
static void
damage(const Written *written)
{
	for (guint i = 0; i < written->paths->len; i++) {
		FILE *file = g_fopen(written->paths->pdata[i], "r+b");
		ck_assert_ptr_nonnull(file);
		fseek(file, 0, SEEK_END);
		long size = ftell(file);
		for (long at = size / 8; at < size - 1; at += 64) {
			fseek(file, at, SEEK_SET);
			fwrite("damaged", 1, MIN(7, (size_t)(size - at)), file);
		}
		fclose(file);
	}
}

START_TEST(a_tally_that_is_damaged_meanwhile_is_an_error)
{
	const Burst bursts[] = {
		{.sources = 2000, .target = 1, .start = 10000, .apart = 3, .packets = 1},
		{.sources = 2000, .target = 1, .start = HOUR_MS, .packets = 1},
	};
	g_autoptr(Written) written = written_new();
	g_autoptr(GError) error = NULL;

	add_bursts(written, bursts, G_N_ELEMENTS(bursts));
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, damage, &error);
	ck_assert_ptr_null(findings);
	ck_assert_ptr_nonnull(error);
	ck_assert_ptr_nonnull(strstr(error->message, ".tally:"));
}
END_TEST

typedef struct {
	guint64 pieces[FLOOD_PIECES];
} Spread;

static void
add_spread(gpointer data, guint piece, guint64 syns)
{
	ck_assert_uint_lt(piece, FLOOD_PIECES);
	ck_assert_uint_gt(syns, 0);
	((Spread *)data)->pieces[piece] += syns;
}

/* Oracle: as many as there were, nowhere before the first or after the last, and as even as
 * whole packets allow. */
START_TEST(a_contact_is_spread_evenly_from_its_first_to_its_last_packet)
{
	const guint64 length = FLOOD_PIECE * SECOND_NS;
	GRand *random = g_rand_new_with_seed((guint32)_i);

	for (guint round = 0; round < 100; round++) {
		Spread spread = {{0}};
		Contact contact = {.kind = KIND_SYN,
			.first = (guint64)(g_rand_double(random) * (double)HOUR_NS)};
		contact.last = contact.first + (guint64)(g_rand_double(random) *
							 (double)(HOUR_NS - contact.first));
		contact.packets = g_rand_int(random) >> g_rand_int_range(random, 0, 32);
		const PairHour pair = {.n_contacts = 1};
		const FloodRow row = {&pair, &contact, contact.packets, 0};
		guint64 first = contact.first / length,
			last = MIN(contact.last / length, FLOOD_PIECES - 1);
		guint64 even = contact.packets / (last - first + 1), sum = 0;

		if (contact.packets > 0)
			flood_spread(&row, add_spread, &spread);
		for (guint i = 0; i < FLOOD_PIECES; i++) {
			guint64 syns = spread.pieces[i];
			sum += syns;
			if (i < first || i > last)
				ck_assert_uint_eq(syns, 0);
			else
				ck_assert(syns == even || syns == even + 1);
		}
		ck_assert_uint_eq(sum, contact.packets);
	}
	g_rand_free(random);
}
END_TEST

/* What all rows say of a target in an hour. */
typedef struct {
	Spread spread;
	guint64 syns, completed;
	GHashTable *sources; /* owned; of number */
} Count;

static void
count_rows(const Written *written, Count counts[TARGETS][HOURS])
{
	const WrittenContact *items = (const WrittenContact *)(gpointer)written->contacts->data;

	for (guint first = 0, next; first < written->contacts->len; first = next) {
		g_autoptr(GArray) contacts = g_array_new(FALSE, FALSE, sizeof(Contact));
		for (next = first; next < written->contacts->len &&
				   written_same_pair(&items[first], &items[next]);
			next++)
			g_array_append_val(contacts, items[next].contact);
		SourceFacts member = {.contacts = (const Contact *)(gpointer)contacts->data};
		PairHour pair = {.n_contacts = contacts->len};
		Count *count = &counts[items[first].target.low & 0xff][items[first].hour];
		FloodRow row;
		if (!flood_row(&member, &pair, &row))
			continue;
		flood_spread(&row, add_spread, &count->spread);
		count->syns += row.syns;
		count->completed += row.completed;
		g_hash_table_add(
			count->sources, GUINT_TO_POINTER((guint)items[first].source.low));
	}
}

/* SYNs in the fullest two pieces. */
static guint64
count_fullest(const Count *count)
{
	guint64 most = 0;

	for (guint i = 0; i + 1 < FLOOD_PIECES; i++)
		most = MAX(most, count->spread.pieces[i] + count->spread.pieces[i + 1]);
	return most;
}

static gboolean
counts_as_flood(const Count *count)
{
	return count_fullest(count) >= 100 && count->completed * 10 < count->syns;
}

static void
add_all(gpointer key, gpointer value, gpointer data)
{
	(void)value;
	g_hash_table_add(data, key);
}

/* The floods of one target: hours that follow each other are one. */
static void
list_floods(const Count counts[HOURS], guint target, GPtrArray *lines)
{
	const Address address = target_of(target, FALSE);

	for (guint first = 0, next; first < HOURS; first = next + 1) {
		g_autoptr(GHashTable) sources = g_hash_table_new(NULL, NULL);
		guint fullest = first;
		for (next = first; next < HOURS && counts_as_flood(&counts[next]); next++) {
			g_hash_table_foreach(counts[next].sources, add_all, sources);
			if (count_fullest(&counts[next]) > count_fullest(&counts[fullest]))
				fullest = next;
		}
		if (next > first)
			add_line(lines, &address, WRITTEN_MIDNIGHT + fullest * HOUR_SECONDS,
				count_fullest(&counts[fullest]), g_hash_table_size(sources));
	}
}

static char *
expect_floods(const Written *written)
{
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
	g_autofree Count(*counts)[HOURS] = g_malloc0(sizeof(Count[TARGETS][HOURS]));

	for (guint i = 0; i < TARGETS * HOURS; i++)
		counts[i / HOURS][i % HOURS].sources = g_hash_table_new(NULL, NULL);
	count_rows(written, counts);
	for (guint i = 0; i < TARGETS; i++)
		list_floods(counts[i], i, lines);
	for (guint i = 0; i < TARGETS * HOURS; i++)
		g_hash_table_unref(counts[i / HOURS][i % HOURS].sources);
	return join_lines(lines);
}

/* Sources that come about as many within about as long as makes a flood. */
static void
add_crowd(Written *written, GRand *random, guint target, guint hour)
{
	guint n = (guint)g_rand_int_range(random, 60, 130);
	guint start = hour * HOUR_MS + (guint)g_rand_int_range(random, 0, HOUR_MS - 60000);
	guint width = (guint)g_rand_int_range(random, 1, 20000);

	for (guint i = 0; i < n; i++) {
		Burst burst = {.sources = 1,
			/* each another, not in their order of time */
			.first = (i * 37 + target * 1000) % 4096,
			.target = target,
			.start = start + (guint)g_rand_int_range(random, 0, (gint32)width),
			.packets = 1};
		if (g_rand_int_range(random, 0, 20) == 0) {
			burst.packets = (guint)g_rand_int_range(random, 1, 40);
			burst.length = (guint)g_rand_int_range(random, 0, 30000);
			burst.ports = (guint)g_rand_int_range(random, 1, 22);
		}
		if (g_rand_int_range(random, 0, 12) == 0)
			burst.answered = ANSWER_SYNACK | ANSWER_COMPLETED;
		if (g_rand_int_range(random, 0, 40) == 0)
			burst.also = KIND_ACK;
		add_source(written, &burst, 0);
	}
}

START_TEST(both_looks_find_what_counting_all_rows_finds)
{
	GRand *random = g_rand_new_with_seed((guint32)_i);
	g_autoptr(Written) written = written_new();

	for (guint target = 0; target < TARGETS; target++)
		for (guint hour = 0; hour < HOURS; hour++)
			if (g_rand_int_range(random, 0, 4) > 0)
				add_crowd(written, random, target, hour);
	g_rand_free(random);
	written_close(written);
	g_autoptr(GPtrArray) findings = written_find(written, WRITTEN_FINISHED, NULL, NULL);
	ck_assert_ptr_nonnull(findings);
	g_autofree char *expected = expect_floods(written);
	g_autofree char *told = tell_floods(findings);
	ck_assert_str_eq(told, expected);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, floods_are_found_from_their_threshold, 0, (int)G_N_ELEMENTS(cases));
	tcase_add_test(tests, a_flood_of_many_ports_counts_them_all);
	tcase_add_test(tests, a_flood_of_many_sources_lists_some_and_counts_all);
	tcase_add_test(tests, a_flood_says_what_its_sources_have_in_common);
	tcase_add_test(
		tests, a_flood_tells_what_its_sources_did_to_its_target_and_nothing_else);
	tcase_add_test(tests, a_detection_given_up_before_its_end_leaves_nothing_behind);
	tcase_add_test(tests, a_tally_that_is_damaged_meanwhile_is_an_error);
	tcase_add_loop_test(
		tests, a_contact_is_spread_evenly_from_its_first_to_its_last_packet, 0, 20);
	tcase_add_loop_test(tests, both_looks_find_what_counting_all_rows_finds, 0, 60);
}

int
main(void)
{
	return suite_run("detect-flood", add_tests);
}
