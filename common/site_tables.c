/*
 * What a site's settings file may hold, as far as all programs know it.
 */
#include "config.h"

#include "common/site.h"

#include <string.h>

#include "common/failure.h"

enum {
	PERCENT_MAX = 90,
	THREADS_MAX = 256,
	SNAP_MIN = 64,
	SNAP_MAX = 262144, /* as libpcap has it */
	LEVEL_MAX = 19,
	INTERFACE_MAX = 15, /* as Linux has it */
	PORT_MAX = 65535,
};

#define MEGA (G_GUINT64_CONSTANT(1) << 20)
#define TERA (G_GUINT64_CONSTANT(1) << 40)
#define HOUR G_GUINT64_CONSTANT(3600)
#define DAY (24 * HOUR)
#define DAYS_MAX (49710 * DAY) /* as long as 32 bits of seconds: for ever */

static gboolean
check_home(const char *text, GError **error)
{
	g_autoptr(Home) home = home_new(text, error);

	return home != NULL;
}

static gboolean
check_zone(const char *text, GError **error)
{
	g_autoptr(Zone) zone = zone_new(text, error);

	return zone != NULL;
}

/* A word of these characters that does not look like an option. */
static gboolean
is_word(const char *text, const char *characters)
{
	return text[0] != '-' && text[strspn(text, characters)] == '\0';
}

static gboolean
check_interface(const char *text, GError **error)
{
	if (strlen(text) <= INTERFACE_MAX &&
		is_word(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-@:"))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected the name of a network interface");
	return FALSE;
}

static gboolean
check_user(const char *text, GError **error)
{
	if (is_word(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-"))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected the name of a user");
	return FALSE;
}

/* What goes onto ssh's command line is never an option, and nothing that a shell reads. */
static gboolean
check_host(const char *text, GError **error)
{
	if (is_word(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-@:[]%"))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected HOST or USER@HOST");
	return FALSE;
}

static gboolean
check_remote_path(const char *text, GError **error)
{
	if (text[0] == '/' &&
		is_word(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-+@,:=/"))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"expected an absolute path of letters, digits and . _ - + @ , : = /");
	return FALSE;
}

static const Setting site_settings[] = {
	{"name", SETTING_TEXT, .required = TRUE, .check = site_check_name,
		.help = "What the site is called, in reports and in the folders of reports: "
			"letters, digits, -, _ and ."},
	{"home", SETTING_LIST, .required = TRUE, .check = check_home,
		.help = "The site's own networks, like 192.0.2.0/24;2001:db8::/32. An address "
			"in one of them is internal, every other external."},
	{"zone", SETTING_TEXT, .required = TRUE, .check = check_zone,
		.help = "Its time zone, an IANA name like Europe/Berlin: where its days begin "
			"and end. Files at rest are named in UTC."},
	{"spool", SETTING_FOLDER, .required = TRUE,
		.help = "Where captures lie, SPOOL/SENSOR/YYYY-MM-DD/HHMM.pcap."},
	{"store", SETTING_FOLDER, .required = TRUE,
		.help = "Where hourly tallies lie, STORE/SENSOR/YYYY-MM-DD/HHMM.tally."},
	{"reports", SETTING_FOLDER, .required = TRUE,
		.help = "Where findings and reports lie, REPORTS/SITE/YYYY/MM/DD/."},
	{"sensors", SETTING_LIST, .check = site_check_name,
		.help = "The sensors that belong to the site; without it, every sensor of the "
			"spool."},
};

const SettingGroup site_group = {
	.name = "site",
	.help = "Who the site is, and where its files lie. These six keys alone make a working "
		"site; everything else has a default.",
	.settings = site_settings,
	.n_settings = G_N_ELEMENTS(site_settings),
};

static const Setting run_settings[] = {
	{"memory", SETTING_SIZE, .min = MEGA, .max = TERA,
		.help = "For the tables of a run; beyond it they go to disk. Without it, a "
			"quarter of the machine's."},
	{"threads", SETTING_NUMBER, .min = 1, .max = THREADS_MAX,
		.help = "How many hours are tallied at a time. Without it, one a processor."},
	{"hook", SETTING_SWITCH, "yes",
		.help = "Whether a run writes the findings of the days it touched."},
};

const SettingGroup site_run_group = {
	.name = "run",
	.help = "What gnomon run may use.",
	.settings = run_settings,
	.n_settings = G_N_ELEMENTS(run_settings),
};

static const Setting keep_settings[] = {
	{"packets", SETTING_SPAN, "30d", HOUR, DAYS_MAX,
		.help = "How long captures stay in the spool. Their manifests stay as long as "
			"the tallies."},
	{"tallies", SETTING_SPAN, "400d", DAY, DAYS_MAX,
		.help = "How long hourly tallies stay in the store."},
	{"free", SETTING_NUMBER, "10%", 0, PERCENT_MAX, "%",
		.help = "How much of the spool's file system stays free: beyond it, the oldest "
			"captures that have been tallied go before their time."},
};

const SettingGroup site_keep_group = {
	.name = "keep",
	.help = "What is kept, and for how long. Nothing goes that was not tallied. A limit "
		"that is not given here spares old captures: of a sensor whose newest day "
		"ended more than 7 days ago nothing goes by age, and of a site of such "
		"sensors nothing for want of room.",
	.settings = keep_settings,
	.n_settings = G_N_ELEMENTS(keep_settings),
};

static const Setting collect_settings[] = {
	{"interface", SETTING_TEXT, .check = check_interface,
		.help = "The network interface to capture from."},
	{"sensor", SETTING_TEXT, .check = site_check_name,
		.help = "The sensor's name, a folder of the spool. Without it, the "
			"interface's."},
	{"snap-length", SETTING_NUMBER, "128", SNAP_MIN, SNAP_MAX, "octets",
		.help = "How much of each packet is kept. Headers are what is looked at; 128 "
			"holds them, IPv6 extension headers and TCP options included."},
	{"buffer", SETTING_SIZE, "64M", MEGA, 2047 * MEGA,
		.help = "The kernel's buffer between the interface and the collector; packets "
			"are dropped when it is full."},
	{"filter", SETTING_TEXT,
		.help = "Which packets are captured, in the language of pcap-filter(7). "
			"Without it, all."},
	{"promiscuous", SETTING_SWITCH, "yes",
		.help = "Whether packets to other machines are captured, too."},
	{"user", SETTING_TEXT, .check = check_user,
		.help = "Who the collector becomes once the interface is open. Without it, "
			"gnomon, where there is such a user and the collector began as root."},
	{"compress", SETTING_SWITCH, "yes",
		.help = "Whether hours that are over are compressed."},
	{"compress-level", SETTING_NUMBER, "3", 1, LEVEL_MAX, NULL,
		.help = "zstd's level: higher is smaller and slower."},
	{"keep-free", SETTING_SIZE, "256M", 0, TERA,
		.help = "Capturing stops, and says so, when less than this is free in the "
			"spool's file system; it goes on when there is more again."},
};

const SettingGroup site_collect_group = {
	.name = "collect",
	.help = "How this machine captures, when it is the sensor.",
	.settings = collect_settings,
	.n_settings = G_N_ELEMENTS(collect_settings),
};

static const Setting fetch_settings[] = {
	{"host", SETTING_TEXT, .required = TRUE, .check = check_host,
		.help = "Where the sensor is, HOST or USER@HOST, as ssh takes it."},
	{"path", SETTING_TEXT, .required = TRUE, .check = check_remote_path,
		.help = "The sensor's folder there, which holds YYYY-MM-DD/HHMM.pcap."},
	{"identity", SETTING_FOLDER,
		.help = "The file with the key for ssh. Without it, those that ssh tries."},
	{"port", SETTING_NUMBER, "22", 1, PORT_MAX, NULL, .help = "ssh's port there."},
	{"limit", SETTING_SIZE, .min = 1024, .max = TERA,
		.help = "How many octets a second may be fetched. Without it, as many as "
			"come."},
	{"delay", SETTING_SPAN, "2m", 0, HOUR,
		.help = "How long after the end of an hour its files are asked for."},
	{"days", SETTING_NUMBER, "7", 1, 400, "days",
		.help = "How far back hours that are missing here are asked for."},
};

const SettingGroup site_fetch_group = {
	.name = "fetch",
	.named = TRUE,
	.help = "A sensor on another machine, whose captures are fetched by ssh; NAME is the "
		"sensor's, a folder of the spool. A group for each.",
	.settings = fetch_settings,
	.n_settings = G_N_ELEMENTS(fetch_settings),
	.check_name = site_check_name,
};

const SettingGroup *const site_groups[] = {
	&site_group,
	&site_run_group,
	&site_keep_group,
	&site_collect_group,
	&site_fetch_group,
	&site_mail_group,
	&site_context_group,
	&site_incident_group,
	&site_export_group,
	NULL,
};
