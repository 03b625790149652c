/*
 * Packets as tcpdump prints them.
 */
#ifndef REPORT_TCPDUMP_H
#define REPORT_TCPDUMP_H

#include "tally/pick.h"

enum {
	TCPDUMP_SECONDS = 10,    /* then a process is stopped */
	TCPDUMP_LINE_MAX = 4096, /* octets of a packet's text: what is beyond is cut */
	TCPDUMP_TIME_SIZE = 27,  /* "2017-09-10 01:02:03.456789", with NUL */
};

/* How each text begins: UTC, what is below a microsecond is cut. Returns buffer, of
 * TCPDUMP_TIME_SIZE. */
char *tcpdump_format_time(guint64 time, char *buffer);

/* Where it is; NULL: not installed. Owned by the caller. */
char *tcpdump_path(void);

/*
 * tcpdump -nn -tttt -S: addresses and ports as numbers, date and time (UTC), TCP's own sequence
 * numbers, so that the text of a packet does not hang on those before it. packets: of the same link
 * type, in any order; thousands of them are one process. Returns a text for each packet (of char *), owned
 * by the caller: octets as tcpdump printed them, which may be any but 0; a line after the first
 * begins with a tab. Nobody has looked whether they are fit to be shown.
 *
 * folder: for an unnamed file. NULL and FAILURE_FAILED: it cannot be run, ended wrongly, took too
 * long, or printed something else than these packets.
 */
GPtrArray *tcpdump_print(const char *path, const PickPacket *const *packets, guint n,
	const char *folder, GError **error);

#endif
