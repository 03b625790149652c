/*
 * gnomon-collect --interface IF
 */
#include "config.h"

#include "collect/live.h"
#include "collect/mode.h"
#include "common/failure.h"
#include "common/size.h"

enum { SNAP_LENGTH = 128 };

static struct {
	char *interface, *filter, *user, *buffer, *keep_free;
	int snap_length, hour_seconds;
	gboolean no_promiscuous;
} given = {.hour_seconds = HOUR_SECONDS};

static const GOptionEntry entries[] = {
	{"interface", 'i', 0, G_OPTION_ARG_STRING, &given.interface,
		"capture from it until SIGTERM", "IF"},
	{"snap-length", 's', 0, G_OPTION_ARG_INT, &given.snap_length,
		"octets kept of a packet (128)", "N"},
	{"filter", 'f', 0, G_OPTION_ARG_STRING, &given.filter, "only packets that fit", "BPF"},
	{"buffer", 'B', 0, G_OPTION_ARG_STRING, &given.buffer, "the kernel's ring (64M)",
		"SIZE"},
	{"no-promiscuous", 'p', 0, G_OPTION_ARG_NONE, &given.no_promiscuous,
		"only packets sent to this machine", NULL},
	{"keep-free", 0, 0, G_OPTION_ARG_STRING, &given.keep_free,
		"room on the disk that is left alone (64M)", "SIZE"},
	{"user", 'u', 0, G_OPTION_ARG_STRING, &given.user,
		"become this user once the interface is open", "NAME"},
	{"hour-seconds", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_INT, &given.hour_seconds, NULL,
		"N"},
	{NULL},
};

static gboolean
is_asked(void)
{
	return given.interface != NULL;
}

static gboolean
check_range(const char *option, int value, int min, int max, GError **error)
{
	if (value >= min && value <= max)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %d: expected %d to %d", option, value,
		min, max);
	return FALSE;
}

/* text NULL: not given, *octets stays. */
static gboolean
read_size(const char *option, const char *text, guint64 *octets, GError **error)
{
	if (!text || size_parse(text, octets))
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_USAGE, "%s %s: expected a size in octets, like 64M",
		option, text);
	return FALSE;
}

static int
run(const PlaceOptions *options, char **files, GError **error)
{
	g_auto(Place) place = {0};
	LiveSettings settings = {
		.source = {.interface = given.interface,
			.filter = given.filter ? given.filter : "",
			.buffer = 64 << 20,
			.promiscuous = !given.no_promiscuous,
			.say = mode_say},
		.user = given.user ? given.user : "",
		.keep_free = 64 << 20,
		.say = mode_say,
	};
	int snap_length = given.snap_length ? given.snap_length : SNAP_LENGTH;

	if (files[0]) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"%s: expected no file with --interface (gnomon-collect --help)",
			files[0]);
		return FAILURE_USAGE;
	}
	if (!settings.source.interface) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"expected --interface IF or --read FILE... (gnomon-collect --help)");
		return FAILURE_USAGE;
	}
	if (!place_load(&place, options, error) ||
		!check_range("--snap-length", snap_length, 64, PCAP_CAPTURED_MAX, error) ||
		!check_range("--hour-seconds", given.hour_seconds, 1, HOUR_SECONDS, error) ||
		!read_size("--buffer", given.buffer, &settings.source.buffer, error) ||
		!read_size("--keep-free", given.keep_free, &settings.keep_free, error))
		return FAILURE_USAGE;
	settings.source.snap_length = (guint32)snap_length;
	settings.spool = place.spool;
	settings.sensor = place.sensor;
	settings.grid_minutes = place.grid_minutes;
	settings.hour_seconds = (guint)given.hour_seconds;
	settings.level = place.level;
	return live_run(&settings, error) ? 0 : FAILURE_FAILED;
}

const Mode mode_live = {entries, is_asked, run};
