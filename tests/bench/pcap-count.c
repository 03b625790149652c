/*
 * The measure that the tally's speed is held against: libpcap reads every packet of a capture
 * and hands it to a function that only counts. Prints packets and captured octets.
 */
#include "config.h"

#include <glib.h>
#include <pcap/pcap.h>

typedef struct {
	guint64 packets, octets;
} Count;

static void
count_packet(u_char *user, const struct pcap_pkthdr *header, const u_char *octets G_GNUC_UNUSED)
{
	Count *count = (Count *)(void *)user;

	count->packets++;
	count->octets += header->caplen;
}

int
main(int argc, char **argv)
{
	char message[PCAP_ERRBUF_SIZE];
	Count count = {0, 0};
	pcap_t *pcap;
	int n;

	if (argc != 2) {
		g_printerr("usage: pcap-count FILE\n");
		return 2;
	}
	pcap = pcap_open_offline(argv[1], message);
	if (pcap == NULL) {
		g_printerr("pcap-count: %s\n", message);
		return 1;
	}
	n = pcap_dispatch(pcap, -1, count_packet, (u_char *)&count);
	if (n < 0)
		g_printerr("pcap-count: %s: %s\n", argv[1], pcap_geterr(pcap));
	pcap_close(pcap);
	g_print("%" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n", count.packets, count.octets);
	return n < 0 ? 1 : 0;
}
