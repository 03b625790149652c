#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include "report/sanitize_text.h"

/* Internal: 192.0.2.0/25, 2001:db8:1::/48. */
static Home *home;
static Sanitize *sanitize;

static void
set_up(void)
{
	static const guint8 key[CRYPTOPAN_KEY_SIZE] = "0123456789abcdefghijklmnopqrstuv";

	home = home_new("192.0.2.0/25,2001:db8:1::/48", NULL);
	sanitize = sanitize_new(home, key, NULL);
}

static void
tear_down(void)
{
	sanitize_free(sanitize);
	home_free(home);
}

/* What stands for an address, as text; free with g_free. */
static char *
replacement(const char *text)
{
	char buffer[ADDRESS_TEXT_SIZE];
	Address address = {0};

	ck_assert(address_parse(text, &address));
	address = sanitize_address(sanitize, &address);
	return g_strdup(address_format(&address, buffer));
}

/* In the texts A stands for 192.0.2.1, B for 192.0.2.70, N for the number of A, X for
 * 2001:db8:1::5: as they are in the text that is given, replaced in what is expected. */
static char *
fill_in(const char *text, gboolean replaced)
{
	static const char *const addresses[] = {"192.0.2.1", "192.0.2.70", "2001:db8:1::5"};
	static const char letters[] = "ABX";
	GString *out = g_string_new(NULL);

	for (const char *c = text; *c; c++) {
		const char *letter = strchr(letters, *c);
		const char *which = letter ? addresses[letter - letters] : addresses[0];
		g_autofree char *address = replaced ? replacement(which) : g_strdup(which);
		Address number;
		if (letter)
			g_string_append(out, address);
		else if (*c == 'N' && address_parse(address, &number))
			g_string_append_printf(out, "%" G_GUINT64_FORMAT, number.low);
		else
			g_string_append_c(out, *c);
	}
	return g_string_free(out, FALSE);
}

static const char *const texts[] = {
	"",
	"A",
	"A, B, 198.51.100.9",
	"to A.",
	"(A)",
	"[X]:80",
	"IP 198.51.100.9.1024 > A.80: s",
	"IP6 2001:db8:9::7.1024 > X.80: s",
	"A:443 B:443",
	"padA",
	"A/32 X/128",
	"A/33",
	"1.A",
	"A-B",
	"::ffff:A",
	"seq N, ack N.",
	"seq alwaysN",
	"seq 3221225801:32212258010 N1 1N",
	"2024-05-14T10:12:07.192Z 12:34:56.789012",
	"198.51.100.192.0.2.200",
	"192.0.2.129 192.0.20.1 2001:db8:9::1 cafe:d00d dead.beef 1.2.3",
	"a:::::::b ......1.....:.:.:. 192.0.2 192.0.2.",
	"A\200\377B \342\200\256X",
};

START_TEST(addresses_in_texts_are_replaced_and_nothing_else)
{
	g_autofree char *given = fill_in(texts[_i], FALSE);
	g_autofree char *expected = fill_in(texts[_i], TRUE);
	g_autofree char *result = sanitize_text(sanitize, given);
	g_autofree char *again = sanitize_text(sanitize, result);

	/* A number that others follow or precede is another number, as is a word with it. */
	if (strstr(texts[_i], "1N") || strstr(texts[_i], "alwaysN"))
		ck_assert_str_eq(result, given);
	else
		ck_assert_str_eq(result, expected);
	ck_assert_str_eq(again, result);
}
END_TEST

static const struct {
	const char *network, *member; /* which the result is to have, replaced */
} networks[] = {
	{"192.0.2.0/25", "192.0.2.1"},
	{"192.0.2.64/26", "192.0.2.70"},
	{"192.0.2.0/24", "192.0.2.1"},
	{"192.0.0.0/16", "192.0.2.1"},
	{"2001:db8:1:2::/64", "2001:db8:1:2::9"},
	{"2001:db8::/32", "2001:db8:1::5"},
};

START_TEST(networks_in_texts_are_those_of_their_members)
{
	g_autofree char *given = g_strdup_printf("in %s: 9", networks[_i].network);
	g_autofree char *result = sanitize_text(sanitize, given);
	g_autofree char *member = replacement(networks[_i].member);
	g_auto(GStrv) words = g_strsplit_set(result, " ", -1);
	Network network;
	Address address;

	ck_assert_str_eq(words[2], "9");
	words[1][strlen(words[1]) - 1] = '\0';
	ck_assert_msg(network_parse(words[1], &network, NULL), "%s", result);
	ck_assert_str_ne(words[1], networks[_i].network);
	ck_assert_str_eq(strchr(words[1], '/'), strchr(networks[_i].network, '/'));
	address_parse(member, &address);
	ck_assert(network_has(&network, &address));
}
END_TEST

/* Oracle: every stretch of the result that no digit goes before or after, read as an address. */
static void
expect_none(const char *given, const char *result)
{
	gsize length = strlen(result);

	for (gsize from = 0; from < length; from++) {
		if (from > 0 && g_ascii_isxdigit(result[from - 1]))
			continue;
		for (gsize to = from + 1; to <= MIN(length, from + ADDRESS_TEXT_SIZE); to++) {
			g_autofree char *stretch = g_strndup(result + from, to - from);
			Address address;
			if (!g_ascii_isxdigit(result[to]) && address_parse(stretch, &address))
				ck_assert_msg(home_place(home, &address) != PLACE_INTERNAL,
					"%s: %s", given, result);
		}
	}
}

START_TEST(no_internal_address_is_left_in_any_text)
{
	static const char alphabet[] = "0129.:/ a";
	static const char *const pieces[] = {
		"192.0.2.1", "192.0.2.", "2001:db8:1::", "::", "1"};
	g_autoptr(GRand) dice = g_rand_new_with_seed(7);
	guint replaced = 0;

	for (guint i = 0; i < 4000; i++) {
		g_autoptr(GString) text = g_string_new(NULL);
		for (gint n = g_rand_int_range(dice, 1, 12); n > 0; n--) {
			if (g_rand_boolean(dice))
				g_string_append(text, pieces[g_rand_int_range(
							      dice, 0, G_N_ELEMENTS(pieces))]);
			else
				g_string_append_c(text, alphabet[g_rand_int_range(
								dice, 0, sizeof alphabet - 1)]);
		}
		g_autofree char *result = sanitize_text(sanitize, text->str);
		replaced += strcmp(result, text->str) != 0;
		expect_none(text->str, result);
	}
	ck_assert_uint_gt(replaced, 500);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, addresses_in_texts_are_replaced_and_nothing_else, 0,
		G_N_ELEMENTS(texts));
	tcase_add_loop_test(
		tests, networks_in_texts_are_those_of_their_members, 0, G_N_ELEMENTS(networks));
	tcase_add_test(tests, no_internal_address_is_left_in_any_text);
}

int
main(void)
{
	return suite_run("sanitize-text", add_tests);
}
