/*
 * The packets that a finding is about: the first of them as tcpdump prints them, and how to get
 * them all.
 *
 * What was printed is kept in FOLDER/ID.txt (packet_cache.h): an hour file is read once for all
 * findings that have packets in it, and not again. Packets that were pruned since stay
 * readable there. The id stands for the sources: those that join a finding later are looked for
 * in hour files from then on.
 */
#ifndef REPORT_PACKETS_H
#define REPORT_PACKETS_H

#include "common/network.h"
#include "common/site.h"

enum { PACKETS_LIMIT = 20, PACKETS_NAMED_MAX = 50 };

typedef struct {
	const char *id; /* a file's name: letters, digits, "-", "_" and "." */
	const Network *sources;
	guint n_sources;
	Address target;      /* family 0: any of home */
	const gint64 *hours; /* starts, ascending: when the sources have packets */
	guint n_hours;
} PacketsWish;

typedef struct {
	/* of char *, owned: the first PACKETS_LIMIT packets, one each, by time. Octets out of
	 * packets, as tcpdump.h tells: escape them. */
	GPtrArray *texts;
	char *reason; /* owned; why they are fewer, or none; NULL: there are no more */
} PacketsFound;

void packets_found_free(PacketsFound *found);

/*
 * Finds the packets of n wishes: array of PacketsFound *, as wishes; owned by the caller.
 * folder: of this day's packets; made when it is needed. problems: of char *, what could not be
 * kept. NULL and error: the spool cannot be listed.
 */
GPtrArray *packets_find(const Site *site, const char *folder, const PacketsWish *wishes,
	guint n, GPtrArray *problems, GError **error);

/* The BPF expression of a finding's packets: between its sources and its target, or home. Of
 * more than PACKETS_NAMED_MAX sources the first ones; *n_left_out: how many are not in it. */
char *packets_expression(const Home *home, const PacketsWish *wish, guint *n_left_out);

/* The shell's command that writes all of them to ID.pcap. site_file: the site's settings; sources
 * as in packets_expression. */
char *packets_command(const char *site_file, const PacketsWish *wish, guint *n_left_out);

#endif
