/* Packets picked out of captures: what fits, in which order, how many. */
#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <unistd.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "tally/decode.h"
#include "tally/pick.h"
#include "tally/savefile.h"
#include "tests/frames.h"

/* 2017-09-10T00:00:00Z */
#define DAY_NS (G_GUINT64_CONSTANT(1505001600) * SECOND_NS)

static Home *home; /* owned */
static char *path; /* owned; of the capture at hand */
static GByteArray *capture;

static void
set_up(void)
{
	int fd = g_file_open_tmp("gnomon-pick-XXXXXX", &path, NULL);

	ck_assert_int_ge(fd, 0);
	close(fd);
	home = home_new(FRAMES_HOME, NULL);
	capture = g_byte_array_new();
}

static void
tear_down(void)
{
	g_unlink(path);
	g_free(path);
	home_free(home);
	g_byte_array_unref(capture);
}

static void
begin(guint32 link_type, gboolean nanoseconds)
{
	guint8 header[SAVEFILE_HEADER];

	savefile_header(header, link_type, nanoseconds);
	g_byte_array_set_size(capture, 0);
	g_byte_array_append(capture, header, sizeof header);
}

static void
add_octets(guint64 time, const guint8 *frame, gsize length, gboolean nanoseconds)
{
	guint8 header[SAVEFILE_RECORD];

	savefile_record(header, time, (guint32)length, (guint32)length, nanoseconds);
	g_byte_array_append(capture, header, sizeof header);
	g_byte_array_append(capture, frame, (guint)length);
}

static void
add(guint64 time, const char *text)
{
	gsize length;
	g_autofree guint8 *frame = frame_octets(text, &length);

	add_octets(time, frame, length, FALSE);
}

static void
save(void)
{
	ck_assert(g_file_set_contents(
		path, (const char *)capture->data, (gssize)capture->len, NULL));
}

static Network
network(const char *text)
{
	Network parsed;

	ck_assert_msg(network_parse(text, &parsed, NULL), "%s", text);
	return parsed;
}

/* A rule of at most one source, target and expression; NULL: any. */
static void
add_rule(
	Pick *pick, const char *source, const char *target, const char *expression, guint limit)
{
	Network from = source ? network(source) : (Network){0};
	Network to = target ? network(target) : (Network){0};
	const PickRule rule = {.sources = &from,
		.n_sources = source ? 1 : 0,
		.targets = &to,
		.n_targets = target ? 1 : 0,
		.expression = expression,
		.limit = limit};
	g_autoptr(GError) error = NULL;

	ck_assert_msg(pick_add(pick, &rule, &error), "%s", error ? error->message : "");
}

static void
read_capture(Pick *pick)
{
	g_autoptr(GError) error = NULL;

	save();
	ck_assert_msg(pick_read(pick, path, NULL, &error), "%s", error ? error->message : "");
}

#define SYN_IN IPV4("0028", "0000", "06", OUTSIDE, INSIDE) TCP("50", "02")
#define SYN_OUT IPV4("0028", "0000", "06", INSIDE, OUTSIDE) TCP("50", "02")
#define SYN_IN6 IPV6("0014", "06", OUTSIDE6, INSIDE6) TCP("50", "02")
#define STRANGER "cb007101 " /* 203.0.113.1 */

/* --- what fits */

static const struct {
	const char *name;
	guint32 link_type;
	const char *frame;
	const char *source, *target, *expression;
	gboolean fits;
} cases[] = {
	{"inbound", 1, ETHER4 SYN_IN, "198.51.100.7", NULL, NULL, TRUE},
	{"outbound", 1, ETHER4 SYN_OUT, "198.51.100.7", NULL, NULL, TRUE},
	{"another source", 1, ETHER4 SYN_IN, "198.51.100.8", NULL, NULL, FALSE},
	{"a network of sources", 1, ETHER4 SYN_IN, "198.51.100.0/29", NULL, NULL, TRUE},
	{"a network that holds a /16", 1, ETHER4 SYN_OUT, "198.0.0.0/7", NULL, NULL, TRUE},
	{"the network beside it", 1, ETHER4 SYN_IN, "198.51.100.8/29", NULL, NULL, FALSE},
	{"every source", 1, ETHER4 SYN_IN, "0.0.0.0/0", NULL, NULL, TRUE},
	{"every source of the other family", 1, ETHER4 SYN_IN, "::/0", NULL, NULL, FALSE},
	{"a target", 1, ETHER4 SYN_IN, NULL, "192.0.2.5", NULL, TRUE},
	{"a target, outbound", 1, ETHER4 SYN_OUT, NULL, "192.0.2.4/30", NULL, TRUE},
	{"another target", 1, ETHER4 SYN_IN, NULL, "192.0.2.6", NULL, FALSE},
	{"source and target", 1, ETHER4 SYN_OUT, "198.51.100.7", "192.0.2.5", NULL, TRUE},
	{"source, another target", 1, ETHER4 SYN_IN, "198.51.100.7", "192.0.2.6", NULL, FALSE},
	{"a source that is inside", 1, ETHER4 SYN_IN, "192.0.2.5", NULL, NULL, FALSE},
	{"IPv6", 1, ETHER6 SYN_IN6, "2001:db8:9::7", "2001:db8:1::/48", NULL, TRUE},
	{"a prefix of IPv6", 1, ETHER6 SYN_IN6, "2001:db8:9::/64", NULL, NULL, TRUE},
	{"another prefix of IPv6", 1, ETHER6 SYN_IN6, "2001:db8:8::/64", NULL, NULL, FALSE},
	{"a target of IPv6", 1, ETHER6 SYN_IN6, NULL, "2001:db8:1::5", NULL, TRUE},
	{"among externals", 1, ETHER4 IPV4("0014", "0000", "06", OUTSIDE, STRANGER),
		"198.51.100.7", NULL, NULL, FALSE},
	{"among internals", 1, ETHER4 IPV4("0014", "0000", "06", INSIDE, INSIDE_TOO), NULL,
		"192.0.2.5", NULL, FALSE},
	{"a later fragment", 1, ETHER4 IPV4("0028", "0010", "06", OUTSIDE, INSIDE),
		"198.51.100.7", NULL, NULL, TRUE},
	{"an error of ours to somebody else that quotes it", 1,
		ETHER4 IPV4("0038", "0000", "01", INSIDE_TOO, STRANGER) ICMP("03", "01") SYN_IN,
		"198.51.100.7", "192.0.2.5", NULL, TRUE},
	{"that error is from the other one as well", 1,
		ETHER4 IPV4("0038", "0000", "01", INSIDE_TOO, STRANGER) ICMP("03", "01") SYN_IN,
		"203.0.113.1", "192.0.2.6", NULL, TRUE},
	{"but these do not mix", 1,
		ETHER4 IPV4("0038", "0000", "01", INSIDE_TOO, STRANGER) ICMP("03", "01") SYN_IN,
		"203.0.113.1", "192.0.2.5", NULL, FALSE},
	{"neighbour discovery", 1,
		ETHER6 IPV6("0018", "3a", OUTSIDE6, INSIDE6) ICMP("87", "00") OUTSIDE6,
		"2001:db8:9::7", "2001:db8:1::5", NULL, TRUE},
	{"neighbour discovery, outbound", 1,
		ETHER6 IPV6("0018", "3a", INSIDE6, OUTSIDE6) ICMP("88", "00") OUTSIDE6,
		"2001:db8:9::7", "2001:db8:1::5", NULL, TRUE},
	/* link layers */
	{"a VLAN", 1, MACS "8100 0007 0800 " SYN_IN, "198.51.100.7", NULL, NULL, TRUE},
	{"QinQ", 1, MACS "88a8 0007 8100 0008 0800 " SYN_IN, "198.51.100.7", NULL, NULL, TRUE},
	{"MPLS", 1, MACS "8847 00010040 00020140 " SYN_OUT, "198.51.100.7", NULL, NULL, TRUE},
	{"PPPoE", 1, MACS "8864 11000001002a 0021 " SYN_IN, "198.51.100.7", NULL, NULL, TRUE},
	{"cooked", 113, "0000 0001 0006 020000000001 0000 0800 " SYN_IN, "198.51.100.7", NULL,
		NULL, TRUE},
	{"raw IP", 101, SYN_IN, "198.51.100.7", NULL, NULL, TRUE},
	{"raw IP, as libpcap numbers it", 12, SYN_OUT, "198.51.100.7", NULL, "tcp", TRUE},
	{"null", 0, "02000000 " SYN_IN, "198.51.100.7", NULL, "tcp", TRUE},
	{"a link type that nobody knows", 147, ETHER4 SYN_IN, "198.51.100.7", NULL, NULL,
		FALSE},
	/* expressions */
	{"an expression", 1, ETHER4 SYN_IN, NULL, NULL, "tcp dst port 80", TRUE},
	{"an expression that does not", 1, ETHER4 SYN_IN, NULL, NULL, "udp", FALSE},
	{"an empty expression", 1, ETHER4 SYN_IN, NULL, NULL, "", TRUE},
	{"what is not IP", 1, MACS "0806 0001", NULL, NULL, "arp", TRUE},
	{"source and expression", 1, ETHER4 SYN_IN, "198.51.100.7", NULL, "tcp[13] = 2", TRUE},
	{"source, not expression", 1, ETHER4 SYN_IN, "198.51.100.7", NULL, "icmp", FALSE},
	{"expression, not source", 1, ETHER4 SYN_IN, "198.51.100.8", NULL, "tcp", FALSE},
	{"a VLAN that the expression does not name", 1, MACS "8100 0007 0800 " SYN_IN, NULL,
		NULL, "tcp", FALSE},
	{"a VLAN that it does", 1, MACS "8100 0007 0800 " SYN_IN, NULL, NULL, "vlan and tcp",
		TRUE},
	{"an expression on raw IP", 101, SYN_IN, NULL, NULL, "host 192.0.2.5", TRUE},
	{"an empty frame", 1, "", "198.51.100.7", NULL, NULL, FALSE},
};

START_TEST(a_packet_fits_when_all_that_is_given_holds)
{
	g_autoptr(Pick) pick = pick_new(home);
	guint n;

	begin(cases[_i].link_type, FALSE);
	add(DAY_NS, cases[_i].frame);
	add_rule(pick, cases[_i].source, cases[_i].target, cases[_i].expression, 0);
	read_capture(pick);
	ck_assert_msg(pick_count(pick, 0) == (cases[_i].fits ? 1 : 0), "%s", cases[_i].name);
	ck_assert_ptr_null(pick_problem(pick, 0));
	const PickPacket *packets = pick_packets(pick, 0, &n);
	ck_assert_uint_eq(n, cases[_i].fits ? 1 : 0);
	if (n)
		ck_assert_uint_eq(packets[0].link_type, link_file_type(cases[_i].link_type));
}
END_TEST

START_TEST(a_packet_counts_once_for_a_rule_that_names_it_twice)
{
	const Network sources[] = {network("198.51.100.7"), network("198.51.100.7"),
		network("198.51.100.0/24"), network("203.0.113.1")};
	const PickRule rule = {.sources = sources, .n_sources = G_N_ELEMENTS(sources)};
	g_autoptr(Pick) pick = pick_new(home);

	begin(1, FALSE);
	add(DAY_NS, ETHER4 SYN_IN);
	add(DAY_NS,
		ETHER4 IPV4("0038", "0000", "01", INSIDE, STRANGER) ICMP("03", "01") SYN_IN);
	ck_assert(pick_add(pick, &rule, NULL));
	add_rule(pick, "198.51.100.0/24", NULL, NULL, 0);
	read_capture(pick);
	ck_assert_uint_eq(pick_count(pick, 0), 2);
	ck_assert_uint_eq(pick_count(pick, 1), 2);
}
END_TEST

/* --- times, order, limits */

static const int seconds[] = {5, 3, 9, 3, 1, 7, 3};

static const struct {
	guint limit, n;
	int kept[G_N_ELEMENTS(seconds)]; /* their place in seconds */
} limits[] = {
	{0, 7, {4, 1, 3, 6, 0, 5, 2}},
	{1, 1, {4}},
	{3, 3, {4, 1, 3}},
	{4, 4, {4, 1, 3, 6}},
	{7, 7, {4, 1, 3, 6, 0, 5, 2}},
	{9, 7, {4, 1, 3, 6, 0, 5, 2}},
};

START_TEST(the_first_packets_are_kept_by_time_and_as_they_came)
{
	g_autoptr(Pick) pick = pick_new(home);
	guint n;

	add_rule(pick, NULL, NULL, "", limits[_i].limit);
	/* in two files */
	for (guint i = 0; i < G_N_ELEMENTS(seconds); i++) {
		guint8 frame[3] = {(guint8)i, 0xaa, 0xbb};
		if (i % 4 == 0)
			begin(1, FALSE);
		add_octets(
			DAY_NS + (guint64)seconds[i] * SECOND_NS, frame, sizeof frame, FALSE);
		if (i % 4 == 3 || i + 1 == G_N_ELEMENTS(seconds))
			read_capture(pick);
	}
	ck_assert_uint_eq(pick_count(pick, 0), G_N_ELEMENTS(seconds));
	const PickPacket *packets = pick_packets(pick, 0, &n);
	ck_assert_uint_eq(n, limits[_i].n);
	for (guint i = 0; i < n; i++) {
		int place = limits[_i].kept[i];
		ck_assert_int_eq(packets[i].frame[0], place);
		ck_assert_uint_eq(
			packets[i].time, DAY_NS + (guint64)seconds[place] * SECOND_NS);
		ck_assert_uint_eq(packets[i].captured, 3);
	}
}
END_TEST

static const struct {
	guint64 from, to;
	guint64 fits;
} spans[] = {
	{0, 0, 3},
	{DAY_NS, 0, 3},
	{DAY_NS + 1, 0, 2},
	{DAY_NS, DAY_NS + 2, 2},
	{DAY_NS + 1, DAY_NS + 2, 1},
	{0, DAY_NS, 0},
	{DAY_NS + 3, 0, 0},
};

START_TEST(a_span_has_its_start_and_not_its_end)
{
	const PickRule rule = {.from = spans[_i].from, .to = spans[_i].to, .expression = ""};
	g_autoptr(Pick) pick = pick_new(home);

	begin(1, TRUE);
	for (guint i = 0; i < 3; i++)
		add_octets(DAY_NS + i, (const guint8 *)"x", 1, TRUE);
	ck_assert(pick_add(pick, &rule, NULL));
	read_capture(pick);
	ck_assert_uint_eq(pick_count(pick, 0), spans[_i].fits);
}
END_TEST

START_TEST(a_frame_is_kept_as_far_as_it_is_wanted)
{
	const PickRule rule = {.octets = 5, .expression = ""};
	g_autoptr(Pick) pick = pick_new(home);
	guint n;

	begin(1, FALSE);
	add_octets(DAY_NS, (const guint8 *)"12345678", 8, FALSE);
	add_octets(DAY_NS + 1000, (const guint8 *)"123", 3, FALSE);
	ck_assert(pick_add(pick, &rule, NULL));
	read_capture(pick);
	const PickPacket *packets = pick_packets(pick, 0, &n);
	ck_assert_uint_eq(n, 2);
	ck_assert_uint_eq(packets[0].captured, 5);
	ck_assert_uint_eq(packets[0].wire, 8);
	ck_assert_uint_eq(packets[1].captured, 3);
}
END_TEST

/* --- what is wrong */

static const struct {
	const char *expression;
	gboolean good;
} expressions[] = {
	{"tcp port 80", TRUE},
	{"", TRUE},
	{"ether host 02:00:00:00:00:01", TRUE},
	{"ip[8] < 5 and not net 192.0.2.0/24", TRUE},
	{"tcp porn 80", FALSE},
	{"host", FALSE},
	{"((tcp)", FALSE},
	{"port 99999", FALSE},
	{"tcp\nporn", FALSE},
};

START_TEST(an_expression_that_libpcap_does_not_understand_is_quoted)
{
	const char *expression = expressions[_i].expression;
	const PickRule rule = {.expression = expression};
	g_autoptr(Pick) pick = pick_new(home);
	g_autoptr(GError) error = NULL, again = NULL;

	ck_assert_int_eq(pick_check_expression(expression, &error), expressions[_i].good);
	ck_assert_int_eq(pick_add(pick, &rule, &again), expressions[_i].good);
	if (expressions[_i].good)
		return;
	g_autofree char *begins = g_strdup_printf("BPF expression \"%s\": ", expression);
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_msg(g_str_has_prefix(error->message, begins), "%s", error->message);
	ck_assert_uint_gt(strlen(error->message), strlen(begins));
	ck_assert_str_eq(error->message, again->message);
}
END_TEST

START_TEST(an_expression_that_a_link_type_does_not_know_is_told)
{
	g_autoptr(Pick) pick = pick_new(home);

	add_rule(pick, NULL, NULL, "ether broadcast", 0);
	add_rule(pick, NULL, NULL, "tcp", 0);
	begin(101, FALSE);
	add(DAY_NS, SYN_IN);
	read_capture(pick);
	ck_assert_uint_eq(pick_count(pick, 0), 0);
	ck_assert_uint_eq(pick_count(pick, 1), 1);
	ck_assert_ptr_nonnull(strstr(pick_problem(pick, 0), "ether broadcast"));
	ck_assert_ptr_nonnull(strstr(pick_problem(pick, 0), path));
	ck_assert_ptr_null(pick_problem(pick, 1));
}
END_TEST

START_TEST(what_comes_before_a_cut_counts)
{
	g_autoptr(Pick) pick = pick_new(home);
	g_autoptr(GError) error = NULL;

	add_rule(pick, "198.51.100.7", NULL, NULL, 0);
	begin(1, FALSE);
	add(DAY_NS, ETHER4 SYN_IN);
	add(DAY_NS, ETHER4 SYN_IN);
	g_byte_array_set_size(capture, capture->len - 1);
	save();
	ck_assert(!pick_read(pick, path, NULL, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_PARTIAL));
	ck_assert_uint_eq(pick_count(pick, 0), 1);

	g_clear_error(&error);
	ck_assert(!pick_read(pick, "/nowhere/at.all", NULL, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_uint_eq(pick_count(pick, 0), 1);
}
END_TEST

/* --- many rules */

enum { RULES = 300, PACKETS = 3000, LEAST = 4 };

typedef struct {
	guint32 from, to;
} Pair;

/* Few addresses, so that rules meet packets. */
static guint32
random_address(GRand *random)
{
	return (guint32)g_rand_int_range(random, 0, 2) << 24 | 0xc0000000 |
	       (guint32)g_rand_int_range(random, 0, 2) << 16 |
	       (guint32)g_rand_int_range(random, 0, 8);
}

static Network
random_network(GRand *random)
{
	Address address = address_from_v4(random_address(random));
	guint8 bits = (guint8)g_rand_int_range(random, LEAST, 33);

	return (Network){address_mask(&address, bits), bits};
}

/* Half of the addresses are ours: 192/8. The other half, 193/8, is not. */
static gboolean
is_ours(guint32 address)
{
	return address >> 24 == 0xc0;
}

/* The oracle: every rule on every packet, without decoder and index. */
static gboolean
oracle_fits(const PickRule *rule, Pair pair)
{
	if (is_ours(pair.from) == is_ours(pair.to))
		return FALSE;
	Address source = address_from_v4(is_ours(pair.from) ? pair.to : pair.from);
	Address target = address_from_v4(is_ours(pair.from) ? pair.from : pair.to);
	gboolean found = rule->n_sources == 0;

	for (guint i = 0; i < rule->n_sources; i++)
		found |= network_has(&rule->sources[i], &source);
	return found && (!rule->n_targets || network_has(&rule->targets[0], &target));
}

START_TEST(many_rules_at_once_count_as_each_alone)
{
	g_autoptr(GRand) random = g_rand_new_with_seed((guint32)_i);
	g_autoptr(Home) ours = home_new("192.0.0.0/8", NULL);
	g_autoptr(Pick) pick = pick_new(ours);
	Network sources[RULES][2], targets[RULES];
	PickRule rules[RULES];
	guint64 expected[RULES] = {0};

	for (guint i = 0; i < RULES; i++) {
		sources[i][0] = random_network(random);
		sources[i][1] = random_network(random);
		targets[i] = random_network(random);
		rules[i] = (PickRule){.sources = sources[i],
			.targets = &targets[i],
			.n_sources = (guint)g_rand_int_range(random, 0, 3),
			.n_targets = 1,
			.limit = 2};
		if (rules[i].n_sources)
			rules[i].n_targets = (guint)g_rand_int_range(random, 0, 2);
		ck_assert(pick_add(pick, &rules[i], NULL));
	}
	begin(101, FALSE);
	for (guint i = 0; i < PACKETS; i++) {
		Pair pair = {random_address(random), random_address(random)};
		guint8 frame[20] = {0x45, 0, 0, 20};
		const guint32 places[] = {GUINT32_TO_BE(pair.from), GUINT32_TO_BE(pair.to)};
		memcpy(frame + 12, places, sizeof places);
		add_octets(DAY_NS, frame, sizeof frame, FALSE);
		for (guint j = 0; j < RULES; j++)
			expected[j] += oracle_fits(&rules[j], pair);
	}
	read_capture(pick);
	for (guint i = 0; i < RULES; i++)
		ck_assert_uint_eq(pick_count(pick, i), expected[i]);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(
		tests, a_packet_fits_when_all_that_is_given_holds, 0, G_N_ELEMENTS(cases));
	tcase_add_test(tests, a_packet_counts_once_for_a_rule_that_names_it_twice);
	tcase_add_loop_test(tests, the_first_packets_are_kept_by_time_and_as_they_came, 0,
		G_N_ELEMENTS(limits));
	tcase_add_loop_test(
		tests, a_span_has_its_start_and_not_its_end, 0, G_N_ELEMENTS(spans));
	tcase_add_test(tests, a_frame_is_kept_as_far_as_it_is_wanted);
	tcase_add_loop_test(tests, an_expression_that_libpcap_does_not_understand_is_quoted, 0,
		G_N_ELEMENTS(expressions));
	tcase_add_test(tests, an_expression_that_a_link_type_does_not_know_is_told);
	tcase_add_test(tests, what_comes_before_a_cut_counts);
	tcase_add_loop_test(tests, many_rules_at_once_count_as_each_alone, 0, 4);
}

int
main(void)
{
	return suite_run("pick", add_tests);
}
