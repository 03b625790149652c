/* What a finding's card says. */
#include "config.h"

#include <string.h>

#include "report/card.h"
#include "tests/suite.h"

/* The sentence stands in two places for two readers: it shall be one. */
START_TEST(the_manual_explains_a_verdict_in_the_same_words)
{
	const char *srcdir = g_getenv("srcdir");
	g_autofree char *path =
		g_build_filename(srcdir ? srcdir : ".", "report", "gnomon-report.1", NULL);
	g_autofree char *manual = NULL;
	g_autofree char *expected = g_strdup_printf(".TP\n.B %s\n%s\n",
		finding_verdict_name((Verdict)_i), card_verdict_meaning((Verdict)_i));

	ck_assert(g_file_get_contents(path, &manual, NULL, NULL));
	ck_assert_msg(strstr(manual, expected) != NULL, "%s: expected %s", path, expected);
}
END_TEST

/* The most hosts in windows of each length, of a finding that is told by 9 targets in 24 h. */
static const struct {
	guint best[PROFILE_SPANS];
	const char *text, *worded;
} windows[] = {
	{{0, 0, 0}, "9 in 24 h", "9 targets in 24 h"},
	{{3, 9, 9}, "9 in 24 h", "9 targets in 24 h"},
	{{12, 9, 9}, "9 in 24 h", "9 targets in 24 h"},
	{{3, 9, 1200}, "9 in 24 h, 1,200 in 7 d", "9 targets in 24 h, 1,200 in 7 d"},
};

START_TEST(a_longer_window_is_told_where_it_says_more)
{
	const Address source = address_from_v4(0xc6336409);
	g_autoptr(Profile) profile =
		profile_new_empty(&source, 32, 0, profile_spans[PROFILE_DAY].length);
	Finding finding = {.profile = profile};

	profile->hosts = 9;
	for (guint i = 0; i < PROFILE_SPANS; i++)
		profile->best[i].hosts = windows[_i].best[i];
	g_autofree char *text = card_targets(&finding, FALSE);
	g_autofree char *worded = card_targets(&finding, TRUE);
	ck_assert_str_eq(text, windows[_i].text);
	ck_assert_str_eq(worded, windows[_i].worded);
}
END_TEST

static const struct {
	guint worth[WORTHS];
	const char *text;
} answers[] = {
	{{0, 0, 0, 0}, ""},
	{{1, 1, 1, 1}, "1 open, 1 replied, 1 reset, 1 error"},
	{{2, 0, 1200, 0}, "2 open, 1,200 resets"},
	{{0, 2, 0, 2}, "2 replied, 2 errors"},
};

START_TEST(answers_are_told_by_what_they_are_worth)
{
	const Address source = address_from_v4(0xc6336409);
	g_autoptr(Profile) profile = profile_new_empty(&source, 32, 0, 3600);
	Finding finding = {.profile = profile};

	memcpy(profile->worth, answers[_i].worth, sizeof profile->worth);
	g_autofree char *text = card_answered(&finding);
	ck_assert_str_eq(text, answers[_i].text);
}
END_TEST

static const struct {
	ProfilePort port;
	const char *text;
} ports[] = {
	{{.kind = KIND_SYN, .port = 23}, "syn to 23 telnet"},
	{{.kind = KIND_SYN, .port = 30120}, "syn to 30120"},
	{{.kind = KIND_RST, .port = 80}, "rst from 80 http"},
	{{.kind = KIND_RST, .port = 0}, "rst, port not kept"},
	{{.kind = KIND_UDP, .port = 514}, "udp to 514 syslog"},
	{{.kind = KIND_ECHO, .port = 8}, "echo"},
	{{.kind = KIND_ICMP, .port = 13}, "icmp type 13"},
};

START_TEST(a_port_is_told_with_its_service)
{
	g_autoptr(GString) text = g_string_new(NULL);

	card_port(text, &ports[_i].port);
	ck_assert_str_eq(text->str, ports[_i].text);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, the_manual_explains_a_verdict_in_the_same_words, 0, VERDICT_COUNT);
	tcase_add_loop_test(
		tests, a_longer_window_is_told_where_it_says_more, 0, G_N_ELEMENTS(windows));
	tcase_add_loop_test(
		tests, answers_are_told_by_what_they_are_worth, 0, G_N_ELEMENTS(answers));
	tcase_add_loop_test(tests, a_port_is_told_with_its_service, 0, G_N_ELEMENTS(ports));
}

int
main(void)
{
	return suite_run("card", add_tests);
}
