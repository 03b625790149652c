#include "config.h"

#include "tally/bpf.h"

#include <pcap/pcap.h>

#include "common/failure.h"
#include "tally/decode.h"

struct Bpf {
	struct bpf_program program; /* owned */
};

Bpf *
bpf_new(const char *expression, guint32 link_type, GError **error)
{
	guint32 type = link_file_type(link_type);
	/* libpcap's own number is the file's, but here. */
	pcap_t *pcap = pcap_open_dead(
		type == LINK_RAW ? DLT_RAW : (int)MIN(type, G_MAXINT), CAPTURE_FRAME_MAX);
	g_autoptr(Bpf) bpf = g_new0(Bpf, 1);

	if (pcap && pcap_compile(pcap, &bpf->program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0)
		pcap_close(pcap);
	else {
		g_set_error(error, FAILURE, FAILURE_USAGE, "BPF expression \"%s\": %s",
			expression, pcap ? pcap_geterr(pcap) : "no memory");
		if (pcap)
			pcap_close(pcap);
		return NULL;
	}
	return g_steal_pointer(&bpf);
}

void
bpf_free(Bpf *bpf)
{
	if (!bpf)
		return;
	pcap_freecode(&bpf->program);
	g_free(bpf);
}

gboolean
bpf_check(const char *expression, GError **error)
{
	g_autoptr(Bpf) ethernet = bpf_new(expression, LINK_ETHERNET, error);
	g_autoptr(Bpf) bare = ethernet ? NULL : bpf_new(expression, LINK_RAW, NULL);

	if (bare)
		g_clear_error(error);
	return ethernet || bare;
}

gboolean
bpf_matches(const Bpf *bpf, const CaptureRecord *record)
{
	const struct pcap_pkthdr header = {
		.caplen = record->captured, .len = MAX(record->wire, record->captured)};

	return pcap_offline_filter(&bpf->program, &header, record->frame) != 0;
}
