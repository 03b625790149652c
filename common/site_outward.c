/*
 * What a settings file may hold about what goes to others: mail, names, reports of incidents,
 * exports.
 */
#include "config.h"

#include "common/site.h"

#include <string.h>

#include "common/failure.h"
#include "common/hour.h"

enum { ADDRESS_MAX = 254 /* as RFC 5321 has it */ };

#define DAY (24 * (guint64)HOUR_SECONDS)

/* An address that needs no quotes, or a user of this machine; it can neither end a header nor
 * be an option. */
static gboolean
check_mail_address(const char *text, GError **error)
{
	const char *at = strchr(text, '@');
	gsize length = strlen(text), local = at ? (gsize)(at - text) : length;

	if (length <= ADDRESS_MAX && local > 0 && text[0] != '-' &&
		strspn(text, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._+=/-") == local &&
		(!at || (at[1] && !strchr(".-", at[1]) &&
				at[1 + strspn(at + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS
					       ".-")] == '\0')))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE,
		"expected a mail address, like security@example.org");
	return FALSE;
}

static gboolean
check_when(const char *text, GError **error)
{
	if (strcmp(text, "daily") == 0 || strcmp(text, "hourly") == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected daily or hourly");
	return FALSE;
}

static const Setting mail_settings[] = {
	{"to", SETTING_LIST, .check = check_mail_address,
		.help = "Who gets the mail. Without it nothing is mailed."},
	{"from", SETTING_TEXT, .check = check_mail_address,
		.help = "Whom the mail is from. Without it, from the first of those who get "
			"it."},
	{"when", SETTING_TEXT, "daily", .check = check_when,
		.help = "daily: once the day is over; hourly: with every run that has news."},
	{"late", SETTING_SPAN, "3d", HOUR_SECONDS, 30 * DAY,
		.help = "News of days that ended longer ago is not mailed: history that is "
			"read for the first time."},
	{"queue", SETTING_FOLDER,
		.help = "Where mail lies until gnomon-mail sends it. Without it, "
			"REPORTS/.mail."},
	{"sendmail", SETTING_FOLDER, "/usr/sbin/sendmail",
		.help = "The program that gnomon-mail hands mail to; it must know -t and "
			"-oi."},
};

const SettingGroup site_mail_group = {
	.name = "mail",
	.help = "Mail with what is new, each finding once; gnomon-mail(8) sends it.",
	.settings = mail_settings,
	.n_settings = G_N_ELEMENTS(mail_settings),
};

static const Setting context_settings[] = {
	{"names", SETTING_SWITCH, "no",
		.help = "Whether gnomon-names asks the name server for the names of sources. "
			"Who runs the zone of a source can see that somebody asked."},
	{"names-deadline", SETTING_SPAN, "5m", 1, HOUR_SECONDS,
		.help = "How long gnomon-names may take in all; what it did not come to is "
			"asked for by the next call."},
	{"country", SETTING_FOLDER,
		.help = "A database in MaxMind's format (.mmdb) that tells the country of an "
			"address."},
	{"asn", SETTING_FOLDER, .help = "Such a database that tells its autonomous system."},
};

const SettingGroup site_context_group = {
	.name = "context",
	.help = "What others say of a source, shown beside a finding with its age; it has no "
		"part in any verdict. All of it is off unless it is asked for.",
	.settings = context_settings,
	.n_settings = G_N_ELEMENTS(context_settings),
};

static const Setting incident_settings[] = {
	{"prefix", SETTING_TEXT, .check = site_check_name,
		.help = "What the numbers of incident reports begin with, as in "
			"PREFIX-20260329.001. Without it, the site's name."},
	{"key", SETTING_FOLDER,
		.help = "The file with the key by which addresses are replaced, made when it "
			"is first asked for. Without it, STORE/.incident-key."},
};

const SettingGroup site_incident_group = {
	.name = "incident",
	.help = "Reports of incidents to others: gnomon-report incident.",
	.settings = incident_settings,
	.n_settings = G_N_ELEMENTS(incident_settings),
};

static gboolean
check_targets(const char *text, GError **error)
{
	if (strcmp(text, "full") == 0 || strcmp(text, "hidden") == 0)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "expected full or hidden");
	return FALSE;
}

static const Setting export_settings[] = {
	{"dshield-id", SETTING_NUMBER, "0", 0, G_MAXUINT32,
		.help = "The number that DShield knows the site by; 0 is nobody in "
			"particular."},
	{"dshield-targets", SETTING_TEXT, "full", .check = check_targets,
		.help = "full: targets are told as they are; hidden: with 10 for the first "
			"octet, of IPv6 the last 64 bits behind fd00::."},
};

const SettingGroup site_export_group = {
	.name = "export",
	.help = "What goes to others as lines: gnomon-report day --print --format dshield.",
	.settings = export_settings,
	.n_settings = G_N_ELEMENTS(export_settings),
};
