#include "config.h"

#include "tests/suite.h"

#include <unistd.h>

#include "common/hour.h"
#include "tally/kind.h"
#include "tally/known_match.h"

static const char list[] =
	"198.51.100.0/24 net\n198.51.100.9 ports=22 ssh\n2001:db8:1::/64 lan\n"
	"2001:db8:2::1 one\n2001:db8:2::2 two\n";
static const char watched[] = "198.51.100.99 watched\n2001:db8:2::66 watched\n";

static Known *
load(void)
{
	static const KnownDefaults nothing;
	Known *known = known_new("2026-03-29");

	ck_assert(g_file_set_contents("list", list, -1, NULL));
	ck_assert(known_load_file(known, "list", KNOWN_LABEL, "list", &nothing, NULL));
	ck_assert(g_file_set_contents("list", watched, -1, NULL));
	ck_assert(known_load_file(known, "list", KNOWN_WATCH, "list", &nothing, NULL));
	unlink("list");
	known_settle(known);
	return known;
}

static Address
address(const char *text)
{
	Address read;

	ck_assert_msg(address_parse(text, &read), "%s", text);
	return read;
}

static const char *
reason_of(const KnownEntry *entry)
{
	return entry ? entry->reason : "none";
}

enum { LISTED_MAX = 4 };

static const struct {
	const char *sources[LISTED_MAX]; /* of an IPv6 one: its /64 */
	guint unlisted;                  /* sources that are not in the list */
	const char *members[LISTED_MAX]; /* of one prefix */
	guint unlisted_members;
	guint8 kind;
	guint16 port; /* 0: none */
	const char *expected;
} findings[] = {
	{{"198.51.100.1"}, .kind = KIND_SYN, .port = 22, .expected = "net"},
	{{"203.0.113.1"}, .kind = KIND_SYN, .port = 22, .expected = "none"},
	{{"198.51.100.9"}, .kind = KIND_SYN, .port = 22, .expected = "ssh"},
	{{"198.51.100.9"}, .kind = KIND_SYN, .port = 23, .expected = "net"},
	/* a port of the target's is no service that was asked for; an ICMP type is no port */
	{{"198.51.100.9"}, .kind = KIND_ICMP, .port = 22, .expected = "net"},
	/* several: all of them, or none */
	{{"198.51.100.1", "198.51.100.2"}, .kind = KIND_SYN, .port = 22, .expected = "net"},
	{{"198.51.100.1", "203.0.113.1"}, .kind = KIND_SYN, .port = 22, .expected = "none"},
	{{"198.51.100.1", "198.51.100.2"}, .unlisted = 1, .kind = KIND_SYN, .port = 22,
		.expected = "none"},
	/* to be watched, one is enough */
	{{"198.51.100.1", "198.51.100.99", "203.0.113.1"}, .kind = KIND_SYN, .port = 22,
		.expected = "watched"},
	{{"198.51.100.99"}, .unlisted = 1000, .kind = KIND_SYN, .port = 22,
		.expected = "watched"},
	/* a prefix: as a whole, or by its members */
	{{"2001:db8:1::"}, .kind = KIND_SYN, .port = 22, .expected = "lan"},
	{{"2001:db8:1::"}, .members = {"2001:db8:1::1"}, .unlisted_members = 9,
		.kind = KIND_SYN, .port = 22, .expected = "lan"},
	{{"2001:db8:2::"}, .kind = KIND_SYN, .port = 22, .expected = "none"},
	{{"2001:db8:2::"}, .members = {"2001:db8:2::1", "2001:db8:2::2"}, .kind = KIND_SYN,
		.port = 22, .expected = "one"},
	{{"2001:db8:2::"}, .members = {"2001:db8:2::1", "2001:db8:2::3"}, .kind = KIND_SYN,
		.port = 22, .expected = "none"},
	{{"2001:db8:2::"}, .members = {"2001:db8:2::1", "2001:db8:2::2"}, .unlisted_members = 1,
		.kind = KIND_SYN, .port = 22, .expected = "none"},
	{{"2001:db8:2::"}, .members = {"2001:db8:2::3", "2001:db8:2::66"}, .kind = KIND_SYN,
		.port = 22, .expected = "watched"},
};

START_TEST(a_finding_is_known_by_all_its_sources)
{
	g_autoptr(Known) known = load();
	const Address first = address(findings[_i].sources[0]);
	guint8 bits = first.family == 4 ? 32 : 64;
	Profile *profile = profile_new_empty(&first, bits, 0, HOUR_SECONDS);
	const FindingWindow window = {.length = HOUR_SECONDS};
	g_autoptr(Finding) finding = finding_new(&window, profile);
	const ProfilePort port = {findings[_i].kind, findings[_i].port, 1, 1};

	g_array_append_val(profile->ports, port);
	profile->n_ports = 1;
	for (guint i = 0; i < LISTED_MAX && findings[_i].members[i]; i++) {
		const Address member = address(findings[_i].members[i]);
		g_array_append_val(profile->members, member);
	}
	profile->n_members = profile->members->len + findings[_i].unlisted_members;
	for (guint i = 1; i < LISTED_MAX && findings[_i].sources[i]; i++) {
		const FindingSource source = {
			.source = address(findings[_i].sources[i]), .bits = bits};
		g_array_append_val(finding->sources, source);
	}
	finding->n_sources = finding->sources->len + findings[_i].unlisted;
	ck_assert_str_eq(reason_of(known_match_finding(known, finding)), findings[_i].expected);
}
END_TEST

enum { FROM = 10 * HOUR_SECONDS, TO = 12 * HOUR_SECONDS };

static const struct {
	const char *source;
	gint64 hour;
	guint16 facts;
	guint16 ports[2];
	const char *expected;
} sources[] = {
	{"198.51.100.1", FROM, FACT_IN_REQUEST, {22, 80}, "net"},
	{"203.0.113.1", FROM, FACT_IN_REQUEST, {22, 80}, "none"},
	{"198.51.100.9", FROM, FACT_IN_REQUEST, {22, 22}, "ssh"},
	{"198.51.100.9", FROM, FACT_IN_REQUEST, {22, 80}, "net"},
	{"198.51.100.9", FROM, FACT_IN_REQUEST, {22, 0}, "net"},
	/* only what came, and when it is asked for */
	{"198.51.100.1", FROM, FACT_OUT_ANY | FACT_OUT_TCP, {22, 80}, "none"},
	{"198.51.100.1", TO - HOUR_SECONDS, FACT_IN_UDP, {53, 53}, "net"},
	{"198.51.100.1", TO, FACT_IN_REQUEST, {22, 80}, "none"},
	{"198.51.100.1", FROM - HOUR_SECONDS, FACT_IN_REQUEST, {22, 80}, "none"},
};

START_TEST(a_source_is_known_by_what_came_from_it)
{
	g_autoptr(Known) known = load();
	const Contact contacts[] = {{.kind = KIND_SYN, .port = sources[_i].ports[0]},
		{.kind = KIND_SYN, .port = sources[_i].ports[1]}};
	const PairHour pair = {.target = address("192.0.2.1"),
		.hour = sources[_i].hour,
		.facts = sources[_i].facts,
		.n_contacts = G_N_ELEMENTS(contacts)};
	const SourceFacts source = {.source = address(sources[_i].source),
		.pairs = &pair,
		.n_pairs = 1,
		.contacts = contacts};

	ck_assert_str_eq(reason_of(known_match_source(known, &source, (SubjectSpan){FROM, TO})),
		sources[_i].expected);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_finding_is_known_by_all_its_sources, 0, G_N_ELEMENTS(findings));
	tcase_add_loop_test(
		tests, a_source_is_known_by_what_came_from_it, 0, G_N_ELEMENTS(sources));
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("match-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("known match", add_tests);
	rmdir(folder);
	return status;
}
