/*
 * An interface that packets are captured from, by libpcap.
 *
 * To be opened it needs CAP_NET_RAW, afterwards nothing. One thread alone uses it.
 */
#ifndef COLLECT_SOURCE_H
#define COLLECT_SOURCE_H

#include "collect/pcap_format.h"

typedef struct Source Source;

typedef struct {
	const char *interface;
	const char *filter;  /* BPF, "" for none */
	guint32 snap_length; /* octets kept of a packet, 1..PCAP_CAPTURED_MAX */
	guint64 buffer;      /* octets of the kernel's ring */
	gboolean promiscuous;
	void (*say)(const char *message); /* what is no error, but not as asked for either */
} SourceSettings;

/* Takes a packet: captured octets of data. */
typedef void (*SourceTake)(gpointer data, const PcapRecord *record, const guint8 *octets);

/* NULL: FAILURE_FAILED "cannot open eth0: ...", FAILURE_USAGE where filter is none. */
Source *source_new(const SourceSettings *settings, GError **error);
void source_free(Source *source);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Source, source_free)

int source_link_type(const Source *source); /* DLT_* */
int source_fd(const Source *source);        /* readable when there are packets */

/*
 * Takes what the kernel has, without waiting, though no more than is good between two looks at
 * the clock; returns how many packets. An interface that is down has none and may come back. -1
 * and FAILURE_FAILED: it is gone.
 */
int source_take(Source *source, SourceTake take, gpointer data, GError **error);
/* FALSE and FAILURE_FAILED: the interface is gone. */
gboolean source_is_there(const Source *source, GError **error);

/* Dropped since it was opened, by the kernel for want of room and by the interface. */
void source_drops(Source *source, guint64 *kernel, guint64 *interface);

#endif
