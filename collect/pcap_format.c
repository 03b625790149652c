#include "config.h"

#include "collect/pcap_format.h"

#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>

#include "common/failure.h"

static const guint8 magic[] = {0x4d, 0x3c, 0xb2, 0xa1};

/* The numbers in files differ from DLT_* here and there, and only libpcap knows where: so it
 * writes the header. */
gboolean
pcap_header_format(
	int link_type, guint32 snap_length, guint8 header[PCAP_HEADER_SIZE], GError **error)
{
	pcap_t *dead = pcap_open_dead_with_tstamp_precision(
		link_type, (int)snap_length, PCAP_TSTAMP_PRECISION_NANO);
	char *text = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&text, &length);
	pcap_dumper_t *dumper = pcap_dump_fopen(dead, memory);

	if (dumper)
		pcap_dump_close(dumper);
	else
		fclose(memory);
	gboolean done = dumper && length == PCAP_HEADER_SIZE;
	if (done)
		memcpy(header, text, PCAP_HEADER_SIZE);
	else
		g_set_error(error, FAILURE, FAILURE_FAILED, "link type %d: %s", link_type,
			pcap_geterr(dead));
	pcap_close(dead);
	free(text);
	return done;
}

gboolean
pcap_header_parse(const guint8 header[PCAP_HEADER_SIZE], int *link_type, guint32 *snap_length)
{
	char trouble[PCAP_ERRBUF_SIZE];
	guint8 copy[PCAP_HEADER_SIZE];

	if (memcmp(header, magic, sizeof magic) != 0)
		return FALSE;
	memcpy(copy, header, sizeof copy);
	FILE *memory = fmemopen(copy, sizeof copy, "r");
	pcap_t *reader = memory ? pcap_fopen_offline_with_tstamp_precision(
					  memory, PCAP_TSTAMP_PRECISION_NANO, trouble)
				: NULL;
	if (!reader) {
		if (memory)
			fclose(memory);
		return FALSE;
	}
	*link_type = pcap_datalink(reader);
	*snap_length = (guint32)pcap_snapshot(reader);
	pcap_close(reader);
	return TRUE;
}

char *
pcap_link_name(int link_type)
{
	const char *name = pcap_datalink_val_to_name(link_type);

	return name ? g_strdup(name) : g_strdup_printf("DLT %d", link_type);
}
