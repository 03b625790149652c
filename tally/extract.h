/*
 * All packets of some captures that fit a rule, by time, as one pcap file.
 */
#ifndef TALLY_EXTRACT_H
#define TALLY_EXTRACT_H

#include "tally/pick.h"

typedef struct Extract Extract;

/* home: borrowed. rule: its limit is passed over. folder: for an unnamed file that the packets
 * lie in while they are sorted. */
Extract *extract_new(
	const Home *home, const PickRule *rule, const char *folder, GError **error);
void extract_free(Extract *extract);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Extract, extract_free)

/*
 * Takes what a capture has. The first packet that fits decides the link type; those of others are
 * left out. shortfalls (of char *): what was damaged, cut short, not readable or left out is
 * added. tell: as progress_tell, with the packets of all captures so far; NULL: nobody is told. FALSE
 * and error: packets cannot be put aside. *opened: whether it was a capture at all.
 */
gboolean extract_read(Extract *extract, const char *path,
	void (*tell)(gpointer data, guint64 packets, guint64 position, guint64 size),
	gpointer data, GPtrArray *shortfalls, gboolean *opened, GError **error);

/* Whether n packets older than that were found (ns since 1970): no later one is among the first
 * n. */
gboolean extract_has_before(const Extract *extract, guint64 n, guint64 time);

guint64 extract_size(const Extract *extract); /* in packets */

/*
 * Gives out the file, in pieces: of nanoseconds where some capture that a packet was found in has
 * them, the first n (0: all) packets. Once only. FALSE: put returned so, with its error, or the
 * packets cannot be read back.
 */
gboolean extract_write(Extract *extract, guint64 n,
	gboolean (*put)(gpointer data, const guint8 *octets, gsize length, GError **error),
	gpointer data, GError **error);

#endif
