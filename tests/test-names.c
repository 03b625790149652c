#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "report/names.h"
#include "report/names_wanted.h"
#include "report/resolve.h"

static char *path;

static void
set_up(void)
{
	g_autofree char *folder = g_dir_make_tmp("names.XXXXXX", NULL);

	path = g_build_filename(folder, "file", NULL);
}

static void
tear_down(void)
{
	g_autofree char *folder = g_path_get_dirname(path);

	g_remove(path);
	g_rmdir(folder);
	g_clear_pointer(&path, g_free);
}

static Address
address(const char *text)
{
	Address parsed;

	ck_assert(address_parse(text, &parsed));
	return parsed;
}

/* --- names at rest */

static const struct {
	const char *text, *address, *name, *kept;
} kept[] = {
	{"a name", "198.51.100.9", "scanner.example.org", "scanner.example.org"},
	{"no name", "198.51.100.10", "", ""},
	{"an address of IPv6", "2001:db8::9", "a.example", "a.example"},
	{"spaces", "198.51.100.9", "a b  c", "a b  c"},
	{"markup", "198.51.100.9", "<b>&\"'", "<b>&\"'"},
	{"octets that are no UTF-8", "198.51.100.9", "\xff\xfe\t\x1b", "\xff\xfe\t\x1b"},
	{"a line break", "198.51.100.9", "a\n198.51.100.10 1 b", "a"},
};

START_TEST(what_is_kept_reads_back)
{
	g_autoptr(Names) names = names_new();
	Address one = address(kept[_i].address), other = address("198.51.100.10");
	const char *name;
	gint64 asked;

	names_set(names, &one, 1774828800, kept[_i].name);
	ck_assert(names_save(names, path, NULL));
	g_autoptr(Names) read = names_load(path, NULL);
	ck_assert_ptr_nonnull(read);
	ck_assert(names_find(read, &one, &asked, &name));
	ck_assert_str_eq(name, kept[_i].kept);
	ck_assert_int_eq(asked, 1774828800);
	if (address_compare(&one, &other) != 0)
		ck_assert(!names_find(read, &other, &asked, &name));
}
END_TEST

START_TEST(a_name_is_cut)
{
	g_autoptr(Names) names = names_new();
	g_autofree char *text = g_strnfill(10000, 'a');
	Address one = address("198.51.100.9");
	const char *name;
	gint64 asked;

	names_set(names, &one, 1, text);
	ck_assert(names_find(names, &one, &asked, &name));
	ck_assert_uint_eq(strlen(name), NAMES_NAME_MAX);
}
END_TEST

static const char *const lines[] = {"", " ", "198.51.100.9", "198.51.100.9 x name",
	"198.51.100.9 -1 name", "198.51.100.9 99999999999999999999 name", "198.51.100 1 name",
	"2001:db8::/64 1 name", " 198.51.100.9 1 name", "198.51.100.9  1 name"};

START_TEST(a_line_that_is_none_is_passed_over)
{
	g_autofree char *text =
		g_strdup_printf("gnomon-names 1\n%s\n198.51.100.10 7 sound\n", lines[_i]);
	Address wrong = address("198.51.100.9"), sound = address("198.51.100.10");
	const char *name;
	gint64 asked;

	ck_assert(g_file_set_contents(path, text, -1, NULL));
	g_autoptr(Names) names = names_load(path, NULL);
	ck_assert_ptr_nonnull(names);
	ck_assert(!names_find(names, &wrong, &asked, &name));
	ck_assert(names_find(names, &sound, &asked, &name));
	ck_assert_str_eq(name, "sound");
}
END_TEST

START_TEST(a_file_that_is_none_is_told)
{
	g_autoptr(GError) error = NULL;

	ck_assert(g_file_set_contents(path, "gnomon-names 2\n", -1, NULL));
	ck_assert_ptr_null(names_load(path, &error));
	ck_assert_msg(g_str_has_suffix(
			      error->message, ": expected names as gnomon-names writes them"),
		"%s", error->message);
	g_clear_error(&error);
	ck_assert_int_eq(g_unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_ptr_null(names_load(path, &error));
	g_clear_error(&error);
	ck_assert_int_eq(g_unlink(path), 0);
	g_autoptr(Names) none = names_load(path, &error);
	ck_assert_ptr_nonnull(none);
}
END_TEST

START_TEST(what_is_old_is_forgotten)
{
	g_autoptr(Names) names = names_new();
	Address old = address("198.51.100.9"), new = address("198.51.100.10");
	const char *name;
	gint64 asked;

	names_set(names, &old, 9, "old");
	names_set(names, &new, 10, "new");
	names_forget(names, 10);
	ck_assert(!names_find(names, &old, &asked, &name));
	ck_assert(names_find(names, &new, &asked, &name));
}
END_TEST

/* --- whose names are wanted */

static const struct {
	const char *text, *wanted;
} findings[] = {
	{"", ""},
	{"{\"sources\":[\"198.51.100.9\",\"203.0.113.1\"]}\n", "198.51.100.9 203.0.113.1 "},
	{"{\"sources\":[\"203.0.113.1\"]}\n{\"sources\":[\"198.51.100.9\",\"203.0.113.1\"]}\n",
		"203.0.113.1 198.51.100.9 "},
	{"{\"sources\":[\"2001:db8::/64\"],\"members\":[\"2001:db8::1\"]}\n", "2001:db8::1 "},
	{"{\"sources\":\"198.51.100.9\"}\n[]\nnull\n7\n{}\nno JSON\n{\"sources\":[7,null,\"x\","
	 "\"198.51.100.9\"]}",
		"198.51.100.9 "},
	{"{\"sources\":[\"198.51.100.9\"", ""},
	{"\xff\n{\"sources\":[\"198.51.100.9\"]}\n", "198.51.100.9 "},
};

START_TEST(sources_are_wanted_as_findings_name_them)
{
	g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(Address));
	g_autoptr(GString) text = g_string_new(NULL);
	char buffer[ADDRESS_TEXT_SIZE];

	ck_assert(g_file_set_contents(path, findings[_i].text, -1, NULL));
	ck_assert(names_wanted(path, wanted, NULL));
	ck_assert(names_wanted(path, wanted, NULL)); /* nothing twice */
	for (guint i = 0; i < wanted->len; i++)
		g_string_append_printf(text, "%s ",
			address_format(&g_array_index(wanted, Address, i), buffer));
	ck_assert_str_eq(text->str, findings[_i].wanted);
}
END_TEST

START_TEST(not_more_is_wanted_than_can_be_asked)
{
	g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(Address));
	g_autoptr(GString) text = g_string_new(NULL);

	for (guint i = 0; i < NAMES_WANTED_MAX + 10; i++)
		g_string_append_printf(
			text, "{\"sources\":[\"198.51.%u.%u\"]}\n", i / 256, i % 256);
	ck_assert(g_file_set_contents(path, text->str, -1, NULL));
	ck_assert(names_wanted(path, wanted, NULL));
	ck_assert_uint_eq(wanted->len, NAMES_WANTED_MAX);
}
END_TEST

START_TEST(findings_that_are_not_there_want_nothing)
{
	g_autoptr(GArray) wanted = g_array_new(FALSE, FALSE, sizeof(Address));
	g_autoptr(GError) error = NULL;

	ck_assert(names_wanted(path, wanted, NULL));
	ck_assert_int_eq(g_mkdir(path, 0700), 0);
	ck_assert(!names_wanted(path, wanted, &error));
	ck_assert_uint_eq(wanted->len, 0);
}
END_TEST

/* --- what a name server says */

static const struct {
	const char *address, *question;
} questions[] = {
	{"198.51.100.9", "9.100.51.198.in-addr.arpa"},
	{"0.0.0.0", "0.0.0.0.in-addr.arpa"},
	{"2001:db8::567:89ab",
		"b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
		"ip6.arpa"},
};

START_TEST(an_address_is_asked_for_as_the_rfcs_say)
{
	Address one = address(questions[_i].address);
	g_autofree char *question = resolve_question(&one);

	ck_assert_str_eq(question, questions[_i].question);
}
END_TEST

/* A record of an answer: its owner is the question. */
#define OWNER "\xc0\x0c"
#define PTR(length) OWNER "\0\x0c\0\1\0\0\0\0\0" length
#define CNAME(length) OWNER "\0\5\0\1\0\0\0\0\0" length
#define BYTES(text) text, sizeof text - 1

static const struct {
	const char *what;
	guint8 rcode, records;
	const char *octets;
	gsize length;
	ResolveResult result;
	const char *name;
} answers[] = {
	{"a name", 0, 1, BYTES(PTR("\x0b") "\1a\7example\0"), RESOLVE_NAME, "a.example"},
	{"no such domain", 3, 0, BYTES(""), RESOLVE_NONE, NULL},
	{"no record", 0, 0, BYTES(""), RESOLVE_NONE, NULL},
	{"a server that fails", 2, 0, BYTES(""), RESOLVE_FAILED, NULL},
	{"a server that refuses", 5, 0, BYTES(""), RESOLVE_FAILED, NULL},
	{"a name by a pointer", 0, 1, BYTES(PTR("\4") "\1a\xc0\x0e"), RESOLVE_NAME, "a.arpa"},
	{"a pointer to itself", 0, 1, BYTES(PTR("\2") "\xc0\x24"), RESOLVE_FAILED, NULL},
	{"a pointer beyond the end", 0, 1, BYTES(PTR("\2") "\xff\xff"), RESOLVE_FAILED, NULL},
	{"a record that is cut", 0, 1, BYTES(PTR("\x0b") "\1a"), RESOLVE_FAILED, NULL},
	{"fewer records than said", 0, 2, BYTES(PTR("\3") "\1a\0"), RESOLVE_FAILED, NULL},
	{"the root", 0, 1, BYTES(PTR("\1") "\0"), RESOLVE_NONE, NULL},
	{"the first of two", 0, 2, BYTES(PTR("\3") "\1b\0" PTR("\3") "\1a\0"), RESOLVE_NAME,
		"a"},
	{"a name behind an alias", 0, 2, BYTES(CNAME("\3") "\1b\0" PTR("\3") "\1a\0"),
		RESOLVE_NAME, "a"},
	{"an alias alone", 0, 1, BYTES(CNAME("\3") "\1b\0"), RESOLVE_NONE, NULL},
	{"markup and controls", 0, 1, BYTES(PTR("\x0b") "\7<b>\n\t .\1\xff\0"), RESOLVE_NAME,
		"<b>\\010\\009\\032\\..\\255"},
	{"a direction turned", 0, 1, BYTES(PTR("\5") "\3\xe2\x80\xae\0"), RESOLVE_NAME,
		"\\226\\128\\174"},
};

/* The answer as it comes. */
static GByteArray *
compose(guint n)
{
	/* id; response, recursion; one question, records; "\1x\4arpa\0" at 12, PTR, IN */
	guint8 head[] = {0, 7, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1, 'x', 4, 'a', 'r', 'p',
		'a', 0, 0, 12, 0, 1};
	GByteArray *octets = g_byte_array_new();

	head[3] |= answers[n].rcode;
	head[7] = answers[n].records;
	g_byte_array_append(octets, head, sizeof head);
	return g_byte_array_append(
		octets, (const guint8 *)answers[n].octets, (guint)answers[n].length);
}

START_TEST(an_answer_is_read)
{
	g_autoptr(GByteArray) octets = compose((guint)_i);
	char name[RESOLVE_NAME_SIZE] = "";

	ck_assert_msg(resolve_read(octets->data, octets->len, name) == answers[_i].result, "%s",
		answers[_i].what);
	if (answers[_i].name)
		ck_assert_str_eq(name, answers[_i].name);
}
END_TEST

/* Whatever comes, a name is printable and is no two words. */
static void
check_read(const guint8 *octets, gsize length)
{
	char name[RESOLVE_NAME_SIZE] = "";
	g_autofree guint8 *copy = g_memdup2(octets, length); /* sanitizers see its end */

	if (resolve_read(copy, length, name) == RESOLVE_NAME) {
		ck_assert_uint_gt(strlen(name), 0);
		for (const char *c = name; *c; c++)
			ck_assert(g_ascii_isgraph(*c));
	}
}

START_TEST(an_answer_that_is_cut_or_changed_is_safe)
{
	g_autoptr(GByteArray) octets = compose((guint)_i);

	for (gsize length = 0; length < octets->len; length++)
		check_read(octets->data, length);
	for (gsize i = 0; i < octets->len; i++)
		for (guint value = 0; value < 256; value++) {
			guint8 sound = octets->data[i];
			octets->data[i] = (guint8)value;
			check_read(octets->data, octets->len);
			octets->data[i] = sound;
		}
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(tests, what_is_kept_reads_back, 0, G_N_ELEMENTS(kept));
	tcase_add_test(tests, a_name_is_cut);
	tcase_add_loop_test(tests, a_line_that_is_none_is_passed_over, 0, G_N_ELEMENTS(lines));
	tcase_add_test(tests, a_file_that_is_none_is_told);
	tcase_add_test(tests, what_is_old_is_forgotten);
	tcase_add_loop_test(
		tests, sources_are_wanted_as_findings_name_them, 0, G_N_ELEMENTS(findings));
	tcase_add_test(tests, not_more_is_wanted_than_can_be_asked);
	tcase_add_test(tests, findings_that_are_not_there_want_nothing);
	tcase_add_loop_test(
		tests, an_address_is_asked_for_as_the_rfcs_say, 0, G_N_ELEMENTS(questions));
	tcase_add_loop_test(tests, an_answer_is_read, 0, G_N_ELEMENTS(answers));
	tcase_add_loop_test(
		tests, an_answer_that_is_cut_or_changed_is_safe, 0, G_N_ELEMENTS(answers));
}

int
main(void)
{
	return suite_run("names", add_tests);
}
