/*
 * Findings as lines for other programs: whatever a text from outside holds, each line is read again
 * by the rules of its format, and the text comes back out of its own field.
 *
 * Oracles: jansson for JSON and EVE; a reader of RFC 4180, and one of Zeek's ASCII logs, written
 * here.
 */
#include "config.h"

#include "tests/suite.h"

#include <string.h>

#include <jansson.h>

#include "common/hour.h"
#include "report/line_format.h"
#include "tally/detector.h"
#include "tests/maker.h"

enum { CSV_COLUMNS = 19, CSV_REASON = 17, CSV_KNOWN = 18, ZEEK_COLUMNS = 26, ZEEK_SUB = 12 };

#define TEN_KB 10240

/* Texts; octets repeated up to 10 kB stand as a single character. */
static const char *const hostile[] = {
	"",
	"plain",
	"=cmd|' /C calc'!A0",
	"+1",
	"-1",
	"@SUM(A1)",
	"  =1+1",
	"\t=1",
	"\r\n=1",
	"\357\274\2351+1",
	"\357\274\240SUM(1)",
	"a \"quoted\" \"\" text\"",
	"a,b;c\td",
	"\",\"=1",
	"one\r\ntwo\nthree\rfour",
	"\n#fields\tts\tuid",
	"(empty)",
	"-",
	"\\x09 \\",
	"\\",
	"<script>alert(1)</script>",
	"&amp;<!--]]>",
	"\033[31mred\007\b",
	"\177",
	"\342\200\256gnp.exe",
	"\342\201\246x\342\201\251",
	"\342\200\213\357\273\277",
	"\342\200\250\342\200\251\302\205",
	"\363\240\200\201tag",
	"\356\200\200private",
	"\377\376",
	"\300\200\355\240\200",
	"cut \342\200",
	"\360",
	"%s%n%d",
	"{\"a\":1}",
	"\360\237\230\200 \303\251",
	"x",
	"\"",
	"\\\\",
	"\377",
	"\342\200\256",
	"\t",
};

static char *
hostile_text(int i)
{
	const char *text = hostile[i];
	GString *out = g_string_new(text);

	/* from the last "x" on, as long as they come */
	if (i >= (int)G_N_ELEMENTS(hostile) - 6)
		while (out->len < TEN_KB)
			g_string_append(out, text);
	return g_string_free(out, FALSE);
}

/* A scan of eight targets whose reason is the text, by a source that a list of that name knows for
 * that reason. */
typedef struct {
	Maker *maker;
	GPtrArray *findings;
	Finding *finding; /* the first of them */
	KnownList list;
	KnownEntry entry;
} Told;

static void
told_init(Told *told, char *text)
{
	told->maker = maker_new();
	for (guint target = 1; target <= 8; target++)
		maker_add(told->maker, target, 3, KIND_SYN, 1);
	told->findings = maker_find(told->maker);
	ck_assert_uint_ge(told->findings->len, 1);
	told->finding = told->findings->pdata[0];
	told->list = (KnownList){.name = text, .action = KNOWN_LABEL};
	told->entry = (KnownEntry){.network = {told->finding->profile->source, 32},
		.list = &told->list,
		.reason = text};
	told->finding->known = &told->entry;
	Evidence *evidence = &g_array_index(told->finding->evidence, Evidence, 0);
	g_free(evidence->text);
	evidence->text = g_strdup(text);
}

static void
told_clear(Told *told)
{
	g_ptr_array_unref(told->findings);
	maker_free(told->maker);
}

/* The format's head and lines of a finding. */
static char *
lines_of(const LineFormat *format, const Finding *finding)
{
	static const ScanHead head = {.span = {0, G_MAXINT64}};
	GString *out = g_string_new(NULL);

	if (format->begin)
		format->begin(out, &head);
	format->line(out, &head, finding);
	return g_string_free(out, FALSE);
}

/* Nothing that ends a line, moves a cursor or turns the direction of text; but for line ends. */
static void
check_visible(const char *lines)
{
	ck_assert(g_utf8_validate(lines, -1, NULL));
	for (const char *c = lines; *c; c = g_utf8_next_char(c)) {
		gunichar character = g_utf8_get_char(c);
		GUnicodeType type = g_unichar_type(character);
		if (character == '\n' || character == '\r' || character == '\t')
			continue;
		ck_assert_msg(type != G_UNICODE_CONTROL && type != G_UNICODE_FORMAT &&
				      type != G_UNICODE_LINE_SEPARATOR &&
				      type != G_UNICODE_PARAGRAPH_SEPARATOR,
			"U+%04X in %.200s", character, c);
	}
}

/* The one line, without its end. */
static char *
only_line(const char *lines)
{
	ck_assert(g_str_has_suffix(lines, "\n"));
	ck_assert_ptr_eq(strchr(lines, '\n'), strrchr(lines, '\n'));
	ck_assert_ptr_null(strpbrk(lines, "\r\t"));
	return g_strndup(lines, strlen(lines) - 1);
}

/* --- JSON and EVE */

/* What a JSON text can hold of any octets: U+FFFD for each that is no UTF-8. */
static char *
as_json(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		gunichar c = g_utf8_get_char_validated(text, -1);
		gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
		g_string_append_unichar(out, valid ? c : 0xfffd);
		text = valid ? g_utf8_next_char(text) : text + 1;
	}
	return g_string_free(out, FALSE);
}

static json_t *
read_object(const LineFormat *format, const Finding *finding)
{
	g_autofree char *lines = lines_of(format, finding), *line = only_line(lines);
	json_error_t problem;
	json_t *object = json_loads(line, JSON_REJECT_DUPLICATES, &problem);

	ck_assert_msg(object != NULL, "%s: %.200s", problem.text, line);
	check_visible(lines);
	return object;
}

static const char *
text_at(const json_t *object, const char *outer, const char *key)
{
	const char *text = json_string_value(
		json_object_get(outer ? json_object_get(object, outer) : object, key));

	ck_assert_msg(text != NULL, "no %s", key);
	return text;
}

START_TEST(a_text_comes_back_out_of_json)
{
	g_autofree char *text = hostile_text(_i), *expected = as_json(text);
	Told told;

	told_init(&told, text);
	json_t *object = read_object(&line_json, told.finding);
	ck_assert_str_eq(text_at(object, "known", "list"), expected);
	ck_assert_str_eq(text_at(object, "known", "reason"), expected);
	ck_assert_str_eq(
		text_at(json_array_get(json_object_get(object, "evidence"), 0), NULL, "text"),
		expected);
	json_decref(object);
	told_clear(&told);
}
END_TEST

START_TEST(a_text_comes_back_out_of_an_alert)
{
	g_autofree char *text = hostile_text(_i), *expected = as_json(text);
	Told told;

	told_init(&told, text);
	json_t *object = read_object(&line_eve, told.finding);
	const json_t *own = json_object_get(object, "gnomon");
	ck_assert_str_eq(text_at(own, NULL, "reason"), expected);
	ck_assert_str_eq(text_at(own, "known", "reason"), expected);
	ck_assert_str_eq(text_at(own, "known", "list"), expected);
	json_decref(object);
	told_clear(&told);
}
END_TEST

START_TEST(an_alert_has_what_its_readers_ask_for)
{
	Told told;
	char text[] = "text";

	told_init(&told, text);
	json_t *object = read_object(&line_eve, told.finding);
	ck_assert_str_eq(text_at(object, NULL, "timestamp"), "2017-09-10T03:00:01.000000+0000");
	ck_assert_str_eq(text_at(object, NULL, "event_type"), "alert");
	ck_assert_str_eq(text_at(object, NULL, "src_ip"), "198.51.100.9");
	ck_assert_str_eq(text_at(object, NULL, "dest_ip"), "192.0.2.1");
	ck_assert_str_eq(text_at(object, NULL, "proto"), "TCP");
	ck_assert_str_eq(text_at(object, "alert", "action"), "allowed");
	static const char *const numbers[] = {"gid", "signature_id", "rev", "severity"};
	for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
		ck_assert(json_is_integer(
			json_object_get(json_object_get(object, "alert"), numbers[i])));
	json_decref(object);
	told_clear(&told);
}
END_TEST

START_TEST(each_detector_has_a_local_signature_of_its_own)
{
	gsize n;
	const Detector *const *detectors = detector_table(&n);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	char text[] = "text";
	Told told;

	told_init(&told, text);
	for (gsize i = 0; i < n; i++) {
		g_array_index(told.finding->windows, FindingWindow, 0).detector = detectors[i];
		json_t *object = read_object(&line_eve, told.finding);
		json_int_t number = json_integer_value(
			json_object_get(json_object_get(object, "alert"), "signature_id"));
		ck_assert_int_ge(number, 1000000);
		ck_assert_int_lt(number, 2000000);
		ck_assert_msg(g_hash_table_add(seen, GINT_TO_POINTER((int)number)),
			"%s has another's", detectors[i]->name);
		json_decref(object);
	}
	told_clear(&told);
}
END_TEST

START_TEST(of_several_sources_no_line_claims_a_target_for_one)
{
	char text[] = "text";
	Told told;

	told_init(&told, text);
	FindingSource other = {.source = address_from_v4(0xc6336410),
		.bits = 32,
		.hosts = 1,
		.packets = 1,
		.first = (MAKER_MIDNIGHT + 4 * 3600) * SECOND_NS};
	g_array_append_val(told.finding->sources, other);
	told.finding->n_sources = 2;
	g_autofree char *lines = lines_of(&line_eve, told.finding);
	g_auto(GStrv) both = g_strsplit(lines, "\n", -1);
	ck_assert_uint_eq(g_strv_length(both), 3);
	json_t *object = json_loads(both[1], 0, NULL);
	ck_assert_str_eq(text_at(object, NULL, "src_ip"), "198.51.100.16");
	ck_assert_str_eq(text_at(object, NULL, "timestamp"), "2017-09-10T04:00:00.000000+0000");
	ck_assert_ptr_null(json_object_get(object, "dest_ip"));
	json_decref(object);
	told_clear(&told);
}
END_TEST

/* --- CSV, by RFC 4180 to the letter, but that no field holds a line break */

/* Reads a field at *at, and moves to what ends it: a comma or CR. */
static char *
read_field(const char **at)
{
	GString *out = g_string_new(NULL);
	const char *c = *at;

	if (*c != '"') {
		for (; *c != ',' && *c != '\r'; c++) {
			ck_assert_msg(
				*c && *c != '"' && *c != '\n', "in a bare field: %.40s", c);
			g_string_append_c(out, *c);
		}
	} else {
		for (c++; *c != '"' || c[1] == '"'; c++) {
			ck_assert_msg(*c && !strchr("\r\n", *c), "in a field: %.40s", c);
			c += *c == '"';
			g_string_append_c(out, *c);
		}
		c++;
		ck_assert_msg(*c == ',' || *c == '\r', "behind a field: %.40s", c);
	}
	*at = c;
	return g_string_free(out, FALSE);
}

/* A row's fields; *at moves behind its CR LF. */
static GPtrArray *
read_row(const char **at)
{
	GPtrArray *row = g_ptr_array_new_with_free_func(g_free);

	for (;; ++*at) {
		g_ptr_array_add(row, read_field(at));
		if (**at == '\r')
			break;
	}
	ck_assert_int_eq((*at)[1], '\n');
	*at += 2;
	return row;
}

/* What a spreadsheet would do with a field. */
static gboolean
is_formula(const char *field)
{
	static const char *const signs[] = {"=", "+", "-", "@", "\357\274\235", "\357\274\213",
		"\357\274\215", "\357\274\240", "\t", "\r"};

	for (; *field == ' '; field++)
		;
	for (gsize i = 0; i < G_N_ELEMENTS(signs); i++)
		if (g_str_has_prefix(field, signs[i]))
			return TRUE;
	return FALSE;
}

/* As it is shown: [U+202E] for what is hidden, [xFF] for what is none. */
static char *
as_shown(const char *text)
{
	GString *out = g_string_new(NULL);

	while (*text) {
		gunichar c = g_utf8_get_char_validated(text, -1);
		gboolean valid = c != (gunichar)-1 && c != (gunichar)-2;
		GUnicodeType type = valid ? g_unichar_type(c) : G_UNICODE_UNASSIGNED;
		if (!valid)
			g_string_append_printf(out, "[x%02X]", (guint8)*text);
		else if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
			 type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_LINE_SEPARATOR ||
			 type == G_UNICODE_PARAGRAPH_SEPARATOR)
			g_string_append_printf(out, "[U+%04X]", c);
		else
			g_string_append_unichar(out, c);
		text = valid ? g_utf8_next_char(text) : text + 1;
	}
	if (is_formula(out->str))
		g_string_prepend_c(out, '\'');
	return g_string_free(out, FALSE);
}

START_TEST(a_text_comes_back_out_of_a_table)
{
	g_autofree char *text = hostile_text(_i), *shown = as_shown(text);
	Told told;

	told_init(&told, text);
	g_autofree char *lines = lines_of(&line_csv, told.finding);
	const char *at = lines;
	g_autoptr(GPtrArray) head = read_row(&at), row = read_row(&at);
	ck_assert_str_eq(at, "");
	ck_assert_uint_eq(head->len, CSV_COLUMNS);
	ck_assert_uint_eq(row->len, CSV_COLUMNS);
	ck_assert_str_eq(head->pdata[CSV_REASON], "reason");
	ck_assert_str_eq(head->pdata[CSV_KNOWN], "known");
	check_visible(lines);
	for (guint i = 0; i < row->len; i++)
		ck_assert_msg(
			!is_formula(row->pdata[i]), "a formula: %s", (char *)row->pdata[i]);
	ck_assert_str_eq(row->pdata[CSV_REASON], shown);
	ck_assert(g_str_has_prefix(row->pdata[CSV_KNOWN], "label "));
	told_clear(&told);
}
END_TEST

/* --- Zeek's logs */

/* A field's octets. */
static char *
unescape(const char *field)
{
	GString *out = g_string_new(NULL);

	while (*field) {
		if (*field != '\\') {
			g_string_append_c(out, *field++);
			continue;
		}
		ck_assert_msg(field[1] == 'x' && g_ascii_isxdigit(field[2]) &&
				      g_ascii_isxdigit(field[3]),
			"no escape: %.8s", field);
		g_string_append_c(out, (char)(g_ascii_xdigit_value(field[2]) * 16 +
					       g_ascii_xdigit_value(field[3])));
		field += 4;
	}
	return g_string_free(out, FALSE);
}

START_TEST(a_text_comes_back_out_of_a_notice)
{
	g_autofree char *text = hostile_text(_i);
	Told told;

	told_init(&told, text);
	g_autofree char *lines = lines_of(&line_zeek, told.finding);
	g_auto(GStrv) rows = g_strsplit(lines, "\n", -1);
	g_autofree char *known =
		g_strdup_printf(", label %s (198.51.100.9)%s%s", text, *text ? ": " : "", text);
	guint n = g_strv_length(rows);

	ck_assert_uint_eq(n, 9); /* seven of the head, one line, nothing behind */
	for (const char *c = lines; *c; c++)
		ck_assert(g_ascii_isprint(*c) || *c == '\n' || *c == '\t');
	g_auto(GStrv) fields = g_strsplit(rows[5], "\t", -1),
		      types = g_strsplit(rows[6], "\t", -1),
		      row = g_strsplit(rows[7], "\t", -1);
	ck_assert_uint_eq(g_strv_length(fields), ZEEK_COLUMNS + 1);
	ck_assert_uint_eq(g_strv_length(types), ZEEK_COLUMNS + 1);
	ck_assert_uint_eq(g_strv_length(row), ZEEK_COLUMNS);
	ck_assert_str_eq(fields[ZEEK_SUB + 1], "sub");
	ck_assert(g_str_has_prefix(row[ZEEK_SUB - 2], "Gnomon::"));
	g_autofree char *message = unescape(row[ZEEK_SUB - 1]), *sub = unescape(row[ZEEK_SUB]);
	ck_assert(g_str_has_suffix(message, text));
	ck_assert(g_str_has_suffix(sub, known));
	told_clear(&told);
}
END_TEST

static void
add_tests(TCase *tests)
{
	const int n = G_N_ELEMENTS(hostile);

	tcase_add_loop_test(tests, a_text_comes_back_out_of_json, 0, n);
	tcase_add_loop_test(tests, a_text_comes_back_out_of_an_alert, 0, n);
	tcase_add_test(tests, an_alert_has_what_its_readers_ask_for);
	tcase_add_test(tests, each_detector_has_a_local_signature_of_its_own);
	tcase_add_test(tests, of_several_sources_no_line_claims_a_target_for_one);
	tcase_add_loop_test(tests, a_text_comes_back_out_of_a_table, 0, n);
	tcase_add_loop_test(tests, a_text_comes_back_out_of_a_notice, 0, n);
}

int
main(void)
{
	return suite_run("lines", add_tests);
}
