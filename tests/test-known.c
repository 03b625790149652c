#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "tally/known.h"

#define TODAY "2026-03-29"

static const KnownDefaults nothing;

/* Adds a list of that text, called after its action. */
static gboolean
add(Known *known, KnownAction action, const char *text, const KnownDefaults *defaults,
	GError **error)
{
	ck_assert(g_file_set_contents("list", text, -1, NULL));
	gboolean loaded = known_load_file(
		known, known_action_name(action), action, "list", defaults, error);
	unlink("list");
	return loaded;
}

/* A settled Known with such lists, each NULL: none. */
static Known *
load(const char *ignore, const char *label, const char *watch)
{
	const char *const texts[KNOWN_ACTIONS] = {ignore, label, watch};
	Known *known = known_new(TODAY);

	for (int action = 0; action < KNOWN_ACTIONS; action++) {
		g_autoptr(GError) error = NULL;
		if (texts[action])
			ck_assert_msg(add(known, (KnownAction)action, texts[action], &nothing,
					      &error),
				"%s", error ? error->message : "");
	}
	known_settle(known);
	return known;
}

/* "watch: reason", "none" of what applies to a network; free with g_free. */
static char *
find(const Known *known, const char *text, const KnownPorts *ports)
{
	Network network;

	ck_assert(network_parse(text, &network, NULL));
	const KnownEntry *entry = known_find(known, &network.first, network.bits, ports);
	return entry ? g_strdup_printf(
			       "%s: %s", known_action_name(entry->list->action), entry->reason)
		     : g_strdup("none");
}

static const struct {
	const char *ignore, *label, *watch, *asked, *expected;
} lookups[] = {
	{"198.51.100.0/24 a", NULL, NULL, "198.51.100.9", "ignore: a"},
	{"198.51.100.0/24 a", NULL, NULL, "198.51.101.0", "none"},
	{"198.51.100.9", NULL, NULL, "198.51.100.9", "ignore: "},
	/* the longest prefix, whatever it does */
	{"198.51.100.9 a", NULL, "198.51.100.0/24 b", "198.51.100.9", "ignore: a"},
	{"198.51.100.0/24 a", "198.51.100.0/25 b", NULL, "198.51.100.9", "label: b"},
	/* of equal ones: watch, label, ignore, then the first line */
	{"198.51.100.9 a", "198.51.100.9 b", "198.51.100.9 c", "198.51.100.9", "watch: c"},
	{"198.51.100.9 a", "198.51.100.9 b", NULL, "198.51.100.9", "label: b"},
	{"198.51.100.9 a\n198.51.100.9 b", NULL, NULL, "198.51.100.9", "ignore: a"},
	/* a prefix is known when all of it is */
	{"2001:db8::/64 a", NULL, NULL, "2001:db8::/64", "ignore: a"},
	{"2001:db8::1 a", NULL, NULL, "2001:db8::/64", "none"},
	{"2001:db8::1 a", NULL, NULL, "2001:db8::1", "ignore: a"},
	{"::/0 a", NULL, NULL, "192.0.2.1", "none"},
	{"0.0.0.0/0 a", NULL, NULL, "::", "none"},
	/* how a line may be written */
	{"\t198.51.100.9\ta\r\n", NULL, NULL, "198.51.100.9", "ignore: a"},
	{"\xef\xbb\xbf"
	 "198.51.100.9 a",
		NULL, NULL, "198.51.100.9", "ignore: a"},
	{"198.51.100.9 # a # b", NULL, NULL, "198.51.100.9", "ignore: a # b"},
	{"198.51.100.9 ; SBL1", NULL, NULL, "198.51.100.9", "ignore: SBL1"},
	{"198.51.100.9 until=2026-03-29 ports=22 a", NULL, NULL, "198.51.100.9", "ignore: a"},
	{"198.51.100.9 a ports=22", NULL, NULL, "198.51.100.9", "ignore: a ports=22"},
	{"#198.51.100.9\n;198.51.100.9\n\n \n", NULL, NULL, "198.51.100.9", "none"},
	{"", NULL, NULL, "198.51.100.9", "none"},
	/* data stays what it is */
	{"198.51.100.9 \x1b[31m\xff", NULL, NULL, "198.51.100.9", "ignore: \x1b[31m\xff"},
};

START_TEST(an_address_finds_its_entry)
{
	g_autoptr(Known) known = load(lookups[_i].ignore, lookups[_i].label, lookups[_i].watch);
	g_autofree char *found = find(known, lookups[_i].asked, NULL);

	ck_assert_str_eq(found, lookups[_i].expected);
	ck_assert_uint_eq(known_problems(known)->len, 0);
}
END_TEST

static const guint16 ssh[] = {22}, ssh_and_web[] = {22, 80}, web[] = {80};

static const struct {
	const char *ignore, *watch;
	KnownPorts ports;
	const char *expected;
} scopes[] = {
	{"198.51.100.9 ports=22 a", NULL, {ssh, 1}, "ignore: a"},
	{"198.51.100.9 ports=22 a", NULL, {ssh_and_web, 2}, "none"},
	{"198.51.100.9 ports=22,80 a", NULL, {ssh_and_web, 2}, "ignore: a"},
	{"198.51.100.9 ports=20-90 a", NULL, {ssh_and_web, 2}, "ignore: a"},
	{"198.51.100.9 ports=22 a", NULL, {NULL, 0}, "none"},
	/* more ports than are listed, or none: nobody knows that these are all */
	{"198.51.100.9 ports=22 a", NULL, {ssh, 1, .more = TRUE}, "none"},
	{"198.51.100.9 ports=22 a", NULL, {ssh, 1, .none = TRUE}, "none"},
	{"198.51.100.9 a", NULL, {ssh, 1, TRUE, TRUE}, "ignore: a"},
	/* one that does not apply leaves it to the next: equal ones, then those around */
	{"198.51.100.9 ports=22 a\n198.51.100.9 b", NULL, {web, 1}, "ignore: b"},
	{"198.51.100.9 b\n198.51.100.9 ports=22 a", NULL, {ssh, 1}, "ignore: a"},
	{"198.51.100.9 ports=22 a\n198.51.100.0/24 b", NULL, {web, 1}, "ignore: b"},
	/* to be watched, one port is enough */
	{NULL, "198.51.100.9 ports=22 a", {ssh_and_web, 2}, "watch: a"},
	{NULL, "198.51.100.9 ports=22 a", {web, 1}, "none"},
	{NULL, "198.51.100.9 ports=22 a", {web, 1, .more = TRUE}, "watch: a"},
	{NULL, "198.51.100.9 ports=22 a", {NULL, 0, .none = TRUE}, "none"},
};

START_TEST(an_entry_with_ports_is_for_these_alone)
{
	g_autoptr(Known) known = load(scopes[_i].ignore, NULL, scopes[_i].watch);
	g_autofree char *found = find(known, "198.51.100.9", &scopes[_i].ports);

	ck_assert_str_eq(found, scopes[_i].expected);
}
END_TEST

static const struct {
	const char *text, *complaint;
	guint64 entries, damaged, expired;
} mistakes[] = {
	{"198.51.100.9/33",
		"list:1: \"198.51.100.9/33\": expected a prefix length from 0 to 32", 0, 1, 0},
	{"\n# a\n198.51.100.9/24\n192.0.2.1",
		"list:3: \"198.51.100.9/24\": bits are set beyond the prefix: expected "
		"198.51.100.0/24",
		1, 1, 0},
	{"example.com\n192.0.2.1", "list:1: \"example.com\": expected an address", 1, 1, 0},
	{"192.0.2.1 ports=ssh", "list:1: ports=ssh: \"ssh\": expected ports from 1 to 65535", 0,
		1, 0},
	{"192.0.2.1 ports=", "list:1: ports=: expected ports from 1 to 65535", 0, 1, 0},
	{"192.0.2.1 until=2026-02-29", "list:1: until=2026-02-29: expected a date", 0, 1, 0},
	{"192.0.2.1 until=soon", "list:1: until=soon: expected a date", 0, 1, 0},
	{"192.0.2.1 until=2026-03-28\n192.0.2.2 until=2026-03-29",
		"list:1: 192.0.2.1 was in force until 2026-03-28", 1, 0, 1},
	{"a\x1b[2J\x7f", "list:1: \"a?[2J?\": expected an address", 0, 1, 0},
	{"{\"type\": \"cidr\", \"list\":\n[\"198.51.100.0/24\",\n 7,\n\"[\", [\",\"\n],"
	 "\n\"192.0.2.1/24\"]}",
		"list:3: expected a text, like \"192.0.2.0/24\"\n"
		"list:4: \"[\": expected an address, or one with /bits, like 192.0.2.0/24\n"
		"list:4: expected a text, like \"192.0.2.0/24\"\n"
		"list:6: \"192.0.2.1/24\": bits are set",
		1, 4, 0},
	{"{\"list\": [\"a\", \"b\"], \"type\": \"hostname\"}",
		"list: a list of type hostname: its 2 entries are left out: expected type cidr",
		0, 0, 0},
};

START_TEST(what_is_no_entry_is_told_and_the_rest_counts)
{
	g_autoptr(Known) known = load(mistakes[_i].text, NULL, NULL);
	const KnownList *list = known_lists(known)->pdata[0];
	g_autoptr(GString) told = g_string_new(NULL);
	const GPtrArray *lines[] = {known_problems(known), known_expired(known)};

	for (gsize i = 0; i < G_N_ELEMENTS(lines); i++)
		for (guint k = 0; k < lines[i]->len; k++)
			g_string_append_printf(told, "%s%s", told->len > 0 ? "\n" : "",
				(char *)lines[i]->pdata[k]);
	ck_assert_msg(g_str_has_prefix(told->str, mistakes[_i].complaint), "%s", told->str);
	ck_assert_uint_eq(list->entries, mistakes[_i].entries);
	ck_assert_uint_eq(list->damaged, mistakes[_i].damaged);
	ck_assert_uint_eq(list->expired, mistakes[_i].expired);
}
END_TEST

static const struct {
	const char *text, *complaint;
} refused[] = {
	{"{\"type\": \"cidr\",\n \"list\": [\"a\"", "list:2: expected JSON, found: "},
	{"{\"type\": \"cidr\", \"type\": \"cidr\", \"list\": []}", "list:1: expected JSON"},
	{"{}", "list: no warning list: expected an object with a \"list\""},
	{"{\"list\": {}, \"type\": \"cidr\"}",
		"list: no warning list: expected an object with a"},
	{"{\"list\": []}", "list: no warning list: expected an object with a \"type\""},
	{"{\"list\": [\"\xff\"]}", "list:1: expected JSON"},
};

START_TEST(json_that_is_no_warning_list_is_refused)
{
	g_autoptr(Known) known = known_new(TODAY);
	g_autoptr(GError) error = NULL;

	ck_assert(!add(known, KNOWN_LABEL, refused[_i].text, &nothing, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_FAILED));
	ck_assert_msg(
		g_str_has_prefix(error->message, refused[_i].complaint), "%s", error->message);
}
END_TEST

START_TEST(a_file_that_cannot_be_read_is_refused)
{
	g_autoptr(Known) known = known_new(TODAY);
	g_autoptr(GError) error = NULL, other = NULL;

	ck_assert(!known_load_file(known, "a", KNOWN_LABEL, "nowhere", &nothing, &error));
	ck_assert_str_eq(error->message, "nowhere: cannot be read: No such file or directory");
	ck_assert(!known_load_file(known, "a", KNOWN_LABEL, ".", &nothing, &other));
	ck_assert_str_eq(other->message, ".: expected a plain file of 64 MiB at most");
}
END_TEST

START_TEST(of_many_mistakes_the_first_are_told_and_all_counted)
{
	g_autoptr(GString) text = g_string_new("192.0.2.1\n");

	for (guint i = 0; i < 1000; i++)
		g_string_append(text, "nonsense\n192.0.2.1 until=2020-01-01\n");
	g_autoptr(Known) known = load(text->str, NULL, NULL);
	const KnownList *list = known_lists(known)->pdata[0];
	const GPtrArray *problems = known_problems(known), *expired = known_expired(known);

	ck_assert_uint_eq(list->damaged, 1000);
	ck_assert_uint_eq(list->expired, 1000);
	ck_assert_uint_eq(list->entries, 1);
	ck_assert_uint_lt(problems->len, 100);
	ck_assert_str_eq(problems->pdata[problems->len - 1], "list: and 950 more left out");
	ck_assert_str_eq(expired->pdata[expired->len - 1], "list: and 950 more expired");
}
END_TEST

START_TEST(lines_too_long_or_with_an_octet_of_zero_are_left_out)
{
	static const char rest[] = "\n192.0.2.2 a\0b\n192.0.2.3";
	g_autoptr(GString) text = g_string_new("192.0.2.1 ");

	for (guint i = 0; i < 5000; i++)
		g_string_append_c(text, 'a');
	g_string_append_len(text, rest, sizeof rest - 1);
	ck_assert(g_file_set_contents("list", text->str, (gssize)text->len, NULL));
	g_autoptr(Known) known = known_new(TODAY);
	ck_assert(known_load_file(known, "a", KNOWN_LABEL, "list", &nothing, NULL));
	unlink("list");
	const GPtrArray *problems = known_problems(known);
	ck_assert_uint_eq(problems->len, 2);
	ck_assert_str_eq(problems->pdata[0], "list:1: expected at most 4096 octets in a line");
	ck_assert_str_eq(problems->pdata[1], "list:2: expected text, found an octet of 0");
	ck_assert_uint_eq(((KnownList *)known_lists(known)->pdata[0])->entries, 1);
}
END_TEST

START_TEST(an_entry_has_what_its_list_has_unless_it_says_otherwise)
{
	const KnownDefaults defaults = {"ours", "22", "2026-03-28"};
	const KnownPorts at_web = {web, 1}, at_ssh = {ssh, 1};
	g_autoptr(Known) known = known_new(TODAY);

	ck_assert(add(known, KNOWN_IGNORE,
		"192.0.2.1 until=2026-04-01\n192.0.2.2 until=2026-04-01 ports=80 its own\n"
		"192.0.2.3\n",
		&defaults, NULL));
	ck_assert(add(known, KNOWN_LABEL,
		"{\"name\":\"MISP\",\"type\":\"cidr\",\"list\":[\"192.0.2.4\"]}", &nothing,
		NULL));
	known_settle(known);
	static const char *const expected[] = {"ignore: ours", "none", "none",
		"ignore: its own", "none", "none", "label: MISP", "label: MISP"};
	for (guint i = 0; i < G_N_ELEMENTS(expected); i++) {
		g_autofree char *address = g_strdup_printf("192.0.2.%u", i / 2 + 1);
		g_autofree char *found = find(known, address, i % 2 ? &at_web : &at_ssh);
		ck_assert_str_eq(found, expected[i]);
	}
	ck_assert_uint_eq(known_expired(known)->len, 1);
}
END_TEST

static void
tell(gpointer data, const KnownEntry *entry)
{
	g_string_append_printf(data, "%s %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
		known_action_name(entry->list->action), entry->reason, entry->sources,
		entry->findings);
}

START_TEST(what_an_entry_applied_to_is_counted)
{
	static const struct {
		const char *address;
		guint sources, findings;
	} hits[] = {{"192.0.2.1", 3, 0}, {"192.0.2.2", 1, 2}, {"192.0.2.3", 1, 0},
		{"192.0.2.4", 0, 1}};
	g_autoptr(Known) known =
		load("192.0.2.1 a\n192.0.2.2 b\n192.0.2.5 e", "192.0.2.3 c", "192.0.2.4 d");
	g_autoptr(GString) told = g_string_new(NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(hits); i++) {
		Address address;
		ck_assert(address_parse(hits[i].address, &address));
		const KnownEntry *entry = known_find(known, &address, 32, NULL);
		for (guint k = 0; k < hits[i].sources; k++)
			known_count_source(known, entry);
		for (guint k = 0; k < hits[i].findings; k++)
			known_count_finding(known, entry);
	}
	known_foreach(known, tell, told);
	ck_assert_str_eq(told->str, "watch d 0 1\nlabel c 1 0\nignore b 1 2\nignore a 3 0\n");
}
END_TEST

static const struct {
	const char *text;
	gboolean is;
} dates[] = {
	{"2026-03-29", TRUE},
	{"2024-02-29", TRUE},
	{"2026-02-29", FALSE},
	{"2026-13-01", FALSE},
	{"2026-3-29", FALSE},
	{"2026-03-29 ", FALSE},
	{"", FALSE},
	{"2026-03", FALSE},
	{"0000-01-01", FALSE},
	{"2026-00-10", FALSE},
};

START_TEST(a_date_is_one_that_there_is)
{
	ck_assert_int_eq(known_is_date(dates[_i].text), dates[_i].is);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, an_address_finds_its_entry, 0, G_N_ELEMENTS(lookups));
	tcase_add_loop_test(
		tests, an_entry_with_ports_is_for_these_alone, 0, G_N_ELEMENTS(scopes));
	tcase_add_loop_test(
		tests, what_is_no_entry_is_told_and_the_rest_counts, 0, G_N_ELEMENTS(mistakes));
	tcase_add_loop_test(
		tests, json_that_is_no_warning_list_is_refused, 0, G_N_ELEMENTS(refused));
	tcase_add_test(tests, a_file_that_cannot_be_read_is_refused);
	tcase_add_test(tests, of_many_mistakes_the_first_are_told_and_all_counted);
	tcase_add_test(tests, lines_too_long_or_with_an_octet_of_zero_are_left_out);
	tcase_add_test(tests, an_entry_has_what_its_list_has_unless_it_says_otherwise);
	tcase_add_test(tests, what_an_entry_applied_to_is_counted);
	tcase_add_loop_test(tests, a_date_is_one_that_there_is, 0, G_N_ELEMENTS(dates));
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("known-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("known sources", add_tests);
	rmdir(folder);
	return status;
}
