/*
 * Packets put in by any order of their times, taken out in it: the packets lie in an unnamed
 * file, 24 octets of each in memory.
 */
#ifndef TALLY_PILE_H
#define TALLY_PILE_H

#include "tally/capture.h"

typedef struct Pile Pile;

/* folder: for the unnamed file. */
Pile *pile_new(const char *folder, GError **error);
void pile_free(Pile *pile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pile, pile_free)

/* FALSE and error: it cannot be written. */
gboolean pile_add(Pile *pile, const CaptureRecord *record, GError **error);

guint64 pile_size(const Pile *pile); /* in packets */
/* Whether n packets or more are older than that (ns since 1970). */
gboolean pile_has_before(const Pile *pile, guint64 n, guint64 time);

/*
 * Gives out the packets by time, at the same time as they came, the first n (0: all) of them, as
 * whole records of a pcap file, in pieces of many. No more can be added afterwards. FALSE: take
 * returned so, or the file cannot be read.
 */
gboolean pile_take(Pile *pile, guint64 n, gboolean nanoseconds,
	gboolean (*take)(gpointer data, const guint8 *octets, gsize length, GError **error),
	gpointer data, GError **error);

#endif
