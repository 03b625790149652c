#include "config.h"

#include "tests/suite.h"

#include <locale.h>
#include <math.h>

#include "common/json.h"

#define REPLACED "\357\277\275"

static const struct {
	const char *text, *json;
} strings[] = {
	{NULL, "null"},
	{"", "\"\""},
	{"plain text / 'quoted'", "\"plain text / 'quoted'\""},
	{"\"\\", "\"\\\"\\\\\""},
	{"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
	{"\001\037\177", "\"\\u0001\\u001f\\u007f\""},
	{"S\303\266ren \360\237\224\215", "\"S\303\266ren \360\237\224\215\""},
	/* right-to-left override, zero width space, a tag character */
	{"a\342\200\256b\342\200\213\363\240\201\201", "\"a\\u202eb\\u200b\\udb40\\udc41\""},
	{"\377", "\"" REPLACED "\""},
	{"a\200b", "\"a" REPLACED "b\""},
	{"\303", "\"" REPLACED "\""},                           /* cut short */
	{"\300\257", "\"" REPLACED REPLACED "\""},              /* overlong slash */
	{"\355\240\200", "\"" REPLACED REPLACED REPLACED "\""}, /* surrogate */
	{"\303\n", "\"" REPLACED "\\n\""},
	{"{[:", "\"{[:\""},
};

static const struct {
	double number;
	const char *json;
} reals[] = {
	{0, "0"},
	{-1.5, "-1.5"},
	{0.1, "0.1"},
	{1e300, "1e+300"},
	{1.0 / 3, "0.3333333333333333"},
	{0.1 + 0.2, "0.30000000000000004"},
	{NAN, "null"},
	{INFINITY, "null"},
};

START_TEST(a_string_is_escaped_where_json_asks_for_it)
{
	g_autoptr(GString) out = g_string_new(NULL);

	json_string(out, strings[_i].text);
	ck_assert_str_eq(out->str, strings[_i].json);
}
END_TEST

START_TEST(a_real_number_reads_back_and_depends_on_no_locale)
{
	g_autoptr(GString) out = g_string_new(NULL);

	setlocale(LC_ALL, "de_DE.UTF-8"); /* not there: no harm */
	json_real(out, reals[_i].number);
	ck_assert_str_eq(out->str, reals[_i].json);
}
END_TEST

START_TEST(commas_come_by_themselves)
{
	g_autoptr(GString) out = g_string_new(NULL);

	for (guint i = 0; i < 2; i++) {
		json_begin(out, '{');
		json_key(out, "a");
		json_number(out, G_MAXUINT64);
		json_key(out, "b");
		json_begin(out, '[');
		json_signed(out, G_MININT64);
		json_string(out, "{");
		json_bool(out, TRUE);
		json_begin(out, '[');
		json_end(out, ']');
		json_begin(out, '{');
		json_end(out, '}');
		json_end(out, ']');
		json_key(out, "c");
		json_bool(out, FALSE);
		json_end(out, '}');
		g_string_append_c(out, '\n');
	}
#define LINE                                                                                   \
	"{\"a\":18446744073709551615,\"b\":[-9223372036854775808,\"{\",true,[],{}],\"c\":"     \
	"false}\n"
	ck_assert_str_eq(out->str, LINE LINE);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, a_string_is_escaped_where_json_asks_for_it, 0, G_N_ELEMENTS(strings));
	tcase_add_loop_test(tests, a_real_number_reads_back_and_depends_on_no_locale, 0,
		G_N_ELEMENTS(reals));
	tcase_add_test(tests, commas_come_by_themselves);
}

int
main(void)
{
	return suite_run("json", add_tests);
}
