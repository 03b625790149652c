/*
 * The pcap file format as the collector writes it: version 2.4, this machine's byte order,
 * nanoseconds (magic a1b23c4d). Source: draft-ietf-opsawg-pcap.
 */
#ifndef COLLECT_PCAP_FORMAT_H
#define COLLECT_PCAP_FORMAT_H

#include <glib.h>

#include "common/hour.h"

enum {
	PCAP_HEADER_SIZE = 24,
	PCAP_RECORD_SIZE = 16,
	PCAP_CAPTURED_MAX = 262144, /* octets of a packet; libpcap's own bound */
};

/* What stands before each packet's octets. */
typedef struct {
	guint32 seconds, nanoseconds; /* since 1970 */
	guint32 captured, length;     /* octets that follow, octets on the wire */
} PcapRecord;

static inline guint64
pcap_record_time(const PcapRecord *record)
{
	return record->seconds * SECOND_NS + record->nanoseconds;
}

/* link_type: DLT_*; the file holds what libpcap writes for it. FALSE and FAILURE_FAILED: libpcap
 * knows no number for that type in files. */
gboolean pcap_header_format(
	int link_type, guint32 snap_length, guint8 header[PCAP_HEADER_SIZE], GError **error);
/* FALSE: not the header of a file of ours. */
gboolean pcap_header_parse(
	const guint8 header[PCAP_HEADER_SIZE], int *link_type, guint32 *snap_length);

/* libpcap's name, "EN10MB"; "DLT 999" of a type without one. Owned by the caller. */
char *pcap_link_name(int link_type);

#endif
