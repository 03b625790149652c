#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include "common/home.h"
#include "tally/digest.h"
#include "tally/engine.h"
#include "tally/infrastructure.h"
#include "tally/reader.h"
#include "tally/signatures.h"
#include "tally/site_groups.h"
#include "tally/writer.h"

#define SITE "[site]\nname=hq\nhome=192.0.2.0/24\nzone=UTC\nspool=/a\nstore=/b\nreports=/c\n"
#define HOME "192.0.2.0/24"

static Site *
load(const char *text)
{
	g_autofree char *whole = g_strconcat(SITE, text, NULL);
	g_autoptr(GError) error = NULL;

	ck_assert(g_file_set_contents("site.conf", whole, -1, NULL));
	Site *site = site_groups_load("site.conf", &error);
	unlink("site.conf");
	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	return site;
}

START_TEST(without_groups_there_are_those_that_ship)
{
	g_autoptr(Site) site = load("");
	gsize n, n_shipped;
	g_autofree Signature *rules = signatures_new(site->settings, &n);
	const Signature *shipped = trait_default_signatures(&n_shipped);

	ck_assert_uint_eq(n, n_shipped);
	for (gsize i = 0; i < n; i++)
		ck_assert_str_eq(rules[i].name, shipped[i].name);
}
END_TEST

START_TEST(a_group_is_a_rule)
{
	g_autoptr(Site) site =
		load("[signature realsecure]\nid = 4660\nttl=200-255\nwindow = 0 - 64\n"
		     "origin = the sensor's manual\n[signature ack-674719802]\nack = 7\n"
		     "[signature long]\npayload = 65535\nseq = 0-4294967295\n");
	gsize n;
	g_autofree Signature *rules = signatures_new(site->settings, &n);
	const Signature *realsecure = &rules[2], *replaced = &rules[1], *last = &rules[3];

	ck_assert_uint_eq(n, 4);
	ck_assert_str_eq(rules[0].name, "ack-674711610");
	ck_assert_str_eq(replaced->name, "ack-674719802");
	ck_assert_uint_eq(replaced->fields, SIGNATURE_ACK);
	ck_assert_uint_eq(replaced->low[0], 7);
	ck_assert_str_eq(replaced->origin, "the site's settings");
	ck_assert_str_eq(realsecure->name, "realsecure");
	ck_assert_str_eq(realsecure->origin, "the sensor's manual");
	ck_assert_uint_eq(realsecure->fields, SIGNATURE_ID | SIGNATURE_TTL | SIGNATURE_WINDOW);
	ck_assert_uint_eq(realsecure->low[2], 0);
	ck_assert_uint_eq(realsecure->high[2], 64);
	ck_assert_uint_eq(realsecure->low[3], 4660);
	ck_assert_uint_eq(realsecure->high[3], 4660);
	ck_assert_uint_eq(realsecure->low[4], 200);
	ck_assert_uint_eq(realsecure->high[4], 255);
	ck_assert_uint_eq(last->high[1], G_MAXUINT32);
	ck_assert_uint_eq(last->low[5], 65535);
}
END_TEST

/* Oracle: the packet's fields against the rule's bounds, one by one. */
START_TEST(a_packet_hits_a_rule_when_all_its_fields_do)
{
	g_autoptr(Site) site = load("[signature kill]\nseq = 5\nttl = 60-64\n");
	gsize n;
	g_autofree Signature *rules = signatures_new(site->settings, &n);

	for (guint32 seq = 4; seq <= 6; seq++)
		for (guint8 ttl = 58; ttl <= 66; ttl++) {
			const Observation packet = {
				.observed = OBSERVED_TCP, .seq = seq, .ttl = ttl};
			Trait trait;
			trait_clear(&trait);
			trait_add(&trait, &packet, 0, rules, n);
			ck_assert_int_eq((trait.signatures >> 2 & 1) != 0,
				seq == 5 && ttl >= 60 && ttl <= 64);
		}
}
END_TEST

#define KILL "[signature kill]\nseq = 5\n"
#define OTHER "[signature other]\nseq = 6\n"
#define REPLACED "[signature ack-674711610]\nack = 7\n"

static const struct {
	const char *then, *now; /* the site's groups */
	guint32 meant;
} changes[] = {
	{"", "", G_MAXUINT32},
	{KILL, KILL, G_MAXUINT32},
	{KILL OTHER, KILL OTHER, G_MAXUINT32},
	/* by those that ship alone: these are told, whatever was added */
	{"", KILL, 3},
	{"", REPLACED, 2},
	/* by rules that nobody knows any more */
	{KILL, "", 0},
	{KILL, KILL OTHER, 0},
	{KILL OTHER, OTHER KILL, 0},
	{"[signature kill]\nseq = 4\n", KILL, 0},
	{REPLACED, "", 0},
	/* a rule's origin is what people say of it */
	{KILL, KILL "origin = somebody else\n", G_MAXUINT32},
};

static HourFacts *
tallied_by(const char *groups)
{
	g_autoptr(Site) site = load(groups);
	gsize n;
	g_autofree Signature *rules = signatures_new(site->settings, &n);

	return hour_facts_new(0, 30, "dmz", HOME, digest_settings(HOME, 30, rules, n));
}

START_TEST(a_bit_means_the_rule_that_it_was_tallied_by)
{
	g_autoptr(HourFacts) hour = tallied_by(changes[_i].then);
	g_autoptr(Site) site = load(changes[_i].now);
	gsize n;
	g_autofree Signature *rules = signatures_new(site->settings, &n);

	ck_assert_uint_eq(signatures_meant(hour, rules, n), changes[_i].meant);
}
END_TEST

START_TEST(the_digest_of_home_and_rules_is_the_engines)
{
	g_autoptr(Home) home = home_new(HOME, NULL);
	EngineSettings settings = {.home = home, .grid_minutes = 45};

	settings.signatures = trait_default_signatures(&settings.n_signatures);
	ck_assert_uint_eq(engine_digest(&settings),
		digest_settings(HOME, 45, settings.signatures, settings.n_signatures));
}
END_TEST

START_TEST(a_reader_tells_the_bits_that_are_kept_and_no_others)
{
	g_autoptr(HourFacts) hour = hour_facts_new(0, 0, "dmz", HOME, 0);
	const Address source = address_from_v4(0xc6336409);
	Trait trait;
	Pair pair = {.target = address_from_v4(0xc0000201),
		.udp_in = FACTS_NEVER,
		.udp_out = FACTS_NEVER,
		.facts = FACT_IN_REQUEST | FACT_IN_SYN};
	static const guint32 kept[] = {G_MAXUINT32, 3, 0};

	trait_clear(&trait);
	trait.kind = KIND_SYN;
	trait.family = 4;
	trait.signatures = 1 | 1 << 2 | 1u << 31;
	g_autoptr(Writer) writer = writer_new("hour.tally", NULL);
	writer_source(writer, &source);
	writer_pair(writer, &pair);
	writer_traits(writer, &trait, 1);
	ck_assert(writer_finish(writer, hour, NULL));
	for (gsize i = 0; i < G_N_ELEMENTS(kept); i++) {
		g_autoptr(Reader) reader = reader_new("hour.tally", READER_TRAITS, NULL);
		g_autoptr(GError) error = NULL;
		Stretch stretch;
		if (kept[i] != G_MAXUINT32)
			reader_keep_signatures(reader, kept[i]);
		ck_assert_msg(reader_next(reader, &stretch, &error), "%s",
			error ? error->message : "");
		ck_assert_uint_eq(stretch.n_traits, 1);
		ck_assert_uint_eq(stretch.traits[0].signatures, trait.signatures & kept[i]);
	}
	unlink("hour.tally");
}
END_TEST

static const struct {
	const char *address, *role; /* NULL: none */
} hosts[] = {
	{"192.0.2.53", "dns"},
	{"192.0.2.25", "mail"},
	{"192.0.2.24", NULL},
	{"192.0.2.70", "web"},
	{"192.0.2.65", "proxy"},
	{"2001:db8::53", "dns"},
	{"198.51.100.1", NULL},
};

START_TEST(infrastructure_has_its_role)
{
	g_autoptr(Site) site =
		load("[targets]\ninfrastructure = 192.0.2.53 dns;192.0.2.25  mail;"
		     "192.0.2.64/28 web; 192.0.2.65 proxy; 192.0.2.65 second;"
		     " 2001:db8::53\tdns\n");
	g_autoptr(Infrastructure) infrastructure = infrastructure_new(site->settings);
	Address address;

	ck_assert(address_parse(hosts[_i].address, &address));
	ck_assert_uint_eq(infrastructure_size(infrastructure), 6);
	if (hosts[_i].role)
		ck_assert_str_eq(infrastructure_role(infrastructure, &address), hosts[_i].role);
	else
		ck_assert_ptr_null(infrastructure_role(infrastructure, &address));
}
END_TEST

START_TEST(a_site_without_infrastructure_has_none)
{
	g_autoptr(Site) site = load("");
	g_autoptr(Infrastructure) infrastructure = infrastructure_new(site->settings);
	const Address address = address_from_v4(0);

	ck_assert_ptr_null(infrastructure_role(infrastructure, &address));
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, without_groups_there_are_those_that_ship);
	tcase_add_test(tests, a_group_is_a_rule);
	tcase_add_test(tests, a_packet_hits_a_rule_when_all_its_fields_do);
	tcase_add_loop_test(
		tests, a_bit_means_the_rule_that_it_was_tallied_by, 0, G_N_ELEMENTS(changes));
	tcase_add_test(tests, the_digest_of_home_and_rules_is_the_engines);
	tcase_add_test(tests, a_reader_tells_the_bits_that_are_kept_and_no_others);
	tcase_add_loop_test(tests, infrastructure_has_its_role, 0, G_N_ELEMENTS(hosts));
	tcase_add_test(tests, a_site_without_infrastructure_has_none);
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("signatures-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("signatures", add_tests);
	rmdir(folder);
	return status;
}
