#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/settings.h"

static gboolean
check_even(const char *text, GError **error)
{
	if (strlen(text) % 2 == 0)
		return TRUE;
	g_set_error(
		error, FAILURE, FAILURE_USAGE, "word \"%s\": expected an even length", text);
	return FALSE;
}

static gboolean
check_short(const char *text, GError **error)
{
	if (strlen(text) < 9)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected a short name");
	return FALSE;
}

static const Setting house_settings[] = {
	{"name", SETTING_TEXT, .required = TRUE, .help = "What it is called."},
	{"rooms", SETTING_NUMBER, "4", 1, 100, "rooms", "How many rooms it has."},
	{"garden", SETTING_SIZE, "64M", 1024, 1024 * 1024 * 1024, NULL, "How large it is."},
	{"lease", SETTING_SPAN, "30d", 3600, 34560000, NULL, "How long it is let."},
	{"notice", SETTING_SPAN, "0", 0, 86400, NULL, "How long before its end."},
	{"lift", SETTING_SWITCH, "no", .help = "Whether there is one."},
	{"key", SETTING_FOLDER, .help = "Where the key lies."},
	{"words", SETTING_LIST, .check = check_even, .help = "What is written on the door."},
	{"tax", SETTING_NUMBER, "10%", 0, 90, "%", "What is due."},
};
static const Setting guest_settings[] = {
	{"nights", SETTING_NUMBER, "1", 1, 30, "nights", "How long they stay."},
	{"origin", SETTING_TEXT, .required = TRUE, .help = "Where they come from."},
};
static const SettingGroup house = {.name = "house",
	.help = "The house.",
	.settings = house_settings,
	.n_settings = G_N_ELEMENTS(house_settings)};
static const SettingGroup guest = {.name = "guest",
	.named = TRUE,
	.help = "A guest; a group for each.",
	.settings = guest_settings,
	.n_settings = G_N_ELEMENTS(guest_settings),
	.check_name = check_short};
static const SettingGroup *const groups[] = {&house, &guest, NULL};

/* Loads text from a file called "house.conf" here. */
static Settings *
load(const char *text, gssize length, gboolean others, GError **error)
{
	ck_assert(g_file_set_contents("house.conf", text, length, NULL));
	Settings *settings = settings_load("house.conf", groups, others, error);
	unlink("house.conf");
	return settings;
}

/* What is said of a file; "" of one that is in order. Free with g_free. */
static char *
complaint(const char *text, gboolean others)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = load(text, -1, others, &error);

	ck_assert_int_eq(settings == NULL, error != NULL);
	if (error)
		ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	return g_strdup(error ? error->message : "");
}

#define HOUSE "[house]\nname = Rose\n"

static const struct {
	const char *text, *complaint;
} files[] = {
	{HOUSE, ""},
	{"\n# a comment\n\n  [house]  \n\tname=Rose\r\n", ""},
	{HOUSE "key =\nwords =\n", ""}, /* nothing is nothing given */
	{HOUSE "[guest ann]\norigin = Rome\n[guest bob]\norigin = Oslo\n", ""},
	{"", "house.conf: [house] name: expected, but not given"},
	{"\n[house]\n", "house.conf:2: [house] name: expected, but not given"},
	{"[house]\nname =\n", "house.conf:2: [house] name = : expected a text"},
	{HOUSE "romos = 5\n", "house.conf:3: [house] romos: unknown key, did you mean rooms?"},
	{HOUSE "pool = yes\n", "house.conf:3: [house] pool: unknown key"},
	{HOUSE "nights = 5\n",
		"house.conf:3: [house] nights: unknown key, it belongs to [guest]"},
	{HOUSE "[hose]\n", "house.conf:3: [hose]: unknown group, did you mean house?"},
	{HOUSE "[stable]\nx = 1\n", "house.conf:3: [stable]: unknown group"},
	{HOUSE "[house main]\n", "house.conf:3: [house main]: expected [house]"},
	{HOUSE "[guest]\n", "house.conf:3: [guest]: expected a name, like [guest main]"},
	{HOUSE "[guest wolfgang-amadeus]\n",
		"house.conf:3: [guest wolfgang-amadeus]: expected a short name"},
	{HOUSE "[guest ann]\n", "house.conf:3: [guest ann] origin: expected, but not given"},
	{HOUSE "rooms = 5\nrooms = 6\n", "house.conf:4: [house] rooms: it was given at line 3"},
	{HOUSE "[house]\nrooms = 6\n", "house.conf:3: [house]: it began at line 1"},
	{HOUSE "[guest ann]\norigin=a\n[guest  ann]\n",
		"house.conf:5: [guest ann]: it began at line 3"},
	{"name = Rose\n" HOUSE, "house.conf:1: name: expected [GROUP] before it"},
	{HOUSE "rooms\n",
		"house.conf:3: rooms: expected [GROUP], KEY = VALUE or a comment after #"},
	{HOUSE "= 5\n",
		"house.conf:3: = 5: expected [GROUP], KEY = VALUE or a comment after #"},
	{HOUSE "[guest ann\n",
		"house.conf:3: [guest ann: expected [GROUP], KEY = VALUE or a comment after #"},
	{HOUSE "rooms = 0\n",
		"house.conf:3: [house] rooms = 0: expected a number from 1 to 100 rooms"},
	{HOUSE "rooms = many\n",
		"house.conf:3: [house] rooms = many: expected a number from 1 to 100 rooms"},
	{HOUSE "rooms =\n",
		"house.conf:3: [house] rooms = : expected a number from 1 to 100 rooms"},
	{HOUSE "rooms = 5 beds\n",
		"house.conf:3: [house] rooms = 5 beds: expected a number from 1 to 100 rooms"},
	{HOUSE "garden = 2T\n",
		"house.conf:3: [house] garden = 2T: expected a size from 1K to 1G"},
	{HOUSE "lease = 9y\n", "house.conf:3: [house] lease = 9y: expected a duration from 1h "
			       "to 400d"},
	{HOUSE "lift = maybe\n", "house.conf:3: [house] lift = maybe: expected yes or no"},
	{HOUSE "key = under/mat\n",
		"house.conf:3: [house] key = under/mat: expected an absolute path"},
	{HOUSE "key = /m\\nat\n",
		"house.conf:3: [house] key = /m?at: expected an absolute path"},
	{HOUSE "key = /\\mat\\\n",
		"house.conf:3: [house] key = /\\mat\\: expected \\\\ for a backslash"},
	{HOUSE "words = even;odd\n",
		"house.conf:3: [house] word \"odd\": expected an even length"},
	{HOUSE "words = ;\n",
		"house.conf:3: [house] words = ;: expected texts with ; between them"},
	{HOUSE "roo\033ms = 1\n",
		"house.conf:3: [house] roo?ms: unknown key, did you mean rooms?"},
	/* all at once, in the file's order */
	{"[house]\nromos = 5\nlift = 2\n[gust x]\n[guest ann]\nnights = 31\n",
		"house.conf:2: [house] romos: unknown key, did you mean rooms?\n"
		"house.conf:3: [house] lift = 2: expected yes or no\n"
		"house.conf:4: [gust x]: unknown group, did you mean guest?\n"
		"house.conf:6: [guest ann] nights = 31: expected a number from 1 to 30 nights\n"
		"house.conf:1: [house] name: expected, but not given\n"
		"house.conf:5: [guest ann] origin: expected, but not given"},
};

static const struct {
	const char *line, *key;
	guint64 number;
} numbers[] = {
	{"", "rooms", 4},
	{"rooms = 100", "rooms", 100},
	{"rooms = 7 rooms", "rooms", 7},
	{"", "garden", 64 << 20},
	{"garden = 1024", "garden", 1024},
	{"garden = 3k", "garden", 3072},
	{"", "lease", 30 * 86400},
	{"lease = 90m", "lease", 5400},
	{"notice = 0", "notice", 0},
	{"", "lift", 0},
	{"lift = yes", "lift", 1},
	{"lift = true", "lift", 1},
	{"lift = false", "lift", 0},
	{"", "tax", 10},
	{"tax = 0", "tax", 0},
	{"tax = 25 %", "tax", 25},
};

static const struct {
	const char *text, *nearest;
} slips[] = {
	{"hom", "home"},
	{"hoem", "home"},
	{"homes", "home"},
	{"Home", "home"},
	{"xxme", NULL},
	{"", NULL},
	{"run", "run"},
	{"gap", NULL},
	{"odd", NULL},
	{"snap-lenght", "snap-length"},
	{"snaplength", "snap-length"},
	{"snplngth", NULL},
	{"a text that is far longer than any name that was ever thought of", NULL},
};

START_TEST(all_that_is_wrong_is_told_with_its_line)
{
	g_autofree char *said = complaint(files[_i].text, FALSE);

	ck_assert_str_eq(said, files[_i].complaint);
}
END_TEST

START_TEST(groups_of_others_are_passed_over_but_not_a_slip)
{
	static const char *const texts[][2] = {
		{HOUSE "[stable]\nx\n", "house.conf:4: x: expected [GROUP], KEY = VALUE or a "
					"comment after #"},
		{HOUSE "[stable]\nhorses = 2\nhorses = 3\n[stable two]\nhorses = 3\n", ""},
		{HOUSE "[huose]\nhorses = 2\n",
			"house.conf:3: [huose]: unknown group, did you mean house?"},
	};

	g_autofree char *said = complaint(texts[_i][0], TRUE);
	ck_assert_str_eq(said, texts[_i][1]);
}
END_TEST

START_TEST(octets_that_are_no_text_are_told)
{
	static const struct {
		const char *octets;
		gssize length;
	} texts[] = {{HOUSE "x = \xff\n", sizeof HOUSE + 5}, {HOUSE "\0\n", sizeof HOUSE + 1}};
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(load(texts[_i].octets, texts[_i].length, FALSE, &error));
	ck_assert_str_eq(error->message, "house.conf: expected UTF-8, found other octets");
}
END_TEST

START_TEST(a_file_that_is_not_there_is_told)
{
	static const char *const paths[] = {"no-such.conf", ".", "/dev/zero"};
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(settings_load(paths[_i], groups, FALSE, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert(g_str_has_prefix(error->message, paths[_i]));
}
END_TEST

START_TEST(a_number_is_read_with_its_unit)
{
	g_autofree char *text = g_strconcat(HOUSE, numbers[_i].line, "\n", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings = load(text, -1, FALSE, &error);

	ck_assert_msg(settings != NULL, "%s", error ? error->message : "");
	ck_assert_uint_eq(
		settings_number(settings, "house", numbers[_i].key), numbers[_i].number);
	ck_assert_uint_eq(
		settings_line(settings, "house", numbers[_i].key), numbers[_i].line[0] ? 3 : 0);
}
END_TEST

START_TEST(texts_and_lists_are_read)
{
	g_autoptr(Settings) settings = load("[house]\nname =  Rose and \\sCrown \nkey=/mat\n"
					    "words = even ; ;more words;\n",
		-1, FALSE, NULL);

	ck_assert_str_eq(settings_path(settings), "house.conf");
	ck_assert_str_eq(settings_text(settings, "house", "name"), "Rose and  Crown");
	ck_assert_str_eq(settings_text(settings, "house", "key"), "/mat");
	const char *const *words = settings_list(settings, "house", "words");
	ck_assert_str_eq(words[0], "even");
	ck_assert_str_eq(words[1], "more words");
	ck_assert_ptr_null(words[2]);
}
END_TEST

START_TEST(named_groups_stand_in_the_order_of_the_file)
{
	g_autoptr(Settings) settings = load("[guest zoe]\norigin=Rome\n" HOUSE
					    "[guest  ann ]\norigin=Oslo\nnights=3\n",
		-1, FALSE, NULL);
	const char *const *names = settings_names(settings, "guest");

	ck_assert_str_eq(names[0], "zoe");
	ck_assert_str_eq(names[1], "ann");
	ck_assert_ptr_null(names[2]);
	ck_assert_ptr_null(settings_names(settings, "house")[0]);
	ck_assert_str_eq(settings_text(settings, "guest ann", "origin"), "Oslo");
	ck_assert_uint_eq(settings_number(settings, "guest ann", "nights"), 3);
	ck_assert_uint_eq(settings_number(settings, "guest zoe", "nights"), 1);
}
END_TEST

static const SettingGroup guests = {
	.name = "guest",
	.help = "All guests.",
	.settings = house_settings,
	.n_settings = 2,
};
static const SettingGroup *const both[] = {&guests, &guest, NULL}, *const turned[] = {&guest,
									   &guests, NULL};

START_TEST(a_group_with_names_may_share_its_own_with_one_without)
{
	g_autoptr(GError) error = NULL;

	ck_assert(g_file_set_contents(
		"house.conf", "[guest ann]\norigin = here\n[guest]\nname = x\n", -1, NULL));
	g_autoptr(Settings) settings =
		settings_load("house.conf", _i == 0 ? both : turned, FALSE, &error);
	unlink("house.conf");
	ck_assert_msg(settings != NULL, "%s", error ? error->message : "");
	ck_assert_str_eq(settings_names(settings, "guest")[0], "ann");
	ck_assert_ptr_null(settings_names(settings, "guest")[1]);
	ck_assert_str_eq(settings_text(settings, "guest ann", "origin"), "here");
	ck_assert_str_eq(settings_text(settings, "guest", "name"), "x");
	ck_assert_uint_eq(settings_group_line(settings, "guest"), 3);
	ck_assert_uint_eq(settings_group_line(settings, "guest bob"), 0);
}
END_TEST

START_TEST(without_a_file_every_value_is_initial)
{
	g_autoptr(Settings) settings = settings_new(groups);

	ck_assert_str_eq(settings_path(settings), "");
	ck_assert_ptr_null(settings_text(settings, "house", "name"));
	ck_assert_ptr_null(settings_list(settings, "house", "words"));
	ck_assert_uint_eq(settings_number(settings, "house", "rooms"), 4);
	ck_assert_ptr_null(settings_names(settings, "guest")[0]);
}
END_TEST

START_TEST(what_is_in_force_is_told_with_its_line)
{
	g_autoptr(Settings) settings =
		load(HOUSE "rooms = 5\n[guest ann]\norigin=Oslo\n", -1, FALSE, NULL);
	g_autoptr(GString) out = g_string_new(NULL);

	settings_tell(settings, out);
	ck_assert_str_eq(out->str,
		"[house] name = Rose                             (line 2)\n"
		"[house] rooms = 5                               (line 3)\n"
		"[house] garden = 64M                            (initial)\n"
		"[house] lease = 30d                             (initial)\n"
		"[house] notice = 0                              (initial)\n"
		"[house] lift = no                               (initial)\n"
		"[house] key =                                   (not given)\n"
		"[house] words =                                 (not given)\n"
		"[house] tax = 10%                               (initial)\n"
		"[guest ann] nights = 1                          (initial)\n"
		"[guest ann] origin = Oslo                       (line 5)\n");
}
END_TEST

/* Uncomments "#key = value" and "#[group NAME]" of a sample. */
static char *
fill_in(const char *sample)
{
	GString *text = g_string_new(NULL);
	g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);

	for (char **line = lines; *line; line++) {
		const char *bare = (*line)[0] == '#' && (*line)[1] != ' ' ? *line + 1 : *line;
		g_string_append_printf(text, "%s\n",
			g_str_equal(bare, "name =")     ? "name = Rose"
			: g_str_equal(bare, "origin =") ? "origin = Oslo"
							: bare);
	}
	return g_string_free(text, FALSE);
}

START_TEST(the_sample_is_right_once_it_is_filled_in)
{
	g_autoptr(GString) sample = g_string_new(NULL);

	settings_sample(groups, sample);
	g_autofree char *as_it_is = complaint(sample->str, FALSE);
	ck_assert_str_eq(as_it_is, "house.conf:8: [house] name = : expected a text");
	g_autofree char *filled = fill_in(sample->str);
	g_autofree char *said = complaint(filled, FALSE);
	ck_assert_str_eq(said, "");
	ck_assert_ptr_nonnull(strstr(sample->str,
		"\n# How many rooms it has. (a number from 1 to 100 rooms)\n#rooms = 4\n"));
	g_autoptr(Settings) settings = load(filled, -1, FALSE, NULL);
	g_autoptr(Settings) initial = settings_new(groups);
	for (gsize i = 0; i < house.n_settings; i++)
		ck_assert_uint_eq(settings_number(settings, "house", house_settings[i].key),
			settings_number(initial, "house", house_settings[i].key));
}
END_TEST

START_TEST(a_slip_is_near_one_name)
{
	static const char *const names[] = {"home", "keep", "run", "snap-length", NULL};
	const char *nearest = settings_nearest(slips[_i].text, names);

	ck_assert_int_eq(nearest != NULL, slips[_i].nearest != NULL);
	if (nearest)
		ck_assert_str_eq(nearest, slips[_i].nearest);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_loop_test(
		tests, all_that_is_wrong_is_told_with_its_line, 0, G_N_ELEMENTS(files));
	tcase_add_loop_test(tests, groups_of_others_are_passed_over_but_not_a_slip, 0, 3);
	tcase_add_loop_test(tests, octets_that_are_no_text_are_told, 0, 2);
	tcase_add_loop_test(tests, a_file_that_is_not_there_is_told, 0, 3);
	tcase_add_loop_test(tests, a_number_is_read_with_its_unit, 0, G_N_ELEMENTS(numbers));
	tcase_add_test(tests, texts_and_lists_are_read);
	tcase_add_test(tests, named_groups_stand_in_the_order_of_the_file);
	tcase_add_loop_test(tests, a_group_with_names_may_share_its_own_with_one_without, 0, 2);
	tcase_add_test(tests, without_a_file_every_value_is_initial);
	tcase_add_test(tests, what_is_in_force_is_told_with_its_line);
	tcase_add_test(tests, the_sample_is_right_once_it_is_filled_in);
	tcase_add_loop_test(tests, a_slip_is_near_one_name, 0, G_N_ELEMENTS(slips));
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("settings-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("settings", add_tests);
	rmdir(folder);
	return status;
}
