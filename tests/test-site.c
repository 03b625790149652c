#include "config.h"

#include "tests/suite.h"

#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "common/failure.h"
#include "common/site.h"

#define SITE                                                                                   \
	"[site]\nname = hq\nhome = 192.0.2.0/24; 2001:db8::/32\nzone = Asia/Kolkata\n"         \
	"spool = /nowhere/spool\nstore = /nowhere/store\nreports = /nowhere/reports\n"

static Site *
load(const char *text, GError **error)
{
	ck_assert(g_file_set_contents("site.conf", text, -1, NULL));
	Site *site = site_load("site.conf", site_groups, FALSE, error);
	unlink("site.conf");
	return site;
}

static const struct {
	const char *line, *complaint; /* NULL: none */
} lines[] = {
	{"sensors = dmz; lab-2", NULL},
	{"sensors = dmz;../lab",
		"site.conf:8: [site] sensors = dmz;../lab: expected at most 64 "},
	{"[run]\nmemory = 64M\nthreads = 2\nhook = no", NULL},
	{"[run]\nmemory = 5K", "site.conf:9: [run] memory = 5K: expected a size from 1M to 1T"},
	{"[keep]\npackets = 49710d\ntallies = 1d\nfree = 90", NULL},
	{"[keep]\nfree = 100%",
		"site.conf:9: [keep] free = 100%: expected a number from 0 to 90 %"},
	{"[collect]\ninterface = eth0.7\nfilter = not port 22\ncompress-level = 19", NULL},
	{"[collect]\ninterface = ../eth0",
		"site.conf:9: [collect] interface = ../eth0: expected"},
	{"[collect]\nsensor = .hidden", "site.conf:9: [collect] sensor = .hidden: expected"},
	{"[collect]\nbuffer = 2G", "site.conf:9: [collect] buffer = 2G: expected a size"},
	{"[fetch dmz]\nhost = gnomon@dmz.example\npath = /var/spool/gnomon/dmz\ndelay = 0",
		NULL},
	{"[fetch ../dmz]\nhost = a\npath = /b",
		"site.conf:8: [fetch ../dmz]: expected at most"},
	{"[fetch dmz]\nhost = -oProxyCommand=x\npath = /b", "expected HOST or USER@HOST"},
	{"[fetch dmz]\nhost = a\npath = /b;rm", "expected an absolute path of letters"},
	{"[fetch dmz]\nhost = a\npath = b", "expected an absolute path of letters"},
	{"[fetch dmz]\n", "[fetch dmz] host: expected, but not given"},
};

static const struct {
	const char *name;
	gboolean good;
} names[] = {
	{"dmz", TRUE},
	{"DMZ-2_b.example", TRUE},
	{"9", TRUE},
	{"a234567890123456789012345678901234567890123456789012345678901234", TRUE},
	{"a2345678901234567890123456789012345678901234567890123456789012345", FALSE},
	{"", FALSE},
	{".", FALSE},
	{"..", FALSE},
	{".lock", FALSE},
	{"-x", FALSE},
	{"_x", FALSE},
	{"a/b", FALSE},
	{"a b", FALSE},
	{"a\n", FALSE},
	{"caf\xc3\xa9", FALSE},
};

START_TEST(six_keys_make_a_site)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Site) site = load(SITE, &error);

	ck_assert_msg(site != NULL, "%s", error ? error->message : "");
	ck_assert_str_eq(site->name, "hq");
	ck_assert_str_eq(home_text(site->home), "192.0.2.0/24,2001:db8::/32");
	ck_assert_str_eq(zone_name(site->zone), "Asia/Kolkata");
	ck_assert_uint_eq(site->grid_minutes, 30);
	ck_assert_str_eq(site->spool, "/nowhere/spool");
	ck_assert_str_eq(site->store, "/nowhere/store");
	ck_assert_str_eq(site->reports, "/nowhere/reports");
	ck_assert_ptr_null(site->sensors);
	ck_assert_uint_eq(settings_number(site->settings, "keep", "packets"), 30 * 86400);
	g_auto(GStrv) sensors = site_sensors(site, &error);
	ck_assert_ptr_nonnull(sensors);
	ck_assert_ptr_null(sensors[0]);
}
END_TEST

START_TEST(every_key_that_is_missing_or_wrong_is_told)
{
	g_autoptr(GError) error = NULL;

	ck_assert_ptr_null(
		load("[site]\nhome = 192.0.2.0/33\nzone = Europe/Belin\nspool = x\n", &error));
	ck_assert_str_eq(error->message,
		"site.conf:2: [site] home network \"192.0.2.0/33\": expected a prefix length "
		"from "
		"0 to 32 after the slash\n"
		"site.conf:3: [site] zone \"Europe/Belin\": expected the IANA name of a time "
		"zone, "
		"like Europe/Berlin or UTC\n"
		"site.conf:4: [site] spool = x: expected an absolute path\n"
		"site.conf:1: [site] name: expected, but not given\n"
		"site.conf:1: [site] store: expected, but not given\n"
		"site.conf:1: [site] reports: expected, but not given");
}
END_TEST

START_TEST(a_key_has_its_bounds)
{
	g_autofree char *text = g_strconcat(SITE, lines[_i].line, "\n", NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(Site) site = load(text, &error);

	if (!lines[_i].complaint) {
		ck_assert_msg(site != NULL, "%s", error ? error->message : "");
		return;
	}
	ck_assert_ptr_null(site);
	ck_assert_msg(
		strstr(error->message, lines[_i].complaint) != NULL, "%s", error->message);
}
END_TEST

START_TEST(a_name_never_leaves_its_folder)
{
	g_autoptr(GError) error = NULL;

	ck_assert_int_eq(site_check_name(names[_i].name, &error), names[_i].good);
	ck_assert_int_eq(error == NULL, names[_i].good);
}
END_TEST

START_TEST(sensors_are_the_folders_of_spool_and_store)
{
	static const char *const folders[] = {"spool/lab", "spool/dmz", "spool/.hidden",
		"spool/lost+found", "store/dmz", "store/old"};
	g_autofree char *here = g_get_current_dir();
	g_autofree char *text = g_strdup_printf("[site]\nname=hq\nhome=192.0.2.0/24\nzone=UTC\n"
						"reports=/r\nspool=%s/spool\nstore=%s/store\n",
		here, here);
	g_autoptr(Site) site = load(text, NULL);

	for (guint i = 0; i < G_N_ELEMENTS(folders); i++)
		g_mkdir_with_parents(folders[i], 0777);
	g_file_set_contents("spool/file", "", 0, NULL);
	g_auto(GStrv) sensors = site_sensors(site, NULL);
	g_autofree char *joined = g_strjoinv(" ", sensors);
	unlink("spool/file");
	for (guint i = 0; i < G_N_ELEMENTS(folders); i++)
		rmdir(folders[i]);
	rmdir("spool");
	rmdir("store");
	ck_assert_str_eq(joined, "dmz lab old");
}
END_TEST

START_TEST(sensors_that_are_named_are_taken_as_they_are)
{
	g_autoptr(Site) site = load(SITE "sensors = lab;dmz;lab\n", NULL);
	g_auto(GStrv) sensors = site_sensors(site, NULL);
	g_autofree char *joined = g_strjoinv(" ", sensors);

	ck_assert_str_eq(joined, "dmz lab");
}
END_TEST

static void
add_tests(TCase *tests)
{
	tcase_add_test(tests, six_keys_make_a_site);
	tcase_add_test(tests, every_key_that_is_missing_or_wrong_is_told);
	tcase_add_loop_test(tests, a_key_has_its_bounds, 0, G_N_ELEMENTS(lines));
	tcase_add_loop_test(tests, a_name_never_leaves_its_folder, 0, G_N_ELEMENTS(names));
	tcase_add_test(tests, sensors_are_the_folders_of_spool_and_store);
	tcase_add_test(tests, sensors_that_are_named_are_taken_as_they_are);
}

int
main(void)
{
	g_autofree char *folder = g_dir_make_tmp("site-XXXXXX", NULL);

	if (!folder || chdir(folder) != 0)
		return EXIT_FAILURE;
	int status = suite_run("site", add_tests);
	rmdir(folder);
	return status;
}
