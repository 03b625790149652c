#include "config.h"

#include "collect/commands.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "collect/live.h"
#include "collect/outlet.h"
#include "collect/say.h"
#include "common/failure.h"
#include "common/size.h"

enum { SNAP_MIN = 64, BUFFER_MIN = 1 << 20, NOT_GIVEN = G_MININT };

#define USUAL_USER "gnomon"

/* As given; owned. */
typedef struct {
	OutletOptions outlet;
	char *interface, *filter, *user, *buffer, *keep_free;
	int snap_length, hour_seconds; /* NOT_GIVEN */
	gboolean no_promiscuous, version;
	char **files;
} Request;

static void
request_clear(Request *request)
{
	outlet_options_clear(&request->outlet);
	g_free(request->interface);
	g_free(request->filter);
	g_free(request->user);
	g_free(request->buffer);
	g_free(request->keep_free);
	g_strfreev(request->files);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Request, request_clear)

static gboolean
refuse(GError **error, const char *message)
{
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s (gnomon-collect --help)", message);
	return FALSE;
}

static gboolean
parse(Request *request, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		{"interface", 'i', 0, G_OPTION_ARG_STRING, &request->interface,
			"capture from it until SIGTERM", "IF"},
		{"snap-length", 's', 0, G_OPTION_ARG_INT, &request->snap_length,
			"octets kept of a packet (128)", "N"},
		{"filter", 'f', 0, G_OPTION_ARG_STRING, &request->filter,
			"only packets that fit", "BPF"},
		{"buffer", 'B', 0, G_OPTION_ARG_STRING, &request->buffer,
			"the kernel's buffer (64M)", "SIZE"},
		{"no-promiscuous", 'p', 0, G_OPTION_ARG_NONE, &request->no_promiscuous,
			"leave alone what is sent to other machines", NULL},
		{"user", 'u', 0, G_OPTION_ARG_STRING, &request->user,
			"become this user once the interface is open", "NAME"},
		{"keep-free", 0, 0, G_OPTION_ARG_STRING, &request->keep_free,
			"stop while less is free on the disk (256M)", "SIZE"},
		{"hour-seconds", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT,
			&request->hour_seconds, NULL, NULL},
		{"version", 0, 0, G_OPTION_ARG_NONE, &request->version, "print the version",
			NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &request->files, NULL,
			NULL},
		{NULL},
	};
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autoptr(GError) problem = NULL;

	g_option_context_set_summary(context,
		"Writes an interface's packets into hour files, or sorts captures into them:\n"
		"  gnomon-collect --read FILE...     (--read --help tells more)\n"
		"  gnomon-collect --verify FILE...   hour files against their manifests");
	g_option_context_set_description(context,
		"  gnomon-collect --interface eth0 --spool /var/spool/gnomon --sensor dmz\n\n"
		"SIGTERM ends it, SIGHUP begins new files, SIGUSR1 prints how it is.\n"
		"Exit status: 0 done; 1 failed, or the interface is gone; 2 usage; 3 done, but "
		"something\nwas missing; 75 another process writes this sensor's files.\n");
	g_option_context_add_main_entries(context, entries, NULL);
	outlet_add_options(&request->outlet, context);
	if (!g_option_context_parse(context, argc, argv, &problem))
		return refuse(error, problem->message);
	if (request->files)
		return refuse(error, "expected no file without --read or --verify");
	return TRUE;
}

static gboolean
choose_number(const char *option, int given, guint64 setting, guint min, guint max,
	guint *number, GError **error)
{
	*number = given == NOT_GIVEN ? (guint)setting : (guint)given;
	if (given == NOT_GIVEN || (given >= (int)min && given <= (int)max))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %d: expected %u to %u", option, given,
		min, max);
	return FALSE;
}

static gboolean
choose_size(const char *option, const char *given, guint64 setting, guint64 min, guint64 max,
	guint64 *octets, GError **error)
{
	*octets = setting;
	if (!given || (size_parse(given, octets) && *octets >= min && *octets <= max))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s: expected a size in octets, like 64M",
		option, given);
	return FALSE;
}

/* Never NULL. */
static const char *
choose_text(const char *given, const Settings *settings, const char *key)
{
	const char *text = given ? given : settings_text(settings, "collect", key);

	return text ? text : "";
}

/* Who began as root is the user that is made for this, where there is one and no other is
 * named. */
static const char *
choose_user(const char *given, const Settings *settings)
{
	const char *user = choose_text(given, settings, "user");
	gboolean is_usual = *user == '\0' && geteuid() == 0 && getpwnam(USUAL_USER);

	return is_usual ? USUAL_USER : user;
}

static gboolean
settle(const Request *request, const Outlet *outlet, LiveSettings *live, GError **error)
{
	const Settings *settings = outlet->settings;
	SourceSettings *source = &live->source;

	source->interface = choose_text(request->interface, settings, "interface");
	if (*source->interface == '\0')
		return refuse(error, "expected --interface IF or --read FILE...");
	source->filter = choose_text(request->filter, settings, "filter");
	source->promiscuous =
		!request->no_promiscuous && settings_number(settings, "collect", "promiscuous");
	source->say = live->say = say;
	live->spool = outlet->spool;
	live->sensor = outlet->sensor;
	live->grid_minutes = outlet->grid_minutes;
	live->level = outlet->level;
	live->user = choose_user(request->user, settings);
	return choose_number("--snap-length", request->snap_length,
		       settings_number(settings, "collect", "snap-length"), SNAP_MIN,
		       PCAP_CAPTURED_MAX, &source->snap_length, error) &&
	       choose_number("--hour-seconds", request->hour_seconds, HOUR_SECONDS, 1,
		       HOUR_SECONDS, &live->hour_seconds, error) &&
	       choose_size("--buffer", request->buffer,
		       settings_number(settings, "collect", "buffer"), BUFFER_MIN, G_MAXINT,
		       &source->buffer, error) &&
	       choose_size("--keep-free", request->keep_free,
		       settings_number(settings, "collect", "keep-free"), 0, G_MAXINT64,
		       &live->keep_free, error);
}

int
commands_live(int argc, char **argv)
{
	g_auto(Request) request = {.snap_length = NOT_GIVEN, .hour_seconds = NOT_GIVEN};
	g_auto(Outlet) outlet = {0};
	LiveSettings live = {0};
	g_autoptr(GError) error = NULL;

	if (!parse(&request, &argc, &argv, &error))
		return say_error(error);
	if (request.version) {
		puts("gnomon-collect " PACKAGE_VERSION);
		return 0;
	}
	if (outlet_load(&outlet, &request.outlet, request.interface, &error) &&
		settle(&request, &outlet, &live, &error) && live_run(&live, &error))
		return 0;
	return say_error(error);
}
