#include "config.h"

#include "collect/source.h"

#include <errno.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <string.h>
#include <sys/ioctl.h>

#include "collect/counter.h"
#include "common/failure.h"

enum {
	/* How long the kernel lets packets of a block that is not full wait. */
	TIMEOUT_MS = 100,
	PACKETS_AT_ONCE = 20000,
};

struct Source {
	pcap_t *capture; /* owned */
	char *interface; /* owned */
	int index;       /* of the interface; 0: of none, or of all of them */
	guint scale;     /* nanoseconds in libpcap's unit below the second */
	Counter dropped_kernel, dropped_interface;
	SourceTake take; /* of the source_take that runs */
	gpointer data;
};

static void
fail_open(GError **error, const SourceSettings *settings, const char *why, const char *expected)
{
	g_set_error(error, FAILURE, FAILURE_FAILED, "cannot open %s: %s%s", settings->interface,
		why, expected);
}

/* "; expected one of: eth0, lo" */
static char *
interfaces(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	struct if_nameindex *names = if_nameindex();

	for (struct if_nameindex *one = names; one && one->if_index != 0; one++)
		g_string_append_printf(text, "%s %s",
			text->len > 0 ? "," : "; expected one of:", one->if_name);
	if (names)
		if_freenameindex(names);
	return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
activate(pcap_t *capture, const SourceSettings *settings, GError **error)
{
	int status = pcap_activate(capture);
	const char *detail = pcap_geterr(capture);
	const char *why = *detail ? detail : pcap_statustostr(status);

	if (status > 0)
		settings->say(why);
	if (status >= 0)
		return TRUE;
	if (status == PCAP_ERROR_PERM_DENIED || status == PCAP_ERROR_PROMISC_PERM_DENIED) {
		fail_open(error, settings, pcap_statustostr(status),
			"; expected CAP_NET_RAW (run as root or by its unit)");
		return FALSE;
	}
	gboolean unknown = if_nametoindex(settings->interface) == 0;
	g_autofree char *known = unknown ? interfaces() : g_strdup("");
	fail_open(error, settings, unknown ? "there is no such interface" : why, known);
	return FALSE;
}

static gboolean
set_filter(pcap_t *capture, const SourceSettings *settings, GError **error)
{
	struct bpf_program program;

	if (*settings->filter == '\0')
		return TRUE;
	if (pcap_compile(capture, &program, settings->filter, 1, PCAP_NETMASK_UNKNOWN) != 0) {
		g_set_error(error, FAILURE, FAILURE_USAGE,
			"filter \"%s\": %s; expected a BPF expression (pcap-filter(7))",
			settings->filter, pcap_geterr(capture));
		return FALSE;
	}
	gboolean done = pcap_setfilter(capture, &program) == 0;
	if (!done)
		fail_open(error, settings, pcap_geterr(capture), "");
	pcap_freecode(&program);
	return done;
}

Source *
source_new(const SourceSettings *settings, GError **error)
{
	char trouble[PCAP_ERRBUF_SIZE] = "";
	g_autoptr(Source) source = g_new0(Source, 1);

	source->interface = g_strdup(settings->interface);
	source->capture = pcap_create(settings->interface, trouble);
	if (!source->capture) {
		fail_open(error, settings, trouble, "");
		return NULL;
	}
	pcap_set_snaplen(source->capture, (int)settings->snap_length);
	pcap_set_promisc(source->capture, settings->promiscuous);
	pcap_set_timeout(source->capture, TIMEOUT_MS);
	pcap_set_buffer_size(source->capture, (int)MIN(settings->buffer, G_MAXINT));
	pcap_set_tstamp_precision(source->capture, PCAP_TSTAMP_PRECISION_NANO);
	if (!activate(source->capture, settings, error) ||
		!set_filter(source->capture, settings, error))
		return NULL;
	if (pcap_setnonblock(source->capture, 1, trouble) != 0) {
		fail_open(error, settings, trouble, "");
		return NULL;
	}
	source->index = (int)if_nametoindex(settings->interface);
	gboolean nano =
		pcap_get_tstamp_precision(source->capture) == PCAP_TSTAMP_PRECISION_NANO;
	source->scale = nano ? 1 : 1000;
	return g_steal_pointer(&source);
}

void
source_free(Source *source)
{
	if (!source)
		return;
	g_clear_pointer(&source->capture, pcap_close);
	g_free(source->interface);
	g_free(source);
}

int
source_link_type(const Source *source)
{
	return pcap_datalink(source->capture);
}

int
source_fd(const Source *source)
{
	return pcap_get_selectable_fd(source->capture);
}

static void
take_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *octets)
{
	Source *source = (Source *)(gpointer)user;
	PcapRecord record = {
		.seconds = (guint32)header->ts.tv_sec,
		.nanoseconds = (guint32)header->ts.tv_usec * source->scale,
		.captured = header->caplen,
		.length = header->len,
	};

	source->take(source->data, &record, octets);
}

int
source_take(Source *source, SourceTake take, gpointer data, GError **error)
{
	source->take = take;
	source->data = data;
	int n = pcap_dispatch(source->capture, PACKETS_AT_ONCE, take_packet, (u_char *)source);
	if (n >= 0)
		return n;
	/* Older libpcaps fail when it goes down, too. */
	return source_is_there(source, error) ? 0 : -1;
}

gboolean
source_is_there(const Source *source, GError **error)
{
	struct ifreq request = {.ifr_ifindex = source->index};

	if (source->index == 0 ||
		ioctl(pcap_fileno(source->capture), SIOCGIFNAME, &request) == 0 ||
		errno != ENODEV)
		return TRUE;
	g_set_error(error, FAILURE, FAILURE_FAILED,
		"%s: the interface is gone; started again, it will be opened again",
		source->interface);
	return FALSE;
}

void
source_drops(Source *source, guint64 *kernel, guint64 *interface)
{
	struct pcap_stat now;

	if (pcap_stats(source->capture, &now) == 0) {
		counter_take(&source->dropped_kernel, now.ps_drop);
		counter_take(&source->dropped_interface, now.ps_ifdrop);
	}
	*kernel = source->dropped_kernel.total;
	*interface = source->dropped_interface.total;
}
