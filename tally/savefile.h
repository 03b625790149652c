/*
 * The octets of a pcap file that is written: version 2.4, this machine's byte order
 * (pcap-savefile(5)).
 */
#ifndef TALLY_SAVEFILE_H
#define TALLY_SAVEFILE_H

#include <string.h>

#include "tally/capture.h"

enum { SAVEFILE_HEADER = 24, SAVEFILE_RECORD = 16 };

/* link_type: the number in files. */
static inline void
savefile_header(guint8 octets[SAVEFILE_HEADER], guint32 link_type, gboolean nanoseconds)
{
	const guint32 numbers[] = {nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4,
		G_BYTE_ORDER == G_LITTLE_ENDIAN ? 4u << 16 | 2 : 2u << 16 | 4, 0, 0,
		CAPTURE_FRAME_MAX, link_type};

	memcpy(octets, numbers, SAVEFILE_HEADER);
}

/* Of a packet at time (ns since 1970, seconds within 32 bits; what is below a microsecond is cut
 * where the file has none). */
static inline void
savefile_record(guint8 octets[SAVEFILE_RECORD], guint64 time, guint32 captured, guint32 wire,
	gboolean nanoseconds)
{
	const guint32 numbers[] = {(guint32)(time / SECOND_NS),
		(guint32)(time % SECOND_NS / (nanoseconds ? 1 : 1000)), captured, wire};

	memcpy(octets, numbers, SAVEFILE_RECORD);
}

#endif
