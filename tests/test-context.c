#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <glib/gstdio.h>

#include "report/context.h"
#include "report/database.h"
#include "report/names.h"

static char *root, *database_path;
static GPtrArray *problems;

static void
set_up(void)
{
	root = g_dir_make_tmp("context.XXXXXX", NULL);
	database_path = g_build_filename(root, "test.mmdb", NULL);
	problems = g_ptr_array_new_with_free_func(g_free);
}

static void
tear_down(void)
{
	g_autofree char *command = g_strdup_printf("rm -rf '%s'", root);

	ck_assert_int_eq(system(command), 0);
	g_clear_pointer(&root, g_free);
	g_clear_pointer(&database_path, g_free);
	g_clear_pointer(&problems, g_ptr_array_unref);
}

/* Without a sync: there are thousands. */
static void
put(const char *path, const void *octets, gsize length)
{
	ck_assert(g_file_set_contents_full(
		path, octets, (gssize)length, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static Address
address(const char *text)
{
	Address parsed;

	ck_assert(address_parse(text, &parsed));
	return parsed;
}

/* A site whose [context] has these lines; DB stands for the database's path. */
static Site *
load(const char *lines)
{
	g_autofree char *path = g_build_filename(root, "site.conf", NULL);
	g_auto(GStrv) pieces = g_strsplit(lines, "DB", -1);
	g_autofree char *own = g_strjoinv(database_path, pieces);
	g_autofree char *text =
		g_strdup_printf("[site]\nname=hq\nhome=192.0.2.0/24\nzone=UTC\nspool=%s\n"
				"store=%s\nreports=%s\n[context]\n%s",
			root, root, root, own);
	g_autoptr(GError) error = NULL;

	put(path, text, strlen(text));
	Site *site = site_load(path, site_groups, FALSE, &error);
	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	return site;
}

static void
keep_name(const char *of, gint64 asked, const char *name)
{
	g_autoptr(Names) names = names_new();
	g_autofree char *path = names_path(root);
	Address one = address(of);

	names_set(names, &one, asked, name);
	ck_assert(names_save(names, path, NULL));
}

/* --- names */

static const struct {
	const char *settings, *name, *line;
} named[] = {
	{"names = yes\n", "scanner.example.org",
		"name scanner.example.org (asked 2026-03-30, not verified)"},
	{"names = yes\n", "", "no name (asked 2026-03-30)"},
	{"names = yes\n", "<b>\xe2\x80\xae\xff",
		"name <b>\xe2\x80\xae\xff (asked 2026-03-30, not verified)"},
	{"names = no\n", "scanner.example.org", NULL},
	{"", "scanner.example.org", NULL},
};

START_TEST(a_name_is_told_with_the_day_of_asking)
{
	g_autoptr(Site) site = load(named[_i].settings);
	Address one = address("198.51.100.9"), other = address("198.51.100.10");
	g_auto(ContextFacts) facts = {0};

	keep_name("198.51.100.9", 1774828800, named[_i].name);
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert_int_eq(context != NULL, named[_i].line != NULL);
	ck_assert(!context_look_up(context, &other, &facts, problems));
	ck_assert_int_eq(
		context_look_up(context, &one, &facts, problems), named[_i].line != NULL);
	if (named[_i].line) {
		g_autofree char *line = context_line(&facts);
		ck_assert_str_eq(line, named[_i].line);
	}
	ck_assert_uint_eq(problems->len, 0);
}
END_TEST

START_TEST(names_that_cannot_be_read_are_a_problem_and_no_more)
{
	g_autoptr(Site) site = load("names = yes\n");
	g_autofree char *path = names_path(root);

	ck_assert(g_file_set_contents(path,
		"\x7f"
		"ELF",
		-1, NULL));
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert_ptr_null(context);
	ck_assert_uint_eq(problems->len, 1);
	ck_assert(g_str_has_prefix(problems->pdata[0], "[context] names: "));
}
END_TEST

START_TEST(a_database_that_is_none_is_a_problem_and_no_more)
{
	static const char *const contents[] = {
		NULL, "", "no database", "\xab\xcd\xefMaxMind.com"};
	g_autoptr(Site) site = load("country = DB\nasn = DB\nnames = yes\n");
	Address one = address("198.51.100.9");
	g_auto(ContextFacts) facts = {0};

	keep_name("198.51.100.9", 1774828800, "a.example");
	if (contents[_i])
		ck_assert(g_file_set_contents(database_path, contents[_i], -1, NULL));
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert_uint_eq(problems->len, 2);
	for (guint i = 0; i < problems->len; i++)
		ck_assert_ptr_nonnull(strstr(problems->pdata[i], database_path));
	ck_assert(context_look_up(context, &one, &facts, problems));
	ck_assert_str_eq(facts.name, "a.example");
	ck_assert_ptr_null(facts.country);
}
END_TEST

#ifdef HAVE_MAXMINDDB

/* --- a database, composed by the format's description */

enum { MAP = 7, TEXT = 2, UINT16 = 5, UINT32 = 6, UINT64 = 9, ARRAY = 11 };

static void
put_number(GByteArray *out, guint64 number, guint octets)
{
	while (octets-- > 0) {
		guint8 octet = (guint8)(number >> (8 * octets));
		g_byte_array_append(out, &octet, 1);
	}
}

/* What begins a value: its type, and its size. */
static void
put_control(GByteArray *out, guint type, gsize size)
{
	guint small = size < 29 ? (guint)size : size < 285 ? 29 : size < 65821 ? 30 : 31;

	put_number(out, (type > MAP ? 0 : type << 5) | small, 1);
	if (type > MAP)
		put_number(out, type - MAP, 1);
	if (small == 29)
		put_number(out, size - 29, 1);
	else if (small == 30)
		put_number(out, size - 285, 2);
	else if (small == 31)
		put_number(out, size - 65821, 3);
}

static void
put_text(GByteArray *out, const char *text)
{
	put_control(out, TEXT, strlen(text));
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static void
put_named(GByteArray *out, const char *key, guint type, guint64 number, guint octets)
{
	put_text(out, key);
	put_control(out, type, octets);
	put_number(out, number, octets);
}

/* One prefix of the tree, a node a bit; its data is the first of the data section. */
static void
put_tree(GByteArray *out, const Address *prefix, guint bits)
{
	guint8 octets[16];

	if (prefix->family == 6)
		address_to_v6(prefix, octets);
	for (guint i = 0; i < bits; i++) {
		gboolean one = prefix->family == 6 ? (octets[i / 8] >> (7 - i % 8)) & 1
						   : (gboolean)((prefix->low >> (31 - i)) & 1);
		guint next = i + 1 < bits ? i + 1 : bits + 16;
		put_number(out, one ? bits : next, 3);
		put_number(out, one ? next : bits, 3);
	}
	/* What parts the tree from the data. */
	put_number(out, 0, 8);
	put_number(out, 0, 8);
}

static void
put_metadata(GByteArray *out, const Address *prefix, guint bits)
{
	g_byte_array_append(out, (const guint8 *)"\xab\xcd\xefMaxMind.com", 14);
	put_control(out, MAP, 9);
	put_named(out, "node_count", UINT32, bits, 4);
	put_named(out, "record_size", UINT16, 24, 2);
	put_named(out, "ip_version", UINT16, prefix->family, 2);
	put_named(out, "binary_format_major_version", UINT16, 2, 2);
	put_named(out, "binary_format_minor_version", UINT16, 0, 2);
	put_named(out, "build_epoch", UINT64, 1772323200, 8); /* 2026-03-01 */
	put_text(out, "database_type");
	put_text(out, "Test");
	put_text(out, "languages");
	put_control(out, ARRAY, 0);
	put_text(out, "description");
	put_control(out, MAP, 0);
}

/* What the prefix has: a country, an autonomous system; NULL: a number where a text belongs. */
static GByteArray *
compose(const char *prefix, guint bits, const char *country, guint32 as, const char *as_name)
{
	GByteArray *out = g_byte_array_new();
	Address first = address(prefix);

	put_tree(out, &first, bits);
	put_control(out, MAP, 3);
	put_text(out, "country");
	put_control(out, MAP, 1);
	if (country) {
		put_text(out, "iso_code");
		put_text(out, country);
	} else
		put_named(out, "iso_code", UINT32, 7, 4);
	put_named(out, "autonomous_system_number", UINT32, as, 4);
	put_text(out, "autonomous_system_organization");
	put_text(out, as_name);
	put_metadata(out, &first, bits);
	return out;
}

static void
save(const GByteArray *octets)
{
	put(database_path, octets->data, octets->len);
}

static const struct {
	const char *prefix;
	guint bits;
	const char *address, *settings, *line;
} found[] = {
	{"198.51.100.0", 24, "198.51.100.9", "country = DB\nasn = DB\n",
		"AS64500 Example Net (database of 2026-03-01); country DE (database of "
		"2026-03-01)"},
	{"198.51.100.0", 24, "198.51.100.9", "country = DB\n",
		"country DE (database of 2026-03-01)"},
	{"198.51.100.0", 24, "198.51.100.9", "asn = DB\n",
		"AS64500 Example Net (database of 2026-03-01)"},
	{"198.51.100.0", 24, "198.51.101.9", "country = DB\nasn = DB\n", NULL},
	{"198.51.100.9", 32, "198.51.100.9", "country = DB\n",
		"country DE (database of 2026-03-01)"},
	{"2001:db8::", 32, "2001:db8::9", "country = DB\n",
		"country DE (database of 2026-03-01)"},
	{"2001:db8::", 32, "198.51.100.9", "country = DB\n", NULL},
	{"198.51.100.0", 24, "2001:db8::9", "country = DB\n", NULL},
};

START_TEST(a_database_tells_with_its_age)
{
	g_autoptr(GByteArray) octets =
		compose(found[_i].prefix, found[_i].bits, "DE", 64500, "Example Net");
	g_autoptr(Site) site = load(found[_i].settings);
	Address one = address(found[_i].address);
	g_auto(ContextFacts) facts = {0};

	save(octets);
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert_ptr_nonnull(context);
	ck_assert_int_eq(
		context_look_up(context, &one, &facts, problems), found[_i].line != NULL);
	if (found[_i].line) {
		g_autofree char *line = context_line(&facts);
		ck_assert_str_eq(line, found[_i].line);
	}
	ck_assert_uint_eq(problems->len, 0);
}
END_TEST

START_TEST(hostile_texts_are_handed_over_raw_and_cut)
{
	static const char *const texts[] = {"<script>alert(1)</script>", "a\nb\r\tc\x1b[31m",
		"\xe2\x80\xaetxet", "\xff\xfe\xc3("};
	g_autofree char *filler = g_strnfill(_i < 4 ? 0 : 10000, 'a');
	g_autofree char *text = g_strconcat(texts[_i % 4], filler, NULL);
	g_autofree char *cut = g_strndup(text, CONTEXT_TEXT_MAX);
	g_autoptr(GByteArray) octets = compose("198.51.100.0", 24, text, 1, text);
	g_autoptr(Site) site = load("country = DB\nasn = DB\n");
	Address one = address("198.51.100.9");
	g_auto(ContextFacts) facts = {0};

	save(octets);
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert(context_look_up(context, &one, &facts, problems));
	ck_assert_str_eq(facts.country, cut);
	ck_assert_str_eq(facts.as_name, cut);
}
END_TEST

START_TEST(a_number_for_a_text_is_nothing)
{
	g_autoptr(GByteArray) octets = compose("198.51.100.0", 24, NULL, 0, "");
	g_autoptr(Site) site = load("country = DB\nasn = DB\n");
	Address one = address("198.51.100.9");
	g_auto(ContextFacts) facts = {0};

	save(octets);
	g_autoptr(Context) context = context_new(site, problems);
	ck_assert(!context_look_up(context, &one, &facts, problems));
	ck_assert_uint_eq(problems->len, 0);
}
END_TEST

/* No crash, and no more than a problem a database. */
static void
look_up_damaged(const GByteArray *octets)
{
	g_autoptr(Site) site = load("country = DB\nasn = DB\n");
	Address one = address("198.51.100.9");
	g_auto(ContextFacts) facts = {0}, again = {0};

	save(octets);
	g_ptr_array_set_size(problems, 0);
	g_autoptr(Context) context = context_new(site, problems);
	context_look_up(context, &one, &facts, problems);
	context_look_up(context, &one, &again, problems);
	ck_assert_uint_le(problems->len, 2);
	ck_assert(!facts.country || strlen(facts.country) <= CONTEXT_TEXT_MAX);
}

START_TEST(a_database_that_is_cut_is_safe)
{
	g_autoptr(GByteArray) octets = compose("198.51.100.0", 24, "DE", 64500, "Example Net");

	while (octets->len > 0) {
		g_byte_array_set_size(octets, octets->len - 1);
		look_up_damaged(octets);
	}
}
END_TEST

START_TEST(a_database_that_is_changed_is_safe)
{
	static const guint8 values[] = {0x00, 0xff, 0x20, 0xe0};
	g_autoptr(GByteArray) octets = compose("198.51.100.0", 24, "DE", 64500, "Example Net");

	for (guint i = 0; i < octets->len; i++) {
		guint8 sound = octets->data[i];
		octets->data[i] = values[_i];
		look_up_damaged(octets);
		octets->data[i] = sound;
	}
}
END_TEST

START_TEST(a_database_that_is_damaged_inside_is_told_once)
{
	g_autoptr(GByteArray) octets = compose("198.51.100.0", 24, "DE", 64500, "Example Net");
	g_autoptr(Site) site = load("country = DB\n");
	Address one = address("198.51.100.9");

	/* The data's address, beyond all data. */
	memset(octets->data + 23 * 6, 0xff, 6);
	save(octets);
	g_autoptr(Context) context = context_new(site, problems);
	for (guint i = 0; i < 3; i++) {
		g_auto(ContextFacts) facts = {0};
		ck_assert(!context_look_up(context, &one, &facts, problems));
	}
	ck_assert_uint_eq(problems->len, 1);
	ck_assert_ptr_nonnull(strstr(problems->pdata[0], "expected a database in MaxMind's"));
}
END_TEST

static void
add_database_tests(TCase *tests)
{
	tcase_add_loop_test(tests, a_database_tells_with_its_age, 0, G_N_ELEMENTS(found));
	tcase_add_loop_test(tests, hostile_texts_are_handed_over_raw_and_cut, 0, 8);
	tcase_add_test(tests, a_number_for_a_text_is_nothing);
	tcase_add_test(tests, a_database_that_is_cut_is_safe);
	tcase_add_loop_test(tests, a_database_that_is_changed_is_safe, 0, 4);
	tcase_add_test(tests, a_database_that_is_damaged_inside_is_told_once);
}

#else

START_TEST(without_the_library_a_setting_is_a_clear_problem)
{
	g_autoptr(Site) site = load("asn = DB\n");

	g_autoptr(Context) context = context_new(site, problems);
	ck_assert_ptr_null(context);
	ck_assert_ptr_nonnull(strstr(problems->pdata[0], "was built without libmaxminddb"));
}
END_TEST

static void
add_database_tests(TCase *tests)
{
	tcase_add_test(tests, without_the_library_a_setting_is_a_clear_problem);
}

#endif

static void
add_tests(TCase *tests)
{
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_loop_test(
		tests, a_name_is_told_with_the_day_of_asking, 0, G_N_ELEMENTS(named));
	tcase_add_test(tests, names_that_cannot_be_read_are_a_problem_and_no_more);
	tcase_add_loop_test(tests, a_database_that_is_none_is_a_problem_and_no_more, 0, 4);
	add_database_tests(tests);
}

int
main(void)
{
	return suite_run("context", add_tests);
}
