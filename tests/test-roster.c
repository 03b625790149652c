/*
 * The targets of sources that are compared: numbered each once, whatever they have in common.
 */
#include "config.h"

#include "tests/suite.h"

#include "common/hour.h"
#include "tally/roster.h"

enum { MIDNIGHT = 1505001600, SOURCES = 28, EACH = 60, LOWS = 4 };

/* IPv4 of the first source, then IPv6 of many networks, which end with one of a few numbers, so
 * that many meet one that ends as they do where they are looked for. */
static Address
make_target(guint i)
{
	guint8 octets[16] = {0x20, 0x01, 0x0d, 0xb8, [6] = (guint8)(i / LOWS >> 8),
		[7] = (guint8)(i / LOWS), [15] = (guint8)(i % LOWS)};

	return i < EACH ? address_from_v4(i << 12) : address_from_v6(octets);
}

static Address
make_source(guint number)
{
	guint8 octets[16] = {0x20, 0x01, 0x0d, 0xb9, [15] = (guint8)number};

	return number == 0 ? address_from_v4(0x0a000000) : address_from_v6(octets);
}

static void
add_source(Roster *roster, guint number)
{
	PairHour pairs[EACH];
	Contact contacts[EACH];
	SourceFacts facts = {.source = make_source(number),
		.pairs = pairs,
		.n_pairs = EACH,
		.contacts = contacts};
	Likeness likeness = {.kind = KIND_SYN, .family = 4};

	for (guint32 i = 0; i < EACH; i++) {
		contacts[i] = (Contact){.kind = KIND_SYN, .first = i, .packets = 1, .port = 80};
		pairs[i] = (PairHour){.target = make_target(number * EACH + i),
			.hour = MIDNIGHT,
			.facts = FACT_IN_REQUEST | FACT_IN_SYN,
			.n_contacts = 1,
			.contacts = i};
	}
	Subject subject = subject_of(&facts, 1, number == 0 ? 32 : 128, 0);
	ck_assert(roster_add(roster, &subject, &likeness));
}

START_TEST(each_target_has_one_number_of_its_own)
{
	g_autoptr(Roster) roster = roster_new(ROSTER_SOURCES_MAX);

	for (guint i = 0; i < SOURCES; i++)
		add_source(roster, i);
	roster_seal(roster);
	ck_assert_uint_eq(roster->targets->len, SOURCES * EACH);
	for (guint i = 1; i < roster->targets->len; i++)
		ck_assert_int_lt(
			address_compare(roster_target(roster, i - 1), roster_target(roster, i)),
			0);
	for (guint i = 0; i < SOURCES * EACH; i++) {
		const Touch *touch =
			roster_touches(roster, roster_source(roster, i / EACH)) + i % EACH;
		Address wanted = make_target(i);
		ck_assert_int_eq(
			address_compare(roster_target(roster, touch->target), &wanted), 0);
	}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, each_target_has_one_number_of_its_own);
}

int
main(void)
{
	return suite_run("roster", add_tests);
}
