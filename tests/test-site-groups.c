#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/hour.h"
#include "tally/kind.h"
#include "tally/selftest.h"
#include "tally/signatures.h"
#include "tally/site_groups.h"

#define SITE "[site]\nname=hq\nhome=192.0.2.0/24\nzone=UTC\nspool=/a\nstore=/b\nreports=/c\n"

static Site *
load(const char *text, GError **error)
{
	g_autofree char *whole = g_strconcat(SITE, text, NULL);

	ck_assert(g_file_set_contents("site.conf", whole, -1, NULL));
	Site *site = site_groups_load("site.conf", error);
	unlink("site.conf");
	return site;
}

static Site *
load_well(const char *text)
{
	g_autoptr(GError) error = NULL;
	Site *site = load(text, &error);

	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	return site;
}

static const struct {
	const char *text, *complaint;
} mistakes[] = {
	{"[hourly]\nhosts = 0\n",
		"site.conf:9: [hourly] hosts = 0: expected a number from 1 to 1000000 hosts"},
	{"[port-scan]\nhosts = 7\n", "[port-scan] hosts: unknown key"},
	{"[portscan]\nports = 30\n", "[portscan]: unknown group, did you mean port-scan?"},
	{"[tally web]\nkinds = syn;sny\n", "[tally web] kind \"sny\": expected kinds among"},
	{"[tally web]\nports = 80;0\n", "[tally web] ports \"0\": expected ports from 1 to"},
	{"[tally web]\ntargets = 192.0.2.1/24\n", "[tally web] targets: "},
	{"[tally web]\nwindow = 90m\n", "[tally web] window \"90m\": expected whole hours"},
	{"[tally web]\nstep = 1d\n",
		"site.conf:9: [tally web] step = 1d: expected no more than the window's 1h"},
	{"[tally web]\nhosts = 0\n", "[tally web] hosts = 0: expected a number from 1"},
	{"[known lab]\naction = ignore\n",
		"site.conf:8: [known lab]: expected file or networks"},
	{"[known lab]\nnetworks = 198.51.100.0/24\n",
		"[known lab] action: expected, but not given"},
	{"[known lab]\naction = drop\n", "action = drop: expected ignore, label or watch"},
	{"[known lab]\naction=label\nnetworks = 198.51.100.0/24;::1/64\n",
		"site.conf:10: [known lab] networks \"::1/64\": bits are set beyond the "
		"prefix"},
	{"[known lab]\naction=label\nfile = list\n", "file = list: expected an absolute path"},
	{"[known lab]\naction=label\nports = ssh\n",
		"[known lab] ports \"ssh\": expected ports"},
	{"[known lab]\naction=label\nuntil = 2027-02-29\n",
		"until = 2027-02-29: expected a date, like 2027-01-31"},
	{"[signature kill]\norigin = here\n", "site.conf:8: [signature kill]: expected one of "
					      "ack, seq, window, id, ttl, payload"},
	{"[signature kill]\nttl = 256\n",
		"ttl = 256: expected a number from 0 to 255, or two like 0-64"},
	{"[signature kill]\nack = 7-6\n", "ack = 7-6: expected a number from 0 to 4294967295"},
	{"[signature kill]\nack = 7-\n", "ack = 7-: expected a number"},
	{"[signature kill]\nmss = 7\n", "[signature kill] mss: unknown key"},
	{"[targets]\ninfrastructure = 192.0.2.53\n",
		"[targets] infrastructure \"192.0.2.53\": expected a network and what it is"},
	{"[targets]\ninfrastructure = dns\n",
		"[targets] infrastructure \"dns\": expected an address"},
	{"[targets]\ninfrastructure = 192.0.2.53 dns mail\n",
		"expected a network and what it is"},
	{"[tally ../web]\n", "[tally ../web]: expected at most 64 letters"},
};

START_TEST(every_parameter_of_a_detector_is_a_key)
{
	g_autoptr(Settings) settings = settings_new(site_groups_all());
	gsize n;
	const Detector *const *detectors = detector_table(&n);

	for (gsize i = 0; i < n; i++)
		for (gsize k = 0; k < detectors[i]->n_parameters; k++) {
			const DetectorParameter *parameter = &detectors[i]->parameters[k];
			ck_assert_uint_eq(
				settings_number(settings, detectors[i]->name, parameter->name),
				parameter->initial);
		}
}
END_TEST

START_TEST(no_group_bears_the_name_of_another)
{
	const SettingGroup *const *all = site_groups_all();

	for (guint i = 0; all[i]; i++) {
		for (guint k = 0; k < i; k++)
			ck_assert(strcmp(all[i]->name, all[k]->name) != 0 ||
				  all[i]->named != all[k]->named);
		for (gsize k = 0; k < all[i]->n_settings; k++)
			ck_assert(g_str_has_suffix(all[i]->settings[k].help, "."));
	}
}
END_TEST

START_TEST(what_is_wrong_in_a_group_is_told)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(load(mistakes[_i].text, &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_msg(
		strstr(error->message, mistakes[_i].complaint) != NULL, "%s", error->message);
}
END_TEST

START_TEST(a_site_has_as_many_rules_as_a_trait_has_bits)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gsize n;

	for (guint i = 0; i < TRAIT_SIGNATURES_MAX - 2; i++)
		g_string_append_printf(text, "[signature s%u]\nseq = %u\n", i, i);
	g_string_append(text, "[signature ack-674711610]\nack = 1\n");
	g_autoptr(Site) site = load_well(text->str);
	g_autofree Signature *rules = signatures_new(site->settings, &n);
	ck_assert_uint_eq(n, TRAIT_SIGNATURES_MAX);
	ck_assert_str_eq(rules[n - 1].name, "s29");

	g_string_append(text, "[signature more]\nseq = 1\n");
	ck_assert_ptr_null(load(text->str, &error));
	ck_assert_msg(strstr(error->message,
			      "[signature more]: expected at most 30 beside those that ship"),
		"%s", error->message);
}
END_TEST

START_TEST(thresholds_come_from_the_settings)
{
	g_autoptr(Site) site = load_well("[low-and-slow]\nhosts-7d = 11\n[hourly]\nhosts=5\n");
	g_autoptr(DetectorSettings) thresholds = site_groups_thresholds(site->settings);

	ck_assert_uint_eq(detector_settings_values(thresholds, &detect_hourly)[0], 5);
	ck_assert_uint_eq(detector_settings_values(thresholds, &detect_slow)[0], 7);
	ck_assert_uint_eq(detector_settings_values(thresholds, &detect_slow)[1], 11);
}
END_TEST

START_TEST(a_tally_of_the_site_is_a_plan)
{
	g_autoptr(Site) site = load_well("[tally web]\nkinds = syn; fin\nports = 80;440-443\n"
					 "targets = 192.0.2.0/28;2001:db8::/64\nhosts = 3\n"
					 "window = 1d\nstep = 6h\n[tally all]\nwindow = 2h\n");
	g_autoptr(SiteTally) web = site_groups_tally(site->settings, "web", NULL);
	g_autoptr(SiteTally) all = site_groups_tally(site->settings, "all", NULL);

	ck_assert_uint_eq(web->plan.filter.kinds, 1u << KIND_SYN | 1u << KIND_FIN);
	ck_assert_ptr_eq(web->plan.filter.ports, web->ports);
	ck_assert(web->ports[80] && !web->ports[81] && web->ports[442] && !web->ports[0]);
	ck_assert_ptr_eq(web->plan.filter.targets, web->targets);
	ck_assert_str_eq(home_text(web->targets), "192.0.2.0/28,2001:db8::/64");
	ck_assert_uint_eq(web->plan.hosts, 3);
	ck_assert_int_eq(web->plan.length, 24 * HOUR_SECONDS);
	ck_assert_int_eq(web->plan.step, 6 * HOUR_SECONDS);
	ck_assert_uint_eq(web->plan.filter.prefix_v6, 128);

	ck_assert_uint_eq(all->plan.filter.kinds, 0);
	ck_assert_ptr_null(all->plan.filter.ports);
	ck_assert_ptr_null(all->plan.filter.targets);
	ck_assert_uint_eq(all->plan.hosts, 7);
	ck_assert_int_eq(all->plan.step, 2 * HOUR_SECONDS);
}
END_TEST

START_TEST(a_tally_that_the_site_lacks_is_told)
{
	static const char *const texts[][2] = {
		{"[tally web]\n[tally all]\n", "tally \"wbe\": expected one of web, all"},
		{"", "tally \"wbe\": expected [tally NAME] in the settings"},
	};
	g_autoptr(Site) site = load_well(texts[_i][0]);
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(site_groups_tally(site->settings, "wbe", &error));
	ck_assert(g_error_matches(error, FAILURE, FAILURE_USAGE));
	ck_assert_str_eq(error->message, texts[_i][1]);
}
END_TEST

static const struct {
	guint grid, hosts; /* of every detector */
	gboolean found, others;
} scans[] = {
	{0, 7, TRUE, FALSE}, {30, 7, TRUE, FALSE}, {59, SELFTEST_TARGETS, TRUE, FALSE},
	{0, SELFTEST_TARGETS + 1, FALSE, FALSE},
	{0, SELFTEST_AN_HOUR, TRUE, FALSE}, /* by the hourly tally */
	{0, 1, TRUE, TRUE},                 /* every visitor hits one target */
};

START_TEST(the_known_scan_is_found_by_its_threshold_and_not_above)
{
	g_autoptr(DetectorSettings) thresholds = detector_settings_new();
	SelftestRun runs[] = {{.thresholds = thresholds, .found = 7}};
	g_autoptr(GError) error = NULL;

	ck_assert(detector_settings_set(thresholds, NULL, "hosts", scans[_i].hosts, NULL));
	ck_assert_msg(selftest_run(scans[_i].grid, ".", runs, 1, &error), "%s",
		error ? error->message : "");
	ck_assert_int_eq(runs[0].found > 0, scans[_i].found);
	ck_assert_int_eq(runs[0].others > 0, scans[_i].others);
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, every_parameter_of_a_detector_is_a_key);
	tcase_add_test(tests, no_group_bears_the_name_of_another);
	tcase_add_loop_test(tests, what_is_wrong_in_a_group_is_told, 0, G_N_ELEMENTS(mistakes));
	tcase_add_test(tests, a_site_has_as_many_rules_as_a_trait_has_bits);
	tcase_add_test(tests, thresholds_come_from_the_settings);
	tcase_add_test(tests, a_tally_of_the_site_is_a_plan);
	tcase_add_loop_test(tests, a_tally_that_the_site_lacks_is_told, 0, 2);
	tcase_add_loop_test(tests, the_known_scan_is_found_by_its_threshold_and_not_above, 0,
		G_N_ELEMENTS(scans));
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("groups-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("site groups", add_tests);
	rmdir(folder);
	return status;
}
