/* The escaper, and what every page begins and ends with. */
#include "config.h"

#include <string.h>

#include "report/html.h"
#include "tests/suite.h"

static const struct {
	const char *text, *html;
} values[] = {
	{"", ""},
	{"198.51.100.9", "198.51.100.9"},
	{"<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"},
	{"\" onload='x' & more", "&quot; onload=&#39;x&#39; &amp; more"},
	{"a\nb\tc", "a b c"},
	{"a\rb\x1b[31mc\x7f", "a[U+000D]b[U+001B][31mc[U+007F]"},
	/* right to left override, its end, zero width space, byte order mark, line separator */
	{"\xe2\x80\xae"
	 "abc"
	 "\xe2\x80\xac",
		"[U+202E]abc[U+202C]"},
	{"a\xe2\x80\x8b"
	 "b\xef\xbb\xbf"
	 "c\xe2\x80\xa8",
		"a[U+200B]b[U+FEFF]c[U+2028]"},
	{"\xff\xfe"
	 "a\xc3",
		"[xFF][xFE]a[xC3]"},
	{"\xc0\xaf\xed\xa0\x80", "[xC0][xAF][xED][xA0][x80]"},
	{"Z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac", "Z\xc3\xbcrich \xe6\x9d\xb1\xe4\xba\xac"},
	{"\xc2\x85\xc2\xad", "[U+0085][U+00AD]"},
};

START_TEST(values_are_harmless)
{
	g_autoptr(GString) out = g_string_new(NULL);

	html_text(out, values[_i].text);
	ck_assert_str_eq(out->str, values[_i].html);
}
END_TEST

START_TEST(long_values_are_cut_and_say_so)
{
	g_autofree char *text = g_strnfill(10000, '<');
	g_autoptr(GString) out = g_string_new(NULL);

	html_text(out, text);
	ck_assert_uint_eq(
		out->len, HTML_TEXT_MAX * strlen("&lt;") + strlen("[and 9,000 more]"));
	ck_assert(g_str_has_suffix(out->str, "&lt;[and 9,000 more]"));
}
END_TEST

START_TEST(what_must_be_whole_is_not_cut)
{
	g_autofree char *text = g_strnfill(10000, 'x');
	g_autoptr(GString) out = g_string_new(NULL);

	html_long_text(out, text);
	ck_assert_str_eq(out->str, text);
}
END_TEST

/* The octets between two texts, the first of its kind. */
static char *
between(const char *text, const char *begin, const char *end)
{
	const char *from = strstr(text, begin);
	const char *to = from ? strstr(from + strlen(begin), end) : NULL;

	ck_assert_msg(to != NULL, "expected %s ... %s", begin, end);
	from += strlen(begin);
	return g_strndup(from, (gsize)(to - from));
}

/* Oracle: the digest of what stands between the tags, made here. */
static void
check_digest(const char *page, const char *policy, const char *tag)
{
	g_autofree char *begin = g_strdup_printf("<%s>", tag);
	g_autofree char *end = g_strdup_printf("</%s>", tag);
	g_autofree char *element = between(page, begin, end);
	g_autofree char *before = g_strdup_printf("%s-src 'sha256-", policy);
	g_autofree char *digest = between(page, before, "'");
	g_autofree char *hexadecimal =
		g_compute_checksum_for_string(G_CHECKSUM_SHA256, element, -1);
	gsize n;
	g_autofree guchar *octets = g_base64_decode(digest, &n);
	g_autoptr(GString) found = g_string_new(NULL);

	for (gsize i = 0; i < n; i++)
		g_string_append_printf(found, "%02x", octets[i]);
	ck_assert_str_eq(found->str, hexadecimal);
}

START_TEST(the_policy_fits_the_one_style_and_the_one_script)
{
	const HtmlLink links[] = {{"a.html", "Before", "prev"}, {NULL, "After", "next"}};
	const HtmlPage frame = {
		.title = "a<b", .feed = "feed.atom", .links = links, .n_links = 2};
	g_autoptr(GString) page = g_string_new(NULL);

	html_begin(page, &frame);
	html_end(page, &frame);
	check_digest(page->str, "style", "style");
	check_digest(page->str, "script", "script");
	ck_assert(strstr(page->str, "default-src 'none'") != NULL);
	ck_assert(strstr(page->str, "<title>a&lt;b</title>") != NULL);
	ck_assert(strstr(page->str, "<a href=\"a.html\" rel=\"prev\">Before</a>") != NULL);
	ck_assert(strstr(page->str, "<li>After</li>") != NULL);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(tests, values_are_harmless, 0, G_N_ELEMENTS(values));
	tcase_add_test(tests, long_values_are_cut_and_say_so);
	tcase_add_test(tests, what_must_be_whole_is_not_cut);
	tcase_add_test(tests, the_policy_fits_the_one_style_and_the_one_script);
}

int
main(void)
{
	return suite_run("html", add_tests);
}
